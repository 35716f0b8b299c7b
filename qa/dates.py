"""Partial dates as intervals of days: `2023`, `2023-07` and `2023-07-24` each say no more than is known."""

from __future__ import annotations

import calendar
import re
from datetime import date

from qa.errors import InvalidRequest

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_DATELINE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")

# How many days a report may lie behind its event; a day further back is as likely one that was still to come.
_MONTHS_BACK = 183


def interval(text: str) -> tuple[date, date]:
    """Return the first and the last day of a partial date; raise `InvalidRequest` for anything else."""
    match = _FORM.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        year, month, day = (None if part is None else int(part) for part in match.groups())
        first = date(int(year or 0), 1 if month is None else month, 1 if day is None else day)
        last_month = 12 if month is None else month
        last_day = calendar.monthrange(first.year, last_month)[1] if day is None else day
        return first, date(first.year, last_month, last_day)
    except ValueError:
        raise InvalidRequest(f"found the date {text!r}, expected YYYY, YYYY-MM or YYYY-MM-DD") from None


def day_number(day: date) -> int:
    """Return a day as a sortable whole number, 20230724."""
    return day.year * 10_000 + day.month * 100 + day.day


def event_date(dateline: str | None, published: str | None) -> str | None:
    """Resolve a dateline (`7月19日`) to a date, or None when its year is not certain.

    A report is printed after its event and within months of it, so the year follows from the month of issue; a page of
    which only the year is known leaves it open.
    """
    match = _DATELINE.search(dateline or "")
    if match is None:
        return None
    try:
        if match[1]:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        if published is None or len(published) < 7:
            return None
        _, latest = interval(published)
        day = date(latest.year, int(match[2]), int(match[3]))
        if day > latest:
            day = day.replace(year=latest.year - 1)
        return day.isoformat() if (latest - day).days <= _MONTHS_BACK else None
    except (ValueError, InvalidRequest):
        return None
