"""POST /v1/embeddings: vectors of texts from the encoder of the index, in OpenAI's dialect."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.context import Given
from api.dialects.chat_schemas import MODEL
from api.dialects.models import check_model
from api.json_route import JsonRoute
from api.validation import shown
from embeddings.encoder import Vectors, valid_text
from qa.errors import InvalidRequest

router = APIRouter(route_class=JsonRoute, tags=["OpenAI's dialect"])
MOST_TEXTS, LONGEST_TEXT = 2048, 20_000
_EXPECTED = f"a text, or a list of 1 to {MOST_TEXTS} texts, each of 1 to {LONGEST_TEXT} characters"
_TOKENS = f"{_EXPECTED}; for LangChain's OpenAIEmbeddings set check_embedding_ctx_length=False"


def _texts(value: Any) -> list[str]:
    texts = value if isinstance(value, list) else [value]
    if any(isinstance(text, int | list) for text in texts):
        raise PydanticCustomError("content", "tokens", {"found": "numbers of tokens", "expected": _TOKENS})
    if not 1 <= len(texts) <= MOST_TEXTS:
        raise PydanticCustomError("content", "texts", {"found": f"{len(texts)} texts", "expected": _EXPECTED})
    for text in texts:
        if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_TEXT:
            raise PydanticCustomError("content", "text", {"found": shown(text), "expected": _EXPECTED})
    return [valid_text(text) for text in texts]


Texts = Annotated[
    Any,
    AfterValidator(_texts),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class EmbeddingRequest(BaseModel):
    """Texts to be encoded; fields that are not named are ignored."""

    input: Texts = Field(description=_EXPECTED)
    model: str | None = Field(None, description=f"`{MODEL}`")
    encoding_format: Literal["float", "base64"] | None = "float"
    dimensions: int | None = Field(None, description="the encoder's own number, or none")


class Embedding(BaseModel):
    """The vector of one text, of length 1; base64 holds float32 numbers, the lowest byte first."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingUsage(BaseModel):
    """Lengths in code points."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingList(BaseModel):
    """One vector a text, in order."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str = MODEL
    usage: EmbeddingUsage


@router.post("/v1/embeddings", summary="Embed texts")
def embed(request: EmbeddingRequest, context: Given) -> EmbeddingList:
    """Return vectors for texts that are to be found, made by the encoder that the index was made with.

    The encoder was not trained for shorter vectors: another number of `dimensions` than its own is refused.
    """
    check_model(request.model)
    own = context.service.status().dimensions
    if request.dimensions not in (None, own):
        message = f"dimensions: found {request.dimensions}, expected {own}, the encoder's own; leave `dimensions` out"
        raise InvalidRequest(message)
    vectors = context.service.embed(request.input)
    length = sum(map(len, request.input))
    return EmbeddingList(
        data=_data(vectors, as_base64=request.encoding_format == "base64"),
        usage=EmbeddingUsage(prompt_tokens=length, total_tokens=length),
    )


def _data(vectors: Vectors, as_base64: bool) -> list[Embedding]:
    if as_base64:
        encoded = (base64.b64encode(row.astype("<f4").tobytes()).decode() for row in vectors)
        return [Embedding(index=i, embedding=text) for i, text in enumerate(encoded)]
    return [Embedding(index=i, embedding=row.tolist()) for i, row in enumerate(vectors)]
