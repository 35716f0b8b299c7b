"""Part two columns whose lines were read across: the first line of one, the first of the other, and so on.

Each line is given to the column in whose last line it goes on best: a word torn over the seam, an indent after a sentence's
end, a closing mark. Only where two columns explain the lines far better than one are they parted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.reading.bylines import lead_byline, own_byline
from qa.reading.chars import ends_paragraph
from qa.reading.column_heads import share_heads
from qa.reading.headlines import is_furniture, is_label, is_second_line, looks_like_headline
from qa.reading.lexicon import torn
from qa.reading.lines import Line, usual_gap
from qa.reading.midway import starts_midway
from qa.reading.wrapping import Edge, marked, printed_line

# A column beside another one, two lines running in the same column, and the least gain over one column.
_OPEN, _STAY, _GAIN = 4.0, 2.5, 6.0
_FEWEST = 6
_HEADS = 7
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


class Lines:
    """The lines of a page, and how well one goes on from another."""

    def __init__(self, flat: str, text: str, lines: Sequence[Line], edge: Edge) -> None:
        self.lines = lines
        self.edge = edge
        self.words = [flat[line.body : line.stop] for line in lines]
        self.printed = [printed_line(text, line) for line in lines]
        self._links: dict[tuple[int, int], float] = {}

    def narrow(self, place: int) -> bool:
        """Tell whether a line may stand in a column: no wider, and not marked as a headline."""
        return not marked(self.lines[place]) and self.edge.narrow(self.printed[place])

    def full(self, place: int, following: int) -> bool:
        """Tell whether a line reaches the column's edge, when another one follows it."""
        return self.edge.full(self.printed[place], self.words[following])

    def set_off(self, place: int, gap: int) -> Line:
        """Return a line with a blank line more above it than usual, for the first line of a column."""
        line = self.lines[place]
        return line if self._goes_on(place) else replace(line, before=max(line.before, gap + 1))

    def _goes_on(self, place: int) -> bool:
        return not (self.lines[place].indented or marked(self.lines[place])) and self.full(place, place)

    def link(self, place: int, following: int) -> float:
        """Weigh how well one line goes on from another."""
        key = place, following
        if key not in self._links:
            self._links[key] = self._weigh(place, following)
        return self._links[key]

    def _weigh(self, place: int, following: int) -> float:
        before, after = self.words[place], self.words[following]
        is_open, full = not ends_paragraph(before), self.full(place, following)
        if self.lines[following].indented:
            return (-2.0 if full else 0.0) if is_open else 0.5
        if not full:
            return -2.0 if is_open else -1.0
        score = 2.5 * (torn(before, after) >= _TORN) if is_open else 0.0
        return score + (2.0 if is_open else -3.0) * starts_midway(after, quotes=False)


def in_order(flat: str, text: str, lines: Sequence[Line], edge: Edge) -> Sequence[Line]:
    """Return the lines in the order in which a person reads them; the very same sequence where nothing is interleaved."""
    page = Lines(flat, text, lines, edge)
    gap = usual_gap(lines)
    out: list[Line] = []
    done = 0
    for sides in (sides for low, high in _sequences(page) for sides in _parted(page, low, high)):
        parts = _with_heads(page, sides, done)
        out += lines[done : min(map(min, parts))]
        for number, part in enumerate(parts):
            out += [page.set_off(part[0], gap) if number else lines[part[0]], *(lines[at] for at in part[1:])]
        done = sides.end
    if not out:
        return lines
    return [*out, *lines[done:]]


def _with_heads(page: Lines, sides: Sides, done: int) -> tuple[list[int], list[int]]:
    """Return the lines of both columns, each with the headlines above it that are its own."""
    first = min(sides.left[0], sides.right[0])
    while first - 1 >= done and own_byline(page.words[first - 1]):
        # Bylines on their own lines stand in turn as well.
        first -= 1
        below = sides.left if (sides.left[0] == first + 2) or len(sides.left) < 1 else sides.right
        below.insert(0, first)
    above = first
    while above > done and first - above < _HEADS and _is_head(page, above - 1):
        above -= 1
    signed = [any(_is_signed(page.words[at]) for at in side[:2]) for side in (sides.left, sides.right)]
    opens = page.lines[sides.right[0]].indented or _is_signed(page.words[sides.right[0]])
    two = True if all(signed) or (signed[1] and opens) else None if opens else False
    texts = ["".join(page.words[at] for at in side) for side in (sides.left, sides.right)]
    heads = [page.words[at] for at in range(above, first)]
    shared = share_heads(heads, *texts, two=two, first_left=sides.right[0] == first)
    if shared is None:
        return sides.left, sides.right
    left, right = ([above + at for at in side] for side in shared)
    return left + sides.left, right + sides.right


def _is_signed(words: str) -> bool:
    return lead_byline(words) > 0 or own_byline(words)


def _is_head(page: Lines, place: int) -> bool:
    line, words = page.lines[place], page.words[place]
    if is_furniture(words) or line.indented:
        return False
    return is_label(words) or looks_like_headline(words, marked=marked(line)) or is_second_line(words)


def _sequences(page: Lines) -> list[tuple[int, int]]:
    """List the ranges of lines that stand in columns without anything between them."""
    gap = usual_gap(page.lines)
    found, start = [], 0
    for place in range(len(page.lines) + 1):
        if place == len(page.lines) or not page.narrow(place) or (place > start and page.lines[place].before > gap):
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


def _parted(page: Lines, low: int, high: int) -> list[Sides]:
    """Find the regions of a range of lines in which two columns alternate."""
    paths: dict[int | None, _Path] = {None: _Path(0.0)}
    for place in range(low, high - 1):
        paths = _step(page, place, paths)
    best = max(paths.values(), key=lambda path: path.worth)
    return [sides for sides in _regions(page, low, high, best.steps()) if _is_sure(page, sides)]


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
