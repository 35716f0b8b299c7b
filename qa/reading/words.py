"""What a page's own words say about a seam: characters that stand side by side elsewhere were torn apart here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa.reading.chars import is_han, squeeze, stands_together
from qa.reading.midway import starts_midway

_BODY_LIMIT = 200_000
_NEEDED = 2
_COUNTED = 50


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
