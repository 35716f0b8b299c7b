"""Documents are added, replaced and removed over HTTP: durable and searchable when the answer comes, by those who may."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_support import GOLDEN, SEEDS, Json, RunningServer, error_of, start_server
from form_files import column, pdf_of

from qa.index.locks import write_lock

REPORT = (
    "礼乐龙舟赛开桨\n\n江门日报讯(记者/张三)9月3日,第三十八届礼乐龙舟赛在礼乐河开桨,"
    "共有46支龙舟队、1288名桡手参赛,岸上两万名观众呐喊助威。\n"
)
QUESTION = "礼乐龙舟赛有多少支龙舟队"


@pytest.fixture(scope="module")
def writable(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = start_server(Path(shutil.copytree(seeded_dir, tmp_path_factory.mktemp("writable") / "data")))
    yield running
    running.stop()


@pytest.fixture
def api(writable: RunningServer) -> Iterator[httpx.Client]:
    """A client of the writable server; what a test added is removed after it."""
    with httpx.Client(base_url=writable.url, timeout=60, trust_env=False) as client:
        before = ids(client)
        yield client
        for id_ in ids(client) - before:
            client.delete(f"/v1/documents/{id_}")


def ids(client: httpx.Client) -> set[str]:
    return {d["id"] for d in client.get("/v1/documents", params={"limit": 100}).json()["documents"]}


def first(client: httpx.Client, query: str = QUESTION) -> Json:
    return client.post("/v1/search", json={"query": query}).json()["passages"][0]


def added(client: httpx.Client, text: str = REPORT, name: str = "page.txt", status: int = 201, **metadata: str) -> Json:
    response = client.post("/v1/documents", json={"name": name, "text": text, "metadata": metadata})
    assert response.status_code == status, response.text
    return response.json()


def finished(client: httpx.Client, response: httpx.Response) -> Json:
    assert response.status_code == 202, response.text
    assert response.headers["location"] == response.json()["url"]
    until = time.monotonic() + 60
    while (job := client.get(response.json()["url"]).json())["status"] != "done":
        assert time.monotonic() < until, job
        time.sleep(0.05)
    return job


def test_a_document_is_searchable_when_its_answer_comes(api: httpx.Client) -> None:
    body = added(api, publication="礼乐报", published="2024-09")
    found = api.post("/v1/search", json={"query": QUESTION}).json()
    assert found["index_version"] >= body["index_version"]
    citation = found["passages"][0]["citation"]
    assert (citation["document_id"], citation["publication"], citation["published"]) == (
        body["id"],
        "礼乐报",
        "2024-09",
    )
    document = api.get(f"/v1/documents/{body['id']}").json()
    assert document["text"] == REPORT
    assert (body["file"], body["created"], body["url"]) == ("page.txt", True, document["url"])


def test_the_same_content_again_is_200_with_its_id(api: httpx.Client) -> None:
    one = added(api)
    again = added(api, name="other.txt", status=200, published="2024-01")
    assert "what was stated of it was not taken: PUT the file to its id" in again["note"]
    body = {"name": "a.txt", "text": REPORT, "metadata": {"published": "2024-01"}}
    corrected = api.put(f"/v1/documents/{one['id']}", json=body)
    assert (corrected.status_code, corrected.json()["note"]) == (200, None)
    assert api.get(f"/v1/documents/{one['id']}").json()["published"] == "2024-01"
    assert (again["id"], again["created"]) == (one["id"], False)
    assert again["index_version"] >= one["index_version"]
    seed = next(iter(sorted(SEEDS.glob("*.txt"))))
    response = api.post("/v1/documents", files={"file": (seed.name, seed.read_bytes())})
    assert response.status_code == 200


def test_a_file_is_uploaded_with_its_facts_and_comes_back_byte_for_byte(api: httpx.Client) -> None:
    data = REPORT.encode("gb18030")
    response = api.post(
        "/v1/documents",
        files={"file": ("龙舟 赛.txt", data, "text/plain")},
        data={"published": "2023-09-04", "publication": "江门日报"},
    )
    assert response.status_code == 201, response.text
    assert response.headers["location"].endswith(f"/v1/documents/{response.json()['id']}")
    document = api.get(f"/v1/documents/{response.json()['id']}").json()
    assert (document["file"], document["encoding"], document["published"]) == ("龙舟 赛.txt", "gb18030", "2023-09-04")
    assert first(api)["citation"]["event_date"] == "2023-09-03"
    assert api.get(f"/v1/documents/{document['id']}/original").content == data


def test_a_replaced_document_keeps_its_id_and_facts_and_loses_its_old_text(api: httpx.Client) -> None:
    one = added(api, published="2024-09")
    response = api.put(f"/v1/documents/{one['id']}", json={"name": "new.txt", "text": REPORT.replace("46", "52")})
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["id"], body["created"], body["file"]) == (one["id"], False, "new.txt")
    assert body["index_version"] > one["index_version"]
    found = first(api)
    assert "52支龙舟队" in found["text"]
    assert found["citation"]["published"] == "2024-09"
    texts = [p["text"] for p in api.post("/v1/search", json={"query": QUESTION, "top_k": 50}).json()["passages"]]
    assert not any("46支龙舟队" in text for text in texts)


def test_a_removed_document_is_found_no_more(api: httpx.Client) -> None:
    one = added(api)
    passage = first(api)["id"]
    response = api.delete(f"/v1/documents/{one['id']}")
    assert (response.status_code, response.json()["id"]) == (200, one["id"])
    assert response.json()["index_version"] > one["index_version"]
    assert first(api)["citation"]["document_id"] != one["id"]
    for path in (f"/v1/documents/{one['id']}", f"/v1/documents/{one['id']}/original", f"/v1/passages/{passage}"):
        error_of(api.get(path), 404, "not_found")
    error_of(api.delete(f"/v1/documents/{one['id']}"), 404, "not_found")
    error_of(api.put(f"/v1/documents/{one['id']}", json={"name": "a.txt", "text": REPORT}), 404, "not_found")


def test_the_content_of_another_document_is_a_conflict(api: httpx.Client) -> None:
    one, other = added(api), added(api, REPORT.replace("46", "47"))
    response = api.put(f"/v1/documents/{other['id']}", json={"name": "a.txt", "text": REPORT})
    assert f"this content is document {one['id']} already" in error_of(response, 409, "conflict")


def test_several_files_are_a_job_that_tells_what_became_of_each(api: httpx.Client) -> None:
    files = [("file", (f"{n}.txt", REPORT.replace("46", str(100 + n)).encode())) for n in range(6)]
    files += [("file", ("empty.txt", b" ")), ("file", ("again.txt", REPORT.replace("46", "100").encode()))]
    catalog = b'["3.txt"]\npublished = "2021-05"\n'
    questions = json.dumps({"file": "3.txt", "begins": "9月3日", "questions": ["扒艇有几多队"]}).encode()
    files += [("file", ("catalog.toml", catalog)), ("file", ("questions.jsonl", questions))]
    job = finished(api, api.post("/v1/documents", files=files))
    assert (job["total"], job["done"], job["read"], job["failed"]) == (8, 8, 8, 1)
    assert job["started_at"] <= job["finished_at"]
    by_name = {one["name"]: one for one in job["files"]}
    assert by_name["empty.txt"]["error"]["code"] == "unreadable_document"
    assert "is empty; expected a file with text" in by_name["empty.txt"]["error"]["message"]
    assert (by_name["again.txt"]["id"], by_name["again.txt"]["created"]) == (by_name["0.txt"]["id"], False)
    assert all(by_name[f"{n}.txt"]["created"] for n in range(6))
    assert api.get(f"/v1/documents/{by_name['3.txt']['id']}").json()["published"] == "2021-05"
    assert first(api, "扒艇有几多队")["citation"]["document_id"] == by_name["3.txt"]["id"]


def test_one_file_is_a_job_when_the_client_will_not_wait(api: httpx.Client) -> None:
    response = api.post(
        "/v1/documents", json={"name": "a.txt", "text": REPORT}, headers={"Prefer": "respond-async, wait=0"}
    )
    (one,) = finished(api, response)["files"]
    assert first(api)["citation"]["document_id"] == one["id"]


def test_a_pdf_is_cited_with_its_page_and_comes_back_byte_for_byte(api: httpx.Client) -> None:
    report = "江门日报讯(记者/李四)10月5日,外海大桥改造工程通车,全长1860米,总投资三亿二千万元,工期二十六个月。"
    data = pdf_of([column("城建简讯", 70, 760, 30), column(report, 70, 760, 30)])
    response = api.post("/v1/documents", files={"file": ("bridge.pdf", data, "application/pdf")})
    assert response.status_code == 201, response.text
    document = api.get(f"/v1/documents/{response.json()['id']}").json()
    assert (document["media_type"], document["pages"]) == ("application/pdf", 2)
    assert document["converter"].startswith("pypdfium2 ")
    citation = first(api, "外海大桥总投资多少")["citation"]
    assert (citation["document_id"], citation["page"]) == (document["id"], 2)
    assert "".join(document["text"][s:e] for s, e in citation["spans"]) == citation["quote"]
    original = api.get(f"/v1/documents/{document['id']}/original")
    assert (original.content, original.headers["content-type"]) == (data, "application/pdf")
    assert original.headers["content-disposition"].startswith("attachment")


def test_an_unknown_job_is_404(api: httpx.Client) -> None:
    assert "jobs are kept for a week" in error_of(api.get("/v1/jobs/jnone"), 404, "not_found")


JSON = {"content-type": "application/json"}
FORM = b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx\r\n--X--\r\n'
HALF = b'{"file":"a.txt","begins":"x","questions":["\\ud800"]}'
BAD = [
    ({"json": {"name": "a.txt"}}, 422, "text: found nothing"),
    ({"json": {"name": "", "text": "x"}}, 422, "name"),
    ({"json": {"name": "a.txt", "text": "x", "more": 1}}, 422, "more: found an unknown field"),
    ({"json": {"name": "a.txt", "text": " \n"}}, 422, "is empty; expected a file with text"),
    ({"json": {"name": "a.txt", "text": "礼乐", "metadata": {"published": "5/2024"}}}, 422, "found the date '5/2024'"),
    ({"json": {"name": "a.txt", "text": "礼乐", "metadata": {"author": "x"}}}, 422, "found the field 'author'"),
    ({"json": ["a"]}, 422, "body"),
    ({"content": b"{", "headers": {"content-type": "application/json"}}, 422, "found no well-formed JSON"),
    ({"content": b"\xff{", "headers": {"content-type": "application/json"}}, 422, "found no well-formed JSON"),
    ({"content": b'{"name":"a","text":"\\ud800"}', "headers": {"content-type": "application/json"}}, 422, "not text"),
    ({"data": {"published": "2024"}, "files": {"file": ("", b"")}}, 422, "found no file"),
    ({"content": b"--x\r\nbroken", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 422, "form"),
    ({"content": b"", "headers": {"content-type": "multipart/form-data"}}, 422, "form"),
    ({"files": {"file": ("a.txt", b"x")}, "data": {"metadata": "["}}, 422, "metadata: found no well-formed JSON"),
    ({"files": {"file": ("a.txt", b"x")}, "data": {"metadata": "[]"}}, 422, "metadata: found something else"),
    ({"files": {"file": ("catalog.toml", b"x")}}, 422, "catalog.toml cannot be read as TOML"),
    ({"content": b'{"name":"a","text":"x","metadata":{"publication":"\\ud800"}}', "headers": JSON}, 422, "expected a text"),
    ({"content": b'{"name":"a","text":"x","metadata":{"errata":[{"printed":"a","read":"\\ud800","reason":"r"}]}}',
      "headers": JSON}, 422, "found an erratum without"),
    ({"files": {"file": ("a.txt", b"x")}, "data": {"metadata": '{"section":"\\ud800"}'}}, 422, "expected a text"),
    ({"files": {"file": ("catalog.toml", b"a=" + b"[" * 3000)}}, 422, "catalog.toml cannot be read as TOML"),
    ({"files": {"file": ("catalog.toml", b"a=" + b"9" * 5000)}}, 422, "catalog.toml cannot be read as TOML"),
    ({"content": FORM, "headers": {"content-type": "multipart/form-data; boundary=X; charset=undefined"}}, 422, "form"),
    ({"files": [("file", ("a.txt", b"x")), ("file", ("questions.jsonl", HALF))]}, 422, "expected a list of texts"),
    ({"files": {"file": ("a.txt", b"x")}, "data": {"publised": "2024"}}, 422, "found the field 'publised', expected one of"),
    ({"files": {"file": ("a.bin", bytes(range(256)) * 40)}}, 422, "is not text in UTF-8, GB18030 or UTF-16"),
    ({"content": b"x", "headers": {"content-type": "text/plain"}}, 415, "found the content type text/plain"),
    ({"content": b"x"}, 415, "found the content type none"),
]  # fmt: skip


@pytest.mark.parametrize(("request_", "status", "said"), BAD, ids=[said for _, _, said in BAD])
def test_what_cannot_be_added_is_told_and_changes_nothing(
    api: httpx.Client, request_: Json, status: int, said: str
) -> None:
    before = api.get("/v1/status").json()["library_revision"]
    response = api.post("/v1/documents", **request_)
    assert response.status_code == status, response.text
    assert said in response.json()["error"]["message"]
    assert api.get("/v1/status").json()["library_revision"] == before


def test_a_document_over_the_limit_is_413_with_the_setting(data_dir: Path) -> None:
    limits = {"MAX_DOCUMENT_BYTES": "2000", "MAX_UPLOAD_BYTES": "5000"}
    server = start_server(data_dir, settings=limits)
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        told = error_of(client.post("/v1/documents", json={"name": "a.txt", "text": "礼" * 700}), 413, "too_large")
        assert "expected at most 2000" in told
        told = error_of(client.post("/v1/documents", json={"name": "a.txt", "text": "礼" * 7000}), 413, "too_large")
        assert "JIANGHAI_QA_MAX_UPLOAD_BYTES" in told
    server.stop()


def test_with_a_key_only_who_has_it_changes_documents(data_dir: Path) -> None:
    server = start_server(data_dir, "--host", "0.0.0.0", settings={"API_KEY": "s3cret-钥匙"})
    address = server.url.replace("0.0.0.0", "127.0.0.1")
    body = {"name": "a.txt", "text": REPORT}
    with httpx.Client(base_url=address, trust_env=False) as client:
        response = client.post("/v1/documents", json=body)
        assert "found no key, expected the key of this service" in error_of(response, 401, "unauthorized")
        assert response.headers["www-authenticate"] == "Bearer"
        for wrong in ("Bearer s3cret", "Basic czNjcmV0", "Bearer"):
            error_of(client.post("/v1/documents", json=body, headers={"Authorization": wrong}), 401, "unauthorized")
        right = {"Authorization": "Bearer s3cret-钥匙".encode()}
        assert client.post("/v1/documents", json=body, headers=right).status_code == 201  # type: ignore[arg-type]
        assert client.get("/v1/status").json()["changes"] == "key"
        assert first(client)["citation"]["file"] == "a.txt"
    assert "s3cret" not in server.said
    server.stop()


def test_bound_elsewhere_without_a_key_the_service_is_read_only(data_dir: Path) -> None:
    server = start_server(data_dir, "--host", "0.0.0.0")
    with httpx.Client(base_url=server.url.replace("0.0.0.0", "127.0.0.1"), trust_env=False) as client:
        told = error_of(client.post("/v1/documents", json={"name": "a.txt", "text": REPORT}), 403, "forbidden")
        assert "set JIANGHAI_QA_API_KEY" in told
        id_ = sorted(ids(client))[0]
        error_of(client.delete(f"/v1/documents/{id_}"), 403, "forbidden")
        # What nobody may send is not read either, however long it is.
        response = client.post("/v1/documents", content=b"x" * 1_200_000, headers={"content-type": "text/plain"})
        assert "MAX_REQUEST_BYTES" in error_of(response, 413, "too_large")
        assert client.get("/v1/status").json()["changes"] == "off"
        assert client.post("/v1/ask", json={"question": GOLDEN}).json()["answerable"]
    server.stop()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example:8000"},
        {"Host": "evil.example:8000", "X-Forwarded-Host": "localhost:8000"},
        {"Host": "["},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-Host": "news.example"},
    ],
    ids=str,
)
def test_another_sites_page_and_a_proxys_visitor_change_nothing(api: httpx.Client, headers: dict[str, str]) -> None:
    error_of(api.post("/v1/documents", files={"file": ("a.txt", REPORT)}, headers=headers), 403, "forbidden")


def test_half_an_upload_is_none(api: httpx.Client, writable: RunningServer) -> None:
    before = ids(api)
    parts = (
        b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        + REPORT.encode()
        + b'\r\n--X\r\nContent-Disposition: form-data; name="file"; filename="b.txt"\r\n\r\nhalf of'
    )
    port = int(writable.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as raw:
        head = f"POST /v1/documents HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(parts) + 500}\r\n"
        raw.sendall(head.encode() + b"Content-Type: multipart/form-data; boundary=X\r\n\r\n" + parts)
    time.sleep(1.0)
    assert ids(api) == before


def test_behind_a_public_address_nobody_changes_documents_without_a_key(data_dir: Path) -> None:
    server = start_server(data_dir, settings={"PUBLIC_URL": "https://news.example/qa"})
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        body = {"name": "a.txt", "text": REPORT}
        error_of(client.post("/v1/documents", json=body), 403, "forbidden")
        assert client.get("/v1/status").json()["changes"] == "off"
    server.stop()


def test_the_services_own_page_may_change_documents(api: httpx.Client, writable: RunningServer) -> None:
    headers = {"Origin": writable.url, "Sec-Fetch-Site": "same-origin"}
    response = api.post("/v1/documents", files={"file": ("a.txt", REPORT)}, headers=headers)
    assert response.status_code == 201
    assert api.get("/v1/status").json()["changes"] == "local"


def test_a_busy_library_is_told_and_readers_are_served(api: httpx.Client, writable: RunningServer) -> None:
    with write_lock(writable.data_dir):
        waiting = threading.Thread(target=added, args=(api,))
        waiting.start()
        time.sleep(0.2)
        with httpx.Client(base_url=writable.url, trust_env=False) as reader:
            assert reader.post("/v1/ask", json={"question": GOLDEN}).json()["answerable"]
    waiting.join()
    assert first(api)["citation"]["file"] == "page.txt"


def test_a_second_server_over_the_same_folder_sees_every_change_at_once(
    api: httpx.Client, writable: RunningServer
) -> None:
    other = start_server(writable.data_dir)
    with httpx.Client(base_url=other.url, trust_env=False) as second:
        for number in range(5):
            body = added(api, REPORT.replace("46", str(600 + number)))
            found = second.post("/v1/search", json={"query": QUESTION}).json()
            assert found["index_version"] >= body["index_version"]
            assert f"{600 + number}支" in " ".join(p["text"] + str(p["citation"]["also_in"]) for p in found["passages"])
            # … and the other way round.
            assert second.delete(f"/v1/documents/{body['id']}").status_code == 200
            assert first(api)["citation"]["document_id"] != body["id"]
    other.stop()


def test_a_client_that_goes_away_in_mid_upload_leaves_nothing(api: httpx.Client, writable: RunningServer) -> None:
    before = ids(api)
    port = int(writable.url.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(
            f"POST /v1/documents HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            "Content-Length: 1000\r\n\r\n".encode()
            + b'{"name": "a.txt", "text": "'
        )
    time.sleep(0.2)
    assert ids(api) == before
    assert api.get("/livez").status_code == 200
