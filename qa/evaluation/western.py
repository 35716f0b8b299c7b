"""Notice a Western file that was decoded as Chinese: `Müller` in Windows-1252 is `M黮ler` in GB18030."""

from __future__ import annotations

import re

_ACCENTS = "À-ÖØ-öø-ÿŒœŠšŽžŸ"
_RUN = re.compile(r"[^\x00-\x7f]+")
_WRITTEN = re.compile(rf"[{_ACCENTS}’‘“”–—…«»]{{1,2}}")
# An accented letter between others of its word: small ones go on with small ones.
_WORD = re.compile(r"(?<![^\x00-\x7f])(?:[A-Za-z]+[à-öø-ÿ][a-z]|[à-öø-ÿ][a-z]{2}|[À-ÖØ-Þ][A-Za-z]{2})[A-Za-z]*")


def western_word(text: str) -> tuple[str, str] | None:
    """Return a word of a text decoded as GB18030, and what it is in Windows-1252, when all of the text is Western.

    The bytes of a Chinese text are no such: two characters side by side give four accented letters side by side. A single one
    inside a Latin word (`A区B`) gives two, or an accented small letter before a capital.
    """
    try:
        western = text.encode("gb18030").decode("cp1252")
    except UnicodeDecodeError:
        return None
    if not all(_WRITTEN.fullmatch(run) for run in _RUN.findall(western)):
        return None
    found = _WORD.search(western)
    return (found[0].encode("cp1252").decode("gb18030", "replace"), found[0]) if found else None
