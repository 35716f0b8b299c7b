"""A language model's endpoint for tests: a real HTTP server that speaks /v1/chat/completions and says what it is told to."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qa.language_model import LanguageModel, language_model_of
from qa.settings import Settings

KEY = "sk-secret-4711-do-not-tell"


@dataclass(frozen=True, slots=True)
class Say:
    """What the endpoint does with a request: wait, then a status, and a model's text or a whole body."""

    text: str = ""
    status: int = 200
    wait: float = 0.0
    body: str | None = None
    drip: float = 0.0  # seconds between blanks that are sent before the body, for ever
    # Texts of a streamed reply and seconds between them; None: the text, a character at a time.
    pieces: tuple[str | float, ...] | None = None
    streams: bool = True  # an endpoint that does not stream sends all at once whatever is asked
    finish: str | None = "stop"  # None: the connection ends without an end


def questions(*texts: str) -> Say:
    return Say(json.dumps({"questions": texts}, ensure_ascii=False))


@dataclass
class ModelServer:
    """`script` is taken from the front; when it is empty, `otherwise` decides from the text of the user's message.

    Streamed requests, which ask for answers, have `answers` of their own, and `answer` when these are used up.
    """

    url: str = ""
    script: list[Say] = field(default_factory=list)
    otherwise: Callable[[str], Say] = lambda user: questions("什么事情没有人问过?")
    answers: list[Say] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Say] = lambda question: Say("NO_ANSWER")
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)  # a client has left while it waited

    @property
    def passages(self) -> list[str]:
        """The passages that were asked about, in order."""
        return [json.loads(body["messages"][1]["content"])["passage"] for body in self.asked]

    def settings(self) -> dict[str, str]:
        """The settings that name this endpoint, without the prefix."""
        return {"LLM_URL": self.url, "LLM_MODEL": "test-model", "LLM_KEY": KEY, "LLM_TIMEOUT": "2"}

    def options(self) -> list[str]:
        """The same as options of a command."""
        named = self.settings().items()
        return [word for name, value in named for word in ("--" + name.lower().replace("_", "-"), value)]

    def reply(self, body: dict[str, Any]) -> Say:
        self.asked.append(body)
        if body.get("stream"):
            return self.answers.pop(0) if self.answers else self.answer(json.loads(body["messages"][1]["content"]))
        return self.script.pop(0) if self.script else self.otherwise(body["messages"][1]["content"])


class _Handler(BaseHTTPRequestHandler):
    model: ModelServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/chat/completions":
            self._send(404, "{}")
            return
        self.model.headers.append({name.lower(): value for name, value in self.headers.items()})
        said = self.model.reply(body)
        self._pause(said.wait)
        if body.get("stream") and said.streams and said.status == 200 and said.body is None and not said.drip:
            self._stream(said)
            return
        message = {"role": "assistant", "content": said.text}
        whole = {"id": "1", "object": "chat.completion", "created": 1, "model": body["model"]}
        whole["choices"] = [{"index": 0, "finish_reason": said.finish, "message": message}]
        try:
            if said.drip:
                self._drip(said.drip)
            self._send(said.status, json.dumps(whole) if said.body is None else said.body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client has given up

    def _stream(self, said: Say) -> None:
        """Send the pieces as chunks, as the usual servers do."""
        try:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream; charset=utf-8")
            self.end_headers()
            for piece in tuple(said.text) if said.pieces is None else said.pieces:
                if isinstance(piece, float):
                    self._pause(piece)
                else:
                    self._chunk({"content": piece}, None)
            if said.finish is not None:
                self._chunk({}, said.finish)
                self.wfile.write(b"data: [DONE]\n\n")
        except (BrokenPipeError, ConnectionResetError):
            self.model.gone.set()

    def _chunk(self, delta: dict[str, str], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def _pause(self, seconds: float) -> None:
        """Wait, and note when the client has closed the connection meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.model.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                self.model.gone.set()
                return

    def _drip(self, pause: float) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(200):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(pause)

    def _send(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


def model_at(endpoint: ModelServer, **changed: str) -> LanguageModel:
    """Return the client of an endpoint, with some of its settings changed."""
    given = {f"JIANGHAI_QA_{name}": value for name, value in (endpoint.settings() | changed).items()}
    model = language_model_of(Settings.read(given))
    assert model is not None
    return model


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Serve on a free port while the block runs."""
    model = ModelServer()
    handler = type("Handler", (_Handler,), {"model": model})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        model.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
