"""What is served and how it fares: /v1/status, /livez, /readyz, /metrics."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.context import Context, Given
from api.guard import takes_feedback, writers
from api.metrics import MEDIA_TYPE
from qa.version import product_version

router = APIRouter(tags=["status"])


class EncoderStatus(BaseModel):
    """The encoder that the index was built with."""

    name: str
    fingerprint: str
    dimensions: int


class Counts(BaseModel):
    """How much the library holds."""

    documents: int
    articles: int
    passages: int


class ServedSettings(BaseModel):
    """The settings that a client can notice."""

    max_request_bytes: int
    max_upload_bytes: int
    max_document_bytes: int
    public_url: str
    cors_origins: str
    log_questions: bool


class StatusResponse(BaseModel):
    """What is served."""

    version: str
    index_version: int
    library_revision: int
    counts: Counts
    encoder: EncoderStatus
    reranker: str | None
    calibrated: bool
    fitted: Literal["shipped", "own"] | None
    read_only: bool
    changes: Literal["key", "local", "off"] = Field(
        description="who may change documents: who has the key, programs on the service's machine, nobody over HTTP"
    )
    feedback: bool = Field(description="whether answers may be judged (POST /v1/feedback)")
    settings: ServedSettings


class Health(BaseModel):
    """`ok` while the service does what the path asks about."""

    status: str


@router.get("/v1/status", summary="What is served")
def status(context: Given) -> StatusResponse:
    """Return versions, counts, the encoder and the settings that matter to a client."""
    now, settings = context.service.status(), context.settings
    return StatusResponse(
        version=product_version(),
        index_version=now.index_version,
        library_revision=now.library_revision,
        counts=Counts(documents=now.documents, articles=now.articles, passages=now.passages),
        encoder=EncoderStatus(name=_shown(now.encoder), fingerprint=now.encoder_fingerprint, dimensions=now.dimensions),
        reranker=None if now.reranker is None else _shown(now.reranker),
        calibrated=now.calibrated,
        fitted=None if now.fitted is None else now.fitted.value,
        read_only=now.read_only,
        changes="off" if now.read_only else writers(settings),
        feedback=not now.read_only and takes_feedback(settings),
        settings=ServedSettings(**{field: getattr(settings, field) for field in ServedSettings.model_fields}),
    )


def _shown(model: str) -> str:
    """Return a model's name; a local one is named by its folder, and a response names no path of the machine."""
    return PurePath(model).name if PurePath(model).is_absolute() else model


@router.get("/livez", summary="Whether the process answers")
def live() -> Health:
    """Answer as long as the process does."""
    return Health(status="ok")


@router.get("/readyz", summary="Whether questions can be answered")
def ready(context: Given) -> Health:
    """Answer when library and index can be read, else with 503."""
    context.service.status()
    return Health(status="ok")


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "all series"}},
)
def metrics(context: Given) -> Response:
    """Return request counts, durations and what is served, in Prometheus's text format."""
    return Response(context.metrics.text(_gauges(context)), media_type=MEDIA_TYPE)


def _gauges(context: Context) -> dict[str, int]:
    now = context.service.status()
    names = ("index_version", "library_revision", "documents", "articles", "passages")
    return {name: int(getattr(now, name)) for name in names}
