"""A question as the legs see it: terms, dictionary words, a vector, tokens; each computed once, when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, TokenVectors
from embeddings.opening import token_vectors
from qa.asked import Asked, what_is_asked
from qa.fold import fold
from qa.synonyms import Expansion
from qa.terms import query_terms, without_question_words
from qa.words import WordCutter

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Query:
    """One question; not for sharing between threads before its parts are computed."""

    text: str
    encoder: Encoder
    cutter: WordCutter

    @cached_property
    def terms(self) -> list[str]:
        """Return the distinct lexical terms."""
        return query_terms(self.text)

    @cached_property
    def words(self) -> list[str]:
        """Return the distinct dictionary words."""
        return list(dict.fromkeys(self.cutter.words(without_question_words(self.text))))

    @cached_property
    def expansions(self) -> list[Expansion]:
        """Return the words that have others for the same thing."""
        return self.cutter.synonyms.expand(fold(self.text))

    @cached_property
    def vector(self) -> Vector:
        """Return the vector, (1, dimensions)."""
        return self.encoder.encode_queries([self.text])

    @cached_property
    def token_vectors(self) -> TokenVectors | None:
        return token_vectors(self.encoder)

    @cached_property
    def tokens(self) -> NDArray[np.int32]:
        """Return the distinct token ids, empty when the encoder offers none."""
        offered = self.token_vectors
        return np.zeros(0, np.int32) if offered is None else np.unique(offered.token_ids([self.text])[0])

    @cached_property
    def asked(self) -> Asked:
        """Return what kind of answer is asked for."""
        return what_is_asked(self.text)

    @cached_property
    def latin(self) -> bool:
        """Say whether most letters are Latin; a Chinese question may name a company in English."""
        letters = [c for c in self.text if c.isalpha()]
        return sum(c < "\u0250" for c in letters) * 2 > len(letters)
