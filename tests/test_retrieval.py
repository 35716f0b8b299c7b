"""The parts of retrieval: soft matching, fusion, duplicates, highlights."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC
from support import CUTTER, PLAIN_MODES, Text, embedded, index_of, query_of

from embeddings.opening import token_vectors
from qa.highlights import highlights
from qa.index.generation import Generation
from qa.records import Hit, Kind, Mode, PassageRecord
from qa.retrieval.collapse import collapse
from qa.retrieval.fusion import (
    FEATURES,
    Fitted,
    LegScores,
    confidence,
    confidence_features,
    fuse,
    fuse_ranks,
    relevance,
)
from qa.retrieval.legs import Legs
from qa.retrieval.parameters import fitted_to, shipped_parameters
from qa.retrieval.retrievers import HybridRetriever, retrievers
from qa.retrieval.soft import SoftMatcher
from qa.service import Service

TEXTS = [
    "江海区社区党建学院为20名培训教师颁发聘书",
    "礼乐龙舟赛在礼乐河开桨,46支龙舟队参赛",
    "Foreign companies opened offices in Jianghai",
    "",
    "上半年江海区计划投资额突破200亿元",
]


def soft_by_hand(question: str, text: str) -> float:
    """Soft matching as its formula says, one token and one pair at a time."""
    offered = token_vectors(embedded())
    assert offered is not None

    def unit(token: int) -> np.ndarray:
        vector = offered.vectors[token].astype(np.float64)
        length = np.linalg.norm(vector)
        return vector / length if length else vector

    asked, held = (sorted(set(ids.tolist())) for ids in offered.token_ids([question, text]))
    if not asked or not held:
        return 0.0
    weights = [float(offered.weights[t]) for t in asked]
    best = [max(float(unit(t) @ unit(u)) for u in held) for t in asked]
    return sum(w * (b if b >= 0.3 else 0) for w, b in zip(weights, best, strict=True)) / sum(weights)


class TestSoft:
    """Token by token."""

    @pytest.mark.parametrize("cut", [[5], [2, 3], [1, 1, 1, 1, 1]])
    def test_scores_are_those_of_a_plain_loop(self, tmp_path: Path, cut: list[int]) -> None:
        rest, parts = list(map(Text, TEXTS)), []
        for length in cut:
            parts.append(rest[:length])
            rest = rest[length:]
        matcher = SoftMatcher(index_of(tmp_path, parts))
        for question in ("有多少培训教师?", "how many companies came to Jianghai", "龙舟"):
            scores = matcher.scores(query_of(question), np.arange(5))
            assert scores == pytest.approx([soft_by_hand(question, t) for t in TEXTS], abs=1e-5)
            some = matcher.scores(query_of(question), np.array([1, 4]))
            assert some == pytest.approx(scores[[1, 4]], abs=1e-6)

    def test_many_distinct_tokens_are_scored_alike(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        generation, query = index_of(tmp_path, [list(map(Text, TEXTS))]), query_of("有多少培训教师?")
        ready = SoftMatcher(generation).scores(query, np.arange(5))
        monkeypatch.setattr("qa.retrieval.soft.READY", 0)
        assert SoftMatcher(generation).scores(query, np.arange(5)) == pytest.approx(ready, abs=1e-6)

    def test_a_question_without_tokens_or_no_rows_score_nothing(self, tmp_path: Path) -> None:
        matcher = SoftMatcher(index_of(tmp_path, [list(map(Text, TEXTS))]))
        assert matcher.scores(query_of("\u200b"), np.arange(5)).tolist() == [0] * 5
        assert matcher.scores(query_of("江海"), np.zeros(0, np.int64)).shape == (0,)


def legs(*rows: tuple[float, float, float]) -> LegScores:
    """Candidates with coverage, dense and soft scores; they hold as much of the terms as they cover, and nothing else."""
    columns = np.array(rows, np.float32).reshape(-1, 3).T
    rest = len(fields(LegScores)) - len(columns) - 1
    return LegScores(*columns, columns[0], *[np.zeros_like(columns[0])] * rest)


def hybrid(generation: Generation, fitted: Fitted | None) -> HybridRetriever:
    return HybridRetriever(Legs(generation, SoftMatcher(generation)), embedded(), CUTTER, fitted)


# The first four columns weigh 1 to 4, and the first 10 more for a question in Latin letters.
FITTED = Fitted(
    "one",
    tuple({"coverage": 1, "dense": 2, "soft": 3, "terms": 4, "latin_coverage": 10}.get(name, 0) for name in FEATURES),
    (2.0, -1.0),
    (1, 1, 0, 0, 0, -1),
    0.5,
)
TRIPLES = st.lists(st.tuples(*[st.floats(0, 1, width=16)] * 3), min_size=1, max_size=12)


class TestFusion:
    """How the legs are weighed."""

    def test_reciprocal_ranks_by_hand(self) -> None:
        # Ranks 1, 2, 3 in the first leg and 2, 1, 3 in the second; the third has nothing to say.
        found = fuse_ranks(legs((0.9, 0.5, 0), (0.5, 0.9, 0), (0.1, 0.1, 0)))
        both = (1 / 61 + 1 / 62) * 61 / 2
        assert found == pytest.approx([both, both, 2 / 63 * 61 / 2])

    def test_ties_share_the_better_rank_and_the_best_of_all_legs_scores_1(self) -> None:
        assert fuse_ranks(legs((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))) == pytest.approx([1, 1])

    @given(TRIPLES, st.randoms())
    def test_the_order_of_the_candidates_does_not_matter(self, rows: list[tuple], dice: object) -> None:
        order = list(range(len(rows)))
        dice.shuffle(order)  # type: ignore[attr-defined]
        there, mixed = legs(*rows), legs(*(rows[i] for i in order))
        assert fuse_ranks(mixed) == pytest.approx(fuse_ranks(there)[order])
        assert fuse(mixed, True, FITTED) == pytest.approx(fuse(there, True, FITTED)[order])

    @given(TRIPLES)
    def test_fused_ranks_are_shares(self, rows: list[tuple]) -> None:
        found = fuse_ranks(legs(*rows))
        assert ((found >= 0) & (found <= 1 + 1e-12)).all()

    def test_weights_by_hand(self) -> None:
        candidates = legs((0.5, 0.25, 0.125))
        assert fuse(candidates, False, FITTED) == pytest.approx([0.5 + 0.5 + 0.375 + 2])
        assert fuse(candidates, True, FITTED) == pytest.approx([0.5 + 0.5 + 0.375 + 2 + 5])
        assert relevance(np.array([0.5, 1.0]), FITTED) == pytest.approx([0.5, 1 / (1 + np.exp(-1))])

    def test_confidence_by_hand(self) -> None:
        found = confidence_features(np.array([1.0, 5.0, 2.0]), legs((0.1, 0.2, 0.3), (0.4, 0, 0), (0, 0, 0.9)), True)
        assert found == pytest.approx([5, 4, 0.2, 0.9, 1])
        assert confidence(np.array([0.5, 0.5, 0, 0, 0]), FITTED) == pytest.approx(0.5)
        assert confidence_features(np.zeros(0), legs(), False).tolist() == [0] * 5

    def test_parameters_are_for_the_encoder_that_they_were_fitted_to(self) -> None:
        shipped = shipped_parameters()
        assert shipped is not None
        assert fitted_to(shipped.encoder_fingerprint) == shipped
        assert fitted_to("0123456789abcdef") is None

    def test_the_shipped_parameters_are_fitted_to_the_embedded_encoder(self) -> None:
        assert fitted_to(embedded().fingerprint) is not None, "fit anew: python -m qa.fitting --data PATH"

    def test_without_parameters_ranks_are_fused_and_nothing_is_called_sure(self, tmp_path: Path) -> None:
        generation = index_of(tmp_path, [list(map(Text, TEXTS))])
        found = hybrid(generation, None).find("有多少培训教师?", 3)
        assert found.confidence is None
        assert found.hits[0].passage_id == "p00000"
        assert all(0 <= hit.score <= 1 for hit in found.hits)


class TestTies:
    """The same score: the passage id decides."""

    @pytest.mark.parametrize("mode", PLAIN_MODES)
    def test_equal_passages_come_in_the_order_of_their_ids(self, tmp_path: Path, mode: Mode) -> None:
        same = [Text("江海区社区党建学院")] * 30
        generation = index_of(tmp_path, [same[:11], same[11:]])
        retriever = retrievers(hybrid(generation, FITTED))[mode]
        for k in (1, 5, 30):
            hits = retriever.search("社区党建学院", k)
            assert [hit.passage_id for hit in hits] == [f"p{i:05d}" for i in range(k)]

    @pytest.mark.parametrize("mode", PLAIN_MODES)
    def test_a_headline_ranks_below_a_paragraph_that_says_the_same(self, tmp_path: Path, mode: Mode) -> None:
        kinds = [Kind.HEADLINE, Kind.CAPTION, Kind.PARAGRAPH]
        generation = index_of(tmp_path, [[Text("江海区社区党建学院成立", kind=kind) for kind in kinds]])
        retriever = retrievers(hybrid(generation, FITTED))[mode]
        hits = retriever.search("社区党建学院何时成立", 3)
        assert [generation.kind(int(hit.passage_id[1:])) for hit in hits] == kinds[::-1]

    @pytest.mark.parametrize("mode", PLAIN_MODES)
    def test_only_what_is_allowed_is_found(self, tmp_path: Path, mode: Mode) -> None:
        generation = index_of(tmp_path, [list(map(Text, TEXTS[:2])), list(map(Text, TEXTS[2:]))], {0: [0]})
        retriever = retrievers(hybrid(generation, FITTED))[mode]
        assert "p00000" not in {h.passage_id for h in retriever.search("江海区 培训教师", 5)}
        only = np.array([False, True, False, False, False])
        assert {h.passage_id for h in retriever.search("江海区 龙舟", 5, only)} <= {"p00001"}


def passage(id_: str, text: str, kind: Kind = Kind.PARAGRAPH) -> PassageRecord:
    return PassageRecord(id_, "d", 1, 1, kind, ((0, len(text)),), text, text, None, False, False)


class TestCollapse:
    """Reprints become one hit."""

    LONG = "江海区社区党建学院正式揭牌,并为第一批20名培训教师颁发聘书,为培养本土社区工作者人才队伍提供有力支撑"

    def test_a_reprint_is_named_with_the_hit_that_is_shown(self) -> None:
        passages = [passage("a", self.LONG), passage("b", "另一件事情发生在礼乐街道"), passage("c", self.LONG + "。")]
        hits = [Hit(p.id, score) for p, score in zip(passages, (0.9, 0.8, 0.7), strict=True)]
        groups = collapse(hits, passages, 5)
        assert [(g.passage.id, [p.id for p in g.also]) for g in groups] == [("a", ["c"]), ("b", [])]

    def test_a_headline_is_no_reprint_of_a_paragraph(self) -> None:
        passages = [passage("a", self.LONG), passage("b", self.LONG, Kind.HEADLINE)]
        assert len(collapse([Hit("a", 1), Hit("b", 0.5)], passages, 5)) == 2

    def test_no_more_than_k_are_shown_and_later_reprints_are_still_named(self) -> None:
        passages = [passage("a", self.LONG), passage("b", "另一件事情发生在礼乐街道"), passage("c", self.LONG)]
        groups = collapse([Hit(p.id, 0.5) for p in passages], passages, 1)
        assert [(g.passage.id, [p.id for p in g.also]) for g in groups] == [("a", ["c"])]


def marked(question: str, text: str) -> list[str]:
    return [text[s:e] for s, e in highlights(query_of(question), text)]


class TestHighlights:
    """Which parts of a passage the question's words meet."""

    @pytest.mark.parametrize(
        ("question", "text", "expected"),
        [
            ("社区党建学院有多少培训教师?", "当日,社区党建学院揭牌,20名培训教师受聘", ["社区党建学院", "培训教师"]),
            ("社區黨建學院", "江海区社区党建学院", ["社区党建学院"]),
            ("社区党建学院", "社區黨建學院", ["社區黨建學院"]),
            ("gdp增长8%", "GDP同比增长百分之八", ["GDP", "增长百分之八"]),
            ("二十名教师", "共20名教师", ["20", "教师"]),
            ("July 19", "7月19日上午", ["7月19日"]),
            ("art", "the party started", []),
            ("的", "江海区的会议", []),
            ("火星", "江海区", []),
        ],
    )
    def test_examples(self, question: str, text: str, expected: list[str]) -> None:
        assert marked(question, text) == expected

    @given(
        st.text("江海區区社会㎡fi2024GDP百分之八 ", max_size=20),
        st.text("江海區区社会㎡fi2024GDP百分之八 ,", max_size=40),
    )
    def test_spans_lie_in_the_text_ascend_and_do_not_touch(self, question: str, text: str) -> None:
        places = highlights(query_of(question), text)
        assert all(0 <= s < e <= len(text) for s, e in places)
        assert all(one[1] < other[0] for one, other in pairwise(places))

    def test_a_traditional_question_marks_what_the_simplified_one_marks(self, service: Service) -> None:
        question = "社区党建学院有多少培训教师"
        for hit in service.search(question).passages:
            assert marked(OpenCC("s2t").convert(question), hit.text) == marked(question, hit.text) != []
