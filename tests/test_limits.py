"""Token buckets: what an address may do, what all may do together, what is remembered of an address."""

from __future__ import annotations

import threading

import pytest
from starlette.types import Message, Receive, Scope, Send

from api import limits
from api.errors import TooManyRequests
from api.limits import MOST_ADDRESSES, AskingLimit, Limiter, Rate, check_rate, network_of
from api.proxy import Forwarded


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_bucket_gives_its_tokens_at_once_and_then_one_an_interval(clock: Clock) -> None:
    limiter = Limiter(Rate(3, 60), clock=clock)
    assert [limiter.take("203.0.113.5") for _ in range(3)] == [0, 0, 0]
    assert limiter.take("203.0.113.5") == pytest.approx(20)
    clock.now += 19.5
    assert limiter.take("203.0.113.5") == pytest.approx(0.5)
    clock.now += 0.5
    assert limiter.take("203.0.113.5") == 0
    assert limiter.take("203.0.113.5") == pytest.approx(20)
    clock.now += 1000
    assert [limiter.take("203.0.113.5") for _ in range(4)] == [0, 0, 0, pytest.approx(20)]


def test_addresses_have_buckets_of_their_own_and_one_together(clock: Clock) -> None:
    limiter = Limiter(Rate(2, 60), Rate(3, 60), clock=clock)
    assert [limiter.take("203.0.113.5") for _ in range(3)] == [0, 0, pytest.approx(30)]
    assert limiter.take("203.0.113.6") == 0
    # Refusals cost nothing, neither of the address nor of all.
    assert limiter.take("203.0.113.7") == pytest.approx(20)
    clock.now += 20
    assert limiter.take("203.0.113.7") == 0


def test_a_proxy_that_names_nobody_is_held_by_the_bucket_of_all(clock: Clock) -> None:
    limiter = Limiter(Rate(1, 60), Rate(4, 60), clock=clock)
    assert [limiter.take(None) for _ in range(5)] == [0, 0, 0, 0, pytest.approx(15)]
    assert Limiter(Rate(1, 60), clock=clock).take(None) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("[2001:db8:1:3::1]", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_addresses_are_forgotten_when_their_buckets_are_full_and_never_kept_as_they_are(clock: Clock) -> None:
    limiter = Limiter(Rate(2, 60), clock=clock)
    for last in range(50):
        limiter.take(f"203.0.113.{last}")
    assert len(limiter) == 50
    assert "203.0.113" not in repr(vars(limiter))
    clock.now += 31
    limiter.take("198.51.100.1")
    assert len(limiter) == 1


def test_no_number_of_addresses_fills_the_memory(clock: Clock) -> None:
    limiter = Limiter(Rate(10), clock=clock)
    for number in range(MOST_ADDRESSES + 500):
        limiter.take(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(limiter) == MOST_ADDRESSES


def test_threads_together_get_no_more_than_there_is(clock: Clock) -> None:
    limiter = Limiter(Rate(50), clock=clock)
    given: list[float] = []
    threads = [threading.Thread(target=lambda: given.extend(limiter.take("a") for _ in range(40))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(given), given.count(0)) == (160, 50)


def scope_of(path: str = "/v1/ask", client: str = "203.0.113.5", method: str = "POST", **headers: str) -> Scope:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": pairs, "client": (client, 1), "scheme": "http"}


async def _answered(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def statuses(app: limits.ASGIApp, *scopes: Scope) -> list[int]:
    """Return the statuses with which an application answers one request after the other."""
    import asyncio

    seen: list[int] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen.append(message["status"])

    async def all_() -> None:
        for scope in scopes:
            await app(scope, receive, send)

    asyncio.run(all_())
    return seen


def test_the_message_says_when_to_come_again(clock: Clock) -> None:
    limiter = Limiter(Rate(1, 7), clock=clock)
    check_rate(scope_of(), limiter)
    clock.now += 0.5
    with pytest.raises(TooManyRequests, match="expected fewer; try again in 7 s") as refused:
        check_rate(scope_of(), limiter)
    assert refused.value.seconds == 7


def test_the_limit_of_asking_counts_questions_in_every_dialect_and_nothing_else(clock: Clock) -> None:
    app = AskingLimit(_answered, Limiter(Rate(3), clock=clock))
    asked = [scope_of(path) for path in ("/v1/search", "/v1/chat/completions", "/retrieval", "/mcp")]
    others = [
        scope_of("/v1/status", method="GET"),
        scope_of("/v1/documents"),
        scope_of("/v1/ask", client="203.0.113.6"),
    ]
    assert statuses(app, *asked, *others) == [200, 200, 200, 429, 200, 200, 200]


def test_visitors_behind_a_trusted_proxy_are_told_apart_and_the_proxy_itself_is_not_held(clock: Clock) -> None:
    app = Forwarded(AskingLimit(_answered, Limiter(Rate(1), clock=clock)), "127.0.0.1")
    visitors = [scope_of(client="127.0.0.1", x_forwarded_for=f"198.51.100.{n}") for n in (1, 2, 1)]
    silent = [scope_of(client="127.0.0.1") for _ in range(3)]
    liars = [scope_of(client="203.0.113.9", x_forwarded_for=f"198.51.100.{n}") for n in (3, 4)]
    assert statuses(app, *visitors) == [200, 200, 429]
    assert statuses(app, *silent) == [200, 200, 200]
    assert statuses(app, *liars) == [200, 429]


def test_who_names_no_visitor_is_one_address_like_any_other_where_nobody_is_spared(clock: Clock) -> None:
    limiter, refused = Limiter(Rate(2), Rate(100), clock=clock), []

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check_rate(scope, limiter)
        except TooManyRequests:
            refused.append(scope["client"][0])

    app = Forwarded(limited, "127.0.0.1")
    silent = [scope_of(client="127.0.0.1") for _ in range(3)]
    told = [scope_of(client="127.0.0.1", x_forwarded_for=f"198.51.100.{n}") for n in (1, 2, 1, 1)]
    statuses(app, *silent, *told)
    assert refused == ["127.0.0.1", "198.51.100.1"]
