"""How near in meaning a sentence is to the passages it cites, across languages, by the encoder that serves.

    covered(s, d) = sum over tokens t of s: w(t) * max over tokens u of d of cos(t, u)  /  sum over t: w(t)

With an encoder that offers no token vectors the cosine of the two texts stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, TokenVectors, Vectors, unit_rows
from embeddings.opening import token_vectors
from qa.phrases import language

# Below this a sentence has nothing to do with a text: by tokens, in the text's language and in another one; by whole vectors.
# 98 in 100 true answers in Chinese lie above, 9 in 10 that belong to other passages below; across languages the two lie nearer.
_RELATED_CHINESE, _RELATED_OTHER, _RELATED_VECTORS = 0.45, 0.3, 0.3
# A sentence that shares a figure or a quotation with the text needs less.
_ANCHORED = 0.1
# From here on a word is a translation of one in the text.
_TRANSLATION = 0.38


@dataclass(frozen=True, slots=True)
class Likeness:
    """Compares words and sentences with texts."""

    encoder: Encoder

    def translates(self, word: str, text: str) -> bool:
        """Say whether the text holds a word of this meaning; without token vectors this is never known."""
        offered = token_vectors(self.encoder)
        if offered is None:
            return False
        forms = [word.lower(), *([word.lower()[:-1]] if word.endswith("s") else [])]
        *mine, theirs = offered.token_ids([*forms, text])
        return any(
            len(form) and len(theirs) and float(_best(offered, form, theirs).mean()) >= _TRANSLATION for form in mine
        )

    def covered(self, sentence: str, texts: Sequence[str]) -> list[float]:
        """Return for each text how much of the sentence it covers, about 0-1."""
        offered = token_vectors(self.encoder)
        if offered is None:
            rows = self.encoder.encode_passages([sentence, *texts])
            return [float(one) for one in rows[1:] @ rows[0]]
        mine, *others = offered.token_ids([sentence, *texts])
        weights = offered.weights[mine]
        total = float(weights.sum())
        return [float(weights @ _best(offered, mine, ids)) / total if len(ids) and total else 0.0 for ids in others]

    def related(self, sentence: str, texts: Sequence[str], *, anchored: bool) -> bool:
        """Say whether one of the texts has anything to do with the sentence; `anchored`: they share a figure or a quotation."""
        least = _RELATED_CHINESE if language(sentence) == "zh" else _RELATED_OTHER
        if token_vectors(self.encoder) is None:
            least = _RELATED_VECTORS
        return max(self.covered(sentence, texts), default=0.0) >= least - (_ANCHORED if anchored else 0)


def _best(offered: TokenVectors, mine: NDArray[np.int32], theirs: NDArray[np.int32]) -> Vectors:
    """Return for each token the cosine of its nearest among the others."""
    rows = unit_rows(np.asarray(offered.vectors[mine], np.float32))
    columns = unit_rows(np.asarray(offered.vectors[np.unique(theirs)], np.float32))
    return np.asarray((rows @ columns.T).max(axis=1), np.float32)
