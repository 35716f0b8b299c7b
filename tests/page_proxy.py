"""A proxy before the real service, as offices have them: it holds back, cuts up or breaks off the stream of an answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

# What a proxy answers anew for its own connection.
_HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "keep-alive", "date"}


class Proxy(ThreadingHTTPServer):
    """Pass everything on to `upstream`, the events of an answer one by one, each when `allow` lets it through."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.client = httpx.Client(base_url=upstream, trust_env=False)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.gate = threading.Semaphore(0)
        self.breaks = False

    def allow(self, events: int) -> None:
        """Let the next events through."""
        for _ in range(events):
            self.gate.release()

    def break_off(self) -> None:
        """Close the connection in the middle of the next event."""
        self.breaks = True
        self.gate.release()


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_GET(self) -> None:
        self._pass_on(b"")

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers["content-length"])))

    def _pass_on(self, body: bytes) -> None:
        sent = {name: value for name, value in self.headers.items() if name.lower() not in {*_HOP, "accept-encoding"}}
        answer = self.server.client.request(self.command, self.path, headers=sent, content=body)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name not in _HOP:
                self.send_header(name, value)
        self.end_headers()
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            self._drip(answer.content)
        else:
            self.wfile.write(answer.content)

    def _drip(self, content: bytes) -> None:
        """Send each event in two pieces, cut in the middle of a character, with a pause that keeps them apart."""
        for event in content.split(b"\n\n")[:-1]:
            self.server.gate.acquire()
            half = next(at for at in range(len(event) // 3, len(event)) if event[at] & 0xC0 == 0x80)
            self.wfile.write(event[:half])
            self.wfile.flush()
            if self.server.breaks:
                self.server.breaks = False
                return
            time.sleep(0.05)
            self.wfile.write(event[half:] + b"\n\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what passes is the test's business."""


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    """Run a proxy in a thread."""
    with Proxy(upstream) as one:
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield one
        one.allow(100)
        one.shutdown()
        thread.join()
        one.client.close()
