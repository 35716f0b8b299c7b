"""Repair the blanks and letters of converted text: one rule for every form."""

from __future__ import annotations

import re
import unicodedata

# Written without blanks: Han, kana, their punctuation, and full-width forms.
_WIDE = "\u2e80-\u303e\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60“”‘’…—"
_IS_WIDE = re.compile(f"[{_WIDE}]")
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_EDGES = (
    " \t\r\n\f\v\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
# Controls, soft hyphens, marks of width zero: nobody sees them, and no search should stumble over them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# Radicals and ligatures that converters of fonts give in place of the characters that they look like.
_LOOKALIKE = re.compile("[\u2e80-\u2fd5\uf900-\ufad9\ufb00-\ufb06]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HYPHENED = re.compile(r"[a-z]-$")


def clean(text: str) -> str:
    """Take out what nobody sees, and write stand-ins of characters as the characters themselves."""
    text = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text))
    return _LOOKALIKE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)


def collapse(text: str) -> str:
    """Write every run of blanks as one; where a line breaks between two wide characters, as none.

    >>> collapse("江海\\n区  the\\n new")
    '江海区 the new'
    """
    bare = clean_edges(text)
    return _BLANKS.sub(lambda found: _blank(found, bare), bare)


def clean_edges(text: str) -> str:
    """Return a text without blanks at its ends."""
    return text.strip(_EDGES)


def _blank(found: re.Match[str], text: str) -> str:
    before, after = text[found.start() - 1], text[found.end()]
    broken = any(mark in found.group() for mark in "\n\r\u2028\u2029")
    return "" if broken and is_wide(before) and is_wide(after) else " "


def is_wide(char: str) -> bool:
    """Tell whether a character is written without blanks beside it."""
    return bool(_IS_WIDE.match(char))


def seam(left: str, right: str) -> str | None:
    """Return what goes between two lines of one paragraph: a blank or nothing; None where a hyphen must go as well."""
    if not left or not right or is_wide(left[-1]) or is_wide(right[0]):
        return ""
    if _HYPHENED.search(left) and right[0].islower():
        return None
    return "" if left.endswith("-") else " "


def joined(left: str, right: str) -> tuple[str, str]:
    """Return two lines of one paragraph so that they read on when put together."""
    between = seam(left, right)
    return (left[:-1], right) if between is None else (left + between, right)


def words(text: str) -> frozenset[str]:
    """Return the words of a list that is written with blanks."""
    return frozenset(text.split())
