"""Tell headlines, kickers and labels from running text, and write a headline of several parts as one title."""

from __future__ import annotations

import re

from qa.reading.chars import HAN, LONGEST_DISPLAY, fold, is_han, is_latin, size, stands_together, unmatched
from qa.reading.midway import starts_list, starts_midway

_LONGEST = 64
_LONGEST_UNBROKEN = 38
_LONGEST_MARKED = 90
# A report tells its headline again in its first sentences.
_LEAD = 150
_RETOLD = 0.4
_LABEL = re.compile(
    rf"[□■◆◇◎●○▲△☆★►▶]\s*[{HAN}A-Za-z·“”]{{2,10}}"
    rf"|[【\[〔]\s*[{HAN}A-Za-z·]{{2,6}}\s*[】\]〕]|([·—|]{{1,2}})\s*[{HAN}A-Za-z]{{2,8}}\s*\1"
)
_COLUMN = re.compile(
    "(?:[简短快]讯|速[递览]|播报|集[锦纳]|动态|资讯|短波|一览|短新闻|微新闻|一句话新闻|信息|服务台|快报)$"
)
_RUBRIC = re.compile(
    "(?:巡礼|故事|基层|记忆|人物|引领|特写|观察|问答|风采|视点|纪实|在线|之窗|专[栏题版]|连线|调查|身边事?|生活|服务|档案|追踪"
    "|热线|工程|行动|进行时|回访|话题|民生|社区|现场|一线|聚焦|关注|课堂|天地|广角|访谈|手记)$"
)
_NUMBERED = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[、.](?!\d))\s*(?=\S)")
_SOURCED = re.compile(r"记者\S{0,8}从")
_SAID = re.compile(r"(?:表示|指出|强调|介绍|认为|透露|坦言|[^\W\d]说),(?=\S)")
_BULLETED = re.compile(r"[■◆◇◎●○▲△☆★►▶•]\s*\S")
_SPOKEN = re.compile(r"(?:问|答|记者|[QA])\s*:")
_FURNITURE = re.compile(
    rf"(?:[{HAN}]{{2,8}}\s*)?(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日\s*(?:星期|周)[一二三四五六日天].{{0,40}}"
    rf"|(?:[{HAN}]{{2,8}}\s+)?\d{{4}}年\d{{1,2}}月\d{{1,2}}日(?:\s+\S{{1,10}}){{0,3}}"
    rf"|.{{0,30}}(?:责任?编辑?|责编|版式|校对|美编|值班主任|组版)\s*[/:]?\s*[{HAN}].{{0,50}}"
    r"|(?:第?\s*[A-Z]?\d{1,2}\s*版|[A-Z]\d{1,2})\s*.{0,8}|[^\w]+"
    rf"|(?:[{HAN}]{{2,8}}\s+)?(?:第?\s*[A-Z]?\d{{1,2}}\s*版|[A-Z]\d{{1,2}})\s*[{HAN}]{{0,6}}"
    rf"|(?:[{HAN}]{{2,8}}\s+)?\d{{4}}年\d{{1,2}}月\d{{1,2}}日\s+(?:星期|周)[一二三四五六日天]\s.{{0,30}}"
    # Page numbers between dashes; what a paper says of itself: its numbers, its post, its addresses.
    r"|[-—–·~]+\s*\d{1,3}\s*[-—–·~]+"
    rf"|(?:本报|本版|新闻|读者|广告|发行|投稿|编辑部|客服|服务|报料|爆料)*(?:热线|电话|传真|邮箱|信箱|网址|邮编|地址|官网|微信|E-?mail|QQ)"
    rf"(?:[{HAN}]{{0,4}})?\s*:\s*[\w@./\-]+(?:\s+[{HAN}]{{2,6}}\s*:\s*[\w@./\-]+)*"
    r"|(?:https?://)?(?:www\.)[\w.\-/]+|[\w.\-]+@[\w\-]+\.[\w.]+"
)
# What opens the name of a campaign or a column, printed above a headline.
_CAMPAIGN = re.compile(
    "聚焦|关注|直击|走进|对话|特写|追踪|喜迎|庆祝|献礼|深入学习|学习宣传|学习贯彻|弘扬|践行|专题|系列"
)
_DATED = re.compile(
    r"^\s*(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日[^。]{0,6}|近日|日前|昨[日天]|今[日天]|近期|最近|据悉|据了解|据介绍|目前|此外|同时|随后|会上"
    r"|如今|后来|其中|截至\S{2,8}),"
)
_RUNNING_END = re.compile(r"(?:[,、;:—\-《“(]|[^\s]的|[和与及或在是为将把被向从对以])$")
DATELINE = re.compile(
    r"(?:^|(?<=[,。;:()—\s]))(?P<date>(?:\d{4}年|今年|去年)?\d{1,2}月\d{1,2}日(?:(?:至|到|-|—)(?:\d{1,2}月)?\d{1,2}日)?"
    r"|近日|日前|昨日|昨天|今日|近期|最近)"
)


def is_furniture(line: str) -> bool:
    """Tell whether a line belongs to the page and to no article: its date, its number, its editors, a rule."""
    return (
        len(line) <= LONGEST_DISPLAY
        and size(line) <= 30
        and "。" not in line
        and bool(_FURNITURE.fullmatch(line.strip()))
    )


def is_column(line: str) -> bool:
    """Tell whether a line is the name of a column of short items."""
    bare = re.sub(r"[^\w]+", "", line)
    return 2 <= size(bare) <= 8 and size(line) == size(bare) and bool(_COLUMN.search(bare))


def names_rubric(line: str) -> bool:
    """Tell whether a line ends as the names of newspaper columns do, or begins as those of campaigns do."""
    return bool(_RUBRIC.search(line) or _CAMPAIGN.match(line))


def is_label(line: str) -> bool:
    """Tell whether a line is the label of a column, as □相关新闻."""
    return bool(_LABEL.fullmatch(line.strip()))


def is_numbered(line: str) -> bool:
    """Tell whether a short line has a number before it and no sentence in it, as a numbered sub-head."""
    found = _NUMBERED.match(line)
    return bool(found) and size(line) <= 24 and not re.search(r"[。;]|[,:、]$", line)


def is_bulleted(line: str) -> bool:
    """Tell whether a short line has a bullet before it and no sentence in it, as the title of a short item."""
    return bool(_BULLETED.match(line)) and 4 <= size(line) <= 24 and not re.search(r"[。;]|[,:、]$", line)


def is_second_line(line: str) -> bool:
    """Tell whether a line begins with the dash of a second headline, as ——记…"""
    found = line.startswith(("——", "--", "──"))
    return found and 4 <= size(line) <= 36 and not re.search(r"[。;,:、]$|[。;]", line)


def looks_like_headline(line: str, *, marked: bool) -> bool:
    """Tell whether a line has the form of a headline: short, no sentence, nothing left open."""
    if len(line) > LONGEST_DISPLAY:
        return False
    length = size(line)
    if marked:
        return 0 < length <= _LONGEST_MARKED
    if not 2 <= length <= _LONGEST or re.search(r"[。;]|…(?=[^…])", line) or starts_list(line) or starts_midway(line):
        return False
    if _SPOKEN.match(line) or _SAID.search(line):
        return False
    if _RUNNING_END.search(line) or unmatched(line) != (0, 0) or _DATED.match(line) or _SOURCED.match(line):
        return False
    if is_latin(line):
        return length <= 20 and not re.search(r"[.,]$|[.!?] ", line)
    return length <= _LONGEST_UNBROKEN or bool(re.search(r"\s", line))


def runs_on(line: str) -> bool:
    """Tell whether a line has a comma inside, as running text has: a headline only where its place shows it.

    A comma with a blank after it is a line break of the layout.
    """
    return bool(re.search(r",(?=\S)", line)) and (size(line) > 10 or line.endswith(("?", "!")))


def overlap(head: str, text: str) -> float:
    """Return the share of a headline's character pairs that a text has."""
    pairs = _pairs(head)
    return len(pairs & _pairs(text)) / len(pairs) if pairs else 0.0


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"[\W_]+", "", text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def is_campaign(line: str) -> bool:
    """Tell whether a short line begins as the name of a campaign does."""
    return size(line) <= 22 and bool(_CAMPAIGN.match(line)) and not re.search(r"\s", line.strip())


def names_column(line: str, lead: str) -> bool:
    """Tell whether a line above a headline names a column or a campaign, and does not tell the news of the report."""
    return size(line) <= 8 or bool(_CAMPAIGN.match(line)) or overlap(line, lead) < 0.5


def retells(head: str, text: str) -> bool:
    """Tell whether a text begins by telling a headline's news again."""
    return overlap(head, text[:_LEAD]) >= _RETOLD


def opens_report(text: str) -> bool:
    """Tell whether a paragraph opens as a news report does: with a date in its first sentence."""
    return DATELINE.search(text.split("。", 1)[0][:80]) is not None


_SEAM = 12


def title_of(parts: list[str], body: str) -> str | None:
    """Write the parts of a headline as one title.

    A blank is a line break of the layout: it goes where the characters on its two sides stand together in the body
    (squeezed), or after punctuation; elsewhere one blank stays.
    """
    words = [word for part in parts for word in part.split()]
    title = ""
    for word in words:
        title += word if not title or _is_break(title[-_SEAM:], word, body) else " " + word
    return title or None


def _is_break(left: str, right: str, body: str) -> bool:
    left_word, right_word = re.search(r"(\w)\W*$", left), re.match(r"\W*(\w)", right)
    if left_word and right_word and not is_han(left_word[1]) and not is_han(right_word[1]):
        return False
    last, first = fold(left[-1]), fold(right[0])
    if last in ",:、—;《“(" or first in "”》),、":
        return True
    return stands_together(left, right, body, across=True)
