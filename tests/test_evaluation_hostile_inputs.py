"""What hostile and damaged files of test questions do."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from question_files import EXPECTED, FILE, QUOTE, ROWS, fault_of, workbook

from qa.errors import TestQueryError
from qa.evaluation.reading import questions_of, read_questions


def packed(path: Path, level: int = 9, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return path


def altered(path: Path, part: str, old: bytes, new: bytes, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Change a part of a workbook behind its back."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", compression) as archive:
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

    def test_workbooks_of_very_many_small_parts_are_refused(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "q.xlsx", ROWS)
        altered(path, SHEET, b"<sheetData>", b"<x/>" * 2_000_000 + b"<sheetData>", zipfile.ZIP_STORED)
        (line,) = fault_of(path)
        assert re.fullmatch(r"q\.xlsx has 2000\d\d\d XML tags, expected at most 2000000; divide it", line)

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
