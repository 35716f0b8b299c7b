"""What the numbers of a text count: 360名 are people, 18支 teams, 2个月 months.

A sentence may count another way than the page does (360 villagers, 360个人), but not something else (360 teams). Only what a
short table holds is compared; a number behind which it finds nothing may count anything, except time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from qa.answering.figures import without_dates
from qa.answering.words_of_number import in_digits
from qa.fold import fold
from qa.numerals import han_value

Counted = Mapping[Decimal, frozenset[frozenset[str]]]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TIME = _words("year month week day hour minute second")
# These have counters of their own; 个, 项, 条 and their like may stand for any of them.
_THINGS = _words("thing person team house bed vehicle plant event")
_CHINESE = {
    "year": "年 周年 年度 个年头 载", "month": "个月 个多月 月", "week": "周 星期 个星期 礼拜 个礼拜",
    "day": "天 日 个工作日 工作日", "hour": "小时 个小时 个钟头", "minute": "分钟", "second": "秒", "age": "岁 周岁",
    "yuan": "元 块 块钱 元人民币", "dollar": "美元", "hkd": "港元 港币", "times": "倍",
    "metre": "米", "km": "公里 千米", "cm": "厘米", "sqm": "平方米 平米", "sqkm": "平方公里", "mu": "亩", "hectare": "公顷",
    "ton": "吨", "kg": "公斤 千克",
    "person": "名 位 人 个人 个村民 个居民 个学生 个教师 个老师 个孩子 个运动员 个选手",
    "team": "支 队 个队 个球队 个代表队 个参赛队",
    "house": "家 间 所 户 个企业 个公司 个家庭 个学校 个商户", "bed": "张 个床位", "vehicle": "台 辆 艘 架", "plant": "棵 株",
    "event": "场 次 届 期 轮 人次",
    "thing": "个 项 条 件 种 处 座 栋 幢 批 套 份 类 组 宗 部 块 门 节 堂 本 篇 幅 层 大类 名额 年级",
}  # fmt: skip
_ALSO = {"人次": ("person",), "块": ("thing",), "户": ("person",)}
_ENGLISH = {
    "year": "years", "month": "months", "week": "weeks", "day": "days", "hour": "hours", "minute": "minutes", "second": "seconds",
    "yuan": "yuan rmb", "dollar": "dollars", "times": "times", "metre": "metres meters", "km": "kilometres kilometers km",
    "sqm": "sqm", "mu": "mu", "hectare": "hectares", "ton": "tonnes tons", "kg": "kilograms kilos kg",
    "person": "people persons men women children doctors nurses teachers trainers tutors students pupils villagers residents "
    "workers employees staff officials athletes players volunteers participants experts patients visitors graduates trainees "
    "lawyers farmers engineers journalists guests representatives delegates",
    "team": "teams squads crews", "house": "companies enterprises firms businesses schools hospitals kindergartens banks "
    "households families shops restaurants hotels clinics", "bed": "beds", "vehicle": "cars buses vehicles boats trucks ships",
    "plant": "trees", "event": "matches games races sessions meetings lectures performances times",
}  # fmt: skip


def _table(words: Mapping[str, str]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for meaning, forms in words.items():
        for form in forms.split():
            found[form].update((meaning, *_ALSO.get(form, ())))
    return {form: frozenset(meanings) for form, meanings in found.items()}


_COUNTERS, _NOUNS = _table(_CHINESE), _table(_ENGLISH)
_H = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(rf"(?<![\d.])(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<scale>(?:\s?[十百千万亿]+)?)|(?P<han>[{_H}]+)")
_ABOUT = re.compile(rf"(?<=[\d{_H}])[余多来几](?=[百千万亿])")
_BEHIND = re.compile(rf"[余多来几]?\s?(?P<counter>{'|'.join(sorted(_COUNTERS, key=len, reverse=True))})")
_ONWARD = re.compile(rf"\s*(?:[-—–~至到、或]|to|or)\s*(?=[\d{_H}])")
_PHRASE = re.compile(r"(?:[ -][a-z]+){1,4}")
_NO_NOUNS = _words(
    "of in from and or to with for at on by as the a an was were are is have has had will would who that"
)


def counts_something_else(said: str, pages: Sequence[Counted]) -> bool:
    """Say whether a number of a sentence counts what the same number counts nowhere in the pages."""
    for value, claims in counted(said).items():
        printed = frozenset[frozenset[str]]().union(*(page.get(value, ()) for page in pages))
        if printed and any(claim and not any(_agree(claim, one) for one in printed) for claim in claims):
            return True
    return False


def counted(text: str) -> Counted:
    """Return for each number from 2 on what it counts, each time that it stands there; the empty set where that is not known."""
    folded = _ABOUT.sub("", in_digits(without_dates(fold(text))))
    found: defaultdict[Decimal, set[frozenset[str]]] = defaultdict(set)
    behind: frozenset[str] = frozenset()
    for match in reversed(list(_NUMBER.finditer(folded))):
        # 2至3年: the first number counts what the next one does.
        behind = behind if _ONWARD.match(folded, match.end()) else _meanings(folded, match.end())
        for value in _values(match):
            if value > 1:
                found[value].add(behind)
    return {value: frozenset(meanings) for value, meanings in found.items()}


def _agree(claim: frozenset[str], page: frozenset[str]) -> bool:
    if not page:
        return not claim & _TIME
    return bool(claim & page) or ("thing" in claim | page and bool(claim & _THINGS) and bool(page & _THINGS))


def _meanings(folded: str, end: int) -> frozenset[str]:
    if counter := _BEHIND.match(folded, end):
        return _COUNTERS[counter["counter"]]
    phrase = _PHRASE.match(folded, end)
    words = re.findall(r"[ -][a-z]+", phrase[0]) if phrase else []
    for i, (joint, word) in enumerate((word[0], word[1:]) for word in words):
        if word in _NO_NOUNS:
            break
        meanings = _NOUNS.get(word) or (_NOUNS.get(word + "s") if joint == "-" else None)
        if meanings:
            return _shaped(meanings, [one[1:] for one in words[:i]], [one[1:] for one in words[i + 1 : i + 2]])
    return frozenset()


def _shaped(meanings: frozenset[str], before: list[str], after: list[str]) -> frozenset[str]:
    """Read `years old` and `square metres`."""
    if after == ["old"]:
        return frozenset({"age"})
    if before[-1:] == ["square"]:
        return frozenset({f"sq{'m' if 'metre' in meanings else 'km'}"})
    return meanings


def _values(match: re.Match[str]) -> Iterator[Decimal]:
    if match["digits"]:
        value = Decimal(match["digits"].replace(",", ""))
        for unit in match["scale"].strip():
            value *= han_value(unit) or 1
        yield value
    else:
        read = [han_value(match["han"]), *(han_value(c) for c in match["han"])]  # 两三: two or three
        several = not any(c in "十百千万亿" for c in match["han"])
        yield from (Decimal(value) for value in (read if several else read[:1]) if value is not None)
