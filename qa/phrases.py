"""The fixed phrases of answers, in the language of the question."""

from __future__ import annotations

from qa.answering.answerer import Draft

_NO_ANSWER = {
    "zh": "现有文献里没有找到这个问题的答案。下面列出的是内容最接近的段落。",
    "en": "The documents hold no answer to this question. The passages below come nearest to it.",
}

_NOTHING = {
    "zh": "没有可供查找的段落:现有文献里没有符合条件的内容。",
    "en": "There is nothing to search: no document meets these conditions.",
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
_CUT = {
    "zh": "语言模型的回答中途断了,以上各句都已用原文核对。",
    "en": "The language model's answer broke off; the sentences above have been checked against the pages.",
}


def language(question: str) -> str:
    """Return `en` for a question without a Chinese character, else `zh`."""
    return "zh" if any("\u3400" <= c <= "\u9fff" for c in question) else "en"


def no_answer(question: str, *, nearest: bool = True) -> Draft:
    """Say, in the question's language, that the documents hold no answer; `nearest` says that passages are shown with it."""
    return Draft((_NO_ANSWER if nearest else _NOTHING)[language(question)], ())


def notice(reason: str, question: str) -> str:
    """Say in one sentence, in the question's language, why an answer is quoted, or that it broke off (`CUT`)."""
    spoken = language(question)
    return _CUT[spoken] if reason == "CUT" else _NOTICES[reason][spoken] + _QUOTED[spoken]
