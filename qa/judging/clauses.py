"""The parts of a question that asks several things: 请了多少位老师,后来办到第几期了?"""

from __future__ import annotations

import re

from qa.fold import fold
from qa.judging.question import ASKING
from qa.terms import without_question_words

# Where one question may end and the next begin; a comma in a number is none.
_ENDS = re.compile(r"(?<!\d),|,(?!\d{3})|[;;。??!!、]|\band (?=how|what|when|where|which|who|why)|以及|并且")
# How many and how far it has come, which `ASKING` leaves out.
_HOW_FAR = re.compile(r"几[期届步次批场天]|哪")
# More than this many are read as one.
_MOST = 3
_SHORTEST = 2


def clauses(question: str) -> list[str]:
    """Return the parts that ask, each as it can be read by itself; none where the question asks one thing.

    A part that comes later keeps what the first one is about, behind it: the word that asks stands nearest to its own words.
    """
    found = [part.strip() for part in _ENDS.split(fold(question)) if part and len(part.strip()) >= _SHORTEST]
    asking = [part for part in found if ASKING.search(part) or _HOW_FAR.search(part)]
    if not 1 < len(asking) <= _MOST:
        return []
    about = ASKING.sub(" ", without_question_words(asking[0]))
    before = found[: found.index(asking[0])]
    topic = " ".join([*before, about])
    return [" ".join([asking[0], *before]), *(f"{part} {topic}" for part in asking[1:])]
