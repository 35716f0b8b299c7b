"""A search as the dialects want it: with conditions on documents and a lowest score."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.context import Context
from api.schemas import MAX_QUESTION
from api.validation import shown
from embeddings.encoder import valid_text
from qa.conditions import Condition, meeting
from qa.errors import InvalidRequest, NotFound
from qa.records import CitedHit, Filters

log = logging.getLogger("jianghai_qa.api")
STORE = "jianghai"
# A calibrated probability, so that a threshold means the same for every question.
Threshold = Annotated[float, Field(ge=0, le=1, description="lowest probability of being relevant, 0-1")]
_EXPECTED = f"text of 1 to {MAX_QUESTION} characters, or a list of texts"


def _query(value: Any) -> str:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise PydanticCustomError("content", "no text", {"found": shown(value), "expected": _EXPECTED})
    query = valid_text(" ".join(text.strip() for text in texts)).replace("\x00", " ").strip()
    if not query:
        raise PydanticCustomError("content", "no text", {"found": shown(value), "expected": _EXPECTED})
    return query


Query = Annotated[
    Any,
    AfterValidator(_query),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


def check_store(name: str) -> None:
    """Raise `NotFound` unless the name is that of the one store of documents."""
    if name != STORE:
        raise NotFound(f"found the name {shown(name)}, expected {STORE}; ask for that one")


def found(
    context: Context, query: str, top_k: int, condition: Condition | None, threshold: float | None
) -> list[CitedHit]:
    """Return the best passages of the documents that meet a condition, those that score at least `threshold`."""
    if context.settings.log_questions:
        log.info("search %r", query)
    service = context.service
    filters = None if condition is None else Filters(document_ids=meeting(service.library.facts(), condition))
    passages = service.search(query, top_k=top_k, filters=filters).passages
    return [passage for passage in passages if passage.score >= (threshold or 0.0)]


def checked_query(query: str) -> str:
    """Return the query; raise `InvalidRequest` for one that is too long to be read whole."""
    if len(query) > MAX_QUESTION:
        raise InvalidRequest(f"query: found {len(query)} characters, expected {_EXPECTED}; send a shorter one")
    return query
