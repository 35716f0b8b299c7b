"""The rules that make a follow-up question whole; a question that stands by itself stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.asked import Asked, what_is_asked
from qa.conversation.cues import (
    INSTEAD,
    MORE,
    NAMED_FIRST,
    NTH,
    OPENER,
    ORDINALS,
    OTHER,
    PERSON,
    THING,
    even,
    is_chinese,
    unquoted,
)
from qa.conversation.names import KINDS, listed, person_in, things_in
from qa.conversation.replacing import replaced
from qa.conversation.wording import asks_at_once, names_something, own_content, topic_of, trimmed
from qa.fold import fold
from qa.terms import query_terms
from qa.words import WordCutter

# Texts of the passages that a search finds first.
Look = Callable[[str], Sequence[str]]
# A question with more of its own than this many characters stands by itself, one with less may.
_WHOLE = 7
# A verb alone behind the asking word (谁带队去的) has no object; a noun alone (奖金多少) is a trait of something.
_NO_OBJECT, _TRAIT = 2, 3
# What share of its terms a passage must hold to speak of a topic, and of what is asked.
_SPEAKS = 0.5
_LONGEST = 1000
_CLAUSE = re.compile(r"[,\uff0c]|\band (?=when|how|what|where|who|why|which)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is spoken of: the last question made whole, its topic, what was answered, and all that was said before."""

    question: str
    topic: str
    answer: str
    before: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Make questions whole; `look` lets a short question be tried against what the documents say."""

    cutter: WordCutter
    look: Look

    def whole(self, question: str, spoken: Spoken | None) -> tuple[str, str]:
        """Return the whole question and its topic; the question as it is when it stands by itself."""
        if spoken is None or len(question) > _LONGEST // 2:
            return question, topic_of(question)
        for rule in (_more, self._instead, _named_first, self._other, _nth, _person, _thing, self._short):
            made = rule(question, spoken)
            if made is not None:
                text, topic = made
                return text[:_LONGEST], topic
        return question, topic_of(question)

    def _instead(self, question: str, spoken: Spoken) -> tuple[str, str] | None:
        core = _core(question)
        match = INSTEAD.fullmatch(even(core))
        if match is None or _asks(core):
            return None
        group = next(g for g in ("what", "about", "when") if match[g])
        what = core[slice(*match.span(group))].removeprefix("the ")
        if OTHER.search(even(what)) or PERSON.search(even(what)) or THING.search(even(what)):
            return None
        made = replaced(what, spoken.question, spoken.topic, self.cutter)
        if made.startswith(f"{what},") and not speaks_of_both(self.look(made), spoken.topic, what):
            return question, what
        kept = made.startswith(spoken.topic) or made.endswith(f"({spoken.topic})?")
        return made, spoken.topic if kept else topic_of(made)

    def _other(self, question: str, spoken: Spoken) -> tuple[str, str] | None:
        core = _core(question)
        match = OTHER.search(unquoted(core))
        if match is None or names_something(_without(core, match)):
            return None
        if match[0].startswith("其") and match["kind"] and not things_in(spoken.topic, match["kind"]):
            return None  # 其他街道: no topic of this kind that they are other than
        name = other_than(spoken, match["kind"] or match["english"] or "")
        if name is None:
            return _joined(spoken.topic, core), spoken.topic
        if not is_chinese(core):
            return _joined(f"{name}, {spoken.topic}", core), name
        if _asks(core):
            return f"{core[: match.start()]}{name}{core[match.end() :]}?", name
        return replaced(name, spoken.question, spoken.topic, self.cutter), name

    def _short(self, question: str, spoken: Spoken) -> tuple[str, str] | None:
        core = _core(question)
        if re.search("[你您我]", core):
            return None
        content, at_once = (
            own_content(core, self.cutter),
            asks_at_once(core) and not re.search('[“「『《"a-zA-Z]', core),
        )
        size = sum(map(len, content)) if is_chinese(core) else 3 * len(content)
        if size > (2 * _WHOLE if at_once else _WHOLE) or (names_something(core) and not at_once):
            return None
        if any(len(word) > 2 and is_chinese(word) and not self.cutter.known(word) for word in content):
            return None
        joined = _joined(spoken.topic, core)
        if size and not (at_once and size <= _NO_OBJECT) and not self._goes_on(joined, core, spoken, content):
            return None
        return joined, spoken.topic

    def _goes_on(self, joined: str, core: str, spoken: Spoken, content: Sequence[str]) -> bool:
        """Say whether a passage speaks of both; a short question about what no passage has is of what was spoken of."""
        asked = " ".join(content)
        if speaks_of_both(self.look(joined), spoken.topic, asked):
            return True
        elsewhere = any(all(word in fold(text) for word in content) for text in self.look(core))
        return len(asked) <= _TRAIT and _asks(core) and not elsewhere


def speaks_of_both(texts: Sequence[str], topic: str, content: str) -> bool:
    """Say whether one text has most of the topic's terms and most of what is asked; single characters do not count."""
    wanted = [{t for t in query_terms(part) if len(t) > 1} for part in (topic, content)]
    for text in texts:
        folded = fold(text)
        shares = [sum(t in folded for t in terms) / max(1, len(terms)) for terms in wanted]
        if min(shares) >= _SPEAKS:
            return True
    return False


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
    """Say whether two names begin alike or one holds the other: 景贤小学 and 景贤小学北校区."""
    a, b = even(one), even(other)
    return a[:2] == b[:2] or a in b or b in a or b[:2] in a or a[:2] in b


def _more(question: str, spoken: Spoken) -> tuple[str, str] | None:
    core = _core(question)
    if not MORE.fullmatch(even(core)) and not MORE.fullmatch(even(trimmed(question))):
        return None
    return _joined(spoken.topic, core or trimmed(question)), spoken.topic


def _named_first(question: str, spoken: Spoken) -> tuple[str, str] | None:
    core = _core(question)
    match = NAMED_FIRST.fullmatch(even(core))
    if match is None or _asks(core[: match.end("what")]):
        return None
    what, rest = core[slice(*match.span("what"))], core[match.start("rest") :]
    pronoun = PERSON.search(even(rest)) or THING.search(even(rest))
    rest = f"{what}{rest}" if pronoun is None else f"{rest[: pronoun.start()]}{what}{rest[pronoun.end() :]}"
    return _joined(spoken.topic, rest), what


def _nth(question: str, spoken: Spoken) -> tuple[str, str] | None:
    core = _core(question)
    match = NTH.search(unquoted(core))
    if match is None:
        return None
    number, members = ORDINALS[match["nth"] or match["english"]], listed(spoken.answer)
    if number > len(members):
        return _joined(spoken.topic, core), spoken.topic
    name = members[number - 1]
    return _joined(spoken.topic, f"{core[: match.start()]}{name}{core[match.end() :]}"), name


def _person(question: str, spoken: Spoken) -> tuple[str, str] | None:
    core = _core(question)
    match = PERSON.search(unquoted(core))
    if match is None or _names_itself(core[: match.start()]):
        return None
    who = what_is_asked(spoken.question) is Asked.WHO and not _is_who(spoken.question)
    name = (
        person_in(spoken.answer)
        if who
        else (person_in(spoken.topic) or _short_name(spoken) or person_in(spoken.answer))
    )
    if name is None:
        return _joined(spoken.topic, core), spoken.topic
    if not is_chinese(core):
        return _joined(name if name in spoken.topic else f"{name}, {spoken.topic}", core), spoken.topic
    put = f"{core[: match.start()]}{name}{core[match.end() :]}"
    return (f"{put}?" if name == spoken.topic else _joined(spoken.topic, put)), name


def _thing(question: str, spoken: Spoken) -> tuple[str, str] | None:
    core = _core(question)
    match = THING.search(unquoted(core))
    if match is None or _names_itself(core[: match.start()]):
        return None
    name = _pointed_at(match[0], spoken)
    if name is None and (not is_chinese(core) or len(spoken.topic) > _WHOLE * 2):
        return _joined(spoken.topic, core), spoken.topic
    name = name or spoken.topic
    if not is_chinese(core):
        return _joined(name, core), name
    return f"{core[: match.start()]}{name}{core[match.end() :]}?", name


def _names_itself(before: str) -> bool:
    """Say whether what stands before a pronoun names what it stands for: a name, or a question of its own."""
    clauses = [match.start() for match in _CLAUSE.finditer(before)]
    return names_something(before) or bool(clauses and _asks(before[: clauses[-1]]))


def _pointed_at(words: str, spoken: Spoken) -> str | None:
    """Return the name of the kind that 那家公司 or that company names, from the question, else from the answer."""
    kinds = re.findall(r"公司|企业|集团|学校|小学|中学|学院|医院|村|社区|街道|园区|产业园|联赛|比赛|[a-z]{4,}", words)
    for text in (spoken.topic, spoken.answer):
        for kind in kinds:
            if names := things_in(text, kind):
                return names[0]
    return None


def _is_who(question: str) -> bool:
    """Say whether a question names a person and asks who that is."""
    return bool(re.search(r".是(?:谁|哪位|什么人)$|.系(?:边个|边位)$|^who (?:is|was) [a-z]", even(trimmed(question))))


def _short_name(spoken: Spoken) -> str | None:
    return spoken.topic if _is_who(spoken.question) else None


def _core(question: str) -> str:
    """Return a question without the word that opens it and the marks at its ends."""
    plain = trimmed(question)
    opener = OPENER.match(even(plain))
    return plain[opener.end() :] if opener and opener.end() < len(plain) else plain


def _asks(text: str) -> bool:
    folded = even(text)
    return what_is_asked(text) is not Asked.OTHER or bool(
        re.search(r"什么|怎么|为什么|点解|点样|哪|咩|乜|\b(?:how|what)\b(?! about)|\b(?:why|which|who|where)\b", folded)
    )


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " + text[match.end() :]


def _joined(topic: str, question: str) -> str:
    """Put the topic before a Chinese question, behind an English one."""
    if even(topic) in even(question):
        return f"{question}?"
    return f"{topic},{question}?" if is_chinese(question) else f"{question} ({topic})?"
