"""Requests and responses of chat completions, as OpenAI's clients speak them; fields that are not named are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from api.validation import shown
from embeddings.encoder import valid_text

MODEL = "jianghai-qa"
_CONTENT_SCHEMA = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}, {"type": "null"}],
    "description": "text, or content parts of which those with text are read",
}


def _text(content: Any) -> str:
    """Return the text of a message's content; what no text can hold becomes U+FFFD or a blank."""
    parts = content if isinstance(content, list) else [content]
    texts = [_part(part) for part in parts if part is not None]
    return valid_text("\n".join(text for text in texts if text)).replace("\x00", " ")


def _part(part: Any) -> str:
    text = part.get("text", "") if isinstance(part, Mapping) else part
    if not isinstance(text, str):
        expected = "text, or a list of parts like {type: text, text: …}"
        raise PydanticCustomError("content", "no text", {"found": shown(text), "expected": expected})
    return text


class ChatMessage(BaseModel):
    """One message of the conversation."""

    role: str
    content: Annotated[Any, AfterValidator(_text), WithJsonSchema(_CONTENT_SCHEMA)] = ""


class StreamOptions(BaseModel):
    """What a stream holds besides the answer."""

    include_usage: bool | None = False


class ChatRequest(BaseModel):
    """A conversation whose last user message is the question."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    model: str | None = Field(None, description=f"`{MODEL}`")
    messages: list[ChatMessage] = Field(min_length=1, max_length=10_000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None


class UrlCitation(BaseModel):
    """Where a marker `[n]` stands in the message, in code points, and the page that it cites."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """One citation of a message."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class SearchResult(BaseModel):
    """A page that the answer is made from, or, when there is none, one that comes near."""

    title: str
    url: str
    date: str | None


class Message(BaseModel):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one choice."""

    index: int = 0
    finish_reason: Literal["stop"] = "stop"
    message: Message


class Usage(BaseModel):
    """Lengths in code points, since no model counts tokens here."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """An answer; `citations[n - 1]` is the URL behind the marker `[n]`."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    citations: list[str]
    search_results: list[SearchResult]
