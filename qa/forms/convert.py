"""Turn the bytes of a file into its stored text: the one way in for every form."""

from __future__ import annotations

from importlib.util import find_spec

from qa.decode import decode
from qa.errors import UnreadableDocument, UnsupportedForm
from qa.forms.apart import Limits, convert_apart
from qa.forms.detect import form_of
from qa.forms.html_encoding import decode_html
from qa.forms.records import PICTURES, Converted, Form, Stored
from qa.forms.writing import write

# A yearbook of a thousand pages takes half a minute on a busy core, and so do the letters of a large scanned page; much
# longer takes only what is made to.
_PLAIN = Limits(seconds=180, memory=2 << 30)
_OCR_SECONDS, _OCR_MOST, _OCR_MEMORY = 240, 7200, 8 << 30
_INSTALL = "install it with: make ocr (in the checkout; elsewhere: pip install rapidocr onnxruntime)"
# A PDF of scans is larger than one of text of as many pages.
_SCANS_FROM = 2_000_000


def read_form(data: bytes, name: str, media_type: str | None = None) -> Stored:
    """Return the stored text of a file; `media_type` is what its sender says it is, heard where content and name are silent.

    The same bytes give the same text. Raises `UnsupportedForm`, `UnreadableDocument` or `DocumentTooLarge`.
    """
    form = form_of(data, name, media_type)
    if form is Form.TEXT:
        decoded = decode(data, name)
        return Stored(decoded.text, decoded.encoding, form.value)
    encoding = None
    if form in (Form.MARKDOWN, Form.HTML, Form.XHTML):
        decoded = decode(data, name) if form is Form.MARKDOWN else decode_html(data, name)
        data, encoding = decoded.text.encode(), decoded.encoding
    converted = _converted(data, name, form)
    text, pages = write(converted.blocks, converted.page_count)
    if not text.strip():
        raise UnreadableDocument(f"{name} holds no text that can be read; expected a document with text")
    return Stored(text, encoding, form.value, _converter(converted), pages)


def takes_long(data: bytes, name: str, media_type: str | None = None) -> bool:
    """Say whether reading a file may take minutes: its letters are in pictures, or are likely to be.

    Raises what `form_of` raises.
    """
    form = form_of(data, name, media_type)
    return ocr_at_hand() and (form in PICTURES or (form is Form.PDF and len(data) >= _SCANS_FROM))


def _converter(converted: Converted) -> str:
    """Name what made the text, and the pages of which it made none: they are pictures, and nothing here reads those."""
    if not converted.unread:
        return converted.converter
    return f"{converted.converter}; not read, for want of OCR: pages {', '.join(map(str, converted.unread))}"


def _converted(data: bytes, name: str, form: Form) -> Converted:
    if form in PICTURES:
        if not ocr_at_hand():
            raise UnsupportedForm(
                f"{name} is a picture; its letters are read by a library that is not there: {_INSTALL}"
            )
        return convert_apart(data, name, form, _ocr_limits(5))
    converted = convert_apart(data, name, form, _PLAIN)
    # Scanned pages among others are left empty where nothing can read them; a document of nothing else is refused.
    if converted.unread and ocr_at_hand():
        return convert_apart(data, name, form, _ocr_limits(len(converted.unread)), ocr=True)
    if converted.unread and not converted.blocks:
        raise UnreadableDocument(
            f"{name} has no text layer on its {converted.page_count} pages, expected text or a library that reads scans: "
            f"{_INSTALL}, or add a file with text"
        )
    return converted


def ocr_at_hand() -> bool:
    """Tell whether the library that reads letters from pictures is installed, with the engine that it runs on."""
    return all(find_spec(module) is not None for module in ("rapidocr", "onnxruntime", "PIL"))


def _ocr_limits(pages: int) -> Limits:
    return Limits(seconds=min(_OCR_MOST, _OCR_SECONDS * pages), memory=_OCR_MEMORY)
