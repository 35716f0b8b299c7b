"""/mcp: the MCP tools over streamable HTTP.

Each request stands for itself and is answered as JSON, so it does not matter which of several servers gets it, nothing is kept
for a client that has gone, and no task runs beside the requests. There is nothing to tell a client unasked: GET is refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.context import context_of, urls_of
from api.errors import Forbidden, error_response
from api.guard import refuse_foreign_pages
from api.urls import Urls
from qa.service import Service

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

# The tools' links begin with the address that was asked, of which a service has few.
_ADDRESSES = 16


class McpEndpoint:
    """An ASGI application that answers one MCP message a request; it is its own route, by whose path requests are counted."""

    path = "/mcp"

    def __init__(self) -> None:
        self._server = lru_cache(maxsize=_ADDRESSES)(_server)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        request = Request(scope, receive)
        if refusal := _refusal(request):
            return await refusal(scope, receive, send)
        # Building the tools takes a while the first time, and other requests are being answered.
        server = await run_in_threadpool(self._server, context_of(request).service, urls_of(request))
        # Host and origin were checked; the package's own check knows one list of names and no setting.
        app = server.streamable_http_app(stateless_http=True, json_response=True, host="")
        async with server.session_manager.run():
            await app(_at(scope, self.path), receive, send)


def _refusal(request: Request) -> Response | None:
    """Return the answer to a request that is not to be served, else None."""
    try:
        refuse_foreign_pages(request)
    except Forbidden as fault:
        return error_response(request.scope, 403, fault.code, str(fault))
    if request.method != "POST":
        message = f"found the method {request.method}, expected POST; every request here stands for itself"
        return error_response(request.scope, 405, "method_not_allowed", message, headers={"allow": "POST"})
    return None


def _at(scope: Scope, path: str) -> Scope:
    """Return the scope as the package's application expects it, whatever prefix a proxy has added."""
    return dict(scope, path=path, raw_path=path.encode(), root_path="")


def _server(service: Service, urls: Urls) -> MCPServer:
    # The MCP package takes 0.7 s to import, which a server that no MCP client asks need not wait for.
    from api.mcp_tools import create_mcp

    return create_mcp(service, urls)
