"""What a reranker is: a question and texts in, one score a text out."""

from collections.abc import Sequence
from typing import Protocol

from embeddings.encoder import Vectors


class Reranker(Protocol):
    """Read a question and a text together and say how well the text answers; slower than an encoder, and closer.

    The same question and texts get the same scores, in whatever order the texts come.
    """

    @property
    def name(self) -> str:
        """Return the name to show."""
        ...

    @property
    def fingerprint(self) -> str:
        """Return a hash that changes when the same pair could get another score."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """Return (n,) float32 in 0-1, higher is better, in the order of the texts; no texts give shape (0,)."""
        ...
