"""Say what is wrong with a request in its sender's terms: which field, what was found, what is expected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MALFORMED = "found a malformed"
_LONGEST_SHOWN = 60
# Faults that our own checks raise, with what was expected in their context.
OWN_FAULTS = frozenset({"date", "dates", "nul", "content"})

EXPECTED: Mapping[str, str] = {
    "body": "a JSON object",
    "query": "text of 1 to 1000 characters",
    "question": "text of 1 to 1000 characters",
    "top_k": "a whole number from 1 to 50",
    "mode": "hybrid, dense or lexical",
    "filters": "an object of filters",
    "document_ids": "a list of document ids",
    "published_from": "a date as YYYY, YYYY-MM or YYYY-MM-DD",
    "published_to": "a date as YYYY, YYYY-MM or YYYY-MM-DD",
    "event_from": "a date as YYYY, YYYY-MM or YYYY-MM-DD",
    "event_to": "a date as YYYY, YYYY-MM or YYYY-MM-DD",
    "include_undated": "true or false",
    "stream": "true or false",
    "history": "a list of earlier turns, each with role and content",
    "messages": "a list of messages, each with role and content",
    "role": "system, user or assistant",
    "model": "the name of a model",
    "max_num_results": "a whole number from 1 to 50",
    "ranking_options": "an object like {score_threshold: 0.5}",
    "score_threshold": "a number from 0 to 1",
    "retrieval_setting": "an object like {top_k: 5, score_threshold: 0.5}",
    "metadata_condition": "an object with conditions",
    "knowledge_id": "the name of the knowledge base",
    "input": "a text or a list of texts",
    "encoding_format": "float or base64",
    "dimensions": "a whole number",
    "stream_options": "an object like {include_usage: true}",
    "include_usage": "true or false",
    "limit": "a whole number from 1 to 100",
    "offset": "a whole number from 0 to 10000",
    "count": "a whole number from 1 to 10",
    "grade": "a whole number from 0 to 3",
    "state": "proposed, accepted or rejected",
    "form": "queries, qrels, topics, csv or xlsx",
    "passage_id": "the id of a passage",
    "note": "text of at most 1000 characters",
    "unanswerable": "true or false",
    "cursor": "the next_cursor of an earlier page",
    "verdict": "up or down",
    "reasons": "a list of reasons (wrong, not-answered-though-there, not-relevant, incomplete, outdated, other)",
    "comment": "text of at most 500 characters",
    "asked": "text of 1 to 1000 characters",
    "answer": "text of 1 to 4000 characters",
    "answerable": "true or false",
    "answerer": "the answerer of the answer, as extractive",
    "confidence": "a number from 0 to 1",
    "index_version": "the index_version of the answer",
    "citations": "a list of citations, each with document_id, spans and quote",
    "spans": "a list of pairs of numbers",
    "quote": "text of 1 to 4000 characters",
    "review": "true or false",
    "mark": "spans as START-END, divided by commas",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """One fault of a request."""

    field: str
    found: str
    expected: str


def describe(fault: Mapping[str, Any]) -> Detail:
    """Turn one of pydantic's faults into found and expected."""
    field = _field(fault["loc"])
    context = fault.get("ctx") or {}
    if fault["type"] == "json_invalid":
        found = f"{context.get('error', 'a fault')} at character {fault['loc'][-1]}"
        return Detail("body", found, "well-formed JSON")
    if fault["type"] == "missing":
        return Detail(field, "nothing", _expected(fault["loc"], "a value"))
    if fault["type"] == "extra_forbidden":
        return Detail(field, "an unknown field", "only the fields that /docs lists for this request")
    if fault["type"] == "too_long" and context.get("actual_length"):
        most, what = context["max_length"], _expected(fault["loc"], "a list").removeprefix("a list of ")
        return Detail(field, f"{context['actual_length']} in the list", f"at most {most} {what}")
    if fault["type"] == "string_unicode":
        return Detail(field, "text with a lone surrogate", "text of whole Unicode characters")
    found = context.get("found") or shown(fault.get("input"))
    own = context.get("expected") if fault["type"] in OWN_FAULTS else None
    expected = own or _expected(fault["loc"], str(fault["msg"]))
    return Detail(field, str(found), str(expected))


def shown(value: object) -> str:
    """Return a short form of any JSON value that can stand in a message, whatever it holds."""
    if isinstance(value, str):
        text = json.dumps(value[:_LONGEST_SHOWN], ensure_ascii=not _encodable(value))
        return text if len(value) <= _LONGEST_SHOWN else f"{text}… ({len(value)} characters)"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, Sequence):
        return "a list" if isinstance(value, list) else "bytes"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _field(location: Sequence[str | int]) -> str:
    """Return a location as a path: `("body", "filters", "document_ids", 0)` is `filters.document_ids[0]`."""
    names = location[1:] if len(location) > 1 else location
    path = "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in names)
    path = path.lstrip(".")
    return shown(path)[1:-1] if not _encodable(path) or len(path) > _LONGEST_SHOWN else path


def _expected(location: Sequence[str | int], otherwise: str) -> str:
    name = location[-1]
    if isinstance(name, int):
        return "a text" if location[-2:-1] == ("document_ids",) else otherwise
    return EXPECTED.get(name, otherwise)
