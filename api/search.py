"""POST /v1/search: the best passages for a query."""

from __future__ import annotations

import logging

from fastapi import APIRouter

from api.context import Given, Links
from api.json_route import JsonRoute
from api.schemas import Passage, SearchRequest, SearchResponse
from qa.records import Mode

log = logging.getLogger("jianghai_qa.api")
router = APIRouter(route_class=JsonRoute, tags=["search and ask"])


@router.post("/v1/search", summary="Find the passages that fit a query best")
def search(request: SearchRequest, context: Given, urls: Links) -> SearchResponse:
    """Return up to `top_k` passages, best first, each with a citation letter for letter."""
    if context.settings.log_questions:
        log.info("search %r", request.query)
    filters = request.filters.record() if request.filters else None
    found = context.service.search(request.query, top_k=request.top_k, mode=Mode(request.mode), filters=filters)
    return SearchResponse(
        query=found.query,
        asked=found.asked,
        mode=found.mode,
        index_version=found.index_version,
        took_ms=found.took_ms,
        passages=[Passage.of(hit, urls) for hit in found.passages],
    )
