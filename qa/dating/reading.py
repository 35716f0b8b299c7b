"""Read the fields of an expression from the alternative of the pattern that met."""

from __future__ import annotations

import re

from qa.dating.expressions import Expression, Form, Point
from qa.numerals import han_value

_SHIFTS = {"今": 0, "本": 0, "去": -1, "上": -1, "明": 1, "前": -2}
_OFFSETS = {"昨": -1, "今": 0, "明": 1, "前": -2, "本": 0, "这": 0, "上": -1, "下": 1}
_THIRDS = {"上旬": 1, "初": 1, "中旬": 2, "下旬": 3, "底": 3, "末": 3}
_OFFSET_FORMS = {"day_off": Form.DAY, "week_off": Form.WEEK, "month_off": Form.MONTH}


def read_match(match: re.Match[str]) -> Expression:
    """Read the alternative of the pattern that met."""
    start, end = match.span()
    if match["iso"]:
        year, month, day = (int(part) for part in re.findall(r"\d+", match["iso"]))
        return Expression(start, end, Form.DATE, Point(year, month, day))
    if match["month"]:
        return _date(match)
    if match["year"] or match["rel"] or match["years"]:
        return _year(match)
    if match["lone_part"]:
        return Expression(start, end, Form.PART, months=part_months(match["lone_part"]))
    if match["plan"]:
        return Expression(
            start, end, Form.PLAN, plan=number(match["plan"]) or 0, plan_end=match["plan_end"] is not None
        )
    if match["lone_day"]:
        last = Point(day=number(match["lone_last"])) if match["lone_last"] else None
        return Expression(start, end, Form.LONE_DAY, Point(day=number(match["lone_day"])), last)
    if match["same"] or match["recent"]:
        return Expression(start, end, Form.SAME_DAY if match["same"] else Form.RECENT)
    name = next(name for name in _OFFSET_FORMS if match[name])
    return Expression(start, end, _OFFSET_FORMS[name], shift=_OFFSETS[match[name]])


def _date(match: re.Match[str]) -> Expression:
    shift = _SHIFTS.get(match["date_rel"] or "")
    point = Point(number(match["date_year"]), number(match["month"]), number(match["day"]), shift)
    last = None
    if match["month2"] or match["day3"]:
        last = Point(number(match["year2"]), number(match["month2"]), number(match["day2"] or match["day3"]))
    return Expression(*match.span(), Form.DATE, point, last, third=_THIRDS.get(match["third"] or ""))


def _year(match: re.Match[str]) -> Expression:
    point = Point(number(match["year"] or match["years"]), shift=_SHIFTS.get(match["rel"] or ""))
    if match["part"]:
        return Expression(*match.span(), Form.PART, point, months=part_months(match["part"]))
    last = number(match["last_year"] or match["years_last"])
    return Expression(*match.span(), Form.YEAR, point, None if last is None else Point(last))


def part_months(part: str) -> tuple[int, int] | None:
    """Return the first and the last month of a part of a year, None where there is none such (前13个月).

    年初 and 年底 are used loosely: they may mean any day of the first and of the last quarter.

    >>> part_months("下半年"), part_months("前三季度"), part_months("前5个月"), part_months("年底")
    ((7, 12), (1, 9), (1, 5), (10, 12))
    """
    for name, months in (("上半年", (1, 6)), ("下半年", (7, 12)), ("初", (1, 3)), ("首季", (1, 3))):
        if name in part:
            return months
    counted = re.search(r"[\d一二两三四五六七八九十]+", part)
    if counted is None:
        return 10, 12
    last = (number(counted[0]) or 1) * (3 if "季" in part else 1)
    first = last - 2 if "季" in part and part[0] not in "前头首" else 1
    return (first, last) if last <= 12 else None


def number(text: str | None) -> int | None:
    """Return the value of figures (blanks left out) or of a Chinese numeral."""
    if text is None:
        return None
    figures = text.replace(" ", "").replace("o", "〇")
    value = int(figures) if figures.isdecimal() else han_value(figures)
    return None if value is None else int(value)
