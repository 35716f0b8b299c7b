"""Rules for questions that point at something: a pronoun, 那家公司, the second one, the other school."""

from __future__ import annotations

import re

from qa.asked import Asked, what_is_asked
from qa.conversation.cues import NTH, ORDINALS, PERSON, THEN, THING, even, is_chinese, unquoted
from qa.conversation.names import KINDS, listed, person_in, things_in
from qa.conversation.spoken import Spoken, Whole, asks, core_of, instead_of
from qa.conversation.wording import names_something, trimmed

# A topic of more characters is a clause, which takes no pronoun's place.
_CLAUSE_LENGTH = 14
_CLAUSE = re.compile(r"[,\uff0c]|\band (?=when|how|what|where|who|why|which)")
_KIND = re.compile(r"公司|企业|集团|学校|小学|中学|学院|医院|村|社区|街道|园区|产业园|联赛|比赛|[a-z]{4,}")
_WHO_IS = re.compile(r".是(?:谁|哪位|什么人)$|.系(?:边个|边位)$|^who (?:is|was) [a-z]")


def person(question: str, spoken: Spoken) -> Whole | None:
    """Put a person's name for 他, 佢, 这位书记, she."""
    core = core_of(question)
    match = PERSON.search(unquoted(core))
    if match is None or _names_itself(core[: match.start()]):
        return None
    name = _person_of(spoken)
    if name is None:
        return Whole.joined(spoken.topic, core)
    if not is_chinese(core):
        return Whole.joined(name if name in spoken.topic else f"{name}, {spoken.topic}", core, spoken.topic)
    put = instead_of(match, core, name)
    return Whole(f"{put}?", name) if name == spoken.topic else Whole.joined(spoken.topic, put, name)


def _person_of(spoken: Spoken) -> str | None:
    """Return who is spoken of: in the answer when it was asked who, else in the question first."""
    named = bool(_WHO_IS.search(even(trimmed(spoken.question))))
    if what_is_asked(spoken.question) is Asked.WHO and not named:
        return person_in(spoken.answer)
    return person_in(spoken.topic) or (spoken.topic if named else person_in(spoken.answer))


def thing(question: str, spoken: Spoken) -> Whole | None:
    """Put the topic, or the name of its kind, for 它, 该项目, 那家公司, it; before 当天 and 刚才说的."""
    core = core_of(question)
    if THEN.search(unquoted(core)) and not names_something(core):
        return Whole.joined(spoken.topic, core)
    match = THING.search(unquoted(core))
    if match is None or _names_itself(core[: match.start()]):
        return None
    name = _pointed_at(match[0], spoken)
    if name is None and (not is_chinese(core) or len(spoken.topic) > _CLAUSE_LENGTH):
        return Whole.joined(spoken.topic, core)
    name = name or spoken.topic
    return Whole(f"{instead_of(match, core, name)}?", name) if is_chinese(core) else Whole.joined(name, core)


def _names_itself(before: str) -> bool:
    """Say whether what stands before a pronoun names what it stands for: a name, or a question of its own."""
    clauses = [match.start() for match in _CLAUSE.finditer(before)]
    return names_something(before) or bool(clauses and asks(before[: clauses[-1]]))


def _pointed_at(words: str, spoken: Spoken) -> str | None:
    """Return the name of the kind that 那家公司 or that company names, from the question, else from the answer."""
    kinds = _KIND.findall(words)
    found = (name for text in (spoken.topic, spoken.answer) for kind in kinds for name in things_in(text, kind))
    return next(found, None)


def nth(question: str, spoken: Spoken) -> Whole | None:
    """Put the member of the answer's list for 第二个, the second one."""
    core = core_of(question)
    match = NTH.search(unquoted(core))
    if match is None:
        return None
    number, members = ORDINALS[match["nth"] or match["english"]], listed(spoken.answer)
    if number > len(members):
        return Whole.joined(spoken.topic, core)
    name = members[number - 1]
    return Whole.joined(spoken.topic, instead_of(match, core, name), name)


def other_than(spoken: Spoken, kind: str) -> str | None:
    """Return the latest name in what was said that is of the topic's kind and not the topic's own; None without one."""
    kinds = [kind] if kind else [k for k in KINDS if things_in(spoken.topic, k)]
    mine = [name for one in kinds for name in things_in(spoken.topic, one)]
    if not mine and is_chinese(spoken.topic):
        return None
    said = [name for text in (spoken.answer, spoken.before) for one in kinds for name in things_in(text, one)]
    if not mine:  # the topic is in another language: the answer names it first
        mine = said[:1]
    return next((name for name in said if not any(_alike(name, other) for other in mine)), None)


def _alike(one: str, other: str) -> bool:
    """Say whether two names begin alike or one holds the other's beginning: 景贤小学 and 景贤小学北校区."""
    a, b = even(one), even(other)
    return b[:2] in a or a[:2] in b
