"""Short sketches of texts that resemble each other: near-duplicates share at least one of a text's few marks.

A text's character trigrams are hashed by several functions; the smallest value of each is kept (MinHash), and some of them
together make a mark. Texts with the Jaccard coefficient J share a mark with the probability 1 - (1 - J^4)^8: 0.98 for 0.8.
Source: A. Broder, On the resemblance and containment of documents, 1997.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np

from qa.shingles import shingles

MARKS, VALUES = 8, 4
_HASHES = np.random.default_rng(20_240_725).integers(1, 2**63, size=(2, MARKS * VALUES), dtype=np.uint64) | np.uint64(1)


@lru_cache(maxsize=512)
def marks(text: str) -> tuple[str, ...]:
    """Return the marks of a text, none for a text without letters and digits."""
    found = np.fromiter((zlib.crc32(s.encode("utf-8", "surrogatepass")) for s in shingles(text)), np.uint64)
    if not len(found):
        return ()
    # Multiply and shift: the upper half of the product, whose lower half is the weaker.
    values = (found[:, None] * _HASHES[0] + _HASHES[1]) >> np.uint64(32)
    least = values.min(axis=0).astype(np.uint32).reshape(MARKS, VALUES)
    return tuple(f"{number}:{row.tobytes().hex()}" for number, row in enumerate(least))
