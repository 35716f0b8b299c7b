"""Straighten a page before it is read: each paragraph on one line, columns that were read across each other apart.

The reader works on the straightened text; every span that it finds is then carried back to the stored text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.reading.abreast import parted_lines, with_abreast
from qa.reading.chars import is_han
from qa.reading.interleaved import in_order
from qa.reading.lines import Line, whole_lines
from qa.reading.misread import legible
from qa.reading.records import Article, Block, PageReading, Role, Span
from qa.reading.wrapping import Columns, columns_of, goes_on, latin_edge, printed_line, runs_of


@dataclass(frozen=True, slots=True)
class Straight:
    """A straightened text; its part from `starts[n]` on, `sizes[n]` long, stands at `places[n]` in the stored text."""

    text: str
    starts: tuple[int, ...]
    places: tuple[int, ...]
    sizes: tuple[int, ...]

    def restored(self, stored: str, reading: PageReading) -> PageReading:
        """Return a reading of the straightened text as one of the stored text."""
        articles = [self._article(stored, article) for article in reading.articles]
        return PageReading(tuple(sorted(articles, key=lambda article: article.blocks[0].spans[0])))

    def _article(self, stored: str, article: Article) -> Article:
        blocks: list[Block] = []
        first: dict[int, int] = {}
        for number, block in enumerate(article.blocks):
            first[number] = len(blocks)
            blocks.extend(self._parts(stored, block))
        linked = (b if b.repeats is None else replace(b, repeats=first[b.repeats]) for b in blocks)
        return replace(article, blocks=tuple(linked))

    def _parts(self, stored: str, block: Block) -> Iterator[Block]:
        """Carry a block back; one that goes on at the head of another column is parted there, so that spans ascend."""
        spans = [span for start, end in block.spans for span in self._spans(stored, start, end)]
        cuts = [at for at in range(1, len(spans)) if spans[at][0] < spans[at - 1][0]]
        for low, high in zip([0, *cuts], [*cuts, len(spans)], strict=True):
            inner = block.role is Role.PARAGRAPH
            yield replace(
                block,
                spans=_merged(stored, spans[low:high]),
                beheaded=block.beheaded and low == 0,
                cut=block.cut and high == len(spans) and inner,
            )

    def _spans(self, stored: str, start: int, end: int) -> Iterator[Span]:
        for part in range(bisect_right(self.starts, start) - 1, len(self.starts)):
            low, high = max(start, self.starts[part]), min(end, self.starts[part] + self.sizes[part])
            if self.starts[part] >= end:
                return
            shift = self.places[part] - self.starts[part]
            piece = stored[low + shift : high + shift] if low < high else ""
            if piece.strip():
                blank = len(piece) - len(piece.lstrip())
                yield low + shift + blank, high + shift - (len(piece) - len(piece.rstrip()))


def _merged(stored: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join the lines of a column that follow one another: only blanks stand between them."""
    out = [spans[0]]
    for start, end in spans[1:]:
        if "\n" in stored[out[-1][1] : start] and not stored[out[-1][1] : start].strip():
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)


def straighten(text: str) -> Straight | None:
    """Return the straightened text, None where there is nothing to straighten."""
    flat = legible(text)
    lines, abreast = parted_lines(flat, text, whole_lines(flat))
    columns = with_abreast(text, lines, columns_of(flat, text, lines), abreast)
    ordered = in_order(flat, text, lines, columns, abreast) if columns.edges or abreast else lines
    joined = _joins(flat, text, ordered, columns)
    return _written(text, ordered, joined) if any(joined) or ordered is not lines else None


def _joins(flat: str, text: str, lines: Sequence[Line], columns: Columns) -> list[bool]:
    """Say for each line whether it goes on from the line before."""
    joined: set[int] = set()
    for run in runs_of(lines, 0):
        own = latin_edge(flat, run)
        if own:
            joined |= _joined(flat, text, run, Columns({line.start: own for line in run}, 0))
    for run in runs_of(lines, columns.gap):
        joined |= _joined(flat, text, run, columns)
    return [line.start in joined for line in lines]


def _joined(flat: str, text: str, run: Sequence[Line], columns: Columns) -> set[int]:
    indents = any(line.indented for line in run)
    found = set()
    for line, following in pairwise(run):
        edge = columns.edge(line)
        if edge and goes_on(flat, text, line, following, edge, indents=indents):
            found.add(following.start)
    return found


def _written(text: str, lines: Sequence[Line], joined: Sequence[bool]) -> Straight:
    out: list[str] = []
    starts, places, sizes = [], [], []
    offset = 0
    for number, line in enumerate(lines):
        printed = printed_line(text, line)
        if joined[number]:
            last = out[-1]
            gap = (
                ""
                if is_han(last[-1]) or is_han(text[line.start]) or not _parts_words(last[-1], text[line.start])
                else " "
            )
            printed = text[line.start : line.end]
        else:
            gap = "\n" * (line.before + 1) if number else ""
        starts.append(offset + len(gap))
        places.append(line.end - len(printed))
        sizes.append(len(printed))
        out += [gap, printed]
        offset += len(gap) + len(printed)
    return Straight("".join(out), tuple(starts), tuple(places), tuple(sizes))


def _parts_words(left: str, right: str) -> bool:
    """Tell whether a blank belongs between two lines: after a Latin word or its marks, not within a number."""
    return left.isascii() and right.isascii() and not (left.isdigit() and right.isdigit())
