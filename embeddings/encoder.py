"""What an encoder is: text in, unit vectors out."""

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Encoder(Protocol):
    """Turn texts into vectors whose inner product is their likeness; a model's own prompts stay inside.

    Every row has length 1, except that a text without any token the model knows (the empty text is one) has the
    zero row: it is like nothing. All values are finite. An empty list gives shape (0, dimensions).
    """

    @property
    def name(self) -> str:
        """Return the name to show and to keep with an index."""
        ...

    @property
    def fingerprint(self) -> str:
        """Return a hash that changes when the same text could get another vector: weights, tokenizer, prompts."""
        ...

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimensions) float32 unit rows for texts that ask."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimensions) float32 unit rows for texts that are to be found."""
        ...


class TokenVectors(Protocol):
    """Offer one vector a token, for matching a question token by token; `opening.token_vectors` asks for them."""

    @property
    def vectors(self) -> NDArray[np.float16] | NDArray[np.float32]:
        """Return (vocabulary, dimensions), not of unit length; read-only, may be a memory map."""
        ...

    @property
    def weights(self) -> Vectors:
        """Return (vocabulary,): how much a token counts, its vector's norm. Training makes telling words long."""
        ...

    def token_ids(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return each text's tokens in order, without those that the vocabulary does not know."""
        ...

    def piece(self, token: int) -> str:
        """Return the letters that a token stands for, without the tokenizer's marks of a word's beginning."""
        ...


def valid_text(text: str) -> str:
    """Return `text` with lone surrogates, which tokenizers refuse, replaced by U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def unit_rows(vectors: Vectors) -> Vectors:
    """Return the rows divided by their lengths; rows that are zero or not finite become zero."""
    finite = np.isfinite(vectors).all(axis=1, keepdims=True)
    vectors = np.where(finite, vectors, np.float32(0))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-12)
    return unit
