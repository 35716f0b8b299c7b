"""POST /retrieval: passages as an external knowledge base of Dify.

Source: https://docs.dify.ai/en/guides/knowledge-base/api-documentation/external-knowledge-api-documentation
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.context import Given, Links, context_of
from api.dialects.dify_filters import condition_of
from api.dialects.searching import Query, Threshold, check_store, found
from api.dialects.vector_store import attributes
from api.errors import Unauthorized
from api.guard import check_key
from api.json_route import JsonRoute
from api.schemas import MAX_QUESTION, MAX_TOP_K
from api.titles import title_of
from qa.records import CitedHit


class MalformedKey(Unauthorized):
    """There is no key in the form that is expected."""

    code = "malformed_key"


class KeyRoute(JsonRoute):
    """Check the key before the body is read: Dify tries a new knowledge base with its key and no body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler behind the check of the key."""
        handler = super().get_route_handler()

        async def checked(request: Request) -> Response:
            check_bearer(request, context_of(request).settings.api_key)
            return await handler(request)

        return checked


router = APIRouter(route_class=KeyRoute, tags=["Dify's dialect"])


class RetrievalSetting(BaseModel):
    """How many records, and the lowest score."""

    top_k: Annotated[int, Field(ge=1, le=MAX_TOP_K)] = 5
    score_threshold: Threshold | None = None


class RetrievalRequest(BaseModel):
    """A search; fields that are not named are ignored."""

    knowledge_id: str = Field(description="`jianghai`")
    query: Query = Field(description="what to look for; of a longer one the first 1,000 characters are read")
    retrieval_setting: RetrievalSetting = RetrievalSetting()
    metadata_condition: dict[str, Any] | None = Field(
        None, description="conditions on document_id, file, publication, published"
    )


class DifyRecord(BaseModel):
    """A passage."""

    content: str
    score: float = Field(description="probability that the passage is relevant")
    title: str
    metadata: dict[str, str | float | bool]


class DifyRecords(BaseModel):
    """The passages, best first."""

    records: list[DifyRecord]


@router.post("/retrieval", summary="Retrieve as Dify's external knowledge")
def retrieve(request: RetrievalRequest, context: Given, urls: Links) -> DifyRecords:
    """Return the best passages in Dify's dialect; the one knowledge base is `jianghai`.

    Where the service has a key it is asked for; else any or none will do. A query over 1,000 characters is cut.
    """
    check_store(request.knowledge_id)
    setting = request.retrieval_setting
    condition = condition_of(request.metadata_condition)
    hits = found(context, request.query[:MAX_QUESTION], setting.top_k, condition, setting.score_threshold)
    return DifyRecords(
        records=[
            DifyRecord(
                content=hit.text,
                score=hit.score,
                title=title_of(hit.citation),
                metadata=_metadata(hit, attributes(hit, urls)),
            )
            for hit in hits
        ]
    )


def _metadata(hit: CitedHit, where: dict[str, str | float | bool]) -> dict[str, str | float | bool]:
    return {"document_id": hit.citation.document_id, "file": hit.citation.file} | where


def check_bearer(request: Request, key: str) -> None:
    """Raise `MalformedKey` or `Unauthorized` unless the request brings the key, where there is one."""
    if not key:
        return
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given.strip():
        raise MalformedKey("found no key, expected the header Authorization: Bearer KEY; enter the key of the service")
    check_key(request, key)
