"""What a question speaks of, apart from what it asks; and whether it names anything by itself."""

from __future__ import annotations

import re

from qa.conversation.cues import OPENER, even, is_chinese
from qa.general import general_words
from qa.terms import HAN, without_question_words
from qa.words import WordCutter

MOST_TOPIC = 120
_MEASURES = "个名位家所项条次场间层张支届种座栋幢套台辆艘架户亩宗件份只头棵株块批组队对岁倍公里人年天月号日点成"
# What is asked about a thing and is no thing by itself; before or behind the asking word it belongs to that.
_TRAIT = (
    "占地面积|占地|总?建筑面积|用地面积|面积|总?投资额?|计划投资额?|人数|金额|数量|价格|费用|长度|高度|时间|日期|地点|地址|位置|名字|名称|原因|目的"
    "|意义|作用|规模|总?产值|比例|占比|份额|增幅|增速|完成率|内容|特点|主题|名单|负责人|主办方?|结果|成效|情况|人"
)
_ASKING = (
    "什么时候|什么时间|什么地方|什么人|什么样|什么|甚么|为什么|为何|为啥|啥时候|啥|多少钱|多少|几多|多大|多长|多高|多远|多久|多重"
    f"|哪一?[{_MEASURES}]|哪几[{_MEASURES}]|哪些|哪里|哪儿|哪|谁|怎么样|怎么|怎样|如何|几时|几耐|几(?=[{_MEASURES}])|第几|是否|有没有|有冇"
    "|星期几|周几|礼拜几|边个|边度|边间|边位|边啲|边(?=[个间位度年日月])|点解|点样|乜嘢|乜|咩|系咪|是不是|能不能|会不会|可不可以|百分之几|(?P<again>[一-龥])[不唔](?P=again)"
)
_LINK = (
    "有|是|系|在|喺|位于|达到?|到了?|共|一共|总共|大概|大约|约|的|嘅|了|咗|能|会|要|可以|还|都|算|叫做?|为|设在|设置|提供"
    "|做|干|从事|生产|属于"
)
_ASKED = re.compile(
    rf"(?:{_LINK})*(?:{_TRAIT})?(?:{_LINK})*(?:{_ASKING})(?:[{_MEASURES}](?![目庭籍民才口员单]))?(?:钱|(?:{_TRAIT})(?![{HAN}]{{2}}))?(?:{_LINK})*"
)
_TRAITS = re.compile(_TRAIT)
_PREPOSITION = re.compile("^(?:由|从|在|喺|被|给)")
_MARKED = re.compile('[“「『《"a-z]')
_LETTERS = re.compile(f"[{HAN}a-z]")
_TAIL = re.compile(r"(?:呢|吗|吧|啊|呀|㗎|喇|啦|嘎|的|嘅|了|咗|嚟)+$")
_MARKS = re.compile(r"[?!。,,;:、\s]+")
_LEADING = re.compile(
    r"^(?:please |can you |could you |do you know |tell me )*"
    r"(?:(?:what|which|who|whom|whose|when|where|why|how(?: (?:many|much|long|large|big|tall|far|high|old|often))?)\b\s*)?"
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)\b\s*)?(?:(?:the|a|an)\b\s*)?",
    re.IGNORECASE,
)
_DANGLING = re.compile(r" (?:about|for|in|of|at|to|with|on|from)$", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|get|there)\b", re.IGNORECASE
)
_SUFFIXES = (
    "公司|集团|实业|小学|中学|学校|学院|大学|幼儿园|医院|产业园|工业园|产业港|园区|开发区|街道|社区|村|镇|区|市|县|省|公园|广场|联赛|擂台赛|培训班|课堂"
    "|工作站|研究院|实验室|协会|工程|规划|行动|会议|讲座|通道|大桥|大道|计划|产业集群|新城|基地|项目"
)
_NAMES = re.compile(
    rf"(?<![这那该此本其])(?<![这那该此本嗰][个家所间项次场座])[{HAN}]{{2,}}(?:{_SUFFIXES})|江海|江门|恩平|[“「『《\"][^”」』》\"]{{2,20}}[”」』》\"]|[a-z]{{2,}}\d*"
)
_REGION = re.compile(rf"[{HAN}]{{2}}(?:区|市|县|省)|江海|江门|恩平")
_ADVERB = re.compile("什么时候|几时|何时|哪里|哪儿|边度|为什么|为何|点解|怎么|怎样|如何|几月|哪[年月天]")
_HABIT = re.compile("(?:每年|目前|现在|现时|一般|通常|平时|大概|最近)$")
# A verb or noun of so many characters behind the asking part (什么时候启动, 多少支球队).
_VERB = 3
_ENGLISH_NAME = re.compile(r"(?<!^)(?<![.?!] )\b(?!I\b)[A-Z][\w'-]+")
_ENGLISH_WORD = re.compile(r"[a-z][\w'-]+")


def trimmed(question: str) -> str:
    """Return the question without the marks at its ends."""
    return question.strip().strip("?？!。.,，、 ").strip()


def topic_of(question: str) -> str:
    """Return what a whole question speaks of, in its own words and without its asking part; never empty for words."""
    plain = trimmed(question)
    opener = OPENER.match(even(plain))
    plain = plain[opener.end() :] if opener and opener.end() < len(plain) else plain
    topic = _chinese_topic(plain) if is_chinese(plain) else _english_topic(plain)
    return _cut(topic or plain)


def _cut(topic: str) -> str:
    if len(topic) <= MOST_TOPIC:
        return topic
    return topic[:MOST_TOPIC] if is_chinese(topic) else topic[:MOST_TOPIC].rpartition(" ")[0] or topic[:MOST_TOPIC]


def _chinese_topic(plain: str) -> str:
    folded = even(plain)
    tail = _TAIL.search(folded)
    plain = plain[: tail.start()] if tail else plain
    parts, at = [], 0
    for match in _ASKED.finditer(even(plain)):
        parts.append(plain[at : match.start()])
        at = match.end()
    parts.append(plain[at:])
    kept = [part.strip("?？,，。、 ") for part in parts]
    if len(kept) > 1:
        kept[0] = _HABIT.sub("", kept[0])
        adverb = bool(_ADVERB.search(even(plain)))
        if len(kept[-1]) <= _VERB and _subject(kept[0], adverb):
            kept.pop()
    return "".join(part for i, part in enumerate(kept) if len(part) > 1 or (part and i == 0))


def _subject(text: str, adverb: bool) -> bool:
    """Say whether a text names more than a region, so that what stands behind the asking part adds nothing to it.

    Behind an asking adverb (什么时候, 哪里) stands a verb alone, so that any noun before it is the subject.
    """
    rest = _REGION.sub(" ", even(text))
    return bool(_NAMES.search(rest)) or (adverb and bool(re.search(f"[{HAN}]{{2}}", rest)))


def _english_topic(plain: str) -> str:
    rest = plain[_LEADING.match(plain).end() :]  # type: ignore[union-attr]
    return _DANGLING.sub("", " ".join(_AUXILIARY.sub(" ", rest).split()))


def names_something(question: str) -> bool:
    """Say whether a question names a thing by a form that only names have: a suffix, quotation marks, Latin letters."""
    if is_chinese(question):
        return bool(_NAMES.search(_ASKED.sub(" ", even(question))))
    return bool(_ENGLISH_NAME.search(question))


def asks_at_once(question: str) -> bool:
    """Say whether a question begins with its asking part and names nothing by itself, so that it has no subject (有多少家)."""
    folded = even(question)
    return bool(_ASKED.match(_PREPOSITION.sub("", folded))) and not _MARKED.search(folded)


def own_content(question: str, cutter: WordCutter) -> list[str]:
    """Return what is left of a question without asking words, traits and words that any question may have."""
    folded = even(trimmed(question))
    if not is_chinese(folded):
        asked_of = without_question_words(OPENER.sub("", folded))
        return [w for w in _ENGLISH_WORD.findall(asked_of) if w not in general_words()]
    rest = _ASKED.sub(" ", _TAIL.sub("", OPENER.sub("", folded)))
    words = (word.strip() for word in cutter.cut(rest))
    return [
        w for w in words if len(w) > 1 and not _TRAITS.fullmatch(w) and w not in general_words() and _LETTERS.search(w)
    ]
