"""Vector-store search, embeddings and Dify's external knowledge, read by the clients that exist."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from api_support import GOLDEN, Json, RunningServer, start_server
from langchain_openai import OpenAIEmbeddings
from openai import BadRequestError, DefaultHttpxClient, NotFoundError, OpenAI
from pydantic import SecretStr

pytest_plugins = ["api_fixtures"]
MODEL = "jianghai-qa"
STORE = "/v1/vector_stores/jianghai/search"
EARLIER, LATER = {"2022-12", "2023-07"}, {"2024-01", "2024-07"}


@pytest.fixture(scope="module")
def openai(server: RunningServer) -> Iterator[OpenAI]:
    with DefaultHttpxClient(trust_env=False) as http:
        yield OpenAI(base_url=f"{server.url}/v1", api_key="any", http_client=http, max_retries=0)


def searched(client: httpx.Client, **fields: object) -> list[Json]:
    response = client.post(STORE, json={"query": "江海区", "max_num_results": 50, **fields})
    assert response.status_code == 200, response.text
    data: list[Json] = response.json()["data"]
    return data


def test_the_openai_client_searches_the_store(openai: OpenAI, client: httpx.Client) -> None:
    page = openai.vector_stores.search("jianghai", query=GOLDEN, max_num_results=3, rewrite_query=True)
    native = client.post("/v1/search", json={"query": GOLDEN, "top_k": 3}).json()["passages"]
    assert [(one.score, one.content[0].text) for one in page.data] == [(p["score"], p["text"]) for p in native]
    first, where = page.data[0], native[0]["citation"]
    assert (first.file_id, first.filename) == (where["document_id"], where["file"])
    assert first.attributes is not None
    assert first.attributes["url"] == where["url"]
    assert first.attributes["published"] == "2023-07"
    assert len(first.attributes) <= 16
    assert not page.has_next_page()


def test_a_page_of_results_has_the_fields_of_the_dialect(client: httpx.Client) -> None:
    page = client.post(STORE, json={"query": ["社区党建学院", "培训教师"], "unknown": 1}).json()
    assert (page["object"], page["has_more"], page["next_page"]) == ("vector_store.search_results.page", False, None)
    assert page["search_query"] == ["社区党建学院 培训教师"]
    assert len(page["data"]) == 10
    for one in page["data"]:
        assert set(one) == {"file_id", "filename", "score", "attributes", "content"}
        assert all(isinstance(value, str | int | float | bool) for value in one["attributes"].values())


def test_a_threshold_keeps_what_is_likely_enough(client: httpx.Client) -> None:
    scores = [one["score"] for one in searched(client, query=GOLDEN)]
    kept = [one["score"] for one in searched(client, query=GOLDEN, ranking_options={"score_threshold": 0.5})]
    assert kept == [score for score in scores if score >= 0.5]
    assert 0 < len(kept) < len(scores)


def cmp(key: str, type_: str, value: object) -> Json:
    return {"type": type_, "key": key, "value": value}


@pytest.mark.parametrize(
    ("filters", "published"),
    [
        (cmp("published", "eq", "2024"), LATER),
        (cmp("published", "ne", "2024"), EARLIER),
        (cmp("published", "gte", "2024-07-15"), {"2024-07"}),
        (cmp("published", "gt", "2024-01"), {"2024-07"}),
        (cmp("published", "lt", "2024-01-01"), EARLIER),
        (cmp("published", "lte", "2024-01-01"), EARLIER | {"2024-01"}),
        (cmp("publication", "eq", "江门日报"), EARLIER | LATER),
        (cmp("publication", "nin", ["江门日报"]), set()),
        (cmp("published", "in", ["2024-01", "2024-07"]), {"2024-01", "2024-07"}),
        (
            {"type": "and", "filters": [cmp("published", "gte", "2024"), cmp("published", "lt", "2024-02")]},
            {"2024-01"},
        ),
        ({"type": "or", "filters": [cmp("published", "eq", "2023"), cmp("published", "gt", "2024-06")]}, {"2023-07", "2024-07"}),
        ({}, EARLIER | LATER),
        (None, EARLIER | LATER),
    ],
)  # fmt: skip
def test_filters_choose_documents(client: httpx.Client, filters: Json | None, published: set[str]) -> None:
    assert {one["attributes"]["published"] for one in searched(client, filters=filters)} == published


def test_a_file_can_be_named_by_its_id_or_name(client: httpx.Client) -> None:
    document = client.get("/v1/documents").json()["documents"][0]
    for key, value in (("file_id", document["id"]), ("filename", document["file"])):
        assert {one["file_id"] for one in searched(client, filters=cmp(key, "eq", value))} == {document["id"]}


DEEP: Json = cmp("file", "eq", "x")
for _ in range(10):
    DEEP = {"type": "and", "filters": [DEEP]}


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"query": ""}, "expected text of 1 to 1000 characters"),
        ({"query": []}, "expected text of 1 to 1000 characters"),
        ({"query": ["x", 3]}, "query: found a list"),
        ({"query": "字" * 1001}, "query: found 1001 characters"),
        ({"max_num_results": 51}, "max_num_results: found 51, expected a whole number from 1 to 50"),
        ({"ranking_options": {"score_threshold": 2}}, "score_threshold: found 2, expected a number from 0 to 1"),
        ({"filters": {"type": "like"}}, 'filters.type: found "like", expected one of eq'),
        ({"filters": cmp("colour", "eq", "x")}, 'filters.key: found "colour", expected one of document_id'),
        ({"filters": cmp("file", "eq", 3)}, "filters.value: found 3, expected a text"),
        ({"filters": cmp("file", "in", "x")}, 'filters.value: found "x", expected a list of texts'),
        ({"filters": cmp("published", "gte", "July")}, "expected YYYY, YYYY-MM or YYYY-MM-DD"),
        ({"filters": cmp("file", "gt", "x")}, "found after for the text `file`"),
        ({"filters": {"type": "or", "filters": [3]}}, "filters.filters[0]: found 3, expected an object"),
        ({"filters": {"type": "or"}}, "filters.filters: found null, expected a list of 1 to 200 filters"),
        ({"filters": DEEP}, "at most 8 deep"),
    ],
)
def test_bad_searches_of_the_store_are_told(client: httpx.Client, fields: Json, part: str) -> None:
    response = client.post(STORE, json={"query": "x", **fields})
    assert response.status_code == 400
    assert part in response.json()["error"]["message"]


def test_another_store_is_not_found(openai: OpenAI) -> None:
    with pytest.raises(NotFoundError, match='found the name "other", expected jianghai'):
        openai.vector_stores.search("other", query="x")


def test_the_openai_client_gets_vectors_as_numbers_and_as_base64(openai: OpenAI, client: httpx.Client) -> None:
    texts = ["江海区社区党建学院", "龙舟赛", "Party-building academy"]
    as_default = openai.embeddings.create(model=MODEL, input=texts)
    as_numbers = openai.embeddings.create(model=MODEL, input=texts, encoding_format="float")
    vectors = np.array([one.embedding for one in as_numbers.data], np.float32)
    assert np.array_equal(vectors, np.array([one.embedding for one in as_default.data], np.float32))
    assert [one.index for one in as_numbers.data] == [0, 1, 2]
    assert vectors.shape == (3, client.get("/v1/status").json()["encoder"]["dimensions"])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    likeness = vectors @ vectors.T
    assert likeness[0, 2] > likeness[1, 2]
    raw = client.post("/v1/embeddings", json={"input": texts[0], "encoding_format": "base64"}).json()
    assert np.array_equal(np.frombuffer(base64.b64decode(raw["data"][0]["embedding"]), "<f4"), vectors[0])
    assert raw["usage"] == {"prompt_tokens": 9, "total_tokens": 9}


def test_langchain_embeds_texts_and_questions(server: RunningServer, openai: OpenAI) -> None:
    encoder = OpenAIEmbeddings(
        base_url=f"{server.url}/v1", api_key=SecretStr("any"), model=MODEL, check_embedding_ctx_length=False
    )
    [expected] = openai.embeddings.create(model=MODEL, input=GOLDEN).data
    assert encoder.embed_query(GOLDEN) == encoder.embed_documents([GOLDEN])[0] == expected.embedding


@pytest.mark.parametrize("tokens", [[1, 2], [[1, 2], [3]]])
def test_tokens_are_told_what_langchain_has_to_set(openai: OpenAI, tokens: list[int]) -> None:
    with pytest.raises(BadRequestError, match="set check_embedding_ctx_length=False"):
        openai.embeddings.create(model=MODEL, input=tokens)


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"input": ""}, 'input: found "", expected a text'),
        ({"input": []}, "input: found 0 texts, expected a text, or a list of 1 to 2048"),
        ({"input": ["a"] * 2049}, "found 2049 texts"),
        ({"input": "字" * 20_001}, "(20001 characters), expected"),
        ({"input": {"a": 1}}, "found an object"),
        ({"input": "a", "dimensions": 8}, "dimensions: found 8, expected"),
        ({"input": "a", "encoding_format": "int8"}, 'encoding_format: found "int8", expected float or base64'),
    ],
)
def test_bad_inputs_of_embeddings_are_told(client: httpx.Client, fields: Json, part: str) -> None:
    response = client.post("/v1/embeddings", json=fields)
    assert response.status_code == 400
    assert part in response.json()["error"]["message"]


def test_the_encoders_own_dimensions_may_be_asked_for_and_another_model_may_not(client: httpx.Client) -> None:
    own = client.get("/v1/status").json()["encoder"]["dimensions"]
    assert client.post("/v1/embeddings", json={"input": "a", "dimensions": own}).status_code == 200
    other = client.post("/v1/embeddings", json={"input": "a", "model": "text-embedding-3-small"})
    assert (other.status_code, other.json()["error"]["code"]) == (404, "model_not_found")


def retrieve(client: httpx.Client, **fields: object) -> httpx.Response:
    body = {"knowledge_id": "jianghai", "query": GOLDEN, "retrieval_setting": {"top_k": 5, "score_threshold": 0.0}}
    return client.post("/retrieval", json=body | fields, headers={"authorization": "Bearer any"})


def test_dify_gets_records(client: httpx.Client) -> None:
    response = retrieve(client)
    records = response.json()["records"]
    native = client.post("/v1/search", json={"query": GOLDEN}).json()["passages"]
    assert [(one["content"], one["score"]) for one in records] == [(p["text"], p["score"]) for p in native]
    for one in records:
        assert set(one) == {"content", "score", "title", "metadata"}
        assert one["title"]
        assert one["metadata"]["url"].startswith("http://")
        assert None not in one["metadata"].values()
    sure = retrieve(client, retrieval_setting={"top_k": 5, "score_threshold": 0.5}).json()["records"]
    assert sure == [one for one in records if one["score"] >= 0.5]
    assert len(retrieve(client, retrieval_setting={"top_k": 1}).json()["records"]) == 1
    assert retrieve(client, query="字" * 1001).status_code == 200


def dify_condition(name: str, operator: str, value: object = None) -> Json:
    return {"name": [name], "comparison_operator": operator, "value": value}


@pytest.mark.parametrize(
    ("join", "conditions", "published"),
    [
        ("and", [dify_condition("published", "after", "2023-12-31")], {"2024-01", "2024-07"}),
        ("and", [dify_condition("published", "before", "2024")], EARLIER),
        ("or", [dify_condition("published", "is", "2023"), dify_condition("published", "≥", "2024-07")], {"2023-07", "2024-07"}),
        ("and", [dify_condition("file", "start with", "00"), dify_condition("published", "is not", "2023")], LATER | {"2022-12"}),
        ("and", [dify_condition("publication", "empty")], set()),
        ("and", [dify_condition("publication", "not empty"), dify_condition("published", "≤", "2023-08")], EARLIER),
        ("and", [], EARLIER | LATER),
    ],
)  # fmt: skip
def test_difys_conditions_choose_documents(
    client: httpx.Client, join: str, conditions: list[Json], published: set[str]
) -> None:
    condition = {"logical_operator": join, "conditions": conditions}
    setting = {"top_k": 50, "score_threshold": 0}
    records = retrieve(client, metadata_condition=condition, retrieval_setting=setting, query="江海区").json()[
        "records"
    ]
    assert {one["metadata"]["published"] for one in records} == published


@pytest.mark.parametrize(
    ("fields", "status", "code", "part"),
    [
        ({"knowledge_id": "other"}, 404, 2001, 'found the name "other", expected jianghai'),
        ({"query": None}, 400, 400, "query: found null"),
        ({"retrieval_setting": {"top_k": 0}}, 400, 400, "top_k: found 0, expected a whole number from 1 to 50"),
        ({"metadata_condition": {"conditions": [3]}}, 400, 400, "conditions[0]: found 3, expected an object"),
        ({"metadata_condition": {"conditions": [dify_condition("x", "is", "y")]}}, 400, 400, "expected some of document_id"),
        ({"metadata_condition": {"conditions": [dify_condition("file", "~", "y")]}}, 400, 400, 'found "~", expected one of is'),
        ({"metadata_condition": {"conditions": [dify_condition("file", "is")]}}, 400, 400, "found null, expected a text"),
        ({"metadata_condition": {"logical_operator": "xor", "conditions": [3]}}, 400, 400, 'found "xor", expected and, or'),
    ],
)  # fmt: skip
def test_faults_are_told_in_difys_shape(client: httpx.Client, fields: Json, status: int, code: int, part: str) -> None:
    response = retrieve(client, **fields)
    assert response.status_code == status
    assert set(response.json()) == {"error_code", "error_msg"}
    assert response.json()["error_code"] == code
    assert part in response.json()["error_msg"]


def test_dify_may_try_the_address_without_a_body(client: httpx.Client) -> None:
    assert client.post("/retrieval").status_code not in (403, 404, 502)


def check_source_events(client: httpx.Client) -> None:
    """With the setting, each citation of a streamed chat comes before the text as Open WebUI's event."""
    body = {"messages": [{"role": "user", "content": GOLDEN}], "stream": True}
    lines = client.post("/v1/chat/completions", json=body).text.split("\n\n")
    found = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: {")]
    events = [one["event"] for one in found if "event" in one]
    assert [one["data"]["source"]["url"] for one in events] == found[0]["citations"]
    [first, *_] = events
    assert first["type"] == "source"
    assert set(first["data"]) == {"source", "document", "metadata"}
    assert "第一批20名培训教师" in first["data"]["document"][0]
    assert set(first["data"]["metadata"][0]) == {"source", "name", "url"}
    assert ["event" in one for one in found] == [
        False,
        *[True] * len(events),
        *[False] * (len(found) - 1 - len(events)),
    ]


def test_settings_ask_for_a_key_and_for_source_events(server: RunningServer, tmp_path: Path) -> None:
    data_dir = Path(shutil.copytree(server.data_dir, tmp_path / "data"))
    keyed = start_server(data_dir, settings={"API_KEY": "s3cret", "CHAT_SOURCE_EVENTS": "on"})
    try:
        with httpx.Client(base_url=keyed.url, trust_env=False) as client:
            for header, status, code in (
                (None, 403, 1001),
                ("s3cret", 403, 1001),
                ("Basic s3cret", 403, 1001),
                ("Bearer other", 403, 1002),
            ):
                response = client.post("/retrieval", headers={} if header is None else {"authorization": header})
                assert (response.status_code, response.json()["error_code"]) == (status, code)
            body = json.dumps({"knowledge_id": "jianghai", "query": GOLDEN})
            sent = {"authorization": "Bearer s3cret", "content-type": "application/json"}
            assert client.post("/retrieval", content=body, headers=sent).json()["records"]
            check_source_events(client)
    finally:
        keyed.stop()
