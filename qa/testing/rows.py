"""The tables of drafts and judgements, and how records become their rows and come back."""

from __future__ import annotations

import json
from typing import Any

from qa.testing.records import Draft, Judgement, Proposal, State

SCHEMA = """
CREATE TABLE drafts (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, question TEXT NOT NULL, lang TEXT NOT NULL, type TEXT NOT NULL,
    answerable INTEGER NOT NULL, answer TEXT NOT NULL, document_id TEXT NOT NULL, file TEXT NOT NULL, quote TEXT NOT NULL,
    origin TEXT NOT NULL, state TEXT NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TABLE questions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, question TEXT NOT NULL, lang TEXT NOT NULL,
    unanswerable INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE judgements (
    question_id TEXT NOT NULL REFERENCES questions (id) ON DELETE CASCADE, passage_id TEXT NOT NULL,
    document_id TEXT NOT NULL, file TEXT NOT NULL, spans TEXT NOT NULL, quote TEXT NOT NULL, grade INTEGER NOT NULL,
    day TEXT NOT NULL, PRIMARY KEY (question_id, file, quote)) STRICT;
"""
DRAFT = "id, question, lang, type, answerable, answer, document_id, file, quote, origin, state, note"
JUDGED = "question_id, passage_id, document_id, file, spans, quote, grade, day"


def draft_row(draft: Draft) -> tuple[Any, ...]:
    """Return the values of the columns `DRAFT`."""
    p = draft.proposal
    about = (p.question, p.lang, p.type, p.answerable, p.answer, p.document_id, p.file, p.quote, p.origin)
    return draft.id, *about, draft.state, draft.note


def draft_of(row: tuple[Any, ...]) -> Draft:
    """Return the draft of a row with the columns `DRAFT`."""
    id_, question, lang, type_, answerable, answer, document_id, file, quote, origin, state, note = row
    proposal = Proposal(question, lang, type_, bool(answerable), answer, document_id, file, quote, origin)
    return Draft(id_, proposal, State(state), note)


def judgement_row(one: Judgement) -> tuple[Any, ...]:
    """Return the values of the columns `JUDGED`."""
    spans = json.dumps(one.spans)
    return one.question_id, one.passage_id, one.document_id, one.file, spans, one.quote, one.grade, one.day


def judgement_of(row: tuple[Any, ...], question: str) -> Judgement:
    """Return the judgement of a row with the columns `JUDGED`; the question's words stand in their own table."""
    question_id_, passage_id, document_id, file, spans, quote, grade, day = row
    pairs = tuple((start, end) for start, end in json.loads(spans))
    return Judgement(question_id_, question, passage_id, document_id, file, pairs, quote, grade, day)
