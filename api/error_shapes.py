"""Which shape an error's body has: the service's own, or that of the dialect which its path belongs to.

    own      {"error": {"code": "invalid_request", "message": "found …, expected …; do …", "details": [...]}}
    OpenAI   {"error": {"message": "…", "type": "invalid_request_error", "param": "messages", "code": "invalid_request"}}
    Dify     {"error_code": 2001, "error_msg": "…"}

So whatever answers, a route, the limit of bodies or a path that is not there, a client reads errors where it looks for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field
from starlette.types import Scope

from api.validation import Detail

OPENAI_PATHS = ("/v1/chat/", "/v1/models", "/v1/vector_stores", "/v1/embeddings")
DIFY_PATH = "/retrieval"
# Dify's own numbers; it knows none for other faults, which carry the status.
DIFY_CODES: Mapping[str, int] = {"malformed_key": 1001, "unauthorized": 1002, "not_found": 2001}

Body = dict[str, Any]


class OpenAIFault(BaseModel):
    """What went wrong, as OpenAI's clients read it."""

    message: str
    type: str = Field(description="invalid_request_error or server_error")
    param: str | None = Field(description="the field that the fault is in")
    code: str


class OpenAIErrorBody(BaseModel):
    """The body of every error in OpenAI's dialect."""

    error: OpenAIFault


class DifyErrorBody(BaseModel):
    """The body of every error in Dify's dialect."""

    error_code: int = Field(
        description="1001: no Bearer key, 1002: another key, 2001: no such knowledge; else the status"
    )
    error_msg: str


def shaped(scope: Scope, status: int, code: str, message: str, details: Sequence[Detail]) -> tuple[int, Body]:
    """Return status and body of an error at the path of a request; OpenAI's dialect calls bad input 400, not 422."""
    path = _route_path(scope)
    if path.startswith(OPENAI_PATHS):
        kind = "server_error" if status >= 500 else "invalid_request_error"
        param = details[0].field if details else None
        return 400 if status == 422 else status, {
            "error": {"message": message, "type": kind, "param": param, "code": code}
        }
    if path == DIFY_PATH:
        status = {401: 403, 422: 400}.get(status, status)
        return status, {"error_code": DIFY_CODES.get(code, status), "error_msg": message}
    shown = [{"field": d.field, "found": d.found, "expected": d.expected} for d in details]
    return status, {"error": {"code": code, "message": message, "details": shown}}


def _route_path(scope: Scope) -> str:
    """Return the path without the prefix of a proxy that passes it on."""
    path, root = str(scope.get("path", "")), str(scope.get("root_path", ""))
    return path.removeprefix(root) if path.startswith(f"{root}/") else path
