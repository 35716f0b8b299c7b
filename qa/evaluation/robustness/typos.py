"""Slips of the keyboard: a wrong character of the same sound or shape in Chinese, a wrong letter in English."""

from __future__ import annotations

import random
import re
from functools import cache

from qa.alike import lookalikes, same_sound
from qa.fold import fold
from qa.terms import HAN, is_particle
from qa.words import WordCutter

_HAN_CHARACTER = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-z]{4,}")
# From this length on a question has two slips.
_LONG_CHINESE, _LONG_ENGLISH = 20, 14
# An input method shows five candidates at once: nobody slips to a character that is not among the first.
_SHOWN = 5
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def typos(question: str, rng: random.Random) -> str | None:
    """Return the question with one slip, two when it is long; None where nothing in it can be mistyped.

    A Chinese character becomes another of the same sound, or in half of the cases one that looks like it; the length stays.
    In English two letters change places, one is lost or doubled, or its neighbour on the keyboard is hit.
    """
    return _chinese(question, rng) if _HAN_CHARACTER.search(question) else _english(question, rng)


def _chinese(question: str, rng: random.Random) -> str | None:
    places = _content(question) or [match.start() for match in _HAN_CHARACTER.finditer(question)]
    rng.shuffle(places)
    wanted = 2 if len(_HAN_CHARACTER.findall(question)) >= _LONG_CHINESE else 1
    chars, done = list(question), 0
    for place in places:
        if done < wanted and (wrong := _mistaken(question[place], rng)):
            chars[place] = wrong
            done += 1
    return "".join(chars) if done else None


def _content(question: str) -> list[int]:
    """Return the places of the Chinese characters in words of two or more characters that ask for nothing themselves."""
    places, at = [], 0
    for word in _cutter().tokenizer().cut(question):
        if len(word) > 1 and not is_particle(fold(word)):
            places += [at + i for i, char in enumerate(word) if _HAN_CHARACTER.match(char)]
        at += len(word)
    return places


def _mistaken(character: str, rng: random.Random) -> str | None:
    folded = fold(character)
    sound, shape = _shown(folded), lookalikes(folded)
    choice = rng.choice((sound, shape)) or sound or shape
    return rng.choice(choice) if choice else None


@cache
def _shown(character: str) -> str:
    """Return the most frequent characters of the same sound."""
    frequency = _cutter().tokenizer().FREQ
    ranked = sorted(same_sound(character), key=lambda other: (-(frequency.get(other) or 0), other))
    return "".join(ranked[:_SHOWN])


@cache
def _cutter() -> WordCutter:
    return WordCutter()


def _english(question: str, rng: random.Random) -> str | None:
    words = [match for match in _LATIN_WORD.finditer(question) if not is_particle(match[0].casefold())]
    rng.shuffle(words)
    chosen = words[: 2 if len(question.split()) >= _LONG_ENGLISH else 1]
    for match in sorted(chosen, key=lambda m: -m.start()):  # from behind: the places before it stay
        question = question[: match.start()] + _misspelt(match[0], rng) + question[match.end() :]
    return question if chosen else None


def _misspelt(word: str, rng: random.Random) -> str:
    """Return a word with one wrong letter behind its first, which people seldom miss."""
    at = rng.randrange(1, len(word))
    slips = [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + rng.choice(_beside(word[at])) + word[at + 1 :],
    ]
    if at + 1 < len(word) and word[at] != word[at + 1]:
        slips.append(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    return rng.choice(slips)


@cache
def _beside(letter: str) -> str:
    """Return the letters beside, above and below one, in its case."""
    row, column = next((r, keys.index(letter.lower())) for r, keys in enumerate(_KEYS) if letter.lower() in keys)
    near = [(row, column - 1), (row, column + 1), (row - 1, column), (row - 1, column + 1)]
    near += [(row + 1, column - 1), (row + 1, column)]
    found = "".join(_KEYS[r][c] for r, c in near if 0 <= r < len(_KEYS) and 0 <= c < len(_KEYS[r]))
    return found.upper() if letter.isupper() else found
