"""Decode a web page: by its byte order mark, as UTF-8, by what it says of itself, and else as any text file."""

from __future__ import annotations

import codecs
import re

from qa.decode import Decoded, decode
from qa.errors import UnreadableDocument

_SAID = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-z0-9_\-]+)", re.I)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([a-z0-9_\-]+)", re.I)
_LOOKED_AT = 4096
# Pages that call themselves GB2312 or Big5 use the characters of their larger sisters. Source: WHATWG Encoding Standard, 4.2.
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252", "ascii": "cp1252"}
# What a page calls UTF-16 in a tag that is read byte by byte is not.
_NO_BYTES = ("utf-16", "utf-32", "utf-7")


def decode_html(data: bytes, name: str) -> Decoded:
    """Decode a web page; raise `UnreadableDocument` where no encoding fits."""
    if not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        said = _said(data[:_LOOKED_AT])
        # UTF-8 by chance is hardly ever longer than a few characters, whatever the page says of itself.
        if said is not None and _text(data, "utf-8") is None and (text := _text(data, said)) is not None:
            if not text.strip():
                raise UnreadableDocument(f"{name} is empty; expected a page with text")
            return Decoded(text, said)
    return decode(data, name)


def _said(head: bytes) -> str | None:
    found = _DECLARED.search(head) or _SAID.search(head)
    try:
        known = codecs.lookup(found[1].decode()).name if found else None
    except LookupError:
        return None
    return None if known is None or known.startswith(_NO_BYTES) else _LARGER.get(known, known)


def _text(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    return None if "\0" in text else text
