"""Answers as a stream of server-sent events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html

What can fail (the search, the answer) is done before the stream begins, so that its faults have their status.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from starlette.responses import StreamingResponse

log = logging.getLogger("jianghai_qa.api")


class EventStream(StreamingResponse):
    """Send events one by one, and stop when the client goes away; no cache or proxy may hold them back."""

    media_type = "text/event-stream"

    def __init__(self, events: Iterable[bytes]) -> None:
        super().__init__(events, headers={"cache-control": "no-cache", "x-accel-buffering": "no"})


def event(data: str, name: str | None = None) -> bytes:
    """Return one event; `data` is one line, as JSON is."""
    head = "" if name is None else f"event: {name}\n"
    return f"{head}data: {data}\n\n".encode()


def guarded(events: Iterable[bytes], fault: bytes) -> Iterator[bytes]:
    """Give the events, and `fault` as the last one when making another fails: the status was sent long before."""
    try:
        yield from events
    except Exception:
        log.exception("a stream ended early")
        yield fault


def pieces(text: str) -> list[str]:
    """Cut an answer after each line, that is after each quoted sentence with its marker; joined, they are the text."""
    return [line for line in text.splitlines(keepends=True) if line]
