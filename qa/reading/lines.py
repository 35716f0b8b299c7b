"""Cut a stored text into lines: the units that the layout gives, with exact offsets and the blank lines before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_LINE = re.compile(r"[^\n\r\u2028\u2029]*(?:\r\n|[\n\r\u2028\u2029]|$)")
_MARKS = re.compile(r"#{1,6}(?=\s|[^#\s\d])")
# A whole line in bold, and an item's or a paragraph's title in brackets before its text on the same line.
_BOLD = re.compile(r"(\*\*|__)(?=[^\s*_])(?:(?!\1).)+(?<=\S)\1")
_RUN_IN = re.compile(r"(?:[ \t\u3000]*)(?:【[^】。]{2,30}】|\*\*[^*。:：]{4,30}\*\*)[ \t\u3000]*(?=\S)")
# Two paragraphs on one line: a sentence end, then an indent (an ideographic space, or several blanks).
_INDENT_INSIDE = re.compile(r"(?<=[。!?”…)])(?:[ \t]*\u3000\s*|[ \t\u00a0]{3,})(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """One non-blank line: `text[start:end]` without outer blanks, of which `text[body:stop]` without `#` or bold marks.

    `level` counts the `#` marks; `before` counts the blank lines above; `indented` says that the line begins with the
    indent of a paragraph, `low` where that indent begins.
    """

    start: int
    end: int
    body: int
    stop: int
    level: int
    before: int
    indented: bool
    low: int

    @property
    def bold(self) -> bool:
        """Tell whether the whole line is set in bold."""
        return self.stop < self.end

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """Return the spans of the marks before and after the words."""
        opening = ((self.start, self.start + self.level), (self.body - 2, self.body) if self.bold else (0, 0))
        return tuple(span for span in (*opening, (self.stop, self.end)) if span[0] < span[1])


def split_lines(text: str) -> list[Line]:
    """List the non-blank lines, parted where the title of an item or another paragraph stands on the same line."""
    lines = []
    for low, high, blank in _physical(text):
        title = _RUN_IN.match(text, low, high)
        run_in = [title.end()] if title else []
        cuts = [found.end() for found in _INDENT_INSIDE.finditer(text, low, high)]
        for start, end in zip([low, *run_in, *cuts], [*run_in, *cuts, high], strict=True):
            line = line_of(text, start, end, blank if start == low else 0)
            lines.append(replace(line, indented=line.indented or start > low))
    return lines


def whole_lines(text: str) -> list[Line]:
    """List the non-blank lines as they stand in the file."""
    return [line_of(text, *place) for place in _physical(text)]


def _physical(text: str) -> Iterator[tuple[int, int, int]]:
    blank = 0
    for match in _LINE.finditer(text):
        if match.group().strip():
            yield match.start(), match.end(), blank
            blank = 0
        else:
            blank += 1


def line_of(text: str, low: int, high: int, blank: int) -> Line:
    """Return what stands between two places as a line; `blank` lines stand above it."""
    raw = text[low:high]
    start = low + len(raw) - len(raw.lstrip())
    end = low + len(raw.rstrip())
    marks = _MARKS.match(text, start, end)
    body = start
    if marks:
        rest = text[marks.end() : end]
        body = marks.end() + len(rest) - len(rest.lstrip())
    bold = _BOLD.fullmatch(text, body, end)
    if bold:
        body += 2
    indented = raw[: start - low].count("\u3000") >= 1 or len(raw[: start - low].expandtabs(4)) >= 2
    return Line(start, end, body, end - 2 if bold else end, len(marks.group()) if marks else 0, blank, indented, low)


def usual_gap(lines: Sequence[Line]) -> int:
    """Return how many blank lines stand between two lines as a rule on this page."""
    gaps = Counter(line.before for line in lines[1:])
    return gaps.most_common(1)[0][0] if gaps else 0
