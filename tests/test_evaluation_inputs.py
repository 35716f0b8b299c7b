"""Files of test questions in every form, the text of every fault, and sheets that are written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from question_files import EXPECTED, FILE, ROWS, fault_of, table, workbook

from qa.errors import InvalidRequest, TestQueryError
from qa.evaluation.columns import Column, columns_of, head, language_of
from qa.evaluation.queries import Evidence, TestQuery, label, one_line
from qa.evaluation.reading import questions_of, read_questions, with_files
from qa.evaluation.sheets import Draft, sheet_bytes, write_sheet


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
        assert columns_of(["用户问题", "文件名称", "原句"]) == {Column.QUESTION: 0, Column.FILE: 1, Column.QUOTE: 2}
        assert columns_of(["User question", "Source", "摘录 / excerpt"]) == {
            Column.QUESTION: 0, Column.FILE: 1, Column.QUOTE: 2,
        }  # fmt: skip

    def test_a_less_sure_head_gives_way_to_the_usual_one(self) -> None:
        assert columns_of(["来源", "问题", "文件", "原文"]) == {Column.QUESTION: 1, Column.FILE: 2, Column.QUOTE: 3}
        with pytest.raises(TestQueryError, match="found two columns for file, '来源' and 'source', expected one"):
            columns_of(["来源", "问题", "source", "原文"])

    def test_heads_and_sheets_that_are_left_out_are_told(self, tmp_path: Path) -> None:
        said: list[str] = []
        path = workbook(
            tmp_path / "q.xlsx", [["心情", *ROWS[0], "Qoute"], *(["", *r] for r in ROWS[1:])], [["人"], ["甲"]]
        )
        assert read_questions(path, said.append) == EXPECTED
        assert said == [
            f"{path}[第1页]:1: not understood as a column and left out: '心情', 'Qoute' (perhaps 原文 / quote)",
            f"{path}[第2页]: left out with 2 rows, for it has no head with 问题 / question",
        ]
        path, said = workbook(tmp_path / "r.xlsx", ROWS, []), []
        assert (read_questions(path, said.append), said) == (EXPECTED, [])
        assert fault_of(tmp_path / "q.csv", "question,file,qoute\nA?,b,c\n") == [
            "q.csv:1: found the columns question, file, expected 问题 / question, 文件 / file and 原文 / quote; "
            "'qoute' is perhaps 原文 / quote"
        ]

    def test_what_would_break_a_table_or_a_list_is_folded(self, tmp_path: Path) -> None:
        path = tmp_path / "q.csv"
        path.write_text('id,question,answerable,type\n"q\n1","Who\r\nraced?",no,"a | b\nc"\n', encoding="utf-8")
        (asked,) = read_questions(path)
        assert (asked.id, asked.question, asked.type) == ("q 1", "Who raced?", "a / b c")
        row = {"id": "q\n1", "question": "A?", "answerable": False, "type": "a|b"}
        (tmp_path / "q.jsonl").write_text(json.dumps(row), encoding="utf-8")
        (asked,) = read_questions(tmp_path / "q.jsonl")
        assert (asked.id, asked.type) == ("q 1", "a/b")

    def test_an_encoding_other_than_utf_8_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "q.csv"
        for encoding, name in (("gb18030", "GB18030"), ("utf-16", "UTF-16-LE")):
            said: list[str] = []
            path.write_bytes(table(ROWS[:2]).encode(encoding))
            assert len(read_questions(path, said.append)) == 1
            assert said == [f"{path}: read as {name}; if letters look wrong, save it as UTF-8"]

    @pytest.mark.parametrize("word", ["Müller", "São", "Größe für", "über", "Émile"])
    def test_a_western_file_that_can_be_read_as_chinese_is_refused(self, tmp_path: Path, word: str) -> None:
        text = f"question,file,quote\nWho is {word} of Jianghai?,a.txt,{word} spoke\n"
        (said,) = fault_of(tmp_path / "q.csv", text.encode("cp1252"))
        meant = word.split()[-1]
        assert said == (
            f"q.csv: found {meant.encode('cp1252').decode('gb18030')!r}, which is {meant!r} in a Western encoding; "
            "save it as UTF-8 (in Excel: CSV UTF-8)"
        )
        (tmp_path / "q.csv").write_text(text, encoding="utf-8")
        assert word in read_questions(tmp_path / "q.csv")[0].question

    def test_chinese_beside_latin_letters_is_no_western_file(self, tmp_path: Path) -> None:
        path = tmp_path / "q.csv"
        text = "question,file,quote\nWhat is A区B座?,a.txt,丁镕C到了3D馆\nWhere does 囍 Hotel stand?,b.txt,X囍Y酒店\n"
        for alone in ("A区B", "(镕)", "X囍Y", "喆 and 镕", "§1"):
            path.write_bytes(f"question,file,quote\nWhat is {alone} there?,a.txt,x\n".encode("gb18030"))
            assert alone in read_questions(path)[0].question
        path.write_bytes(text.encode("gb18030"))
        assert [q.evidence[0].quote for q in read_questions(path)] == ["丁镕C到了3D馆", "X囍Y酒店"]
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

    def test_a_quote_contradicts_a_question_without_an_answer(self, tmp_path: Path) -> None:
        rows = "id,question,file,quote,answerable\nq1,A?,a,x,no\n,,a,y,\nq2,B?,,,否\nq3,C?,a,z,perhaps\n"
        says = "found a quote though 可答 / answerable says no/否, expected none, or yes/是 there"
        assert fault_of(tmp_path / "q.csv", rows) == [
            f"q.csv:2: {says}",
            f"q.csv:3: {says}",
            "q.csv:5: found answerable 'perhaps', expected yes/是 or no/否",
        ]

    @pytest.mark.parametrize(("delimiter", "name"), [(",", "a comma"), ("\t", "a tab"), (";", "a semicolon")])
    def test_a_row_with_more_cells_than_heads_is_a_fault(self, tmp_path: Path, delimiter: str, name: str) -> None:
        rows = [
            ["question", "file", "quote", ""],
            ["A?", "a", "b", "note"],
            ["B?", "a", "b", "c", "", "d"],
            ["C?", "a", "b", *[""] * 9],
        ]
        assert fault_of(tmp_path / "q.csv", table(rows, delimiter)) == [
            f"q.csv:3: found 6 cells, expected 4: {name} in a text needs quotation marks around it"
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
    words = st.one_of(st.just("谁|何\n时"), text)
    return TestQuery(
        f"q{number}",
        one_line(draw(words)),
        draw(st.sampled_from(["zh", "en"])),
        label(draw(words)),
        bool(evidence),
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
        "text",
        ["=1+1", "+86", "-5", "@x", "'=1", "''-1", "'quoted'", "＝1", "_x0041_", "a\rb", "#N/A", "\x07", "a\n\nb"],
    )
    @pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
    def test_what_a_spreadsheet_program_would_change_is_kept(self, text: str, suffix: str) -> None:
        query = TestQuery("q1", one_line(text), "zh", "all", True, text, (Evidence(text, text),))
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
        with pytest.raises(InvalidRequest, match=r"found a sheet with the name ending '.ods', expected .csv or .xlsx"):
            write_sheet(tmp_path / "q.ods", [])
        for odd in ("\0", "\ud800"):
            with pytest.raises(
                TestQueryError, match="found a NUL or half a surrogate pair in a question, expected text"
            ):
                sheet_bytes(".csv", [Draft(replace(EXPECTED[0], answer=odd))])
        long = TestQuery("q", "长" * 40_000, "zh", "all", True, "", (Evidence("a", "b"),))
        with pytest.raises(TestQueryError, match=r"found a text of 40000 characters, expected at most 32767 in a cell"):
            write_sheet(tmp_path / "q.xlsx", [Draft(long)])
