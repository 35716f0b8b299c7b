"""What the time that a question is about changes in the order of the candidates: a preference, never a filter.

A candidate keeps a share of its score, `1 - TIME * (1 - f)`, where `f` in 0-1 says how well its days fit:

    f = (5 + 3 * inside + 2 * alike) / 10 for the best of the days it tells of that meet those asked:
        inside = the share of them that lies in those asked, alike = days in both / days in either;
        1/2 for nothing known, and for a page printed in the days asked; else 0

and for the latest of a kind `1 - LATEST * age / (age + HALF_AGE)`, its age counted from the newest among those that could
come first. So nothing that is less relevant than `1 - TIME` of the best can pass it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from qa.asked_time import AskedTime
from qa.dates import Days, from_number
from qa.index.generation import Generation

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]

# Chosen on the questions of tests/test_time_questions.py that are for choosing.
TIME = 0.5
LATEST = 0.4
HALF_AGE = 90
# Scores merged by rank lie close together: the same share would move a candidate past ten others.
RANKED = 0.25
WEEK = 7


@dataclass(frozen=True, slots=True)
class Told:
    """When a candidate was printed and which days it, or its article, tells of; None, empty: not known."""

    printed: Days | None
    events: tuple[Days, ...]

    def past(self) -> tuple[Days, ...]:
        """Return the days told of that had begun when it was printed: what it announces may not have come."""
        last = None if self.printed is None else self.printed.last
        return tuple(e for e in self.events if last is None or e.first <= last)


@dataclass(frozen=True, slots=True)
class Kept:
    """The shares of their scores, each (rows,), that candidates keep: as their days fit those asked, and as they are recent."""

    fit: Scores
    latest: Scores


def timely(generation: Generation, rows: Rows, scores: Scores, asked: AskedTime, strength: float = 1.0) -> Scores:
    """Return the scores with what each candidate keeps for its time; unchanged where no candidate lies in the days asked."""
    kept = kept_for(generation, rows, scores, asked, strength)
    return scores if kept is None else scores * kept.fit * kept.latest


def kept_for(
    generation: Generation, rows: Rows, scores: Scores, asked: AskedTime, strength: float = 1.0
) -> Kept | None:
    """Return the shares of their scores that candidates keep; None where the question is about no time."""
    if not asked or not len(rows):
        return None
    told = [told_by(generation, int(row)) for row in rows]
    fit: Scores = 1 - strength * TIME * (1 - _fits(told, asked))
    if not asked.latest:
        return Kept(fit, np.ones(len(rows)))
    return Kept(fit, 1 - strength * LATEST * _staleness(told, scores * fit, strength))


def of_other_time(generation: Generation, row: int, asked: AskedTime) -> bool:
    """Say whether a question names days that a candidate neither tells of nor was printed in.

    去年 and 今年 do not count, since a library may end before the day of asking; 今天 does. A candidate of which no day is known
    may be of any.
    """
    if not asked.days or (asked.relative and max(days.count for days in asked.days) > WEEK):
        return False
    one = told_by(generation, row)
    return (one.printed is not None or bool(one.events)) and not _lies_in(one, asked)


def told_by(generation: Generation, row: int) -> Told:
    """Return when a row was printed and which days it tells of."""
    segment, local = generation.locate(row)
    start, end = segment.event_offsets[local : local + 2]
    events = tuple(_days(first, last) for first, last, _ in segment.event_days[start:end])
    printed = segment.dates[local]
    return Told(_days(*printed) if printed[0] else None, events)


def _days(first: int, last: int) -> Days:
    return Days(from_number(int(first)), from_number(int(last)))


def _fits(told: Sequence[Told], asked: AskedTime) -> Scores:
    """Return how well each fits, all 1 where none lies in the days asked: then these say nothing about the library."""
    if not any(_lies_in(one, asked) for one in told):
        return np.ones(len(told))
    return np.array([max(_fit(one, days, asked.relative) for days in asked.days) for one in told])


def _lies_in(one: Told, asked: AskedTime) -> bool:
    events = one.past() if asked.relative else one.events
    return any(days.overlaps(own) for days in asked.days for own in (*events, *([one.printed] if one.printed else ())))


def _fit(one: Told, asked: Days, relative: bool) -> float:
    found = [_likeness(e, asked) for e in (one.past() if relative else one.events) if e.overlaps(asked)]
    if found:
        return max(found)
    unknown = one.printed is None and not one.events
    return 0.5 if unknown or (one.printed is not None and one.printed.overlaps(asked)) else 0.0


def _likeness(days: Days, asked: Days) -> float:
    both = Days(max(days.first, asked.first), min(days.last, asked.last)).count
    either = days.count + asked.count - both
    return (5 + 3 * both / days.count + 2 * both / either) / 10


def _staleness(told: Sequence[Told], scores: Scores, strength: float) -> Scores:
    """Return how old each is, in 0-1, beside the newest of those that could come first; 1 for what has no date."""
    newest = [_newest(one) for one in told]
    close = scores >= (1 - strength * LATEST) * scores.max()
    known = [day for day, near in zip(newest, close, strict=True) if near and day is not None]
    if not known:
        return np.zeros(len(told))
    ages = (max(0, (max(known) - day).days) if day is not None else None for day in newest)
    return np.array([1.0 if age is None else age / (age + HALF_AGE) for age in ages])


def _newest(one: Told) -> date | None:
    """Return the last day that it tells of as past, else that of its issue."""
    past = [e.last if one.printed is None else min(e.last, one.printed.last) for e in one.past()]
    return max(past, default=None if one.printed is None else one.printed.last)
