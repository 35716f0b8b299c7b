"""Find what a text says about time: dates, months, years, parts of a year, words like 近日 and 当天; nothing is resolved here.

Works on Chinese text in either script and any width, with figures or Chinese numerals. What looks like a date and is none
is left out: titles in 《》, recurring and lunar dates (每年10月, 农历五月初五), spans and ages (2000年历史, 3月龄),
names of targets and editions (2035年远景目标, 2021年修订).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from qa.date_patterns import END, FUTURE, LIST, OPENING, PATTERN, RECURRING
from qa.fold import fold
from qa.numerals import han_value


class Form(StrEnum):
    """How an expression names its time."""

    DATE = "date"  # a month or a day of it, with or without its year
    YEAR = "year"  # a year, or years from one to another
    PART = "part"  # months of a year that may go without its number: 上半年, 一季度, 年底
    PLAN = "plan"  # the years of a five-year plan
    LONE_DAY = "lone_day"  # 21日, whose month was named before
    SAME_DAY = "same_day"  # 当日, the day that was named before
    RECENT = "recent"  # 近日
    DAY = "day"  # 昨日, counted from the day of issue
    WEEK = "week"
    MONTH = "month"


_DAYS = (Form.LONE_DAY, Form.SAME_DAY, Form.RECENT, Form.DAY)


@dataclass(frozen=True, slots=True)
class Point:
    """A year, a month, a day, as far as they are named; `shift` counts years from the present one (去年: -1)."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    shift: int | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of time, `text[start:end]`.

    `end_point` is where a range ends; `months` are those of a part of a year; `third` is the third of a month (1 to 3);
    `shift` counts days, weeks or months from the present; `plan` counts five-year plans, `plan_end` means its last year.
    `since` says that it goes on (以来), `quoted` that somebody says it, `planned` that it is announced, `opens` that a
    sentence begins with it, `follows` that it goes on a list (7月19日、20日); `sentence` counts from 0.
    """

    start: int
    end: int
    form: Form
    point: Point = Point()
    end_point: Point | None = None
    months: tuple[int, int] | None = None
    third: int | None = None
    shift: int = 0
    plan: int = 0
    plan_end: bool = False
    since: bool = False
    quoted: bool = False
    planned: bool = False
    opens: bool = False
    follows: bool = False
    sentence: int = 0

    @property
    def day_like(self) -> bool:
        """Say whether it names days, rather than a month or longer."""
        return self.form in _DAYS or (self.form is Form.DATE and self.point.day is not None)


def find_expressions(text: str) -> list[Expression]:
    """Return the expressions of time in a text, in order of their place; they do not overlap."""
    plain = plain_text(text)
    quoted, titled = _inside(plain, "“「『", "”」』"), _inside(plain, "《〈", "》〉")
    found: list[Expression] = []
    for match in PATTERN.finditer(plain):
        start = match.start()
        if start in titled or _is_no_date(match) or RECURRING.search(plain, max(0, start - 8), start):
            continue
        read = replace(
            _read(match),
            since=bool(match["since"] or match["year_since"]),
            quoted=start in quoted,
            planned=FUTURE.search(plain, max(0, start - 8), start) is not None,
            opens=OPENING.search(plain, max(0, start - 170), start) is not None,
            follows=bool(found) and LIST.fullmatch(plain, found[-1].end, start) is not None,
            sentence=len(END.findall(plain, 0, start)),
        )
        found.append(read)
    return found


def plain_text(text: str) -> str:
    """Return the text folded, one code point for one, so that places stay; a number in a circle is no figure of a date."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    folded = fold(character)
    changed = folded != character and unicodedata.category(character) in ("No", "So")
    return folded if len(folded) == 1 and not changed else "\ufffc"


def _inside(text: str, opening: str, closing: str) -> frozenset[int]:
    """Return the places between marks; what precedes a closing mark that nothing opened is inside as well."""
    inside: set[int] = set()
    begin: int | None = 0 if re.match(f"[^{opening}{closing}]*[{closing}]", text) else None
    for place, character in enumerate(text):
        if character in opening and begin is None:
            begin = place
        elif character in closing and begin is not None:
            inside.update(range(begin, place + 1))
            begin = None
    return frozenset(inside) if begin is None else frozenset(inside.union(range(begin, len(text))))


def _is_no_date(match: re.Match[str]) -> bool:
    """Say whether it is a Chinese numeral before 月 alone, which is a word more often than a month: 一月一活动."""
    month = match["month"]
    return (
        bool(month)
        and not (month.isdigit() and month.isascii())
        and not (match["day"] or match["date_year"] or match["date_rel"])
    )


_SHIFTS = {"今": 0, "本": 0, "去": -1, "上": -1, "明": 1, "前": -2}
_OFFSETS = {"昨": -1, "今": 0, "明": 1, "前": -2, "本": 0, "这": 0, "上": -1, "下": 1}
_THIRDS = {"上旬": 1, "初": 1, "中旬": 2, "下旬": 3, "底": 3, "末": 3}
_OFFSET_FORMS = {"day_off": Form.DAY, "week_off": Form.WEEK, "month_off": Form.MONTH}


def _read(match: re.Match[str]) -> Expression:
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
