"""What the context vector learns from: texts of the training data, and what a teacher makes of them.

A teacher is any encoder. Its vectors are kept in a cache beside the model until the training is done, so that an
interrupted run does not ask again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.cache import PASSAGE, QUERY, VectorCache, encode_cached
from embeddings.encoder import Encoder, Vectors, unit_rows
from embeddings.training.pairs import QUESTIONS, Pair

TOKEN = "token"
_SEED = 5
_AT_ONCE = 500
# The teacher's directions are found from every fourth text: enough for a few hundred of them.
_STRIDE = 4
# Of fewer texts the mean says more about each than about what they have in common.
_LEAST = 20


@dataclass(frozen=True, slots=True)
class Lesson:
    """Take `most` texts (None: all) of one side of a file, each cut to `longest` characters."""

    side: str
    file: str
    field: str
    most: int | None = None
    longest: int | None = None


# A teacher on one core reads some ten passages, or a hundred questions, a second: what an hour allows.
LESSONS = (
    Lesson(QUERY, QUESTIONS, "a"),
    Lesson(PASSAGE, QUESTIONS, "b", longest=300),
    Lesson(QUERY, "news_context", "a", 16_000, 120),
    Lesson(QUERY, "parallel", "a", 6_000, 120),
    Lesson(QUERY, "parallel", "b", 2_000, 120),
    Lesson(QUERY, "question_passage", "a", None, 120),
    Lesson(QUERY, "paraphrase", "a", 2_000, 120),
    Lesson(PASSAGE, "news_lead", "b", 4_000, 250),
    Lesson(PASSAGE, "headline_body", "b", 3_000, 220),
    Lesson(PASSAGE, "question_passage", "b", 1_500, 200),
)


@dataclass(frozen=True, slots=True)
class Taught:
    """Hold the texts, the side each stands on, and what is to be learnt of each, (n, dimensions) unit rows."""

    texts: list[str]
    sides: list[str]
    targets: Vectors


def choose_texts(pairs: Sequence[Pair], pieces: Sequence[str]) -> list[tuple[str, str]]:
    """Return (side, text): every piece of the vocabulary, then the texts of the lessons, each once."""
    chosen = dict.fromkeys((TOKEN, piece) for piece in pieces)
    rng = np.random.default_rng(_SEED)
    for lesson in LESSONS:
        chosen.update(dict.fromkeys((lesson.side, text) for text in _texts(lesson, pairs, rng)))
    return list(chosen)


def _texts(lesson: Lesson, pairs: Sequence[Pair], rng: np.random.Generator) -> list[str]:
    rows = (pair for pair in pairs if pair.group.split("/")[0] == lesson.file)
    found = list(dict.fromkeys(getattr(pair, lesson.field) for pair in rows))
    if lesson.most is not None and lesson.most < len(found):
        found = [found[i] for i in rng.permutation(len(found))[: lesson.most]]
    return [text[: lesson.longest] for text in found]


def teach(
    teacher: Encoder, chosen: Sequence[tuple[str, str]], dimensions: int, cache: Path, say: Callable[[str], None]
) -> Taught:
    """Ask the teacher for every text, and keep of its vectors the `dimensions` directions in which they differ most.

    What all queries, or all passages, of one script have in common (a teacher's prompts and languages lie apart) is
    taken away first: only what tells texts apart is to be learnt.
    """
    vectors = np.concatenate(list(_asked(teacher, chosen, cache, say)))
    sides, scripts = np.array([side for side, _ in chosen]), np.array([_latin(text) for _, text in chosen])
    for side in (TOKEN, QUERY, PASSAGE):
        for latin in (False, True):
            group = (sides == side) & (scripts == latin)
            if group.sum() >= _LEAST:
                vectors[group] -= vectors[group].mean(axis=0)
    vectors = unit_rows(vectors)
    _, _, directions = np.linalg.svd(vectors[sides != TOKEN][::_STRIDE], full_matrices=False)
    kept: Vectors = vectors @ directions[:dimensions].T
    return Taught([text for _, text in chosen], sides.tolist(), unit_rows(kept.astype(np.float32)))


def _asked(
    teacher: Encoder, chosen: Sequence[tuple[str, str]], cache: Path, say: Callable[[str], None]
) -> Iterator[Vectors]:
    store = VectorCache(cache)
    for start in range(0, len(chosen), _AT_ONCE):
        part = chosen[start : start + _AT_ONCE]
        vectors = np.zeros((len(part), teacher.dimensions), np.float32)
        for kind, encode in ((QUERY, teacher.encode_queries), (PASSAGE, teacher.encode_passages)):
            rows = [row for row, (side, _) in enumerate(part) if (side == PASSAGE) == (kind == PASSAGE)]
            if rows:
                vectors[rows] = encode_cached(teacher, store, kind, [part[row][1] for row in rows], encode)
        say(f"asked the teacher for {start + len(part)} of {len(chosen)} texts")
        yield vectors


def _latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum(c < "\u0250" for c in letters) * 2 > len(letters)
