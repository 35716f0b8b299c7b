"""Training gives the same model again, goes on where it stopped, and writes what it was made of."""

import dataclasses
import json
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
import zstandard

from embeddings import train
from embeddings.contextual import ContextualEncoder
from embeddings.errors import CheckpointMismatch, TrainingDataError
from embeddings.opening import open_encoder
from embeddings.training import card, context, loop
from embeddings.training.context import ContextOptions
from embeddings.training.loss import ranking_loss, same_texts
from embeddings.training.model import BatchRows, State, new_state
from embeddings.training.network import NetworkOptions
from embeddings.training.options import TrainingOptions
from embeddings.training.tokens import Tokens
from embeddings.training.vocabulary import VocabularyOptions
from embeddings.training.whole import train_context, train_model

pytestmark = pytest.mark.usefixtures("one_torch_thread")
PLACES = ["江门", "蓬江", "江海", "新会", "台山", "开平", "鹤山", "恩平", "礼乐", "外海"]
THINGS = ["图书馆", "文化馆", "社区", "学校", "医院", "公园", "市场", "车站", "工厂", "码头"]
OPTIONS = TrainingOptions(dimensions=8, steps=30, batch=16, seed=3, vocabulary=VocabularyOptions(300, 300, 200))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    pairs = [(place, thing) for place in PLACES for thing in THINGS]
    files = {
        "everyday_questions": [
            {"a": f"{p}的{t}几点开门", "b": f"{p}{t}昨日揭牌，每日九时开放。", "lang": "zh", "source": "questions"}
            for p, t in pairs
        ],
        "news_lead": [
            {"a": f"{p}{t}揭牌", "b": f"记者从{p}获悉，{t}面向居民开放。", "source": "news"} for p, t in pairs
        ],
        "dictionary": [{"a": f"place {n}", "b": p, "source": "CC-CEDICT"} for n, p in enumerate(PLACES)],
    }
    for name, rows in files.items():
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl.zst").write_bytes(zstandard.compress(text.encode()))
    return folder


def silent(line):
    pass


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "first"
    train_model(data, out, OPTIONS, resume=False, say=silent)
    return out


def weights_of(folder):
    return (folder / "model.safetensors").read_bytes()


def test_the_same_run_gives_the_same_weights(data, trained, tmp_path):
    train_model(data, tmp_path / "second", OPTIONS, resume=False, say=silent)
    assert weights_of(tmp_path / "second") == weights_of(trained)
    assert (tmp_path / "second" / "tokenizer.json").read_bytes() == (trained / "tokenizer.json").read_bytes()


@pytest.mark.parametrize("killed_after", [5, 29])
def test_a_run_that_was_killed_and_resumed_gives_the_same_weights(data, trained, tmp_path, monkeypatch, killed_after):
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY", 4)
    train_model(data, tmp_path / "out", OPTIONS, resume=False, say=silent, stop_after=killed_after)
    assert not (tmp_path / "out" / "model.safetensors").exists()
    train_model(data, tmp_path / "out", OPTIONS, resume=True, say=silent)
    assert weights_of(tmp_path / "out") == weights_of(trained)
    assert not (tmp_path / "out" / "checkpoint").exists()


def test_a_context_network_is_trained_beside_the_static_model_and_told_on_its_card(data, trained, tmp_path):
    out = shutil.copytree(trained, tmp_path / "both")
    sizes = NetworkOptions(token_dimensions=8, dimensions=6, width=8, inner=8, heads=2, layers=1)
    options = ContextOptions(steps=4, tokens_a_batch=200, network=sizes)
    teacher = open_encoder(str(trained))
    train_context(data, out, options, (), teacher, False, silent)
    card.write_card(out)
    encoder = open_encoder(str(out))
    assert isinstance(encoder, ContextualEncoder)
    assert encoder.dimensions == OPTIONS.dimensions + sizes.dimensions
    assert "the vectors that `first` gives them" in (out / "README.md").read_text()
    assert sorted(path.name for path in (out / "context").iterdir()) == [
        "config.json",
        "model.safetensors",
        "training.json",
    ]
    assert not list(out.glob("*cache*")) + list(out.glob("*checkpoint*"))


def test_a_context_run_that_was_killed_goes_on_with_the_vectors_it_has(data, trained, tmp_path, monkeypatch):
    monkeypatch.setattr(context, "_SAVE_EVERY", 2)
    sizes = NetworkOptions(token_dimensions=8, dimensions=6, width=8, inner=8, heads=2, layers=1)
    options, teacher = ContextOptions(steps=6, tokens_a_batch=200, network=sizes), open_encoder(str(trained))
    whole, killed = (shutil.copytree(trained, tmp_path / name) for name in ("whole", "killed"))
    train_context(data, whole, options, (), teacher, False, silent)
    train_context(data, killed, options, (), teacher, False, silent, stop_after=5)
    assert not (killed / "context").exists()
    assert (killed / "teacher.cache.sqlite").is_file()
    train_context(data, killed, options, (), teacher, True, silent)
    assert weights_of(killed / "context") == weights_of(whole / "context")


def test_only_a_teacher_can_teach(data, trained, capsys):
    assert train.main([str(trained), "--data", str(data), "--context-only"]) == 2
    assert "expected the encoder to learn from; add --teacher NAME" in capsys.readouterr().err


def test_another_seed_gives_other_weights(data, trained, tmp_path):
    train_model(data, tmp_path / "out", dataclasses.replace(OPTIONS, seed=4), resume=False, say=silent)
    assert weights_of(tmp_path / "out") != weights_of(trained)


def test_a_checkpoint_of_other_options_or_other_data_is_refused(data, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_EVERY", 4)
    train_model(data, tmp_path / "out", OPTIONS, resume=False, say=silent, stop_after=9)
    with pytest.raises(
        CheckpointMismatch, match=r"of another run, seed: 3 \(now 5\); repeat the first command, or remove"
    ):
        train_model(data, tmp_path / "out", dataclasses.replace(OPTIONS, seed=5), resume=True, say=silent)
    state = tmp_path / "out" / "checkpoint" / "state.safetensors"
    state.write_bytes(state.read_bytes()[:-10])
    with pytest.raises(CheckpointMismatch, match="found an unreadable checkpoint"):
        train_model(data, tmp_path / "out", OPTIONS, resume=True, say=silent)


def test_the_trained_model_finds_a_passage_by_its_question(trained):
    encoder = open_encoder(str(trained))
    passages = encoder.encode_passages([f"{place}图书馆昨日揭牌，每日九时开放。" for place in PLACES])
    questions = encoder.encode_queries([f"{place}的图书馆几点开门" for place in PLACES])
    found = (questions @ passages.T).argmax(axis=1)
    assert (found == np.arange(len(PLACES))).sum() >= 8  # untrained: about one
    assert not encoder.encode_queries([""]).any()


def test_the_card_names_data_terms_parameters_and_figures(trained, tmp_path, capsys):
    figures = tmp_path / "figures.json"
    figures.write_text('[{"set": "everyday_dev", "measure": "Success@5", "value": 0.5}]')
    assert train.main([str(trained), "--card-only", "--figures", str(figures)]) == 0
    card = (trained / "README.md").read_text(encoding="utf-8")
    assert "| dictionary | CC-CEDICT | 10 | " in card
    assert "(CC BY-SA 4.0)" in card
    assert "| news_lead | news | 100 | not known to this program |" in card
    assert "| `seed` | 3 |" in card
    assert "| everyday_dev | Success@5 | 0.500 |" in card
    figures.write_text('{"set": 1}')
    with pytest.raises(TrainingDataError, match=r'expected \[{"set"'):
        train._write_card(trained, figures)


def test_the_command_trains_and_tells_what_is_wrong(data, tmp_path, capsys):
    out = tmp_path / "model"
    small = ["--dimensions", "4", "--steps", "3", "--batch", "8"]
    assert train.main([str(out), "--data", str(data), "--exclude-source", "CC-CEDICT", *small]) == 0
    assert "step 3/3" in capsys.readouterr().err
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "Sources left out: CC-CEDICT" in card
    assert "| dictionary |" not in card
    assert train.main([str(out)]) == 2
    assert "found no --data" in capsys.readouterr().err
    assert train.main([str(out), "--data", str(tmp_path)]) == 2
    assert "no file named *.jsonl.zst" in capsys.readouterr().err


def test_help_answers_at_once_without_torch():
    code = (
        "import sys, embeddings.train as t\ntry: t.main(['--help'])\nexcept SystemExit: print('torch' in sys.modules)"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")
    assert "--exclude-source" in done.stdout
    assert time.monotonic() - begun < 2  # 0.1 s alone; the bound is for a busy machine


def test_only_the_rows_of_a_batch_change_as_with_sparse_adam():
    state = new_state(vocabulary=6, dimensions=3, seed=0)
    table = torch.nn.Parameter(state.weights.clone())
    adam = torch.optim.SparseAdam([table], lr=0.1)
    for step in range(3):
        rows = torch.tensor([2, 4 + step % 2])
        gradient = torch.full((2, 3), 0.5 + step)
        state.update(rows, gradient, step, rate=0.1)
        table.grad = torch.sparse_coo_tensor(rows[None], gradient, table.shape, check_invariants=True)
        adam.step()
    np.testing.assert_allclose(state.weights, table.detach(), rtol=1e-5)
    assert not state.weights[:2].any()


def test_batch_rows_give_unit_means():
    weights = torch.tensor([[0.0, 0.0], [0, 0], [1, 0], [0, 1]])
    state = State(weights, torch.zeros(4, 2), torch.zeros(4, 2))
    tokens = Tokens(np.array([2, 3, 3], np.int32), np.array([0, 2, 3]))
    vectors = BatchRows(state.weights, [tokens]).vectors(tokens).detach()
    np.testing.assert_allclose(vectors, [[0.5**0.5, 0.5**0.5], [0, 1]], rtol=1e-6)


def test_the_loss_by_hand():
    a = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    same = same_texts(np.array([1, 2]), np.array([1, 2]))
    # Every line of scores is (1, 0): cross entropy ln(1 + e^-1), both ways.
    assert ranking_loss(a, a, 1.0, same).item() == pytest.approx(2 * np.log(1 + np.exp(-1)))
    # With the other pair masked nothing is left to mistake.
    assert ranking_loss(a, a, 1.0, same_texts(np.array([1, 1]), np.array([1, 2]))).item() == pytest.approx(0, abs=1e-3)
