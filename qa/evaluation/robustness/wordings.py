"""Other ways to type one question: without marks, in Traditional characters, in pinyin, in full width, in Cantonese words."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from qa.errors import SettingsError
from qa.evaluation.robustness.typos import typos
from qa.terms import HAN
from qa.words import WordCutter

if TYPE_CHECKING:
    from opencc import OpenCC

Change = Callable[[str, random.Random], str | None]
_BESIDE_HAN = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")
_CHINESE = re.compile(f"[{HAN}]")
# Marks that belong to what they stand beside: 5%, R&D, a@b.
_KEPT = frozenset("%‰&@#%&@#")
_LEFT_OUT = frozenset("'’")
# Words of grammar alone, whole words as the dictionary cuts them: names and things stay.
_CANTONESE = dict(
    re.findall(
        r"(\w+):(\w+)",
        "的:嘅 是:係 了:咗 不:唔 不是:唔係 没有:冇 没:冇 在:喺 和:同 跟:同 这:呢 这个:呢个 这些:呢啲 "
        "那:嗰 那个:嗰个 那些:嗰啲 他:佢 她:佢 他们:佢哋 什么:乜嘢 哪:边 哪个:边个 哪些:边啲 哪里:边度 "
        "哪儿:边度 谁:边个 些:啲 多少:几多 怎么:点 怎样:点样 怎么样:点样 如何:点样 为什么:点解 为何:点解 "
        "吗:呀 给:畀 看:睇 说:讲 现在:而家 今天:今日 昨天:寻日 能:可以 ",
    )
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A way to type questions. `change` gives the question so typed, None where it would be no other; `drawn` by chance."""

    name: str
    change: Change
    drawn: bool = False


def no_punctuation(question: str, rng: random.Random) -> str | None:
    """Leave out all marks, and the blanks beside Chinese; English is in small letters besides.

    A mark within a figure (3.5, 2023-07) or of one (5%) stays: who is in a hurry leaves out commas, not decimal points.
    """
    kept = "".join(_unmarked(question, at) for at in range(len(question)))
    plain = " ".join(_BESIDE_HAN.sub("", kept).split())
    return _other(plain if _CHINESE.search(question) else plain.lower(), question)


def _unmarked(question: str, at: int) -> str:
    char = question[at]
    inside = question[at - 1 : at].isdecimal() and question[at + 1 : at + 2].isdecimal()
    if not unicodedata.category(char).startswith("P") or char in _KEPT or (inside and char not in "、;;,"):
        return char
    return "" if char in _LEFT_OUT else " "


def traditional(question: str, rng: random.Random) -> str | None:
    """Write the question in Traditional characters, as they are used in Hong Kong."""
    return _other(_to_traditional().convert(question), question)


@cache
def _to_traditional() -> OpenCC:
    # Imported here: the C++ library and its tables are not needed by `--help`.
    from opencc import OpenCC

    return OpenCC("s2hk")


def pinyin(question: str, rng: random.Random) -> str | None:
    """Write the question in syllables without tones, blanks between them, as who has no input method does; figures stay.

    Raises `SettingsError` when the library that knows the readings is missing.
    """
    if not _CHINESE.search(question):
        return None
    try:
        # Imported here: its tables take a moment, and only this wording needs them.
        from pypinyin import lazy_pinyin
    except ImportError as fault:
        raise SettingsError(
            "found no library pypinyin, expected it for questions in pinyin; install it with: pip install pypinyin"
        ) from fault
    return " ".join(" ".join(lazy_pinyin(no_punctuation(question, rng) or question)).split())


def full_width(question: str, rng: random.Random) -> str | None:
    """Write letters, figures and marks as wide as Chinese characters, as an input method left in that state does."""
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
    return _other(question.translate(wide), question) if any(c.isascii() and c.isalnum() for c in question) else None


def cantonese(question: str, rng: random.Random) -> str | None:
    """Write the words of grammar as Cantonese is typed: 边个, 几多, 嘅."""
    words = list(_cutter().tokenizer().cut(question))
    return _other("".join(_CANTONESE.get(word, word) for word in words), question)


@cache
def _cutter() -> WordCutter:
    return WordCutter()


def _other(changed: str, question: str) -> str | None:
    return changed if changed and changed != question else None


WORDINGS = (
    Wording("typos", typos, drawn=True),
    Wording("no punctuation", no_punctuation),
    Wording("Traditional characters", traditional),
    Wording("pinyin", pinyin),
    Wording("full width", full_width),
    Wording("Cantonese words of grammar", cantonese),
)
