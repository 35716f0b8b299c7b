"""How often one address may ask: token buckets in memory, a small one for each address and one for all together.

An address is kept only until its bucket is full again, and only as a keyed hash whose key ends with the process. Where
questions are counted, a trusted address that does not say for whom it asks stands for many readers: for it only the bucket
of all decides (see `api.proxy`). Where feedback is, it counts as one address like any other.
"""

from __future__ import annotations

import ipaddress
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import TooManyRequests, error_response
from api.proxy import TRUSTED_PEER

MOST_ADDRESSES = 10_000
# Sums of intervals are not exact; a token that is a thousandth of a second away is there.
_ROUNDING = 0.001
ASKING = ("/v1/ask", "/v1/search", "/v1/chat/", "/v1/vector_stores", "/v1/embeddings", "/retrieval", "/mcp")


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket: `tokens` at once, and as many again in each `seconds`."""

    tokens: int
    seconds: float = 60.0

    @property
    def interval(self) -> float:
        """Return the seconds in which one token comes."""
        return self.seconds / self.tokens


class Limiter:
    """Count what each address does, and all together; safe to use from several threads.

    A bucket is kept as the moment at which it will be full again (generic cell rate algorithm): one number tells all of it.
    """

    def __init__(
        self, each: Rate, together: Rate | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each, self._together, self._clock = each, together, clock
        self._key = secrets.token_bytes(32)
        self._full_at: OrderedDict[bytes, float] = OrderedDict()
        self._all_full_at = -math.inf
        self._lock = threading.Lock()

    def take(self, address: str | None) -> float:
        """Take one token of an address and of all (None: of all alone); return 0, or the seconds until there will be one."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            waits = [_wait(self._all_full_at, now, self._together) if self._together else 0.0]
            name = None if address is None else self._hashed(address)
            if name is not None:
                waits.append(_wait(self._full_at.get(name, -math.inf), now, self._each))
            if max(waits) > 0:
                return max(waits)
            if self._together:
                self._all_full_at = max(self._all_full_at, now) + self._together.interval
            if name is not None:
                self._full_at[name] = max(self._full_at.get(name, -math.inf), now) + self._each.interval
                self._full_at.move_to_end(name)
            return 0.0

    def __len__(self) -> int:
        """Return how many addresses are remembered."""
        return len(self._full_at)

    def _forget(self, now: float) -> None:
        """Let go of full buckets, and of the longest unused ones when there are too many."""
        while self._full_at:
            name, full_at = next(iter(self._full_at.items()))
            if full_at > now and len(self._full_at) < MOST_ADDRESSES:
                return
            del self._full_at[name]

    def _hashed(self, address: str) -> bytes:
        return blake2b(network_of(address).encode("utf-8", "replace"), key=self._key, digest_size=16).digest()


def _wait(full_at: float, now: float, rate: Rate) -> float:
    """Return the seconds until a bucket that is full at some moment holds one token."""
    wait = full_at - now - (rate.seconds - rate.interval)
    return wait if wait > _ROUNDING else 0.0


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv6 customer has a whole /64 of them."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def check_rate(scope: Scope, limiter: Limiter, *, spare_trusted: bool = False) -> None:
    """Take one token for a request; raise `TooManyRequests` when there is none.

    `spare_trusted` lets a trusted address that names no reader take from the bucket of all alone.
    """
    client = scope.get("client")
    spared = spare_trusted and client is not None and client[0] == scope.get(TRUSTED_PEER)
    wait = limiter.take(None if client is None or spared else str(client[0]))
    if wait > 0:
        seconds = math.ceil(wait)
        raise TooManyRequests(
            f"found more requests from this address, or from all, than are taken, expected fewer; try again in {seconds} s",
            seconds,
        )


class AskingLimit:
    """Answer 429 to an address that asks more often than the setting allows, whatever dialect it asks in."""

    def __init__(self, app: ASGIApp, limiter: Limiter) -> None:
        self._app, self._limiter = app, limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and _asks(scope):
            try:
                check_rate(scope, self._limiter, spare_trusted=True)
            except TooManyRequests as fault:
                headers = {"retry-after": str(fault.seconds)}
                await error_response(scope, 429, fault.code, str(fault), headers=headers)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _asks(scope: Scope) -> bool:
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return bool(path.startswith(ASKING))
