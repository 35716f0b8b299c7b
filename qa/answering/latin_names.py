"""Capitalised words of a sentence that its passages do not bear out.

Such a word is borne out when a passage has it in Latin letters; when it is pinyin of neighbouring characters there; when it
belongs to a name that is usual in English (see the table); or when a passage holds a word of the same meaning, by the
encoder's token vectors. That a translated name means the right thing is as sure as those vectors are: about one foreign
name in two hundred finds a neighbour. The first word of a sentence counts as a name unless it is a common beginning.
A question's word counts inside a name that the passages bear out for the most part.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from qa.alike import pinyin_terms, sound
from qa.answering.words_of_number import NUMBER_WORDS
from qa.fold import fold
from qa.terms import HAN

Translates = Callable[[str], bool]
_WORD = re.compile(r"[^\W\d_]+(?:[’'\-&.][^\W\d_]+)*[’']?")
_HAN_RUN = re.compile(f"[{HAN}]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LINKS = ("of", "the", "and", "for", "de", "to", "in", "on", "at", "&")
# What stands inside one name; "and" may also stand between two.
_INSIDE = ("of", "the", "for", "de", "&")
# What English calls a thing, and how a page may name it.
_USUAL = {
    "china chinese prc": "中 国 华 华人 我国",
    "people's people": "人民 人大 人们 居民 群众 人",
    "npc": "人大 全国人民代表大会",
    "cppcc consultative": "政协 政治协商",
    "cpc ccp communist": "党 中共 共产",
    "chairman chairwoman chairperson chair president": "主席 会长 董事长 院长 校长 主任",
    "director head chief": "主任 局长 院长 处长 科长 所长 馆长 部长 总监 负责人",
    "deputy vice": "副",
    "mayor governor": "区长 市长 县长 省长 镇长",
    "secretary": "书记 秘书",
    "minister": "部长",
    "member members": "委员 成员 常委 会员",
    "bureau office department administration authority": "局 办 部 厅 委 管理",
    "committee commission": "委",
    "standing": "常委 常务 常",
    "congress": "人大 代表大会 大会",
    "street road avenue boulevard lane": "街 路 道 巷",
    "subdistrict sub-district community neighbourhood neighborhood": "街道 社区",
    "district zone area park": "区 园",
    "campus": "校区 校园",
    "north northern": "北",
    "south southern": "南",
    "east eastern": "东",
    "west western": "西",
    "town township": "镇 乡",
    "village": "村",
    "city municipal municipality": "市",
    "county": "县",
    "province provincial": "省",
    "state national central": "国 中央",
    "daily news newspaper": "日报 报",
    "greater bay": "湾区 大湾区",
    "pearl river delta": "珠三角 珠江",
    "hong kong": "香港 港",
    "macao macau": "澳门 澳",
    "spring festival lunar new year": "春节 新春 年",
    "dragon boat mid-autumn": "端午 龙舟 中秋",
    "school": "校 学",
    "primary": "小学",
    "middle secondary high": "中学 高中 初中 高",
    "university college academy institute": "大学 学院 院",
    "hospital": "医院 卫生院",
    "company co corporation group limited ltd": "公司 集团 企业",
    "gdp": "gdp 生产总值",
    "ai": "ai 人工智能 智能",
    "it": "信息",
    "sme smes": "中小",
    "mr mrs ms miss dr prof professor": "",
    "plan programme program project": "规划 计划 工程 项目 方案",
    "five-year": "五",
    "party": "党 区委 市委 省委 委书记",
    "rmb yuan": "元",
    "monday": "星期一 周一",
    "tuesday": "星期二 周二",
    "wednesday": "星期三 周三",
    "thursday": "星期四 周四",
    "friday": "星期五 周五",
    "saturday": "星期六 周六",
    "sunday": "星期日 星期天 周日",
}


@cache
def _abroad() -> dict[str, list[str]]:
    """Return countries and cities: so near to each other in meaning that nothing but their own names bears them out."""
    lines = resources.files("qa").joinpath("data/abroad.txt").read_text(encoding="utf-8").splitlines()
    return {words[0]: words[1:] for line in lines if not line.startswith("#") and (words := line.split())}


_NAMED = {word: forms.split() for words, forms in _USUAL.items() for word in words.split()}
# Dates are checked by their value.
_MONTHS = _words(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_BEGINNINGS = _words(
    "the a an this that these those it its he his she her they their we our there here in on at by for from with without to of "
    "as and or but so yet if when while where who which what how why after before during since until under over between among "
    "through about around according besides additionally also moreover furthermore meanwhile however then later next finally "
    "first second third overall specifically notably currently previously recently today all both each every many most more "
    "some several such other another one no not nor yes only once because although though despite due given based following "
    "including together eventually otherwise thus therefore hence instead throughout within i now "
    "officials residents participants organisers organizers authorities officers visitors workers teachers students members "
    "construction work total plans services"
)
_COMMON_END = re.compile(r"(?:ing|ed|ly|tions?|ments?|ees|ants|ances?|ities|ness|ers|ors)$")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    initial: bool
    joined: bool  # the word before it is capitalised as well
    linked: bool  # it goes on with the name before it: North Campus of Jingxian Primary School


def unknown_latin_names(sentence: str, readable: str, translates: Translates, question: str = "") -> list[str]:
    """Return the capitalised words that are not borne out by `readable`, the folded text of the passages."""
    words = _capitalised(sentence)
    unknown = _unknown(words, readable, translates)
    asked = {_plain(word) for word in _WORD.findall(question)}
    found = []
    for name in _names(words):
        missing = [words[i].text for i in name if i in unknown]
        excused = 2 * len(missing) <= len(name) and all(_is_taken_from(word, asked) for word in missing)
        found += [] if excused else missing
    return found


def _names(words: list[_Word]) -> list[list[int]]:
    """Return the places of the words of each name."""
    names: list[list[int]] = [[]]
    for i, word in enumerate(words):
        if word.initial and _plain(word.text) in _BEGINNINGS:
            continue
        if word.linked:
            names[-1].append(i)
        else:
            names.append([i])
    return names


def _is_taken_from(word: str, asked: set[str]) -> bool:
    """Say whether a question has a word that nothing else could bear out: no pinyin, country or word of the table."""
    plain = _plain(word)
    return plain in asked and plain not in _abroad() and plain not in _NAMED and not pinyin_terms(plain + plain)


def _unknown(words: list[_Word], readable: str, translates: Translates) -> set[int]:
    """Return the places of the words that nothing in the passages bears out."""
    latin = {_plain(word) for word in _WORD.findall(readable)}
    pinyin = _Pinyin(readable)
    found = set()
    for i, word in enumerate(words):
        beside = [w.text for w in words[i + 1 : i + 2] if w.joined], [words[i - 1].text] if i and word.joined else []
        if not (
            _plain(word.text) in latin
            or _is_usual(word, followed=bool(beside[0]), readable=readable)
            or pinyin.holds(_plain(word.text), *(_plain(w) for w in (*beside[0], *beside[1])))
            or (_plain(word.text) not in _abroad() and translates(_plain(word.text)))
        ):
            found.add(i)
    return found


def _capitalised(sentence: str) -> list[_Word]:
    """Return the capitalised words of a sentence, compounds cut at their hyphens."""
    found: list[_Word] = []
    before_end, before_capital, first, goes_on = 0, False, True, False
    for match in _WORD.finditer(sentence):
        capital = match[0][0].isupper()
        gap = sentence[before_end : match.start()]
        goes_on = goes_on and gap.isspace() and (capital or match[0] in _INSIDE)
        for part in re.split(r"[-–&]", match[0].rstrip(".’'")) if capital else ():
            if part[:1].isupper():
                found.append(_Word(part, first, before_capital and gap.isspace(), goes_on))
                goes_on = True
        before_end, before_capital, first = match.end(), capital, False
    return found


def _plain(word: str) -> str:
    """Return a word in lower case without accents and possessive ending."""
    flat = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return re.sub(r"[’']s?$", "", fold(flat).replace("’", "'"))


def _is_usual(word: _Word, *, followed: bool, readable: str) -> bool:
    plain = fold(word.text).replace("’", "'")
    if plain in _MONTHS or plain in _LINKS or plain in NUMBER_WORDS or plain == "no":
        return True
    begins = plain in _BEGINNINGS and not (word.text.isupper() and len(plain) > 1)
    if word.initial and begins:
        return True
    if plain in _abroad():
        return any(form in readable for form in _abroad()[plain])
    if plain in _NAMED:
        return not _NAMED[plain] or any(form in readable for form in _NAMED[plain])
    common = len(plain) > 5 and _COMMON_END.search(plain) is not None
    return word.initial and common and not followed


# Characters that names read otherwise than most words do.
_ALSO = {
    "乐": "yue", "重": "chong zhong", "行": "hang xing", "长": "chang zhang", "都": "du", "会": "kuai hui", "单": "shan",
    "曾": "zeng",
    "区": "ou", "解": "xie", "盛": "cheng sheng", "查": "zha", "覃": "qin tan", "番": "pan", "厦": "xia", "埔": "pu bu",
    "朝": "chao zhao", "藏": "zang cang", "绿": "lu lv", "女": "nu nv", "吕": "lu lv lyu", "调": "diao tiao",
}  # fmt: skip


class _Pinyin:
    """The readings of a text's Chinese characters, to find words spelt in pinyin."""

    def __init__(self, readable: str) -> None:
        self._runs = [[_readings(character) for character in run] for run in _HAN_RUN.findall(readable)]

    def holds(self, word: str, *neighbours: str) -> bool:
        """Say whether neighbouring characters are read so: two at least, or one together with a neighbouring word."""
        if not word.isascii():
            return False
        if self._is_spelt(word):
            return True
        return any(self._is_spelt(both) for other in neighbours for both in (word + other, other + word))

    def _is_spelt(self, word: str) -> bool:
        spelt = word.replace("'", "").replace("-", "")
        return any(_syllables(spelt, run, i) >= 2 for run in self._runs for i in range(len(run)))


def _readings(character: str) -> tuple[str, ...]:
    usual = sound(character)
    return tuple(dict.fromkeys([*([usual] if usual else []), *_ALSO.get(character, "").split()]))


def _syllables(word: str, run: list[tuple[str, ...]], start: int) -> int:
    """Return how many characters from `start` on are read as the whole word, a negative number where none are."""
    if not word:
        return 0
    if start == len(run):
        return -100
    rests = (word[len(one) :] for one in run[start] if word.startswith(one))
    return max((1 + _syllables(rest, run, start + 1) for rest in rests), default=-100)
