"""What a sentence turns into its opposite: a word denied that the passages say without denial, growth told as decline.

Works on the word right behind the denial; a denial in other words than the passages' is left to `qa.answering.polarity`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qa.answering.polarity import without_harmless
from qa.fold import fold
from qa.terms import HAN
from qa.words import WordCutter

Translates = Callable[[str, str], bool]
_NO = "[不没未无非]"
_DENIAL = re.compile(rf"{_NO}(?:有|能|会|是|得|要|用|需|须|再|曾|被|可以?|法|必)?(?=[{HAN}])")
_REACH = 3  # characters between a denial and what it denies on a page: 不能随意停放
_ENGLISH_DENIAL = re.compile(
    r"(?:\b(?:not(?! only)|never|no longer|cannot|no(?! (?:fewer|less|more|doubt)\b)(?= [a-z]))|n['’]t)\b(?P<rest>[^.,;!?]*)"
)
_EMPTY = frozenset(
    re.findall(
        r"\w+",
        "be been being is are was were have has had do does did to the a an any yet by in of on at for with from it its that "
        "this and or as so very also fully still ever",
    )
)
_DENIED_WORDS, _WINDOW = 3, 10
_OPPOSITES = (
    ("上升", "下降"), ("增长", "下降"), ("增长", "减少"), ("增加", "减少"), ("提高", "降低"), ("提升", "下降"), ("扩大", "缩小"),
    ("高于", "低于"), ("多于", "少于"), ("加快", "放缓"), ("支持", "反对"), ("成功", "失败"), ("盈利", "亏损"), ("高", "低"),
    ("强", "弱"), ("快", "慢"), ("长", "短"), ("早", "晚"),
)  # fmt: skip
_OPPOSITE = {(a, b) for pair in _OPPOSITES for a, b in (pair, pair[::-1])}
_RISES = re.compile(r"\b(?:rose|risen|rises?|increas\w+|grew|grown|grows?)\b")
_FALLS = re.compile(r"\b(?:fell|fallen|decreas\w+|declin\w+|dropped|shrank|shrunk)\b")
_UP, _DOWN = (
    re.compile(r"[增升涨]|提高|扩大|突破|\b(?:rose|increas|grew)"),
    re.compile(r"[降减跌]|回落|缩小|\b(?:fell|declin|decreas)"),
)


def turns_round(sentence: str, printed: str, cutter: WordCutter, translates: Translates) -> bool:
    """Say whether a sentence denies or reverses what `printed`, the folded passages, say.

    `translates` says whether a text holds a word of an English word's meaning.
    """
    said, page = "".join(fold(sentence).split()), "".join(printed.split())
    return (
        any(_only_said_plainly(word, page) for word in _denied(said, cutter))
        or _reverses(said, page)
        or _denies_in_english(fold(sentence), printed, translates)
        or _moves_against(fold(sentence), printed)
    )


def _denied(said: str, cutter: WordCutter) -> Iterator[str]:
    """Give the words that are denied, of two characters at least."""
    said = without_harmless(said)
    for match in _DENIAL.finditer(said):
        word = ""
        for one in cutter.cut(said[match.end() : match.end() + 8]):
            if len(word) > 1 or not re.fullmatch(f"[{HAN}]+", one):
                break
            word += one
        if len(word) > 1:
            yield word


def _only_said_plainly(word: str, page: str) -> bool:
    return word in page and not re.search(rf"[{_NO[1:-1]}免禁拒否][{HAN}]{{0,{_REACH}}}{re.escape(word)}", page)


def _reverses(said: str, page: str) -> bool:
    for this, other in _OPPOSITE:
        for match in re.finditer(this, said):
            before, behind = said[max(0, match.start() - 2) : match.start()], said[match.end() :]
            figure = re.match(r"[了约超]{0,2}\d[\d.,]*", behind)
            places = [(before, "")] if re.fullmatch(f"[{HAN}]{{2}}", before) else []
            places += [("", figure[0])] if figure and len(this) > 1 else []
            if any(a + other + b in page and a + this + b not in page for a, b in places):
                return True
    return False


def _denies_in_english(said: str, printed: str, translates: Translates) -> bool:
    plain = without_harmless(printed)
    denied = " ".join(
        plain[m.start() : m.end() + _WINDOW] for m in re.finditer(rf"{_NO}|免|禁|拒|\bnot?\b|n['’]t\b|\bnever\b", plain)
    )
    for match in _ENGLISH_DENIAL.finditer(said):
        words = [word for word in re.findall("[a-z]+", match["rest"]) if word not in _EMPTY][:_DENIED_WORDS]
        if not any(translates(word, denied) for word in words) and any(translates(word, printed) for word in words):
            return True
    return False


def _moves_against(said: str, printed: str) -> bool:
    """Say whether it tells of a rise where pages know only a fall, or the other way round."""
    rises, falls = bool(_RISES.search(said)), bool(_FALLS.search(said))
    up, down = bool(_UP.search(printed)), bool(_DOWN.search(printed))
    return (rises and not falls and down and not up) or (falls and not rises and up and not down)
