"""Files of test questions in every form, the text of every fault, and what hostile files do."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import SEED_FILES

from qa.errors import TestQueryError
from qa.evaluation.beir import read_collection
from qa.evaluation.columns import Column, columns_of, head, language_of
from qa.evaluation.judging import needs_of
from qa.evaluation.nearest import Solid, nearest
from qa.evaluation.queries import Evidence, TestQuery
from qa.evaluation.reading import questions_of, read_questions, with_files
from qa.evaluation.sheets import Draft, sheet_bytes, write_sheet
from qa.evaluation.topics import read_qrels

FILE, QUOTE = "000.txt", "为第一批20名培训教师颁发聘书"
ROWS = [
    ["编号", "问题", "文件", "原文", "答案", "备注"],
    ["q1", "聘了多少名培训教师?", FILE, QUOTE, "20名", "看一下"],
    ["q2", "Who raced, and where?", "001.txt", "46支龙舟队", "", ""],
    ["", "", "", "礼乐河", "", ""],
]
EXPECTED = [
    TestQuery("q1", "聘了多少名培训教师?", "zh", "all", True, "20名", (Evidence(FILE, QUOTE),)),
    TestQuery(
        "q2",
        "Who raced, and where?",
        "en",
        "all",
        True,
        "",
        (Evidence("001.txt", "46支龙舟队"), Evidence("001.txt", "礼乐河")),
    ),
]


def table(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    return "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"


def workbook(path: Path, *sheets: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"第{number}页")
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def fault_of(path: Path, content: str | bytes | None = None) -> list[str]:
    """Return the lines of what reading a file complains of, without the folder."""
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TestQueryError) as told:
        read_questions(path)
    return str(told.value).replace(f"{path.parent}/", "").splitlines()


class TestForms:
    """What is read from which file."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_a_sheet_in_any_usual_encoding_and_division(self, tmp_path: Path, encoding: str, delimiter: str) -> None:
        path = tmp_path / "q.csv"
        rows = [[cell.replace(",", " ") for cell in row] for row in ROWS]
        path.write_bytes(table(rows, delimiter).encode(encoding))
        asked = read_questions(path)
        assert [q.evidence for q in asked] == [q.evidence for q in EXPECTED]
        assert [(q.id, q.lang, q.answer) for q in asked] == [("q1", "zh", "20名"), ("q2", "en", "")]

    def test_a_workbook_with_its_rows_as_a_spreadsheet_program_numbers_them(self, tmp_path: Path) -> None:
        rows: list[list[object]] = [["2026年的测试问题"], [], *ROWS]
        asked = read_questions(workbook(tmp_path / "q.xlsx", rows))
        assert asked == EXPECTED
        assert [q.place for q in asked] == ["q.xlsx:4", "q.xlsx:5"]

    def test_all_visible_sheets_of_a_workbook_with_a_head_count(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "q.xlsx", ROWS[:2], [["人", "日期"]], [ROWS[0], *ROWS[2:]], ROWS)
        book = openpyxl.load_workbook(path)
        book["第4页"].sheet_state = "hidden"
        book.save(path)
        asked = read_questions(path)
        assert asked == EXPECTED
        assert [q.place for q in asked] == ["q.xlsx[第1页]:2", "q.xlsx[第3页]:2"]

    def test_numbers_dates_and_ticks_of_a_workbook_are_read_as_they_look(self, tmp_path: Path) -> None:
        head_ = ["id", "question", "file", "quote", "answerable"]
        rows = [head_, [7, "How many?", FILE, 20, True], [8.0, "哪一年?", None, None, False]]
        first, second = read_questions(workbook(tmp_path / "q.xlsx", rows))
        assert (first.id, first.evidence, first.answerable) == ("7", (Evidence(FILE, "20"),), True)
        assert (second.id, second.evidence, second.answerable) == ("8", (), False)

    def test_heads_in_either_language_or_both_in_any_order(self) -> None:
        found = columns_of(
            ["Quote", "心情", "问题（必填）", "FILE NAME", "备注 / note", "问题ID", "能否回答?", "题型 type"]
        )
        assert found == {
            Column.QUOTE: 0,
            Column.QUESTION: 2,
            Column.FILE: 3,
            Column.NOTE: 4,
            Column.ID: 5,
            Column.ANSWERABLE: 6,
            Column.TYPE: 7,
        }
        assert columns_of(["answer notes", "question/answer"]) == {}
        assert {c for c in Column if columns_of([head(c)]) == {c: 0}} == set(Column)

    def test_a_language_is_that_of_most_letters(self) -> None:
        assert [language_of(t) for t in ("江海区有多少?", "Where is 江海区?", "2024?", "AI在江海")] == [
            "zh",
            "en",
            "zh",
            "zh",
        ]

    def test_ids_are_made_from_rows_where_there_are_none(self, tmp_path: Path) -> None:
        path = tmp_path / "q.csv"
        path.write_text("question,file,quote,answerable,needs,lang,type\nA?,a,b,,all,fr,who\n\nB?,,,no,,,\n")
        first, second = read_questions(path)
        assert (first.id, first.needs_all, first.lang, first.type) == ("row-2", True, "fr", "who")
        assert (second.id, second.answerable) == ("row-4", False)

    def test_only_accepted_drafts_are_taken_and_the_others_counted(self, tmp_path: Path) -> None:
        path, said = tmp_path / "q.csv", list[str]()
        path.write_text(
            "采用,问题,文件,原文\n是,甲?,a,一\n否,,,二\n,,,三\n,乙?,,\n否 no,丙?,a,一\nYES,丁?,a,一\n", encoding="utf-8"
        )
        asked = read_questions(path, said.append)
        assert [(q.question, [e.quote for e in q.evidence]) for q in asked] == [("甲?", ["一", "三"]), ("丁?", ["一"])]
        assert said == [f"{path}: 2 questions are not accepted and left out"]
        assert fault_of(path, "采用,问题,文件,原文\n,甲?,a,一\n") == [
            "q.csv holds 1 question, none accepted; expected yes/是 in 采用 / accepted"
        ]

    def test_json_lines_are_known_by_name_or_by_content(self, tmp_path: Path) -> None:
        row = {"id": "q1", "question": "多少?", "evidence": [{"file": "a", "quote": "b"}]}
        for name in ("q.jsonl", "q.txt", "questions"):
            (tmp_path / name).write_text(json.dumps(row) + "\n", encoding="utf-8")
            (asked,) = read_questions(tmp_path / name)
            assert (asked.id, asked.place) == ("q1", f"{name}:1")

    def test_a_document_is_named_by_file_id_or_file_without_ending(self) -> None:
        ids = {"a.txt": "d1", "b.txt": "d2", "b.pdf": "d3", "d1.md": "d4"}
        named = ["a.txt", "a", "d3", "d1", "b", "c"]
        asked = TestQuery("q", "?", "zh", "all", True, "", tuple(Evidence(n, "x") for n in named))
        (found,) = with_files([asked], ids)
        assert [e.file for e in found.evidence] == ["a.txt", "a.txt", "b.pdf", "a.txt", "b", "c"]


class TestFaultsOfSheets:
    """Every fault at once, each with its row."""

    def test_all_rows_that_are_faulty_are_told_in_their_order(self, tmp_path: Path) -> None:
        rows = """id,question,file,quote,answerable,needs,accepted
,,a,x,,,yes
q1,A?,,x,,,yes
q2,B?,a,,,,yes
q3,C?,,,,,yes
q1,D?,a,x,perhaps,,yes
q4,E?,a,x,,some,yes
q9,,a,x,,,
q5,F?,a,x,,,maybe
"""
        assert fault_of(tmp_path / "q.csv", rows) == [
            "q.csv:2: found a quote without a question, expected a question in this row or above",
            "q.csv:3: found a quote without a file, expected the name of its document",
            "q.csv:4: found a file without a quote, expected the words of it that answer",
            "q.csv:5: found no quote, expected file and quote, or no/否 in 可答 / answerable",
            "q.csv:6: found answerable 'perhaps', expected yes/是 or no/否",
            "q.csv:6: found the id 'q1' again (q.csv:3), expected each once",
            "q.csv:7: found needs 'some', expected all/全部 or any/任一",
            "q.csv:8: found the id 'q9' without a question, expected one, or no id for a further quote",
            "q.csv:9: found accepted 'maybe', expected yes/是 or no/否",
        ]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (
                "name,date\nA,B\n",
                "q.csv:1: found 'name', 'date' in the first row, expected the heads 问题 / question, 文件 / file and "
                "原文 / quote",
            ),
            (
                "question,answer\nA?,B\n",
                "q.csv:1: found the columns question, answer, expected 问题 / question, 文件 / file and 原文 / quote",
            ),
            (
                "question,问题,file,quote\nA?,B,c,d\n",
                "q.csv:1: found two columns for question, 'question' and '问题', expected one; rename the other",
            ),
            ("question,file,quote\n", "q.csv holds no questions; expected one a row"),
            ("", "q.csv is empty; expected a file with text"),
            (
                'question,file,quote\n"A"?,b,c\n',
                "q.csv:2: found a row that cannot be divided (',' expected after '\"'), expected a cell with quotation "
                'marks as "said ""so"" then"; save it anew from a spreadsheet program',
            ),
            (
                "question,file,quote,answer\n,,,yes\n",
                "q.csv:2: found no question, expected one, or a further quote for the question above",
            ),
        ],
    )
    def test_a_sheet_that_is_none_says_what_is_missing(self, tmp_path: Path, content: str, said: str) -> None:
        assert fault_of(tmp_path / "q.csv", content) == [said]

    def test_more_faults_than_fill_a_screen_are_counted(self, tmp_path: Path) -> None:
        lines = fault_of(tmp_path / "q.csv", "question,file,quote\n" + "A?,,x\n" * 330)
        assert len(lines) == 101
        assert lines[-1] == "and 230 more"

    def test_errors_and_formulas_that_nobody_calculated_are_told_with_their_sheet(self, tmp_path: Path) -> None:
        rows = [["question", "file", "quote", "extra"], ["A?", "#REF!", "=B2&B3", "=1+1"]]
        path = workbook(tmp_path / "q.xlsx", rows, [["other"]])
        assert fault_of(path) == [
            "q.xlsx[第1页]:2: found the error #REF! in file, expected text; type it in",
            "q.xlsx[第1页]:2: found the formula =B2&B3, never calculated in quote, expected text; type it in",
        ]

    def test_files_that_cannot_be_read_are_told(self, tmp_path: Path) -> None:
        forms = "JSON lines, a sheet (CSV, TSV, XLSX) or TREC topics"
        assert fault_of(tmp_path / "none.csv") == [
            f"none.csv cannot be read (No such file or directory); expected a file: {forms}"
        ]
        (tmp_path / "folder").mkdir()
        assert fault_of(tmp_path / "folder") == [
            f"folder is a folder, expected a file: {forms}; a BEIR folder is given as --data"
        ]
        assert fault_of(tmp_path / "q.json", '[{"id": 1},\n{"id": 2}]') == [
            "q.json:1: found a list, expected JSON lines: one object a line, without brackets and commas"
        ]


def query_of(draw: st.DrawFn, number: int) -> TestQuery:
    text = (
        st.text(st.characters(exclude_categories=["Cs", "Co", "Cn"], exclude_characters="\0"), min_size=1, max_size=30)
        .map(str.strip)
        .filter(bool)
    )
    evidence = draw(st.lists(st.builds(Evidence, text, text), max_size=3))
    return TestQuery(
        f"q{number}",
        draw(text),
        draw(st.sampled_from(["zh", "en"])),
        draw(text),
        bool(evidence) and draw(st.booleans()),
        draw(st.one_of(st.just(""), text)),
        tuple(evidence),
        draw(st.booleans()),
    )


@st.composite
def drafts(draw: st.DrawFn) -> list[Draft]:
    queries = [query_of(draw, number) for number in range(draw(st.integers(1, 3)))]
    return [Draft(queries[0], True), *(Draft(q, draw(st.sampled_from([True, False, None])), "看") for q in queries[1:])]


class TestWriting:
    """Sheets that are written to be filled in."""

    @pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
    @settings(max_examples=40, deadline=None)
    @given(given_=drafts())
    def test_what_is_written_is_read_back(self, suffix: str, given_: list[Draft]) -> None:
        asked = questions_of(Path(f"drafts{suffix}"), sheet_bytes(suffix, given_))
        assert asked == [draft.query for draft in given_ if draft.accepted]

    @pytest.mark.parametrize(
        "text", ["=1+1", "+86", "-5", "@x", "'=1", "''-1", "'quoted'", "_x0041_", "a\rb", "#N/A", "\x07"]
    )
    @pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
    def test_what_a_spreadsheet_program_would_change_is_kept(self, text: str, suffix: str) -> None:
        query = TestQuery("q1", text, "zh", "all", True, text, (Evidence(text, text),))
        (asked,) = questions_of(Path(f"q{suffix}"), sheet_bytes(suffix, [Draft(query, True)]))
        assert asked == query

    def test_nothing_in_a_written_sheet_is_calculated(self, tmp_path: Path) -> None:
        query = TestQuery("=q", "=HYPERLINK(1)", "zh", "all", True, "+1", (Evidence("@a", "-b"),))
        write_sheet(tmp_path / "q.xlsx", [Draft(query, True, "=1")])
        cells = [
            cell for row in openpyxl.load_workbook(tmp_path / "q.xlsx").active.iter_rows(min_row=2) for cell in row
        ]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
        assert "'=HYPERLINK(1)" in [cell.value for cell in cells]
        write_sheet(tmp_path / "q.csv", [Draft(query, True, "=1")])
        assert '"\'=HYPERLINK(1)"' in (tmp_path / "q.csv").read_text(encoding="utf-8-sig")

    def test_a_workbook_has_its_head_frozen_and_a_choice_for_accepted(self, tmp_path: Path) -> None:
        write_sheet(tmp_path / "q.xlsx", [Draft(EXPECTED[0])])
        sheet = openpyxl.load_workbook(tmp_path / "q.xlsx").active
        assert sheet.freeze_panes == "A2"
        (choice,) = sheet.data_validations.dataValidation
        assert (choice.formula1, str(choice.sqref)) == ('"是 yes,否 no"', "A2")
        assert sheet["C2"].alignment.wrap_text
        assert sheet["A1"].value == "采用 / accepted"

    def test_a_csv_begins_with_the_mark_that_excel_knows_utf_8_by(self) -> None:
        assert sheet_bytes(".csv", [Draft(EXPECTED[0])]).startswith(b"\xef\xbb\xbf")

    def test_what_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(TestQueryError, match=r"cannot be written .*; name a file in a folder that is there"):
            write_sheet(tmp_path / "none" / "q.csv", [])
        with pytest.raises(Exception, match=r"found a sheet with the name ending '.ods', expected .csv or .xlsx"):
            write_sheet(tmp_path / "q.ods", [])
        for odd in ("\0", "\ud800"):
            with pytest.raises(
                TestQueryError, match="found a NUL or half a surrogate pair in a question, expected text"
            ):
                sheet_bytes(".csv", [Draft(replace(EXPECTED[0], answer=odd))])
        long = TestQuery("q", "长" * 40_000, "zh", "all", True, "", (Evidence("a", "b"),))
        with pytest.raises(TestQueryError, match=r"found a text of 40000 characters, expected at most 32767 in a cell"):
            write_sheet(tmp_path / "q.xlsx", [Draft(long)])


def packed(path: Path, level: int = 9, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return path


def altered(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Change a part of a workbook behind its back."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


class TestHostileFiles:
    """What strangers send is refused with a reason, within seconds."""

    def test_workbooks_that_burst_are_refused_before_they_are_unpacked(self, tmp_path: Path) -> None:
        (line,) = fault_of(packed(tmp_path / "q.xlsx", xl__workbook=b" " * 20_000_000))
        assert "q.xlsx unpacks to" in line
        assert "times its size, expected at most 500 times; save it anew" in line
        noise = bytes(range(256)) * 40
        parts = {f"p{n}": noise * 256 for n in range(40)}
        (line,) = fault_of(packed(tmp_path / "r.xlsx", 1, **parts))
        assert "r.xlsx unpacks to 104857600" in line

    def test_a_sheet_that_lies_about_its_size_is_read_as_far_as_it_goes(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "q.xlsx", ROWS)
        assert read_questions(altered(path, SHEET, b'ref="A1:F4"', b'ref="A1:XFD1048576"')) == EXPECTED

    def test_a_row_far_below_stops_the_reading(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "q.xlsx", ROWS)
        altered(path, SHEET, b'<row r="4">', b'<row r="1048576">')
        assert fault_of(path) == [
            "q.xlsx:100001: found a row below 100000, expected none; delete the rows below the last"
        ]

    def test_too_many_rows_are_told(self, tmp_path: Path) -> None:
        assert fault_of(tmp_path / "q.csv", "question,file,quote\n" + "A?,b,c\n" * 20_001) == [
            "q.csv:20001: found more than 20000 rows, expected fewer; divide it"
        ]

    def test_entities_are_refused(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "q.xlsx", ROWS)
        altered(path, SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')
        (line,) = fault_of(path)
        assert line.startswith(f"q.xlsx: its part {SHEET} declares XML entities, expected none")

    @pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
    def test_workbooks_with_a_broken_part_are_refused(self, tmp_path: Path, part: str) -> None:
        path = workbook(tmp_path / "q.xlsx", ROWS)
        altered(path, part, b">", b"><")
        (line,) = fault_of(path)
        assert line.startswith("q.xlsx cannot be read as an XLSX workbook (")
        assert line.endswith("); save it as .xlsx or .csv from a spreadsheet program")

    def test_links_to_other_files_are_not_followed(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "q.xlsx", [*ROWS[:2], ["q3", "=[other.xlsx]页!A1", FILE, QUOTE]])
        assert fault_of(path) == [
            "q.xlsx:3: found the formula =[other.xlsx]页!A1, never calculated in question, expected text; type it in"
        ]

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("q.xlsx", b"question,file\n", "is named as an Excel workbook and is none; save it as .xlsx, or name it .csv"),
            ("q.csv", b"PK\x03\x04", "is a ZIP container, perhaps an Excel workbook; name it .xlsx if it is one"),
            ("q.xls", b"\xd0\xcf\x11\xe0", "is an old Excel file (.xls), or one locked with a password; save it as plain .xlsx"),
            ("q.xlsx", b"PK\x03\x04", "cannot be read as an XLSX workbook (BadZipFile); save it as .xlsx or .csv"),
            ("q.csv", b"%PDF-1.7", "is a PDF file; expected a text file: convert it to UTF-8 text first"),
        ],
    )  # fmt: skip
    def test_a_wrong_name_is_told(self, tmp_path: Path, name: str, content: bytes, said: str) -> None:
        (line,) = fault_of(tmp_path / name, content)
        assert said in line
        assert line.startswith(name)

    def test_another_container_is_told(self, tmp_path: Path) -> None:
        assert fault_of(packed(tmp_path / "q.xlsx", word__document=b"<a/>")) == [
            "q.xlsx is a ZIP container but no XLSX workbook; save it as .xlsx or .csv from a spreadsheet program"
        ]

    def test_a_file_that_is_too_large_is_not_read(self, tmp_path: Path) -> None:
        with (tmp_path / "q.csv").open("wb") as stream:
            stream.truncate(50_000_001)
        assert fault_of(tmp_path / "q.csv") == ["q.csv has 50000001 bytes, expected at most 50000000; divide it"]

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=200), st.sampled_from(["q.csv", "q.xlsx", "q.txt", "q.tsv", "q.jsonl", "q"]))
    def test_any_bytes_are_questions_or_a_fault_that_is_told(self, data: bytes, name: str) -> None:
        for content in (data, b"PK\x03\x04" + data, b"<top>" + data, b"question,file,quote\n" + data):
            try:
                asked = questions_of(Path(name), content)
            except TestQueryError as fault:
                told = str(fault)
            else:
                told = name if asked else ""
            assert name in told


CLASSIC = """<top>
<num> Number: 301
<title> International
Organized &amp; Crime

<desc> Description:
Identify organizations.

<narr> Narrative:
A relevant document must name one.
</top>

<top>
<num>302</num><title></title>
<desc> Description: 谁参加了龙舟赛?</desc>
</top>
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<topics task="x">
  <topic number="1"><query>coronavirus origin</query><question>what is the origin?</question></topic>
  <TOPIC><NUM>2</NUM><TITLE>龙舟赛</TITLE><DESC>谁?</DESC></TOPIC>
  <topic id="3">plain &amp; simple</topic>
</topics>
"""


class TestTrecFiles:
    """Topics and judgements of TREC."""

    @pytest.mark.parametrize(
        ("name", "text", "expected"),
        [
            ("t.txt", CLASSIC, [("301", "International Organized & Crime", 1), ("302", "谁参加了龙舟赛?", 13)]),
            ("t.xml", XML, [("1", "coronavirus origin", 3), ("2", "龙舟赛", 4), ("3", "plain & simple", 5)]),
            ("t.xml", '<topic number="7"><title>A b</title></topic>\n<topic number="8"><title>C</title></topic>',
             [("7", "A b", 1), ("8", "C", 2)]),
            ("t.tsv", "qid\tquery\n1\tA b?\n\n2\t龙舟赛\n", [("1", "A b?", 2), ("2", "龙舟赛", 4)]),
            ("t.tsv", "1048585\twhat is it\n2\tx\n", [("1048585", "what is it", 1), ("2", "x", 2)]),
        ],
    )  # fmt: skip
    def test_topics_of_every_form(
        self, tmp_path: Path, name: str, text: str, expected: list[tuple[str, str, int]]
    ) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        asked = read_questions(tmp_path / name)
        assert [(q.id, q.question, int(q.place.removeprefix(f"{name}:"))) for q in asked] == expected
        assert all(q.answerable and not q.evidence for q in asked)
        assert {q.lang for q in asked} == {language_of(question) for _, question, _ in expected}

    def test_a_sheet_divided_by_tabs_is_no_list_of_topics(self, tmp_path: Path) -> None:
        (tmp_path / "q.tsv").write_text("question\tanswerable\nA?\tno\n")
        (asked,) = read_questions(tmp_path / "q.tsv")
        assert (asked.question, asked.answerable) == ("A?", False)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (
                "<top><title> A\n</top>\n<top>\n<num> Number: 2\n</top><top><num>3<title>B</top><top><num>3<title>C</top>",
                [
                    "t:1: found a topic without a number, expected <num> and <title>",
                    "t:3: found a topic without a question, expected <num> and <title>",
                    "t:5: found the id '3' again (line 5), expected each once",
                ],
            ),
            (
                "1\tA\n2\n\tB\n1\tC\n",
                [
                    "t:2: found a topic without a question, expected id and query, divided by a tab",
                    "t:3: found a topic without a number, expected id and query, divided by a tab",
                    "t:4: found the id '1' again (line 1), expected each once",
                ],
            ),
            ("qid\tquery\n", ["t holds no topics; expected id and query, divided by a tab"]),
            (
                "<topics><topic number='1'><query>A</topic></topics>",
                ["t cannot be read as XML (mismatched tag: line 1, column 41); expected topics as <topic number=…>"],
            ),
        ],
    )
    def test_faulty_topics_are_told_at_once(self, tmp_path: Path, text: str, said: list[str]) -> None:
        assert fault_of(tmp_path / "t", text) == said

    def test_entities_of_topics_are_refused(self, tmp_path: Path) -> None:
        (line,) = fault_of(
            tmp_path / "t.xml", '<!DOCTYPE t [<!ENTITY a "b">]><topics><topic number="1">&a;</topic></topics>'
        )
        assert "declares XML entities, expected none" in line

    def test_judgements_keep_their_grades(self, tmp_path: Path) -> None:
        (tmp_path / "qrels").write_text("301 0 FT-1 1\n301 0 FT-2 0\r\n\n302\tQ0\tFT-1\t-2\n302 0 FT-3 3\n")
        assert read_qrels(tmp_path / "qrels") == {"301": {"FT-1": 1, "FT-2": 0}, "302": {"FT-1": -2, "FT-3": 3}}

    def test_faulty_judgements_are_told_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "qrels"
        path.write_text("301 0 a 1\n301 0 a 0\n301 a 1\n301 0 b much\n302 0 a 1\n")
        with pytest.raises(TestQueryError) as told:
            read_qrels(path)
        assert str(told.value).splitlines() == [
            f"{path}:2: found 'a' judged again for the query '301' (1, then 0), expected once",
            f"{path}:3: found '301 a 1', expected four fields: query 0 document grade",
            f"{path}:4: found '301 0 b much', expected four fields: query 0 document grade",
        ]
        with pytest.raises(TestQueryError, match=r"cannot be read .*; expected a file of judgements"):
            read_qrels(tmp_path / "none")


def beir(folder: Path, corpus: str, queries: str, qrels: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    for name, text in (("corpus.jsonl", corpus), ("queries.jsonl", queries), ("qrels/test.tsv", qrels)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


class TestBeirFaults:
    """What public folders have wrong with them."""

    def test_the_faults_of_all_three_files_are_told_at_once(self, tmp_path: Path) -> None:
        folder = beir(
            tmp_path / "b",
            '{"_id": "c1", "text": "x"}\n{"_id": "c1", "text": "y"}\n{"_id": "c2", "text": null}\n',
            '{"_id": "1", "text": " "}\n{"_id": "2", "text": "A?"}\n{"_id": 2, "text": "B?"}\n[]\n',
            "query-id\tcorpus-id\tscore\n1\tc1\t1\n1\tc1\t1\n1\tc1\t2\n1 c1 1\n",
        )
        with pytest.raises(TestQueryError) as told:
            read_collection(folder)
        assert str(told.value).replace(f"{folder}/", "").splitlines() == [
            "corpus.jsonl:2: found the _id 'c1' again (line 1), expected each once",
            "corpus.jsonl:3: found no 'text', expected _id and text",
            "queries.jsonl:1: found an empty text, expected one",
            "queries.jsonl:3: found the _id '2' again (line 2), expected each once",
            "queries.jsonl:4: found list, expected a JSON object",
            "qrels/test.tsv:4: found 'c1' judged again for the query '1' (1, then 2), expected once",
            "qrels/test.tsv:5: found '1 c1 1', expected query-id, corpus-id and score, divided by tabs",
        ]

    def test_judgements_of_what_does_not_exist_are_left_out_and_counted(self, tmp_path: Path) -> None:
        corpus, said = '{"_id": "c1", "text": "x"}\n', list[str]()
        queries = '{"_id": "1", "text": "A?"}\n{"_id": "2", "text": "B?"}\n'
        folder = beir(tmp_path / "b", corpus, queries, "1\tc1\t2\n1\tc8\t1\n2\tc9\t1\n3\tc1\t1\n")
        found = read_collection(folder, said.append)
        assert found.relevant == {"1": {"c1": 2}}
        assert [q.id for q in found.queries] == ["1"]
        assert said == [
            f"{folder}: 1 judgement is of questions that queries.jsonl does not have, as '3'; left out",
            f"{folder}: 2 judgements are of passages that the corpus does not have, as 'c8'; left out",
        ]

    def test_a_folder_without_a_judged_question_is_a_fault(self, tmp_path: Path) -> None:
        folder = beir(tmp_path / "b", '{"_id": "c1", "text": "x"}\n', '{"_id": "1", "text": "A?"}\n', "1\tc1\t0\n")
        with pytest.raises(
            TestQueryError, match=r"holds no question with a relevant passage; expected some in .*qrels"
        ):
            read_collection(folder)

    def test_a_damaged_file_is_told_with_the_faults_of_the_others(self, tmp_path: Path) -> None:
        folder = beir(tmp_path / "b", "", "[]\n", "1\tc1\t1\n")
        (folder / "corpus.jsonl").write_bytes(b'{"_id": "c1", "text": "\xff"}\n')
        with pytest.raises(TestQueryError) as told:
            read_collection(folder)
        first, second = str(told.value).splitlines()
        assert first.startswith(f"{folder}/corpus.jsonl:1: cannot be read ('utf-8' codec can't decode")
        assert second == f"{folder}/queries.jsonl:1: found list, expected a JSON object"


STORED = {
    "000_a.txt": "江海区社区党建学院\n当日,学院正式揭牌,并为第一批 20名\n培训教师颁发聘书,为培养人才提供支撑。",
    "001_b.txt": "礼乐龙舟赛在礼乐河开桨,共有46支龙舟队参赛。\nForeign companies opened offices in Jianghai.",
}


def astray(file: str, quote: str) -> str:
    """Return what is said of a quote that does not stand in its document."""
    asked = TestQuery("q1", "?", "zh", "all", True, "", (Evidence(file, quote),), place="q.csv:7")
    with pytest.raises(TestQueryError) as told:
        needs_of([asked], STORED.get, list(STORED))
    return str(told.value)


class TestNearestText:
    """What a quote that stands nowhere probably meant."""

    @pytest.mark.parametrize(
        ("quote", "nearest_", "first", "last"),
        [
            ("并为第一批二十名培训教师颁发聘书", "并为第一批 20名 培训教师颁发聘书", "并为", "聘书"),
            ("并为第一批20名新培训的教师颁发聘书", "并为第一批 20名 培训教师颁发聘书", "并为", "聘书"),
            ("井为第一批20名培训教师颁发骋书", "并为第一批 20名 培训教师颁发聘书", "并为", "聘书"),
            ("学院正式揭牌,并为20名培训教师颁发", "学院正式揭牌,并为第一批 20名 培训教师颁发", "学院正式", "颁发"),
        ],
    )
    def test_the_nearest_text_is_told_as_it_stands_there(
        self, quote: str, nearest_: str, first: str, last: str
    ) -> None:
        stored = STORED["000_a.txt"]
        start, end = stored.index(first), stored.index(last) + len(last)
        assert astray("000_a.txt", quote) == (
            f"q.csv:7: q1: found no {quote!r} in 000_a.txt, expected the quote letter for letter; "
            f"the nearest text there is at {start}-{end}: {nearest_!r}"
        )
        assert needs_of([TestQuery("q", "?", "zh", "all", True, "", (Evidence("000_a.txt", nearest_),))], STORED.get)

    def test_a_quote_that_stands_in_another_document_or_nearly_so(self) -> None:
        head_ = "in 000_a.txt, expected the quote letter for letter;"
        assert (
            astray("000_a.txt", "46支 龙舟队") == f"q.csv:7: q1: found no '46支 龙舟队' {head_} it stands in 001_b.txt"
        )
        start = STORED["001_b.txt"].index("Foreign")
        assert astray("000_a.txt", "foreign companies opened office in Jianghai.") == (
            f"q.csv:7: q1: found no 'foreign companies opened office in Jianghai.' {head_} "
            f"the nearest text is in 001_b.txt at {start}-{len(STORED['001_b.txt'])}: "
            "'Foreign companies opened offices in Jianghai.'"
        )

    @pytest.mark.parametrize("quote", ["火星上的水", "本报记者采访了三家企业", "The weather will be fine tomorrow"])
    def test_what_is_like_nothing_gets_no_guess(self, quote: str) -> None:
        assert astray("000_a.txt", quote).endswith("letter for letter; nothing like it stands there")

    def test_a_document_that_is_not_there_comes_with_the_nearest_names_and_where_the_quote_stands(self) -> None:
        assert astray("000a.txt", "46支龙舟队") == (
            "q.csv:7: q1: found no document '000a.txt', expected it in the library; "
            "the nearest names are 000_a.txt, 001_b.txt; it stands in 001_b.txt"
        )
        assert astray("报纸", "火星") == "q.csv:7: q1: found no document '报纸', expected it in the library"

    @given(st.text("江海区ab \n,", min_size=1, max_size=40), st.text("江海区ab \n,", min_size=1, max_size=12))
    def test_offsets_hold_whatever_the_text(self, stored: str, quote: str) -> None:
        near = nearest(Solid(stored), quote)
        if near is not None:
            assert near.text == " ".join(stored[near.start : near.end].split())
            assert not stored[near.start].isspace()
            assert not stored[near.end - 1].isspace()

    def test_hundreds_of_strayed_quotes_in_long_documents_take_seconds(self) -> None:
        whole = "".join(path.read_text(encoding="utf-8") for path in SEED_FILES)
        long = {f"{n}.txt": f"{n}{whole * 8}" for n in range(4)}
        asked = [
            TestQuery(f"q{n}", "?", "zh", "all", True, "", (Evidence("0.txt", f"{whole[at : at + 20]}某{n}人"),))
            for n, at in enumerate(range(100, 23_100, 70))
        ]
        started = time.process_time()
        with pytest.raises(TestQueryError) as told:
            needs_of(asked, long.get, list(long))
        lines = str(told.value).splitlines()
        assert (len(lines), lines[-1]) == (101, f"and {len(asked) - 100} more")
        assert time.process_time() - started < 10
