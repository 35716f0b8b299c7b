"""POST /v1/ask with `stream`: the events `passages`, `delta` for each sentence, `answer`, and `error`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import BaseModel

from api.schemas import AskResponse, Passage
from api.streaming import event, guarded, pieces
from api.urls import Urls
from qa.asking import Asking

_FAULT = {
    "error": {
        "code": "internal_error",
        "message": "found a fault in the service itself, expected none; its log has it; please report it",
        "details": [],
    }
}


class PassagesEvent(BaseModel):
    """The passages that the answer is made from, or the nearest ones."""

    passages: list[Passage]


class DeltaEvent(BaseModel):
    """The next sentences of the answer; what was sent is never taken back."""

    text: str


def ask_events(asking: Asking, urls: Urls) -> Iterator[bytes]:
    """Give an answer on its way as events; all texts of `delta`, joined, are the answer's."""
    return guarded(_events(asking, urls), event(json.dumps(_FAULT), "error"))


def _events(asking: Asking, urls: Urls) -> Iterator[bytes]:
    passages = [Passage.of(hit, urls) for hit in asking.passages]
    yield event(PassagesEvent(passages=passages).model_dump_json(), "passages")
    for draft in asking:
        for text in pieces(draft.text):
            yield event(DeltaEvent(text=text).model_dump_json(), "delta")
    yield event(AskResponse.of(asking.answer, urls).model_dump_json(), "answer")
