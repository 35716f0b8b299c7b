"""What a question asks for by name (a price, a telephone number, who holds an office) and whether a text holds such a thing.

A passage may speak of a school for a page without naming its head: what is asked for must be looked for by itself. The rules are
about language, not about any subject; patterns work on folded text (see `qa.fold`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from qa.asked import CLOCK, SURNAMES, number_before

Test = Callable[[str], bool]


# What can be told for certain by its form: a text without one does not answer. Of the questions that weights are fitted on and
# that ask for a time of day, the passages of 28 answerable ones all held one, those of 26 in 64 near misses none.
_CERTAIN = frozenset({"phone", "clock", "age"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that is asked for; `held_by` says whether a folded text holds one."""

    name: str
    held_by: Test

    @property
    def certain(self) -> bool:
        """Say whether a text that does not hold one cannot answer."""
        return self.name in _CERTAIN


_MONEY = number_before("元|块钱|美元|港元|欧元|yuan|rmb|dollar") + "|免费|免收|不收费|无偿|免租|free of charge"
# Name, how it is asked for, what holds it.
_TABLE = (
    (
        "phone",
        r"电话(?:号码?)?(?:是|係|系)?(?:多少|几多|几号|什么)|(?:打|拨)(?:哪个|边个|什么|乜嘢?|几号)(?:号码|电话)|(?:电话|手机|热线)号码?(?:是|係|系)"
        r"|号码是多少|几多号|联系方式|\b(?:tele)?phone number\b|contact number|hotline number|number to call",
        r"\d{3,4}[-—－ ]?\d{7,8}|1\d{10}|(?<!\d)\d{5}(?!\d)|(?<!\d)\d{7,8}(?!\d)|400-?\d{3}",
    ),
    (
        "web",
        r"网址|网站|公众号|微信号|邮箱|链接|\bwebsite\b|\bemail\b|\burl\b",
        r"www|http|\.c(?:n|om)|公众号|小程序|网站|微信|@",
    ),
    (
        "money",
        r"多少钱|几钱|几多钱|学费|租金|房租|票价|门票|价格|价钱|单价|售价|收费|费用|工资|月薪|年薪|薪水|补贴|补助|奖金|奖励多少"
        r"|罚款|赔偿|投资|资金|产值|收入|how much (?:money|does|do|did|is|was|will|are|per)|\bprice\b|\bcosts?\b|\bfees?\b"
        r"|\brent\b|\bsalary\b|\bsubsid|\btuition\b|\bticket",
        _MONEY,
    ),
    (
        "winner",
        r"夺冠|冠军|谁赢|边个赢|赢了|边队赢|第一名|获胜|夺得|拿了?第一|攞咗第一|\bwon\b|\bwinner|\bwins?\b|\bchampion",
        r"冠军|夺冠|第一名|一等奖|获胜|战胜|捧杯|桂冠|金牌|金奖|夺得|获得|折桂|\bwon\b|\bwinner|\bchampion",
    ),
    (
        "address",
        r"地址|门牌|几号楼|什么路|哪条路|边条路|\baddress\b",
        r"[路街道巷]\w{0,3}\d+号|位于|地址|大道|路|号|\bstreet\b|\broad\b",
    ),
    (
        "age",
        r"几岁|多大年纪|年龄|多大了|\bhow old\b|\bage\b",
        r"\d{1,3}(?:多|余)?岁|[一二三四五六七八九十]{2,3}岁|年龄|龄|\d+后|\byears? old\b|\baged\b",
    ),
    (
        "percent",
        r"百分之几|百分比|占比|比例|增速|增幅|增长率|同比|几成|\bpercent|\bproportion|\bgrowth rate",
        r"%|百分之|成|倍|percent",
    ),
    (
        "clock",
        r"几点(?!要求|建议|意见|措施|体会|希望)|营业时间|开放时间|办公时间|上班时间|\bopening hours\b|what time|open until",
        CLOCK + r"|24小时|全天",
    ),
    ("model", r"型号|什么牌子|品牌|哪个牌子|\bmodel\b|\bbrand\b", r"[a-z]+-?\d+|型|牌|\bmodel\b|\bbrand\b"),
    (
        "rank",
        r"第几(?![次届期批场])|排名|\branked?\b",
        r"第[一二三四五六七八九十\d]|首位|前列|居|排名|名次|[一二三]等|榜|\bfirst\b|\bsecond\b|\brank",
    ),
    (
        "why",
        r"为什么|为何|为啥|点解|原因|干嘛|做咩|\bwhy\b|what caused|reason",
        r"因为|由于|为了|旨在|原因|使得|从而|因此|以便|为进一步|缘于|得益于|目的|避免|防止|缓解|解决|为[^,。]{2,30},|有利于|有助于|让|满足"
        r"|导致|引发|受[^,。]{1,20}影响|出于|问题|需求|难|便于|才能|\bbecause\b|\bdue to\b|\bso that\b|\bin order to\b",
    ),
)
_OFFICES = (
    "书记|主任|局长|区长|市长|县长|镇长|村长|部长|科长|所长|处长|站长|董事长|总经理|经理|校长|院长|馆长|园长|主席|会长|队长|组长|行长|社长"
    "|教练|厂长|店长|班长|庭长|检察长|设计师|创始人|负责人|发言人|总监|秘书长|理事长|支书|老板|作者|导演|主持人|代言人|记者|老师|教授|专家|医生"
)
_ENGLISH_OFFICES = {
    "principal": "校长|园长",
    "headmaster": "校长",
    "dean": "院长|主任",
    "director": "主任|局长|院长|馆长|所长|董事|总监|导演",
    "chairman": "董事长|主席|会长|理事长",
    "chairwoman": "董事长|主席|会长",
    "president": "校长|会长|总裁|院长|主席",
    "mayor": "市长|区长|镇长",
    "secretary": "书记|秘书",
    "manager": "经理",
    "ceo": "总经理|总裁|ceo",
    "founder": "创始人|创办",
    "coach": "教练",
    "captain": "队长",
    "head": "长|主任|书记|负责人",
    "leader": "书记|长|负责人|领导",
    "author": "作者",
    "doctor": "医生|医师|主任",
}
_WHO = re.compile(
    r"谁|哪位|边个|边位|叫什么|叫乜|叫咩|名字|姓名|姓什么|姓甚|何人|什么人|\bwho\b|\bname of\b|\bname\b|\bcalled\b"
)
_HOW_MANY_OF_THEM = re.compile(
    r"哪([两二三四五六七八九十]|\d+)|(?:what|which)(?: are)? (?:the )?(two|three|four|five|six|seven|eight|nine|ten)\b"
)
_FIGURES = {figure: value for value, figure in enumerate("零一二三四五六七八九十")} | {"两": 2}
_FIGURES |= {
    word: n for n, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=2)
}
OFFICE, AS_MANY = "office", "as_many"
NAMES = (*(name for name, _, _ in _TABLE), OFFICE, AS_MANY)


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((name, re.compile(asked), re.compile(held)) for name, asked, held in _TABLE)


def attributes_asked(folded: str) -> tuple[Attribute, ...]:
    """Return what a folded question asks for by name, each with its test."""
    found = [Attribute(name, _holds(held)) for name, asked, held in _rules() if asked.search(folded)]
    offices = _offices(folded) if _WHO.search(folded) else ""
    if offices:
        # A deputy holds another office.
        holder = rf"(?<!副)(?:{offices})[^,。;]{{0,6}}?[{SURNAMES}]|[{SURNAMES}][^\W\d]{{1,2}}(?:{offices})|(?<!副)(?:{offices})"
        found.append(Attribute(OFFICE, _holds(re.compile(holder))))
    wanted = _HOW_MANY_OF_THEM.search(folded)
    if wanted:
        figure = wanted[1] or wanted[2]
        found.append(Attribute(AS_MANY, _lists(int(figure) if figure.isdecimal() else _FIGURES[figure])))
    return tuple(found)


def _holds(pattern: re.Pattern[str]) -> Test:
    return lambda text: pattern.search(text) is not None


def _offices(folded: str) -> str:
    """Return a pattern of the office whose holder is asked for, "" when none is named."""
    chinese = re.search(_OFFICES, folded)
    english = re.search(rf"\b(?:{'|'.join(_ENGLISH_OFFICES)})\b", folded)
    return "|".join([*([chinese[0]] if chinese else []), *([_ENGLISH_OFFICES[english[0]]] if english else [])])


def _lists(n: int) -> Test:
    """Return a test of whether a text names at least `n` things side by side."""

    def test(text: str) -> bool:
        parted = text.count("、") + text.count("和") + text.count("及") + text.count(",") // 2
        quoted = len(re.findall("[“「《][^”」》]+", text))
        numbered = text.count("一是") + len(re.findall("[二三四五六七八九]是", text))
        return parted >= n - 1 or quoted >= n or numbered >= n

    return test
