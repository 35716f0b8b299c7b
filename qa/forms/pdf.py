"""PDF: its text layer in reading order with page numbers, or the letters of its scanned pages."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from qa.errors import DocumentTooLarge, UnreadableDocument
from qa.forms.furniture import without_furniture
from qa.forms.layout import Line, columns
from qa.forms.paragraphs import blocks_of, type_of
from qa.forms.pdf_lines import lines_of
from qa.forms.records import Converted

if TYPE_CHECKING:
    import pypdfium2

MOST_PAGES = 3000
_MOST_LINES = 2_000_000
# As scans are made: letters of 9 points are then 25 pixels high, which the reader of letters wants.
_DOTS = 200
_MOST_PIXELS = 40_000_000
_LOCKED = 4


def convert_pdf(data: bytes, *, ocr: bool = False) -> Converted:
    """Convert a PDF; `unread` names the pages without text, whose letters `ocr` reads.

    Raises `UnreadableDocument` for a file that is locked, broken or without pages, `DocumentTooLarge` for too many pages.
    """
    document = _opened(data)
    count = len(document)
    if count == 0:
        raise UnreadableDocument("it has no pages, expected at least one: save it anew")
    if count > MOST_PAGES:
        raise DocumentTooLarge(f"it has {count} pages, expected at most {MOST_PAGES}: divide it")
    pages: list[list[Line]] = []
    heights: list[float] = []
    unread: list[int] = []
    for number in range(count):
        page = _page(document, number)
        lines, readable = lines_of(page)
        if not readable:
            unread.append(number + 1)
        pages.append(lines)
        heights.append(page.get_height())
        if sum(map(len, pages)) > _MOST_LINES:
            raise DocumentTooLarge(f"it has more than {_MOST_LINES} lines, expected fewer: divide it")
        page.close()
    name = "pypdfium2 " + version("pypdfium2")
    if ocr and unread:
        name += _read_scans(document, pages, unread)
        unread = []
    laid = [columns(lines) for lines in without_furniture(pages, heights)]
    blocks = blocks_of(laid, type_of(laid, even=not ocr)) if any(laid) else []
    return Converted(tuple(blocks), name, page_count=count, unread=tuple(unread))


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(data)
    except PdfiumError as fault:
        if fault.err_code == _LOCKED:
            raise UnreadableDocument(
                "it is locked with a password, expected one that opens without: take the password away"
            ) from fault
        raise UnreadableDocument(
            "it is broken, cut short or without pages, expected a whole one: fetch or save it again"
        ) from fault


def _page(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    from pypdfium2 import PdfiumError

    try:
        return document[number]
    except PdfiumError as fault:
        raise UnreadableDocument(f"its page {number + 1} is broken, expected a whole file: fetch it again") from fault


def _read_scans(document: pypdfium2.PdfDocument, pages: list[list[Line]], unread: list[int]) -> str:
    """Fill in the lines of the scanned pages, in points; return what read them."""
    from qa.forms.ocr import Reader

    reader = Reader()
    for number in unread:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(_DOTS / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
        picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
        pages[number - 1] = [_scaled(line, 1 / scale) for line in reader.lines(picture)]
        page.close()
    return ", " + reader.name


def _scaled(line: Line, factor: float) -> Line:
    box = (line.left * factor, line.top * factor, line.right * factor, line.bottom * factor)
    return Line(line.text, *box, line.size * factor, line.bold)
