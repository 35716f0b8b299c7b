"""Resolve expressions of time to days, as exactly as is known and no more; what is not certain stays unresolved.

Certain are: a year that is written out; a year counted from the time of issue (去年), where that lies in one year; the year
of a month or day that lies at most half a year before the issue, or after it where it is announced; the day of issue and
those counted from it (昨日), where it is known to the day. An explicit year in the same sentence, or one that opened a
sentence before, must not say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.dates import Days, interval, partial_date
from qa.dating import nearby, years
from qa.dating.context import Known, Resolved, Said
from qa.dating.expressions import Expression, Form
from qa.dating.finding import find_expressions
from qa.errors import InvalidRequest


def resolve(text: str, known: Known, anchor: Days | None = None) -> tuple[list[Resolved], Days | None]:
    """Resolve the expressions of a passage in order; return them and the day that 当日 means behind it.

    `anchor` is the day that 当日 means before anything is said here.
    """
    said = Said(anchor)
    for expression in find_expressions(text):
        try:
            days = _days(expression, known, said)
        except (ValueError, OverflowError):  # 2月30日
            days = None
        moves = expression.day_like and not expression.planned and not expression.quoted
        said = Said(days if moves else said.anchor, (*said.before, Resolved(expression, days)))
    return list(said.before), said.anchor


def known_of(published: str | None, dateline: str | None) -> Known:
    """Return what the date of issue and the dateline of an article say; a dateline with its year may stand in for the issue."""
    try:
        written = Days(*interval(published)) if published else None
    except InvalidRequest:
        written = None
    found, _ = resolve(dateline or "", Known(written))
    event = found[0].days if found else None
    if event is None or partial_date([event]) is None:
        return Known(written)
    return Known(event if written is None else written, event)


def event_date(dateline: str | None, published: str | None) -> str | None:
    """Resolve a dateline (`7月19日`) to a date, or None when its year is not certain."""
    event = known_of(published, dateline).event
    return None if event is None else partial_date([event])


def _days(expression: Expression, known: Known, said: Said) -> Days | None:
    days = _RESOLVERS[expression.form](expression, known, said)
    if days is None or not expression.since:
        return days
    written = known.written
    return Days(days.first, written.last) if written is not None and written.last >= days.first else None


_RESOLVERS: dict[Form, Callable[[Expression, Known, Said], Days | None]] = {
    Form.DATE: years.dated,
    Form.YEAR: years.whole_years,
    Form.PART: years.part_of_year,
    Form.PLAN: years.plan,
    Form.LONE_DAY: nearby.lone_day,
    Form.SAME_DAY: nearby.same_day,
    Form.RECENT: nearby.recent,
    Form.DAY: nearby.day,
    Form.WEEK: nearby.week,
    Form.MONTH: nearby.month,
}


def event_of(resolved: Sequence[Resolved], article: str | None) -> str | None:
    """Return the event date of a passage: what the days say that its sentences begin with, else the article's.

    A passage that tells of several days has what `partial_date` says of them.
    """
    own = [r for r in resolved if r.expression.opens and r.expression.day_like and not r.expression.quoted]
    if not own:
        return article
    days = [r.days for r in own if r.days is not None]
    return partial_date(days) if len(days) == len(own) else None
