"""Test questions are made over HTTP: proposed, corrected, judged, downloaded, by those who may, whatever is sent."""

from __future__ import annotations

import io
import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl  # type: ignore[import-untyped]
import pytest
from api_support import GOLDEN, Json, RunningServer, error_of, start_server
from hypothesis import given
from hypothesis import strategies as st
from model_server import Say, model_server
from test_api_fuzz import RUN, TEXT, VALUE, check

from qa.evaluation.queries import read_test_queries
from qa.testing.store import FILE

DRAFTS, QUESTIONS, JUDGEMENTS, EXPORT = (
    f"/v1/testing/{name}" for name in ("drafts", "questions", "judgements", "export")
)


@pytest.fixture(scope="module")
def writable(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = start_server(Path(shutil.copytree(seeded_dir, tmp_path_factory.mktemp("testing") / "data")))
    yield running
    running.stop()


@pytest.fixture
def api(writable: RunningServer) -> Iterator[httpx.Client]:
    """A client of the writable server, where nothing was drafted or judged yet."""
    for end in ("", "-wal", "-shm"):
        (writable.data_dir / f"{FILE}{end}").unlink(missing_ok=True)
    with httpx.Client(base_url=writable.url, timeout=60, trust_env=False) as client:
        yield client


def drafted(api: httpx.Client, count: int = 5, **more: Any) -> list[Json]:
    response = api.post(DRAFTS, json={"count": count, **more})
    assert response.status_code == 200, response.text
    drafts: list[Json] = response.json()["drafts"]
    return drafts


def changed(api: httpx.Client, draft: Json, status: int = 200, **fields: Any) -> Json:
    response = api.patch(f"{DRAFTS}/{draft['id']}", json=fields)
    assert response.status_code == status, response.text
    body: Json = response.json()
    return body


def found(api: httpx.Client, query: str = GOLDEN) -> list[Json]:
    passages: list[Json] = api.post("/v1/search", json={"query": query}).json()["passages"]
    return passages


def judged(api: httpx.Client, passage: Json, grade: int, question: str = GOLDEN) -> Json:
    response = api.put(JUDGEMENTS, json={"question": question, "passage_id": passage["id"], "grade": grade})
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


def test_drafts_come_with_their_quotes_in_place_and_never_twice(api: httpx.Client) -> None:
    drafts = drafted(api, 6)
    assert [draft["state"] for draft in drafts] == ["proposed"] * 6
    for draft in drafts:
        place = draft["place"]
        start, end = place["marked"]
        assert place["context"][start:end] == draft["quote"]
        stored = api.get(f"/v1/documents/{draft['document_id']}").json()["text"]
        assert "".join("".join(stored[s:e].split()) for s, e in place["spans"]) == "".join(draft["quote"].split())
        assert place["paragraph"] >= 1
    more = drafted(api, 6)
    assert not {draft["question"] for draft in drafts} & {draft["question"] for draft in more}
    listed = api.get(DRAFTS, params={"limit": 100}).json()
    assert [draft["id"] for draft in listed["drafts"]] == [draft["id"] for draft in drafts + more]
    assert (listed["counts"], listed["model"]) == ({"proposed": 12, "accepted": 0, "rejected": 0}, None)


def test_drafts_of_some_documents_alone(api: httpx.Client) -> None:
    document = api.get("/v1/documents").json()["documents"][2]["id"]
    drafts = drafted(api, 3, document_ids=[document])
    assert {draft["document_id"] for draft in drafts} == {document}
    error_of(api.post(DRAFTS, json={"document_ids": ["d0"]}), 404, "not_found")


def test_a_person_corrects_and_accepts(api: httpx.Client) -> None:
    one, other, third = drafted(api, 3)
    shorter = one["quote"][: len(one["quote"]) // 2]
    done = changed(api, one, question=" How many? ", quote=f" {shorter[:3]}\n{shorter[3:]} ", answer="20", note="seen")
    assert (done["question"], done["lang"], done["answer"], done["note"]) == ("How many?", "en", "20", "seen")
    assert (done["quote"], done["state"]) == (shorter, "proposed")
    assert changed(api, one, state="accepted")["state"] == "accepted"
    changed(api, other, state="rejected")
    unanswerable = changed(api, third, answerable=False, state="accepted")
    assert (unanswerable["quote"], unanswerable["answerable"]) == (third["quote"], False)
    changed(api, third, quote="")
    told = error_of(api.patch(f"{DRAFTS}/{third['id']}", json={"answerable": True}), 422, "invalid_request")
    assert "found no quote, expected the words of the document that answer" in told
    states = {state: api.get(DRAFTS, params={"state": state}).json()["drafts"] for state in ("accepted", "rejected")}
    assert [len(drafts) for drafts in states.values()] == [2, 1]
    assert api.get(DRAFTS, params={"state": "accepted", "offset": 1}).json()["drafts"][0]["id"] == third["id"]


def test_a_quote_that_does_not_stand_in_the_document_is_refused_with_the_nearest(api: httpx.Client) -> None:
    (one,) = drafted(api, 1)
    strayed = one["quote"][:6] + "错字" + one["quote"][8:]
    body = changed(api, one, 422, quote=strayed)["error"]
    assert "expected the quote letter for letter; nearest at " in body["message"]
    (detail,) = body["details"]
    assert detail["field"] == "quote"
    assert detail["expected"][:6] == one["quote"][:6]
    near = changed(api, one, quote=detail["expected"])
    assert near["place"] is not None
    nowhere = changed(api, one, 422, quote="zzzz qqqq xxxx")["error"]
    assert "nor anything like it; copy the quote from the page" in nowhere["message"]
    assert api.get(DRAFTS).json()["drafts"][0]["quote"] == near["quote"]


def test_a_draft_whose_document_is_gone_says_so_and_is_not_accepted(api: httpx.Client) -> None:
    text = "消息\n\n江门日报讯(记者/张三)江海区图书馆新增座位260个。\n"
    added = api.post("/v1/documents", json={"name": "seats.txt", "text": text}).json()["id"]
    (one,) = drafted(api, 1, document_ids=[added])
    assert one["answer"] == "260个"
    api.delete(f"/v1/documents/{added}")
    assert api.get(DRAFTS).json()["drafts"][0]["place"] is None
    changed(api, one, 404, state="accepted")
    changed(api, one, state="rejected")


def test_passages_are_judged_and_taken_back(api: httpx.Client) -> None:
    passages = found(api)
    judged(api, passages[0], 2)
    question = judged(api, passages[1], 0)
    assert [(j["passage_id"], j["grade"]) for j in question["judgements"]] == [
        (passages[0]["id"], 2),
        (passages[1]["id"], 0),
    ]
    assert question["judgements"][0]["quote"] in passages[0]["citation"]["quote"]
    listed = api.get(QUESTIONS, params={"question": GOLDEN}).json()
    assert listed["questions"] == [question]
    marked = api.put(QUESTIONS, json={"question": GOLDEN, "unanswerable": True}).json()
    assert (marked["unanswerable"], [j["grade"] for j in marked["judgements"]]) == (True, [0, 0])
    assert api.delete(f"{JUDGEMENTS}/{question['id']}/{passages[1]['id']}").status_code == 204
    error_of(api.delete(f"{JUDGEMENTS}/{question['id']}/{passages[1]['id']}"), 404, "not_found")
    assert api.delete(f"{QUESTIONS}/{question['id']}").status_code == 204
    assert api.get(QUESTIONS).json() == {"questions": [], "total": 0, "next": None, "left": 0}


def test_the_next_accepted_question_without_a_judgement_is_named(api: httpx.Client) -> None:
    one, other = drafted(api, 2)
    for draft in (one, other):
        changed(api, draft, state="accepted")
    changed(api, one, question=one["question"] + "吗?")
    following = api.get(QUESTIONS).json()
    assert (following["next"], following["left"]) == (one["question"] + "吗?", 2)
    judged(api, found(api)[0], 0, following["next"])
    assert api.get(QUESTIONS).json()["next"] == other["question"]


def test_what_was_made_is_downloaded_in_every_form(api: httpx.Client, tmp_path: Path) -> None:
    (one,) = drafted(api, 1)
    changed(api, one, state="accepted")
    passage = found(api)[0]
    id_ = judged(api, passage, 2)["id"]
    response = api.get(EXPORT)
    assert response.headers["content-disposition"] == 'attachment; filename="test-queries.jsonl"'
    path = tmp_path / "own.jsonl"
    path.write_bytes(response.content)
    queries = read_test_queries(path)
    assert [query.question for query in queries] == [one["question"], GOLDEN]
    api.put(QUESTIONS, json={"question": "火星上有水吗?", "unanswerable": True}).raise_for_status()
    qrels, topics = (api.get(EXPORT, params={"form": form}) for form in ("qrels", "topics"))
    assert topics.text == f"{one['id']}\t{one['question']}\n{id_}\t{GOLDEN}\n"
    held, judged_ = qrels.text.splitlines()
    assert held.startswith(f"{one['id']} 0 ")
    assert one["quote"] in api.get(f"/v1/passages/{held.split()[2]}").json()["text"]
    assert judged_ == f"{id_} 0 {passage['id']} 2"
    for response in (qrels, topics):
        assert response.headers["x-left-out-without-answer"] == "1"
        assert response.headers["x-quotes-not-found"] == "0"
    assert one["question"] in api.get(EXPORT, params={"form": "csv"}).content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(api.get(EXPORT, params={"form": "xlsx"}).content))
    assert book.active.max_row == 4
    error_of(api.get(EXPORT, params={"form": "pdf"}), 422, "invalid_request")


def test_a_model_drafts_without_holding_up_others(data_dir: Path) -> None:
    with model_server() as endpoint:
        endpoint.otherwise = lambda user: Say('{"drafts": []}', wait=0.3)
        server = start_server(data_dir, settings=endpoint.settings())
        with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as api:
            thread = threading.Thread(target=lambda: api.post(DRAFTS, json={"count": 2}))
            thread.start()
            while not any("test questions" in body["messages"][0]["content"] for body in endpoint.asked):
                time.sleep(0.01)
            error_of(api.post(DRAFTS, json={"count": 1}), 409, "conflict")
            assert api.post("/v1/search", json={"query": GOLDEN}).elapsed.total_seconds() < 1.5
            thread.join()
            endpoint.otherwise = _about_the_fee
            (draft,) = drafted(api, 1)
            assert (draft["answerable"], draft["origin"]) == (False, "model")
            assert api.get(DRAFTS).json()["model"] == "test-model"
            endpoint.otherwise = lambda user: Say(status=401)
            told = error_of(api.post(DRAFTS, json={"count": 1}), 502, "language_model_error")
            assert "JIANGHAI_QA_LLM_KEY" in told
        server.stop()


def _about_the_fee(user: str) -> Say:
    return Say(json.dumps({"drafts": [{"question": "江海区游泳馆的门票多少钱?", "quote": ""}]}, ensure_ascii=False))


EVERY = [
    ("GET", DRAFTS, None), ("POST", DRAFTS, {"count": 1}), ("PATCH", f"{DRAFTS}/t0", {"state": "accepted"}),
    ("GET", QUESTIONS, None), ("PUT", QUESTIONS, {"question": "谁?", "unanswerable": True}), ("DELETE", f"{QUESTIONS}/t0", None),
    ("PUT", JUDGEMENTS, {"question": "谁?", "passage_id": "p", "grade": 1}), ("DELETE", f"{JUDGEMENTS}/t0/p", None),
    ("GET", EXPORT, None),
]  # fmt: skip


def test_with_a_key_only_who_has_it_reads_and_makes_test_questions(data_dir: Path) -> None:
    server = start_server(data_dir, "--host", "0.0.0.0", settings={"API_KEY": "s3cret"})
    with httpx.Client(base_url=server.url.replace("0.0.0.0", "127.0.0.1"), trust_env=False) as api:
        for method, path, body in EVERY:
            error_of(api.request(method, path, json=body), 401, "unauthorized")
            response = api.request(method, path, json=body, headers={"Authorization": "Bearer s3cret"})
            assert response.status_code in (200, 204, 404), response.text
        assert api.get("/evaluate").status_code == 200
    server.stop()


def test_bound_elsewhere_without_a_key_nobody_makes_test_questions(data_dir: Path) -> None:
    server = start_server(data_dir, "--host", "0.0.0.0")
    with httpx.Client(base_url=server.url.replace("0.0.0.0", "127.0.0.1"), trust_env=False) as api:
        for method, path, body in EVERY:
            error_of(api.request(method, path, json=body), 403, "forbidden")
    server.stop()


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}], ids=str
)
def test_another_sites_page_reads_and_makes_nothing(api: httpx.Client, headers: dict[str, str]) -> None:
    for method, path, body in EVERY:
        error_of(api.request(method, path, json=body, headers=headers), 403, "forbidden")


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", DRAFTS, {"count": 11}, "count: found 11, expected a whole number from 1 to 10"),
        ("POST", DRAFTS, {"amount": 1}, "amount: found an unknown field"),
        ("PATCH", f"{DRAFTS}/t0", {}, "found nothing to change, expected question, type"),
        ("PATCH", f"{DRAFTS}/t0", {"state": "done"}, "expected proposed, accepted or rejected"),
        ("PATCH", f"{DRAFTS}/t0", {"type": "a\nb"}, "found a control character, expected one line of text"),
        ("PATCH", f"{DRAFTS}/t0", {"quote": "多" * 4001}, "expected text of 1 to 4000 characters"),
        ("PUT", JUDGEMENTS, {"question": "谁?", "passage_id": "p", "grade": 4}, "expected a whole number from 0 to 3"),
        ("PUT", JUDGEMENTS, {"question": " ", "passage_id": "p", "grade": 1}, "expected text of 1 to 1000 characters"),
        ("PUT", QUESTIONS, {"question": "谁?", "unanswerable": "yes"}, "expected true or false"),
        ("GET", f"{DRAFTS}?limit=101", None, "expected a whole number from 1 to 100"),
    ],
)
def test_what_is_wrong_is_told(api: httpx.Client, method: str, path: str, body: Json | None, said: str) -> None:
    assert said in error_of(api.request(method, path, json=body), 422, "invalid_request")


def test_what_is_not_there_is_404(api: httpx.Client) -> None:
    error_of(api.patch(f"{DRAFTS}/t0", json={"state": "accepted"}), 404, "not_found")
    error_of(api.put(JUDGEMENTS, json={"question": "谁?", "passage_id": "p0", "grade": 1}), 404, "not_found")
    assert api.get(QUESTIONS).json()["total"] == 0


def test_a_damaged_file_is_503_and_searching_goes_on(api: httpx.Client, writable: RunningServer) -> None:
    (writable.data_dir / FILE).write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    for method, path, body in EVERY:
        if path != f"{JUDGEMENTS}/t0/p" and "judgements" not in path:
            told = error_of(api.request(method, path, json=body), 503, "drafts_damaged")
            assert "searching and asking still work" in told
            assert str(writable.data_dir) not in told
    assert found(api)


PATHS = st.sampled_from([(method, path) for method, path, _ in EVERY])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "count": st.integers(-1, 2) | VALUE,
        "document_ids": st.lists(TEXT, max_size=2) | VALUE,
        "question": TEXT | VALUE,
        "type": TEXT | VALUE,
        "answer": TEXT | VALUE,
        "quote": TEXT | VALUE,
        "answerable": st.booleans() | VALUE,
        "unanswerable": st.booleans() | VALUE,
        "state": st.sampled_from(["proposed", "accepted", "rejected"]) | VALUE,
        "note": TEXT | VALUE,
        "passage_id": TEXT | VALUE,
        "grade": st.integers(-1, 4) | VALUE,
    },
)


@RUN
@given(place=PATHS, body=FIELDS | VALUE, real=st.booleans())
def test_no_body_is_a_fault_of_the_server(
    writable: RunningServer, place: tuple[str, str], body: Any, real: bool
) -> None:
    with httpx.Client(base_url=writable.url, timeout=60, trust_env=False) as api:
        (writable.data_dir / FILE).unlink(missing_ok=True) if damaged(writable) else None
        drafts = api.get(DRAFTS).json()["drafts"] or drafted(api, 1)
        path = place[1].replace("t0", drafts[0]["id"]) if real else place[1]
        content = json.dumps(body).encode()
        check(api.request(place[0], path, content=content, headers={"content-type": "application/json"}))


def damaged(server: RunningServer) -> bool:
    path = server.data_dir / FILE
    return path.is_file() and b"\xff" * 64 in path.read_bytes()[:200]
