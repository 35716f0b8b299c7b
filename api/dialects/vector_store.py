"""POST /v1/vector_stores/jianghai/search: passages in the dialect of OpenAI's vector stores."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.context import Given, Links
from api.dialects.searching import Query, Threshold, check_store, checked_query, found
from api.dialects.vector_filters import condition_of
from api.json_route import JsonRoute
from api.schemas import MAX_TOP_K
from api.titles import title_of
from api.urls import Urls
from qa.records import CitedHit

router = APIRouter(route_class=JsonRoute, tags=["OpenAI's dialect"])
# An attribute is a text of so many characters at most, a number or a flag; there are 16 of them.
_LONGEST_ATTRIBUTE = 512


class RankingOptions(BaseModel):
    """How results are chosen."""

    score_threshold: Threshold | None = None


class VectorSearchRequest(BaseModel):
    """A search; fields that are not named are ignored."""

    query: Query = Field(description="what to look for; several texts are one query")
    max_num_results: int = Field(10, ge=1, le=MAX_TOP_K)
    filters: dict[str, Any] | None = Field(
        None,
        description="comparisons of document_id (file_id), file (filename), publication, published, and `and`, `or`",
    )
    ranking_options: RankingOptions | None = None


class Content(BaseModel):
    """The text of a passage."""

    type: Literal["text"] = "text"
    text: str


class VectorResult(BaseModel):
    """A passage; the file is the document that it stands in."""

    file_id: str
    filename: str
    score: float = Field(description="probability that the passage is relevant")
    attributes: dict[str, str | float | bool] = Field(description="where the passage stands, as far as is known")
    content: list[Content]


class VectorResults(BaseModel):
    """The passages, best first; there is one page of them."""

    object: Literal["vector_store.search_results.page"] = "vector_store.search_results.page"
    search_query: list[str]
    data: list[VectorResult]
    has_more: bool = False
    next_page: str | None = None


@router.post("/v1/vector_stores/{store}/search", summary="Search as a vector store")
def search_store(store: str, request: VectorSearchRequest, context: Given, urls: Links) -> VectorResults:
    """Return the best passages in the dialect of OpenAI's vector stores; the one store is `jianghai`."""
    check_store(store)
    query = checked_query(request.query)
    threshold = request.ranking_options.score_threshold if request.ranking_options else None
    hits = found(context, query, request.max_num_results, condition_of(request.filters), threshold)
    return VectorResults(search_query=[query], data=[_result(hit, urls) for hit in hits])


def _result(hit: CitedHit, urls: Urls) -> VectorResult:
    citation = hit.citation
    return VectorResult(
        file_id=citation.document_id,
        filename=citation.file,
        score=hit.score,
        attributes=attributes(hit, urls),
        content=[Content(text=hit.text)],
    )


def attributes(hit: CitedHit, urls: Urls) -> dict[str, str | float | bool]:
    """Return where a hit stands as plain values; what is not known is left out."""
    citation = hit.citation
    known = {
        "passage_id": hit.id,
        "url": urls.of(citation.path),
        "title": title_of(citation),
        "publication": citation.publication,
        "published": citation.published,
        "event_date": citation.event_date,
        "byline": citation.byline,
        "kind": str(hit.kind),
        "paragraph": citation.paragraph,
        "page": citation.page,
        "spans": ",".join(f"{start}-{end}" for start, end in citation.spans),
        "note": citation.note,
    }
    return {
        name: value[:_LONGEST_ATTRIBUTE] if isinstance(value, str) else value
        for name, value in known.items()
        if value is not None
    }
