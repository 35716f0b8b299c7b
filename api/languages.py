"""The words of the reading page in its two languages, and dates as each writes them."""

from __future__ import annotations

from dataclasses import dataclass

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """All words that the reading page adds to a document."""

    lang: str
    site: str
    ask: str
    other_lang: str
    other_name: str
    published: str
    undated: str
    basis: str
    original: str
    errata: str
    erratum: str
    untitled: str
    mixed: str
    repeat: str
    beheaded: str
    cut: str
    event: str
    page: str
    missing_title: str
    missing: str


CHINESE = Words(
    lang="zh-CN",
    site="问江海",
    ask="提问",
    other_lang="en",
    other_name="English",
    published="刊于",
    undated="刊期不详",
    basis="刊期依据",
    original="下载原文件",
    errata="勘误",
    erratum="印作“{printed}”，应为“{read}”",
    untitled="（标题缺失）",
    mixed="版面上有多篇报道并在同一标题之下，未能分开。",
    repeat="重复的文字",
    beheaded="上文缺失",
    cut="下文缺失",
    event="事发",
    page="第 {number} 页",
    missing_title="没有这份文件",
    missing="它可能已被移除，或者链接有误。",
)
ENGLISH = Words(
    lang="en",
    site="Ask Jianghai",
    ask="Ask a question",
    other_lang="zh",
    other_name="中文",
    published="Published",
    undated="date unknown",
    basis="How the date is known",
    original="Download the original",
    errata="Corrections",
    erratum="printed “{printed}”, should read “{read}”",
    untitled="(headline lost)",
    mixed="Several reports were run together under this headline on the page and could not be parted.",
    repeat="repeated text",
    beheaded="beginning lost",
    cut="end lost",
    event="Event",
    page="p. {number}",
    missing_title="No such document",
    missing="It may have been removed, or the link is wrong.",
)


def words_for(asked: str | None, accepted: str) -> Words:
    """Return the words of the language asked for, else of the first in Accept-Language, else the Chinese."""
    for wish in (asked or "", *accepted.split(",")):
        tag = wish.strip().lower()
        if tag.startswith("zh"):
            return CHINESE
        if tag.startswith("en"):
            return ENGLISH
    return CHINESE


def date_text(partial: str | None, words: Words) -> str | None:
    """Return a partial date as the language writes it: `2023-07` is 2023年7月 or July 2023."""
    if not partial:
        return None
    parts = [int(part) for part in partial.split("-")]
    if words.lang.startswith("zh"):
        return "".join(f"{part}{unit}" for part, unit in zip(parts, "年月日", strict=False))
    month = _MONTHS[parts[1] - 1] if len(parts) > 1 else ""
    day = str(parts[2]) if len(parts) > 2 else ""
    return " ".join(part for part in (day, month, str(parts[0])) if part)
