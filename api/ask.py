"""POST /v1/ask: an answer with citations, in the documents' own words or, with a language model, checked against them."""

from __future__ import annotations

import logging

from fastapi import APIRouter

from api.ask_stream import ask_events
from api.context import Given, Links
from api.json_route import JsonRoute
from api.schemas import AskRequest, AskResponse
from api.streaming import EventStream

log = logging.getLogger("jianghai_qa.api")
router = APIRouter(route_class=JsonRoute, tags=["search and ask"])
_STREAMED = {
    "description": "the answer; with `stream` as the events `passages`, `delta` (whole sentences), `answer` (this object)",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


@router.post(
    "/v1/ask", summary="Answer a question with citations", response_model=AskResponse, responses={200: _STREAMED}
)
def ask(request: AskRequest, context: Given, urls: Links) -> AskResponse | EventStream:
    """Return sentences of the best passages, verbatim, with `[n]` markers and their citations.

    Where a language model is set, its sentences that could be proved come instead (`answerer` is `language-model`); when there
    are none, the verbatim ones come and `notice` says why. `answerable` is false when the documents hold no answer; `passages`
    are the nearest ones then. With `stream` the same comes as server-sent events; a fault after the first is an event `error`.
    """
    if context.settings.log_questions:
        log.info("ask %r", request.question)
    filters = request.filters.record() if request.filters else None
    history = [turn.record() for turn in request.history or ()]
    asking = context.service.asking(request.question, top_k=request.top_k, filters=filters, history=history)
    if request.stream:
        return EventStream(ask_events(asking, urls), asking.close)
    return AskResponse.of(asking.whole(), urls)
