"""Read the few fixed words by which a page is understood through a wrongly read character, as 己者 for 记者."""

from __future__ import annotations

import re
from functools import cache

from qa.alike import lookalikes
from qa.reading.chars import flatten
from qa.reading.lexicon import is_word

_WORDS = (
    "记者",
    "通讯员",
    "报讯",
    "新华社",
    "实习生",
    "报道",
    "摄影",
    "图为",
    "资料图",
    "供图",
    "本报",
    "日报",
    "晚报",
)
# Before a slash or colon and a name, any one of their characters may be wrong.
_ROLES = ("记者", "通讯员", "实习生")
# Single characters, only where nothing else can stand: at the end of a caption, before the slash of a byline.
_ALONE = (
    (r"(?<=[ \u3000])", "摄", r"(?=\)?[ \t]*$)"),
    (r"(?:(?<=^)|(?<=[ \u3000(。]))", "图", r"(?=/)"),
    (r"^", "文", r"(?=/)"),
)


def legible(text: str) -> str:
    """Return a text as it is judged: folded (see `flatten`), its fixed words without reading errors; the length stays."""
    return restored(flatten(text))


def restored(flat: str) -> str:
    """Write the fixed words rightly where one of their characters was taken for another that looks like it."""

    def right(match: re.Match[str]) -> str:
        return match.group() if is_word(match.group()) else _WORDS[int((match.lastgroup or "w0")[1:])]

    for place, words in _alone():
        flat = place.sub(words, flat)
    return _pattern().sub(right, flat)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<w{number}>{_misread(word)})" for number, word in enumerate(_WORDS)))


def _misread(word: str) -> str:
    ways = (f"{word[:at]}[{lookalikes(char)}]{word[at + 1 :]}" for at, char in enumerate(word) if lookalikes(char))
    return "|".join(ways)


@cache
def _alone() -> tuple[tuple[re.Pattern[str], str], ...]:
    single = ((f"{before}[{lookalikes(char)}]{after}", char) for before, char, after in _ALONE)
    roles = ((rf"(?<=[(\s])(?:{_any(word)})(?=[/:])", word) for word in _ROLES)
    return tuple((re.compile(pattern, re.MULTILINE), words) for pattern, words in (*single, *roles))


def _any(word: str) -> str:
    return "|".join(rf"{word[:at]}\w{word[at + 1 :]}" for at in range(len(word)))
