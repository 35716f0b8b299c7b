"""Why a passage has its score, as records: what the search put together, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qa.records import Kind

# The legs' own scores; what else is weighed is further evidence.
LEGS = ("coverage", "dense", "soft")


@dataclass(frozen=True, slots=True)
class Part:
    """One score of a passage and what it adds to the sum.

    With fitted parameters `weight` is what it is multiplied by; without, `rank` is the place that the leg gives it (None:
    not among the candidates) and `contribution` its share in the merging of ranks.
    """

    name: str
    value: float
    weight: float | None
    rank: int | None
    contribution: float


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the question: its share of the question by rarity, and its BM25 in each field of the passage."""

    term: str
    share: float
    body: float
    context: float


@dataclass(frozen=True, slots=True)
class StandIn:
    """An index-time question that stood in for its passage in one leg; None: its words are not known here.

    `likeness` is its own, `margin` what is taken off before it counts, `own` what the passage itself would have had.
    """

    leg: str
    question: str | None
    likeness: float
    margin: float
    own: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A token of the question with its share of the weight, and its nearest token in the passage (None: none near enough)."""

    token: str
    share: float
    counterpart: str | None
    cosine: float


@dataclass(frozen=True, slots=True)
class TimeKept:
    """What a passage keeps of its score for its time: as its days fit those asked, and as it is recent.

    `other_time`: the question names days that the passage neither tells of nor was printed in.
    """

    fit: float
    latest: float
    other_time: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage has its hybrid score: `score = relevance * time.fit * time.latest * kind_factor`.

    The contributions of `parts` add up to `total`; `curve` (slope, offset) makes the relevance of it,
    `1 / (1 + exp(-(slope * total + offset)))`; None: no parameters fit the encoder, and the relevance is the total itself.
    `place` counts from 1 among all candidates, before reprints become one hit; None: the passage was not among them, and
    the score is what it would have had. The BM25 of `terms`, divided by `most`, is the coverage, at most 1.
    """

    passage_id: str
    place: int | None
    parts: tuple[Part, ...]
    total: float
    curve: tuple[float, float] | None
    relevance: float
    time: TimeKept | None
    kind: Kind
    kind_factor: float
    score: float
    terms: tuple[Term, ...]
    most: float
    stand_ins: tuple[StandIn, ...]
    alignment: tuple[Pair, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it in few bytes: lists in the order of the records' fields, without what is 0 or was not asked for."""
        found: dict[str, Any] = {
            "place": self.place,
            "parts": [
                [p.name, *_short(p.value, p.weight), p.rank, *_short(p.contribution)]
                for p in self.parts
                if p.value or p.name in LEGS
            ],
            **dict(zip(("total", "relevance", "score"), _short(self.total, self.relevance, self.score), strict=True)),
            "kind": self.kind,
            "kind_factor": self.kind_factor,
            "most": _short(self.most)[0],
            "terms": [[t.term, *_short(t.share, t.body, t.context)] for t in self.terms],
            "alignment": [[p.token, *_short(p.share), p.counterpart, *_short(p.cosine)] for p in self.alignment],
        }
        if self.curve is not None:
            found["curve"] = list(self.curve)
        if self.time is not None:
            found["time"] = [*_short(self.time.fit, self.time.latest), self.time.other_time]
        if self.stand_ins:
            found["stand_ins"] = [[s.leg, s.question, *_short(s.likeness, s.margin, s.own)] for s in self.stand_ins]
        return found


def _short(*values: float | None) -> list[float | None]:
    """Round to five places: what is added up by a reader still fits to the third."""
    return [None if value is None else round(value, 5) for value in values]
