"""Turn a fact of a Chinese sentence into a question that stands by itself.

The question word takes the fact's place in the smallest run of clauses that names what it is about. Where none does, the
article's headline says it; where the headline does not visibly belong to the passage, there is no question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.dating.finding import find_expressions, plain_text
from qa.records import Span
from qa.testing.facts import Fact, Type
from qa.testing.sentences import Sentence, Word, balanced

LONGEST = 64
_LONGEST_OWN, _LONGEST_CLAUSE, _SHORTEST_CLAUSE = 48, 34, 6
_LONGEST_TITLE, _SHORTEST_TITLE = 26, 6
_LEAST_SHARED = 4  # characters in a row that a headline and its passage share
_NAMED_AT_LENGTH = 7
# Words that open a clause and say nothing of what it is about.
_CONNECTIVES = re.compile(
    r"^\s*(?:据(?:了解|悉|介绍|统计|报道)|目前|同时|此外|另外|当[日天晚]|近[日期]|日前|随后|接下来|下一步|今后|截至目前|近年来|一直以来|期间|其间"
    r"|不仅|而且|并且|并|还|也|但|从而|因此|活动现场|活动中|现场|会上|——|[,:、]|[^\W\d]{2,4}报讯|\((?:文|图|记者|通讯员)[^)]*\))+\s*[,:]?"
)
# What points at something that stands elsewhere, and numbering.
_POINTING = re.compile(
    r"^(?:其|该|此|这|那|他|她|它|本|以上|上述|前者|后者|双方|大家|自己|我|你|各|[一二三四五六七八九十]是|[一二三四五六七八九十]要)"
    r"|[我你他她它]们?的?|该(?:项目|公司|企业|活动|区|村|校|基地)"
)
_RELATIVE = re.compile(
    "今年|去年|明年|前年|[今昨明][日天]|近日|日前|目前|当[日天]|近期|[本上][月周]|其中|如今|现今|[此本这][次届]|今后|届时|…|——"
)
# Verbs that tell of something that happens on a day or in a year.
_EVENT_VERBS = (
    "举行 召开 举办 开展 主持 主持召开 前往 成立 揭牌 启动 率队 赴 到 走进 发布 公布 获评"
    " 入选 荣获 获得 投用 投产 开工 动工 竣工 通车 开业 开放 建成 完工 出台 印发 签署 签订"
    " 签约 参加 出席 开打 开幕 闭幕 落户 推出 上线 组织 设立 创立 创办 开办 揭幕 挂牌 认定"
    " 授予 调研 视察 走访 慰问 参观 考察 封顶 奠基 开馆 开学 开班 结束 完成 实现 迁入 搬迁"
    " 迎来 进驻 入驻 夺冠 夺得 捐赠 表彰 通过"
)
_EVENTS = frozenset(_EVENT_VERBS.split())
_NO_EVENT = re.compile(r"前夕|之[前后]|[以之]来|期间|[^以]后$|召开前|^[的,、]")
_SPEECH = re.compile("(?:表示|介绍|说|指出|强调|认为|透露|告诉记者|坦言|回忆|称)$")
_MARKS = re.compile("[“”‘’\"']")
_YEARLESS = re.compile(r"上半年|(?:\d{1,2}[—-])?(?P<month>\d{1,2})月")
_ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a passage stands under: its headline and its issue's date (`YYYY-MM…`), None when unknown, and its text."""

    title: str | None
    published: str | None
    text: str


def question_for(sentence: Sentence, fact: Fact, topic: Topic) -> str | None:
    """Return a question that asks for the fact and is clear without the page; None when no good one can be made."""
    made = _asked(sentence, fact, topic)
    if made is None:
        return None
    made = re.sub(r"\s+", " ", _years(made, topic)).strip(" ,，、")
    good = len(made) <= LONGEST and balanced(made) and fact.answer not in made and not _RELATIVE.search(made)
    return made + "?" if good and len(_figures(made)) <= 1 else None


def _asked(sentence: Sentence, fact: Fact, topic: Topic) -> str | None:
    if fact.type is Type.PERSON:
        # Offices change hands, so the month says when.
        when = _month(topic.published)
        if not fact.named:
            title = _headline(topic)
            return f"“{title}”的报道里,{fact.asking}是谁" if title else None
        return f"{when},{fact.asking}是谁" if when else f"{fact.asking}是谁"
    number = sentence.clause_of(fact.span)
    if number is None:
        return None
    if fact.type is Type.DATE:
        return _dated(sentence, fact, number, topic)
    for first in range(number, max(-1, number - 2), -1):
        own = _in_place(sentence, fact, first, number)
        if own is not None:
            return own
    return _under_headline(sentence, fact, number, topic)


def _in_place(sentence: Sentence, fact: Fact, first: int, last: int) -> str | None:
    """Return the clauses with the question word in place, None unless they first name what they are about."""
    start, end = _begin(sentence, sentence.clauses[first][0]), _end(sentence, fact, last)
    if any(_SPEECH.search(sentence.plain[slice(*clause)]) for clause in sentence.clauses[first:last]):
        return None
    begin, start = _with_time(sentence, start)
    if start > fact.span[0] or end - begin > _LONGEST_OWN or ";" in sentence.plain[begin:end]:
        return None
    if len(_figures(sentence.plain[slice(*sentence.clauses[last])])) > 1 and not _has_verb(sentence, last):
        return None  # figures side by side
    return _replaced(sentence, fact, begin, end) if _subject(sentence, start, fact.span[0]) else None


def _has_verb(sentence: Sentence, clause: int) -> bool:
    return any(word.tag.startswith("v") and word.tag != "vn" for word in sentence.words_in(*sentence.clauses[clause]))


def _with_time(sentence: Sentence, start: int) -> Span:
    """Return where the time begins that opens or directly precedes the clause at `start`, and where the rest begins."""
    for found in find_expressions(sentence.text):
        after = found.end + (sentence.plain[found.end : found.end + 1] == ",")
        if found.start == start and sentence.plain[found.end : found.end + 1] not in ("以", "来"):
            return start, after
        if after == start and sentence.plain[found.end] == ",":
            return found.start, start
    return start, start


def _dated(sentence: Sentence, fact: Fact, number: int, topic: Topic) -> str | None:
    """Put the question word between subject and verb: 区人大常委会是什么时候举办培训讲座的."""
    start, end = _begin(sentence, sentence.clauses[number][0]), sentence.clauses[number][1]
    if fact.span[0] <= start:  # the date opens the clause, or is all of it
        if fact.span[1] == end:
            if number + 1 == len(sentence.clauses):
                return None
            start, end = sentence.clauses[number + 1]
        else:
            start = fact.span[1]
    subject = _subject(sentence, start, end)
    if subject is None or end - start > _LONGEST_OWN:
        return None
    border = subject[-1].end
    rest = sentence.text[border:end]
    if border <= fact.span[0] < end:
        rest = re.sub("[于在从自]$", "", sentence.text[border : fact.span[0]]) + sentence.text[fact.span[1] : end]
    following = [w for w in sentence.words_in(border, end) if not fact.span[0] <= w.start < fact.span[1]]
    if not _happens(following) or _NO_EVENT.search(rest) or not 2 <= len(rest) <= _LONGEST_CLAUSE:
        return None
    rest = re.sub("^(?:将|已|已经|于)+", "", rest)
    scope, asking = _scope(sentence.plain[slice(*fact.span)], fact, topic)
    tail = "" if rest.endswith(("的", "了")) else "的"
    return f"{scope}{sentence.text[start:border].strip()}是{asking}{rest.strip()}{tail}"


def _happens(words: list[Word]) -> bool:
    """Say whether a predicate begins here that tells of an event."""
    while words and words[0].tag in ("d", "ad", "p") and words[0].text not in _EVENTS:
        if words[0].tag == "p":
            return any(word.text in _EVENTS for word in words)
        words = words[1:]
    return bool(words) and words[0].text in _EVENTS


def _scope(named: str, fact: Fact, topic: Topic) -> tuple[str, str]:
    """Ask for the day where the date names one in the issue's own month, which is said then."""
    day = re.fullmatch(r"(\d{1,2})月\d{1,2}[日号]?", named)
    when = _month(topic.published)
    if day and when and when.endswith(f"年{int(day[1])}月"):
        return f"{when},", "哪一天"
    return "", fact.asking


def _month(published: str | None) -> str | None:
    year, _, rest = (published or "").partition("-")
    if not year:
        return None
    return f"{year}年{int(rest[:2])}月" if rest[:2].isdigit() else f"{year}年"


def _under_headline(sentence: Sentence, fact: Fact, number: int, topic: Topic) -> str | None:
    title = _headline(topic)
    start, end = _begin(sentence, sentence.clauses[number][0]), _end(sentence, fact, number)
    if title is None or start > fact.span[0] or not _SHORTEST_CLAUSE <= end - start <= _LONGEST_CLAUSE:
        return None
    words = [w for w in sentence.words_in(start, end) if not fact.span[0] <= w.start < fact.span[1]]
    if not words or words[0].tag == "c" or not any(word.tag.startswith("v") and len(word.text) > 1 for word in words):
        return None
    share = "百分" in fact.asking
    named = [word for word in words if word.nominal and len(word.text) > 1 and word.tag[0] in "nj"]
    if not named or (share and not words[0].nominal):
        return None
    clause = _replaced(sentence, fact, start, end)
    if _POINTING.search(clause):
        return None
    # A clause that names at length what the headline names needs no headline; figures beside the fact name nothing.
    naming = sentence.text[start : fact.span[0]] if fact.type is Type.NUMBER else clause
    at_length = _shared(_MARKS.sub("", title), _MARKS.sub("", naming)) >= _NAMED_AT_LENGTH
    return clause if at_length else f"“{title}”的报道里,{clause}"


def _headline(topic: Topic) -> str | None:
    """Return the part of the headline that belongs to the passage, None when none visibly does."""
    if not topic.title:
        return None
    parts = [part for part in topic.title.split() if part]
    whole = len(topic.title) <= _LONGEST_TITLE
    fitting = [part for part in parts if _shared(part, topic.text) >= _LEAST_SHARED]
    title = topic.title if whole else max(fitting, key=len, default="")
    title = title.replace("“", "‘").replace("”", "’")
    fits = _SHORTEST_TITLE <= len(title) <= _LONGEST_TITLE and balanced(title)
    return title if fits and _shared(title, topic.text) >= _LEAST_SHARED else None


def _shared(one: str, other: str) -> int:
    """Return how many characters in a row two texts share."""
    one, other = plain_text(one), plain_text(other)
    size = 0
    while any(one[i : i + size + 1] in other for i in range(len(one) - size)):
        size += 1
    return size


def _begin(sentence: Sentence, start: int) -> int:
    match = _CONNECTIVES.match(sentence.plain[start:])
    return start + match.end() if match else start


def _end(sentence: Sentence, fact: Fact, number: int) -> int:
    """Return where the question may end: with the clause, or before the next of several figures (46公里、增氧机1900台)."""
    after = fact.span[1]
    return after if sentence.plain[after : after + 1] == "、" else sentence.clauses[number][1]


def _replaced(sentence: Sentence, fact: Fact, start: int, end: int) -> str:
    before, after = sentence.text[start : fact.span[0]], sentence.text[fact.span[1] : end]
    return _ASIDE.sub("", before) + fact.asking + _ASIDE.sub("", after)


def _subject(sentence: Sentence, start: int, end: int) -> list[Word] | None:
    """Return the noun phrase that opens a text and names something certain, None when it opens otherwise."""
    found: list[Word] = []
    following = None
    for word in sentence.words_in(start, end):
        if word.text == "," or not (word.nominal or (found and word.tag in ("a", "x")) or word.text in "“‘\"'《"):
            following = word
            break
        found.append(word)
    while found and (found[-1].text in "的,、" or found[-1].tag == "a"):
        found.pop()
    phrase = "".join(word.text for word in found)
    coordinated = following is not None and following.tag == "c"
    if not 3 <= len(phrase) <= 30 or _POINTING.search(phrase) or "、" in phrase or coordinated:
        return None
    certain = any(word.names or word.tag == "eng" for word in found) or "“" in phrase
    return found if certain else None


def _figures(text: str) -> list[str]:
    """Return the figures that a question gives away, dates aside."""
    return re.findall(r"\d+(?:\.\d+)?(?![\d年月日号届—-])", text)


def _years(text: str, topic: Topic) -> str:
    """Say 今年, 去年 and 明年 as years, and 上半年 of which year, where the issue's own is known."""
    year = (topic.published or "")[:4]
    if not year.isdigit():
        return text
    for word, shift in (("今年", 0), ("去年", -1), ("明年", 1)):
        text = text.replace(word, f"{int(year) + shift}年")
    opening = _YEARLESS.match(text)
    if opening is None:
        return text
    # A month after the issue's own is one of another year.
    issued, named = (topic.published or "")[5:7], opening["month"]
    return f"{year}年{text}" if named is None or (issued and int(named) <= int(issued)) else text
