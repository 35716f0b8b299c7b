"""What a Chinese sentence states that can be asked for: a figure, a date, who holds an office, a place, things side by side.

A question word takes the very place of what it asks for in Chinese, so a fact is a span and the words to put there. The
rules are about language: measure words, offices, verbs of taking place, lists that end in 等. They pass over what makes poor
questions (figures in names, ordinals, bounds) rather than ask badly. Patterns work on folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from qa.asked import SURNAMES
from qa.dating.expressions import Form
from qa.dating.finding import find_expressions
from qa.records import Span
from qa.testing.sentences import Sentence


class Type(StrEnum):
    """What kind of thing a question asks for, as the type of a test question."""

    NUMBER = "fact-number"
    DATE = "fact-date"
    PERSON = "fact-person"
    PLACE = "fact-place"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that can be asked for: `asking` takes the place of `span`; `answer` is what stands there.

    `named` is false for an office that the sentence itself does not say whose it is.
    """

    type: Type
    span: Span
    asking: str
    answer: str
    named: bool = True


_MEASURES = (
    "个名位家所项条次场间张支种处座栋幢套台辆艘架户亩宗件份只头棵株盏块批组对岁倍吨门节段篇部册枚卷幅桌床箱袋瓶人"
)
_LENGTHS = "平方米|平方公里|立方米|公里|千米|公顷|公斤|千克|个百分点|人次|场次|米|课时|个小时|小时|分钟|个月"
_APPROXIMATE = "(?:大约|将近|接近|超过|不少于|至少|约|近|超|逾)?"
_FIGURE = r"(?<![\d.:/年月第—~-])(?<!\d )\d[\d,]*(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?P<about>{_APPROXIMATE})(?P<figure>{_FIGURE})(?P<more>[多余几来]?)(?:"
    rf"(?P<percent>%)|(?P<large>[百千]?[万亿]?)(?P<more2>[多余]?)(?:(?P<money>(?:港|美|欧)?元)|(?P<unit>{_LENGTHS}|[{_MEASURES}]))"
    r")(?![以之]?[上下内外](?:的)?[^\W\d,]|届|期|级|楼|号|[-~—至到]\d)"
)
_NO_NUMBER_AFTER = re.compile("(?:[第每届等]|等多?达)$")

_TAKES_PLACE = (
    "举行|召开|举办|揭牌|开幕|闭幕|启动|开赛|开打|开桨|动工|开工|奠基|签约|成立|上演|亮相"
    "|落成|开业|开放|投产|启用|开馆|开班|开学|挂牌|竣工"
)
_SPOT_END = (
    "区|市|县|镇|省|街道|路|街|社区|公园|广场|中心|村|大道|号|园|馆|厅|基地|小学|中学"
    "|学校|学院|公司|大厦|楼|河|湖|湾|山|岛|站|港|院|室|场|里|城"
)
_PLACE = re.compile(
    rf"(?:(?<=在)|(?<!位)(?<=于))(?P<place>[^,。;:、在于的]{{2,22}}(?:{_SPOT_END}))(?=(?:正式|隆重|顺利|成功|同步)?(?:{_TAKES_PLACE}))"
    rf"|(?<=位于|落于|地处|落户)(?P<where>[^,。;:、的]{{2,22}}(?:{_SPOT_END}))(?=[,。;]|$)"
)
_OFFICES = (
    "党委书记|党组书记|总支书记|支部书记|党工委书记|书记|主任|局长|区长|市长|县长|镇长|院长|校长|园长|馆长|董事长|总经理|总裁|副总经理|主席|会长|队长|组长"
    "|所长|站长|行长|社长|教练|厂长|店长|班长|检察长|设计师|创始人|负责人|总监|秘书长|理事长|常务副区长|委员"
)
_SAYS = (
    "表示|介绍|强调|指出|告诉|主持|率队|率领|出席|说|认为|坦言|透露|回忆|担任|带队|参加"
    "|列席|讲解|授课|作|为|宣布|致辞|前往|到|在|以|[,。;:!?、和与]|$"
)
_HOLDER = re.compile(
    rf"(?P<body>[^\s,。;:、的“”\"'()《》和与及]{{2,22}}?)(?P<office>{_OFFICES})(?P<name>[{SURNAMES}][^\W\d]{{1,2}}?)(?={_SAYS})"
)
# 区文化局 names one, 市场 none. What a dictionary has as one word (农贸市场, 居民小区) is a kind of thing.
_BODY = re.compile(
    r"^[省市县区镇州](?![场民面区域块间城上里内长])|[^\W\d]{2}(?:区|市|县|镇|村|街道|社区|公司|集团|学院|大学|中学|小学|医院)"
)
_NAME_BEFORE = re.compile(rf"(?:^|[{SURNAMES}][^\W\d]{{1,2}}[、和与及])$")
_LIST = re.compile(
    r"(?P<items>[^,。;:、()]{2,30}(?:、[^,。;:、()]{2,16}){2,9}?)(?P<etc>等)"
    rf"(?P<count>(?:\d+|[两二三四五六七八九十多几]+)[{_MEASURES}]|一批|多种|各类|各种)?(?P<noun>[^\W\d]{{2,14}})"
)
_ENDS = re.compile(
    r"(?:(?:主要|具体|重点)?包括|分别是|分别为|涵盖了?)(?P<items>[^,。;:、()]{2,24}(?:、[^,。;:、()]{2,20})*(?:[、和及与]|以及)[^,。;:、()]{2,20})(?=[。;]|$)"
)
_DATED = frozenset({Form.DATE, Form.YEAR})


def facts(sentence: Sentence) -> Iterator[Fact]:
    """Give the facts of a sentence, kind by kind, in order of their place within one."""
    for find in (_numbers, _dates, _holders, _places, _lists):
        yield from (fact for fact in find(sentence) if not sentence.quoted(fact.span[0]))


def _numbers(sentence: Sentence) -> Iterator[Fact]:
    text = sentence.plain
    for match in _NUMBER.finditer(text):
        if _NO_NUMBER_AFTER.search(text[: match.start("figure")]) or not _counts(sentence, match):
            continue
        if match["percent"]:
            asking = "百分之多少"
        elif match["money"]:
            asking = f"多少{match['large']}{match['money']}"
        else:
            asking = f"多少{match['unit']}"
        yield _fact(sentence, Type.NUMBER, match.span(), asking)


def _counts(sentence: Sentence, match: re.Match[str]) -> bool:
    """Say whether the figure says how much there is of something that is named beside it."""
    unit, (start, end) = match["unit"], match.span()
    if unit == "岁":
        return "年龄" in sentence.plain[:start]
    before, after = sentence.words_in(0, start)[-1:], sentence.words_in(end, len(sentence.plain))[:1]
    if before and before[0].tag in ("m", "q") and not before[0].text.startswith("第"):
        return False
    if unit is None or unit in ("人", *_LENGTHS.split("|")):
        return True
    return any(word.nominal for word in (*before, *after))


def _dates(sentence: Sentence) -> Iterator[Fact]:
    for found in find_expressions(sentence.text):
        named = sentence.plain[found.start : found.end]
        if found.form not in _DATED or found.since or found.planned or not any(c.isdigit() for c in named):
            continue
        if found.end_point is not None or named.endswith("度"):
            continue
        if sentence.plain[found.end : found.end + 1] in ("以", "来", "前", "后", "起", "的", "度", "间"):
            continue
        asking = "哪一年" if found.form is Form.YEAR and found.months is None else "什么时候"
        yield _fact(sentence, Type.DATE, (found.start, found.end), asking)


def _holders(sentence: Sentence) -> Iterator[Fact]:
    for match in _HOLDER.finditer(sentence.plain):
        start, end = match.span("name")
        body = sentence.words_in(match.start("body"), match.end("body"))
        # The name must be a word of its own, and the body a noun phrase from its first to its last word.
        whole = body and body[0].start == match.start("body") and all(word.nominal for word in body)
        name = sentence.words_in(start, end)
        before = sentence.plain[: match.start("body")]
        named = any(word.names for word in body) or _names(sentence, match.start("body"), match["body"])
        kind = all(word.tag[0] in "nv" for word in body)
        if not (named or kind) or not whole or not name or name[-1].end != end or match["body"][-1:] in "副原前":
            continue
        # 首席代表、总经理张弛: the second office of somebody whose body was named before.
        if before[-1:] not in "、和与及" or _NAME_BEFORE.search(before):
            span, office = (match.start("body"), end), sentence.text[match.start("body") : start]
            yield Fact(Type.PERSON, span, office, match["name"], named)


def _names(sentence: Sentence, start: int, body: str) -> bool:
    """Say whether a body has the form of a name of its own, and not that of one common word."""
    found = _BODY.search(body)
    if found is None:
        return False
    low, high = start + found.start(), start + found.end()
    return not any(w.tag == "n" and len(w.text) > 2 and w.start <= low and high <= w.end for w in sentence.words)


def _places(sentence: Sentence) -> Iterator[Fact]:
    for match in _PLACE.finditer(sentence.plain):
        name = "place" if match["place"] else "where"
        yield _fact(sentence, Type.PLACE, match.span(name), "哪里")


def _lists(sentence: Sentence) -> Iterator[Fact]:
    for match in _LIST.finditer(sentence.plain):
        start = _first_item(sentence, match.start("items"), match.end("items"))
        noun = [word for word in sentence.words_in(match.start("noun"), match.end("noun")) if word.nominal]
        if start is None or not noun or noun[0].start != match.start("noun"):
            continue
        yield _fact(sentence, Type.LIST, (start, match.start("noun")), "哪些", sentence.text[start : match.end("etc")])
    for match in _ENDS.finditer(sentence.plain):
        asking = "什么" if "分别" in match[0][:3] else "哪些"
        yield _fact(sentence, Type.LIST, match.span("items"), asking)


def _first_item(sentence: Sentence, start: int, end: int) -> int | None:
    """Return where the first of several things begins: behind the last word before it that is no part of a noun."""
    first_end = sentence.plain.index("、", start, end)
    words = sentence.words_in(start, first_end)
    others = [word.end for word in words if not word.nominal and word.tag[0] not in "xaz"]
    begin = others[-1] if others else start
    return begin if 2 <= first_end - begin <= 14 else None


def _fact(sentence: Sentence, type_: Type, span: Span, asking: str, answer: str | None = None) -> Fact:
    return Fact(type_, span, asking, (sentence.text[slice(*span)] if answer is None else answer).strip())
