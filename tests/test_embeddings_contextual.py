"""The context network: the same in NumPy as in torch, defined for every text, whole or refused."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from embeddings.cache import CachedEncoder
from embeddings.contextual import CONFIG, FOLDER, WEIGHTS, ContextNetwork, ContextualEncoder, has_context
from embeddings.encoder import unit_rows
from embeddings.errors import CheckpointMismatch, EncoderDamaged
from embeddings.opening import EMBEDDED_FOLDER, open_encoder, token_vectors
from embeddings.static import StaticEncoder
from embeddings.training import context
from embeddings.training.context import ContextOptions, ContextTrainer, save_network
from embeddings.training.lessons import TOKEN, choose_texts, teach
from embeddings.training.network import Network, NetworkOptions
from embeddings.training.pairs import Pair

pytestmark = pytest.mark.usefixtures("one_torch_thread")
TEXTS = [
    "江海区社区党建学院正式揭牌,并为第一批20名培训教师颁发聘书",
    "边度可以睇医生",
    "Where can residents of Jianghai see a doctor?",
    "江",
    "礼乐龙舟赛在礼乐河开桨。" * 30,
]
SIZES = NetworkOptions(token_dimensions=8, dimensions=6, width=12, inner=16, heads=3, layers=2, longest=40)
OPTIONS = ContextOptions(steps=12, tokens_a_batch=120, seed=3, network=SIZES)


@pytest.fixture(scope="module")
def static():
    return StaticEncoder(EMBEDDED_FOLDER, "jianghai-static")


@pytest.fixture(scope="module")
def encoder():
    return open_encoder()


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the embedded model that a test may damage."""
    return shutil.copytree(EMBEDDED_FOLDER, tmp_path / "model")


def in_torch(folder: Path, ids: list[np.ndarray]) -> np.ndarray:
    """Compute saved weights with the network that is trained."""
    config, stored = json.loads((folder / CONFIG).read_text()), load_file(folder / WEIGHTS)
    tokens = stored.pop("tokens").astype(np.float32) * stored.pop("token_scales")[:, None]
    sizes = NetworkOptions(
        tokens.shape[1], len(stored["out.weight"]), *reversed(stored["layers.0.inner.weight"].shape),
        config["heads"], config["layers"], config["longest"],
    )  # fmt: skip
    network = Network(torch.from_numpy(tokens), sizes)
    weights = {name: torch.from_numpy(value.astype(np.float32)) for name, value in stored.items()}
    network.load_state_dict({**weights, "tokens.weight": torch.from_numpy(tokens)})
    with torch.no_grad():
        rows = [torch.from_numpy(row[: sizes.longest].astype(np.int64))[None] for row in ids]
        return np.concatenate([network(row, torch.ones_like(row, dtype=torch.bool)).numpy() for row in rows])


class TestEncoder:
    """The two vectors together."""

    def test_numpy_gives_what_torch_gives(self, static):
        ids = static.token_ids(TEXTS)
        ours = ContextNetwork(EMBEDDED_FOLDER / FOLDER).vectors(ids)
        np.testing.assert_allclose(ours, in_torch(EMBEDDED_FOLDER / FOLDER, ids), atol=1e-5)

    def test_a_likeness_is_the_weighted_sum_of_both(self, encoder, static):
        network = ContextNetwork(EMBEDDED_FOLDER / FOLDER)
        plain, taught = static.encode_queries(TEXTS), network.vectors(static.token_ids(TEXTS))
        both = encoder.encode_queries(TEXTS)
        expected = (1 - network.share) * plain @ plain.T + network.share * taught @ taught.T
        np.testing.assert_allclose(both @ both.T, expected, atol=1e-5)

    def test_words_in_another_order_have_another_vector(self, encoder, static):
        one, other = "老师表扬了学生", "学生表扬了老师"
        np.testing.assert_allclose(*static.encode_queries([one, other]), atol=1e-6)
        assert np.abs(np.subtract(*encoder.encode_queries([one, other]))).max() > 1e-3

    @pytest.mark.parametrize("text", ["", " \n", "，。！", "🙂", "\ud800"])
    def test_a_text_without_a_known_token_has_the_zero_row(self, encoder, text):
        vectors = encoder.encode_passages(["江门", text])
        assert not vectors[1].any()
        assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)

    def test_neighbours_do_not_change_a_vector(self, encoder):
        together = encoder.encode_passages(TEXTS)
        alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
        np.testing.assert_array_equal(together, alone)
        np.testing.assert_array_equal(encoder.encode_passages(TEXTS[::-1])[::-1], together)

    def test_no_texts_no_rows(self, encoder):
        assert encoder.encode_queries([]).shape == (0, encoder.dimensions)

    def test_it_offers_the_static_models_token_vectors(self, encoder, tmp_path):
        assert isinstance(encoder, ContextualEncoder)
        for one in (encoder, CachedEncoder(encoder, tmp_path / "cache.sqlite")):
            assert token_vectors(one) is encoder.static

    def test_the_fingerprint_knows_both_parts(self, encoder, static, folder):
        assert encoder.fingerprint != static.fingerprint
        assert open_encoder(str(folder)).fingerprint == encoder.fingerprint
        weights = bytearray((folder / FOLDER / WEIGHTS).read_bytes())
        weights[-1] ^= 1
        (folder / FOLDER / WEIGHTS).write_bytes(weights)
        assert open_encoder(str(folder)).fingerprint != encoder.fingerprint

    def test_a_folder_without_a_network_is_a_static_model(self, folder, static):
        shutil.rmtree(folder / FOLDER)
        assert not has_context(folder)
        assert open_encoder(str(folder)).fingerprint == static.fingerprint


class TestDamage:
    """What cannot be used is refused."""

    def refused(self, folder: Path) -> str:
        with pytest.raises(EncoderDamaged, match=r"train it with `python -m embeddings\.train`") as raised:
            open_encoder(str(folder))
        return str(raised.value)

    def test_missing_weights(self, folder):
        (folder / FOLDER / WEIGHTS).unlink()
        assert "found no usable context network" in self.refused(folder)

    @pytest.mark.parametrize("kept", [0, 7, 1000, -1])
    def test_weights_that_are_cut_off(self, folder, kept):
        file = folder / FOLDER / WEIGHTS
        file.write_bytes(file.read_bytes()[:kept])
        self.refused(folder)

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "heads": "x"}'])
    def test_a_configuration_of_another_form(self, folder, content):
        (folder / FOLDER / CONFIG).write_text(content)
        self.refused(folder)

    def test_a_network_of_another_vocabulary(self, folder, static, tmp_path):
        save_network(folder / FOLDER, Network(torch.zeros(5, 8), SIZES), OPTIONS)
        assert "found 5 token vectors" in self.refused(folder)


def pairs() -> list[Pair]:
    places, things = ["江门", "蓬江", "江海", "新会", "台山"], ["图书馆", "社区", "学校", "医院", "公园"]
    both = [(place, thing) for place in places for thing in things]
    found = [
        Pair(f"{p}的{t}几点开门", f"{p}{t}昨日揭牌,每日九时开放。", "questions", "everyday_questions/zh")
        for p, t in both
    ]
    return found + [Pair(f"when does {n} open", p, "parallel", "parallel") for n, (p, _) in enumerate(both)]


@pytest.fixture(scope="module")
def taught(static, tmp_path_factory):
    chosen, cache = (
        choose_texts(pairs(), ["江门", "图书馆", "open"]),
        tmp_path_factory.mktemp("teacher") / "cache.sqlite",
    )
    return teach(static, chosen, SIZES.dimensions, cache, lambda _: None)


class TestTraining:
    """What is learnt, and that it is learnt the same again."""

    def trained(
        self, static, taught, out: Path, options: ContextOptions = OPTIONS, stop_after: int | None = None
    ) -> bytes:
        out.mkdir(exist_ok=True)
        network = ContextTrainer(static, taught, options, out, lambda _: None).train(stop_after)
        save_network(out / FOLDER, network, options)
        return (out / FOLDER / WEIGHTS).read_bytes()

    def test_every_text_is_chosen_once_and_pieces_come_first(self):
        chosen = choose_texts([*pairs(), *pairs()], ["江门", "图书馆"])
        assert chosen[:2] == [(TOKEN, "江门"), (TOKEN, "图书馆")]
        assert len(chosen) == len(set(chosen))
        assert {side for side, _ in chosen} == {TOKEN, "query", "passage"}

    def test_targets_are_unit_rows_in_the_order_of_the_texts(self, taught, static):
        assert taught.texts[:3] == ["江门", "图书馆", "open"]
        np.testing.assert_allclose(np.linalg.norm(taught.targets, axis=1), 1, atol=1e-5)

    def test_what_a_group_has_in_common_is_taken_away(self, static, tmp_path):
        chosen = choose_texts(pairs(), [])
        taught = teach(static, chosen, static.dimensions, tmp_path / "cache.sqlite", lambda _: None)
        passages = [text for side, text in chosen if side == "passage"]
        vectors = static.encode_passages(passages)
        ours = taught.targets[[side == "passage" for side, _ in chosen]]
        # All directions are kept here, so likenesses are those of the centred vectors.
        centred = unit_rows(vectors - vectors.mean(axis=0))
        np.testing.assert_allclose(ours @ ours.T, centred @ centred.T, atol=1e-3)

    def test_the_teachers_vectors_are_kept_for_a_second_run(self, static, tmp_path):
        chosen, cache = choose_texts(pairs(), ["江门"]), tmp_path / "cache.sqlite"
        first = teach(static, chosen, 4, cache, lambda _: None)
        again = teach(static, chosen, 4, cache, lambda _: None)
        assert cache.stat().st_size > len(chosen) * static.dimensions * 4
        np.testing.assert_array_equal(first.targets, again.targets)

    def test_training_comes_nearer_to_the_teacher(self, static, taught, tmp_path):
        ids = static.token_ids(taught.texts)
        likeness = []
        for steps in (1, 600):
            self.trained(static, taught, tmp_path / str(steps), dataclasses.replace(OPTIONS, steps=steps))
            vectors = ContextNetwork(tmp_path / str(steps) / FOLDER).vectors(ids)
            likeness.append(float((vectors * taught.targets).sum(axis=1).mean()))
        assert likeness[1] > likeness[0] + 0.05

    def test_the_same_run_gives_the_same_weights_and_another_seed_others(self, static, taught, tmp_path):
        first = self.trained(static, taught, tmp_path / "a")
        assert self.trained(static, taught, tmp_path / "b") == first
        assert self.trained(static, taught, tmp_path / "c", dataclasses.replace(OPTIONS, seed=4)) != first

    @pytest.mark.parametrize("killed_after", [3, 11])
    def test_a_run_that_was_killed_and_resumed_gives_the_same_weights(
        self, static, taught, tmp_path, monkeypatch, killed_after
    ):
        whole = self.trained(static, taught, tmp_path / "whole")
        monkeypatch.setattr(context, "_SAVE_EVERY", 2)
        self.trained(static, taught, tmp_path / "out", stop_after=killed_after)
        assert self.trained(static, taught, tmp_path / "out") == whole

    def test_a_checkpoint_of_other_options_is_refused(self, static, taught, tmp_path, monkeypatch):
        monkeypatch.setattr(context, "_SAVE_EVERY", 2)
        self.trained(static, taught, tmp_path, stop_after=5)
        with pytest.raises(CheckpointMismatch, match="found a checkpoint of other options"):
            self.trained(static, taught, tmp_path, dataclasses.replace(OPTIONS, steps=13))

    def test_an_unreadable_checkpoint_is_refused(self, static, taught, tmp_path):
        (tmp_path / "context.checkpoint.pt").write_bytes(b"nothing")
        with pytest.raises(CheckpointMismatch, match="found an unreadable checkpoint"):
            self.trained(static, taught, tmp_path)
