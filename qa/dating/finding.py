"""Find what a text says about time: dates, months, years, parts of a year, words like 近日 and 当天; nothing is resolved here.

Works on Chinese text in either script and any width, with figures or Chinese numerals. What looks like a date and is none
is left out: titles in 《》, recurring and lunar dates (每年10月, 农历五月初五), spans and ages (2000年历史, 3月龄),
names of targets and editions (2035年远景目标, 2021年修订).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache

from qa.dating.expressions import Expression
from qa.dating.patterns import END, FUTURE, LIST, OPENING, PATTERN, RECURRING
from qa.dating.reading import read_match
from qa.fold import fold


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
            read_match(match),
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


@cache
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
