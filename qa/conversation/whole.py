"""The rules that make a follow-up question whole; a question that stands by itself stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.conversation.cues import AND, INSTEAD, MORE, NAMED_FIRST, OTHER, PERSON, THING, VERB, even, is_chinese, unquoted
from qa.conversation.names import KINDS, things_in
from qa.conversation.pointing import nth, other_than, person, thing
from qa.conversation.replacing import replaced
from qa.conversation.spoken import Spoken, Whole, asks, core_of, instead_of
from qa.conversation.wording import asks_at_once, names_something, own_content, topic_of, trimmed
from qa.fold import fold
from qa.terms import query_terms
from qa.words import WordCutter

# Texts of the passages that a search finds first.
Look = Callable[[str], Sequence[str]]
# How likely the documents answer a question.
Sure = Callable[[str], float]
# A question with more of its own than so many characters stands by itself; one without a subject needs more for that.
_WHOLE, _NO_SUBJECT = 7, 14
# A verb alone behind the asking word (谁带队去的) has no object; a noun alone (奖金多少) is a trait of something.
_VERB, _TRAIT = 2, 3
# An English word weighs as much as so many characters.
_ENGLISH = 3
_ADDRESSED = re.compile(r"[你您我]|\b(?:you|your|i|me|my|we|our)\b")
# What share of its terms a passage must hold to speak of a topic, and of what is asked.
_SPEAKS = 0.5
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Rules:
    """Make questions whole; `look` and `sure` let a short question be tried against what the documents say."""

    cutter: WordCutter
    look: Look
    sure: Sure

    def whole(self, question: str, spoken: Spoken | None) -> Whole:
        """Return the whole question; the question as it is when it stands by itself or nothing was asked before it."""
        if spoken is None or len(question) > _LONGEST // 2:
            return Whole.by_itself(question)
        for rule in (_more, self._instead, _named_first, self._other, nth, person, thing, self._short):
            made = rule(question, spoken)
            if made is not None:
                return Whole(made.question[:_LONGEST], made.topic)
        return Whole.by_itself(question)

    def _instead(self, question: str, spoken: Spoken) -> Whole | None:
        """Ask the last question of something else: 那2024年呢, what about X."""
        what = _something_else(question)
        if what is None or any(pointer.search(even(what)) for pointer in (OTHER, PERSON, THING)):
            return None
        made = replaced(what, spoken.question, spoken.topic, self.cutter)
        if made.startswith(f"{what},") and not speaks_of_both(self.look(made), spoken.topic, what):
            return Whole(question, what)
        kept = made.startswith(spoken.topic) or made.endswith(f"({spoken.topic})?")
        return Whole(made, spoken.topic if kept else topic_of(made))

    def _other(self, question: str, spoken: Spoken) -> Whole | None:
        """Ask of the other one that was named: 另一所学校呢, and the other company."""
        core = core_of(question)
        match = OTHER.search(unquoted(core))
        if match is None or names_something(instead_of(match, core, " ")):
            return None
        if match[0].startswith("其") and match["kind"] and not things_in(spoken.topic, match["kind"]):
            return None  # 其他街道: no topic of this kind that they are other than
        name = other_than(spoken, match["kind"] or match["english"] or "")
        if name is None:
            return Whole.joined(spoken.topic, core)
        if not is_chinese(core):
            return Whole.joined(f"{name}, {spoken.topic}", core, name)
        if asks(core):
            return Whole(f"{instead_of(match, core, name)}?", name)
        mine = next((n for k in KINDS for n in things_in(spoken.topic, k) if n in spoken.question), None)
        if mine is not None:
            return Whole(spoken.question.replace(mine, name), name)
        return Whole(replaced(name, spoken.question, spoken.topic, self.cutter), name)

    def _short(self, question: str, spoken: Spoken) -> Whole | None:
        """Put the topic before a question that has too little of its own."""
        core = core_of(question)
        content = own_content(core, self.cutter)
        size = sum(map(len, content)) if is_chinese(core) else _ENGLISH * len(content)
        at_once = asks_at_once(core)
        if _ADDRESSED.search(even(core)) or size > (_NO_SUBJECT if at_once else _WHOLE):
            return None
        if (names_something(core) and not at_once) or any(self._is_name(word) for word in content):
            return None
        made = Whole.joined(spoken.topic, core)
        if is_chinese(core):
            clear = size == 0 or (at_once and size <= _VERB)
            goes_on = clear or self._goes_on(made, core, spoken, content)
        else:  # no passage can tell: most are in Chinese
            goes_on = asks(core) and size <= _ENGLISH
        return made if goes_on and not (size and self._answered_alone(core, made)) else None

    def _answered_alone(self, core: str, made: Whole) -> bool:
        """Say whether the documents answer the question likelier without the topic: then it is about something else."""
        return self.sure(core) > self.sure(made.question)

    def _is_name(self, word: str) -> bool:
        return len(word) > 2 and is_chinese(word) and not self.cutter.known(word)

    def _goes_on(self, made: Whole, core: str, spoken: Spoken, content: Sequence[str]) -> bool:
        """Say whether a passage speaks of both; a short question about what no passage has is of what was spoken of."""
        asked = " ".join(content)
        if speaks_of_both(self.look(made.question), spoken.topic, asked):
            return True
        elsewhere = any(all(word in fold(text) for word in content) for text in self.look(core))
        return len(asked) <= _TRAIT and asks(core) and not elsewhere


def _something_else(question: str) -> str | None:
    """Return what the last question is to be asked of instead: X of X呢, what about X, and X."""
    plain, core = trimmed(question), core_of(question)
    for text in (core, plain):
        match = INSTEAD.fullmatch(even(text))
        if match is not None and not asks(core):
            group = next(g for g in ("what", "about", "when", "mean", "meant") if match[g])
            return text[slice(*match.span(group))].removeprefix("the ")
    bare = AND.fullmatch(even(plain))
    return None if bare is None or VERB.search(even(core)) else plain[slice(*bare.span("what"))].strip()


def speaks_of_both(texts: Sequence[str], topic: str, content: str) -> bool:
    """Say whether one text has most of the topic's terms and most of what is asked; single characters do not count."""
    wanted = [{t for t in query_terms(part) if len(t) > 1} for part in (topic, content)]
    for text in texts:
        folded = fold(text)
        shares = [sum(t in folded for t in terms) / max(1, len(terms)) for terms in wanted]
        if min(shares) >= _SPEAKS:
            return True
    return False


def _more(question: str, spoken: Spoken) -> Whole | None:
    """Put the topic before 还有呢, 为什么呢, tell me more."""
    core = core_of(question)
    asked = (core, trimmed(question))
    return Whole.joined(spoken.topic, core) if any(MORE.fullmatch(even(text)) for text in asked) else None


def _named_first(question: str, spoken: Spoken) -> Whole | None:
    """Put the name for the pronoun in 张三呢,他说了什么, behind the topic."""
    core = core_of(question)
    match = NAMED_FIRST.fullmatch(even(core))
    if match is None or asks(core[: match.end("what")]):
        return None
    what, rest = core[slice(*match.span("what"))], core[match.start("rest") :]
    pronoun = PERSON.search(even(rest)) or THING.search(even(rest))
    return Whole.joined(spoken.topic, f"{what}{rest}" if pronoun is None else instead_of(pronoun, rest, what), what)
