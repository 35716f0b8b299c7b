"""Prepare the data of a run: pairs without the held-out ones, the tokenizer, and the tokens of each group."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.training.options import TrainingOptions
from embeddings.training.overlap import drop_held_out
from embeddings.training.pairs import Pair, read_pairs
from embeddings.training.tokens import Tokens, tokenise, word_parts
from embeddings.training.vocabulary import build_tokenizer, romanised

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Group:
    """Hold the tokens of one group's pairs; `text_a`, `text_b` number the texts, equal ones alike everywhere."""

    a: Tokens
    b: Tokens
    text_a: NDArray[np.int64]
    text_b: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Hold everything that the training loop draws from."""

    groups: dict[str, Group]
    parts: Tokens
    counts: dict[tuple[str, str], int]


def read_training_pairs(folder: Path, options: TrainingOptions) -> list[Pair]:
    """Read the pairs of `folder` that the options allow, without those that touch a held-out passage."""
    return drop_held_out(read_pairs(folder, options.exclude_sources))


def prepare(
    pairs: Sequence[Pair], tokenizer: "Tokenizer", options: TrainingOptions, say: Callable[[str], None]
) -> Corpus:
    """Tokenise the pairs and the romanised words of the vocabulary, group by group."""
    words = sorted(word for word in tokenizer.get_vocab() if not word.isascii())
    members: dict[str, list[Pair]] = {}
    for pair in [*pairs, *romanised(words)]:
        members.setdefault(pair.group, []).append(pair)
    groups = {}
    for name, rows in sorted(members.items()):
        groups[name] = _group(rows, tokenizer, options)
        say(f"tokenised {name}: {len(groups[name].a)} pairs")
    counts: dict[tuple[str, str], int] = {}
    for pair in pairs:
        key = (pair.group.split("/")[0], pair.source)
        counts[key] = counts.get(key, 0) + 1
    return Corpus(groups, word_parts(tokenizer), counts)


def new_tokenizer(pairs: Sequence[Pair], options: TrainingOptions) -> "Tokenizer":
    """Build the tokenizer of a new run."""
    return build_tokenizer(pairs, options.vocabulary)


def _group(rows: Sequence[Pair], tokenizer: "Tokenizer", options: TrainingOptions) -> Group:
    a = tokenise(tokenizer, [pair.a for pair in rows], options.longest_a)
    b = tokenise(tokenizer, [pair.b for pair in rows], options.longest_b)
    usable = np.flatnonzero((a.lengths > 0) & (b.lengths > 0))
    text_a = np.array([_number(pair.a) for pair in rows], np.int64)
    text_b = np.array([_number(pair.b) for pair in rows], np.int64)
    return Group(a.take(usable), b.take(usable), text_a[usable], text_b[usable])


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)
