"""Keep vectors between rebuilds, so that only changed texts are encoded again.

The cache is disposable: a missing file is made, a damaged one is made anew, a read-only or busy one is used as
far as it goes. None of that ever fails the work; it is logged. It holds hashes of the texts, not the texts.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, Vectors

log = logging.getLogger(__name__)

PASSAGE, QUERY = "passage", "query"
_FORMAT = 1
_BUSY_SECONDS = 1.0
_AT_ONCE = 500  # below SQLite's limit of parameters in one statement
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS vectors (
    fingerprint TEXT NOT NULL, kind TEXT NOT NULL, text_hash BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (fingerprint, kind, text_hash)) WITHOUT ROWID;
PRAGMA user_version = {_FORMAT};
"""


class VectorCache:
    """Store vectors by (encoder fingerprint, kind, text) in one SQLite file. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Use the file at `path`; nothing is opened yet."""
        self._path = path

    def get(self, fingerprint: str, kind: str, texts: Sequence[str], dimensions: int) -> dict[str, Vectors]:
        """Return the vectors that are there, by text; one of another length or with NaN counts as absent."""
        texts_of = {_hash(text): text for text in texts}
        found: dict[str, Vectors] = {}
        with self._guarded("read"), closing(self._connect(writing=False)) as connection:
            for hashes in _batches(list(texts_of)):
                marks = ",".join("?" * len(hashes))
                query = (
                    f"SELECT text_hash, vector FROM vectors WHERE fingerprint=? AND kind=? AND text_hash IN ({marks})"
                )
                for text_hash, blob in connection.execute(query, [fingerprint, kind, *hashes]):
                    if len(blob) == 4 * dimensions and np.isfinite(vector := np.frombuffer(blob, "<f4")).all():
                        found[texts_of[text_hash]] = vector.astype(np.float32)
        return found

    def put(self, fingerprint: str, kind: str, vectors: Mapping[str, Vectors]) -> None:
        """Store one vector a text; what cannot be stored is left out."""
        rows = [(fingerprint, kind, _hash(text), vector.astype("<f4").tobytes()) for text, vector in vectors.items()]
        with self._guarded("write"), closing(self._connect(writing=True)) as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?,?,?,?)", rows)

    @contextmanager
    def _guarded(self, work: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:  # missing, read-only, busy, disk full
            log.debug("vector cache %s not used for this %s: %s", self._path, work, error)
        except sqlite3.DatabaseError as error:
            log.warning("vector cache %s is damaged (%s); it is made anew", self._path, error)
            self._remove()

    def _connect(self, writing: bool) -> sqlite3.Connection:
        mode = "rwc" if writing else "ro"
        address = f"{self._path.absolute().as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS)
        if writing:
            connection.executescript(f"PRAGMA synchronous=OFF; {_SCHEMA}")
        return connection

    def _remove(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("vector cache %s cannot be removed: %s", self._path, error)


class CachedEncoder:
    """Encode through a cache. Implements Encoder with the name, fingerprint and vectors of the encoder inside.

    Queries pass by the cache: what people ask is not kept.
    """

    def __init__(self, encoder: Encoder, path: Path) -> None:
        """Wrap `encoder`; the cache file at `path` may be missing."""
        self._encoder, self._cache = encoder, VectorCache(path)

    @property
    def inside(self) -> Encoder:
        """Return the encoder that does the work."""
        return self._encoder

    @property
    def name(self) -> str:
        """Return the name of the encoder inside."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the encoder inside."""
        return self._encoder.fingerprint

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return self._encoder.dimensions

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return what the encoder inside gives."""
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the stored vectors of the texts, encoding and storing those that are new."""
        return encode_cached(self._encoder, self._cache, PASSAGE, texts, self._encoder.encode_passages)


def encode_cached(
    encoder: Encoder, cache: VectorCache, kind: str, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]
) -> Vectors:
    """Return (n, dimensions) float32: from the cache where it has them, else encoded and stored there."""
    known = cache.get(encoder.fingerprint, kind, texts, encoder.dimensions)
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        fresh = dict(zip(missing, encode(missing), strict=True))
        cache.put(encoder.fingerprint, kind, fresh)
        known |= fresh
    vectors = np.zeros((len(texts), encoder.dimensions), np.float32)
    for row, text in enumerate(texts):
        vectors[row] = known[text]
    return vectors


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _batches(hashes: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(hashes), _AT_ONCE):
        yield hashes[start : start + _AT_ONCE]
