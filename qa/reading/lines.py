"""Cut a stored text into lines: the units that the layout gives, with exact offsets and the blank lines before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa.reading.chars import ends_sentence, is_han
from qa.reading.midway import starts_list

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
    indent of a paragraph.
    """

    start: int
    end: int
    body: int
    stop: int
    level: int
    before: int
    indented: bool

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
    """List the non-blank lines, with lines that a narrow column wrapped put together again."""
    return _unwrap(text, list(_physical(text)))


def _physical(text: str) -> Iterator[Line]:
    blank = 0
    for match in _LINE.finditer(text):
        if not match.group().strip():
            blank += 1
            continue
        start = match.start()
        title = _RUN_IN.match(text, start, match.end())
        run_in = [title.end()] if title else []
        cuts = [found.end() for found in _INDENT_INSIDE.finditer(text, start, match.end())]
        for low, high in zip([start, *run_in, *cuts], [*run_in, *cuts, match.end()], strict=True):
            line = _line(text, low, high, blank)
            yield replace(line, indented=line.indented or low > start)
            blank = 0


def _line(text: str, low: int, high: int, blank: int) -> Line:
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
    return Line(start, end, body, end - 2 if bold else end, len(marks.group()) if marks else 0, blank, indented)


def usual_gap(lines: list[Line]) -> int:
    """Return how many blank lines stand between two lines as a rule on this page."""
    gaps = Counter(line.before for line in lines[1:])
    return gaps.most_common(1)[0][0] if gaps else 0


def _width(text: str) -> int:
    return sum(2 if is_han(char) or char in ",。、;:?!“”()《》—…" else 1 for char in text)


def _marked(line: Line) -> bool:
    return line.level > 0 or line.bold


def _unwrap(text: str, lines: list[Line]) -> list[Line]:
    """Join the lines of each run without blank lines, where the run shows the even right edge of wrapped text."""
    out: list[Line] = []
    start = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or lines[index].before or _marked(lines[index]) or _marked(lines[index - 1]):
            out.extend(_unwrap_run(text, lines[start:index]))
            start = index
    return out


def _unwrap_run(text: str, run: list[Line]) -> list[Line]:
    widths = [_width(text[line.body : line.end]) for line in run]
    edge = max(widths)
    # A few code points of play, because punctuation hangs and words are not cut.
    full = [width >= edge * 0.8 for width in widths]
    inner = [not ends_sentence(text[line.start : line.end]) for line in run]
    wrapped = sum(is_full and is_inner for is_full, is_inner in zip(full, inner, strict=True))
    if len(run) < 3 or edge > 120 or wrapped < 0.5 * len(run):
        return run
    out = [run[0]]
    for before_full, line in zip(full, run[1:], strict=False):
        content = text[line.body : line.end]
        if before_full and not line.indented and not starts_list(content):
            out[-1] = replace(out[-1], end=line.end, stop=line.stop)
        else:
            out.append(line)
    return out
