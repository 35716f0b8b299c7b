"""Sheets of test questions made for tests, and what reading a faulty file says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from qa.errors import TestQueryError
from qa.evaluation.queries import Evidence, TestQuery
from qa.evaluation.reading import read_questions

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
