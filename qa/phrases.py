"""The fixed phrases of answers, in the language of the question."""

from __future__ import annotations

from qa.answering.answerer import Draft

_NO_ANSWER = {
    "zh": "现有文献里没有找到这个问题的答案。下面列出的是内容最接近的段落。",
    "en": "The documents hold no answer to this question. The passages below come nearest to it.",
}


def language(question: str) -> str:
    """Return `en` for a question without a Chinese character, else `zh`."""
    return "zh" if any("\u3400" <= c <= "\u9fff" for c in question) else "en"


def no_answer(question: str) -> Draft:
    """Say, in the question's language, that the documents hold no answer."""
    return Draft(_NO_ANSWER[language(question)], ())
