"""Another site in the tests of the widget: a real HTTP server whose pages are strict, and hostile to what they embed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOSTILE = "*:not(html, body) { all: unset !important; display: none !important; visibility: hidden !important }"


@dataclass(frozen=True, slots=True)
class HostSite:
    """Pages of another site by path: the markup and its content security policy."""

    port: int
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """The site as the service is told of it."""
        return f"http://localhost:{self.port}"

    @property
    def unknown_origin(self) -> str:
        """The same site under a name that the service is not told of."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def host_site() -> Iterator[HostSite]:
    """Serve the pages that a test puts into the site, until the block ends."""
    pages: dict[str, tuple[str, str]] = {"/hostile.css": (HOSTILE, "")}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            markup, policy = pages.get(self.path.partition("?")[0], ("", ""))
            self.send_response(200 if markup else 404)
            kind = {"css": "text/css", "js": "text/javascript"}.get(
                self.path.partition("?")[0].rpartition(".")[2], "text/html"
            )
            self.send_header("content-type", f"{kind}; charset=utf-8")
            if policy:
                self.send_header("content-security-policy", policy)
            self.end_headers()
            self.wfile.write(markup.encode())

        def log_message(self, *arguments: object) -> None:
            """Say nothing: what a test asks for is its own business."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield HostSite(server.server_port, pages)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
