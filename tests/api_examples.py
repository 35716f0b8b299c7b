"""Take the examples of /openapi.json from a running service: `python tests/api_examples.py`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import httpx
from api_support import GOLDEN, ROOT, Json, start_server

QUERY = "社区党建学院有多少培训教师"


def take(client: httpx.Client) -> dict[str, Json]:
    """Return requests and responses by operation, as they really are."""
    search = {
        "query": QUERY,
        "top_k": 1,
        "filters": {"published_from": "2023-01-01", "published_to": "2023-12-31"},
    }
    examples: dict[str, Json] = {
        "POST /v1/search": {"path": "/v1/search", "request": search},
        "POST /v1/ask": {"path": "/v1/ask", "request": {"question": GOLDEN, "top_k": 1}},
        "GET /v1/documents": {"path": "/v1/documents?limit=1"},
        "GET /v1/status": {"path": "/v1/status"},
    }
    found = client.post("/v1/search", json=search).json()["passages"][0]["id"]
    examples["GET /v1/passages/{passage_id}"] = {"path": f"/v1/passages/{found}"}
    for name, example in examples.items():
        response = client.request(name.split(" ")[0], example["path"], json=example.get("request"))
        example["response"] = response.raise_for_status().json()
    return examples


def main() -> None:
    """Write the examples where the service finds them, with the default address in their URLs."""
    with tempfile.TemporaryDirectory() as folder:
        server = start_server(Path(folder), settings={"PUBLIC_URL": "http://127.0.0.1:8000"})
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            text = json.dumps(take(client), ensure_ascii=False, indent=1)
        server.stop()
    (ROOT / "api" / "examples.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
