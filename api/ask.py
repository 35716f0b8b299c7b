"""POST /v1/ask: an answer in the documents' own words, with citations."""

from __future__ import annotations

import logging

from fastapi import APIRouter

from api.context import Given, Links
from api.json_route import JsonRoute
from api.schemas import AskRequest, AskResponse
from qa.errors import InvalidRequest

log = logging.getLogger("jianghai_qa.api")
router = APIRouter(route_class=JsonRoute, tags=["search and ask"])


@router.post("/v1/ask", summary="Answer a question with citations")
def ask(request: AskRequest, context: Given, urls: Links) -> AskResponse:
    """Return sentences of the best passages, verbatim, with `[n]` markers and their citations.

    `answerable` is false when the documents hold no answer; `passages` are the nearest ones then.
    """
    _refuse_what_is_to_come(request)
    if context.settings.log_questions:
        log.info("ask %r", request.question)
    filters = request.filters.record() if request.filters else None
    return AskResponse.of(context.service.ask(request.question, top_k=request.top_k, filters=filters), urls)


def _refuse_what_is_to_come(request: AskRequest) -> None:
    if request.stream:
        raise InvalidRequest("found stream: true, which is not available yet, expected false; leave `stream` out")
    if request.history:
        raise InvalidRequest(
            "found a history, which is not available yet, expected none; leave `history` out and ask one whole question"
        )
