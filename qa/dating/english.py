"""Expressions of time in an English question: `July 2023`, `the first half of last year`, `Q1 2023`, `from 2022 to 2023`.

A day or month without its year says too little and is not read. Works on folded text (see `qa.fold`).
"""

from __future__ import annotations

import re
from datetime import date

from qa.dates import Days

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RELATIVE = {"last": -1, "previous": -1, "past": -1, "this": 0, "current": 0, "next": 1, "coming": 1}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_YEAR = r"(?<![\w$¥.,])((?:19|20)\d\d)(?![\w%]|[-/.,]\d)"
_MONTH = (
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_COUNTED = "people|persons|yuan|residents|households|companies|students|teachers|jobs|seats|beds|projects|cars"
_RANGE = re.compile(rf"\b(?:from|between) {_YEAR} (?:to|until|through|and) ((?:19|20)\d\d)\b")
_JOINED = re.compile(r"(?<![\w$¥.,-])((?:19|20)\d\d) ?[-–—~] ?((?:19|20)\d\d)(?![\w%]|[-.,]\d)")
_DATE = re.compile(
    rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?)?{_MONTH}(?: (\d{{1,2}})(?:st|nd|rd|th)?)?(?: of|,)? {_YEAR}"
)
_PART = re.compile(
    rf"\b(?:(first|1st|second|2nd|third|3rd|fourth|4th|last) (half|quarter) (?:of )?|([hq])([1-4]) (?:of )?){_YEAR}"
)
_PART_BEHIND = re.compile(rf"{_YEAR} ([hq])([1-4])\b")
_FIRST_MONTHS = re.compile(rf"\bfirst (two|three|four|five|six|seven|eight|nine|\d) months of {_YEAR}")
_WHOLE_YEAR = re.compile(rf"{_YEAR}(?! (?:{_COUNTED})\b)")
_SHIFTED_MONTH = re.compile(r"\b(last|previous|this|next) month\b")
_SHIFTED_YEAR = re.compile(r"\b(?:the )?(last|previous|past|this|current|next|coming) year\b(?! of\b)")


def english_days(folded: str, today: date) -> tuple[list[Days], bool]:
    """Return the days that a question names, and whether any are counted from today."""
    text = re.sub(r"\b(?:the )?year before last\b", str(today.year - 2), folded)
    text = _SHIFTED_YEAR.sub(lambda m: str(today.year + _RELATIVE[m[1]]), text)
    found: list[Days] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            try:
                found.append(read(*match.groups()))
            except ValueError:  # 31 June, from 2023 to 2022
                continue
        text = pattern.sub(" ", text)
    months = _SHIFTED_MONTH.findall(text)
    found += [_month_from(today, _RELATIVE[word]) for word in months]
    return found, _is_relative(folded)


def _is_relative(folded: str) -> bool:
    """Say whether a year or month is counted from the present."""
    return bool(_SHIFTED_YEAR.search(folded) or _SHIFTED_MONTH.search(folded) or "year before last" in folded)


def _range(first: str, last: str) -> Days:
    if first > last:
        raise ValueError(f"{first} is after {last}")
    return Days(date(int(first), 1, 1), date(int(last), 12, 31))


def _date(before: str | None, name: str, after: str | None, year: str) -> Days:
    month, day = _MONTHS.index(name[:3]) + 1, before or after
    return Days.day(date(int(year), month, int(day))) if day else Days.months(int(year), month, month)


def _part(ordinal: str | None, unit: str | None, letter: str | None, number: str | None, year: str) -> Days:
    count = 2 if unit == "half" or letter == "h" else 4
    place = count if ordinal == "last" else _ORDINALS[ordinal] if ordinal else int(number or 0)
    length = 12 // count
    return Days.months(int(year), length * (place - 1) + 1, length * place)


def _part_behind(year: str, letter: str, number: str) -> Days:
    return _part(None, None, letter, number, year)


def _first_months(count: str, year: str) -> Days:
    return Days.months(int(year), 1, _NUMBERS.get(count) or int(count))


def _whole_year(year: str) -> Days:
    return Days.months(int(year))


def _month_from(today: date, shift: int) -> Days:
    count = today.year * 12 + today.month - 1 + shift
    return Days.months(count // 12, count % 12 + 1, count % 12 + 1)


# The most exact first: what is read is taken out, so that its year is not read again.
_READERS = (
    (_RANGE, _range),
    (_JOINED, _range),
    (_DATE, _date),
    (_PART, _part),
    (_PART_BEHIND, _part_behind),
    (_FIRST_MONTHS, _first_months),
    (_WHOLE_YEAR, _whole_year),
)
