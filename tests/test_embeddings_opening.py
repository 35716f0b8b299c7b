"""An encoder is opened by name, and a model that cannot be had is told with what to do."""

import socket
import time

import pytest

import embeddings.opening
from embeddings.contextual import ContextualEncoder
from embeddings.errors import EncoderNotFound
from embeddings.opening import EMBEDDED_FOLDER, open_encoder
from embeddings.prompts import Prompts, configured_prompts, known_prompts

ADVICE = r"expected `embedded`, a local model folder, or a hub name.*HF_ENDPOINT to a mirror.*or use `embedded`"


def test_the_default_is_the_embedded_model():
    encoder = open_encoder()
    assert isinstance(encoder, ContextualEncoder)
    assert encoder.name == "jianghai-static"


def test_a_static_folder_is_opened_without_torch():
    encoder = open_encoder(str(EMBEDDED_FOLDER))
    assert isinstance(encoder, ContextualEncoder)
    assert encoder.fingerprint == open_encoder().fingerprint


@pytest.mark.parametrize("spec", ["/no/such/folder", "./nothing", "~/no such folder", "nothing-here", "a/b/c"])
def test_a_missing_folder_says_what_to_do(spec):
    with pytest.raises(EncoderNotFound, match=f"found no encoder {spec!r}: no folder.*{ADVICE}"):
        open_encoder(spec)


def test_a_folder_without_a_model_says_so(tmp_path):
    with pytest.raises(EncoderNotFound, match=r"no model in .* \(neither modules.json nor config.json\)"):
        open_encoder(str(tmp_path))


def test_a_hub_name_when_the_environment_says_offline_fails_at_once(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    begun = time.monotonic()
    with pytest.raises(EncoderNotFound, match=rf"the environment says offline \(HF_HUB_OFFLINE\).*{ADVICE}"):
        open_encoder("nobody/no-such-model-here")
    assert time.monotonic() - begun < 3


def test_a_hub_that_does_not_answer_fails_within_seconds(monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, not listening: a connection is refused
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        begun = time.monotonic()
        with pytest.raises(EncoderNotFound, match=rf"http://127\.0\.0\.1:\d+ cannot be reached.*{ADVICE}"):
            open_encoder("nobody/no-such-model-here")
    assert time.monotonic() - begun < 8


def test_an_embedded_model_that_is_gone_says_to_install_again(monkeypatch, tmp_path):
    monkeypatch.setattr(embeddings.opening, "EMBEDDED_FOLDER", tmp_path / "gone")
    with pytest.raises(EncoderNotFound, match="install the package again"):
        open_encoder("embedded")


@pytest.mark.parametrize(
    ("name", "prompts"),
    [
        ("intfloat/multilingual-e5-small", Prompts("query: ", "passage: ")),
        ("BAAI/bge-small-zh-v1.5", Prompts("为这个句子生成表示以用于检索相关文章：")),
        ("BAAI/bge-base-en-v1.5", Prompts("Represent this sentence for searching relevant passages: ")),
        ("BAAI/bge-m3", Prompts()),
        ("thenlper/gte-large-zh", Prompts()),
        ("sentence-transformers/all-MiniLM-L6-v2", Prompts()),
    ],
)
def test_known_models_have_their_prompts(name, prompts):
    assert known_prompts(name) == prompts


def test_instruction_models_have_an_instruction_for_queries_only():
    for name in (
        "Qwen/Qwen3-Embedding-0.6B",
        "Alibaba-NLP/gte-Qwen2-1.5B-instruct",
        "intfloat/multilingual-e5-large-instruct",
    ):
        prompts = known_prompts(name)
        assert prompts.query.startswith("Instruct: Given a web search query")
        assert "\nQuery:" in prompts.query
        assert prompts.passage == ""


def test_a_configuration_without_retrieval_prompts_gives_none():
    assert configured_prompts({"query": "", "document": ""}) is None
    assert configured_prompts({"STS": "x"}) is None
    assert configured_prompts({"query": "q: ", "document": "d: "}) == Prompts("q: ", "d: ")
