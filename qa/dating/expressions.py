"""The records of an expression of time as it is written; what it means is for `qa.dating.resolving` to say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
