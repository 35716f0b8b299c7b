"""Run the service in one process: take the port, prepare the data, open the service, answer until a signal.

The port is taken first, so that a port in use is told at once and before any work.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from types import FrameType

import uvicorn

from api.app import create_app
from api.proxy import Forwarded
from api.urls import listening_url
from qa.background import writing_in_background
from qa.jobs import Jobs
from qa.language_model import language_model_of
from qa.prepare import prepare
from qa.service import Service
from qa.settings import Settings
from qa.upkeep import upkeep

_BACKLOG = 2048
_LEVELS = ("critical", "error", "warning", "info", "debug")


class ServerFault(Exception):
    """Say why the service cannot be served at the address asked for."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; requests that have begun are finished first.

    Raises `ServerFault` for an address that cannot be had, and the faults of library, index and encoder.
    """
    _start_logging(settings)
    model = language_model_of(settings)
    with closing(bind(settings.host, settings.port)) as listener, _stopped_quietly():
        prepare(settings, say)
        jobs = Jobs(settings.data_path)
        with closing(Service.open(settings)) as service, writing_in_background(service, model), upkeep(service, jobs):
            service.get_ready()
            run(service, settings, listener, jobs)
    say("stopped")


def run(service: Service, settings: Settings, listener: socket.socket, jobs: Jobs) -> None:
    """Answer requests on a listening socket until a signal."""
    app = create_app(service, settings, jobs)
    config = uvicorn.Config(
        Forwarded(app),
        log_config=None,
        access_log=False,
        proxy_headers=False,  # `Forwarded` does that, and more
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=10,
    )
    _Server(config).run(sockets=[listener])


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address; raise `ServerFault` when it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            if os.name != "nt":  # there it would let two servers share a port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
    except (OSError, UnicodeError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise ServerFault(
            f"found {host} port {port} not to be had ({reason}), expected a free port of this machine; "
            "choose another with --port or --host, or stop what uses it"
        ) from fault
    return listener


def say(text: str) -> None:
    """Tell the person who started the service; standard output stays free for programs."""
    print(text, file=sys.stderr, flush=True)


class _Server(uvicorn.Server):
    """Say when it answers, and end after a signal without raising it again: a stop asked for is no fault."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell the address."""
        await super().startup(sockets)
        for listener in sockets or ():
            say(f"ready on {listening_url('http', *listener.getsockname()[:2])}")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop gracefully on SIGINT and SIGTERM while the block runs."""
        with _handled(self.handle_exit):
            yield


@contextmanager
def _stopped_quietly() -> Iterator[None]:
    """Let SIGINT and SIGTERM end the block, which includes the time before the server answers."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(stop), suppress(KeyboardInterrupt):
        yield


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def _start_logging(settings: Settings) -> None:
    level = settings.log_level.lower()
    if level not in _LEVELS:
        raise ServerFault(f"found the log level {settings.log_level!r}, expected one of {', '.join(_LEVELS)}")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("jianghai_qa").setLevel(level.upper())
    logging.getLogger("uvicorn").setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
