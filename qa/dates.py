"""Partial dates as intervals of days: `2023`, `2023-07` and `2023-07-24` each say no more than is known."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qa.errors import InvalidRequest

_HALF_YEAR = 183
_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """Whole days from the first to the last, both counted."""

    first: date
    last: date

    @classmethod
    def day(cls, day: date) -> Days:
        """Return one day as an interval."""
        return cls(day, day)

    @classmethod
    def months(cls, year: int, first: int = 1, last: int = 12) -> Days:
        """Return whole months of one year; without months the year; raise `ValueError` where there is no such month."""
        return cls(date(year, first, 1), date(year, last, _length(year, last)))

    @property
    def count(self) -> int:
        """How many days these are."""
        return (self.last - self.first).days + 1

    def overlaps(self, other: Days) -> bool:
        """Say whether a day is in both."""
        return self.first <= other.last and other.first <= self.last


def interval(text: str) -> tuple[date, date]:
    """Return the first and the last day of a partial date; raise `InvalidRequest` for anything else."""
    match = _FORM.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (None if part is None else int(part) for part in match.groups())
        first = date(int(year or 0), 1 if month is None else month, 1 if day is None else day)
        last_month = 12 if month is None else month
        return first, date(first.year, last_month, _length(first.year, last_month) if day is None else day)
    except ValueError:
        raise InvalidRequest(f"found the date {text!r}, expected YYYY, YYYY-MM or YYYY-MM-DD") from None


def partial_date(days: Iterable[Days]) -> str | None:
    """Return the day, the month or the year that holds all of them; None for none, and where none of these is near.

    A year says too much for days that span less than half of it: a filter would find them in months that they are not in.

    >>> partial_date([Days.day(date(2023, 7, 19)), Days.day(date(2023, 7, 24))])
    '2023-07'
    """
    held = list(days)
    if not held:
        return None
    first, last = min(d.first for d in held), max(d.last for d in held)
    if first == last:
        return first.isoformat()
    if first.year != last.year:
        return None
    if first.month == last.month:
        return first.isoformat()[:7]
    return first.isoformat()[:4] if (last - first).days >= _HALF_YEAR else None


def day_number(day: date) -> int:
    """Return a day as a sortable whole number, 20230724."""
    return day.year * 10_000 + day.month * 100 + day.day


def from_number(number: int) -> date:
    """Return the day of a number that `day_number` gave."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
