"""Hold tokenised texts as flat arrays, and change them on the way into a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.training.vocabulary import UNKNOWN_ID

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BLOCK = 5_000
_LONGEST_TEXT = 600


@dataclass(frozen=True, slots=True)
class Tokens:
    """Hold n texts: text i has the token ids `ids[starts[i]:starts[i + 1]]`."""

    ids: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Return the number of tokens of each text."""
        return np.diff(self.starts)

    def take(self, rows: NDArray[np.int64]) -> "Tokens":
        """Return the texts at `rows`, in that order."""
        lengths = self.lengths[rows]
        starts = _starts(lengths)
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Tokens(self.ids[places], starts)

    def drop(self, share: float, rng: np.random.Generator) -> "Tokens":
        """Return the texts without a random `share` of their tokens; texts of five tokens or fewer stay whole."""
        keep = rng.random(len(self.ids)) >= share
        keep |= np.repeat(self.lengths <= 5, self.lengths)
        kept_before = np.concatenate([[0], np.cumsum(keep)])
        starts = kept_before[self.starts]
        empty = np.flatnonzero(np.diff(starts) == 0)
        if len(empty):  # all tokens of a text fell: keep its first
            keep[self.starts[empty]] = True
            starts = np.concatenate([[0], np.cumsum(keep)])[self.starts]
        return Tokens(self.ids[keep], starts)

    def split(self, share: float, parts: "Tokens", rng: np.random.Generator) -> "Tokens":
        """Return the texts with a random `share` of their words taken apart: token t into `parts` row t."""
        counts = np.ones(len(self.ids), np.int64)
        chosen = rng.random(len(self.ids)) < share
        counts[chosen] = parts.lengths[self.ids[chosen]]
        ends = np.concatenate([[0], np.cumsum(counts)])
        ids = np.repeat(self.ids, counts)
        ids[np.repeat(chosen, counts)] = parts.take(self.ids[chosen].astype(np.int64)).ids
        return Tokens(ids, ends[self.starts])


def tokenise(tokenizer: "Tokenizer", texts: Sequence[str], longest: int) -> Tokens:
    """Return the first `longest` known tokens of each text."""
    rows: list[NDArray[np.int32]] = []
    for start in range(0, len(texts), _BLOCK):
        block = [text[:_LONGEST_TEXT] for text in texts[start : start + _BLOCK]]
        for encoding in tokenizer.encode_batch_fast(block, add_special_tokens=False):
            ids = np.array(encoding.ids, np.int32)
            rows.append(ids[ids != UNKNOWN_ID][:longest])
    flat = np.concatenate(rows) if rows else np.zeros(0, np.int32)
    return Tokens(flat, _starts(np.array([len(row) for row in rows], np.int64)))


def join(parts: Sequence[Tokens]) -> Tokens:
    """Return the texts of all `parts`, one after the other."""
    lengths = np.concatenate([part.lengths for part in parts])
    return Tokens(np.concatenate([part.ids for part in parts]), _starts(lengths))


def word_parts(tokenizer: "Tokenizer") -> Tokens:
    """Return, for every token, those of its characters if it is a Chinese word, else itself."""
    rows: list[list[int]] = []
    for token in range(tokenizer.get_vocab_size()):
        piece = tokenizer.id_to_token(token) or ""
        characters = [] if piece.isascii() or len(piece) < 2 else [tokenizer.token_to_id(c) for c in piece]
        known = [part for part in characters if part is not None]
        rows.append(known if known and len(known) == len(piece) else [token])
    return Tokens(
        np.array([part for row in rows for part in row], np.int32),
        _starts(np.array([len(row) for row in rows], np.int64)),
    )


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
