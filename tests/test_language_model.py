"""The client of a language model: good replies, and every way in which none comes."""

from __future__ import annotations

import json
import time

import pytest
from model_server import KEY, ModelServer, Say, model_at

from qa.errors import LanguageModelError, LanguageModelRefused, SettingsError
from qa.language_model import LanguageModel, language_model_of
from qa.settings import Settings


def told(model: LanguageModel) -> str:
    with pytest.raises(LanguageModelError) as fault:
        model.complete("system", "user")
    assert KEY not in repr(fault.value)
    return str(fault.value)


def test_a_reply_is_the_text_of_the_first_choice(endpoint: ModelServer) -> None:
    endpoint.script = [Say("你好")]
    assert model_at(endpoint).complete("一", "二") == "你好"
    (body,) = endpoint.asked
    assert body["model"] == "test-model"
    assert body["messages"] == [{"role": "system", "content": "一"}, {"role": "user", "content": "二"}]
    assert endpoint.headers[0]["authorization"] == f"Bearer {KEY}"


def test_no_key_but_the_one_that_is_set_is_sent(endpoint: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    model_at(endpoint, LLM_KEY="").complete("", "x")
    assert endpoint.headers[0]["authorization"] == "Bearer none"
    assert "somebody" not in json.dumps(endpoint.headers)


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (400, LanguageModelRefused, "found status 400"),
        (401, LanguageModelError, "see that JIANGHAI_QA_LLM_KEY is right"),
        (404, LanguageModelError, "JIANGHAI_QA_LLM_MODEL are right"),
        (429, LanguageModelError, "raise the quota"),
        (500, LanguageModelError, "see the endpoint's own log"),
    ],
)
def test_a_status_is_told_without_what_the_endpoint_says(
    endpoint: ModelServer, status: int, kind: type[LanguageModelError], said: str
) -> None:
    endpoint.script = [Say(status=status, body=json.dumps({"error": {"message": f"wrong key {KEY}"}}))]
    with pytest.raises(kind, match=said) as fault:
        model_at(endpoint).complete("", "x")
    assert KEY not in str(fault.value)
    assert type(fault.value) is kind
    assert len(endpoint.asked) == 1  # who asks decides whether to ask again


@pytest.mark.parametrize("said", [Say(wait=6), Say(drip=0.1)], ids=["silent", "in drips"])
def test_a_reply_that_takes_too_long_is_given_up(endpoint: ModelServer, said: Say) -> None:
    endpoint.script = [said]
    started = time.monotonic()
    assert "within 1 s" in told(model_at(endpoint, LLM_TIMEOUT="1"))
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "{}", '{"choices": []}', '{"choices": [{"message": 1}]}', "[" * 9000]
)
def test_what_is_no_chat_completion_is_told(endpoint: ModelServer, body: str) -> None:
    endpoint.script = [Say(body=body)]
    assert "that is no chat completion, expected an OpenAI-compatible endpoint" in told(model_at(endpoint))


def test_an_endless_reply_is_not_read_to_its_end(endpoint: ModelServer) -> None:
    endpoint.script = [Say("长" * 2_000_000)]
    assert "found a reply of more than 1000000 bytes" in told(model_at(endpoint))


def test_an_empty_message_is_an_empty_reply(endpoint: ModelServer) -> None:
    endpoint.script = [Say(body='{"choices": [{"message": {"role": "assistant", "content": null}}]}')]
    assert model_at(endpoint).complete("", "x") == ""


def test_nobody_at_the_address_is_told_without_the_password_in_it(endpoint: ModelServer) -> None:
    text = told(model_at(endpoint, LLM_URL=f"http://user:{KEY}@127.0.0.1:9/v1?k={KEY}"))
    assert "found no language model at http://127.0.0.1:9/v1" in text
    assert "start it, or correct JIANGHAI_QA_LLM_URL" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"LLM_URL": f"localhost:1/{KEY}"}, "found no address in JIANGHAI_QA_LLM_URL, expected one like http://"),
        ({"LLM_MODEL": " "}, "JIANGHAI_QA_LLM_MODEL is empty, expected the name of a model"),
        ({"LLM_KEY": f"{KEY}\nX-Other: 1"}, "found a character in JIANGHAI_QA_LLM_KEY that no key has"),
    ],
)
def test_impossible_settings_are_told_without_their_values(
    endpoint: ModelServer, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as fault:
        model_at(endpoint, **changed)
    assert KEY not in str(fault.value)


def test_without_an_address_there_is_no_model_and_the_settings_do_not_show_the_key() -> None:
    settings = Settings.read({"JIANGHAI_QA_LLM_KEY": KEY})
    assert language_model_of(settings) is None
    assert KEY not in repr(settings)
