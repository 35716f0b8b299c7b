"""Numbers and dates in one canonical form, so that 二十名 meets 20名, 3.5亿 meets 350000000 and July 19 meets 7月19日.

Works on folded text (see `qa.fold`). A canonical term begins with `#` (a number), `%` (a share) or `@` (a date), which no
other term does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

_HAN_NUMBER = "[零〇○一二两三四五六七八九十百千万亿]+"
_NUMBER = re.compile(
    rf"(?P<share>百分之(?P<sharehan>{_HAN_NUMBER}(?:点[零一二三四五六七八九]+)?|\d+(?:\.\d+)?))"
    r"|(?P<arabic>\d[\d,]*(?:\.\d+)?)(?P<unit>[百千万亿]*)(?P<percent>%)?"
    rf"|(?P<han>{_HAN_NUMBER})"
)
_DAY_NUMBER = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}}|[零〇○一二三四五六七八九]{{4}})年)?(?P<month>{_DAY_NUMBER})月(?:份|(?P<day>{_DAY_NUMBER})[日号]?)?"
)
_YEAR = re.compile(r"(?P<year>\d{4}|[零〇○一二三四五六七八九]{4})年")
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<name>{'|'.join(_MONTHS)})\b(?:\s+(?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b)?"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A canonical term and where it stands in the folded text."""

    term: str
    start: int
    end: int


def han_value(numeral: str) -> Decimal | None:
    """Return the value of a Chinese numeral (三百二十, 二〇二四, 一万二), or None when it is none.

    >>> han_value("三百二十"), han_value("二〇二四"), han_value("十五")
    (Decimal('320'), Decimal('2024'), Decimal('15'))
    """
    if len(numeral) > 1 and all(c in _DIGITS for c in numeral):
        return Decimal("".join(str(_DIGITS[c]) for c in numeral))
    total, section, digit, unit = 0, 0, 0, 1
    for c in numeral:
        if c in _DIGITS:
            digit, unit = _DIGITS[c], 10 if c in "零〇○" else unit
        elif c in _SMALL:
            section += (digit or 1) * _SMALL[c]
            digit, unit = 0, _SMALL[c]
        else:
            # 一亿二千万: the 亿 stand above the 万 that follow; 一万二千亿: all that came before counts in 亿.
            above = total - total % _LARGE["亿"] if c == "万" and section + digit else 0
            total = above + (total - above + section + digit or 1) * _LARGE[c]
            section, digit, unit = 0, 0, _LARGE[c]
    # 一万二 and 三百五 leave the last unit out.
    last = (
        digit * (unit // 10)
        if unit > 10 and numeral[-1] in _DIGITS and "零" not in numeral and "〇" not in numeral
        else digit
    )
    return Decimal(total + section + last)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text[0].isdigit() else han_value(text)


def _share(match: re.Match[str]) -> str:
    whole, _, part = match["sharehan"].partition("点")
    if not part:
        return "%" + _plain(_number(whole) or Decimal(0))
    return "%" + _plain(Decimal(f"{han_value(whole) or 0}.{''.join(str(_DIGITS[c]) for c in part)}"))


def _number_term(match: re.Match[str]) -> str | None:
    if match["share"]:
        return _share(match)
    if match["han"]:
        # A lone 一, 千 or 万 is a word far more often than a number.
        value = han_value(match["han"]) if len(match["han"]) > 1 or match["han"] in "三四五六七八九十" else None
        return None if value is None else "#" + _plain(value)
    value = Decimal(match["arabic"].replace(",", ""))
    for c in match["unit"]:
        value *= (_SMALL | _LARGE)[c]
    return ("%" if match["percent"] else "#") + _plain(value)


def _date_terms(match: re.Match[str]) -> list[str]:
    month, day = _number(match["month"]), match["day"] and _number(match["day"])
    if month is None or not 1 <= month <= 12:
        return []
    terms = [f"@{int(month)}月"]
    if day and 1 <= day <= 31:
        terms.append(f"@{int(month)}-{int(day)}")
    return terms


def _english_terms(match: re.Match[str]) -> list[str]:
    month, day = _MONTHS.index(match["name"]) + 1, match["before"] or match["after"]
    # "may" is a month only beside a day.
    if not day:
        return [] if match["name"] == "may" else [f"@{month}月"]
    return [f"@{month}月", f"@{month}-{int(day)}"]


def numerals(folded: str) -> list[Numeral]:
    """Return the canonical numbers and dates of a folded text, in order of their place."""
    found: list[Numeral] = []
    for match in _YEAR.finditer(folded):
        year = _number(match["year"])
        found.append(Numeral(f"@{year}年", match.start(), match.end()))
    for match in _DATE.finditer(folded):
        found += [Numeral(term, match.start("month"), match.end()) for term in _date_terms(match)]
    for match in _ENGLISH_DATE.finditer(folded):
        found += [Numeral(term, match.start(), match.end()) for term in _english_terms(match)]
    for match in _NUMBER.finditer(folded):
        term = _number_term(match)
        if term is not None:
            found.append(Numeral(term, match.start(), match.end()))
    return sorted(found, key=lambda n: (n.start, n.end, n.term))
