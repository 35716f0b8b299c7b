"""Feedback as test questions: those that are ready to be measured with, and those that a person has to complete.

Ready is what was judged right and by nobody wrong: an answer with the quotes that it cited, a refusal as a question without
an answer. Of what was judged wrong nobody knows the right quote: it goes to review, where a person finds it or throws the
question away. What is ready works already, so measuring with it alone favours what works. The secret ids of the feedback are
in neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.evaluation.queries import Evidence, TestQuery
from qa.feedback.records import Feedback, Judged, Verdict
from qa.phrases import language

TYPE = "feedback"
# Why a question is not ready although nobody judged this answer wrong.
DISPUTED, UNPROVED = "judged right and wrong", "judged right, without a citation that stands"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A test question that is not ready: `why`, and what was judged. Its evidence is what was cited, rightly or not."""

    query: TestQuery
    why: str
    judged: Judged


def ready(feedback: Sequence[Feedback]) -> list[TestQuery]:
    """Return test questions, each question once with all quotes that were judged right."""
    return [_query(group) for group in _by_question(feedback) if _is_ready(group)]


def to_review(feedback: Sequence[Feedback]) -> list[Candidate]:
    """Return what a person has to complete, each piece of feedback by itself."""
    groups = (group for group in _by_question(feedback) if not _is_ready(group))
    return [Candidate(_query([one]), _why(one, group), one.judged) for group in groups for one in group]


def ready_lines(queries: Iterable[TestQuery]) -> Iterator[str]:
    """Give test questions as lines of JSON that `jianghai-qa evaluate` reads."""
    for query in queries:
        yield _line(_fields(query) | {"evidence": [asdict(one) for one in query.evidence]})


def review_lines(candidates: Iterable[Candidate]) -> Iterator[str]:
    """Give candidates as lines of JSON, without evidence: `accepted` is false until a person has found some."""
    for one in candidates:
        more = {
            "evidence": [],
            "accepted": False,
            "candidate": one.why,
            "comment": one.judged.comment,
            "answered": one.judged.answer,
            "cited": [{"file": place.file, "quote": place.quote} for place in one.judged.citations],
        }
        yield _line(_fields(one.query) | more)


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"


def _fields(query: TestQuery) -> dict[str, Any]:
    return {name: getattr(query, name) for name in ("id", "question", "lang", "type", "answerable", "answer")}


def _by_question(feedback: Sequence[Feedback]) -> list[list[Feedback]]:
    groups: dict[str, list[Feedback]] = {}
    for one in feedback:
        groups.setdefault("".join(one.judged.asked.casefold().split()), []).append(one)
    return list(groups.values())


def _is_ready(group: Sequence[Feedback]) -> bool:
    return _agree(group) and all(_is_proved(one.judged) for one in group)


def _agree(group: Sequence[Feedback]) -> bool:
    return len({(one.judged.verdict, one.judged.answerable) for one in group}) == 1


def _is_proved(judged: Judged) -> bool:
    proved = bool(judged.citations) or not judged.answerable
    return judged.verdict is Verdict.UP and bool(judged.asked) and proved


def _query(group: Sequence[Feedback]) -> TestQuery:
    """Return one question; what was judged wrong has, as far as anybody knows, an answer that is not known yet."""
    judged = group[0].judged
    answerable = judged.answerable or judged.verdict is Verdict.DOWN
    places = {Evidence(place.file, place.quote): None for one in group for place in one.judged.citations}
    return TestQuery(
        id=f"{TYPE}-{group[0].number}",
        question=judged.asked or judged.question,
        lang=language(judged.asked),
        type=TYPE,
        answerable=answerable,
        answer=judged.answer if judged.verdict is Verdict.UP and answerable else "",
        evidence=tuple(places),
    )


def _why(one: Feedback, group: Sequence[Feedback]) -> str:
    if one.judged.verdict is Verdict.DOWN:
        return ", ".join(one.judged.reasons) or "judged wrong"
    return UNPROVED if _agree(group) else DISPUTED
