"""A reply of a language model as it comes: its pieces of text, until a deadline, closed at any moment from any thread.

A thread of its own reads the endpoint in an event loop, where waiting can be ended in every phase: before the connection, before
the first byte, between two pieces. Who reads waits on a queue and never for longer than the deadline.
"""

from __future__ import annotations

import asyncio
import json
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from qa.errors import LanguageModelError

# Some models think aloud first, at a hundred bytes and more a piece.
MOST_BYTES = 8_000_000
_DONE = "[DONE]"
_STOPPED = ("length", "content_filter")
Reader = Callable[[], AsyncIterator[str]]


class ReplyStream:
    """Pieces of text from a reader; ends with what the reader raised, or with `TimeoutError` at the deadline."""

    def __init__(self, reader: Reader, seconds: float, ended: Callable[[], None] = lambda: None) -> None:
        """Begin to read; `ended` is called once, when nothing is read any more."""
        self._reader, self._ended = reader, ended
        self._until = time.monotonic() + seconds
        self._pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        self._closed = threading.Event()
        self._stop: Callable[[], None] | None = None
        self._lock = threading.Lock()
        thread = threading.Thread(target=self._run, name="language-model", daemon=True)
        try:
            thread.start()
        except RuntimeError as fault:  # no more threads: as good as no reply
            self._pieces.put(LanguageModelError(f"found no thread to read a language model in ({fault}); try again"))
            self._ended()

    def __iter__(self) -> Iterator[str]:
        """Give the pieces as they come, whole characters only."""
        held = ""
        while (piece := self._next()) is not None:
            text, held = _whole(held + piece)
            if text:
                yield text

    def close(self) -> None:
        """Stop reading and close the connection, wherever it stands; who waits for a piece gets none."""
        with self._lock:
            self._closed.set()
            if self._stop is not None:
                self._stop()
        self._pieces.put(None)

    def _next(self) -> str | None:
        try:
            piece = self._pieces.get(timeout=max(0.0, self._until - time.monotonic()))
        except queue.Empty:
            self.close()
            raise TimeoutError from None
        if self._closed.is_set():
            return None
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def _run(self) -> None:
        try:
            asyncio.run(self._read())
        except BaseException as fault:
            self._pieces.put(fault)
        finally:
            self._pieces.put(None)
            self._ended()

    async def _read(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def stop() -> None:
            if task is not None:
                loop.call_soon_threadsafe(task.cancel)

        with self._lock:
            if self._closed.is_set():
                return
            self._stop = stop
        try:
            async with asyncio.timeout(max(0.0, self._until - time.monotonic())):
                async for piece in self._reader():
                    self._pieces.put(piece)
        finally:
            with self._lock:
                self._stop = None


async def texts_of(body: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Give the texts in a body: of server-sent events one by one, of a whole chat completion at once.

    Raises `ValueError` for a body that is neither or too long, `EOFError` for one that breaks off: no end is told, or the model
    was stopped for its length.
    """
    pending, size, whole, ended = b"", 0, False, ""
    async for chunk in body:
        size += len(chunk)
        if size > MOST_BYTES:
            raise ValueError("too long")
        pending += chunk
        whole = whole or pending.lstrip()[:1] == b"{"
        if not whole:
            *lines, pending = pending.split(b"\n")
            for line in lines:
                text, reason = _event(line)
                ended = ended or reason
                if text:
                    yield text
    if pending.strip():
        text, reason = _choice(json.loads(pending), "message") if whole else _event(pending)
        ended = reason or ended or ("whole" if whole else "")
        if text:
            yield text
    if not ended or ended in _STOPPED:
        raise EOFError


def _event(line: bytes) -> tuple[str, str]:
    """Return the text of one line of a stream and why the text ends with it, "" where it does not."""
    field, _, data = line.decode(errors="replace").strip().partition(":")
    if field != "data":
        if field and field not in ("event", "id", "retry"):
            raise ValueError("no server-sent events")
        return "", ""
    data = data.strip()
    if data == _DONE:
        return "", _DONE
    return _choice(json.loads(data), "delta") if data else ("", "")


def _choice(value: Any, key: str) -> tuple[str, str]:
    if not isinstance(value, dict) or value.get("error") or not isinstance(value.get("choices"), list):
        raise ValueError("no chat completion")
    if not value["choices"]:
        return "", ""  # the chunk that tells the usage
    choice = value["choices"][0]
    message = choice.get(key) or {} if isinstance(choice, dict) else None
    if not isinstance(message, dict) or not isinstance(message.get("content") or "", str):
        raise ValueError("no text")
    return message.get("content") or "", str(choice.get("finish_reason") or "")


def _whole(text: str) -> tuple[str, str]:
    """Return the text with its surrogate pairs joined, and the half of a pair at its end, whose other half is to come."""
    held = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
    said = text[: len(text) - len(held)]
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), held
