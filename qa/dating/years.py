"""Resolve months and days to their year, years and parts of a year: what the calendar says by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from qa.dates import Days
from qa.dating.context import Known, Said
from qa.dating.expressions import Expression, Form, Point

# How many days a report may lie behind its event; a day further back is as likely one that was still to come.
_HALF_YEAR = timedelta(183)
# Until this month a part of a year without its number (上半年, 年底) may be the last year's.
_EARLY = 2


def dated(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return a month or day, or those from one to another."""
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
    if expression.follows and (before := said.before[-1]).expression.form is Form.DATE:
        if before.days is None:
            return None
        if point.month is not None and point.month >= before.days.last.month:
            return before.days.last.year
    end = expression.end_point
    target = point if end is None else Point(month=end.month or point.month, day=end.day)
    found, frame = _found_year(target, known.month, planned=expression.planned), said.frame(expression.sentence)
    if found is not None and frame is not None and frame.last.year != found:
        return None
    return found


def _found_year(point: Point, written: Days | None, *, planned: bool) -> int | None:
    """Return the year in which a month or day lies shortly before the issue, or shortly after it where it is announced."""
    if written is None or point.month is None:
        return None
    begin, end = written.last - _HALF_YEAR, written.last
    if planned:
        begin, end = written.first if point.day else written.first.replace(day=1), written.last + _HALF_YEAR
    for year in range(end.year, begin.year - 1, -1):
        if begin <= date(year, point.month, point.day or 1) <= end:
            return year
    return None


def whole_years(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return a year, or years from one to another."""
    point, year = expression.point, expression.point.year
    if point.shift is not None:
        present = known.year(quoted=expression.quoted)
        year = None if present is None else present + point.shift
    if year is None:
        return None
    last = expression.end_point.year if expression.end_point and expression.end_point.year else year
    return Days(date(year, 1, 1), date(last, 12, 31)) if year <= last else None


def part_of_year(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return months of a year; without its year it is that of the issue."""
    if expression.months is None:
        return None
    whole = whole_years(expression, known, said)
    if expression.point != Point():
        return whole and Days.months(whole.first.year, *expression.months)
    year, frame = known.year(quoted=expression.quoted), said.frame(expression.sentence)
    if year is None or known.month is None or known.month.first.month <= _EARLY:
        return None
    if frame is not None and frame.last.year != year:
        return None
    return Days.months(year, *expression.months)


def plan(expression: Expression, known: Known, said: Said) -> Days | None:
    """Return the years of a five-year plan; the tenth began in 2001."""
    first = 2001 + 5 * expression.plan
    return Days(date(first + 4 * expression.plan_end, 1, 1), date(first + 4, 12, 31))
