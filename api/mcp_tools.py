"""The three tools for MCP clients: search, fetch and ask, over the same service as everything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import BaseModel, Field

from api.documents import cited
from api.schemas import AskResponse, Question
from api.titles import title_of
from api.urls import Urls
from qa import records
from qa.errors import InvalidRequest, NotFound
from qa.service import Service
from qa.version import DISTRIBUTION, product_version

_TOP_K = 10
_METADATA = (
    "document_id", "file", "publication", "published", "byline", "event_date", "paragraph", "spans", "note"
)  # fmt: skip
_READS_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Search and read pages of the newspaper of Jianghai district (江海区, Jiangmen), in Chinese; questions "
    "may be in Chinese or English. ask gives a cited answer, search passages, fetch one passage in full."
)


class Found(BaseModel):
    """One passage that was found."""

    id: str
    title: str
    url: str
    text: str


class FoundList(BaseModel):
    """The passages found, best first."""

    results: list[Found]


class Fetched(BaseModel):
    """One passage in full, with where it stands."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, Any]


class Tools:
    """The tools' work, free of the protocol."""

    def __init__(self, service: Service, urls: Urls) -> None:
        self._service, self._urls = service, urls

    def search(self, query: Annotated[Question, Field(description="what to look for")]) -> FoundList:
        """Find the newspaper passages that fit a query best. Give an id to fetch to read where it stands."""
        with _told():
            hits = self._service.search(query, top_k=_TOP_K).passages
        return FoundList(results=[self._found(hit) for hit in hits])

    def fetch(self, id: Annotated[str, Field(description="the id of a passage, from search")]) -> Fetched:
        """Read one passage with its publication, date, byline and exact place in the source."""
        with _told():
            passage, citation = cited(self._service.library, id)
        return Fetched(
            id=passage.id,
            title=title_of(citation),
            text=passage.text,
            url=self._urls.of(citation.path),
            metadata={name: getattr(citation, name) for name in _METADATA},
        )

    def ask(self, question: Annotated[Question, Field(description="a question in Chinese or English")]) -> AskResponse:
        """Answer a question with sentences of the newspaper, or proved by it, each with its exact citation."""
        with _told():
            return AskResponse.of(self._service.ask(question), self._urls)

    def _found(self, hit: records.CitedHit) -> Found:
        url = self._urls.of(hit.citation.path)
        return Found(id=hit.id, title=title_of(hit.citation), url=url, text=hit.text)


@contextmanager
def _told() -> Iterator[None]:
    """Tell a client of a fault in its request; other faults name files and go to the log as crashes."""
    try:
        yield
    except (InvalidRequest, NotFound) as fault:
        raise ToolError(str(fault)) from fault


def create_mcp(service: Service, urls: Urls) -> MCPServer:
    """Return an MCP server over an open service; it serves any transport."""
    version = product_version()
    server = MCPServer(
        DISTRIBUTION, version=version, instructions=_INSTRUCTIONS, log_level="WARNING", subscriptions=False
    )
    tools = Tools(service, urls)
    for tool in (tools.search, tools.fetch, tools.ask):
        server.tool(annotations=_READS_ONLY, structured_output=True)(tool)
    return server
