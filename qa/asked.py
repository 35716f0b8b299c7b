"""What kind of answer a question wants, and whether a sentence has it to give."""

from __future__ import annotations

import re
from enum import StrEnum

from qa.fold import fold
from qa.numerals import numerals


class Asked(StrEnum):
    """The kinds that show in a sentence's form."""

    NUMBER = "number"
    DATE = "date"
    OTHER = "other"


_DATE = re.compile(
    r"什么时候|何时|哪一?天|哪一?年|几月|几号|几时|多久|啥时候?|什么时间|\bwhen\b|\bwhat (?:date|year|day|month)\b"
)
# 几 asks for a number before a measure word.
_MEASURES = "个名人位家所项条次场间层张亿万成支届种处"
_NUMBER = re.compile(
    rf"多少|几多|多大|多长|多高|多远|几[{_MEASURES}]|百分之几|占比|\bhow (?:many|much|large|big|long|tall)\b"
)
_A_DATE = re.compile(r"\d|[年月日]|上半年|下半年|近日|昨日|日前|去年|今年|明年|春节")


def what_is_asked(question: str) -> Asked:
    """Return what kind of answer the question's asking words want."""
    folded = fold(question)
    if _DATE.search(folded):
        return Asked.DATE
    return Asked.NUMBER if _NUMBER.search(folded) else Asked.OTHER


def has_what_is_asked(sentence: str, asked: Asked) -> bool:
    """Say whether a sentence holds something of the form that is asked for; OTHER has no form and is always there."""
    folded = fold(sentence)
    if asked is Asked.NUMBER:
        return any(n.term[0] in "#%" for n in numerals(folded))
    return asked is Asked.OTHER or bool(_A_DATE.search(folded))
