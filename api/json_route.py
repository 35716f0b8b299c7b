"""A route that takes JSON only and says so."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.errors import error_response


class JsonRoute(APIRoute):
    """Answer 415 to a body that is not declared as JSON, before it is parsed."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler behind the check of the content type."""
        handler = super().get_route_handler()
        takes_body = self.body_field is not None

        async def checked(request: Request) -> Response:
            found = request.headers.get("content-type")
            if takes_body and not _is_json(found):
                message = f"found the content type {found or 'none'}, expected application/json; set Content-Type"
                return error_response(request.scope, 415, "unsupported_media_type", message)
            return await handler(request)

        return checked


def _is_json(content_type: str | None) -> bool:
    if content_type is None:
        return False
    message = Message()
    message["content-type"] = content_type
    kind, subtype = message.get_content_maintype(), message.get_content_subtype()
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))
