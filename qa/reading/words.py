"""What a page's own words say about a seam: characters that stand side by side elsewhere were torn apart here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qa.reading.chars import is_han, squeeze, stands_together
from qa.reading.lexicon import torn
from qa.reading.midway import starts_midway

_BODY_LIMIT = 200_000
_NEEDED = 2
_COUNTED = 50
_NUMBER = 16
_MEASURE = re.compile("[万亿千百多余%℃年月日时分元人名个家户件吨亩次条台辆所座项种届岁米公平立]")
# A seam inside a word of the dictionary is that much likelier than one between words: one in a hundred seams by chance.
_TORN = 1.0


def _goes_on_number(left: str, right: str) -> bool:
    """Tell whether a number is torn: digits on both sides that make no impossible date, or its unit on the other."""
    number, more = re.search(r"\d[\d.]*$", left), re.match(r"([\d.]*)(.?)", right)
    if number is None or more is None:
        return False
    highest = {"月": 12, "日": 31}.get(more[2])
    if more[1]:
        digits = (number.group() + more[1]).partition(".")[0]
        return highest is None or int(digits) <= highest
    return bool(_MEASURE.match(more[2])) and (highest is None or not left.endswith("."))


def _threes(text: str) -> set[str]:
    return {text[place : place + 3] for place in range(len(text) - 2) if text[place : place + 3].isalnum()}


class PageWords:
    """Answer whether two pieces belong together, from the other places where the page has their characters."""

    def __init__(self, texts: Iterable[str]) -> None:
        # The separator keeps the pieces apart, so that no seam of the page is evidence for itself.
        self._body = "\n".join(squeeze(text) for text in texts)[:_BODY_LIMIT]

    def together(self, left: str, right: str, *, strict: bool = False) -> bool:
        """Tell whether the end of one text and the beginning of another stand side by side elsewhere on the page.

        `strict` asks for two characters on either side, enough to overrule the form of a headline.
        """
        return stands_together(left, right, self._body, strict=strict)

    def torn(self, left: str, right: str) -> bool:
        """Tell whether the seam of two texts tears a word of the dictionary, or a number."""
        before = left[-_NUMBER:].rstrip()
        if before.endswith(".") or before[-1:].isdigit():
            return _goes_on_number(before, right[:_NUMBER].lstrip())
        return torn(left, right) >= _TORN

    def goes_on(self, left: str, right: str) -> bool:
        """Tell whether one text surely goes on from another: by a torn word, or by words that the page has elsewhere."""
        return self.torn(left, right) or self.together(left, right)

    def shared(self, one: str, other: str) -> int:
        """Count the strings of three characters that two texts have in common: names, as a rule, in one article."""
        return len(_threes(one) & _threes(other))

    def known(self, word: str) -> bool:
        """Tell whether the page has some characters more than once."""
        return len(word) > 1 and self._body.count(word) > 1

    def begins_midway(self, text: str, *, quotes: bool = True) -> bool:
        """Tell whether a text begins in the midst of a sentence: by its first character, or in the midst of a word."""
        return starts_midway(text, quotes=quotes) or self._begins_inside_word(text)

    def _begins_inside_word(self, text: str) -> bool:
        """Tell whether the first three characters occur only after one and the same character, as 济发展 after 经."""
        head = squeeze(text[:8])[:3]
        if len(head) < 3 or not all(map(is_han, head)):
            return False
        before = [self._body[place - 1 : place] for place in self._places(head)]
        inside = {char for char in before if char not in ("", "\n")}
        # One place is the text itself; a second line that begins so shows that a sentence may.
        if len(inside) != 1 or sum(char in ("", "\n") for char in before) > 1 or not is_han(min(inside)):
            return False
        # 经济 must be a word of the page by itself: before other characters too, and 济发 found after nothing else.
        word = min(inside) + head[0]
        left = {self._body[place - 1 : place] for place in self._places(word)}
        if len(left) < _NEEDED:
            return False
        after = [self._body[place + 2 : place + 3] for place in self._places(word)]
        pairs = {self._body[place - 1 : place] for place in self._places(head[:2])} - {"", "\n"}
        return pairs == inside and len({char for char in after if is_han(char) and char != head[1]}) >= _NEEDED

    def _places(self, head: str) -> Iterator[int]:
        place = self._body.find(head)
        for _ in range(_COUNTED):
            if place < 0:
                return
            yield place
            place = self._body.find(head, place + 1)
