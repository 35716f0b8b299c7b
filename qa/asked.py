"""What form of answer a question's asking words want, and how well a sentence has it to give.

The rules are about language (asking words in Simplified, Traditional and Cantonese Chinese and in English, measure words,
the shapes of quantities, dates and names), not about any subject. Patterns work on folded text (see `qa.fold`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from qa.fold import fold
from qa.numerals import numerals
from qa.reading.records import Span


class Asked(StrEnum):
    """The kinds that show in a sentence's form. The ranking is fitted with NUMBER and DATE (see `qa.retrieval.legs`)."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    WHO = "who"
    WHERE = "where"
    LIST = "list"
    OTHER = "other"


# Measure words; 人 counts itself.
_MEASURES = (
    "个名位家所项条次场间层张支届种处座栋幢套台辆艘架户亩宗件份只头棵株盏块批组队对岁倍元度届期届公米吨门节段篇部本人"
)
_TIME_UNITS = "个半?(?:月|小时|钟头|星期|学期|季度)|小时|钟头|星期|学期|年|天|周|分钟|秒"
# The first that is found decides. 哪几个 and 十几个 ask for no number, 有几点要求 for no time of day.
_CUES = (
    (
        Asked.DATE,
        r"什么时候|何时|哪一?天|哪一?年|哪个月|哪一?日|几月|几号|几时|啥时候?|什么时间|什么日期|边日|边一?年|边个月|何年|何日"
        r"|\bwhen\b|\b(?:what|which) (?:date|year|day|month)\b",
    ),
    (
        Asked.TIME,
        r"几点(?!要求|建议|意见|措施|体会|希望|做法|经验|内容)|\bwhat time\b|\bat what hour\b",
    ),
    (
        Asked.DURATION,
        r"多久|几耐|几长时间|多长时间|多少时间|多长的时间"
        r"|(?<![十好这])几(?:个半?(?:月|小时|钟头|星期|学期)|小时|星期|钟头|年|天|周|分钟|秒)"
        r"|\bhow long\b(?! (?:is|are|was|were) the (?:\w+ )?(?:road|bridge|river|tunnel|route|line|track|path|trail|street))",
    ),
    (
        Asked.NUMBER,
        rf"多少|几多|多大|多长|多高|多远|多重|多宽|第几|(?<![十好哪这那边])几[{_MEASURES}万亿成]|百分之几|占比|几钱"
        r"|\bhow (?:many|much|large|big|long|tall|far|high|old|wide|heavy)\b|\bwhat (?:percentage|number|share|proportion)\b",
    ),
    (Asked.WHO, r"谁|哪位|边个|边位|何人|什么人|\bwho(?:m|se)?\b"),
    (
        Asked.LIST,
        r"哪些|边啲|边些|有咩|哪[几两二三四五六七八九十]|边几|分别是|包括什么"
        r"|\b(?:what|which) (?:\w+ )?\w{3,}s (?:are|were|did|do|have|will|took)\b",
    ),
    (Asked.WHERE, r"哪里|哪儿|边度|何处|什么地方|什么地点|哪个地方|在哪|位于哪|地址|边处|\bwhere\b"),
)
_KINDS = tuple((kind, re.compile(cue)) for kind, cue in _CUES)

_HAN = "一二三四五六七八九十"
_HAN_FIGURE = "(?:[两二三四五六七八九十百千万亿]|一[十百千万亿])[零一二两三四五六七八九十百千万亿]{0,12}"
_FIGURE = rf"(?:(?<!\d)\d[\d,]*(?:\.\d+)?|{_HAN_FIGURE})[十百千万亿]*"
# Numbers that count nothing: dates, ordinals, congresses and plans, numbering, short names in quotation marks, and bounds
# that describe a noun (10亿元以上项目).
_NO_QUANTITY = re.compile(
    rf"\d{{4}}年(?:度|代)?|[零〇{_HAN}]{{4}}年"
    rf"|(?:\d{{1,2}}[-—–~至到])?(?:\d{{1,2}}|[{_HAN}]{{1,3}})月(?:份|(?:\d{{1,2}}|[{_HAN}]{{1,3}})[日号]?(?:[-—–~至到、]\d{{1,2}}[日号])?)?"
    rf"|\d{{1,2}}[日号]|第(?:\d+|[{_HAN}百]+)[{_MEASURES}]?|\d{{1,2}}[::]\d{{2}}"
    rf"|[{_HAN}]+(?:大(?=精神|报告|代表|会|以来|[^\w]|$)|届|中全会|次全会)|十[{_HAN}]五(?=规划|时期|期间|[”\"』」])"
    rf"|(?:^|(?<=[,。;:、\s]))[{_HAN}](?:是|要|、)|[“「『‘《\"][^”」』’》\"]{{1,12}}[”」』’》\"]"
    rf"|{_FIGURE}[^\W\d]{{1,2}}以[上下](?=[^\W\d])"
    r"|\b(?:19|20)\d\d\b(?!\s*(?:[元人名个家项万亿%]|\w+s\b))|\b\d+(?:st|nd|rd|th)\b|[a-z]+-?\d+\w*"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}\b"
    r"|\b\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)
_MORE = "[多余几来]?[万亿]?"
_ENGLISH_FIGURE = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|hundred|thousand|million)\b"
)
_QUANTITY = re.compile(
    rf"\d|百分之|{_FIGURE}{_MORE}(?:[{_MEASURES}年天周秒]|平方|公里|小时|分钟|块|学位|床|%)|{_ENGLISH_FIGURE}"
)
_ORDINAL = re.compile(rf"第(?:\d+|[{_HAN}百]+)|[\d{_HAN}]+届|\b\d+(?:st|nd|rd|th)\b|\b(?:first|second|third)\b")

# What a question's nouns say about the unit that the number stands before, where none follows 多少.
_AREA = "平方|亩|公顷|square|hectares?|m2|acres?"
_LENGTH = "公里|千米|米|kilomet|met(?:er|re)|km"
_UNITS = (
    (r"百分之|百分比|占比|比例|比率|增速|增幅|增长率|完成率|几成|percent|proportion|share of", "%|percent|成"),
    (
        r"多少钱|几钱|几多钱|金额|投资额?(?:是|达|有|为)?多少|资金|费用|价格|产值|收入"
        r"|how much (?:money|did|does|will|is|was)",
        "元|yuan",
    ),
    (r"面积|多大|占地|平方|how (?:large|big)|square", _AREA),
    (r"多长|多远|全长|里程|长度|距离|how (?:long|far)|kilomet", _LENGTH),
    (r"多高|高度|how (?:tall|high)", "米|层|met(?:er|re)|store?y"),
    (
        r"人数|人次|how many (?:\w+ )?(?:people|persons|residents|visitors|participants|students|teachers|workers)",
        "人|名|位|people",
    ),
    (
        r"how many (?:\w+ )?(?:compan|firms|enterprises|businesses|shops)",
        "家|compan|firms|enterprises|businesses|shops",
    ),
    (r"how many (?:\w+ )?(?:beds)", "张|床|beds"),
    (r"how many (?:\w+ )?(?:schools|hospitals)", "所|家|schools|hospitals"),
    (r"how many (?:\w+ )?(?:teams)", "支|teams"),
    (r"how many (?:\w+ )?(?:roads|routes|lines)", "条|roads|routes|lines"),
    (r"how many (?:\w+ )?(?:projects)", "个|项|宗|projects"),
    (r"how many (?:\w+ )?(?:households|families)", "户|households|families"),
    (r"how many (?:\w+ )?(?:places|seats)", "个|座|席|places|seats"),
    (r"how many (?:\w+ )?(?:cars|vehicles|buses)", "辆|台|cars|vehicles|buses"),
)
_UNIT_OF = tuple((re.compile(cue), unit) for cue, unit in _UNITS)
_COUNTED = re.compile(rf"(?:多少|几多|(?<![十好哪这那边第])几(?=[{_MEASURES}]))(?P<what>[^\W\da-z]{{1,6}})")
# Behind 多少 these begin no noun.
_NO_NOUN = re.compile(r"[的了呢吗呀在是可将被能会已]|$|钱")
_PEOPLE = "名位人"

_DAY = re.compile(
    rf"\d{{4}}年|[零〇{_HAN}]{{4}}年|(?:\d{{1,2}}|[{_HAN}]{{1,3}})月(?!\w?均)|\d{{1,2}}[日号]|\b(?:19|20)\d\d\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b|\bmay \d"
)
_LOOSE_DAY = re.compile(
    r"[上下]半年|[上下本]月|[今明去前]年|[昨今明当近]日|[昨今明当][天晚]|日前|年底|年初|月底|春节|元旦|国庆|中秋|端午|清明"
    r"|周[一二三四五六日末]|星期[一二三四五六日]|\b(?:yesterday|today|tomorrow|last|next) ?(?:week|month|year)?\b"
)
CLOCK = (
    rf"\d{{1,2}}[::]\d{{2}}|(?:\d{{1,2}}|[{_HAN}]{{1,3}}|两)(?:点(?!多?[要建意])|时(?!代|期))"
    r"|\b\d{1,2} ?[ap]\.?m\b|o'clock|\bnoon\b|\bmidnight\b"
)
_SPAN = re.compile(
    rf"(?<!第)(?<!\d)(?:\d{{1,3}}(?:\.\d+)?|[{_HAN}两半数百]{{1,3}}){_MORE}(?:{_TIME_UNITS})(?![份])|为期|历时|全程约?\d"
    r"|\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half an?)[ -]"
    r"(?:second|minute|hour|day|week|month|year)s?\b"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤聂岑甄区欧温关容麦冼伍司霍简植翁阮柳庄"
)
_OFFICE = (
    "书记|主任|局长|区长|市长|县长|镇长|村长|部长|科长|所长|处长|站长|董事长|总经理|经理|校长|院长|馆长|园长|主席|会长|队长|组长|行长"
    "|社长|教练|教师|老师|教授|专家|常委|代表|委员|负责人|创始人|医生|护士|师傅|村民|居民|市民|选手|律师|工程师|研究员|学生|先生|女士|同志|志愿者|领导"
)
_SAYS = "表示|介绍|强调|指出|告诉|主持|率队|率领|率|出席|说|认为|坦言|透露|回忆|担任|作专题|作报告|带队|参加|列席|获得|讲解|授课"
_PERSON = re.compile(
    rf"(?:{_OFFICE})(?:、[^,。、]{{2,8}}(?:{_OFFICE}))*[{SURNAMES}][^\W\d的和与在]{{1,2}}|[{SURNAMES}][^\W\d]{{1,2}}(?:{_SAYS}|{_OFFICE})"
    rf"|由[^,。]{{2,30}}(?:主办|承办|协办|主持|组织|负责|主讲|授课|担任|建设|共建|设计|运营|出资|提供)"
    r"|\b(?:mr|mrs|ms|dr)\b\.? \w+"
)
_ENGLISH_NAME = re.compile(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b")
_SPOT = re.compile(
    r"(?:在|于|位于|地处|落户|前往|赴|走进|来到|到|设在|地点为?[::]?)[^,。;]{0,24}?"
    r"(?:[区市县镇省]|街道?|路|社区|公园|广场|中心|村|大道|号|园|馆|厅|基地|小学|中学|学校|学院|公司|大厦|[^一]楼|河|湖|湾|山|岛|站|港|院)"
    r"|\b(?:in|at|on|near) (?:the )?[a-z]"
)
_SEVERAL = re.compile(
    r"、.*、|、.{1,30}(?:和|及|与|等)|包括|分别|以及|一是|其中有|\bincluding\b|\binclude\b|,.*,? and |——"
)


def what_is_asked(question: str) -> Asked:
    """Return what kind of answer the question's asking words want."""
    folded = fold(question)
    return next((kind for kind, cue in _KINDS if cue.search(folded)), Asked.OTHER)


def has_what_is_asked(sentence: str, asked: Asked) -> bool:
    """Say whether a sentence holds something of the form that is asked for; OTHER has no form and is always there."""
    folded = fold(sentence)
    if asked is Asked.NUMBER:
        return bool(_QUANTITY.search(_quantities(folded)))
    if asked is Asked.WHO:
        return bool(_PERSON.search(folded) or _ENGLISH_NAME.search(sentence))
    if asked is Asked.DURATION:
        folded = _quantities(folded)
    form = _FORMS.get(asked)
    return form is None or any(one.search(folded) for one in form)


_FORMS = {
    Asked.DATE: (_DAY, _LOOSE_DAY),
    Asked.TIME: (re.compile(CLOCK),),
    Asked.DURATION: (_SPAN,),
    Asked.WHERE: (_SPOT,),
    Asked.LIST: (_SEVERAL,),
}


def new_answers(asked: Asked, sentence: str, question: str) -> list[Span]:
    """Return the places of the wanted form in a folded sentence that say what the folded question does not say itself."""
    if asked in (Asked.NUMBER, Asked.DURATION):
        known = {n.term for n in numerals(question)}
        return [(n.start, n.end) for n in numerals(_quantities(sentence)) if n.term not in known]
    forms = (_PERSON,) if asked is Asked.WHO else _FORMS.get(asked, ())
    return [match.span() for form in forms for match in form.finditer(sentence) if match[0] not in question]


def _quantities(folded: str) -> str:
    """Return the text with the numbers blanked that count nothing; every place stays where it is."""
    return _NO_QUANTITY.sub(lambda match: " " * len(match[0]), folded)


@dataclass(frozen=True)
class Wanted:
    """The form that one question wants, to the unit or noun that it counts."""

    question: str

    @cached_property
    def asked(self) -> Asked:
        """Return the kind."""
        return what_is_asked(self.question)

    @cached_property
    def _units(self) -> tuple[re.Pattern[str], ...]:
        """Return patterns of a number before the unit or noun asked for, the most exact first."""
        folded = fold(self.question)
        counted = _COUNTED.search(folded)
        units = [] if counted is None else _counted(counted["what"])
        units += [number_before(unit) for cue, unit in _UNIT_OF if cue.search(folded)]
        return tuple(re.compile(unit) for unit in units)

    def fit(self, sentence: str) -> float:
        """Return how well the sentence has the form: -1 (lacks it) to 1; 0 for a question without a form."""
        if self.asked is Asked.OTHER:
            return 0.0
        folded = fold(sentence)
        if self.asked is Asked.NUMBER:
            return self._number_fit(folded)
        if not has_what_is_asked(sentence, self.asked):
            return -1.0
        return 0.3 if self.asked is Asked.DATE and not _DAY.search(folded) else 1.0

    def _number_fit(self, folded: str) -> float:
        if "第几" in fold(self.question):
            return 1.0 if _ORDINAL.search(folded) else -1.0
        counting = _quantities(folded)
        if not _QUANTITY.search(counting):
            return -1.0
        for place, unit in enumerate(self._units):
            if unit.search(counting):
                return 1.0 if place == 0 else 0.6
        return 0.0 if self._units else 0.5


def number_before(unit: str) -> str:
    """Return the pattern of a number directly before a unit."""
    return rf"(?:{_FIGURE}|百分之|{_ENGLISH_FIGURE}){_MORE}\s*(?:{unit})"


def _counted(what: str) -> list[str]:
    """Return patterns of a number with what follows 多少 or 几: with the noun (46支龙舟队, 床位120张), with the measure alone."""
    if _NO_NOUN.match(what):
        return []
    if what[0] == "人":
        return [number_before(f"[{_PEOPLE}]")]
    measured = what[0] in _MEASURES and not what.startswith(("公里", "公顷"))
    measure, noun = (what[0], what[1:3]) if measured else (f"[{_MEASURES}]?", what[:2])
    if measure in _PEOPLE:
        measure = f"[{_PEOPLE}]"
    alone = [number_before(measure)] if measured else []
    if len(noun) < 2 or _NO_NOUN.match(noun):
        return alone
    filled = rf"{measure}[^\W\d]{{0,4}}?{noun}"
    with_noun = rf"{number_before(filled)}|{noun}[^\W\d]{{0,4}}?{_FIGURE}{_MORE}{measure}"
    return [with_noun, *alone]
