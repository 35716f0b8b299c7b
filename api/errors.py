"""Every fault mapped once: a class of the error tree to a status and a code; `api.error_shapes` says how the body looks.

Messages of library and index faults name files of the machine; they go to the log; a response says the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from api.error_shapes import shaped
from api.validation import MALFORMED, Detail, describe
from embeddings.errors import EncoderError
from qa.errors import (
    Conflict,
    DiskFull,
    DocumentTooLarge,
    DraftsDamaged,
    DraftsTooNew,
    FeedbackError,
    FeedbackFull,
    IndexError_,
    InvalidRequest,
    LanguageModelError,
    LibraryBusy,
    LibraryError,
    LibraryReadOnly,
    NotFound,
    QAError,
    UnreadableDocument,
    UnsupportedForm,
)

log = logging.getLogger("jianghai_qa.api")

_LONGEST_MESSAGE = 600
_SEE_LOG = "the service's log says what to do"
_SEE_DOCS = "/docs lists what each path takes"


class Unauthorized(QAError):
    """The request lacks the right key."""

    code = "unauthorized"


class Forbidden(QAError):
    """Nobody may do this here."""

    code = "forbidden"


class UnsupportedContent(QAError):
    """The body is of a type that this path does not take."""

    code = "unsupported_media_type"


class FeedbackOff(Forbidden):
    """No feedback is taken here."""

    code = "feedback_off"


class TooManyRequests(QAError):
    """An address, or all together, asked too often; `seconds` until it may again."""

    code = "too_many_requests"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


# The first class that an error is an instance of decides.
_STATUS: tuple[tuple[type[QAError], int], ...] = (
    (InvalidRequest, 422),
    (NotFound, 404),
    (Conflict, 409),
    (DocumentTooLarge, 413),
    (UnreadableDocument, 422),
    (UnsupportedForm, 415),
    (UnsupportedContent, 415),
    (Unauthorized, 401),
    (Forbidden, 403),
    (LanguageModelError, 502),
    (TooManyRequests, 429),
    (FeedbackFull, 503),
)
_UNAVAILABLE: tuple[tuple[type[Exception], str], ...] = (
    (DiskFull, "found a full disk, expected free space; the last good state goes on serving, the change was not made"),
    (LibraryReadOnly, "found a read-only library, expected a writable one; reading still works"),
    (LibraryBusy, "found the library busy with a write, expected it free; send the request again shortly"),
    (
        DraftsDamaged,
        f"found the file of drafts and judgements damaged, expected a whole one; searching and asking still work, {_SEE_LOG}",
    ),
    (DraftsTooNew, "found drafts and judgements of a newer version, expected this one's; update jianghai-qa"),
    (
        FeedbackError,
        f"found a file of feedback that cannot be read, expected a whole one; answers need nothing of it; {_SEE_LOG}",
    ),
    (LibraryError, f"found a library that cannot be read, expected a whole one; {_SEE_LOG}"),
    (IndexError_, f"found an index that cannot be used, expected a whole one; {_SEE_LOG}"),
    (EncoderError, f"found an encoder that cannot be used, expected a whole one; {_SEE_LOG}"),
)
_UNKNOWN_UNAVAILABLE = f"found the service not ready, expected it ready; {_SEE_LOG}"
_HTTP: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request", "found a body that is not JSON in UTF-8, expected a JSON object; correct it"),
    404: ("not_found", "found no such path: {path}; expected one of those that /docs lists"),
    405: ("method_not_allowed", f"found the method {{method}}, expected {{allow}}; {_SEE_DOCS}"),
    413: ("too_large", "found a request that is too large, expected a smaller one; send less"),
    415: ("unsupported_media_type", f"found another type of content than expected; {_SEE_DOCS}"),
}


def error_response(
    scope: Scope,
    status: int,
    code: str,
    message: str,
    details: Sequence[Detail] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an error in the shape of the request's path; a very long message is cut: it may repeat what a client sent."""
    if len(message) > _LONGEST_MESSAGE:
        message = message[:_LONGEST_MESSAGE] + "…"
    status, body = shaped(scope, status, code, message, details)
    return JSONResponse(body, status_code=status, headers=headers)


def install(app: FastAPI) -> None:
    """Make `app` answer every fault in the one shape."""
    app.add_exception_handler(QAError, _qa_error)
    app.add_exception_handler(EncoderError, _unavailable)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(UnicodeError, _no_text)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def _qa_error(request: Request, error: Exception) -> Response:
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return error_response(request.scope, status, error.code, str(error), headers=_headers(error))
    return _unavailable(request, error)


def _headers(error: QAError) -> dict[str, str] | None:
    if isinstance(error, Unauthorized):
        return {"www-authenticate": "Bearer"}
    return {"retry-after": str(error.seconds)} if isinstance(error, TooManyRequests) else None


def _unavailable(request: Request, error: Exception) -> Response:
    log.error("%s: %s", type(error).__name__, error)
    code = getattr(error, "code", "not_ready")
    message = next((text for kind, text in _UNAVAILABLE if isinstance(error, kind)), _UNKNOWN_UNAVAILABLE)
    headers = {"retry-after": "2"} if isinstance(error, LibraryBusy) else None
    return error_response(request.scope, 503, code, message, headers=headers)


def _no_text(request: Request, error: Exception) -> Response:
    """Answer what holds half a character, which JSON can spell and nothing can store."""
    message = "found text that is not whole Unicode (a lone surrogate), expected whole characters; correct it"
    return error_response(request.scope, 422, "invalid_request", message)


def _validation_error(request: Request, error: Exception) -> Response:
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    details = [describe(fault) for fault in faults]
    malformed = any(fault.get("type") == "json_invalid" for fault in faults)
    what = "; ".join(f"{d.field}: found {d.found}, expected {d.expected}" for d in details)
    todo = "correct it and send the request again"
    if malformed:
        return error_response(request.scope, 400, "invalid_json", f"{what}; {todo}", details)
    return error_response(request.scope, 422, "invalid_request", f"{what}; {todo}", details)


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _unexpected(request, error)
    code, message = _HTTP.get(error.status_code, ("error", error.detail))
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    path = request.url.path
    shown = path if len(path) <= 80 else path[:80] + "…"
    message = message.format(path=shown, method=request.method, allow=headers.get("allow", "another one"))
    if error.status_code == 400 and error.detail.startswith(MALFORMED):
        message = error.detail
    return error_response(request.scope, error.status_code, code, message, headers=headers)


def _unexpected(request: Request, error: Exception) -> Response:
    """Answer a fault of the program itself; the server's log gets the trace, the client nothing of it."""
    message = "found a fault in the service itself, expected none; its log has it; please report it"
    return error_response(request.scope, 500, "internal_error", message)
