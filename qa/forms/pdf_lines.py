"""Read the characters of a PDF page with their places, and put those that follow one another on a line together."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import TYPE_CHECKING, Any

from qa.forms.layout import Line
from qa.forms.letters import clean, is_wide

if TYPE_CHECKING:
    import pypdfium2

# Of the size of the type: where a run on one line ends, where a blank stands between two words, what is still one line.
_APART, _BLANK, _WIDE_BLANK, _LEVEL = 0.7, 0.18, 0.25, 0.35
# Text set askew is a mark over the page. Vertical text is kept.
_UPRIGHT = 0.985
# A layer of which more is unknown to its fonts is no text.
_MOST_UNKNOWN = 0.3
_BOLD = 600
_UNKNOWN = "\ufffd"
# Wide in Chinese type, narrow in Latin type.
_NARROW = "“”‘’…—"


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool


def lines_of(page: pypdfium2.PdfPage) -> tuple[list[Line], bool]:
    """Return the runs of text on a page as drawn, and whether it can be read: False for a scan, or a layer of nonsense.

    A page without anything on it can be read.
    """
    chars = list(_chars(page))
    known = sum(char.text != _UNKNOWN and unicodedata.category(char.text[0]) != "Co" for char in chars)
    if not chars:
        return [], not _has_pictures(page)
    if known < (1 - _MOST_UNKNOWN) * len(chars):
        return [], False
    return [line for run in _runs(chars) if (line := _line(run)) is not None], True


def _has_pictures(page: pypdfium2.PdfPage) -> bool:
    # Paths count as well: some programs write letters as outlines.
    return next(page.get_objects(max_depth=3), None) is not None


def _chars(page: pypdfium2.PdfPage) -> Iterator[_Char]:
    """Give the characters that are drawn on a page, in the order of drawing, placed as the page is shown."""
    import pypdfium2.raw as c

    text_page = page.get_textpage()
    raw, box, x, y = text_page.raw, c.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    turned, width, height = page.get_rotation(), page.get_width(), page.get_height()
    low_x, low_y, _, _ = page.get_bbox()
    for index, char in _letters(raw):
        angle = c.FPDFText_GetCharAngle(raw, index) - radians(turned)
        if abs(cos(2 * angle)) < _UPRIGHT or not c.FPDFText_GetLooseCharBox(raw, index, ctypes.byref(box)):
            continue
        scale, size = _scale_and_size(raw, index)
        corners = (box.left - low_x, box.top - low_y, box.right - low_x, box.bottom - low_y)
        left, top, right, bottom = _turned(*corners, turned, width, height)
        if abs(cos(angle)) > _UPRIGHT and _is_square(char):
            # The boxes of some fonts are those of the ink; where the next character stands shows from the origin alone.
            c.FPDFText_GetCharOrigin(raw, index, ctypes.byref(x), ctypes.byref(y))
            origin = (x.value - low_x, y.value - low_y)
            left = _turned(*origin, *origin, turned, width, height)[0]
            right = max(right, left + scale * size)
        yield _Char(char, left, top, right, bottom, size, c.FPDFText_GetFontWeight(raw, index) >= _BOLD)
    text_page.close()


def _letters(raw: Any) -> Iterator[tuple[int, str]]:
    """Give the place and the character of all that a page draws; two halves of one character as one, at the second."""
    import pypdfium2.raw as c

    high = 0
    for index in range(c.FPDFText_CountChars(raw)):
        code = c.FPDFText_GetUnicode(raw, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if c.FPDFText_IsGenerated(raw, index) != 1:
            yield index, chr(code) if 0 < code < 0x110000 and code not in (0xFFFE, 0xFFFF) else _UNKNOWN


def _scale_and_size(raw: Any, index: int) -> tuple[float, float]:
    """Return how much wider than high a character is set, and the size of its type in points, all scaling counted."""
    import pypdfium2.raw as c

    size, matrix = c.FPDFText_GetFontSize(raw, index), c.FS_MATRIX()
    if not c.FPDFText_GetMatrix(raw, index, ctypes.byref(matrix)):
        return 1.0, size
    across, up = hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d)
    return (across / up if up else 1.0), size * up


def _is_square(char: str) -> bool:
    return is_wide(char) and char not in _NARROW


def _turned(
    left: float, top: float, right: float, bottom: float, turned: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """Return a box as the page is shown, y downwards; `width` and `height` are those of the page as shown."""
    match turned:
        case 90:
            return bottom, left, top, right
        case 180:
            return width - right, bottom, width - left, top
        case 270:
            return width - top, height - right, width - bottom, height - left
    return left, height - top, right, height - bottom


def _runs(chars: list[_Char]) -> Iterator[list[_Char]]:
    run: list[_Char] = []
    for char in chars:
        if run and not _follows(run[-1], char):
            yield run
            run = []
        run.append(char)
    if run:
        yield run


def _follows(before: _Char, char: _Char) -> bool:
    size = max(before.size, char.size, 1.0)
    level = abs((before.top + before.bottom) - (char.top + char.bottom)) / 2 <= _LEVEL * size
    return level and -0.5 * size <= char.left - before.right <= _APART * size


def _line(run: list[_Char]) -> Line | None:
    text = ""
    for place, char in enumerate(run):
        if place and _blank_between(run[place - 1], char):
            text += " "
        text += char.text
    text = clean(text)
    inked = [char for char in run if char.text.strip()]
    if not text.strip() or not inked:
        return None
    sizes = sorted(max(char.size, 1.0) for char in inked)
    return Line(
        text,
        inked[0].left,
        min(char.top for char in inked),
        inked[-1].right,
        max(char.bottom for char in inked),
        sizes[len(sizes) // 2],
        sum(char.bold for char in inked) > 0.8 * len(inked),
    )


def _blank_between(before: _Char, char: _Char) -> bool:
    if before.text.isspace() or char.text.isspace():
        return False
    wide = is_wide(before.text[-1]) or is_wide(char.text[0])
    return char.left - before.right > (_WIDE_BLANK if wide else _BLANK) * max(before.size, 1.0)
