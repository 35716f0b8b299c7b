"""The time that a question is about: `2023年上半年`, 去年, 舊年, 最近一次, `last year`, `July 2023`.

A question that asks for a date (什么时候) is about no time by that, nor by a year that it writes out (2024年哪一天): the
passages that can tell it hold that year in words. 去年 and 最近一次 count in it: no passage holds what they mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from qa.asked import Asked, what_is_asked
from qa.dates import Days
from qa.dating.context import Known
from qa.dating.english import english_days
from qa.dating.expressions import Expression, Form, Point
from qa.dating.resolving import resolve
from qa.fold import fold

# Everyday and Cantonese words, as the pages write them.
_SPOKEN = (
    (re.compile(r"(?<![新老破陈])旧年(?!代|货)|(?<![以晚网])上年(?!龄|纪)"), "去年"),
    (re.compile(r"(?<![支付产])出年"), "明年"),
    (re.compile(r"呢个月"), "本月"),
    (re.compile(r"(?<!\d)(20[0-4]\d|19[5-9]\d)(?=(?:[上下]半年|[第一二三四][一二三四]?季度))"), r"\1年"),
)
_LATEST = re.compile(
    r"最新|最近(?:的?一|[这呢嗰那]一?)[次期届回场轮季批]|最近(?=[有开举办发公推搞又])|最后一[次期届回场]|(?<![以网])上一?[次届回](?!以)"
    r"|(?<!at the )\blatest\b|\bmost recent(?:ly)?\b|\bnewest\b|\blast (?:time|edition)\b"
)
_PRESENT = (Form.DAY, Form.WEEK, Form.MONTH)


@dataclass(frozen=True, slots=True)
class AskedTime:
    """The days that a question names, and whether it wants the latest of its kind.

    `relative` says that they are counted from the day of asking: a library may end long before it.
    """

    days: tuple[Days, ...] = ()
    relative: bool = False
    latest: bool = False

    def __bool__(self) -> bool:
        return bool(self.days) or self.latest


ANY_TIME = AskedTime()


def asked_time(question: str, today: date) -> AskedTime:
    """Return the time that a question asked on the day `today` is about; an `AskedTime` that is false when it names none."""
    folded = fold(question)
    for spoken, written in _SPOKEN:
        folded = spoken.sub(written, folded)
    found, _ = resolve(folded, Known(Days.day(today)))
    bound = [r for r in found if r.days is not None and _binds(r.expression)]
    days = [r.days for r in bound if r.days is not None]
    english, from_today = english_days(folded, today)
    relative = from_today or any(_is_relative(r.expression) for r in bound)
    latest = _LATEST.search(folded) is not None
    if what_is_asked(question) is Asked.DATE and not relative:
        return AskedTime(latest=latest)
    return AskedTime(tuple(dict.fromkeys([*days, *english])), relative, latest)


def _binds(expression: Expression) -> bool:
    """Say whether it bounds the question: 7月19日 without a year may be of any year, and 近日 and 当天 say nothing here."""
    if expression.form is Form.DATE:
        return expression.point.year is not None or expression.point.shift is not None
    return expression.form in (Form.YEAR, Form.PART, Form.PLAN, *_PRESENT)


def _is_relative(expression: Expression) -> bool:
    lone_part = expression.form is Form.PART and expression.point == Point()
    return expression.form in _PRESENT or expression.point.shift is not None or lone_part
