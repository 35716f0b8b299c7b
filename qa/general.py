"""Words that a question about anything may have: they do not say what it is about."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def general_words() -> frozenset[str]:
    """Return the words that ship with the program, folded."""
    lines = resources.files("qa").joinpath("data/general_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
