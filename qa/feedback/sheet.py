"""Test questions made of feedback as a sheet for people: one row a quote, columns that spreadsheets open."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from qa.evaluation.queries import Evidence, TestQuery
from qa.feedback.candidates import Candidate

_COLUMNS = ("accepted", "id", "question", "answer", "file", "quote", "answerable", "lang", "type", "note")
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_sheet(stream: TextIO, rows: Iterable[TestQuery | Candidate]) -> None:
    """Write rows as CSV with a byte order mark, by which spreadsheets know UTF-8; no cell becomes a formula.

    A question's further quotes have rows of their own below it. What a candidate cited stands there to be corrected, and
    `accepted` is empty until somebody decides.
    """
    stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerows([_cell(text) for text in cells] for cells in _cells(row))


def _cells(row: TestQuery | Candidate) -> list[Sequence[str]]:
    query, accepted, note = (row, "yes", "") if isinstance(row, TestQuery) else (row.query, "", _note(row))
    first, *others = query.evidence or (Evidence("", ""),)
    answerable = "yes" if query.answerable else "no"
    whole = (
        accepted,
        query.id,
        query.question,
        query.answer,
        first.file,
        first.quote,
        answerable,
        query.lang,
        query.type,
        note,
    )
    return [whole, *(("", "", "", "", one.file, one.quote, "", "", "", "") for one in others)]


def _note(one: Candidate) -> str:
    return " / ".join(text for text in (one.why, one.judged.comment, one.judged.answer) if text)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
