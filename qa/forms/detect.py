"""Tell the form of a file: by what its bytes begin with, then by its name, then by what the sender says of it."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath

from qa.errors import UnreadableDocument, UnsupportedForm
from qa.forms.archives import form_of_zip
from qa.forms.records import SUFFIXES, TEXTUAL, Form

_SIGNATURES = (
    (b"%PDF-", Form.PDF),
    (b"\x89PNG\r\n\x1a\n", Form.PNG),
    (b"\xff\xd8\xff", Form.JPEG),
    (b"II*\0", Form.TIFF),
    (b"MM\0*", Form.TIFF),
)
# What is not read, what it is called, and what to do with it.
_OTHERS = (
    (b"{\\rtf", "an RTF document", "save it as DOCX or PDF"),
    (b"GIF8", "a GIF picture", "save it as PNG"),
    (b"BM", "a BMP picture", "save it as PNG"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and add the files in it"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it and add the files in it"),
    (b"Rar!", "a RAR archive", "unpack it and add the files in it"),
    (b"AT&TFORM", "a DjVu document", "convert it to PDF"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# A PDF may have other bytes, of a mail or a printer, before its header. Source: ISO 32000-1, appendix H.3.4.1.
_HEADER_WITHIN = 1024
_SNIFFED = 4096
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]", re.I | re.S)
_XHTML = re.compile(r"\s*<\?xml|<html[^>]*xmlns\s*=", re.I)
_STATED = {form.value: form for form in Form} | {"text/x-markdown": Form.MARKDOWN}
EXPECTED = "expected text, Markdown, HTML, PDF, DOCX, EPUB, PNG, JPEG or TIFF"


def form_of(data: bytes, name: str, stated: str | None = None) -> Form:
    """Return the form of a file; `stated` is the media type that its sender gives.

    Raises `UnsupportedForm` for a known form that is not read, `UnreadableDocument` for a container that is broken or
    locked, or for a name of one form on the content of another that it cannot be.
    """
    named = SUFFIXES.get(PurePath(name).suffix.lower()) or _STATED.get((stated or "").split(";")[0].strip().lower())
    for signature, form in _SIGNATURES:
        if data.startswith(signature):
            return form
    if named is Form.PDF and b"%PDF-" in data[:_HEADER_WITHIN]:
        return Form.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return form_of_zip(data, name)
    _refuse_others(data, name)
    if named is not None and named not in TEXTUAL:
        raise UnreadableDocument(_misnamed(data, name, named))
    return _textual(data, named)


def _refuse_others(data: bytes, name: str) -> None:
    if data.startswith(_OLE):
        if _LOCKED in data:
            raise UnreadableDocument(
                f"{name} is an Office document locked with a password; expected one that opens without: "
                "take the password away and add it again"
            )
        raise UnsupportedForm(f"{name} is an old Office document; {EXPECTED}: save it as DOCX or PDF")
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        raise UnsupportedForm(f"{name} is a WebP picture; {EXPECTED}: save it as PNG")
    for signature, called, remedy in _OTHERS:
        if data.startswith(signature) and (signature != b"BM" or b"\0" in data[:16]):
            raise UnsupportedForm(f"{name} is {called}; {EXPECTED}: {remedy}")


def _misnamed(data: bytes, name: str, named: Form) -> str:
    suffix = named.name
    if not data.strip():
        return f"{name} is empty; expected a file of the form {suffix}: fetch it again"
    held = (
        "a web page" if _textual(data, None) in (Form.HTML, Form.XHTML) else "text" if _reads(data) else "other bytes"
    )
    remedy = {"a web page": "name it .html", "text": "name it .txt"}.get(held, "name it for what it is")
    return (
        f"{name} is named as {suffix} but holds {held}; expected a file that begins as {suffix} does: "
        f"fetch it again if it was cut or replaced on the way, or {remedy} and add it again"
    )


def _reads(data: bytes) -> bool:
    return b"\0" not in data[:_SNIFFED] or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _textual(data: bytes, named: Form | None) -> Form:
    head = _head(data)
    if _HTML.match(head):
        return Form.XHTML if _XHTML.search(head) else Form.HTML
    return named or Form.TEXT


def _head(data: bytes) -> str:
    """Return the beginning of a file as text, enough to see its tags: in UTF-16 by its mark, else byte for byte."""
    sample = data[:_SNIFFED]
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return sample[: len(sample) // 2 * 2].decode("utf-16", "replace")
    return sample.removeprefix(codecs.BOM_UTF8).decode("latin-1")
