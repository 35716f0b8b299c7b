"""A chat completion as a stream of chunks.

The pages stand at the top level of the chunks, `citations[n - 1]` for the marker `[n]`, the annotations once, on the chunk with
`finish_reason`: clients that put the deltas of a list together would fail on a second one, and those that read annotations look
there. While a language model writes, the lists grow with its markers: they are never wrong, and whole on the last chunk; before
the first sentence no chunk has them, since some clients read them once. Source events, which Open WebUI reads, are no chunks, and
other clients fail on them: they are sent where a setting asks for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from api.dialects.chat_reply import Reply, Source, Step
from api.dialects.chat_schemas import MODEL, Usage
from api.streaming import event, guarded

_FAULT = {
    "error": {
        "message": "found a fault in the service itself",
        "type": "server_error",
        "param": None,
        "code": "internal_error",
    }
}
Json = dict[str, Any]


def chunk_events(
    steps: Iterable[Step], id_: str, created: int, usage: Callable[[str], Usage] | None, source_events: bool = False
) -> Iterator[bytes]:
    """Give the chunks as events and `[DONE]`; with `usage`, each says what was used so far: nothing, at the end all."""
    return guarded(_events(steps, id_, created, usage, source_events), event(json.dumps(_FAULT)))


def _events(
    steps: Iterable[Step], id_: str, created: int, usage: Callable[[str], Usage] | None, source_events: bool
) -> Iterator[bytes]:
    head: Json = {"id": id_, "object": "chat.completion.chunk", "created": created, "model": MODEL}
    unused: Json = {} if usage is None else {"usage": None}

    def chunk(delta: Json, reply: Reply | None, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event(head | {"choices": [choice]} | _shown(reply) | unused)

    reply, shown, first = Reply(()), 0, True
    for step in steps:
        reply = step.reply or reply
        if first or step.text:
            delta = {"role": "assistant", "content": ""} if first else {"content": step.text}
            sources = [_event(_source_event(source)) for source in reply.sources[shown:] if source_events]
            # What a sentence rests on comes before it, and nothing before the message has begun.
            yield from (chunk(delta, step.reply), *sources) if first else (*sources, chunk(delta, step.reply))
            first, shown = False, len(reply.sources)
    annotations = [one.model_dump() for one in reply.annotations]
    yield chunk({"annotations": annotations} if annotations else {}, reply, "stop")
    if usage is not None:
        yield _event(head | {"choices": [], "usage": usage(reply.content).model_dump()})
    yield event("[DONE]")


def _shown(reply: Reply | None) -> Json:
    if reply is None:
        return {}
    return {"citations": list(reply.citations), "search_results": [r.model_dump() for r in reply.results]}


def _source_event(source: Source) -> Json:
    metadata = {"source": source.key, "name": source.title, "url": source.url}
    data = {"source": {"name": source.title, "url": source.url}, "document": [source.text], "metadata": [metadata]}
    return {"event": {"type": "source", "data": data}}


def _event(content: Json) -> bytes:
    return event(json.dumps(content, ensure_ascii=False))
