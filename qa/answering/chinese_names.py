"""Chinese names in a sentence that its passages do not have.

Parts of speech (jieba's) are a hint, and a bad judge alone: a word counts as known when a passage has it, whatever its tag. What
must be known: words tagged as names, words that no dictionary has, a surname before a title or a verb of saying, and what
a name's last word (街道, 公司, 小学) makes with the word before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from qa.fold import fold
from qa.terms import HAN
from qa.words import WordCutter

if TYPE_CHECKING:
    from jieba.posseg import POSTokenizer

_SPELLING = ("n", "a", "j", "g", "b", "x", "z")  # no verbs, numbers, pronouns or particles
_NAMES = ("nr", "ns", "nt", "nz")
_CHINESE = re.compile(f"[{HAN}]+")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤聂岑甄区欧温关容麦冼伍司霍简植翁阮柳庄"
)
_OFFICE = (
    "书记|主任|局长|区长|市长|县长|镇长|村长|部长|科长|所长|处长|站长|董事长|总经理|经理|校长|院长|馆长|园长|主席|会长|队长|组长|行长|社长"
    "|教练|教师|老师|教授|专家|常委|代表|委员|负责人|创始人|医生|护士|师傅|村民|居民|市民|选手|律师|工程师|研究员|学生|先生|女士|同志|志愿者"
)
_ACTS = (
    "表示|介绍|强调|指出|告诉|主持|率队|率领|出席|认为|坦言|透露|回忆|担任|参加|列席|获得|讲解|授课|宣布|说|致辞|发言|调研"
    "|会见"
)
_PERSON = re.compile(
    rf"(?:{_OFFICE})(?P<a>[{_SURNAMES}][{HAN}]{{1,2}}?)(?=[、,。;和与及等]|{_ACTS}|$)"
    rf"|(?:^|[、,。;:和与及]|{_OFFICE})(?P<b>[{_SURNAMES}][{HAN}]{{1,2}})(?={_ACTS})"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LAST_WORDS = _words(
    "街道 社区 村 镇 区 市 县 省 路 大道 公园 小学 中学 大学 学院 医院 公司 有限公司 集团 协会 广场 大桥 银行 "
    "研究院 工业园 产业园 酒店 商会 州 岛 港 湾 河 湖 江 山 国"
)
# Places of the province that the dictionary has as common words, or not at all.
_PLACES = _words(
    "海珠 从化 增城 盐田 坪山 斗门 金湾 横琴 潮南 禅城 三水 武江 浈江 始兴 仁化 乳源 赤坎 坡头 麻章 吴川 高要 怀集 "
    "封开 四会 新会 茂名 "
    "茂南 电白 化州 信宜 惠城 平远 河源 源城 紫金 东源 清远 湘桥 云城"
)
# Offices that one person holds: 国家主席 is no 政协主席, 区长 no 副区长 and no 市长.
_HELD = re.compile(
    "(?:国家|中央|[省市区县]?政协|全国政协)副?主席|(?:中央|省委|市委|区委|县委|镇委|党委|党组|党工委)副?书记|人大常委会副?(?:主任|委员长)"
    "|总统|总书记|副?总理(?!念)|副?[省市区县镇部局校]长(?![廊期久远效大足年达势跑江者假龙])"
)
# A dictionary has some towns and villages as common words.
_PLACE = re.compile(r".+[^城乡小](?:镇|街道|社区|县|乡)|.+[^农乡新]村")
# Before these words they name nothing: 这个村, 其他公司.
_NO_NAMES = _words(
    "所在 这个 那个 一些 一个 有关 相关 其他 其它 多个 不同 附近 当地 本地 全国 各地 市级 省级 区级 大型 著名 一家 多家 "
    "部分 所有 整个"
)


# Put behind a thing's name they say of what kind it is: 异木棉树, 鲮鱼.
_KINDS = "树花草果叶竹木鱼鸟虫茶菜饭粥饼酒"
# A name that a question shortens (农商银行 for 农村商业银行) has its characters so near to each other.
_SHORTEST, _BETWEEN = 4, 3


def unknown_chinese_names(sentence: str, known: str, cutter: WordCutter, question: str = "") -> list[str]:
    """Return the names in a sentence that `known`, folded text without white space, does not hold.

    A name that the question has counts as known when the text has it longer, in the same order.
    """
    folded = fold(sentence)
    words = _tagged(folded, cutter)
    found = [w.text for w in words if w.name and w.text not in known and not _adds_a_kind(w.text, known)]
    found += [before + word for before, word in _compounds(words) if before + word not in known]
    found += [name for name in _spelt(words) if name not in known]
    found += [name for match in _PERSON.finditer(folded) if (name := match["a"] or match["b"]) and name not in known]
    found += [office for office in _HELD.findall(folded) if not re.search(f"(?<!副){office}", known)]
    asked = fold("".join(question.split()))
    return [name for name in found if not (name in asked and _shortens(name, known))]


def _adds_a_kind(word: str, known: str) -> bool:
    return len(word) > 2 and word[-1] in _KINDS and word[-1] in known and word[:-1] in known


def _shortens(name: str, known: str) -> bool:
    if len(name) < _SHORTEST:
        return False
    ends = {i for i, character in enumerate(known) if character == name[0]}
    for wanted in name[1:]:
        ends = {j for i in ends for j in range(i + 1, i + 2 + _BETWEEN) if known[j : j + 1] == wanted}
    return bool(ends)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    tag: str
    name: bool  # it must be one


def _tagged(folded: str, cutter: WordCutter) -> list[_Word]:
    tokenizer = _tagger(cutter)
    frequencies: dict[str, int] = tokenizer.tokenizer.FREQ
    return [
        _Word(pair.word, pair.flag, _must_be_known(pair.word, pair.flag, bool(frequencies.get(pair.word))))
        for pair in tokenizer.cut(folded)
    ]


def _must_be_known(word: str, tag: str, in_dictionary: bool) -> bool:
    if len(word) < 2 or not _CHINESE.fullmatch(word):
        return False
    if _PLACE.fullmatch(word) or word in _PLACES or (word[-1] in "区市县" and word[:-1] in _PLACES):
        return True
    # Without a tag of its own it is a term that somebody added: of the district, mostly a name.
    return tag.startswith(_NAMES) or tag == "x" or (not in_dictionary and tag.startswith("n"))


def _compounds(words: list[_Word]) -> list[tuple[str, str]]:
    return [
        (before.text, word.text)
        for before, word in pairwise(words)
        if word.text in _LAST_WORDS
        and len(before.text) >= 2
        and _CHINESE.fullmatch(before.text)
        and before.text not in _NO_NAMES
    ]


def _spelt(words: list[_Word]) -> list[str]:
    """Return what single characters spell before a name's last word: 厚街镇, which no dictionary has."""
    found, run = [], ""
    for word in words:
        if word.text in _LAST_WORDS and len(run) >= 2:
            found.append(run + word.text)
        single = len(word.text) == 1 and word.tag.startswith(_SPELLING) and _CHINESE.fullmatch(word.text)
        run = run + word.text if single else ""
    return found


def get_ready(cutter: WordCutter) -> None:
    """Read the dictionary's tags now, so that no sentence waits for them."""
    _tagged("", cutter)


@cache
def _tagger(cutter: WordCutter) -> POSTokenizer:
    # Imported here: the tags of the dictionary take half a second, and only a model's sentences need them.
    from jieba.posseg import POSTokenizer

    return POSTokenizer(cutter.tokenizer())
