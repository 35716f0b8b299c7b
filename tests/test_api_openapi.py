"""The description of the API: complete, with examples from a real run, readable without another host."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from api_support import ROOT

from api.openapi import load_examples

pytest_plugins = ["api_fixtures"]
PATHS = {
    "/v1/search", "/v1/ask", "/v1/documents", "/v1/documents/{document_id}",
    "/v1/documents/{document_id}/original", "/v1/passages/{passage_id}", "/v1/jobs/{job_id}", "/v1/status",
    "/livez", "/readyz", "/metrics", "/v1/chat/completions", "/v1/models", "/v1/models/{model}",
    "/v1/vector_stores/{store}/search", "/v1/embeddings", "/retrieval",
    "/v1/testing/drafts", "/v1/testing/drafts/{draft_id}", "/v1/testing/questions", "/v1/testing/questions/{question_id}",
    "/v1/testing/judgements", "/v1/testing/judgements/{question_id}/{passage_id}", "/v1/testing/export",
    "/v1/feedback", "/v1/feedback/export", "/v1/feedback/{feedback_id}",
}  # fmt: skip
CHANGING = {
    "took_ms",
    "score",
    "confidence",
    "index_version",
    "added_at",
    "updated_at",
    "url",
    "version",
    "public_url",
    "fingerprint",
}


@pytest.fixture
def description(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_every_route_is_described_with_its_faults(description: dict[str, Any]) -> None:
    assert set(description["paths"]) == PATHS
    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert operation["description"], path
            faults = {code: one for code, one in operation["responses"].items() if code >= "400"}
            assert "503" in faults
            assert "parameters" not in operation or {"422", "400"} & set(faults)
            for fault in faults.values():
                assert fault["content"]["application/json"]["schema"]["$ref"].endswith("ErrorBody")


def test_the_bounds_stand_in_the_schemas(description: dict[str, Any]) -> None:
    fields = description["components"]["schemas"]["SearchRequest"]["properties"]
    assert (fields["query"]["minLength"], fields["query"]["maxLength"]) == (1, 1000)
    assert (fields["top_k"]["minimum"], fields["top_k"]["maximum"], fields["top_k"]["default"]) == (1, 50, 5)
    assert fields["mode"]["enum"] == ["hybrid", "dense", "lexical"]


def test_search_and_ask_have_examples(description: dict[str, Any]) -> None:
    for path in ("/v1/search", "/v1/ask"):
        operation = description["paths"][path]["post"]
        assert operation["requestBody"]["content"]["application/json"]["example"]
        assert operation["responses"]["200"]["content"]["application/json"]["example"]["passages"]
    assert load_examples()["POST /v1/ask"]["response"]["answerable"] is True


def steady(value: Any) -> Any:
    """Return a response without what may differ from one run to another."""
    if isinstance(value, dict):
        return {name: steady(one) for name, one in value.items() if name not in CHANGING}
    return [steady(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sorted(load_examples()))
def test_the_examples_are_what_the_service_answers(client: httpx.Client, name: str) -> None:
    example = load_examples()[name]
    response = client.request(name.split(" ")[0], example["path"], json=example.get("request")).json()
    assert steady(response) == steady(example["response"]), "take the examples again: python tests/api_examples.py"


def test_the_pages_name_no_other_host() -> None:
    for file in [*(ROOT / "api" / "static").iterdir(), *(ROOT / "api" / "templates").iterdir()]:
        addresses = set(re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", file.read_text(encoding="utf-8")))
        assert addresses <= {"http://www.w3.org"}, file.name


def test_the_pages_build_no_markup_from_text() -> None:
    for file in (ROOT / "api" / "static").glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), file.name
    for file in (ROOT / "api" / "templates").iterdir():
        assert "|safe" not in file.read_text(encoding="utf-8").replace(" ", ""), file.name
