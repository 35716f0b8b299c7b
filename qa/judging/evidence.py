"""What speaks for and against a statement's answering a question, as numbers.

The share of the question's words that the statement and its passage hold (letter for letter, by likeness), the words nearest
to the asking word above all, for they say what is asked for; whether a statement has the form that is wanted and says something
of that form which the question does not say itself; whether a thing asked for by name is there. Most count once more where one
fact is asked for: a broad question is met by a passage on its subject, a question for one fact is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import TokenVectors
from qa.asked import Asked, new_answers
from qa.fold import fold
from qa.judging.attributes import NAMES as ATTRIBUTES
from qa.judging.matching import alike, exact
from qa.judging.question import QuestionParts
from qa.numerals import numerals
from qa.records import CitedHit, Kind, Span
from qa.sentences import statements

Numbers = NDArray[np.float32]
Rows = NDArray[np.float64]
Row = dict[str, float]

_REASONS = re.compile(
    "因为|由于|为了|旨在|原因|使得|从而|因此|以便|为进一步|缘于|得益于|目的|避免|防止|缓解|解决"
    r"|\bbecause\b|\bdue to\b|\bso that\b|\bin order to\b"
)
_WAYS = re.compile(
    "通过|采取|措施|采用|以[^,。]{1,12}方式|利用|运用|依托|借助|先后|可以|实行|开展|\\bby \\w+ing\\b|\\bthrough\\b"
)
_FORMS = tuple(kind for kind in Asked if kind is not Asked.OTHER)
_BESIDE = {"left": -1, "right": 1, "left2": -2, "right2": 2}
# What counts once more where one fact is asked for.
_TWICE = (
    "held", "held_passage", "exact", "exact_passage", "gap", "gap2", "exact_gap", "exact_gap2", "meaning", "focus_gap",
    "focus_gap_passage", "focus_gap_exact", "name_gap", "alike", "alike_passage", "right", "right_passage", "left",
    "left_passage", "least_passage",
)  # fmt: skip
_AGAIN_IN_ENGLISH = ("held", "held_passage", "meaning", "gap", "right", "exact")
_WINDOW = (25, 18)
_LONG = 150


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or a part of a long one, of a passage that was found; `place` is its span in the passage's text."""

    passage: CitedHit
    place: Span

    @property
    def text(self) -> str:
        """Return its text."""
        return self.passage.text[self.place[0] : self.place[1]]


def statements_of(passages: Sequence[CitedHit]) -> list[Statement]:
    """Return the statements of the passages, in order."""
    return [Statement(passage, place) for passage in passages for place in statements(passage.text)]


@dataclass(frozen=True)
class Passage:
    """What is computed once for a passage: how well its text and headline hold each word, (units,)."""

    rank: int
    kind: Kind
    folded: str
    held: Numbers
    exact: Numbers
    alike: Numbers

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Return the numbers and dates that it names."""
        return frozenset(n.term for n in numerals(self.folded))


def evidence(
    parts: QuestionParts, found: Sequence[Statement], meanings: Sequence[float], offered: TokenVectors
) -> Rows:
    """Return one row of `FEATURES` a statement; `meanings` are the cosines of the question's and the statements' vectors."""
    passages = _passages(parts, found, offered)
    texts = [one.text for one in found]
    near, letter = alike(parts, texts, offered), exact(parts, texts)
    rows = []
    for j, one in enumerate(found):
        passage = passages[one.passage.id]
        row = _row(parts, passage, texts[j], near[:, j], letter[:, j], float(meanings[j]))
        rows.append([row[name] for name in FEATURES])
    return np.array(rows, np.float64).reshape(len(found), len(FEATURES))


def _passages(parts: QuestionParts, found: Sequence[Statement], offered: TokenVectors) -> dict[str, Passage]:
    hits = list({one.passage.id: one.passage for one in found}.values())
    texts = [f"{hit.text} {hit.citation.title or ''}" for hit in hits]
    near, letter = alike(parts, texts, offered), exact(parts, texts)
    return {
        hit.id: Passage(hit.rank, hit.kind, fold(text), np.maximum(near[:, j], letter[:, j]), letter[:, j], near[:, j])
        for j, (hit, text) in enumerate(zip(hits, texts, strict=True))
    }


def _row(parts: QuestionParts, passage: Passage, text: str, near: Numbers, letter: Numbers, meaning: float) -> Row:
    held, folded = np.maximum(near, letter), fold(text)
    row = _words(parts, passage, held, near, letter) | _focus(parts, passage, held, letter)
    row |= _form(parts, text, folded) | _by_name(parts, passage, folded)
    row |= {
        "meaning": meaning,
        "first_passage": float(passage.rank == 1),
        "rank": 1 / passage.rank,
        "length": min(len(text), _LONG) / 100,
        "no_text": float(passage.kind is not Kind.PARAGRAPH),
        "latin": float(parts.latin),
        "factual": float(parts.factual),
    }
    row |= {f"{name}_english": row[name] * parts.latin for name in _AGAIN_IN_ENGLISH}
    return row | {f"{name}_factual": row[name] * parts.factual for name in _TWICE}


def _words(parts: QuestionParts, passage: Passage, held: Numbers, near: Numbers, letter: Numbers) -> Row:
    weights = parts.rarities
    gaps, exact_gaps = _largest(weights * (1 - passage.held)), _largest(weights * (1 - passage.exact))
    names = np.array([unit.names for unit in parts.units], bool)
    return {
        "held": _mean(weights, held),
        "held_passage": _mean(weights, passage.held),
        "exact": _mean(weights, letter),
        "exact_passage": _mean(weights, passage.exact),
        "alike": _mean(weights, near),
        "alike_passage": _mean(weights, passage.alike),
        "least": _least(held),
        "least_passage": _least(passage.held),
        "gap": gaps[0],
        "gap2": gaps[1],
        "exact_gap": exact_gaps[0],
        "exact_gap2": exact_gaps[1],
        "name_gap": _largest((weights * (1 - passage.exact))[names])[0],
        "name_gap_alike": _largest((weights * (1 - passage.held))[names])[0],
        "numbers_missing": float(min(2, len(parts.numbers - passage.numbers))),
    }


def _focus(parts: QuestionParts, passage: Passage, held: Numbers, letter: Numbers) -> Row:
    """Return how well the words nearest to the asking word are met, each side."""
    row: Row = {}
    for name, distance in _BESIDE.items():
        i = parts.beside(distance)
        row[f"{name}_there"] = float(i is not None)
        for part, values in (
            ("", held), ("_passage", passage.held), ("_exact", letter), ("_exact_passage", passage.exact)
        ):  # fmt: skip
            row[name + part] = 0.0 if i is None else float(values[i])
    places = [i for distance in (-1, 1) if (i := parts.beside(distance)) is not None]
    weights = parts.rarities[places]
    row["focus_gap"] = _largest(weights * (1 - held[places]))[0]
    row["focus_gap_passage"] = _largest(weights * (1 - passage.held[places]))[0]
    row["focus_gap_exact"] = _largest(weights * (1 - passage.exact[places]))[0]
    return row


def _form(parts: QuestionParts, text: str, folded: str) -> Row:
    fit, said = parts.wanted.fit(text), new_answers(parts.kind, folded, parts.folded)
    row: Row = {}
    for kind in _FORMS:
        here = float(parts.kind is kind)
        row |= {f"asks_{kind}": here, f"fit_{kind}": here * fit, f"new_{kind}": here * bool(said)}
    return row | {
        "asks_why": float(parts.why),
        "asks_how": float(parts.how),
        "asks_whether": float(parts.yes_no),
        "reason": float(parts.why and _REASONS.search(folded) is not None),
        "way": float(parts.how and _WAYS.search(folded) is not None),
        "beside_answer": _beside_answer(parts, folded, said),
        "around_answer": _around_answer(parts, folded, said),
    }


def _beside_answer(parts: QuestionParts, folded: str, said: Sequence[Span]) -> float:
    """Return how near something of the wanted form stands to a word that stands near the asking word, 0-1."""
    nearest = 0.0
    for unit in parts.units:
        if parts.asks and abs(unit.distance) > len(_BESIDE) // 2:
            continue
        for match in re.finditer(re.escape(unit.text), folded):
            for start, end in said:
                nearest = max(nearest, 1 / (1 + max(0, start - match.end(), match.start() - end) / 6))
    return nearest


def _around_answer(parts: QuestionParts, folded: str, said: Sequence[Span]) -> float:
    """Return the share of the question's words around the best place of the wanted form."""
    best = 0.0
    for start, end in said[:6]:
        window = folded[max(0, start - _WINDOW[0]) : end + _WINDOW[1]]
        there = np.array([unit.text in window for unit in parts.units], np.float32)
        best = max(best, _mean(parts.rarities, there))
    return best


def _by_name(parts: QuestionParts, passage: Passage, folded: str) -> Row:
    here = {a.name: a.held_by(folded) for a in parts.attributes}
    around = {a.name: a.held_by(passage.folded) for a in parts.attributes}
    row: Row = {f"no_{name}": float(not here.get(name, True)) for name in ATTRIBUTES}
    row |= {f"no_{name}_passage": float(not around.get(name, True)) for name in ATTRIBUTES}
    row["nothing_named"] = float(not all(here.values()))
    row["nothing_named_passage"] = float(not all(around.values()))
    return row


def _mean(weights: Numbers, values: Numbers) -> float:
    total = weights.sum()
    return float((weights * values).sum() / total) if total > 0 else 0.0


def _least(values: Numbers) -> float:
    return float(values.min()) if len(values) else 0.0


def _largest(values: Numbers) -> tuple[float, float]:
    """Return the largest value and the second, 0 where there is none."""
    ordered = np.sort(np.append(values, [0.0, 0.0]))[::-1]
    return float(ordered[0]), float(ordered[1])


def _names() -> tuple[str, ...]:
    """Return the names of the features, in the order of the columns."""
    words = (
        "held", "held_passage", "exact", "exact_passage", "alike", "alike_passage", "least", "least_passage", "gap", "gap2",
        "exact_gap", "exact_gap2", "name_gap", "name_gap_alike", "numbers_missing",
    )  # fmt: skip
    parts = ("_there", "", "_passage", "_exact", "_exact_passage")
    focus = [name + part for name in _BESIDE for part in parts]
    forms = [f"{what}_{kind}" for kind in _FORMS for what in ("asks", "fit", "new")]
    named = [f"no_{name}{part}" for name in ATTRIBUTES for part in ("", "_passage")]
    return (
        *words, *focus, "focus_gap", "focus_gap_passage", "focus_gap_exact", *forms, "asks_why", "asks_how", "asks_whether",
        "reason", "way", "beside_answer", "around_answer", *named, "nothing_named", "nothing_named_passage", "meaning",
        "first_passage", "rank", "length", "no_text", "latin", "factual",
        *(f"{name}_english" for name in _AGAIN_IN_ENGLISH), *(f"{name}_factual" for name in _TWICE),
    )  # fmt: skip


FEATURES = _names()
