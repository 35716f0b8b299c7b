"""The FAISS index gives the rows and scores of the exact one, and a damaged file is told, not used."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embeddings.errors import DimensionMismatch, IndexDamaged
from embeddings.exact_index import ExactIndex
from embeddings.faiss_index import FaissIndex

# Few different values make equal scores, and so ties, frequent.
COARSE = st.sampled_from([-1.0, -0.5, 0.0, 0.25, 0.5, 1.0])


@st.composite
def searches(draw):
    rows, dimensions = draw(st.integers(0, 40)), draw(st.integers(1, 6))
    vectors = draw(arrays(np.float32, (rows, dimensions), elements=COARSE))
    queries = draw(arrays(np.float32, (draw(st.integers(0, 4)), dimensions), elements=COARSE))
    allowed = draw(st.none() | arrays(np.bool_, rows))
    return vectors, queries, draw(st.integers(1, 50)), allowed


@given(searches())
@settings(deadline=None, max_examples=200)
def test_faiss_finds_what_the_exact_index_finds_with_filters_and_ties(search):
    vectors, queries, k, allowed = search
    expected_scores, expected_rows = ExactIndex(vectors).search(queries, k, allowed)
    scores, rows = FaissIndex.of(vectors).search(queries, k, allowed)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_array_equal(scores, expected_scores)
    assert scores.shape == rows.shape == (len(queries), k)
    assert (scores.dtype, rows.dtype) == (np.float32, np.int64)


@pytest.mark.parametrize("dimensions", [3, 64, 256])
def test_faiss_agrees_with_the_exact_index_on_unit_vectors_with_many_repeats(dimensions):
    rng = np.random.default_rng(dimensions)
    different = rng.normal(size=(300, dimensions)).astype(np.float32)
    different /= np.linalg.norm(different, axis=1, keepdims=True)
    vectors = different[rng.integers(0, 300, 3_000)]
    allowed = rng.random(3_000) < 0.3
    for mask in (None, allowed, np.zeros(3_000, bool)):
        expected = ExactIndex(vectors).search(different[:20], 25, mask)
        found = FaissIndex.of(vectors).search(different[:20], 25, mask)
        np.testing.assert_array_equal(found[1], expected[1])
        np.testing.assert_array_equal(found[0], expected[0])


def test_the_exact_index_by_hand():
    index = ExactIndex(np.array([[1, 0], [0, 1], [1, 0], [0.6, 0.8]], np.float32))
    scores, rows = index.search(np.array([[1, 0]], np.float32), 5, np.array([True, True, True, False]))
    assert rows.tolist() == [[0, 2, 1, -1, -1]]
    assert scores.tolist() == [[1.0, 1.0, 0.0, -np.inf, -np.inf]]


def test_a_saved_index_opened_from_its_file_finds_the_same(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(100, 16)).astype(np.float32)
    index = FaissIndex.of(vectors)
    index.save(tmp_path / "vectors.faiss")
    opened = FaissIndex.open(tmp_path / "vectors.faiss", expected_rows=100, dimensions=16)
    assert (len(opened), opened.dimensions) == (100, 16)
    for before, after in zip(index.search(vectors[:5], 7), opened.search(vectors[:5], 7), strict=True):
        np.testing.assert_array_equal(before, after)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]


def test_an_empty_index_can_be_saved_opened_and_searched(tmp_path):
    FaissIndex.of(np.zeros((0, 4), np.float32)).save(tmp_path / "vectors.faiss")
    scores, rows = FaissIndex.open(tmp_path / "vectors.faiss", 0, 4).search(np.ones((1, 4), np.float32), 2)
    assert (scores.tolist(), rows.tolist()) == ([[-np.inf, -np.inf]], [[-1, -1]])


@pytest.mark.parametrize(
    "damage", ["empty", "cut in the header", "cut", "last byte gone", "garbage", "zeros", "longer"]
)
def test_a_damaged_file_is_an_index_damaged_error(tmp_path, damage):
    path = tmp_path / "vectors.faiss"
    FaissIndex.of(np.ones((50, 8), np.float32)).save(path)
    whole = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "cut in the header": whole[:20],
            "cut": whole[: len(whole) // 2],
            "last byte gone": whole[:-1],
            "garbage": os.urandom(len(whole)),
            "zeros": bytes(len(whole)),
            "longer": whole + bytes(5_000),
        }[damage]
    )
    with pytest.raises(IndexDamaged, match=r"expected a whole index of 50 rows of 8 numbers; build the index again"):
        FaissIndex.open(path, expected_rows=50, dimensions=8)


def test_a_missing_file_and_another_size_are_index_damaged_errors(tmp_path):
    path: Path = tmp_path / "vectors.faiss"
    with pytest.raises(IndexDamaged, match="found no index at"):
        FaissIndex.open(path, 1, 8)
    FaissIndex.of(np.ones((50, 8), np.float32)).save(path)
    with pytest.raises(IndexDamaged, match=r"found 50 rows of 8 numbers .* expected a whole index of 100 rows of 4"):
        FaissIndex.open(path, 100, 4)


@pytest.mark.parametrize("kind", [ExactIndex, FaissIndex.of])
def test_what_does_not_fit_is_refused(kind):
    index = kind(np.ones((3, 4), np.float32))
    with pytest.raises(DimensionMismatch, match=r"found queries of shape \(1, 5\), expected \(any number, 4\)"):
        index.search(np.ones((1, 5), np.float32), 1)
    with pytest.raises(DimensionMismatch, match=r"found `allowed` of shape \(2,\), expected \(3,\)"):
        index.search(np.ones((1, 4), np.float32), 1, np.ones(2, bool))
    with pytest.raises(ValueError, match="found k = 0, expected 1 or more"):
        index.search(np.ones((1, 4), np.float32), 0)
    with pytest.raises(DimensionMismatch, match="of finite numbers"):
        kind(np.array([[np.nan, 1]], np.float32))
