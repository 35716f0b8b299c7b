"""Find the right edge at which narrow columns wrapped their lines, and tell which lines go on in the next one."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qa.reading.bylines import byline_goes_on, lead_byline, own_byline
from qa.reading.captions import ends_caption, is_caption, is_credit_only, opens_caption
from qa.reading.chars import ends_sentence, is_han, is_latin, size
from qa.reading.headlines import is_furniture
from qa.reading.lines import Line, usual_gap
from qa.reading.midway import starts_list

# No column of Chinese text is wider, in cells: a Chinese character has two.
WIDEST = 64
# No column of English text has longer lines.
_WIDEST_LATIN = 120
# Marks may hang over the edge or leave a gap before it: full lines differ by so many cells.
_PLAY = 4
_FEWEST, _SHARE = 4, 0.6
# Where only a part of the page is set in columns, it is looked for in parts of so many lines.
_RUN, _PART = 6, 14
# So many times as many lines must end at the edges of two columns in turn as at one edge.
_TWO = 1.3
# How the second line of a byline begins.
_MORE_BYLINE = re.compile(r"报道|摄影|通讯员|实习生|文/图|[)/、]")
# So many characters of a photographer's name may stand on the next line.
_BROKEN_NAME = 2
_TOKEN = re.compile(r"[!-~]+|\S")
# Marks that no line begins with: however many there are, they stay on the line that they close.
_HANGING = "，。、；：？！”’）》」』】…,.;:?!)\"'"


def cells(printed: str) -> int:
    """Count the cells of a line as it is printed."""
    return sum(1 if char.isascii() else 2 for char in printed)


def cells_of_full_marks(printed: str) -> int:
    """Count the cells as if every mark were printed full width: a program may have written half-width ones itself."""
    return sum(1 if (char.isascii() and char.isalnum()) or char == " " else 2 for char in printed)


def characters(printed: str) -> int:
    """Count every character as a full one, as where figures are set as wide as the rest."""
    return 2 * len(printed)


_MEASURES: tuple[Callable[[str], int], ...] = (cells, cells_of_full_marks, characters)


def _bare(printed: str) -> str:
    """Take out the blanks that an OCR program has put beside Chinese characters, not the indent."""
    return re.sub(r"(?<=\S)[ ](?=[^ -~])|(?<=[^ -~]) (?=\S)", "", printed)


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of columns: full lines have a width between `low` and `high`, by one way of measuring it."""

    low: int
    high: int
    measure: Callable[[str], int]

    def narrow(self, printed: str) -> bool:
        """Tell whether a line is not too wide for the column, marks that hang over its edge aside."""
        return self.measure(_bare(printed).rstrip(_HANGING)) <= self.high

    def full(self, printed: str, following: str) -> bool:
        """Tell whether a line is full: it reaches the edge, or the next line begins with a word that did not fit."""
        width = self.measure(printed)
        if width > self.high:
            bare = _bare(printed)
            width = min(self.measure(bare), max(self.high, self.measure(bare.rstrip(_HANGING))))
        if width >= self.low:
            return width <= self.high
        word = _TOKEN.match(following)
        return word is not None and len(word.group()) > 1 and width + self.measure(word.group()) > self.low + 2


def edge_of(lines: Sequence[str], fewest: int = _FEWEST) -> Edge | None:
    """Return the edge at which most of the lines end that break off within a sentence; None where there is none.

    `lines` are printed lines that others follow at once, indents included.
    """
    return _counted_edge(lines, fewest)[1]


def _counted_edge(lines: Sequence[str], fewest: int) -> tuple[int, Edge | None]:
    """Return the edge, and how many lines end at it."""
    inner = [line for line in lines if not ends_sentence(line) and any(map(is_han, line))]
    best: tuple[int, Edge] | None = None
    for measure in _MEASURES:
        widths = sorted(width for width in map(measure, inner) if width <= WIDEST)
        for width in sorted(set(widths)):
            count = bisect_right(widths, width + _PLAY) - bisect_left(widths, width)
            if count >= max(fewest, _SHARE * len(widths)) and (best is None or count > best[0]):
                best = count, Edge(width, width + _PLAY, measure)
    return best or (0, None)


def printed_line(text: str, line: Line) -> str:
    """Return a line as it is printed, its indent included."""
    return text[line.low : line.end]


def runs_of(lines: Sequence[Line], gap: int) -> Iterator[list[Line]]:
    """Yield the runs of lines that no more than so many blank lines part and that are not marked as headlines."""
    start = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or lines[index].before > gap or marked(lines[index]) or marked(lines[index - 1]):
            yield list(lines[start:index])
            start = index


def marked(line: Line) -> bool:
    """Tell whether a line is marked as a headline."""
    return line.level > 0 or line.bold


@dataclass(frozen=True, slots=True)
class Columns:
    """The edge of the columns at each line, by where the line starts, and the blank lines between two lines of a column."""

    edges: dict[int, Edge]
    gap: int

    def edge(self, line: Line) -> Edge | None:
        """Return the edge at a line, None where it stands in no column."""
        return self.edges.get(line.start)


def columns_of(flat: str, text: str, lines: Sequence[Line]) -> Columns:
    """Find the columns: two of different widths line by line, then others."""
    columns = _single_columns(flat, text, lines)
    turns = [_by_turns(flat, text, run) for run in runs_of(lines, columns.gap)]
    return Columns(columns.edges | {start: edge for turn in turns for start, edge in turn.items()}, columns.gap)


def _single_columns(flat: str, text: str, lines: Sequence[Line]) -> Columns:
    """Find the columns: those of the whole page, else those of parts of it, since one article may be set otherwise.

    Widths are measured on the text as printed: folding it makes full-width marks half as wide.
    """
    gaps = dict.fromkeys((0, usual_gap(lines)))
    for gap in gaps:
        whole = edge_of([line for run in runs_of(lines, gap) for line in _printed(flat, text, run[:-1])])
        if whole:
            return Columns({line.start: whole for line in lines}, gap)
    for gap in gaps:
        found: dict[int, Edge] = {}
        for part in _parts(lines, gap):
            edge = edge_of(_printed(flat, text, part[:-1]), fewest=_RUN - 1)
            if edge:
                found |= {line.start: edge for line in part if line.start not in found}
        if found:
            return Columns(found, gap)
    return Columns({}, 0)


def _by_turns(flat: str, text: str, run: Sequence[Line]) -> dict[int, Edge]:
    """Find the edges of two columns of different widths whose lines alternate, where one edge explains far fewer lines."""
    found: dict[int, Edge] = {}
    for at in range(0, len(run), _PART // 2):
        part = run[at : at + 2 * _PART]
        turns = [part[turn::2] for turn in (0, 1)]
        (left, one), (right, other) = (_counted_edge(_printed(flat, text, turn), _RUN - 1) for turn in turns)
        single = _counted_edge(_printed(flat, text, part), _FEWEST)[0]
        if one and other and abs(one.low - other.low) >= _PLAY and left + right >= _TWO * single:
            for turn, edge in zip(turns, (one, other), strict=True):
                found |= {line.start: edge for line in turn if line.start not in found}
    return found


def _printed(flat: str, text: str, lines: Sequence[Line]) -> list[str]:
    """Return the lines that may be text as they are printed."""
    return [printed_line(text, line) for line in lines if not is_furniture(flat[line.body : line.stop])]


def _parts(lines: Sequence[Line], gap: int) -> Iterator[list[Line]]:
    for run in runs_of(lines, gap):
        yield from (run[at : at + _PART] for at in range(0, len(run), _PART // 2))


def latin_edge(text: str, run: Sequence[Line]) -> Edge | None:
    """Return the edge of a run of lines of Latin text, which is uneven because words are not broken."""
    if len(run) < 3 or not is_latin(text[run[0].start : run[-1].end]):
        return None
    widths = [len(text[line.body : line.end]) for line in run]
    edge = max(widths)
    inner = [not ends_sentence(text[line.start : line.end]) for line in run]
    wrapped = sum(width >= edge * 0.8 and is_inner for width, is_inner in zip(widths, inner, strict=True))
    return None if edge > _WIDEST_LATIN or wrapped < 0.5 * len(run) else Edge(math.ceil(edge * 0.8), edge, len)


def goes_on(flat: str, text: str, line: Line, following: Line, edge: Edge, *, indents: bool) -> bool:
    """Tell whether a line is full and the next one goes on from it; `indents` says that an indent begins a paragraph."""
    content = flat[following.body : following.end]
    if following.indented or (starts_list(content) and not indents) or lead_byline(content) or own_byline(content):
        return False
    words = flat[line.body : line.end]
    more = _MORE_BYLINE.match(content) or byline_goes_on(words, content)
    signed = own_byline(words) and not (0 < lead_byline(words) < len(words) or more)
    if ends_sentence(words) and is_caption(content) and not is_credit_only(content):
        return False
    credited = ends_caption(words) and size(content) > _BROKEN_NAME
    if signed or credited or opens_caption(content) or is_furniture(words) or is_furniture(content):
        return False
    return edge.narrow(printed_line(text, following)) and edge.full(printed_line(text, line), content)
