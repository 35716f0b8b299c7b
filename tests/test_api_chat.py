"""Chat completions: the clients that exist read answers and citations where they look for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from api_support import GOLDEN, Json, RunningServer, joined
from langchain_openai import ChatOpenAI
from openai import BadRequestError, DefaultHttpxClient, NotFoundError, OpenAI
from pydantic import SecretStr

from api.dialects.chat_schemas import ChatMessage
from api.dialects.chat_tasks import task_reply

pytest_plugins = ["api_fixtures"]
MODEL = "jianghai-qa"
UNANSWERABLE = "《红楼梦》的作者是谁?"


@pytest.fixture(scope="module")
def openai(server: RunningServer) -> Iterator[OpenAI]:
    with DefaultHttpxClient(trust_env=False) as http:
        yield OpenAI(base_url=f"{server.url}/v1", api_key="any", http_client=http, max_retries=0)


def chat(client: httpx.Client, *texts: str, **fields: object) -> Json:
    messages = [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(texts)]
    response = client.post("/v1/chat/completions", json={"model": MODEL, "messages": messages, **fields})
    assert response.status_code == 200, response.text
    completion: Json = response.json()
    return completion


def content_of(completion: Json) -> str:
    return str(completion["choices"][0]["message"]["content"])


def chunks(client: httpx.Client, question: str, **fields: object) -> list[Json]:
    """Return the chunks of a streamed answer, which end with [DONE]."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": question}], "stream": True, **fields}
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line.removeprefix("data: ") for line in response.iter_lines() if line]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_the_openai_client_reads_answer_and_citations(openai: OpenAI, client: httpx.Client) -> None:
    completion = openai.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": GOLDEN}], n=3)
    [choice] = completion.choices
    assert choice.finish_reason == "stop"
    content, annotations = choice.message.content, choice.message.annotations
    assert content is not None
    assert "第一批20名培训教师" in content
    assert annotations
    cited = [one.url_citation for one in annotations]
    assert [content[c.start_index : c.end_index] for c in cited] == re.findall(r"\[\d+\]", content)
    assert cited[0].title.startswith("江海区社区党建学院成立")
    assert completion.model_extra is not None
    assert completion.model_extra["citations"][0] == cited[0].url
    assert completion.model_extra["search_results"][0] == {
        "title": cited[0].title,
        "url": cited[0].url,
        "date": "2023-07",
    }
    assert 'id="p' in client.get(cited[0].url.split("#")[0]).text
    assert completion.usage is not None
    assert completion.usage.total_tokens == len(GOLDEN) + len(content)


def test_the_openai_client_puts_a_stream_together(openai: OpenAI, client: httpx.Client) -> None:
    whole = chat(client, GOLDEN)
    with openai.chat.completions.stream(model=MODEL, messages=[{"role": "user", "content": GOLDEN}]) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    assert message.content == content_of(whole)
    assert message.annotations is not None
    assert [one.model_dump() for one in message.annotations] == whole["choices"][0]["message"]["annotations"]


def test_langchain_reads_an_answer_at_once_and_streamed(server: RunningServer, client: httpx.Client) -> None:
    model = ChatOpenAI(base_url=f"{server.url}/v1", api_key=SecretStr("any"), model=MODEL)
    answer = content_of(chat(client, GOLDEN))
    assert model.invoke(GOLDEN).content == answer
    assert "".join(str(chunk.content) for chunk in model.stream(GOLDEN)) == answer


def test_a_stream_has_the_pages_on_every_chunk_and_the_annotations_with_the_end(client: httpx.Client) -> None:
    whole, found = chat(client, GOLDEN), chunks(client, GOLDEN)
    assert {one["object"] for one in found} == {"chat.completion.chunk"}
    assert len({(one["id"], one["created"], one["model"]) for one in found}) == 1
    deltas = [one["choices"][0]["delta"] for one in found]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(delta.get("content", "") for delta in deltas) == content_of(whole)
    assert deltas[-1] == {"annotations": whole["choices"][0]["message"]["annotations"]}
    assert [one["choices"][0]["finish_reason"] for one in found] == [None] * (len(found) - 1) + ["stop"]
    for one in found:
        assert one["citations"] == whole["citations"]
        assert one["search_results"] == whole["search_results"]
        assert "usage" not in one


def test_a_delta_is_a_whole_sentence_with_its_marker(client: httpx.Client) -> None:
    found = chunks(client, "江海区社区党建学院成立后做了什么?为什么要成立?")
    texts = [one["choices"][0]["delta"].get("content", "") for one in found[1:-1]]
    assert texts
    assert all(re.fullmatch(r"“.+”\[\d+\]\n?", text) for text in texts)


def test_usage_comes_in_a_chunk_of_its_own_when_asked_for(client: httpx.Client) -> None:
    *others, last = chunks(client, GOLDEN, stream_options={"include_usage": True})
    assert (last["choices"], last["usage"]) == ([], chat(client, GOLDEN)["usage"])
    assert all(one["usage"] is None for one in others)


def test_content_parts_are_read_and_settings_of_models_change_nothing(client: httpx.Client) -> None:
    parts = [{"type": "image_url", "image_url": {"url": "data:,"}}, {"type": "text", "text": GOLDEN}]
    body = {
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts, "name": "a"}],
        "temperature": 2, "n": 4, "tools": [{"type": "function"}], "response_format": {"type": "text"}, "stream": None,
    }  # fmt: skip
    completion = client.post("/v1/chat/completions", json=body).json()
    assert content_of(completion) == content_of(chat(client, GOLDEN))
    assert len(completion["choices"]) == 1


def test_the_last_user_message_is_the_question(client: httpx.Client) -> None:
    assert content_of(chat(client, UNANSWERABLE, "没有。", GOLDEN)) == content_of(chat(client, GOLDEN))


def test_without_an_answer_the_nearest_pages_are_named(client: httpx.Client) -> None:
    completion = chat(client, UNANSWERABLE)
    assert completion["citations"] == completion["choices"][0]["message"]["annotations"] == []
    assert len(completion["search_results"]) == 3
    first, *links = content_of(completion).split("\n- ")
    assert first.startswith("现有文献里没有找到这个问题的答案。")
    assert [re.search(r"\]\((.+?)\)", link)[1] for link in links] == [  # type: ignore[index]  # each is a link
        one["url"] for one in completion["search_results"]
    ]


@pytest.mark.parametrize(
    ("filling", "notice"),
    [("字", "问题超过1000个字符,只读了前1000个"), ("a ", "more than 1000 characters; only the first 1000 were")],
)
def test_a_long_question_is_cut_with_a_notice(client: httpx.Client, filling: str, notice: str) -> None:
    assert notice in content_of(chat(client, filling * 1001))
    assert notice not in content_of(chat(client, (filling * 1001)[:1000]))


@pytest.mark.parametrize(
    ("body", "param", "part"),
    [
        ({"messages": []}, "messages", "expected a list of messages, each with role and content"),
        ({}, "messages", "messages: found nothing"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content", "found 7, expected text"),
        ({"messages": [{"role": "user", "content": [{"text": {}}]}]}, "messages[0].content", "found an object"),
        ({"messages": [{"role": "user", "content": " "}]}, None, "found a last user message without text"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, None, "found no user message"),
        ({"messages": [{"content": "x"}]}, "messages[0].role", "expected system, user or assistant"),
    ],
)
def test_bad_requests_are_told_in_the_clients_shape(
    client: httpx.Client, body: Json, param: str | None, part: str
) -> None:
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, "invalid_request")
    assert part in error["message"]


def test_the_clients_own_errors_are_raised(openai: OpenAI) -> None:
    with pytest.raises(NotFoundError, match='found the model "gpt-4o", expected jianghai-qa') as missing:
        openai.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "?"}])
    assert missing.value.code == "model_not_found"
    with pytest.raises(BadRequestError, match="found no user message"):
        openai.chat.completions.create(model=MODEL, messages=[{"role": "system", "content": "?"}], stream=True)
    assert [one.id for one in openai.models.list()] == [MODEL]
    assert openai.models.retrieve(MODEL).id == MODEL
    with pytest.raises(NotFoundError):
        openai.models.retrieve("other")


@pytest.mark.parametrize(
    ("path", "content", "status", "code"),
    [
        ("/v1/chat/completions", b"{", 400, "invalid_json"),
        ("/v1/chat/completions", b"x" * 1_000_001, 413, "too_large"),
        ("/v1/chat/nothing", b"{}", 404, "not_found"),
    ],
)
def test_every_fault_there_has_the_clients_shape(
    client: httpx.Client, path: str, content: bytes, status: int, code: str
) -> None:
    response = client.post(path, content=content, headers={"content-type": "application/json"})
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


HISTORY = [
    {"role": "user", "content": GOLDEN},
    {"role": "assistant", "content": "“20名”[1]"},
]
COPIED = f"\n<chat_history>\nUSER: {GOLDEN}\nASSISTANT: 20\n</chat_history>"
SHORT = "江海区社区党建学院第一批聘了多少名培训…"
TASKS: list[tuple[list[dict[str, str]], Any]] = [
    ([{"role": "user", "content": "### Task:\nName this chat in 3-5 words with an emoji.\n" + COPIED}], SHORT),
    (
        [{"role": "user", "content": '### Task:\nMake a title.\n### Output:\nJSON: { "title": "…" }\n' + COPIED}],
        {"title": SHORT},
    ),
    (
        [{"role": "user", "content": '### Task:\nMake tags.\nJSON: { "tags": ["a", "b"] }' + COPIED}],
        {"tags": ["General"]},
    ),
    (
        [{"role": "user", "content": '### Task:\nSuggest follow-ups.\nJSON: { "follow_ups": ["a"] }' + COPIED}],
        {"follow_ups": []},
    ),
    (
        [
            {"role": "system", "content": "你擅长概括对话。请把会话总结为10个字以内的标题,不要使用标点。"},
            {"role": "user", "content": f"user: {GOLDEN}\nassistant: 20"},
        ],
        SHORT,
    ),
    (
        [
            {"role": "system", "content": "Summarize the conversation. Output only the title, at most 10 words."},
            {"role": "user", "content": f"user: {GOLDEN}\nassistant: 20"},
        ],
        SHORT,
    ),
    ([*HISTORY, {"role": "user", "content": "用四五个字概括这句话的主题,不要解释、不要标点。"}], SHORT),
    ([*HISTORY, {"role": "user", "content": "Give our conversation a five-word title, no punctuation."}], SHORT),
]


@pytest.mark.parametrize(("messages", "expected"), TASKS)
def test_what_a_chat_program_asks_for_itself_gets_a_short_plain_text(
    client: httpx.Client, messages: list[dict[str, str]], expected: Any
) -> None:
    completion = client.post("/v1/chat/completions", json={"model": MODEL, "messages": messages}).json()
    content = content_of(completion)
    assert (json.loads(content) if isinstance(expected, dict) else content) == expected
    assert completion["citations"] == completion["search_results"] == []
    assert completion["choices"][0]["message"]["annotations"] == []


@pytest.mark.parametrize(
    "question",
    [
        GOLDEN,
        "这次对话会的主题是什么?",
        "请总结这次座谈会上提出的三点要求",
        "What is the title of the report on the conversation between the two mayors?",
        "用一句话概括江海区上半年的招商成绩",
        "活动的标签口号是什么,请简要说明",
        "### Task:\nRespond to the user query, citing the title of each source.\n<context>a</context>\n谁的标题最长?",
        "Which topics did the chat with residents cover? Give a short answer.",
    ],
)
def test_a_persons_question_is_no_task(question: str) -> None:
    assert task_reply([ChatMessage(role="user", content=question)]) is None


@pytest.mark.parametrize(
    "wrapped",
    [
        "### Task:\nRespond to the user query using the context.\n<context>\n题为《标题》的报道\n</context>\n\n{}",
        "### Task:\nAnswer from these pages.\n<context>x</context>\n<user_query>\n{}\n</user_query>\n",
    ],
)
def test_a_question_behind_a_programs_own_pages_is_found(client: httpx.Client, wrapped: str) -> None:
    assert content_of(chat(client, wrapped.format(GOLDEN))) == content_of(chat(client, GOLDEN))


def test_ask_as_a_stream_gives_the_same_answer_sentence_by_sentence(client: httpx.Client) -> None:
    whole = client.post("/v1/ask", json={"question": GOLDEN}).json()
    with client.stream("POST", "/v1/ask", json={"question": GOLDEN, "stream": True}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-content-type-options"] == "nosniff"
        blocks = "".join(response.iter_text()).split("\n\n")[:-1]
    events = [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in map(split, blocks)
    ]
    assert [name for name, _ in events] == ["passages", *["delta"] * (len(events) - 2), "answer"]
    assert events[0][1] == {"passages": whole["passages"]}
    assert "".join(data["text"] for name, data in events if name == "delta") == whole["answer"]
    assert events[-1][1] | {"took_ms": 0} == whole | {"took_ms": 0}
    for citation in events[-1][1]["citations"]:
        text = client.get(f"/v1/documents/{citation['document_id']}").json()["text"]
        assert joined(text, citation["spans"]) == citation["quote"]


def split(block: str) -> tuple[str, str]:
    name, data = block.split("\n")
    return name, data


def test_a_fault_before_the_stream_has_its_status(client: httpx.Client) -> None:
    filters = {"published_from": "2024", "published_to": "2023"}
    response = client.post("/v1/ask", json={"question": GOLDEN, "stream": True, "filters": filters})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/json"


def test_a_fault_in_the_stream_is_its_last_event(caplog: pytest.LogCaptureFixture) -> None:
    from api.streaming import guarded

    def failing() -> Iterator[bytes]:
        yield b"first"
        raise ValueError("secret")

    assert list(guarded(failing(), b"told")) == [b"first", b"told"]
    assert "a stream ended early" in caplog.text


def test_a_client_that_goes_away_leaves_the_server_well(client: httpx.Client) -> None:
    body = {"question": GOLDEN, "top_k": 50, "stream": True}
    for _ in range(5):
        with client.stream("POST", "/v1/ask", json=body) as response:
            next(response.iter_raw())
    assert client.get("/readyz").status_code == 200
