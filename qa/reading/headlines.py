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
_LABEL = re.compile(rf"[□■◆◇●○▲△☆★►▶]\s*[{HAN}A-Za-z·]{{2,10}}")
_FURNITURE = re.compile(
    rf"(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日\s*(?:星期|周)[一二三四五六日天].{{0,40}}"
    rf"|.{{0,30}}(?:责任?编辑?|责编|版式|校对|美编|值班主任|组版)\s*[/:]?\s*[{HAN}].{{0,50}}"
    r"|(?:第?\s*[A-Z]?\d{1,2}\s*版|[A-Z]\d{1,2})\s*.{0,8}|[^\w]+"
)
# What opens the name of a campaign or a column, printed above a headline.
_CAMPAIGN = re.compile(
    "聚焦|关注|直击|走进|对话|特写|追踪|喜迎|庆祝|献礼|深入学习|学习宣传|学习贯彻|弘扬|践行|专题|系列"
)
_DATED = re.compile(r"^\s*(?:\d{4}年)?\d{1,2}月\d{1,2}日[^。]{0,6},")
_RUNNING_END = re.compile(r"(?:[,、;—\-《“(]|[^\s]的|[和与及或在是为将把被向从对以])$")
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


def is_label(line: str) -> bool:
    """Tell whether a line is the label of a column, as □相关新闻."""
    return bool(_LABEL.fullmatch(line.strip()))


def looks_like_headline(line: str, *, marked: bool) -> bool:
    """Tell whether a line has the form of a headline: short, no sentence, nothing left open."""
    if len(line) > LONGEST_DISPLAY:
        return False
    length = size(line)
    if marked:
        return 0 < length <= _LONGEST_MARKED
    if not 2 <= length <= _LONGEST or re.search(r"[。;]|…(?=[^…])", line) or starts_list(line) or starts_midway(line):
        return False
    if _RUNNING_END.search(line) or unmatched(line) != (0, 0) or _DATED.match(line):
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


def begins_article(head: str, after: str, *, wide_before: bool, wide_after: bool) -> bool:
    """Weigh whether a headline without mark or byline begins an article, or is a sub-head within one."""
    length = size(head)
    score = 2 * wide_before + 2 * wide_after + 2 * opens_report(after)
    score += (length >= 14) - (length <= 12) + bool(re.search(r"\s", head.strip()))
    return score + retells(head, after) * (2 if length >= 16 else 1) >= 3


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
