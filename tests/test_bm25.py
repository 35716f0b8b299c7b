"""The lexical scores against `bm25s`, a scorer by other hands."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import CUTTER, Keeper, Text, dev_queries, index_of, query_of

from qa.index.entries import document_entries
from qa.index.generation import Generation
from qa.records import Mode
from qa.retrieval.lexical import K1, B, FieldWeights, lexical_scores
from qa.retrieval.rarity import idf
from qa.service import Service
from qa.terms import terms

BODY, CONTEXT, WORDS = FieldWeights(1, 0, 0), FieldWeights(0, 1, 0), FieldWeights(0, 0, 1)


def oracle(rows: Sequence[Sequence[str]], wanted: Sequence[str]) -> np.ndarray:
    """Return bm25s's scores with our `k1 + 1`, a factor that its Lucene form leaves out."""
    known = {term for row in rows for term in row}
    wanted = [term for term in wanted if term in known]
    if not wanted:
        return np.zeros(len(rows), np.float32)
    scorer = bm25s.BM25(k1=K1, b=B, method="lucene")
    scorer.index([list(row) for row in rows], show_progress=False)
    return np.asarray(scorer.get_scores(wanted)) * (K1 + 1)


def scores_of(generation: Generation, question: str, weights: FieldWeights) -> np.ndarray:
    return lexical_scores(generation, query_of(question), weights).scores


def same(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Compare scores, and the order: wherever theirs differ by more than rounding, ours put the same one first."""
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)
    apart = theirs[:, None] - theirs[None, :] > 1e-3
    assert (ours[:, None] > ours[None, :])[apart].all()


@pytest.mark.parametrize("field", ["body", "context", "words"])
def test_the_scores_of_the_seed_passages_are_those_of_bm25s(service: Service, field: str) -> None:
    generation = service.engine().generation
    ids = [generation.passage_id(row) for row in range(generation.rows)]
    texts = [service.library.passage(id_).text for id_ in ids]
    contexts = {
        e.passage_id: e.context for d in service.library.documents() for e in document_entries(service.library, d)
    }
    rows, weights = {
        "body": ([terms(t) for t in texts], BODY),
        "context": ([terms(contexts[id_]) for id_ in ids], CONTEXT),
        "words": ([CUTTER.words(f"{contexts[id_]}\n{t}") for id_, t in zip(ids, texts, strict=True)], WORDS),
    }[field]
    known = {term for row in rows for term in row}
    scorer = bm25s.BM25(k1=K1, b=B, method="lucene")
    scorer.index(rows, show_progress=False)
    for asked in dev_queries()[::3]:
        query = query_of(asked.question)
        wanted = [t for t in (query.words if field == "words" else query.terms) if t in known]
        theirs = np.asarray(scorer.get_scores(wanted)) * (K1 + 1) if wanted else np.zeros(len(rows))
        same(scores_of(generation, asked.question, weights), theirs)


def test_fields_add_up_by_their_weights(service: Service) -> None:
    generation, question = service.engine().generation, dev_queries()[0].question
    parts = {f: scores_of(generation, question, f) for f in (BODY, CONTEXT, WORDS)}
    mixed = scores_of(generation, question, FieldWeights(1.0, 0.3, 0.5))
    np.testing.assert_allclose(mixed, parts[BODY] + 0.3 * parts[CONTEXT] + 0.5 * parts[WORDS], rtol=1e-4, atol=1e-4)


def test_idf_by_hand() -> None:
    # ln(1 + (10 - 1 + 0.5) / (1 + 0.5)) = ln(7.3333)
    assert idf(10, 1) == pytest.approx(1.99243, abs=1e-5)
    assert idf(10, 10) > 0


def test_one_score_by_hand(tmp_path: Path) -> None:
    generation = index_of(tmp_path, [[Text("ab ab cd"), Text("cd")]])
    # N = 2, df(ab) = 1: idf = ln(1 + 1.5 / 1.5) = ln 2; |d| = 3, avg = 2; tf = 2.
    expected = np.log(2) * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 3 / 2))
    np.testing.assert_allclose(scores_of(generation, "ab", BODY), [expected, 0], rtol=1e-5)


WORD = st.text("甲乙丙丁戊ab", min_size=0, max_size=12)


@settings(max_examples=25)
@given(st.lists(WORD, min_size=1, max_size=12), st.integers(1, 4), st.text("甲乙丙丁ab", min_size=1, max_size=6))
def test_many_segments_score_as_one_and_as_bm25s(texts: list[str], parts: int, question: str) -> None:
    cut = [list(map(Text, texts[i::parts])) for i in range(parts)]
    together = [text for part in cut for text in part]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        whole, split = index_of(Path(one), [together]), index_of(Path(many), cut)
        theirs = oracle([terms(t.text) for t in together], query_of(question).terms)
        same(scores_of(whole, question, BODY), theirs)
        same(scores_of(split, question, BODY), theirs)


@settings(max_examples=20)
@given(st.lists(WORD, min_size=2, max_size=10), st.data())
def test_deleted_passages_count_in_the_statistics_until_they_are_merged(texts: list[str], data: st.DataObject) -> None:
    gone = sorted(data.draw(st.sets(st.integers(0, len(texts) - 1), max_size=len(texts) - 1)))
    with tempfile.TemporaryDirectory() as folder:
        generation = index_of(Path(folder), [list(map(Text, texts))], {0: gone})
        question = "甲乙a"
        # N, the document frequencies and the average length are those of all rows, the deleted ones included.
        same(scores_of(generation, question, BODY), oracle([terms(t) for t in texts], query_of(question).terms))
        assert generation.passages == len(texts) - len(gone)
        assert not generation.alive[gone].any()


def test_a_merge_takes_the_deleted_passages_out_of_the_statistics(keeper: Keeper) -> None:
    question = "江海区 党建"
    removed = keeper.library.documents()[0].id
    keeper.library.remove(removed)
    keeper.index()
    with_gaps = lexical_of(keeper, question)
    keeper.index(anew=True)
    merged = lexical_of(keeper, question)
    assert with_gaps.keys() == merged.keys()
    assert with_gaps != pytest.approx(merged, rel=1e-3)
    texts = [p.text for d in keeper.library.documents() for p in keeper.library.passages(d.id)]
    ids = [p.id for d in keeper.library.documents() for p in keeper.library.passages(d.id)]
    theirs = dict(zip(ids, oracle([terms(t) for t in texts], query_of(question).terms), strict=True))
    assert merged == pytest.approx({id_: score for id_, score in theirs.items() if score > 0}, rel=1e-4)


def lexical_of(keeper: Keeper, question: str) -> dict[str, float]:
    service = keeper.service()
    try:
        generation = service.engine().generation
        scores = scores_of(generation, question, BODY)
        rows = np.flatnonzero((scores > 0) & generation.alive)
        return {generation.passage_id(int(row)): float(scores[row]) for row in rows}
    finally:
        service.close()


def test_coverage_is_a_share_and_headlines_rank_below(service: Service) -> None:
    result = service.search("社区党建学院成立", mode=Mode.LEXICAL, top_k=20)
    assert all(0 <= p.score <= 1 for p in result.passages)
    assert result.passages[0].kind == "paragraph"
