"""The vector cache spares work, and never stands in its way."""

import sqlite3
import threading

import numpy as np
import pytest

from embeddings.cache import PASSAGE, QUERY, CachedEncoder, VectorCache
from embeddings.opening import open_encoder


class CountingEncoder:
    """Count what is encoded; otherwise the embedded encoder."""

    def __init__(self):
        self._inside = open_encoder()
        self.name, self.fingerprint, self.dimensions = "counting", self._inside.fingerprint, self._inside.dimensions
        self.encoded = []

    def encode_queries(self, texts):
        return self._inside.encode_queries(texts)

    def encode_passages(self, texts):
        self.encoded += texts
        return self._inside.encode_passages(texts)


@pytest.fixture
def encoder():
    return CountingEncoder()


def test_only_new_texts_are_encoded_and_the_vectors_are_the_same(tmp_path, encoder):
    path = tmp_path / "vectors.sqlite"
    first = CachedEncoder(encoder, path).encode_passages(["江门", "蓬江", "江门"])
    second = CachedEncoder(encoder, path).encode_passages(["江门", "新会", "蓬江"])
    assert encoder.encoded == ["江门", "蓬江", "新会"]
    np.testing.assert_array_equal(first[[0, 1, 0]], first)
    np.testing.assert_array_equal(second, open_encoder().encode_passages(["江门", "新会", "蓬江"]))


def test_another_fingerprint_or_kind_or_length_finds_nothing(tmp_path):
    cache = VectorCache(tmp_path / "vectors.sqlite")
    cache.put("one", PASSAGE, {"江门": np.ones(3, np.float32)})
    assert list(cache.get("one", PASSAGE, ["江门", "蓬江"], 3)) == ["江门"]
    assert cache.get("two", PASSAGE, ["江门"], 3) == {}
    assert cache.get("one", QUERY, ["江门"], 3) == {}
    assert cache.get("one", PASSAGE, ["江门"], 4) == {}


def test_thousands_of_texts_pass_through(tmp_path):
    cache = VectorCache(tmp_path / "vectors.sqlite")
    vectors = {str(number): np.full(2, number, np.float32) for number in range(2_500)}
    cache.put("one", PASSAGE, vectors)
    assert len(cache.get("one", PASSAGE, list(vectors), 2)) == 2_500


def test_no_texts_give_no_rows(tmp_path, encoder):
    vectors = CachedEncoder(encoder, tmp_path / "vectors.sqlite").encode_passages([])
    assert vectors.shape == (0, encoder.dimensions)


def test_questions_leave_no_trace(tmp_path, encoder):
    CachedEncoder(encoder, tmp_path / "vectors.sqlite").encode_queries(["谁问的"])
    assert not (tmp_path / "vectors.sqlite").exists()


def test_a_damaged_file_does_not_fail_the_work_and_is_made_anew(tmp_path, encoder, caplog):
    path = tmp_path / "vectors.sqlite"
    path.write_bytes(b"this is no database" * 1_000)
    cached = CachedEncoder(encoder, path)
    cached.encode_passages(["江门"])
    cached.encode_passages(["江门"])
    assert encoder.encoded == ["江门"]
    assert "is damaged" in caplog.text


def test_a_file_cut_off_does_not_fail_the_work(tmp_path, encoder):
    path = tmp_path / "vectors.sqlite"
    texts = [f"第{number}段" for number in range(200)]
    expected = CachedEncoder(encoder, path).encode_passages(texts)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    np.testing.assert_array_equal(CachedEncoder(encoder, path).encode_passages(texts), expected)


def test_a_vector_that_is_not_a_number_counts_as_absent(tmp_path, encoder):
    path = tmp_path / "vectors.sqlite"
    CachedEncoder(encoder, path).encode_passages(["江门"])
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = ?", [np.full(encoder.dimensions, np.nan, "<f4").tobytes()])
    connection.close()
    assert np.isfinite(CachedEncoder(encoder, path).encode_passages(["江门"])).all()


def test_a_file_that_cannot_be_written_is_read_and_left_alone(tmp_path, encoder):
    path = tmp_path / "vectors.sqlite"
    CachedEncoder(encoder, path).encode_passages(["江门"])
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")  # what a read-only folder is to root, who may write everywhere
    before = path.read_bytes()
    assert CachedEncoder(encoder, path).encode_passages(["江门", "蓬江"]).shape == (2, encoder.dimensions)
    other.close()
    assert path.read_bytes() == before


def test_a_path_that_can_hold_no_file_does_not_fail_the_work(tmp_path, encoder):
    for path in (tmp_path / "no folder" / "vectors.sqlite", tmp_path):
        assert CachedEncoder(encoder, path).encode_passages(["江门"]).shape == (1, encoder.dimensions)


def test_threads_share_one_cache(tmp_path, encoder):
    cached = CachedEncoder(encoder, tmp_path / "vectors.sqlite")
    texts = [f"第{number}段" for number in range(50)]
    expected = open_encoder().encode_passages(texts)
    wrong = []

    def work():
        if not np.array_equal(cached.encode_passages(texts), expected):
            wrong.append(True)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
