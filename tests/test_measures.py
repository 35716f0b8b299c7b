"""The measures against pytrec_eval on the same run, and against arithmetic by hand."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import InvalidRequest
from qa.evaluation.judging import ByQrels, ByQuotes, Retrieved, needs_of
from qa.evaluation.measures import MEASURES, checked_measures, depth_of, measured
from qa.evaluation.queries import Evidence, TestQuery
from qa.evaluation.ranks import reciprocal_rank, success
from qa.evaluation.runs import evaluate, judged, means
from qa.evaluation.trec import read_run, write_run

STORED = "甲说一。乙说二。丙说三。甲说一。"
# What pytrec_eval calls the measures that it has; RR@10 it has only without a cutoff, over runs of ten.
NAMES = {
    "Success@1": "success_1",
    "Success@5": "success_5",
    "Success@10": "success_10",
    "RR@10": "recip_rank",
    "nDCG@10": "ndcg_cut_10",
    "R@10": "recall_10",
    "AP@10": "map_cut_10",
    "P@5": "P_5",
}


def query(id_: str, *quotes: str, needs_all: bool = False) -> TestQuery:
    return TestQuery(id_, f"{id_}?", "zh", "fact", True, "", tuple(Evidence("a.txt", q) for q in quotes), needs_all)


def hit(id_: str, text: str = "", score: float = 1.0) -> Retrieved:
    return Retrieved(id_, "b.txt", (), text, score)


def oracle(qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return pytrec_eval's values; it leaves out questions that a run lacks, which count as 0."""
    cut = {"success.1,5,10", "recip_rank", "ndcg_cut.10", "recall.10", "map_cut.10", "P.5"}
    found = pytrec_eval.RelevanceEvaluator(qrels, cut).evaluate(run)
    return {id_: {ours: found.get(id_, {}).get(theirs, 0.0) for ours, theirs in NAMES.items()} for id_ in qrels}


def write(path: Path, run: dict[str, dict[str, float]]) -> Path:
    lines = [f"{q} Q0 {p} 1 {score!r} t\n" for q, hits in run.items() for p, score in hits.items()]
    path.write_text("".join(lines), encoding="utf-8")
    return path


class TestAgainstPytrecEval:
    """Ties, graded relevance, questions that a run lacks, and runs that were written here."""

    @pytest.mark.parametrize("seed", range(8))
    def test_a_run_of_any_program_gets_the_same_figures(self, tmp_path: Path, seed: int) -> None:
        rng = random.Random(seed)
        ids = [f"p{n}" for n in range(30)] + ["江海", "p10x"]
        qrels = {
            f"q{n}": {p: rng.choice((0, 1, 1, 2, 3)) for p in rng.sample(ids, rng.randint(1, 12))} for n in range(25)
        }
        for grades in qrels.values():
            grades["p1"] = 1  # one relevant passage at least
        # Few different scores, so that many are ties; some questions got nothing.
        run = {
            q: {p: rng.choice((0.5, 0.25, 1.0, -1.0)) for p in rng.sample(ids, 10)} for q in qrels if rng.random() > 0.2
        }
        expected = oracle(qrels, run)
        asked = [query(id_) for id_ in qrels]
        found = read_run(write(tmp_path / "r", run))
        hits = [[hit(p, score=score) for p, score in found.get(q.id, ())] for q in asked]
        outcomes = judged(asked, hits, ByQrels(qrels), tuple(NAMES))
        for outcome in outcomes:
            assert outcome.values == pytest.approx(expected[outcome.query.id], abs=1e-9)
        whole = {name: sum(expected[q][name] for q in qrels) / len(qrels) for name in NAMES}
        assert means(outcomes) == pytest.approx(whole, abs=1e-9)

    @given(st.lists(st.sampled_from([0.9, 0.90000001, 0.5, 0.5000000001, 0.0]), min_size=1, max_size=10))
    def test_a_run_that_is_written_keeps_its_order_for_other_tools(
        self, tmp_path_factory: pytest.TempPathFactory, scores: list[float]
    ) -> None:
        path = tmp_path_factory.getbasetemp() / "order.run"
        shown = [hit(f"p{n}", score=score) for n, score in enumerate(sorted(scores, reverse=True))]
        qrels = {"q": {f"p{n}": n % 3 for n in range(10)} | {"elsewhere": 1}}
        outcomes = judged([query("q")], [shown], ByQrels(qrels), tuple(NAMES))
        write_run(path, "a tag", outcomes)
        written = {q: dict(hits) for q, hits in read_run(path).items()}
        assert list(written["q"]) == [one.passage_id for one in shown]
        assert outcomes[0].values == pytest.approx(oracle(qrels, written)["q"], abs=1e-9)


class TestByHand:
    """Arithmetic that can be followed."""

    def test_graded_relevance(self) -> None:
        qrels = {"q": {"a": 3, "b": 2, "c": 1}}
        values = measured(qrels, {"q": ["x", "b", "a"]}, MEASURES)["q"]
        found, best = 2 / math.log2(3) + 3 / math.log2(4), 3 + 2 / math.log2(3) + 1 / math.log2(4)
        assert values["nDCG@10"] == pytest.approx(found / best, abs=1e-9)
        assert values["R@10"] == pytest.approx(2 / 3)
        assert (values["Success@1"], values["Success@5"], values["RR@10"]) == (0, 1, 0.5)

    def test_the_order_that_was_shown_counts_and_not_the_ids(self) -> None:
        for ids in (["a", "z"], ["z", "a"]):
            found = measured({"q": {ids[1]: 1}}, {"q": ids}, MEASURES)["q"]
            assert (found["Success@1"], found["RR@10"]) == (0, 0.5)

    def test_a_question_without_hits_counts_as_nothing(self) -> None:
        qrels = {"q1": {"a": 1}, "q2": {"a": 1}, "q3": {"a": 1}, "q4": {}}
        found = measured(qrels, {"q1": ["a"], "q2": []}, MEASURES)
        assert [set(found[q].values()) for q in ("q1", "q2", "q3", "q4")] == [{1.0}, {0.0}, {0.0}, {0.0}]

    def test_a_quote_gains_once_and_one_that_no_hit_has_counts_as_missing(self) -> None:
        asked = query("q", "甲说一", "乙说二")
        judge = ByQuotes(needs_of([asked], lambda file: STORED))
        hits = [hit("p1", "甲说一"), hit("p2", "又是甲说一"), hit("p3", "别的")]
        (outcome,) = judged([asked], [hits], judge)
        assert outcome.relevance == (1, 1, 0)
        assert outcome.rank == 1
        assert outcome.values["nDCG@10"] == pytest.approx(1 / (1 + 1 / math.log2(3)))
        assert outcome.values["R@10"] == 0.5
        assert outcome.values["RR@10"] == 1

    def test_a_passage_with_two_quotes_gains_both(self) -> None:
        asked = query("q", "甲说一", "乙说二", "丙说三")
        judge = ByQuotes(needs_of([asked], lambda file: STORED))
        (outcome,) = judged([asked], [[hit("x"), hit("p1", "甲说一。乙说二"), hit("p3", "丙说三")]], judge)
        found, best = 2 / math.log2(3) + 1 / math.log2(4), 2 + 1 / math.log2(3)
        assert outcome.values["nDCG@10"] == pytest.approx(found / best)
        assert outcome.relevance == (0, 2, 1)

    def test_a_question_that_needs_all_its_quotes_is_met_at_the_last_one(self) -> None:
        asked = [query("q", "甲说一", "丙说三", needs_all=True), query("r", "甲说一", "丙说三", needs_all=True)]
        judge = ByQuotes(needs_of(asked, lambda file: STORED))
        both = [hit("p1", "甲说一"), hit("p2"), hit("p3", "丙说三")]
        met, open_ = judged(asked, [both, both[:2]], judge)
        assert (met.rank, met.values["RR@10"], met.values["Success@1"], met.values["Success@5"]) == (3, 1 / 3, 0, 1)
        assert (open_.rank, open_.values["RR@10"], open_.values["Success@10"]) == (None, 0, 0)
        assert open_.values["R@10"] == 0.5

    def test_only_as_many_hits_count_as_the_measures_look_at(self) -> None:
        hits = [hit(f"x{n}") for n in range(10)] + [hit("a")]
        (outcome,) = judged([query("q")], [hits], ByQrels({"q": {"a": 1}}))
        assert (outcome.rank, len(outcome.hits), set(outcome.values.values())) == (None, 10, {0.0})

    def test_unanswerable_questions_are_not_asked(self) -> None:
        asked = TestQuery("q", "?", "zh", "ood", False, "", ())
        assert evaluate([asked], ByQuotes({}), lambda question: pytest.fail("asked")) == []

    @given(st.lists(st.booleans(), max_size=12))
    def test_what_a_rank_is_worth_is_what_the_library_says(self, relevant: list[bool]) -> None:
        ids = [f"p{n}" for n in range(len(relevant))]
        qrels = {"q": {id_: 1 for id_, good in zip(ids, relevant, strict=True) if good} | {"elsewhere": 1}}
        rank = next((n for n, good in enumerate(relevant, start=1) if good), None)
        found = measured(qrels, {"q": ids}, MEASURES)["q"]
        assert [success(rank, k) for k in (1, 5, 10)] == [found[f"Success@{k}"] for k in (1, 5, 10)]
        assert reciprocal_rank(rank) == pytest.approx(found["RR@10"])


class TestNames:
    """Which measures can be asked for."""

    def test_names_of_the_library_are_taken_and_the_depth_follows(self) -> None:
        assert checked_measures(["Recall@20", " P@5", "P@5", "nDCG(dcg='exp-log2')@30"]) == (
            "R@20", "P@5", "nDCG(dcg='exp-log2')@30",
        )  # fmt: skip
        assert depth_of(["R@20", "P@5"]) == 20
        assert depth_of(["P@5"]) == 10

    @pytest.mark.parametrize("name", ["", "AP", "hit@5", "nDCG@51", "nDCG@0", "__import__('os')@3", "P@5; 1", "RR@"])
    def test_other_names_are_told(self, name: str) -> None:
        with pytest.raises(InvalidRequest, match=r"expected one of ir-measures with a cutoff of 1 to 50, such as"):
            checked_measures([name])
