"""Believe a reverse proxy's X-Forwarded headers, but only those of a proxy that is trusted.

Scheme and client come from uvicorn's own middleware; host and path prefix are added here under the same rule
of trust: the peer's address is in `FORWARDED_ALLOW_IPS` (default: this machine).
"""

from __future__ import annotations

import os
import re
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn._types import ASGI3Application
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

# Where the scope keeps the name that was really asked for, when a proxy states another.
ASKED_HOST = "jianghai_qa.asked_host"
# Where it keeps the address of a trusted proxy: a client of the same address is one that the proxy did not tell.
TRUSTED_PEER = "jianghai_qa.trusted_peer"
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~%-]+)+")


class Forwarded:
    """Set scheme, client, host and root path of a request from the headers of a trusted proxy."""

    def __init__(self, app: ASGIApp, trusted: str | None = None) -> None:
        trusted = trusted or os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
        self._app = ProxyHeadersMiddleware(cast(ASGI3Application, app), trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] == "http" and client and client[0] in self._app.trusted_hosts:
            scope = _forwarded(scope) | {TRUSTED_PEER: client[0]}
        await self._app(scope, receive, send)  # type: ignore[arg-type]  # the same ASGI types under two names


def _forwarded(scope: Scope) -> dict[str, Any]:
    """Return the scope with host and root path as the proxy states them; of a list the first value counts."""
    headers = {name: value.decode("latin-1").split(",")[0].strip() for name, value in scope["headers"]}
    changed = dict(scope)
    if host := headers.get(b"x-forwarded-host"):
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        changed["headers"] = [*others, (b"host", host.encode("latin-1"))]
        changed[ASKED_HOST] = headers.get(b"host", "")
    prefix = headers.get(b"x-forwarded-prefix", "").rstrip("/")
    if _PREFIX.fullmatch(prefix):
        changed["root_path"] = prefix
    return changed
