"""Look into a ZIP container before anything unpacks it: what it is, whether it is locked, whether it bursts."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from qa.errors import DocumentTooLarge, UnreadableDocument, UnsupportedForm
from qa.forms.records import Form

# What a container may hold: a book with pictures has less, and what has more fills the memory.
MOST_FILES = 20_000
MOST_UNPACKED = 300_000_000
# Text packs to a tenth, blank pictures to a hundredth; a thousandth is made to burst.
_MOST_RATIO = 500
_SMALL = 5_000_000
_MOST_TYPES = 5_000_000
_ENTITY = re.compile(rb"<!ENTITY")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OFFICE = (
    ("spreadsheetml", "an Excel workbook", "save it as PDF, or its sheets as text"),
    ("presentationml", "a PowerPoint presentation", "save it as PDF"),
    ("wordprocessingml", "a Word template", "save it as DOCX"),
)
_EXPECTED = "expected a DOCX or EPUB document among ZIP containers"


def form_of_zip(data: bytes, name: str) -> Form:
    """Return the form that a ZIP container has.

    Raises `UnsupportedForm` for another kind of container or one with macros, `UnreadableDocument` for a broken or locked
    one, `DocumentTooLarge` for one that unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_size(archive, name)
            return _form(archive, name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as fault:
        raise UnreadableDocument(
            f"{name} begins as a ZIP container (DOCX, EPUB) but cannot be unpacked ({type(fault).__name__}); "
            "expected a whole one: fetch or save it again"
        ) from fault


def check_size(archive: zipfile.ZipFile, name: str) -> None:
    """Raise `DocumentTooLarge` for a container that unpacks to too much, `UnreadableDocument` for a locked one.

    The sizes are those that the container states; no more than that is ever unpacked of a file.
    """
    entries = archive.infolist()
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if len(entries) > MOST_FILES:
        raise DocumentTooLarge(f"{name} holds {len(entries)} files, expected at most {MOST_FILES}; divide it")
    if unpacked > MOST_UNPACKED:
        raise DocumentTooLarge(f"{name} unpacks to {unpacked} bytes, expected at most {MOST_UNPACKED}; divide it")
    if unpacked > _SMALL and unpacked > _MOST_RATIO * max(1, packed):
        raise DocumentTooLarge(
            f"{name} unpacks to {unpacked // max(1, packed)} times its size, expected at most {_MOST_RATIO} times; "
            "save it anew with an ordinary program"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableDocument(f"{name} is a ZIP container locked with a password; take the password away")


def _form(archive: zipfile.ZipFile, name: str) -> Form:
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        return _office(archive, names, name)
    mimetype = _begin(archive, "mimetype") if "mimetype" in names else ""
    if mimetype.startswith("application/epub+zip") or "META-INF/container.xml" in names:
        return Form.EPUB
    if mimetype.startswith("application/vnd.oasis.opendocument"):
        raise UnsupportedForm(f"{name} is an OpenDocument file; {_EXPECTED}: save it as DOCX or PDF")
    if "OFD.xml" in names:
        raise UnsupportedForm(f"{name} is an OFD document; {_EXPECTED}: save it as PDF")
    raise UnsupportedForm(f"{name} is a ZIP archive; {_EXPECTED}: unpack it and add the files in it")


def _office(archive: zipfile.ZipFile, names: set[str], name: str) -> Form:
    types = _begin(archive, "[Content_Types].xml")
    if "macroEnabled" in types or any(part.endswith("vbaProject.bin") for part in names):
        raise UnsupportedForm(f"{name} is an Office document with macros; {_EXPECTED}: save it as DOCX without macros")
    if _WORD in types:
        return Form.DOCX
    for word, called, remedy in _OFFICE:
        if word in types:
            raise UnsupportedForm(f"{name} is {called}; {_EXPECTED}: {remedy}")
    raise UnsupportedForm(f"{name} is an Office container of an unknown kind; {_EXPECTED}: save it as DOCX or PDF")


def _begin(archive: zipfile.ZipFile, part: str) -> str:
    with archive.open(part) as stream:
        return stream.read(_MOST_TYPES).decode("utf-8", "replace")


def check_entities(data: bytes, part: str) -> None:
    """Raise `UnreadableDocument` for XML that declares entities: no writer of documents does so, and they can burst."""
    # In UTF-16 every second byte of the marks is zero.
    if _ENTITY.search(data) or (data[:2] in (b"\xff\xfe", b"\xfe\xff") and _ENTITY.search(data.replace(b"\0", b""))):
        raise UnreadableDocument(
            f"its part {part} declares XML entities, expected none: save the document anew with an ordinary program"
        )
