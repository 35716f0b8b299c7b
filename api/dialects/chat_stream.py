"""A chat completion as a stream of chunks.

The pages stand at the top level of every chunk, the annotations once, on the chunk with `finish_reason`: clients that put the
deltas of a list together would fail on a second one, and those that read annotations look there. Source events, which Open
WebUI reads, are no chunks, and other clients fail on them: they are sent where a setting asks for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from api.dialects.chat_reply import Reply, Source
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
    reply: Reply, id_: str, created: int, usage: Usage | None, source_events: bool = False
) -> Iterator[bytes]:
    """Give the chunks as events and `[DONE]`; with `usage`, each says what was used so far: nothing, at the end all."""
    sources = reply.sources if source_events else ()
    return guarded(_events(reply, id_, created, usage, sources), event(json.dumps(_FAULT)))


def _events(reply: Reply, id_: str, created: int, usage: Usage | None, sources: Sequence[Source]) -> Iterator[bytes]:
    head: Json = {"id": id_, "object": "chat.completion.chunk", "created": created, "model": MODEL}
    shown: Json = {"citations": list(reply.citations), "search_results": [r.model_dump() for r in reply.results]}
    unused: Json = {} if usage is None else {"usage": None}

    def chunk(delta: Json, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event(head | {"choices": [choice]} | shown | unused)

    yield chunk({"role": "assistant", "content": ""})
    yield from (_event(_source_event(source)) for source in sources)
    for piece in reply.pieces:
        yield chunk({"content": piece})
    annotations = [one.model_dump() for one in reply.annotations]
    yield chunk({"annotations": annotations} if annotations else {}, "stop")
    if usage is not None:
        yield _event(head | {"choices": [], "usage": usage.model_dump()})
    yield event("[DONE]")


def _source_event(source: Source) -> Json:
    metadata = {"source": source.key, "name": source.title, "url": source.url}
    data = {"source": {"name": source.title, "url": source.url}, "document": [source.text], "metadata": [metadata]}
    return {"event": {"type": "source", "data": data}}


def _event(content: Json) -> bytes:
    return event(json.dumps(content, ensure_ascii=False))
