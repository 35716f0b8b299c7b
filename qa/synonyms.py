"""Everyday and official words for the same thing, kept in a file that anybody can edit: 看病 finds 医疗服务.

One group a line, words divided by commas, `#` begins a comment. A question that has one word of a group also looks for the
others; what they find counts as evidence of its own, weighed less than the question's own words (see `qa.retrieval`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from qa.errors import SettingsError
from qa.fold import fold

FILE = "synonyms.txt"
_COMMA = re.compile("[,,、]")


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word of a question and the words that may stand for it in a text, all folded."""

    word: str
    others: tuple[str, ...]


def shipped_groups() -> list[tuple[str, ...]]:
    """Return the groups that ship with the program."""
    return _groups(resources.files("qa").joinpath("data", FILE).read_text(encoding="utf-8").splitlines(), FILE)


def read_groups(path: Path) -> list[tuple[str, ...]]:
    """Return the groups of a user's file; raise `SettingsError` when it cannot be read, listing every faulty line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(
            f"the synonyms {path} cannot be read ({fault}); expected a UTF-8 file with one group a line, divided by commas"
        ) from fault
    return _groups(lines, str(path))


def _groups(lines: Iterable[str], name: str) -> list[tuple[str, ...]]:
    found, faults = [], []
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        words = tuple(dict.fromkeys(fold(word.strip()) for word in _COMMA.split(text) if word.strip()))
        if len(words) > 1:
            found.append(words)
        elif text:
            faults.append(f"{name}:{number}: found {text!r}, expected two or more words divided by commas")
    if faults:
        raise SettingsError("\n".join(faults))
    return found


class Synonyms:
    """Find the words of a question that have others, the longest first: 小孩读书 counts before 小孩."""

    def __init__(self, groups: Sequence[tuple[str, ...]]) -> None:
        self._groups = tuple(groups)

    @classmethod
    def of(cls, file: str) -> Synonyms:
        """Take the shipped groups and those of the user's `file`; an empty name means the shipped ones alone."""
        return cls([*shipped_groups(), *(read_groups(Path(file)) if file else ())])

    @cached_property
    def _others(self) -> dict[str, tuple[str, ...]]:
        others: dict[str, dict[str, None]] = {}
        for group in self._groups:
            for word in group:
                others.setdefault(word, {}).update(dict.fromkeys(w for w in group if w != word))
        return {word: tuple(found) for word, found in others.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = sorted(self._others, key=lambda word: (-len(word), word))
        return re.compile("|".join(rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words) or "(?!)")

    def expand(self, folded: str) -> list[Expansion]:
        """Return the expansions of a folded question, in order of their place, each word once."""
        words = dict.fromkeys(match[0] for match in self._pattern.finditer(folded))
        return [Expansion(word, self._others[word]) for word in words]
