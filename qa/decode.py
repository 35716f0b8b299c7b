"""Turn the bytes of a text file into its stored text: UTF-8, UTF-16 or GB18030, detected and recorded."""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass

from qa.errors import UnreadableDocument, UnsupportedForm

# What a file that is not text begins with, so that the message can name it.
_SIGNATURES = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"PK\x03\x04", "a ZIP container (DOCX, EPUB, XLSX, …)"),
    (b"GIF8", "a GIF picture"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
)
_PLAUSIBLE = 0.9
_NOT_WRITTEN = {"Cc", "Cn", "Co", "Cs"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Stored text (without byte order mark, newlines unchanged) and the encoding it was decoded from."""

    text: str
    encoding: str


def decode(data: bytes, name: str) -> Decoded:
    """Decode a text file.

    Raises `UnsupportedForm` for a known form that is not text, `UnreadableDocument` for bytes that are no text in any of
    the three encodings, or that hold nothing but white space.
    """
    for signature, form in _SIGNATURES:
        if data.startswith(signature):
            raise UnsupportedForm(f"{name} is {form}; expected a text file: convert it to UTF-8 text first")
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _checked(_try(data[len(mark) :], encoding), encoding, name)
    text = _try(data, "utf-8")
    # What is valid UTF-8 by chance is a handful of characters, so here any script will do.
    if text is not None and (_written(text) >= _PLAUSIBLE or not text.strip()):
        return _checked(text, "utf-8", name)
    candidates = [(e, t) for e in ("gb18030", "utf-16-le", "utf-16-be") if (t := _try(data, e)) is not None]
    best = max(candidates, key=lambda c: plausibility(c[1]), default=None)
    if best is None or plausibility(best[1]) < _PLAUSIBLE:
        raise UnreadableDocument(
            f"{name} is not text in UTF-8, GB18030 or UTF-16; save it as UTF-8 text, or convert it, and add it again"
        )
    return _checked(best[1], best[0], name)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _checked(text: str | None, encoding: str, name: str) -> Decoded:
    if text is None:
        raise UnreadableDocument(f"{name} begins as {encoding} but does not go on as such; save it anew as UTF-8 text")
    if "\0" in text or (_written(text) < 0.5 and text.strip()):
        raise UnreadableDocument(
            f"{name} holds control characters, not text; expected a text file in UTF-8, GB18030 or UTF-16"
        )
    if not text.strip():
        raise UnreadableDocument(f"{name} is empty; expected a file with text")
    return Decoded(text, encoding)


def _written(text: str) -> float:
    """Return the share of characters, among the first 20,000, of any script: no controls, private or unassigned ones."""
    sample = text[:20_000]
    odd = sum(unicodedata.category(c) in _NOT_WRITTEN and c not in "\t\n\r\f\v" for c in sample)
    return 1 - odd / len(sample) if sample else 0.0


def plausibility(text: str) -> float:
    """Return the share of characters, among the first 20,000, that written Chinese or English commonly uses.

    A wrong decoding of Chinese gives rare characters, private-use code points or controls.
    """
    sample = text[:20_000]
    return sum(map(_common, sample)) / len(sample) if sample else 0.0


def _common(character: str) -> bool:
    point = ord(character)
    if point < 0x20 or 0x7F <= point < 0xA0:
        return character in "\t\n\r\f\v"
    if point < 0x3000:
        return True
    if 0x4E00 <= point < 0xA000:
        return _in_charset(character)
    return point < 0x3400 or 0xFF00 <= point < 0xFFF0 or 0x1F000 <= point < 0x1FB00


def _in_charset(character: str) -> bool:
    # GB2312 and Big5 hold the characters in daily use, Simplified and Traditional; rarer ones mark a wrong decoding.
    for charset in ("gb2312", "big5"):
        try:
            character.encode(charset)
        except UnicodeEncodeError:
            continue
        return True
    return False
