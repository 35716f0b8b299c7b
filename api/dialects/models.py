"""GET /v1/models: the one name that OpenAI's clients choose from."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.dialects.chat_schemas import MODEL
from api.validation import shown
from qa.errors import NotFound

router = APIRouter(tags=["OpenAI's dialect"])
# Clients want a time; the name has meant the same since then (2026-01-01).
_CREATED = 1767225600


class ModelNotFound(NotFound):
    """The model that a request names is not the one that is served."""

    code = "model_not_found"


class Model(BaseModel):
    """A model that can be asked."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = _CREATED
    owned_by: str = MODEL


class ModelList(BaseModel):
    """All models, of which there is one."""

    object: Literal["list"] = "list"
    data: list[Model]


@router.get("/v1/models", summary="List the models")
def list_models() -> ModelList:
    """Return the one model, which answers chat completions and embeds texts."""
    return ModelList(data=[Model()])


@router.get("/v1/models/{model}", summary="Look a model up")
def read_model(model: str) -> Model:
    """Return the model of that name."""
    check_model(model)
    return Model()


def check_model(name: str | None) -> None:
    """Raise `ModelNotFound` unless it is the model served; no name stands for it."""
    if name is not None and name != MODEL:
        raise ModelNotFound(f"found the model {shown(name)}, expected {MODEL}; choose that one")
