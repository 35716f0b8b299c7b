"""How well each word of a question is met in a text: letter for letter, and by the likeness of its tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import TokenVectors, unit_rows
from qa.fold import fold
from qa.judging.question import QuestionParts

Numbers = NDArray[np.float32]
# Half of a word's pairs of characters are worth less than half of the word.
_PAIRS = 0.8


def exact(parts: QuestionParts, texts: Sequence[str]) -> Numbers:
    """Return (units, texts): 1 where the word stands in the text, else the share of its pairs that do, a little less."""
    found = np.zeros((len(parts.units), len(texts)), np.float32)
    for j, text in enumerate(texts):
        folded = fold(text)
        pairs = {folded[i : i + 2] for i in range(len(folded) - 1)}
        for i, unit in enumerate(parts.units):
            if unit.text in folded:
                found[i, j] = 1.0
            elif not unit.latin and len(unit.text) > 1:
                own = [unit.text[k : k + 2] for k in range(len(unit.text) - 1)]
                found[i, j] = _PAIRS * sum(pair in pairs for pair in own) / len(own)
    return found


def alike(parts: QuestionParts, texts: Sequence[str], offered: TokenVectors) -> Numbers:
    """Return (units, texts): the best cosine of each of the word's tokens with a token of the text, weighed by their lengths."""
    words = parts.words
    found = np.zeros((len(parts.units), len(texts)), np.float32)
    if not len(words.vectors):
        return found
    for j, ids in enumerate(offered.token_ids(list(texts))):
        if not len(ids):
            continue
        best = (words.vectors @ unit_rows(np.asarray(offered.vectors[np.unique(ids)], np.float32)).T).max(axis=1)
        for i, places in enumerate(words.places):
            if len(places):
                weights = words.weights[places]
                found[i, j] = float(weights @ best[places] / weights.sum())
    return found
