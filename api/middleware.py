"""What happens to every request, whatever its route: size limit, HEAD, security headers, measurement.

Plain ASGI, no base class: each is one function around the next application.
"""

from __future__ import annotations

import time

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import error_response
from api.guard import may_write
from api.metrics import Metrics
from qa.errors import QAError


def content_policy(ancestors: str = "'none'") -> str:
    """Return the policy of a page: all it needs comes from the service itself, nothing runs inline, `ancestors` may frame it."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )


HEADERS = {
    "content-security-policy": content_policy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
# Anybody may send feedback; an answer and its quotes are well below this.
FEEDBACK_BYTES = 16_000
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class SecurityHeaders:
    """Add the security headers to every response that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Measured:
    """Count each request under its route's template; unknown paths share one name."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self._metrics.observe(method, _route(scope), status, time.perf_counter() - began)


class HeadAsGet:
    """Answer HEAD like GET; the server sends no body for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "HEAD":
            await self._app(scope, receive, send)
            return
        as_get = dict(scope, method="GET")
        try:
            await self._app(as_get, receive, send)
        finally:
            scope["route"] = as_get.get("route")


class BodyLimit:
    """Read a request's body up to a limit before the application sees it; answer 413 to a longer one.

    The stated length is checked first, then what really arrives, since a body may come without one.
    """

    def __init__(self, app: ASGIApp, limit: int, uploads: int) -> None:
        """Read up to `uploads` bytes of a request that brings documents, up to `limit` of any other."""
        self._app, self._plain, self._uploads = app, limit, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        brings = _brings_documents(scope)
        limit = self._uploads if brings else min(self._plain, FEEDBACK_BYTES) if _is_feedback(scope) else self._plain
        try:
            body = b"" if _stated_length(scope) > limit else await _read(receive, limit)
        except ClientDisconnect:
            return  # half a request is none
        if body is None or _stated_length(scope) > limit:
            setting = "MAX_UPLOAD_BYTES" if brings else "MAX_REQUEST_BYTES"
            todo = "send less" if _is_feedback(scope) else f"send less, or have JIANGHAI_QA_{setting} raised"
            message = f"found a request body of more than {limit} bytes, expected at most that many; {todo}"
            await error_response(scope, 413, "too_large", message)(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)


def _is_feedback(scope: Scope) -> bool:
    return _path(scope).startswith("/v1/feedback")


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def _brings_documents(scope: Scope) -> bool:
    """Say whether a request brings documents from somebody who may: only then is much of it read."""
    if scope["method"] not in ("POST", "PUT") or not _path(scope).startswith("/v1/documents"):
        return False
    try:
        may_write(Request(scope))
    except QAError:
        return False
    return True


async def _read(receive: Receive, limit: int) -> bytes | None:
    """Return the body, or None when it is longer than `limit` bytes; raise `ClientDisconnect` when it breaks off."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
        if size > limit:
            return None
    return b"".join(parts)


def _stated_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once, and then whatever comes next (a disconnect)."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return str(getattr(route, "path", "") or "unknown")
