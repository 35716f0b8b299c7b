"""Resolve what is counted from the issue (昨日, 本周, 上个月, 近日) or from a day that was named before (21日, 当日).

What somebody is quoted to say counts from another day and stays unresolved.
"""

from __future__ import annotations

from datetime import date, timedelta

from qa.dates import Days
from qa.dating.context import RECENT, Known, Said
from qa.dating.expressions import Expression

# How far from the day named before a day without its month may lie in the same month.
_NEAR = timedelta(15)
# How far before the issue, where no day was named before; further back it is as likely one to come.
_LATELY = timedelta(7)


def recent(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return all days that 近日 may mean."""
    if known.month is None or expression.quoted:
        return None
    return Days(known.month.first - RECENT, known.month.last)


def day(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return a day counted from the day of issue."""
    if known.day is None or expression.quoted:
        return None
    return Days.day(known.day + timedelta(expression.shift))


def week(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return a week, Monday to Sunday, counted from that of the issue."""
    if known.day is None or expression.quoted:
        return None
    monday = known.day + timedelta(7 * expression.shift - known.day.weekday())
    return Days(monday, monday + timedelta(6))


def month(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return a month counted from that of the issue."""
    issue = known.month
    if issue is None or expression.quoted or issue.first.month != issue.last.month:
        return None
    count = issue.first.year * 12 + issue.first.month - 1 + expression.shift
    return Days.months(count // 12, count % 12 + 1, count % 12 + 1)


def same_day(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return the day that was named before."""
    return None if expression.quoted else said.anchor


def lone_day(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return the day of the month named before; where no day was named, the one shortly before the issue."""
    number, end = expression.point.day or 0, expression.end_point
    found = None if expression.quoted else _beside(number, known, said, expression)
    if found is None:
        return None
    last = found if end is None or end.day is None else found.replace(day=end.day)
    return Days(found, last) if found <= last else None


def _beside(number: int, known: Known, said: Said, expression: Expression) -> date | None:
    if said.anchor is None:
        named = any(one.expression.day_like for one in said.before)
        return None if named or known.day is None else _lately(number, known.day)
    found = said.anchor.last.replace(day=number)
    far = abs(found - said.anchor.last) > _NEAR and not expression.follows
    later = known.written is not None and found > known.written.last
    return None if far or later or timedelta(said.anchor.count) > _NEAR else found


def _lately(number: int, issue: date) -> date | None:
    for back in range(_LATELY.days + 1):
        if (day := issue - timedelta(back)).day == number:
            return day
    return None
