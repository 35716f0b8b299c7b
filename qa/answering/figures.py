"""Numbers, dates and shares of a text as values, to see whether all those of a sentence stand in a passage.

3,000, 3000, 三千 and 0.3万 are one number; 三成 and 30 percent one share; 2023年7月19日 and July 19, 2023 one day. A sentence's
figures are read strictly (what surely is a number), a passage's generously (what may be one).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from qa.answering.words_of_number import english_numbers
from qa.fold import fold
from qa.numerals import han_value

_H = "零〇○一二两三四五六七八九十百千万亿"
_D = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_Y = r"(?:(?<!\d)\d{4}|[零〇○一二三四五六七八九]{4})"
_TO = r"\s*(?:[-—–~至到、,和及]|to|and)\s*"
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]{0,6})\b\.?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?(?![\w%]|[,.]\d)"
_CHINESE_DATE = re.compile(
    rf"(?:(?P<y>{_Y})年)?(?:(?P<m0>{_D})月?{_TO})?(?P<m>{_D})月(?:份|(?P<days>{_D}[日号]?(?:{_TO}{_D}[日号])*))?"
)
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?![\d.])")
_ENGLISH_DATES = (
    (re.compile(rf"\b{_MONTH} {_DAY}(?:{_TO}{_DAY})?(?:,? (\d{{4}})\b)?"), "m d e y"),
    (re.compile(rf"(?<![\d.,]){_DAY}(?:{_TO}{_DAY})? (?:of )?{_MONTH},?(?: (\d{{4}})\b)?"), "d e m y"),
    (re.compile(rf"\b{_MONTH},? (?:of )?(\d{{4}})\b"), "m y"),
    (re.compile(r"\b(january|february|march|april|june|july|august|september|october|november|december)\b"), "m"),
    (re.compile(r"\b(?:in|since|until|by|of|last|this) (may)\b"), "m"),
)
_YEAR = re.compile(rf"({_Y})年")
_LONE_DAY = re.compile(rf"(?<![\d月])({_D})[日号]")
_SHARE = re.compile(
    rf"百分之(?P<of>[{_H}]+(?:点[{_H}]+)?|\d+(?:\.\d+)?)"
    r"|(?P<n>\d[\d,]*(?:\.\d+)?)\s*(?:%|个百分点|per ?cent\b|percentage points?\b|pct\b)"
    rf"|(?P<tenths>[一二两三四五六七八九]|\d)成(?P<more>[一二三四五六七八九])?(?![立为果长功效员熟就人分])"
)
_FRACTION = re.compile(rf"([{_H}]+|\d+)分之([{_H}]+|\d+)")
_PLAN = re.compile(r"十([一二三四五六])五(?=规划|时期|期间|[”\"』」']|$)")
_CODE = re.compile(r"(?<![a-z0-9])(?:[a-z]+-?\d[a-z0-9.-]*|\d+[a-z]+[a-z0-9]*)(?![a-z0-9])")
_UNIT = re.compile(
    r"(\d+)(st|nd|rd|th|m|km|kg|cm|mm|g|t|h|k|bn|am|pm|kw|kwh|mw|ha|sqm|rmb|cny|yuan|min|s|hours?|days?|years?)$"
)
_SCALES = {"k": 10**3, "m": 10**6, "bn": 10**9}
_ARABIC = re.compile(r"(?<![\d.])(\d[\d,]*(?:\.\d+)?)\s?([十百千万亿]*)")
_HAN = re.compile(rf"(?P<han>[{_H}]+)(?:点(?P<part>[零一二三四五六七八九]+))?")
_SQUARED = re.compile(r"(?<=[a-z])[23](?![\w.])")
_ABOUT = re.compile(rf"(?<=[\d{_H}])[余多来](?=[百千万亿])")
_FULL_HOUR = re.compile(r"(?<=\d):00(?!\d)")
_CLOCK = re.compile(rf"({_D})(?:时|点|:\d\d| ?[ap]\.?m\b)")
# What counts follows a lone Chinese digit that is a number; elsewhere it is as often part of a word.
_COUNTS = re.compile(
    r"[个名位家所项条次场间层张支届种处座栋幢套台辆艘架户亩宗件份只头棵株盏批组队岁倍元度期公米吨门节段篇部人年天周月日号时秒"
    r"级大类点轮类大块面区镇村街]"
)
_RELATIVE_YEARS = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "当年": 0, "明年": 1, "次年": 1}


class Day(NamedTuple):
    """A date as far as it is named."""

    year: int | None
    month: int | None
    day: int | None


@dataclass
class Figures:
    """What a text says in figures: `numbers` by their kind and value, `codes` like 5g or a12, days and years.

    Each claim is a set of readings, of which one must hold.
    """

    terms: set[str] = field(default_factory=set)
    days: set[Day] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    claims: list[frozenset[str]] = field(default_factory=list)

    def claim(self, *readings: str) -> None:
        """Note a number that has one of these readings."""
        self.terms.update(readings)
        self.claims.append(frozenset(readings))

    def holds_day(self, day: Day) -> bool:
        """Say whether a date is named here: its day and month together, and its year with them or at all."""
        if day.month is None and day.day is None:
            return day.year in self.years
        near = [
            d
            for d in self.days
            if (day.day is None or d.day == day.day) and (day.month is None or d.month == day.month)
        ]
        if day.year is None or not near:
            return bool(near)
        return any(d.year == day.year for d in near) or (day.year in self.years and any(d.year is None for d in near))

    def missing(self, said: Figures) -> bool:
        """Say whether another text has a figure that is none of these."""
        return any(not self.holds_day(day) for day in said.days) or any(not claim & self.terms for claim in said.claims)

    def shared(self, said: Figures) -> int:
        """Count another text's figures that are among these."""
        return sum(self.holds_day(day) for day in said.days) + sum(bool(claim & self.terms) for claim in said.claims)


def claimed(text: str) -> Figures:
    """Return the figures that a sentence states."""
    return _read(text, generous=False)


def printed(texts: Iterable[str], known: Iterable[str | None] = ()) -> Figures:
    """Return the figures that a passage's texts may mean; `known` are partial dates that hold for it (`2023-07`)."""
    text = "\n".join(texts)
    figures = _read(text, generous=True)
    dates = [[int(part) for part in one.split("-")] for one in known if one]
    for parts in dates:
        figures.days.add(Day(*(*parts, None, None)[:3]))
        figures.years.add(parts[0])
    spoken = {parts[0] for parts in dates}
    for word, shift in _RELATIVE_YEARS.items():
        if word in fold(text):
            figures.years.update(year + shift for year in spoken)
    figures.terms.update(f"#{year}" for year in figures.years)
    return figures


def without_dates(folded: str) -> str:
    """Return a folded text with a blank for each date and year."""
    found = Figures()
    folded = _read_other_dates(found, _read_chinese_dates(found, folded))
    return _YEAR.sub(" ", folded)


def _read(text: str, *, generous: bool) -> Figures:
    found = Figures()
    folded = _FULL_HOUR.sub("", _SQUARED.sub(" ", _ABOUT.sub("", fold(text))))
    for reader in (_read_plans, _read_chinese_dates, _read_other_dates, _read_years, _read_shares, _read_codes):
        folded = reader(found, folded)
    if generous:
        _read_clocks(found, folded)

    def number(value: Decimal | str) -> None:
        if isinstance(value, str):
            found.claim(f"/{value}")
        elif generous or value not in (0, 1):  # one and 一 are words more often than numbers
            found.claim(_number(value))

    folded = english_numbers(folded, number)
    for value in _arabic(folded):
        found.claim(_number(value))
    for value in _han(_ARABIC.sub(" ", folded), generous):
        number(value)
    return found


def _number(value: Decimal) -> str:
    return "#" + format(value.normalize(), "f")


def _read_plans(found: Figures, folded: str) -> str:
    def read(match: re.Match[str]) -> str:
        found.claim(_number(10 + (han_value(match[1]) or Decimal(0))))
        found.terms.add("#5")
        return " "

    return _PLAN.sub(read, folded)


def _whole(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else int(han_value(text) or 0)


def _note(found: Figures, year: int | None, month: int | None, day: int | None) -> None:
    found.days.add(Day(year, month, day))
    if year is not None:
        found.years.add(year)


def _read_chinese_dates(found: Figures, folded: str) -> str:
    def read(match: re.Match[str]) -> str:
        year, month, first = _whole(match["y"]), _whole(match["m"]), _whole(match["m0"])
        if not month or month > 12:
            return match[0]
        if first and first <= 12:
            _note(found, year, first, None)
        days = [_whole(day) for day in re.findall(_D, match["days"] or "")]
        for day in days or [None]:
            _note(found, year, month, day)
        return " "

    return _CHINESE_DATE.sub(read, folded)


def _read_other_dates(found: Figures, folded: str) -> str:
    def iso(match: re.Match[str]) -> str:
        year, month, day = int(match[1]), int(match[3]), _whole(match[4])
        if not 1900 <= year < 2100 or not 1 <= month <= 12 or (match[2] == "." and day is None):
            return match[0]
        _note(found, year, month, day)
        return " "

    folded = _ISO.sub(iso, folded)
    for pattern, fields in _ENGLISH_DATES:

        def english(match: re.Match[str], names: str = fields) -> str:
            values = dict(zip(names.split(), match.groups(), strict=True))
            month, year = _MONTHS.index(values["m"][:3]) + 1, _whole(values.get("y"))
            days = [_whole(values[name]) for name in "de" if values.get(name)]
            for day in days or [None]:
                _note(found, year, month, day)
            return " "

        folded = pattern.sub(english, folded)
    return folded


def _read_years(found: Figures, folded: str) -> str:
    def year(match: re.Match[str]) -> str:
        _note(found, _whole(match[1]) if match[1].isdigit() else int(han_value(match[1]) or 0), None, None)
        return " "

    def day(match: re.Match[str]) -> str:
        value = _whole(match[1])
        if match[0].endswith("号"):  # a house has a number as well
            found.claim(f"#{value}", f"day {value}")
        elif value and value <= 31:
            found.claim(f"day {value}")
        found.terms.update({f"#{value}", f"day {value}"})
        return " "

    folded = _YEAR.sub(year, folded)
    found.terms.update(f"day {one.day}" for one in found.days if one.day)
    return _LONE_DAY.sub(day, folded)


def _read_shares(found: Figures, folded: str) -> str:
    def read(match: re.Match[str]) -> str:
        found.claim("%" + format(_share(match).normalize(), "f"))
        return " "

    def fraction(match: re.Match[str]) -> str:
        found.claim(f"/{_whole(match[2])}/{_whole(match[1])}")
        return " "

    return _FRACTION.sub(fraction, _SHARE.sub(read, folded))


def _share(match: re.Match[str]) -> Decimal:
    if match["n"]:
        return Decimal(match["n"].replace(",", ""))
    if match["tenths"]:
        return Decimal(10 * (_whole(match["tenths"]) or 0) + (_whole(match["more"]) or 0))
    return Decimal(match["of"]) if match["of"][0].isdigit() else _han_number(*match["of"].partition("点")[::2])


def _han_number(whole: str, part: str) -> Decimal:
    digits = "".join(str(int(han_value(c) or 0)) for c in part)
    return Decimal(f"{han_value(whole) or 0}.{digits}") if part else han_value(whole) or Decimal(0)


def _read_codes(found: Figures, folded: str) -> str:
    def read(match: re.Match[str]) -> str:
        code = match[0].strip(".-")
        readings = [f"code {code}"]
        if unit := _UNIT.fullmatch(code):
            readings += [_number(Decimal(unit[1]) * scale) for scale in (1, _SCALES.get(unit[2], 1))]
            if unit[2] in ("th", "st", "nd", "rd"):
                readings = [*readings[1:], f"day {unit[1]}"]
        found.claim(*readings)
        return " "

    return _CODE.sub(read, folded)


def _read_clocks(found: Figures, folded: str) -> None:
    """A passage's 14时 may be told as 2 pm."""
    for match in _CLOCK.finditer(folded):
        hour = _whole(match[1]) or 0
        found.terms.update({f"#{(hour + 12) % 24}", f"#{hour}"})


def _arabic(folded: str) -> Iterator[Decimal]:
    for match in _ARABIC.finditer(folded):
        value = Decimal(match[1].replace(",", ""))
        for unit in match[2]:
            value *= han_value(unit) or 1
        yield value


def _han(folded: str, generous: bool) -> Iterator[Decimal]:
    for match in _HAN.finditer(folded):
        whole, part = match["han"], match["part"]
        follows, ordinal = folded[match.end() : match.end() + 1], folded[: match.start()].endswith("第")
        counts = bool(_COUNTS.match(follows)) or ordinal
        several = len(whole) > 1 and any(c in "十百千" for c in whole) and any(c not in "百千万亿" for c in whole)
        if part or generous or (counts and whole not in "千万亿百") or several:
            yield _han_number(whole, part or "")
            if generous and len(whole) > 1:  # 七八名: seven or eight
                yield from (value for c in whole if (value := han_value(c)) is not None)
