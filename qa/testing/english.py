"""Questions that sentences of English text answer: how many, when, where, and who holds an office.

English moves words about to ask, so only sentences whose verb has an auxiliary or is a known one are turned round, which
needs no grammar: "The new bridge will carry 4,000 cars" asks "How many cars will the new bridge carry?". A subject that
might hold a clause of its own is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.testing.english_verbs import FORMS, PASTS, helped
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
_ABOUT = r"(?P<about>(?:[Aa]bout|[Aa]round|[Nn]early|[Aa]lmost|[Oo]ver|[Mm]ore than|[Aa]t least|[Uu]p to|[Ss]ome) )?"
_FIGURE = r"(?P<figure>\d[\d,]*(?: million| thousand| billion)?)"
_DOES = re.compile(rf"^{_SUBJECT} (?P<verb>{FORMS}) {_ABOUT}{_FIGURE} (?P<rest>[a-z][^;:()]*?)[.]$")
_OPENED = re.compile(rf"^(?P<when>(?:On|In) {_DATE}),? (?P<stated>.+)$")
_COUNTED = re.compile(
    rf"^{_ABOUT}{_FIGURE} (?P<noun>(?:[a-z]+ ){{0,3}}?[a-z]+s|people|children) (?P<rest>(?:{_AUX}|{PASTS}) [^;:()\d]*?)[.]$"
)
_DID_LED = re.compile(rf"^(?:On|In) (?P<date>{_DATE}),? {_SUBJECT} (?P<verb>{PASTS})(?P<done>(?: [^,;:()\d]*?)?)[.]$")
_DID_WHEN = re.compile(rf"^{_SUBJECT} (?P<verb>{PASTS})(?P<done>(?: [^,;:()\d]*?)?) (?:on|in) (?P<date>{_DATE})[.]$")
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
_IS = r"(?:is|was)"
_NAME = r"(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+){1,2})"
_HOLDS = rf"(?P<office>(?:deputy |general |managing |executive )?(?:{_OFFICES})) of (?P<body>(?:the )?[A-Z][\w'’& -]*?)"
_IS_WHO = (re.compile(rf"^{_NAME} {_IS} the {_HOLDS}[.]$"), re.compile(rf"^The {_HOLDS} {_IS} {_NAME}[.]$"))
# A subject with one of these, or with a participle, may hold a clause of its own.
_CLAUSE = re.compile(
    rf"\b(?:that|which|who|whom|whose|where|when|because|while|said|says|and|or|but|{_AUX}|[a-z]+ed|{FORMS})\b"
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
    for find in (_how_many, _how_many_did, _how_many_came, _when, _where, _who):
        for type_, subject, question, answer in find(sentence.strip()):
            whole = _whole(subject, question, headline)
            if whole is not None and len(whole) <= LONGEST and answer not in whole:
                yield type_, whole, answer


def _whole(subject: str, question: str, headline: str | None) -> str | None:
    """Return a question that stands by itself: its subject bears a name, or the headline says what it is about."""
    if _POINTING.match(subject) or _CLAUSE.search(subject):
        return None
    if re.search(r"(?<!^)\b[A-Z]", subject):
        return question
    if headline is None or len(headline) > 80:
        return None
    return f"In “{headline}”, {question[0].lower()}{question[1:]}"


Found = Iterator[tuple[Type, str, str, str]]


def _how_many(sentence: str) -> Found:
    match = _NUMBER.match(sentence)
    counted = match and _counted(match["rest"])
    if match is None or not counted:
        return
    noun, rest = counted
    aux, before = match["aux"], match["before"]
    if not before.strip() and aux in _HAVING:
        aux, before = _HAVING[aux], "have "
    asked = f"How many {noun} {aux} {_inside(match['subject'])} {before}{rest}".strip()
    yield Type.NUMBER, match["subject"], asked + "?", f"{match['about'] or ''}{match['figure']}"


def _how_many_did(sentence: str) -> Found:
    led = _OPENED.match(sentence)
    when = f" {led['when'][0].lower()}{led['when'][1:]}" if led else ""
    match = _DOES.match(led["stated"] if led else sentence)
    counted = match and _counted(match["rest"])
    if match is None or not counted:
        return
    noun, rest = counted
    aux, verb = helped(match["verb"])
    asked = f"How many {noun} {aux} {_inside(match['subject'])} {verb} {rest}".strip() + when
    yield Type.NUMBER, match["subject"], asked + "?", f"{match['about'] or ''}{match['figure']}"


def _how_many_came(sentence: str) -> Found:
    match = _COUNTED.match(sentence)
    if match is not None and not re.search(r"\b(?:it|they|this|these|there|here)\b", match["rest"]):
        # What they took part in must be named: it stands for the subject.
        asked = f"How many {match['noun']} {match['rest']}?"
        yield Type.NUMBER, f"The {_named(match['rest'])}", asked, f"{match['about'] or ''}{match['figure']}"


def _named(rest: str) -> str:
    return " ".join(re.findall(r"\b[A-Z]\w*", rest))


def _counted(text: str) -> tuple[str, str] | None:
    """Return what a figure counts and what follows; None where it may be a price or a year."""
    words = text.split(" ")
    size = next((i for i, word in enumerate(words) if word in _ENDS or not word.isalpha()), len(words))
    # What is counted ends with the last plural.
    plurals = [i for i in range(min(size, 4)) if words[i].endswith("s") or words[i] in _PLURALS]
    if not plurals:
        return None
    rest = re.sub(r"^(?:and|or)\b.*", "", " ".join(words[plurals[0] + 1 :]))
    return None if re.search(r"\d", rest) else (" ".join(words[: plurals[0] + 1]), rest)


def _when(sentence: str) -> Found:
    for match in (_WHEN.match(sentence), _LED.match(sentence)):
        if match is not None and not re.search(r"\d", match["done"]):
            asked = f"When {match['aux']} {_inside(match['subject'])} {match['done']}?"
            yield Type.DATE, match["subject"], asked, match["date"]
    match = _DID_WHEN.match(sentence) or _DID_LED.match(sentence)
    if match is not None:
        aux, verb = helped(match["verb"])
        asked = f"When {aux} {_inside(match['subject'])} {verb}{match['done']}?"
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
    for stated in _IS_WHO:
        if found := stated.match(sentence):
            asked = f"Who is the {found['office']} of {found['body']}?"
            yield Type.PERSON, f"the {found['body']}", asked, found["name"]


def _inside(subject: str) -> str:
    """Return a subject as it is written within a sentence."""
    first, _, _ = subject.partition(" ")
    return subject[0].lower() + subject[1:] if first in ("The", "A", "An") else subject
