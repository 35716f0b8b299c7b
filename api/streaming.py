"""Answers as a stream of server-sent events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html

What can fail (the search, the quoted answer) is done before the stream begins, so that its faults have their status.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from anyio import to_thread
from starlette.responses import StreamingResponse

log = logging.getLogger("jianghai_qa.api")


class EventStream(StreamingResponse):
    """Send events one by one, and stop when the client goes away; no cache or proxy may hold them back."""

    media_type = "text/event-stream"

    def __init__(self, events: Iterable[bytes], close: Callable[[], None] = lambda: None) -> None:
        """Take the events; `close` is called when they are over or nobody reads them any more, from another thread."""
        super().__init__(
            _threaded(iter(events), close), headers={"cache-control": "no-cache", "x-accel-buffering": "no"}
        )


async def _threaded(events: Iterator[bytes], close: Callable[[], None]) -> AsyncIterator[bytes]:
    try:
        # A client that goes away does not wait for the next event; `close` ends whatever is still waiting for it.
        while (one := await to_thread.run_sync(next, events, None, abandon_on_cancel=True)) is not None:
            yield one
    finally:
        close()


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
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        # A line without text is no piece of its own.
        if found and not found[-1].strip():
            found[-1] += line
        else:
            found.append(line)
    return found
