"""The HTTP application, composed in one place."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.routing import Route

from api import ask, changes, documents, errors, feedback, openapi, pages, search, status, testing, widget
from api.context import Context
from api.dialects import chat, dify, embedding, models, vector_store
from api.dialects.mcp_http import McpEndpoint
from api.error_shapes import DifyErrorBody, OpenAIErrorBody
from api.limits import AskingLimit, Limiter, Rate
from api.metrics import Metrics
from api.middleware import BodyLimit, HeadAsGet, Measured, SecurityHeaders
from api.schemas import ErrorBody
from api.static_files import RevalidatedFiles
from api.urls import public_prefix
from qa.feedback.store import FeedbackStore
from qa.jobs import Jobs
from qa.service import Service
from qa.settings import Settings
from qa.version import product_version

_FAULTS: dict[int, dict[str, object]] = {
    400: {"model": ErrorBody, "description": "the body is not JSON"},
    401: {"model": ErrorBody, "description": "the key is missing or another"},
    403: {"model": ErrorBody, "description": "documents are not changed from there"},
    404: {"model": ErrorBody, "description": "no such document, passage or job"},
    409: {"model": ErrorBody, "description": "the content is another document's"},
    413: {"model": ErrorBody, "description": "the body is larger than the limit"},
    415: {"model": ErrorBody, "description": "the body is of another type than expected"},
    422: {"model": ErrorBody, "description": "a field is missing, unknown or out of bounds"},
    502: {"model": ErrorBody, "description": "the language model gave no reply that can be used"},
    429: {"model": ErrorBody, "description": "too many requests; `Retry-After` says in how many seconds again"},
    503: {"model": ErrorBody, "description": "the service is not ready"},
}
_OPENAI_FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": OpenAIErrorBody, "description": "a field is missing or out of bounds, or the body is not JSON"},
    404: {"model": OpenAIErrorBody, "description": "no such model or store"},
    413: {"model": OpenAIErrorBody, "description": "the body is larger than the limit"},
    415: {"model": OpenAIErrorBody, "description": "the body is of another type than expected"},
    429: {"model": OpenAIErrorBody, "description": "too many requests; `Retry-After` says in how many seconds again"},
    503: {"model": OpenAIErrorBody, "description": "the service is not ready"},
}
_DIFY_FAULTS: dict[int | str, dict[str, Any]] = {
    **{code: one | {"model": DifyErrorBody} for code, one in _OPENAI_FAULTS.items()},
    403: {"model": DifyErrorBody, "description": "the key is missing (1001) or another (1002)"},
    404: {"model": DifyErrorBody, "description": "no such knowledge base (2001)"},
}


def create_app(service: Service, settings: Settings, jobs: Jobs | None = None) -> FastAPI:
    """Compose the application over an open service; whoever opened the service closes it."""
    metrics = Metrics()
    app = FastAPI(
        title="jianghai-qa",
        version=product_version(),
        description="Ask the district's newspaper a question, get the best passages and a cited answer.",
        docs_url=None,  # FastAPI's page loads its scripts from another host; ours is in pages.py
        redoc_url=None,
        root_path=public_prefix(settings.public_url),
        redirect_slashes=False,
    )
    app.state.context = Context(
        service,
        settings,
        metrics,
        jobs or Jobs(settings.data_path),
        FeedbackStore(settings.data_path),
        Limiter(feedback.EACH, feedback.TOGETHER),
    )
    errors.install(app)
    testing.install(app, service, settings)
    for router, faults in (
        (search.router, (400, 413, 415, 422, 429, 503)),
        (ask.router, (400, 413, 415, 422, 429, 503)),
        (feedback.router, (400, 401, 403, 404, 413, 415, 422, 429, 503)),
        (documents.router, (404, 422, 503)),
        (changes.router, (400, 401, 403, 404, 409, 413, 415, 422, 503)),
        (testing.router, (400, 401, 403, 404, 409, 413, 415, 422, 502, 503)),
        (status.router, (503,)),
    ):
        app.include_router(router, responses={code: _FAULTS[code] for code in faults})
    for dialect in (chat, models, vector_store, embedding):
        app.include_router(dialect.router, responses=_OPENAI_FAULTS)
    app.include_router(dify.router, responses=_DIFY_FAULTS)
    app.include_router(pages.router)
    app.include_router(widget.router)
    app.router.routes.append(Route(McpEndpoint.path, McpEndpoint()))
    app.mount("/static", RevalidatedFiles(directory=Path(str(files("api") / "static"))), name="static")
    _add_middleware(app, settings, metrics)
    openapi.install(app)
    return app


def _add_middleware(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Add the layers from the innermost to the outermost."""
    app.add_middleware(HeadAsGet)
    app.add_middleware(BodyLimit, limit=settings.max_request_bytes, uploads=settings.max_upload_bytes)
    if settings.ask_limit:
        app.add_middleware(AskingLimit, limiter=Limiter(Rate(settings.ask_limit)))
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=["*"], allow_headers=["*"])
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measured, metrics=metrics)
