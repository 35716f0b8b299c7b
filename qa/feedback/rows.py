"""Feedback as rows of its table; a visitor's words are masked on the way in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qa.feedback.masking import cleaned
from qa.feedback.records import CitedPlace, Feedback, Judged, Reason, Verdict

GIVEN = (
    "id, day, verdict, reasons, comment, question, asked, answer, answerable, answerer, confidence, citations, "
    "index_version"
)
COLUMNS = f"number, {GIVEN}"
# `number` is never given twice, so that an id made of it in an export names one feedback for good.
SCHEMA = """
CREATE TABLE feedback (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, verdict TEXT NOT NULL,
    reasons TEXT NOT NULL, comment TEXT NOT NULL, question TEXT NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL,
    answerable INTEGER NOT NULL, answerer TEXT NOT NULL, confidence REAL NOT NULL, citations TEXT NOT NULL,
    index_version INTEGER NOT NULL) STRICT
"""


def values_of(judged: Judged) -> tuple[Any, ...]:
    """Return the values of all columns from `verdict` on."""
    places = [[one.document_id, one.file, one.spans, one.quote] for one in judged.citations]
    return (
        judged.verdict.value,
        json.dumps(judged.reasons),
        cleaned(judged.comment),
        cleaned(judged.question),
        cleaned(judged.asked),
        cleaned(judged.answer),
        int(judged.answerable),
        judged.answerer,
        judged.confidence,
        json.dumps(places, ensure_ascii=False),
        judged.index_version,
    )


def feedback_of(row: Sequence[Any]) -> Feedback:
    """Return the record of a row of `COLUMNS`."""
    (
        number,
        id_,
        day,
        verdict,
        reasons,
        comment,
        question,
        asked,
        answer,
        answerable,
        answerer,
        confidence,
        places,
        version,
    ) = row
    judged = Judged(
        verdict=Verdict(verdict),
        question=question,
        asked=asked,
        answer=answer,
        answerable=bool(answerable),
        answerer=answerer,
        confidence=confidence,
        index_version=version,
        reasons=tuple(Reason(reason) for reason in json.loads(reasons)),
        comment=comment,
        citations=tuple(
            CitedPlace(document_id, file, tuple((start, end) for start, end in spans), quote)
            for document_id, file, spans, quote in json.loads(places)
        ),
    )
    return Feedback(number, id_, day, judged)
