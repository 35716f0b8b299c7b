"""The smallest run of a passage's sentences that proves a model's sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.evidence import Evidence, squeezed
from qa.answering.figures import Day, claimed, printed
from qa.answering.likeness import Likeness
from qa.answering.quotations import quotations
from qa.places import part_of
from qa.records import Citation, Span
from qa.sentences import statements

# A neighbouring sentence joins when it covers this much more of what is said.
_GAIN = 0.12
_MOST_JOINED = 3
_END_MARKS = "。!?!?."


@dataclass(frozen=True, slots=True)
class _Parts:
    """A passage's sentences, and which of the demands (figures, quotations) each of them meets."""

    text: str
    spans: list[Span]
    met: list[frozenset[int]]


def supporting(sentence: str, evidence: Evidence, likeness: Likeness) -> Citation:
    """Return the passage's citation narrowed to the run of sentences that holds what the sentence says.

    The run has all figures and quotations that the passage has of it, is as short as can be, and covers most of its words.
    """
    hit = evidence.hit
    start, end = _verbatim(sentence, hit.text) or _narrowed(sentence, hit.text, likeness)
    places, quote = part_of(hit.citation.spans, hit.citation.quote, hit.text, start, end)
    return replace(hit.citation, spans=places, quote=quote)


def _verbatim(sentence: str, text: str) -> Span | None:
    """Return the sentences in which it stands letter for letter, its own end mark aside; None where it does not."""
    places = [i for i, character in enumerate(text) if not character.isspace()]
    said = squeezed(sentence).rstrip(_END_MARKS)
    at = "".join(text[i] for i in places).find(said) if said else -1
    if at < 0:
        return None
    first, last = places[at], places[at + len(said) - 1]
    over = [(start, end) for start, end in statements(text) if start <= last and first < end]
    return over[0][0], over[-1][1]


def _narrowed(sentence: str, text: str, likeness: Likeness) -> Span:
    spans = statements(text)
    first, last = _run(sentence, _Parts(text, spans, _met(sentence, text, spans)), likeness)
    return spans[first][0], spans[last][1]


def _met(sentence: str, text: str, spans: Sequence[Span]) -> list[frozenset[int]]:
    said = claimed(sentence)
    figures = [printed([text[s:e]]) for s, e in spans]
    days = [Day(None, d.month, d.day) for d in said.days if d.month or d.day]
    days += [Day(d.year, None, None) for d in said.days if d.year]
    demands: list[list[bool]] = [[bool(claim & f.terms) for f in figures] for claim in said.claims]
    demands += [[f.holds_day(day) for f in figures] for day in days]
    for one in quotations(sentence):
        demands += _quotation_demands(one.readings, text, spans)
    return [frozenset(n for n, demand in enumerate(demands) if demand[i]) for i in range(len(spans))]


def _quotation_demands(readings: Sequence[str], text: str, spans: Sequence[Span]) -> list[list[bool]]:
    """One demand where a sentence has it whole; where it goes over several, one for each of these."""
    plain = [squeezed(text[s:e]) for s, e in spans]
    for reading in readings:
        holding = [reading in one for one in plain]
        if any(holding):
            return [holding]
        place = "".join(plain).find(reading)
        if place >= 0:
            ends = [sum(map(len, plain[: i + 1])) for i in range(len(plain))]
            over = [e > place and e - len(p) < place + len(reading) for e, p in zip(ends, plain, strict=True)]
            return [[i == j for j in range(len(plain))] for i, inside in enumerate(over) if inside]
    return []


def _run(sentence: str, parts: _Parts, likeness: Likeness) -> tuple[int, int]:
    count = len(parts.spans)
    wanted = frozenset().union(*parts.met)
    for length in range(1, count + 1):
        runs = [(i, i + length - 1) for i in range(count - length + 1)]
        holding = [run for run in runs if wanted <= frozenset().union(*parts.met[run[0] : run[1] + 1])]
        if holding:
            return _grown(*_best(sentence, parts, holding, likeness), sentence, parts, likeness)
    return 0, count - 1


def _best(sentence: str, parts: _Parts, runs: Sequence[tuple[int, int]], likeness: Likeness) -> tuple[int, int]:
    covered = likeness.covered(sentence, [_text(parts, *run) for run in runs])
    return max(zip(covered, runs, strict=True), key=lambda one: (round(one[0], 3), -one[1][0]))[1]


def _grown(first: int, last: int, sentence: str, parts: _Parts, likeness: Likeness) -> tuple[int, int]:
    while last - first + 1 < _MOST_JOINED:
        runs = [(first, last), (first - 1, last), (first, last + 1)]
        runs = [run for run in runs if run[0] >= 0 and run[1] < len(parts.spans)]
        covered = likeness.covered(sentence, [_text(parts, *run) for run in runs])
        gain, best = max(zip((c - covered[0] for c in covered), runs, strict=True), key=lambda one: one[0])
        if gain < _GAIN:
            break
        first, last = best
    return first, last


def _text(parts: _Parts, first: int, last: int) -> str:
    return parts.text[parts.spans[first][0] : parts.spans[last][1]]
