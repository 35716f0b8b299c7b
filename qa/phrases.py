"""The fixed phrases of answers, in the language of the question."""

from __future__ import annotations

import re

from qa.answering.answerer import Draft
from qa.judging.reading import Sought
from qa.pinyin import is_pinyin

_NO_ANSWER = {
    "zh": "现有文献里没有找到这个问题的答案。{sought}下面列出的是内容最接近的段落。",
    "en": "The documents hold no answer to this question. {sought}The passages below come nearest to it.",
}
_SOUGHT = {"zh": "查找的是:{words}{missing}。", "en": "Looked for: {words}{missing}. "}
_MISSING = {"zh": ";段落里没有:{words}", "en": "; the passages name no {words}"}
_OTHER_TIME = {"zh": ";最接近的段落都不是所问的时间", "en": "; the nearest passages are of another time"}
_COMMA = {"zh": "、", "en": ", "}
# What is asked for by name (see `qa.judging.attributes`), as a refusal names it.
_NAMED = {
    "phone": ("电话号码", "telephone number"), "web": ("网址或账号", "address on the web"), "money": ("金额", "amount of money"),
    "winner": ("得主", "winner"), "address": ("地址", "address"), "age": ("年龄", "age"), "percent": ("百分比", "percentage"),
    "clock": ("钟点", "time of day"), "model": ("型号或品牌", "model or brand"), "rank": ("名次", "rank"),
}  # fmt: skip

_NOTHING = {
    "zh": "没有可供查找的段落:现有文献里没有符合条件的内容。",
    "en": "There is nothing to search: no document meets these conditions.",
}

_NO_QUESTION = {
    "zh": "这句话里没有可以查找的内容。请问一个报纸上可能写到的问题。",
    "en": "There is nothing to look for in this message. Ask something that the pages may tell of.",
}
_QUOTED = {"zh": "以下为原文摘录。", "en": "the answer is quoted from the pages instead."}
# Why an answer is quoted although a language model is set, or what is the matter with its own.
_NOTICES = {
    "LATE": {"zh": "语言模型没有在规定时间内作答,", "en": "The language model did not answer in time; "},
    "FAILED": {"zh": "语言模型没有作答,", "en": "The language model could not be asked; "},
    "UNPROVED": {
        "zh": "语言模型的回答没有一句能用原文证实,",
        "en": "Nothing that the language model said could be proved; ",
    },
    "NO_ANSWER": {
        "zh": "语言模型没有在这些段落里找到答案,但很可能就在其中,",
        "en": "The language model found no answer in the passages, but they very likely hold one; ",
    },
    "BUSY": {"zh": "同时提问的人太多,没有询问语言模型,", "en": "Too many questions at once for the language model; "},
}
# What is the matter with an answer of which a language model's checked sentences stand.
_LACKS = {
    "CUT": {
        "zh": "语言模型的回答中途断了,以上各句都已用原文核对。",
        "en": "The language model's answer broke off; the sentences above have been checked against the pages.",
    },
    "PARTLY": {
        "zh": "语言模型的话有一部分不能用原文证实,已略去。",
        "en": "Some of what the language model said could not be proved and was left out.",
    },
}


_DIFFER = {"zh": "各篇报道的说法不同:", "en": "The reports differ:"}
_COLON = {"zh": ":", "en": ": "}
_MISPRINT = re.compile("“([^”]*)”应为“([^”]*)”")
_MISPRINTED = {"zh": "“{printed}”应为“{read}”", "en": "“{printed}” should read “{read}”"}
_AROUND = {"zh": "(原文误植:{})", "en": " (misprint: {})"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def language(question: str) -> str:
    """Return `en` for a question without a Chinese character, unless it is Chinese in pinyin, else `zh`."""
    return "zh" if any("\u3400" <= c <= "\u9fff" for c in question) or is_pinyin(question) else "en"


def no_answer(question: str, *, nearest: bool = True, sought: Sought | None = None) -> Draft:
    """Say, in the question's language, that the documents hold no answer, and what was looked for.

    `nearest` says that passages are shown with it.
    """
    spoken = language(question)
    if not nearest:
        return Draft(_NOTHING[spoken], ())
    if sought is not None and not sought.words:
        return Draft(_NO_QUESTION[spoken], ())
    return Draft(_NO_ANSWER[spoken].format(sought=_said(sought, spoken) if sought else ""), ())


def _said(sought: Sought, spoken: str) -> str:
    place = 0 if spoken == "zh" else 1
    named = [_NAMED[name][place] for name in sought.attributes if name in _NAMED]
    # An English word seldom stands in a Chinese text: that it does not says nothing.
    missing = [*(f"“{word}”" for word in sought.missing if spoken == "zh"), *named]
    rest = _MISSING[spoken].format(words=_COMMA[spoken].join(missing)) if missing else ""
    rest += _OTHER_TIME[spoken] if sought.other_time else ""
    return _SOUGHT[spoken].format(words=_COMMA[spoken].join(sought.words), missing=rest)


def notice(reason: str, question: str) -> str:
    """Say in one sentence, in the question's language, why an answer is quoted, or what it lacks (`CUT`, `PARTLY`)."""
    spoken = language(question)
    return _LACKS[reason][spoken] if reason in _LACKS else _NOTICES[reason][spoken] + _QUOTED[spoken]


def differing(question: str) -> str:
    """Say that the reports which follow contradict each other."""
    return _DIFFER[language(question)]


def dated(question: str, publication: str | None, published: str | None) -> str:
    """Name a publication and its date before a quotation, as exactly as they are known."""
    english = language(question) == "en"
    said = [publication or "", date_said(published, english=english)]
    return (
        (", " if english else "").join(part for part in said if part) + _COLON[language(question)] if any(said) else ""
    )


def misprint(question: str, note: str | None) -> str:
    """Note misprints behind a quotation that holds them, "" when there are none. `note` is that of its passage."""
    found = _MISPRINT.findall(note or "")
    if not found:
        return ""
    form = _MISPRINTED[language(question)]
    return _AROUND[language(question)].format("; ".join(form.format(printed=p, read=r) for p, r in found))


def date_said(partial: str | None, *, english: bool) -> str:
    """Return a partial date in words, "" for None; 2023-07 is 2023年7月 or July 2023."""
    if not partial:
        return ""
    parts = [int(part) for part in partial.split("-")]
    if not english:
        return "".join(f"{part}{unit}" for part, unit in zip(parts, "年月日", strict=False))
    said = [str(parts[2])] if len(parts) > 2 else []
    said += [_MONTHS[parts[1] - 1]] if len(parts) > 1 else []
    return " ".join([*said, str(parts[0])])
