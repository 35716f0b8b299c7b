"""Feedback over HTTP: who may give it, who may read it, what is believed of it, how often it is taken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_support import GOLDEN, RunningServer, error_of, start_server

from qa.evaluation.queries import read_test_queries

KEY = "s3cret"
# Each test is a visitor of its own, so that none waits for another's tokens.
_VISITORS = count(1)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def judged(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server on this machine's own address, asked at most 20 questions a minute from one address."""
    folder = tmp_path_factory.mktemp("judged") / "data"
    running = start_server(Path(shutil.copytree(seeded_dir, folder)), settings={"ASK_LIMIT": "20"})
    yield running
    running.stop()


@pytest.fixture(scope="module")
def public(judged: RunningServer) -> Iterator[RunningServer]:
    """A server with a public address and a key, over the same data, where nobody has switched feedback on."""
    running = start_server(judged.data_dir, settings={"PUBLIC_URL": "https://news.example/qa", "API_KEY": KEY})
    yield running
    running.stop()


def for_a_visitor(request: httpx.Request) -> None:
    if request.method == "POST" and request.url.path == "/v1/feedback":
        request.headers.setdefault("x-forwarded-for", f"198.51.100.{next(_VISITORS)}")


@pytest.fixture
def api(judged: RunningServer) -> Iterator[httpx.Client]:
    """Who runs the service, and gives feedback each time for another visitor; what a test gave is removed after it."""
    hooks = {"request": [for_a_visitor]}
    with httpx.Client(base_url=judged.url, timeout=30, trust_env=False, event_hooks=hooks) as client:
        yield client
        client.delete("/v1/feedback")


@pytest.fixture
def visitor(judged: RunningServer, api: httpx.Client) -> Iterator[httpx.Client]:
    """Somebody whom a proxy names."""
    headers = {"x-forwarded-for": f"198.51.100.{next(_VISITORS)}"}
    with httpx.Client(base_url=judged.url, timeout=30, trust_env=False, headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def answer(judged: RunningServer) -> Json:
    body = {"question": GOLDEN}
    found: Json = httpx.post(f"{judged.url}/v1/ask", json=body, trust_env=False).raise_for_status().json()
    return found


def verdict_on(answer: Json, verdict: str = "up", **more: Any) -> Json:
    names = ("question", "asked", "answer", "answerable", "answerer", "confidence", "index_version", "citations")
    return {"verdict": verdict, **{name: answer[name] for name in names}, **more}


def given(client: httpx.Client, body: Json) -> Json:
    response = client.post("/v1/feedback", json=body)
    assert response.status_code == 201, response.text
    found: Json = response.json()
    return found


def test_a_verdict_is_kept_and_taken_back_by_who_gave_it(
    visitor: httpx.Client, api: httpx.Client, answer: Json
) -> None:
    said = verdict_on(answer, "down", reasons=["incomplete", "incomplete"], comment=" 打13812345678 ")
    one = given(visitor, said)
    assert (len(one["id"]), one["citations"]) == (32, 1)
    body = api.get("/v1/feedback").json()
    (kept,) = body["feedback"]
    assert (body["counts"], body["next_cursor"]) == ({"up": 0, "down": 1}, None)
    assert set(kept) == {
        "id", "day", "verdict", "reasons", "comment", "question", "asked", "answer", "answerable", "answerer",
        "confidence", "index_version", "citations",
    }  # fmt: skip
    assert (kept["reasons"], kept["comment"], kept["question"]) == (["incomplete"], "打[手机号/mobile]", GOLDEN)
    assert len(kept["day"]) == 10
    citation = answer["citations"][0]
    assert kept["citations"] == [{name: citation[name] for name in ("document_id", "file", "spans", "quote")}]
    assert visitor.delete(f"/v1/feedback/{one['id']}").json() == {"removed": 1}
    assert "no feedback has the id" in error_of(visitor.delete(f"/v1/feedback/{one['id']}"), 404, "not_found")
    assert api.get("/v1/feedback").json()["feedback"] == []


def test_only_citations_that_stand_letter_for_letter_are_kept(
    visitor: httpx.Client, api: httpx.Client, answer: Json
) -> None:
    true = answer["citations"][0]
    (start, end), quote = true["spans"][0], true["quote"]
    claims = [
        {"document_id": "d0"}, {"quote": quote + "。"}, {"spans": [[start, end + 1]]}, {"spans": [[end, start]]},
        {"spans": [[start, 10**9]]}, {"spans": [[start + 5, end], [start, start + 5]]}, {"spans": [[start, start]]},
        {"file": "../../etc/passwd", "spans": [[start, start + 5], [start + 5, end]]},
    ]  # fmt: skip
    one = given(visitor, verdict_on(answer, citations=[true | claim for claim in claims]))
    assert one["citations"] == 1
    (kept,) = api.get("/v1/feedback").json()["feedback"]
    assert kept["citations"] == [
        {"document_id": true["document_id"], "file": true["file"], "spans": claims[-1]["spans"], "quote": quote}
    ]
    refusal = given(visitor, verdict_on(answer, answerable=False))
    assert refusal["citations"] == 0


BAD = [
    ({"verdict": "sideways"}, "verdict: found \"sideways\", expected up or down"),
    ({"reasons": ["evil"]}, "reasons[0]: found \"evil\""),
    ({"reasons": ["other"] * 7}, "reasons: found 7 in the list, expected at most 6"),
    ({"comment": "长" * 501}, "comment: found"),
    ({"comment": "a\x00"}, "a NUL character at position 1"),
    ({"question": " "}, "question: found"),
    ({"question": "问" * 1001}, "expected text of 1 to 1000 characters"),
    ({"answer": ""}, "answer: found \"\", expected text of 1 to 4000 characters"),
    ({"answer": "答" * 4001}, "expected text of 1 to 4000 characters"),
    ({"answerable": "yes"}, "answerable: found \"yes\", expected true or false"),
    ({"answerer": "<b>"}, "answerer: found"),
    ({"confidence": 1.5}, "confidence: found 1.5, expected a number from 0 to 1"),
    ({"index_version": -1}, "index_version: found -1"),
    ({"index_version": 10**30}, "index_version: found"),
    ({"address": "203.0.113.5"}, "address: found an unknown field"),
    ({"citations": [{"document_id": "d0"}]}, "citations[0].spans: found nothing"),
    ({"citations": [{"document_id": "d0", "spans": [], "quote": "x"}]}, "citations[0].spans: found"),
    ({"citations": [{"document_id": "d0", "spans": [[1, True]], "quote": "x"}]}, "citations[0].spans[0][1]: found true"),
    ({"citations": [{"document_id": "d0", "spans": [[1, 2]], "quote": "x"}] * 21}, "found 21 in the list, expected at most 20"),
]  # fmt: skip


def test_what_is_not_as_expected_is_told_and_not_kept(api: httpx.Client, answer: Json) -> None:
    for change, said in BAD:
        told = error_of(api.post("/v1/feedback", json=verdict_on(answer) | change), 422, "invalid_request")
        assert said in told
    half = json.dumps(verdict_on(answer, comment="HALF")).replace("HALF", "\\ud800")
    error_of(
        api.post("/v1/feedback", content=half, headers={"content-type": "application/json"}), 422, "invalid_request"
    )
    error_of(api.post("/v1/feedback", content=b"{}"), 415, "unsupported_media_type")
    long = {"content": b'{"comment":"' + b"x" * 17_000 + b'"}', "headers": {"content-type": "application/json"}}
    told = error_of(api.post("/v1/feedback", **long), 413, "too_large")  # type: ignore[arg-type]
    assert told == "found a request body of more than 16000 bytes, expected at most that many; send less"
    assert "expected the next_cursor" in error_of(api.get("/v1/feedback?cursor=x"), 422, "invalid_request")
    assert api.get("/v1/feedback").json()["feedback"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_another_sites_page_neither_gives_nor_reads_nor_removes(
    visitor: httpx.Client, api: httpx.Client, answer: Json, headers: dict[str, str]
) -> None:
    id_ = given(visitor, verdict_on(answer))["id"]
    error_of(api.post("/v1/feedback", json=verdict_on(answer), headers=headers), 403, "forbidden")
    for method, path in (
        ("DELETE", f"/v1/feedback/{id_}"), ("GET", "/v1/feedback"), ("GET", "/v1/feedback/export"), ("DELETE", "/v1/feedback"),
    ):  # fmt: skip
        error_of(api.request(method, path, headers=headers), 403, "forbidden")
    assert len(api.get("/v1/feedback").json()["feedback"]) == 1


def test_a_visitor_may_not_read_or_clear(visitor: httpx.Client) -> None:
    for method, path in (("GET", "/v1/feedback"), ("GET", "/v1/feedback/export"), ("DELETE", "/v1/feedback")):
        error_of(visitor.request(method, path), 403, "forbidden")


def test_feedback_is_read_page_by_page(api: httpx.Client, answer: Json) -> None:
    for number in range(5):
        given(api, verdict_on(answer, comment=f"no {number}"))
    comments: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        body = api.get("/v1/feedback", params=query).json()
        comments += [one["comment"] for one in body["feedback"]]
        if body["next_cursor"] is None:
            break
        query["cursor"] = body["next_cursor"]
    assert comments == [f"no {number}" for number in (4, 3, 2, 1, 0)]
    assert api.delete("/v1/feedback").json() == {"removed": 5}


def test_the_export_is_read_as_test_questions(api: httpx.Client, answer: Json, tmp_path: Path) -> None:
    given(api, verdict_on(answer))
    missed = given(api, verdict_on(answer, "down", asked="还有几名?", reasons=["wrong"]))
    response = api.get("/v1/feedback/export")
    assert response.headers["content-type"].startswith("application/x-ndjson")
    assert response.headers["content-disposition"] == 'attachment; filename="feedback.jsonl"'
    path = tmp_path / "feedback.jsonl"
    path.write_bytes(response.content)
    (query,) = read_test_queries(path)
    assert (query.question, [one.quote for one in query.evidence]) == (GOLDEN, [answer["citations"][0]["quote"]])
    review = api.get("/v1/feedback/export?review=true")
    (row,) = [json.loads(line) for line in review.text.splitlines()]
    assert (row["question"], row["candidate"], row["accepted"], row["evidence"]) == ("还有几名?", "wrong", False, [])
    assert missed["id"] not in review.text


def test_who_gives_too_often_is_told_when_to_come_again(visitor: httpx.Client, api: httpx.Client, answer: Json) -> None:
    for _ in range(10):
        given(visitor, verdict_on(answer))
    response = visitor.post("/v1/feedback", json=verdict_on(answer))
    assert "expected fewer; try again in" in error_of(response, 429, "too_many_requests")
    assert 1 <= int(response.headers["retry-after"]) <= 6
    assert len(api.get("/v1/feedback").json()["feedback"]) == 10
    given(api, verdict_on(answer))


def test_a_program_on_this_machine_is_one_address_like_any_other(
    judged: RunningServer, api: httpx.Client, answer: Json
) -> None:
    with httpx.Client(base_url=judged.url, timeout=30, trust_env=False) as client:
        sent = [client.post("/v1/feedback", json=verdict_on(answer)).status_code for _ in range(12)]
    assert sent == [201] * 10 + [429] * 2
    given(api, verdict_on(answer))


def test_who_asks_too_often_waits_in_every_dialect_and_others_do_not(visitor: httpx.Client, api: httpx.Client) -> None:
    for _ in range(20):
        assert visitor.post("/v1/search", json={"query": "江海", "top_k": 1}).status_code == 200
    response = visitor.post("/v1/ask", json={"question": GOLDEN})
    error_of(response, 429, "too_many_requests")
    assert int(response.headers["retry-after"]) >= 1
    chat = visitor.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": GOLDEN}]})
    assert (chat.status_code, chat.json()["error"]["code"]) == (429, "too_many_requests")
    dify = visitor.post("/retrieval", json={})
    assert (dify.status_code, dify.json()["error_code"]) == (429, 429)
    assert visitor.get("/v1/documents").status_code == 200
    assert api.post("/v1/ask", json={"question": GOLDEN}).status_code == 200


def test_verdicts_are_counted_and_the_status_says_that_they_are_taken(api: httpx.Client, answer: Json) -> None:
    def counted(verdict: str) -> float:
        lines = api.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith(f'jianghai_qa_feedback_total{{verdict="{verdict}"}}')]
        return float(found[0].split()[-1]) if found else 0

    before = counted("down")
    given(api, verdict_on(answer, "down"))
    assert counted("down") == before + 1
    assert api.get("/v1/status").json()["feedback"] is True
    assert "<html data-feedback " in api.get("/?embed=1").text


def test_with_a_public_address_answers_are_judged_only_when_that_is_switched_on(
    public: RunningServer, visitor: httpx.Client, answer: Json
) -> None:
    id_ = given(visitor, verdict_on(answer))["id"]
    with httpx.Client(base_url=public.url, trust_env=False) as client:
        told = error_of(client.post("/v1/feedback", json=verdict_on(answer)), 403, "feedback_off")
        assert "JIANGHAI_QA_FEEDBACK=on" in told
        assert client.get("/v1/status").json()["feedback"] is False
        assert "data-feedback" not in client.get("/").text
        error_of(client.get("/v1/feedback"), 401, "unauthorized")
        key = {"Authorization": f"Bearer {KEY}"}
        assert len(client.get("/v1/feedback", headers=key).json()["feedback"]) == 1
        # What was given may be taken back all the same, by the public page, under whatever name a proxy asks for it.
        evil = {"Origin": "https://evil.example"}
        error_of(client.delete(f"/v1/feedback/{id_}", headers=evil), 403, "forbidden")
        own = {"Origin": "https://news.example", "Sec-Fetch-Site": "same-origin"}
        assert client.delete(f"/v1/feedback/{id_}", headers=own).json() == {"removed": 1}


def test_a_damaged_file_is_told_and_answers_go_on(api: httpx.Client, judged: RunningServer, answer: Json) -> None:
    (judged.data_dir / "feedback.sqlite").write_bytes(b"garbage" * 1000)
    response = api.post("/v1/feedback", json=verdict_on(answer))
    told = error_of(response, 503, "feedback_unreadable")
    assert "answers need nothing of it; the service's log says what to do" in told
    error_of(api.get("/v1/feedback"), 503, "feedback_unreadable")
    assert api.post("/v1/ask", json={"question": GOLDEN}).json()["answerable"]
    assert api.delete("/v1/feedback").json() == {"removed": 0}
    given(api, verdict_on(answer))
