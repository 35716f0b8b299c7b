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


def language(question: str) -> str:
    """Return `en` for a question without a Chinese character, else `zh`."""
    return "zh" if any("\u3400" <= c <= "\u9fff" for c in question) else "en"


def no_answer(question: str, *, nearest: bool = True) -> Draft:
    """Say, in the question's language, that the documents hold no answer; `nearest` says that passages are shown with it."""
    return Draft((_NO_ANSWER if nearest else _NOTHING)[language(question)], ())
