"""POST /v1/chat/completions: the question is the last user message, the answer an assistant's message with citations."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence

from fastapi import APIRouter

from api.context import Context, Given, Links
from api.dialects.chat_history import earlier_turns
from api.dialects.chat_reply import Reply, reply_of
from api.dialects.chat_schemas import ChatCompletion, ChatMessage, ChatRequest, Choice, Message, Usage
from api.dialects.chat_stream import chunk_events
from api.dialects.chat_tasks import task_reply, unwrapped
from api.dialects.models import check_model
from api.json_route import JsonRoute
from api.schemas import MAX_QUESTION
from api.streaming import EventStream
from api.urls import Urls
from qa.errors import InvalidRequest

log = logging.getLogger("jianghai_qa.api")
router = APIRouter(route_class=JsonRoute, tags=["OpenAI's dialect"])
_STREAMED = {
    "description": "the answer; with `stream` as chunks, then `[DONE]`",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


@router.post(
    "/v1/chat/completions",
    summary="Answer a chat",
    response_model=ChatCompletion,
    responses={200: _STREAMED},
)
def complete(request: ChatRequest, context: Given, urls: Links) -> ChatCompletion | EventStream:
    """Answer the last user message in OpenAI's dialect, for the clients that speak it.

    Of a message over 1,000 characters the first 1,000 are read, and the answer says so. What a chat program asks for by itself
    (a title, tags) gets a short text. Earlier messages of
    user and assistant make a follow-up question whole. Sampling settings and tools change nothing.
    """
    check_model(request.model)
    asked = last_question(request.messages)
    reply = _reply(request.messages, asked, context, urls)
    id_, created = f"chatcmpl-{uuid.uuid4().hex}", int(time.time())
    usage = _usage(asked, reply.content)
    if request.stream:
        wanted = request.stream_options is not None and request.stream_options.include_usage
        events = context.settings.chat_source_events
        return EventStream(chunk_events(reply, id_, created, usage if wanted else None, events))
    return ChatCompletion(
        id=id_,
        created=created,
        choices=[Choice(message=Message(content=reply.content, annotations=list(reply.annotations)))],
        usage=usage,
        citations=list(reply.citations),
        search_results=list(reply.results),
    )


def last_question(messages: Sequence[ChatMessage]) -> str:
    """Return the text of the last user message, trimmed; raise `InvalidRequest` when there is none."""
    for message in reversed(messages):
        if message.role == "user":
            if text := str(message.content).strip():
                return text
            raise InvalidRequest("found a last user message without text, expected a question; put it into `content`")
    raise InvalidRequest(
        "found no user message, expected one with a question; add {role: user, content: …} to `messages`"
    )


def _reply(messages: Sequence[ChatMessage], asked: str, context: Context, urls: Urls) -> Reply:
    task = task_reply(messages)
    if task is not None:
        return Reply((task,))
    asked = unwrapped(asked)
    if context.settings.log_questions:
        log.info("chat %r", asked)
    answer = context.service.ask(asked[:MAX_QUESTION], history=earlier_turns(messages))
    return reply_of(answer, urls, cut_at=MAX_QUESTION if len(asked) > MAX_QUESTION else None)


def _usage(asked: str, said: str) -> Usage:
    return Usage(prompt_tokens=len(asked), completion_tokens=len(said), total_tokens=len(asked) + len(said))
