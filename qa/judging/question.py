"""A question taken apart: the words to look for, how far each stands from the asking word, and what form of answer is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import TokenVectors, unit_rows
from qa.asked import Asked, Wanted
from qa.fold import fold
from qa.index.generation import Generation
from qa.judging.attributes import Attribute, attributes_asked
from qa.numerals import numerals
from qa.records import Span
from qa.retrieval.query import Query
from qa.retrieval.rarity import rarity
from qa.terms import HAN, is_particle, question_words, terms

Numbers = NDArray[np.float32]

# The words that ask, 吗 and 是否 among them.
ASKING = re.compile(
    r"什么|甚么|哪(?:[里儿些个位家年天几]|一[个家年天])?|谁|多少|几(?=[个名位家所项条次场间层张支届种处座栋套台户亩件只岁元米年月天点时])"
    r"|怎么样?|怎样|如何|为什么|为何|为啥|点解|点样|乜嘢|乜|边[个度间位啲]|几[多耐时]|啥|咋|吗|嘛|是否|有没有|有冇|系咪|多[大久长远高重]"
    r"|\b(?:what|which|who|whom|whose|when|where|why|how(?: many| much| long| often| far| big| large)?)\b"
)
_WHY = re.compile(r"为什么|为何|为啥|点解|原因|\bwhy\b|干嘛")
_HOW = re.compile(r"怎么|怎样|如何|点样|咋|\bhow\b(?! many| much| long| far| big| large)")
_YES_NO = re.compile(
    r"吗|嘛|是否|有没有|有冇|系咪|是不是|能不能|会不会|可不可以|^(?:is|are|was|were|do|does|did|has|have|can|will)\b"
)
# When something was: what year a text tells of often stands nowhere in it, so times are no words to look for.
_TIMES = re.compile(
    r"(?:19|20)\d\d年?|\d{1,2}月(?:份|\d{1,2}[日号]?)?|\d{1,2}[日号]|今年|去年|明年|前年|上半年|下半年|\b(?:19|20)\d\d\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)
_WORD = re.compile(rf"[{HAN}]+|[^\W{HAN}_]+(?:[.'’&+-][^\W{HAN}_]+)*")
# Words that carry nothing to look for, particles aside.
_EMPTY = frozenset((
    "到", "这", "那", "个", "会", "能", "要", "去", "来", "给", "让", "从", "对", "为", "以", "于", "之", "其", "该",
    "等", "上", "下", "里", "中", "内", "外", "系", "佢", "佢哋", "他", "她", "它", "们", "我", "你", "人", "说",
    "着", "过", "得", "地", "名字", "姓名", "叫", "叫做", "名叫", "分别", "各", "各自", "可以", "能够", "列出",
    "介绍", "一下", "说说", "讲讲", "请", "谢谢", "帮", "帮我", "关于", "情况", "具体", "一般", "有关", "相关",
    "举办", "举行", "好", "好的", "你好", "您好",
    "as", "into", "about", "over", "after", "before", "during", "their", "his", "her", "they", "s", "there",
))  # fmt: skip
_NAMED = re.compile("(?:区|县|市|镇|村|街道|社区|路|学校|医院|公司|大学|小学|中学|局|园|馆|桥|站|队|会|节|厂|院|校)$")
_RAREST = 8.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A word to look for. `distance` counts words from the asking word, negative before it, 0 where nothing asks."""

    text: str
    rarity: float
    distance: int
    latin: bool
    known: bool

    @property
    def names(self) -> bool:
        """Say whether this is likely the name of a place, a body or, in Latin letters, anything rare."""
        return (self.latin and self.rarity > 5) or (len(self.text) >= 3 and _NAMED.search(self.text) is not None)


@dataclass(frozen=True)
class QuestionParts:
    """All that is looked at of a question to judge whether a statement answers it."""

    folded: str
    wanted: Wanted
    units: tuple[Unit, ...]
    rarities: Numbers
    asks: bool
    numbers: frozenset[str]
    attributes: tuple[Attribute, ...]
    why: bool
    how: bool
    yes_no: bool
    names_a_time: bool
    latin: bool
    words: Words

    @property
    def kind(self) -> Asked:
        """Return the form of answer that is asked for."""
        return self.wanted.asked

    @property
    def factual(self) -> bool:
        """Say whether one fact is asked for, which a text either states or not."""
        return self.kind not in (Asked.OTHER, Asked.LIST) or any(a.name != "why" for a in self.attributes)

    def beside(self, distance: int) -> int | None:
        """Return the place in `units` of the word at a distance from the asking word, if there is one."""
        return next((i for i, unit in enumerate(self.units) if unit.distance == distance), None)


@dataclass(frozen=True)
class Words:
    """The units as tokens: `vectors` (tokens, dimensions) of the distinct tokens, `places` of each unit's among them."""

    vectors: Numbers
    weights: Numbers
    places: tuple[NDArray[np.int64], ...]


def take_apart(query: Query, generation: Generation, offered: TokenVectors) -> QuestionParts:
    """Return the question's parts; rarity is counted in `generation`."""
    folded = fold(query.text)
    asking, times = ASKING.search(folded), _times(folded)
    blank = times | _places(m.span() for m in question_words().blanked.finditer(folded))
    blank |= _places([asking.span()] if asking else [])
    found = [(word, start) for word, start in _words(query, folded) if not _mostly(blank, start, len(word))]
    units = tuple(
        Unit(word, _rarity(generation, word), distance, word[0].isascii(), query.cutter.known(word))
        for (word, _), distance in zip(found, _distances(found, asking.span() if asking else None), strict=True)
    )
    return QuestionParts(
        folded=folded,
        wanted=Wanted(query.text),
        units=units,
        rarities=np.array([unit.rarity for unit in units], np.float32),
        asks=asking is not None,
        numbers=frozenset(
            n.term for n in numerals(folded) if n.term[0] != "@" and not _mostly(times, n.start, n.end - n.start)
        ),
        attributes=attributes_asked(folded),
        why=_WHY.search(folded) is not None,
        how=_HOW.search(folded) is not None,
        yes_no=_YES_NO.search(folded) is not None,
        names_a_time=bool(times),
        latin=query.latin,
        words=_tokens(units, offered),
    )


def _times(folded: str) -> set[int]:
    named = [(n.start, n.end) for n in numerals(folded) if n.term[0] == "@"]
    return _places([*named, *(match.span() for match in _TIMES.finditer(folded))])


def _places(spans: Iterable[Span]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _mostly(blank: set[int], start: int, length: int) -> bool:
    return 2 * sum(place in blank for place in range(start, start + length)) > length


def _words(query: Query, folded: str) -> list[tuple[str, int]]:
    """Return the words that carry something, each with its place."""
    found = []
    for run in _WORD.finditer(folded):
        at = run.start()
        for word in query.cutter.cut(run[0]):
            if word not in _EMPTY and not is_particle(word):
                found.append((word, at))
            at += len(word)
    return found


def _distances(words: Sequence[tuple[str, int]], asking: Span | None) -> list[int]:
    if asking is None:
        return [0] * len(words)
    before = sum(start + len(word) <= asking[0] for word, start in words)
    return [i - before if i < before else i - before + 1 for i in range(len(words))]


def _rarity(generation: Generation, word: str) -> float:
    rarest = max((rarity(generation, t) for t in set(terms(word)) if len(t) > 1 or len(word) == 1), default=0.0)
    return min(rarest, _RAREST)


def _tokens(units: Sequence[Unit], offered: TokenVectors) -> Words:
    ids = [np.unique(row) for row in offered.token_ids([unit.text for unit in units])] if units else []
    distinct = np.unique(np.concatenate([np.zeros(0, np.int32), *ids])).astype(np.int64)
    vectors = unit_rows(np.asarray(offered.vectors[distinct], np.float32))
    places = tuple(np.searchsorted(distinct, row) for row in ids)
    return Words(vectors, offered.weights[distinct], places)
