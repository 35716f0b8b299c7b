"""Choose the smallest set of statements that answers: the likeliest, those that it needs beside it, a list whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.asked import Asked, new_answers
from qa.fold import fold
from qa.judging.evidence import Statement
from qa.judging.reading import Judged, Reading
from qa.numerals import numerals
from qa.sentences import statements

# How many statements an answer has at most.
MOST = 3
# A further statement joins while the chance that none of those chosen answers is higher than this, unless it is much less
# likely than the first. On the questions that the weights are fitted on, folds left out: 1.5 statements an answer, 94 % with
# the evidence among them; with 0.25 and 0.5: 1.3 and 92 %.
DOUBT = 0.15
NEARLY = 0.35
# What serves for one part of a question serves for another as well only when nothing else is this likely beside it.
AGAIN = 0.3
# Where something is asked of each of several things, so many statements at least, however much likelier the first one is.
_EACH, LEAST = 2, 0.05
# Statements that share so many pairs of characters say the same.
SAME = 0.75
# A statement that says another figure than the first contradicts it only when it meets the question as well, nearly.
AS_WELL = 0.6

_ITEM = re.compile(
    r"^(?:[二三四五六七八九十]是|其[二三四五六]|第[二三四五六七八九十][,、]|[②-⑩]|\(?[二三四五六七八九2-9][)、.]|再次|最后)"
)
_FIRST_ITEM = re.compile(r"一是|其一|第一[,、]|①|\(?[一1][)、]|首先")
_RESPECTIVELY = re.compile(r"分别|各自|各有|各是|各要|两[所个家座项]|\brespectively\b|\beach\b|\bboth\b")
_OPEN = re.compile(r"[;;::]$")


@dataclass(frozen=True, slots=True)
class Choice:
    """Statements in the order in which they are read; `differ` says that they contradict each other."""

    statements: tuple[Statement, ...]
    differ: bool = False


def choose(reading: Reading) -> Choice:
    """Return what to quote from passages of which at least one statement was judged."""
    ranked = _ranked(reading.judged)
    first = ranked[0]
    if other := _otherwise(reading, ranked):
        return Choice(_in_order([first.statement, other.statement], first.statement), differ=True)
    each = _RESPECTIVELY.search(reading.parts.folded) is not None
    chosen = _for_each(reading) if reading.clauses else _enough(ranked, each=each)
    whole = [_whole_list(one.statement, reading) for one in _distinct(chosen)]
    return Choice(_in_order(_apart(whole), first.statement))


def _ranked(judged: Sequence[Judged]) -> list[Judged]:
    return sorted(judged, key=lambda j: (-j.chance, j.statement.passage.rank, j.statement.place))


def _enough(ranked: Sequence[Judged], *, each: bool = False) -> list[Judged]:
    """Return the likeliest statements until one of them answers with little doubt; for `each` of several things at least two."""
    chosen: list[Judged] = []
    doubt = 1.0
    for one in ranked:
        sure = doubt <= DOUBT and not (each and len(chosen) < _EACH)
        if len(chosen) == MOST or sure or one.chance < (LEAST if each else NEARLY) * ranked[0].chance:
            break
        if not _said(one, chosen):
            chosen.append(one)
            doubt *= 1 - one.chance
    return chosen


def _for_each(reading: Reading) -> list[Judged]:
    """Return the likeliest statement of all, and the likeliest one for each thing that is asked which is not yet said."""
    found = _ranked(reading.judged)[:1]
    for judged in reading.clauses:
        ranked = _ranked(judged)
        new = next((one for one in ranked if not _said(one, found)), None)
        if new is not None and new.chance >= AGAIN * ranked[0].chance:
            found.append(new)
    return found if len(found) > 1 else _enough(_ranked(reading.judged))


def _said(one: Judged, chosen: Sequence[Judged]) -> bool:
    return any(_alike(one.statement.text, other.statement.text) for other in chosen)


def _distinct(chosen: Sequence[Judged]) -> list[Judged]:
    found: list[Judged] = []
    for one in chosen:
        if not _said(one, found):
            found.append(one)
    return found[:MOST]


def _alike(one: str, other: str) -> bool:
    """Say whether two statements say the same: one is a reprint or a shorter form of the other."""
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other)]
    smaller = min(len(pairs[0]), len(pairs[1]))
    return smaller > 0 and len(pairs[0] & pairs[1]) >= SAME * smaller


def _otherwise(reading: Reading, ranked: Sequence[Judged]) -> Judged | None:
    """Return a statement of another document that gives another figure or day for what the first gives one, or None."""
    parts, first = reading.parts, ranked[0]
    if parts.kind not in (Asked.NUMBER, Asked.DATE, Asked.DURATION) or parts.names_a_time:
        return None
    said, fit = _values(reading, first), parts.wanted.fit(first.statement.text)
    for one in ranked[1:]:
        elsewhere = one.statement.passage.citation.document_id != first.statement.passage.citation.document_id
        as_well = one.chance >= AS_WELL * first.chance and fit >= 1 and parts.wanted.fit(one.statement.text) >= fit
        values = _values(reading, one)
        if elsewhere and as_well and said and values and not said & values and _same_subject(reading, first, one):
            return one
    return None


def _values(reading: Reading, judged: Judged) -> frozenset[str]:
    folded = fold(judged.statement.text)
    places = new_answers(reading.parts.kind, folded, reading.parts.folded)
    return frozenset(n.term for n in numerals(folded) if any(s < n.end and n.start < e for s, e in places))


def _same_subject(reading: Reading, one: Judged, other: Judged) -> bool:
    """Say whether both hold the same words of the question, and nearly all of them."""
    held = [{unit.text for unit in reading.parts.units if unit.text in fold(j.statement.text)} for j in (one, other)]
    return held[0] == held[1] and 2 * len(held[0]) >= len(reading.parts.units)


def _whole_list(statement: Statement, reading: Reading) -> Statement:
    """Return the statement with what belongs to its enumeration: from 一是, or a colon, to the last item."""
    if reading.parts.kind not in (Asked.LIST, Asked.OTHER):
        return statement
    text = statement.passage.text
    places = statements(text)
    here = next((i for i, place in enumerate(places) if place == statement.place), None)
    if here is None:
        return statement
    first = last = here
    while first > 0 and _goes_on(text, places[first - 1], places[first]):
        first -= 1
    while last + 1 < len(places) and _goes_on(text, places[last], places[last + 1]):
        last += 1
    return replace(statement, place=(places[first][0], places[last][1]))


def _goes_on(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Say whether a statement is the next item of the list that the one before it is part of."""
    earlier, later = text[before[0] : before[1]], text[after[0] : after[1]]
    numbered = _ITEM.match(later) is not None and (_FIRST_ITEM.search(earlier) or _ITEM.match(earlier)) is not None
    return numbered or (_OPEN.search(earlier) is not None and _FIRST_ITEM.match(later) is not None)


def _apart(found: Sequence[Statement]) -> list[Statement]:
    """Leave out a statement that lies inside another one of the same passage."""
    return [
        one
        for i, one in enumerate(found)
        if not any(
            one.passage.id == other.passage.id
            and other.place[0] <= one.place[0]
            and one.place[1] <= other.place[1]
            and (one.place != other.place or j < i)
            for j, other in enumerate(found)
            if j != i
        )
    ]


def _in_order(found: Sequence[Statement], first: Statement) -> tuple[Statement, ...]:
    """Put the likeliest statement's passage first, and the statements of a passage in the order of its text."""
    return tuple(sorted(found, key=lambda s: (s.passage.id != first.passage.id, s.passage.rank, s.place)))
