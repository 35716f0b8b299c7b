"""Part two columns whose lines were read across: the first line of one, the first of the other, and so on.

Each line is given to the column in whose last line it goes on best: a word torn over the seam, an indent after a sentence's
end, a closing mark. Only where two columns explain the lines far better than one are they parted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from qa.reading.bylines import lead_byline, own_byline
from qa.reading.captions import is_caption
from qa.reading.chars import ends_paragraph, size
from qa.reading.column_heads import share_top
from qa.reading.headlines import is_furniture, is_label, is_second_line, looks_like_headline, overlap
from qa.reading.lexicon import torn
from qa.reading.lines import Line
from qa.reading.midway import starts_midway
from qa.reading.wrapping import Columns, marked, printed_line

# What it costs to begin a column beside another one, and to have two lines running in the same column; the least gain over
# one column.
_OPEN, _STAY, _GAIN = 4.0, 3.5, 5.0
_FEWEST = 6
_HEADS = 7
# No page has columns of more lines; a bound on the work.
_MOST = 400
_SHORTEST = 4
# The share of its pairs of characters that a paragraph must have more in common with one column than with the other.
_NEARER = 0.03
# So far behind may the last line of the other column be, where one column has empty rows.
_BEHIND = 6
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
        if self.apart(place) or self.apart(following):
            return 0.0
        is_open, full = not (ends_paragraph(before) or before.endswith(";")), self.full(place, following)
        if self.lines[following].indented:
            return (-4.0 if full else 0.0) if is_open else 0.5
        if not full:
            return -2.0 if is_open else -2.5
        if starts_midway(after, quotes=False):
            return 2.0 if is_open else 0.0 if before.endswith("”") else -3.0
        # A full line ends with a sentence by chance far less often than within one.
        return (2.5 if torn(before, after) >= _TORN else -0.5) if is_open else -1.0


def in_order(flat: str, text: str, lines: Sequence[Line], columns: Columns) -> Sequence[Line]:
    """Return the lines in the order in which a person reads them; the very same sequence where nothing is interleaved."""
    page = Lines(flat, text, lines, columns)
    gap = columns.gap
    out: list[Line] = []
    done = 0
    for sides in (sides for low, high in _sequences(page) for sides in _parted(page, low, high)):
        parts = _with_heads(page, sides, done)
        out += lines[done : min(map(min, parts))]
        out += [lines[at] for at in parts[0]]
        head = parts[1][0]
        goes_on = head == sides.right[0] and not lines[head].indented
        out += [lines[head] if goes_on else replace(lines[head], before=max(lines[head].before, gap + 1))]
        out += [lines[at] for at in parts[1][1:]]
        done = sides.end
    if not out:
        return lines
    return [*out, *lines[done:]]


def _with_heads(page: Lines, sides: Sides, done: int) -> tuple[list[int], list[int]]:
    """Return the lines of both columns, each with the headlines and bylines above it that are its own."""
    _extend(page, sides, done)
    first = above = min(_first_of_text(page, column) for column in (sides.left, sides.right))
    columns = [[place for place in column if place >= first] for column in (sides.left, sides.right)]
    while above > done and first - above < _HEADS and _is_top(page, above - 1):
        above -= 1
    top = list(range(above, first))
    words = ["".join(page.words[at] for at in column) for column in columns]
    shared = share_top([page.words[at] for at in top], *words, in_turn=columns[0][0] == first)
    if shared is None:
        return _one_article(page, sides, first)
    left, right = ([top[at] for at in side] for side in shared)
    return left + columns[0], right + columns[1]


def _extend(page: Lines, sides: Sides, done: int) -> None:
    """Take in the lines of text above that alternate as well, where a headline stands in turn between them."""
    while (place := min(sides.left[0], sides.right[0]) - 1) >= done:
        column = next((side for side in (sides.left, sides.right) if side[0] == place + 2), None)
        straight, across = page.link(place, place + 1), page.link(place, place + 2)
        if column is None or not page.lines[place].indented or own_byline(page.words[place]) or across < straight:
            return
        column.insert(0, place)


def _one_article(page: Lines, sides: Sides, first: int) -> tuple[list[int], list[int]]:
    """Return the columns of one article in order: a byline above the text stands in turn, if both begin a paragraph."""
    begins = [page.lines[side[0]].indented for side in (sides.left, sides.right)]
    bylines = 0
    while first - bylines > 0 and own_byline(page.words[first - bylines - 1]):
        bylines += 1
    swapped = begins[1] and (not begins[0] or bylines % 2 == 1)
    return (sides.right, sides.left) if swapped else (sides.left, sides.right)


def _first_of_text(page: Lines, column: Sequence[int]) -> int:
    """Return the first line of a column that is no headline or byline, where a paragraph begins in it."""
    text = next((place for place in column[:_HEADS] if not _is_top(page, place)), column[0])
    begins = page.lines[text].indented or lead_byline(page.words[text])
    return text if begins else column[0]


def _is_top(page: Lines, place: int) -> bool:
    line, words = page.lines[place], page.words[place]
    if own_byline(words):
        return True
    if is_furniture(words) or line.indented:
        return False
    return is_label(words) or looks_like_headline(words, marked=marked(line)) or is_second_line(words)


def _sequences(page: Lines) -> list[tuple[int, int]]:
    """List the ranges of lines that stand in columns without anything between them."""
    gap = page.columns.gap
    found, start = [], 0
    for place in range(len(page.lines) + 1):
        ended = place == len(page.lines) or place - start >= _MOST or not page.narrow(place)
        if ended or (place > start and page.lines[place].before > gap):
            if place - start >= _FEWEST:
                found.append((start, place))
            start = place + (place < len(page.lines) and not page.narrow(place))
    return found


@dataclass(frozen=True, slots=True)
class _Path:
    """The best way to give the lines so far to columns: what it is worth, and the last step with the path before it."""

    worth: float
    step: tuple[int, str] | None = None
    before: _Path | None = None

    def steps(self) -> dict[int, str]:
        """Return the steps by the place of the line that was given."""
        found: dict[int, str] = {}
        path: _Path | None = self
        while path is not None:
            if path.step:
                found[path.step[0]] = path.step[1]
            path = path.before
        return found


def _parted(page: Lines, low: int, high: int) -> Iterator[Sides]:
    """Find the regions of a range of lines in which two columns alternate; after headlines they are looked for anew."""
    paths: dict[int | None, _Path] = {None: _Path(0.0)}
    for place in range(low, high - 1):
        paths = _step(page, place, paths)
    found = _regions(page, low, high, max(paths.values(), key=lambda path: path.worth).steps())
    for sides, following in zip_longest(found, found[1:]):
        end = min(sides.end, min(following.left[0], following.right[0]) if following else high)
        sides.cut(_next_article(page, sides, end))
        if _is_sure(page, sides):
            _settle_tail(page, sides)
            yield sides
        if sides.end < end:
            yield from _parted(page, sides.end, high)
            return


def _next_article(page: Lines, sides: Sides, end: int) -> int:
    """Return the place at which headlines, or a line of the page itself, end a region; at the latest `end`."""
    texts = (next((at for at in side if not _is_top(page, at)), end) for side in (sides.left, sides.right))
    first = max(texts) + 1
    for place in range(first, end):
        if is_furniture(page.words[place]):
            return place
        follows = page.words[place + 1] if place + 1 < len(page.words) else ""
        signed = bool(lead_byline(follows) or own_byline(follows))
        more = place + 1 < end and _is_new_head(page, sides, place + 1)
        if _is_new_head(page, sides, place) and (signed or more):
            return place
    while end > first and _is_new_head(page, sides, end - 1):
        end -= 1
    return end


def _is_new_head(page: Lines, sides: Sides, place: int) -> bool:
    """Tell whether a line in a region is a headline of something new, and not a piece of its column's text."""
    if size(page.words[place]) < _SHORTEST or not _is_top(page, place) or is_caption(page.words[place]):
        return False
    column = sides.left if place in sides.left else sides.right
    before = max((other for other in column if other < place), default=place)
    return before == place or not page.full(before, place) or ends_paragraph(page.words[before])


def _settle_tail(page: Lines, sides: Sides) -> None:
    """Give the paragraphs below the shorter column to the column with which they share more words."""
    longer, shorter = sorted((sides.left, sides.right), key=lambda column: column[-1], reverse=True)
    start = next(
        (at for at, place in enumerate(longer) if place > shorter[-1] and page.lines[place].indented), len(longer)
    )
    tail = longer[start:]
    if (
        not tail
        or not start
        or tail[0] not in (shorter[-1] + 1, shorter[-1] + 2)
        or tail[-1] - tail[0] != len(tail) - 1
    ):
        return
    words, own, other = ("".join(page.words[at] for at in part) for part in (tail, longer[:start], shorter))
    if ends_paragraph(page.words[shorter[-1]]) and overlap(words, other) - overlap(words, own) > _NEARER:
        del longer[start:]
        shorter += tail


def _step(page: Lines, place: int, paths: dict[int | None, _Path]) -> dict[int | None, _Path]:
    """Go on by one line; the key of a path is the last line of the other column, None while there is only one."""
    out: dict[int | None, _Path] = {}

    def offer(key: int | None, path: _Path, worth: float, step: str) -> None:
        if key not in out or path.worth + worth > out[key].worth:
            silent = step in ("", "stay")
            out[key] = _Path(
                path.worth + worth,
                path.step if silent else (place + 1, step),
                path.before if silent else path,
            )

    for other, path in paths.items():
        straight = page.link(place, place + 1)
        if other is None:
            # The later a second column is begun, the better, other things being equal: headlines are shared out by their words.
            offer(None, path, straight + 0.01, "")
            offer(place, path, -_OPEN, "open")
            continue
        across = page.link(other, place + 1)
        offer(place, path, across, "switch")
        if place + 1 - other <= _BEHIND:
            offer(other, path, straight - _STAY, "stay")
        offer(None, path, straight, "close same")
        offer(None, path, across, "close other")
    return out


def _regions(page: Lines, low: int, high: int, changes: Mapping[int, str]) -> list[Sides]:
    found: list[Sides] = []
    sides: Sides | None = None
    here: list[int] = []
    for place in range(low + 1, high):
        step = changes.get(place, "")
        if step == "open":
            sides = Sides([place - 1], [place], high)
            here = sides.right
            found.append(sides)
        elif sides is None:
            continue
        elif step.startswith("close"):
            if step == "close other":
                here = sides.right if here is sides.left else sides.left
            sides.end = _tail_end(page, place, high, here)
            sides = None
        else:
            if step == "switch":
                here = sides.right if here is sides.left else sides.left
            here.append(place)
    return found


def _tail_end(page: Lines, place: int, high: int, column: list[int]) -> int:
    """Follow the longer column to its end: a short line after which no indent begins a paragraph."""
    while place < high and (page.lines[place].indented or page.full(column[-1], place)):
        column.append(place)
        place += 1
    return place


def _is_sure(page: Lines, sides: Sides) -> bool:
    """Tell whether two columns explain the lines far better than one."""
    order = sorted(sides.left + sides.right)
    apart = sum(page.link(a, b) for side in (sides.left, sides.right) for a, b in pairwise(side))
    one = sum(page.link(a, b) for a, b in pairwise(order))
    return min(len(sides.left), len(sides.right)) >= _FEWEST // 2 and apart - one >= _GAIN
