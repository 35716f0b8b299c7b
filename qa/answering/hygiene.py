"""What no sentence of a model may carry to a client: markup, links, hidden characters, letters from elsewhere."""

from __future__ import annotations

import re
import unicodedata

from qa.fold import fold

_MARKUP = re.compile(
    r"<\s*[/!?]?\s*[a-z]|\]\s*\(|\]\s*:|!\s*\[|```|&(?:#\w+|[a-z]+\d*);|\\[a-z(\[]|\$\$", re.IGNORECASE
)
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s]*|(?:javascript|data|mailto|vbscript|file|tel)\s*:[^\s]*|www\.[^\s]*"
    r"|[a-z0-9._%+-]+@[a-z0-9.-]+|(?<![a-z0-9.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![a-z])",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"(?:[a-z]\.)+[a-z]{1,2}", re.IGNORECASE)
_MOST_MARKS = 2  # upon one letter
_LETTERS = ("LATIN", "CJK", "FULLWIDTH LATIN", "IDEOGRAPHIC")


def has_markup(sentence: str) -> bool:
    """Say whether a client might take part of it for markup."""
    return bool(_MARKUP.search(sentence))


def has_foreign_link(sentence: str, printed: str) -> bool:
    """Say whether it holds an address that `printed`, the folded passages, does not."""
    return any(
        fold(match[0]).rstrip(".,;:!?)") not in printed
        for match in _LINK.finditer(fold(sentence))
        if not _ABBREVIATED.fullmatch(match[0])
    )


def is_hostile(sentence: str, printed: str) -> bool:
    """Say whether it has characters that hide or turn text, stacks of marks, or letters of a script that is not printed there."""
    marks = 0
    for character in sentence:
        category = unicodedata.category(character)
        if (category[0] == "C" and character not in "\n\t") or category in ("Zl", "Zp"):
            return True
        marks = marks + 1 if category[0] == "M" else 0
        if marks > _MOST_MARKS:
            return True
        if (
            category[0] == "L"
            and not character.isascii()
            and not _is_usual(character)
            and fold(character) not in printed
        ):
            return True
    return False


def _is_usual(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_LETTERS)
