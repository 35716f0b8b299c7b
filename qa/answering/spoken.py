"""In which language a sentence is, so that a question is answered in its own."""

from __future__ import annotations

import re

from qa.phrases import language
from qa.terms import HAN

# What is quoted or put beside a name stays in the language of the page.
_ASIDE = re.compile(r"“[^”]*”|\"[^\"]*\"|《[^》]*》|「[^」]*」|‘[^’]*’|\([^)]*\)|（[^）]*）")
_CHINESE = re.compile(f"[{HAN}]")
_LATIN = re.compile(r"(?<![^\W\d_])[a-zA-Z]+(?![^\W\d_])")
_FEWEST_WORDS = 2
# The question itself may ask for the other language.
_WISHED = re.compile(
    r"[用以][^,。?]{0,3}(?:英文|英语|中文|汉语|普通话)|\bin (?:english|chinese|mandarin)\b", re.IGNORECASE
)


def in_another_language(sentence: str, question: str) -> bool:
    """Say whether a sentence answers a Chinese question in English or an English one in Chinese.

    Figures and names alone (LBA, 5G) are of no language.
    """
    said = _ASIDE.sub(" ", sentence)
    characters, words = len(_CHINESE.findall(said)), _LATIN.findall(said)
    if not question.strip() or _WISHED.search(question):
        return False
    if language(question) == "en":
        return characters > len(words)
    common = len([word for word in words if word.islower()])
    return common >= _FEWEST_WORDS and common > characters
