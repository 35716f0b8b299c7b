"""Dictionary words of Chinese text, cut by jieba in search mode, with district terms that a user can add to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import SettingsError
from qa.fold import fold
from qa.synonyms import Synonyms
from qa.terms import HAN

if TYPE_CHECKING:
    import jieba

_CHINESE = re.compile(f"[{HAN}]{{2,}}")


def read_dictionary(path: Path) -> list[str]:
    """Return the terms of a user dictionary: one a line, `#` begins a comment; raise `SettingsError` when it cannot be read."""
    try:
        return _terms(path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(
            f"the user dictionary {path} cannot be read ({fault}); expected a UTF-8 file with one term a line"
        ) from fault


def _terms(lines: Iterable[str]) -> list[str]:
    return [term for line in lines if (term := line.partition("#")[0].strip())]


def district_terms() -> list[str]:
    """Return the district terms that ship with the program."""
    return _terms(resources.files("qa").joinpath("data/district_terms.txt").read_text(encoding="utf-8").splitlines())


class WordCutter:
    """Cut folded text into dictionary words; the user's terms are words as well. `synonyms` are other words for the same."""

    def __init__(self, user_terms: Iterable[str] = (), synonyms: Synonyms | None = None) -> None:
        self.user_terms = tuple(dict.fromkeys([*district_terms(), *user_terms]))
        self.synonyms = Synonyms.of("") if synonyms is None else synonyms
        self._tokenizer: jieba.Tokenizer | None = None

    @classmethod
    def of(cls, dictionary: str, synonyms: str = "") -> WordCutter:
        """Make a cutter with the terms and the synonyms of two files; an empty name means the shipped ones alone."""
        return cls(read_dictionary(Path(dictionary)) if dictionary else (), Synonyms.of(synonyms))

    def tokenizer(self) -> jieba.Tokenizer:
        """Return what cuts, built with the first call."""
        if self._tokenizer is None:
            self._tokenizer = _tokenizer(self.user_terms)
        return self._tokenizer

    def words(self, text: str) -> list[str]:
        """Return the words of two or more characters, repetitions included, compounds with the words inside them."""
        cut = self.tokenizer().cut_for_search(fold(text))
        return [word for word in cut if _CHINESE.fullmatch(word)]

    def cut(self, text: str) -> list[str]:
        """Return all words of a folded text, one behind the other; joined, they are the folded text."""
        return list(self.tokenizer().cut(fold(text)))

    def known(self, word: str) -> bool:
        """Say whether a folded word stands in the dictionary, not only looks like one."""
        return bool(self.tokenizer().FREQ.get(word))


@cache
def _tokenizer(user_terms: tuple[str, ...]) -> jieba.Tokenizer:
    # Imported and built here: the dictionary takes half a second, and only indexing and word queries need it.
    import jieba

    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    # jieba would read and write a pickled cache at a fixed name in the world-writable temporary folder, where anybody
    # could put one. The prefix dictionary is built in memory instead; it takes no longer than reading the cache.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for term in user_terms:
        tokenizer.add_word(fold(term))
    return tokenizer
