"""Why a passage has its score: what is told adds up to what the search gives."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from support import CUTTER, Text, dev_queries, embedded, index_of

from qa.index.generation import Generation
from qa.records import Kind
from qa.retrieval.explaining import Explainer, Explanation
from qa.retrieval.fusion import Fitted
from qa.retrieval.legs import DENSE_MARGIN, LEXICAL_MARGIN, Legs
from qa.retrieval.parameters import shipped_parameters
from qa.retrieval.retrievers import KIND_FACTOR, HybridRetriever
from qa.retrieval.soft import SoftMatcher
from qa.service import Service

DAY = date(2024, 3, 1)
TEXTS = [
    Text("江海区社区党建学院为20名培训教师颁发聘书", published="2023-07-24"),
    Text(
        "礼乐龙舟赛在礼乐河开桨,46支龙舟队参赛", published="2022-06-01", questions=("划船比赛有几队?", "在哪条河比赛?")
    ),
    Text("礼乐龙舟赛开桨", kind=Kind.HEADLINE, published="2022-06-01"),
    Text("龙舟队在河上训练", kind=Kind.CAPTION, published="2023-06-01"),
    Text("Foreign companies opened offices in Jianghai", published="2023-07-24"),
    Text("今日天气晴"),
]


def hybrid_of(generation: Generation, fitted: Fitted | None) -> HybridRetriever:
    return HybridRetriever(Legs(generation, SoftMatcher(generation)), embedded(), CUTTER, fitted, lambda: DAY)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return index_of(tmp_path_factory.mktemp("index"), [TEXTS[:3], TEXTS[3:]])


def adds_up(one: Explanation) -> None:
    """Hold an explanation to its own formula."""
    assert sum(part.contribution for part in one.parts) == pytest.approx(one.total, abs=1e-9)
    if one.curve is not None:
        slope, offset = one.curve
        assert one.relevance == pytest.approx(1 / (1 + math.exp(-(slope * one.total + offset))), abs=1e-9)
        assert all(p.contribution == pytest.approx(p.value * (p.weight or 0), abs=1e-12) for p in one.parts)
    time = 1.0 if one.time is None else one.time.fit * one.time.latest
    assert one.score == pytest.approx(one.relevance * time * KIND_FACTOR[one.kind], abs=1e-9)
    value = {part.name: part.value for part in one.parts}
    stood_in = {stand_in.leg: stand_in for stand_in in one.stand_ins}
    words = min(1.0, sum(term.body + term.context for term in one.terms) / one.most) if one.most else 0.0
    own = stood_in["coverage"].own if "coverage" in stood_in else value["coverage"]
    assert words == pytest.approx(own, abs=1e-5)
    assert sum(pair.share * pair.cosine for pair in one.alignment) == pytest.approx(value["soft"], abs=1e-5)
    for leg, stand_in in stood_in.items():
        assert stand_in.likeness - stand_in.margin == pytest.approx(value[leg], abs=1e-5)
        assert stand_in.own < value[leg]


def test_the_explained_score_is_the_one_that_the_search_gives(service: Service) -> None:
    hybrid, seen = service.engine().hybrid, set()
    for query in dev_queries()[::2]:
        hits = hybrid.search(query.question, 10)
        found = Explainer(hybrid).explain(query.question, [hit.passage_id for hit in hits])
        assert [one.score for one in found] == pytest.approx([hit.score for hit in hits], abs=1e-9)
        assert [one.place for one in found] == list(range(1, len(hits) + 1))
        for one in found:
            adds_up(one)
            seen |= {part.name for part in one.parts if part.contribution} | {s.leg for s in one.stand_ins}
            seen |= {one.kind} | ({"time"} if one.time and one.time.fit < 1 else set())
    assert seen > {"coverage", "dense", "soft", "terms", "numbers", "synonyms", "time", Kind.HEADLINE, Kind.CAPTION}


def test_without_parameters_the_ranks_of_the_legs_and_their_shares_add_up(service: Service) -> None:
    hybrid = replace(service.engine().hybrid, fitted=None)
    for query in dev_queries()[::10]:
        hits = hybrid.search(query.question, 10)
        found = Explainer(hybrid).explain(query.question, [hit.passage_id for hit in hits])
        assert [one.score for one in found] == pytest.approx([hit.score for hit in hits], abs=1e-9)
        for one in found:
            adds_up(one)
            assert one.curve is None
            assert [part.name for part in one.parts] == ["coverage", "dense", "soft"]
            legs = sum(part.rank is not None for part in one.parts)
            assert [p.contribution for p in one.parts if p.rank] == pytest.approx(
                [61 / legs / (60 + p.rank) for p in one.parts if p.rank]
            )


def test_a_question_in_latin_letters_weighs_with_both_weights(generation: Generation) -> None:
    fitted = shipped_parameters()
    assert fitted is not None
    (one,) = Explainer(hybrid_of(generation, fitted)).explain("Which companies came to Jianghai?", ["p00004"])
    weight = {part.name: part.weight for part in one.parts}
    assert weight["dense"] == pytest.approx(fitted.ranking[1] + fitted.ranking[11])
    adds_up(one)


def test_the_words_that_meet_are_told_by_field_and_the_missing_ones_with_their_share(tmp_path: Path) -> None:
    texts = [Text("培训教师20名", context="党建学院"), Text("天气晴")]
    explainer = Explainer(hybrid_of(index_of(tmp_path, [texts]), shipped_parameters()))
    (one,) = explainer.explain("学院的培训火箭", ["p00000"])
    met = {term.term: (term.body > 0, term.context > 0) for term in one.terms}
    assert (met["培训"], met["学院"], met["火箭"]) == ((True, False), (False, True), (False, False))
    assert sum(term.share for term in one.terms) == pytest.approx(1)
    assert {pair.token for pair in one.alignment} == {"学院", "的", "培训", "火箭"}
    (training,) = [pair for pair in one.alignment if pair.token == "培训"]
    assert (training.counterpart, training.cosine) == ("培训", pytest.approx(1, abs=1e-3))


def test_an_index_time_question_that_stands_in_is_told(generation: Generation) -> None:
    hybrid = hybrid_of(generation, shipped_parameters())
    (one,) = Explainer(hybrid, {"p00001": ("划船比赛有几队?", "在哪条河比赛?")}.get).explain(  # type: ignore[arg-type]
        "划船比赛有几队", ["p00001"]
    )
    adds_up(one)
    dense = next(stand_in for stand_in in one.stand_ins if stand_in.leg == "dense")
    words = next(stand_in for stand_in in one.stand_ins if stand_in.leg == "coverage")
    assert dense.question == words.question == "划船比赛有几队?"
    assert (dense.margin, words.margin) == pytest.approx((DENSE_MARGIN, LEXICAL_MARGIN))
    assert words.likeness == pytest.approx(1)
    without = Legs(generation, SoftMatcher(generation), use_questions=False)
    (plain,) = Explainer(replace(hybrid, legs=without)).explain("划船比赛有几队", ["p00001"])
    assert plain.stand_ins == ()
    assert plain.score < one.score


def test_the_time_asked_for_and_the_kind_are_told(generation: Generation) -> None:
    hybrid = hybrid_of(generation, shipped_parameters())
    ids = ["p00001", "p00002", "p00003"]
    then, headline, caption = Explainer(hybrid).explain("2022年6月的礼乐龙舟赛", ids)
    assert then.time is not None
    assert caption.time is not None
    assert then.time.fit > caption.time.fit
    assert (then.time.other_time, caption.time.other_time) == (False, True)
    assert (headline.kind, headline.kind_factor, caption.kind_factor) == (Kind.HEADLINE, 0.5, 0.8)
    assert all(one.time is None for one in Explainer(hybrid).explain("礼乐龙舟赛", ids))
    for one in (then, headline, caption):
        adds_up(one)


def test_what_an_older_passage_loses_against_the_newest_is_told(tmp_path: Path) -> None:
    texts = [Text("礼乐龙舟赛开桨", published="2022-06-01"), Text("礼乐龙舟赛开桨了", published="2023-06-01")]
    explainer = Explainer(hybrid_of(index_of(tmp_path, [texts]), shipped_parameters()))
    older, newer = explainer.explain("最近一次礼乐龙舟赛", ["p00000", "p00001"])
    assert older.time is not None
    assert newer.time is not None
    assert (older.time.fit, newer.time.fit, newer.time.latest) == (1, 1, 1)
    assert older.time.latest == pytest.approx(1 - 0.4 * 365 / (365 + 90))
    adds_up(older)


def test_a_passage_that_is_no_candidate_is_explained_and_changes_no_other(service: Service) -> None:
    hybrid, question = service.engine().hybrid, dev_queries()[0].question
    generation, first = hybrid.legs.generation, hybrid.search(question, 1)[0].passage_id
    ids = [generation.passage_id(row) for row in range(generation.rows)]
    found = Explainer(hybrid).explain(question, ids)
    assert [one.passage_id for one in found] == ids
    outside = [one for one in found if one.place is None]
    assert 0 < len(outside) < len(ids)
    for one in outside:
        adds_up(one)
    (alone,) = Explainer(hybrid).explain(question, [first])
    assert alone in found


def test_ids_that_are_not_there_have_no_explanation(generation: Generation) -> None:
    explainer = Explainer(hybrid_of(generation, shipped_parameters()))
    assert [one.passage_id for one in explainer.explain("龙舟", ["gone", "p00001", "p" * 40])] == ["p00001"]
    assert explainer.explain("龙舟", []) == []


def test_a_question_that_nothing_is_known_of_is_explained(generation: Generation) -> None:
    for fitted in (shipped_parameters(), None):
        (one,) = Explainer(hybrid_of(generation, fitted)).explain("\u200b", ["p00000"])
        adds_up(one)
        assert one.terms == ()


def test_the_json_holds_what_adds_up_in_few_bytes(service: Service) -> None:
    hybrid, question = service.engine().hybrid, "江海区上半年计划投资额是多少亿元?"
    hits = hybrid.search(question, 10)
    for one in Explainer(hybrid).explain(question, [hit.passage_id for hit in hits]):
        written = json.dumps(one.as_json(), ensure_ascii=False)
        assert len(written.encode()) < 3000
        read = json.loads(written)
        assert sum(part[4] for part in read["parts"]) == pytest.approx(read["total"], abs=1e-3)
        assert read["score"] == pytest.approx(one.score, abs=1e-5)
