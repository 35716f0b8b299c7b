"""Resolve expressions of time to days, as exactly as is known and no more; what is not certain stays unresolved.

Certain are: a year that is written out; a year counted from the time of issue (去年), where that lies in one year; the year
of a month or day that lies at most half a year before the issue, or after it where it is announced; the day of issue and
those counted from it (昨日), where it is known to the day. An explicit year in the same sentence, or one that opened a
sentence before, must not say otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.date_mentions import Expression, Form, Point, find_expressions
from qa.dates import Days, interval, partial_date
from qa.errors import InvalidRequest

# How many days a report may lie behind its event; a day further back is as likely one that was still to come.
_HALF_YEAR = timedelta(183)
# How far back 近日 may reach.
_RECENT = timedelta(30)
# Until this month a part of a year without its number (上半年, 年底) may be the last year's.
_EARLY = 2
# How far from the day named before a day without its month may lie in the same month.
_NEAR = 15


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article: when it was printed, and the days that it tells of; None: not known."""

    written: Days | None
    event: Days | None = None

    @property
    def month(self) -> Days | None:
        """When it was printed, where that is known to the month."""
        return self.written if self.written is not None and self.written.count <= 31 else None

    @property
    def day(self) -> date | None:
        """When it was printed, where that is known to the day."""
        return self.written.first if self.written is not None and self.written.count == 1 else None

    def year(self, *, quoted: bool = False) -> int | None:
        """Return the year that 今年 means, None where it may be one of two; what is quoted was said some days before."""
        if self.written is None:
            return None
        spoken = self.written.first - _RECENT if quoted and self.event is None and self.month else self.written.first
        first = min(spoken, self.event.first) if self.event is not None else spoken
        return self.written.last.year if first.year == self.written.last.year else None


@dataclass(frozen=True, slots=True)
class Resolved:
    """An expression and the days that it can mean, None where they are not certain."""

    expression: Expression
    days: Days | None


@dataclass(frozen=True, slots=True)
class Said:
    """What was said before an expression: the day named last, and the expressions resolved so far."""

    anchor: Days | None
    before: tuple[Resolved, ...] = ()


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
    form, day, shift = expression.form, known.day, expression.shift
    if form is Form.DATE:
        days = _date(expression, known, said)
    elif form is Form.YEAR:
        days = _years(expression, known)
    elif form is Form.PART:
        days = _part(expression, known, said)
    elif form is Form.PLAN:
        # The tenth five-year plan began in 2001.
        first = 2001 + 5 * expression.plan
        days = Days(date(first + 4 * expression.plan_end, 1, 1), date(first + 4, 12, 31))
    elif form is Form.LONE_DAY:
        days = _lone_day(expression, known, said)
    elif form is Form.SAME_DAY:
        days = None if expression.quoted else said.anchor
    elif expression.quoted:
        days = None  # who speaks counts from another day
    elif form is Form.RECENT:
        days = Days(known.month.first - _RECENT, known.month.last) if known.month else None
    elif form is Form.MONTH:
        days = _shifted_month(known.month, shift)
    elif day is None:
        days = None
    elif form is Form.WEEK:
        monday = day + timedelta(7 * shift - day.weekday())
        days = Days(monday, monday + timedelta(6))
    else:
        days = Days.day(day + timedelta(shift))
    if days is not None and expression.since:
        return Days(days.first, known.written.last) if known.written and known.written.last >= days.first else None
    return days


def _date(expression: Expression, known: Known, said: Said) -> Days | None:
    point, end = expression.point, expression.end_point
    year = _year_of(expression, known, said)
    if year is None or point.month is None:
        return None
    first = _point_days(replace(point, year=year), expression.third)
    if end is None:
        return first
    last_month = end.month or point.month
    last_year = end.year or year + (last_month < point.month)
    if end.year is None and point.year is None and point.shift is None and last_month < point.month:
        # 12月28日至1月3日: the year was found for the end.
        first, last_year = _point_days(replace(point, year=year - 1), expression.third), year
    last = _point_days(Point(last_year, last_month, end.day))
    return Days(first.first, last.last) if first.first <= last.last else None


def _point_days(point: Point, third: int | None = None) -> Days:
    year, month = point.year or 0, point.month or 0
    if point.day is not None:
        return Days.day(date(year, month, point.day))
    whole = Days.months(year, month, month)
    if third is None:
        return whole
    first, last = date(year, month, 10 * third - 9), date(year, month, 10 * third)
    return Days(first, whole.last if third == 3 else last)


def _year_of(expression: Expression, known: Known, said: Said) -> int | None:
    """Return the year of a month or day: written out, counted from the present, that of the list it is in, or found."""
    point = expression.point
    if point.year is not None:
        return point.year
    if point.shift is not None:
        present = known.year(quoted=expression.quoted)
        return None if present is None else present + point.shift
    if expression.follows and said.before[-1].expression.form is Form.DATE:
        before = said.before[-1].days
        return None if before is None else before.last.year
    end = expression.end_point
    target = point if end is None else Point(month=end.month or point.month, day=end.day)
    found, frame = _found_year(target, known.month, planned=expression.planned), _frame(expression, said)
    if found is not None and frame is not None and frame.last.year != found:
        return None
    return found


def _found_year(point: Point, written: Days | None, *, planned: bool) -> int | None:
    """Return the year in which a month or day lies shortly before the issue, or shortly after it where it is announced."""
    if written is None or point.month is None:
        return None
    for year in (written.first.year, written.last.year, written.last.year + (1 if planned else -1)):
        day = date(year, point.month, point.day or 1)
        if (
            planned
            and timedelta(-31) <= day - written.last <= _HALF_YEAR
            and (point.day is None or day >= written.first)
        ):
            return year
        if not planned and timedelta(0) <= written.last - day <= _HALF_YEAR:
            return year
    return None


def _frame(expression: Expression, said: Said) -> Days | None:
    """Return the explicit year that the text speaks of: the last one in this sentence, or one that opened a sentence before."""
    for earlier in reversed(said.before):
        same = earlier.expression.sentence == expression.sentence
        if earlier.expression.point.year is not None and (same or earlier.expression.opens):
            return earlier.days
    return None


def _years(expression: Expression, known: Known) -> Days | None:
    point, year = expression.point, expression.point.year
    if point.shift is not None:
        present = known.year(quoted=expression.quoted)
        year = None if present is None else present + point.shift
    if year is None:
        return None
    last = expression.end_point.year if expression.end_point and expression.end_point.year else year
    return Days(date(year, 1, 1), date(last, 12, 31)) if year <= last else None


def _part(expression: Expression, known: Known, said: Said) -> Days | None:
    if expression.months is None:
        return None
    whole = _years(expression, known)
    if expression.point != Point():
        return whole and Days.months(whole.first.year, *expression.months)
    year, frame = known.year(quoted=expression.quoted), _frame(expression, said)
    if year is None or known.month is None or known.month.first.month <= _EARLY:
        return None
    if frame is not None and frame.last.year != year:
        return None
    return Days.months(year, *expression.months)


def _lone_day(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return the day of the month named before; without one, the last such day before an issue known to the day."""
    anchor, day, issue = said.anchor, expression.point.day or 0, known.day
    if expression.quoted:
        return None
    if anchor is not None and anchor.count <= _NEAR:
        found = anchor.last.replace(day=day)
        if not expression.follows and abs((found - anchor.last).days) > _NEAR:
            return None
        if known.written is not None and found > known.written.last:
            return None
    elif anchor is None and issue is not None:
        before = issue if day <= issue.day else issue.replace(day=1) - timedelta(1)
        found = before.replace(day=day)
    else:
        return None
    end = expression.end_point
    last = found if end is None or end.day is None else found.replace(day=end.day)
    return Days(found, last) if found <= last else None


def _shifted_month(month: Days | None, shift: int) -> Days | None:
    if month is None or month.first.month != month.last.month:
        return None
    count = month.first.year * 12 + month.first.month - 1 + shift
    return Days.months(count // 12, count % 12 + 1, count % 12 + 1)


def event_of(resolved: Sequence[Resolved], article: str | None) -> str | None:
    """Return the event date of a passage: what the days say that its sentences begin with, else the article's.

    A passage that tells of several days has what `partial_date` says of them.
    """
    own = [r for r in resolved if r.expression.opens and r.expression.day_like and not r.expression.quoted]
    if not own:
        return article
    days = [r.days for r in own if r.days is not None]
    return partial_date(days) if len(days) == len(own) else None
