"""POST /v1/chat/completions: the question is the last user message, the answer an assistant's message with citations."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter

from api.context import Context, Given, Links
from api.dialects.chat_history import earlier_turns
from api.dialects.chat_reply import Reply, Step, reply_of, steps_of
from api.dialects.chat_schemas import ChatCompletion, ChatMessage, ChatRequest, Choice, Message, Usage
from api.dialects.chat_stream import chunk_events
from api.dialects.chat_tasks import task_reply, unwrapped
from api.dialects.models import check_model
from api.json_route import JsonRoute
from api.schemas import MAX_QUESTION
from api.streaming import EventStream
from qa.asking import Asking
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
    usage = partial(_usage, asked)
    id_, created = f"chatcmpl-{uuid.uuid4().hex}", int(time.time())
    asking = _asking(request.messages, asked, context)
    cut_at = MAX_QUESTION if len(unwrapped(asked)) > MAX_QUESTION else None
    if request.stream:
        wanted = request.stream_options is not None and request.stream_options.include_usage
        steps = _task_steps(asking) if isinstance(asking, str) else steps_of(asking, urls, cut_at)
        events = chunk_events(steps, id_, created, usage if wanted else None, context.settings.chat_source_events)
        return EventStream(events) if isinstance(asking, str) else EventStream(events, asking.close)
    reply = Reply((asking,)) if isinstance(asking, str) else reply_of(asking.whole(), urls, cut_at)
    return ChatCompletion(
        id=id_,
        created=created,
        choices=[Choice(message=Message(content=reply.content, annotations=list(reply.annotations)))],
        usage=usage(reply.content),
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


def _asking(messages: Sequence[ChatMessage], asked: str, context: Context) -> Asking | str:
    """Begin to answer the question; what a chat program asks for itself has its short text at once."""
    task = task_reply(messages)
    if task is not None:
        return task
    asked = unwrapped(asked)
    if context.settings.log_questions:
        log.info("chat %r", asked)
    return context.service.asking(asked[:MAX_QUESTION], history=earlier_turns(messages))


def _task_steps(text: str) -> list[Step]:
    reply = Reply((text,))
    return [Step("", reply), Step(text, reply)]


def _usage(asked: str, said: str) -> Usage:
    return Usage(prompt_tokens=len(asked), completion_tokens=len(said), total_tokens=len(asked) + len(said))
