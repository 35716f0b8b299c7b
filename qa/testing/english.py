"""Questions that sentences of English text answer: how many, when, where, and who holds an office.

English moves words about to ask, so only sentences whose verb has an auxiliary are turned round, which needs no grammar:
"The new bridge will carry 4,000 cars" asks "How many cars will the new bridge carry?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.testing.facts import Type

LONGEST = 160
_AUX = r"is|are|was|were|has|have|had|will|can|could|would|should|may|must"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = (
    rf"(?:(?:{_MONTHS}) \d{{1,2}}(?:, ?(?:19|20)\d\d)?"
    rf"|\d{{1,2}} (?:{_MONTHS})(?: (?:19|20)\d\d)?|(?:{_MONTHS}) (?:19|20)\d\d|(?:19|20)\d\d)"
)
_SUBJECT = r"(?P<subject>(?:The |A |An )?[A-Z“\"]?[^,;:()]{2,80}?)"
_NUMBER = re.compile(
    rf"^{_SUBJECT} (?P<aux>{_AUX}) (?P<before>(?:[^,;:()\d]*? )??)"
    r"(?P<about>(?:about|around|nearly|almost|over|more than|at least|up to|some) )?"
    r"(?P<figure>\d[\d,]*(?:\.\d+)?(?: million| thousand| billion)?) (?P<rest>[a-z][^;:()]*?)[.]$"
)
_WHEN = re.compile(rf"^{_SUBJECT} (?P<aux>{_AUX}) (?P<done>[a-z][^,;:()\d]*?) (?:on|in) (?P<date>{_DATE})(?:[.]$|, )")
_LED = re.compile(rf"^(?:On|In) (?P<date>{_DATE}),? {_SUBJECT} (?P<aux>{_AUX}) (?P<done>[a-z][^;:()]*?)[.]$")
_WHERE = re.compile(
    rf"^{_SUBJECT} (?P<aux>{_AUX}) (?P<done>(?:be |been )?(?:held|opened|built|located|founded|launched|established|unveiled))"
    r" (?:at|in|on) (?P<place>(?:the )?[A-Z][\w'’-]*(?: (?:of |and |the )?[A-Z][\w'’-]*)*)(?:[.]$|,? )"
)
_OFFICES = "director|head|mayor|principal|chairman|chairwoman|chair|president|secretary|manager|founder|captain|coach|dean|owner"
_WHO = re.compile(
    rf"(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+){{1,2}}), "
    rf"(?:the )?(?P<office>(?:deputy |general |managing |executive )?(?:{_OFFICES})) of"
    r" (?P<body>(?:the )?[A-Z][\w'’&-]*(?: (?:of |for |and |the )?[A-Z][\w'’&-]*)*)"
)
_POINTING = re.compile(
    r"^(?:he|she|it|they|this|these|that|those|we|i|there|his|her|its|their|our|my|who|which|what|but|and|or|if|when|while|as|some|most|all|both|each|another|others?|more|about)\b",
    re.IGNORECASE,
)
_END_WORDS = (
    "in on at by of for to with a an the and from per as into over under"
    " across along each every this that who which were was are is"
    " since until during through between among after before or but while"
)
_ENDS = frozenset(_END_WORDS.split())
_PLURALS = frozenset({"people", "children", "men", "women", "fish", "sheep"})
_HAVING = {"has": "does", "have": "do", "had": "did"}


def questions(sentence: str, headline: str | None) -> Iterator[tuple[Type, str, str]]:
    """Give type, question and answer of what one English sentence states."""
    for find in (_how_many, _when, _where, _who):
        for type_, subject, question, answer in find(sentence.strip()):
            whole = _whole(subject, question, headline)
            if whole is not None and len(whole) <= LONGEST and answer not in whole:
                yield type_, whole, answer


def _whole(subject: str, question: str, headline: str | None) -> str | None:
    """Return a question that stands by itself: its subject bears a name, or the headline says what it is about."""
    if _POINTING.match(subject):
        return None
    if re.search(r"(?<!^)\b[A-Z]", subject):
        return question
    if headline is None or len(headline) > 80:
        return None
    return f"In “{headline}”, {question[0].lower()}{question[1:]}"


Found = Iterator[tuple[Type, str, str, str]]


def _how_many(sentence: str) -> Found:
    match = _NUMBER.match(sentence)
    if match is None:
        return
    words = match["rest"].split(" ")
    size = next((i for i, word in enumerate(words) if word in _ENDS or not word.isalpha()), len(words))
    # What is counted ends with the last plural; without one the figure may be a price or a year.
    plurals = [i for i in range(min(size, 4)) if words[i].endswith("s") or words[i] in _PLURALS]
    if not plurals or re.search(r"\d", match["rest"]):
        return
    noun, rest = " ".join(words[: plurals[0] + 1]), " ".join(words[plurals[0] + 1 :])
    aux, before = match["aux"], match["before"]
    if not before.strip() and aux in _HAVING:
        aux, before = _HAVING[aux], "have "
    asked = f"How many {noun} {aux} {_inside(match['subject'])} {before}{rest}".strip()
    yield Type.NUMBER, match["subject"], asked + "?", f"{match['about'] or ''}{match['figure']}"


def _when(sentence: str) -> Found:
    for match in (_WHEN.match(sentence), _LED.match(sentence)):
        if match is not None and not re.search(r"\d", match["done"]):
            asked = f"When {match['aux']} {_inside(match['subject'])} {match['done']}?"
            yield Type.DATE, match["subject"], asked, match["date"]


def _where(sentence: str) -> Found:
    match = _WHERE.match(sentence)
    if match is not None and not re.fullmatch(_MONTHS, match["place"]):
        yield (
            Type.PLACE,
            match["subject"],
            f"Where {match['aux']} {_inside(match['subject'])} {match['done']}?",
            match["place"],
        )


def _who(sentence: str) -> Found:
    for match in _WHO.finditer(sentence):
        yield Type.PERSON, f"the {match['body']}", f"Who is the {match['office']} of {match['body']}?", match["name"]


def _inside(subject: str) -> str:
    """Return a subject as it is written within a sentence."""
    first, _, _ = subject.partition(" ")
    return subject[0].lower() + subject[1:] if first in ("The", "A", "An") else subject
