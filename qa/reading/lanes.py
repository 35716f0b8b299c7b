"""The lines of a page that may stand in columns: how well one goes on from another, and two columns made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.reading.bylines import byline_goes_on, own_byline
from qa.reading.captions import is_caption
from qa.reading.chars import ends_paragraph
from qa.reading.headlines import is_furniture, is_label, is_second_line, looks_like_headline
from qa.reading.lexicon import torn
from qa.reading.lines import Line
from qa.reading.midway import starts_midway
from qa.reading.wrapping import Columns, marked, printed_line

_TORN = 1.0


@dataclass(slots=True)
class Sides:
    """Two columns that stand beside each other, as the places of their lines, and the place after the last of them.

    The longer column goes on below the shorter one.
    """

    left: list[int]
    right: list[int]
    end: int

    def cut(self, end: int) -> None:
        """Leave out the lines from a place on."""
        self.end = end
        self.left = [place for place in self.left if place < end]
        self.right = [place for place in self.right if place < end]


class Lines:
    """The lines of a page, and how well one goes on from another."""

    def __init__(self, flat: str, text: str, lines: Sequence[Line], columns: Columns) -> None:
        self.lines = lines
        self.columns = columns
        self.words = [flat[line.body : line.stop] for line in lines]
        self.printed = [printed_line(text, line) for line in lines]
        self._links: dict[tuple[int, int], float] = {}

    def narrow(self, place: int) -> bool:
        """Tell whether a line may stand in a column: there is one, and the line is no wider."""
        edge = self.columns.edge(self.lines[place])
        return edge is not None and edge.narrow(self.printed[place])

    def apart(self, place: int) -> bool:
        """Tell whether a line is a caption or is marked as a headline: what stands around it says nothing of it."""
        return marked(self.lines[place]) or is_caption(self.words[place])

    def is_top(self, place: int) -> bool:
        """Tell whether a line has the form of a headline, label or byline."""
        line, words = self.lines[place], self.words[place]
        if own_byline(words):
            return not self._byline_goes_on(place)
        if is_furniture(words) or line.indented:
            return False
        return is_label(words) or looks_like_headline(words, marked=marked(line)) or is_second_line(words)

    def _is_subhead(self, place: int) -> bool:
        """Tell whether a line has the form of a headline and leaves room in its column."""
        short = place + 2 >= len(self.lines) or not self.full(place, place + 2)
        return short and self.is_top(place) and not own_byline(self.words[place])

    def _byline_goes_on(self, place: int) -> bool:
        """Tell whether a byline is the first half of one that ends, before text, in the next line but one."""
        after = place + 2
        return (
            after < len(self.lines) and self.full(place, after) and byline_goes_on(self.words[place], self.words[after])
        )

    def full(self, place: int, following: int) -> bool:
        """Tell whether a line reaches the column's edge, when another one follows it."""
        edge = self.columns.edge(self.lines[place])
        return edge is not None and edge.full(self.printed[place], self.words[following])

    def link(self, place: int, following: int) -> float:
        """Weigh how well one line goes on from another."""
        key = place, following
        if key not in self._links:
            self._links[key] = self._weigh(place, following)
        return self._links[key]

    def _weigh(self, place: int, following: int) -> float:
        before, after = self.words[place], self.words[following]
        if marked(self.lines[place]) or marked(self.lines[following]):
            return 0.0
        if is_caption(before):
            # A caption seldom stands within a paragraph: as a rule an indent follows it.
            return 0.5 if self.lines[following].indented else -1.0 * (not self.is_top(following))
        is_open, full = not (ends_paragraph(before) or before.endswith(";")), self.full(place, following)
        if is_caption(after):
            return (-0.5 if full else 0.0) if is_open else 0.5
        if self.lines[following].indented:
            return (-4.0 if full else 0.0) if is_open else 0.5
        if not full:
            return -2.0 if is_open else -0.5 if self._is_subhead(following) else -2.5
        if own_byline(before) and byline_goes_on(before, after):
            return 2.5
        if starts_midway(after, quotes=False):
            return 2.0 if is_open else 0.0 if before.endswith("”") else -3.0
        # A full line ends with a sentence by chance far less often than within one.
        return (2.5 if torn(before, after) >= _TORN else -0.5) if is_open else -1.0
