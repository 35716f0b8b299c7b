"""那X呢: the last question again, with X in the place of what is like it there."""

from __future__ import annotations

import re

from qa.conversation.cues import even, is_chinese
from qa.conversation.wording import names_something, topic_of, trimmed
from qa.terms import HAN
from qa.words import WordCutter

_DATES = (
    r"\d{4}年(?:上半年|下半年|底)?(?:\d{1,2}月)?(?:\d{1,2}[日号])?",
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:份|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]?)?",
    r"[今去明前]年|上半年|下半年",
    r"(?:19|20)\d\d",
)
# A topic of so many characters is a name, which another takes the place of.
_SHORT = 10
# A name begins behind these.
_EDGE = re.compile(r"[的了在和与及个名家所条项是有到去由对为从被把給给攞拿获得喺咗,,、\s\d]|哪|多少|什么|边|几")
# What points at a part or another time, and is no name.
_LOOSE = re.compile(
    r"上[次回一]|下[次回一]|其中|其[他余]|前[几两三四五六七八九十\d]|后[几两三\d]|剩下|以[前后]|之[前后]"
)
_NAME = re.compile(f"(?:(?![是在有的了去到])[{HAN}]){{2,}}")
_NOUN_ASKED = re.compile(
    r"^(?P<ask>how many|how much|which|what) (?P<noun>.+?) (?P<verb>is|are|was|were|do|does|did|has|have|had|will|can)\b",
    re.I,
)
_CAPITALS = re.compile(r"\b[A-Z][\w'.-]*(?:\s+(?:of|No\.|\d+|[A-Z][\w'.-]*))*")


def replaced(what: str, question: str, topic: str, cutter: WordCutter) -> str:
    """Return the question with `what` put in; where it has no place there, `what` is asked of the topic."""
    asked = trimmed(question)
    if (dated := _with_date(what, asked)) is not None:
        return dated
    if is_chinese(what) != is_chinese(asked):
        return _asked_of(what, topic)
    if not is_chinese(asked):
        return _in_english(what, asked)
    name = len(topic) <= _SHORT and asked.startswith(topic)
    if name and even(topic)[-1:] == even(what)[-1:]:
        return f"{asked.replace(topic, what)}?"
    if not _LOOSE.match(even(what)) and (alike := _with_alike(what, asked)) is not None:
        return alike
    if _LOOSE.match(even(what)) or is_trait(what, cutter):
        return _asked_of(what, topic)
    return f"{asked.replace(topic, what)}?" if name else _with_name(what, asked, cutter)


def is_trait(what: str, cutter: WordCutter) -> bool:
    """Say whether dictionary words alone make it up (床位, 养老): such a word asks about the topic, a name replaces it."""
    return not names_something(what) and all(len(w) > 1 and cutter.known(w) for w in cutter.cut(what))


def _asked_of(what: str, topic: str) -> str:
    chinese = is_chinese(what)
    return f"{topic},{what}呢?" if chinese else f"{what} ({topic})?"


def _with_date(what: str, asked: str) -> str | None:
    folded = even(asked)
    for form in _DATES:
        if re.fullmatch(form, even(what)):
            there = re.search(form, folded)
            if there is None and is_chinese(asked):
                return f"{what},{asked}?"
            return f"{asked} in {what}?" if there is None else f"{asked[: there.start()]}{what}{asked[there.end() :]}?"
    return None


def _with_alike(what: str, asked: str) -> str | None:
    """Put `what` where something ends like it (江南街道 for 礼乐街道, 二等奖 for 一等奖)."""
    folded, name = even(asked), even(what)
    for length in (3, 2) if len(name) > 2 else ():
        end = folded.rfind(name[-length:])
        if end < 0:
            continue
        end += length
        start = end - length
        while start > 0 and end - start < len(name) + 1 and not _EDGE.match(folded[start - 1]):
            start -= 1
        if end - start > len(name) and not folded[start : end - length].isascii():
            start = end - len(name)
        if folded[start:end] != name:
            return f"{asked[:start]}{what}{asked[end:]}?"
    return None


def _with_name(what: str, asked: str, cutter: WordCutter) -> str:
    """Put a name where the question has a word that no dictionary knows; else before it."""
    at, span = 0, (0, 0)
    for word in cutter.cut(asked):
        strange = bool(_NAME.fullmatch(word)) and not cutter.known(word)
        if strange and not span[1]:
            span = (at, at + len(word))
        elif (
            span[1] == at
            and at
            and len(word) > 1
            and re.fullmatch("电器|电机|集团|公司|实业|科技|食品|股份|有限公司|装备|新材料", word)
        ):
            span = (span[0], at + len(word))
        at += len(word)
    return f"{asked[: span[0]]}{what}{asked[span[1] :]}?" if span[1] else f"{what},{asked}?"


def _in_english(what: str, asked: str) -> str:
    named = list(_CAPITALS.finditer(asked, 1))
    if re.search(r"[A-Z]", what) and named:
        last = set(what.lower().split())
        place = max(named, key=lambda m: (len(last & set(m[0].lower().split())), len(m[0])))
        rest = asked[place.end() :]
        return f"{asked[: place.start()]}{what}{rest.removeprefix(' ' + what.split()[-1])}?"
    if (alike := _alike_in_english(what, asked)) is not None:
        return alike
    if noun := _NOUN_ASKED.match(asked):
        return f"{asked[: noun.start('noun')]}{what}{asked[noun.end('noun') :]}?"
    return f"{what} ({topic_of(asked)})?"


def _alike_in_english(what: str, asked: str) -> str | None:
    """Put `what` where as many words end in the same word (third prize for second prize)."""
    mine, words = what.split(), asked.split()
    places = [i for i, word in enumerate(words) if word.lower() == mine[-1].lower()]
    if len(mine) < 2 or not places or places[0] + 1 < len(mine):
        return None
    return " ".join([*words[: places[0] + 1 - len(mine)], *mine, *words[places[0] + 1 :]]) + "?"
