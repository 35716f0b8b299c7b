"""EPUB: the chapters of a book in the order of its spine, each a web page."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from urllib.parse import unquote
from xml.etree import ElementTree

from qa.errors import UnreadableDocument
from qa.forms.archives import check_entities
from qa.forms.html import page_blocks
from qa.forms.html_encoding import decode_html
from qa.forms.records import Block, Converted, Part, Piece

_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"
# Fonts may be scrambled in a book that is open all the same. Source: EPUB 3.3, Open Container Format, 4.4.
_SCRAMBLED_FONT = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_MOST_CHAPTERS = 5000


def convert_epub(data: bytes) -> Converted:
    """Convert a book; raise `UnreadableDocument` for one that is locked or whose parts are missing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check_open(archive)
        opf = _package_path(archive)
        package = _xml(archive, opf)
        blocks: list[Block] = []
        for path in _chapters(package, posixpath.dirname(opf)):
            chapter = decode_html(_part(archive, path), path)
            blocks += page_blocks(chapter.text, site=False)
    title = next((e.text for e in package.iter() if _local(e) == "title" and e.text and e.text.strip()), None)
    if title and blocks and not any(block.part is Part.HEADING for block in blocks):
        blocks.insert(0, Block(Part.HEADING, (Piece(1, " ".join(title.split())),), 1))
    return Converted(tuple(blocks), "selectolax " + version("selectolax"))


def _check_open(archive: zipfile.ZipFile) -> None:
    if _LOCKS not in archive.namelist():
        return
    methods = {e.get("Algorithm") for e in _xml(archive, _LOCKS).iter() if _local(e) == "EncryptionMethod"}
    if methods - set(_SCRAMBLED_FONT):
        raise UnreadableDocument("it is locked (DRM), expected a book that opens without a key")


def _package_path(archive: zipfile.ZipFile) -> str:
    for element in _xml(archive, _CONTAINER).iter():
        path = element.get("full-path")
        if _local(element) == "rootfile" and path:
            return posixpath.normpath(unquote(path))
    raise UnreadableDocument(f"its {_CONTAINER} names no package document, expected one: save the book anew")


def _chapters(package: ElementTree.Element, folder: str) -> Iterator[str]:
    """Give the paths of the chapters in reading order, each once; the table of contents is none."""
    items = {e.get("id"): e for e in package.iter() if _local(e) == "item"}
    spine = [e.get("idref") for e in package.iter() if _local(e) == "itemref" and e.get("linear") != "no"]
    if not spine or len(spine) > _MOST_CHAPTERS:
        raise UnreadableDocument(f"its spine names {len(spine)} chapters, expected 1 to {_MOST_CHAPTERS}: save it anew")
    for idref in dict.fromkeys(spine):
        item = items.get(idref)
        if item is None:
            raise UnreadableDocument(
                f"its spine names a chapter {str(idref)[:40]!r} that it does not list: save it anew"
            )
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split():
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))


def _part(archive: zipfile.ZipFile, path: str) -> bytes:
    try:
        return archive.read(path)
    except KeyError:
        raise UnreadableDocument(f"it lacks its part {path[:80]!r}, expected a whole book: fetch it again") from None


def _xml(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    data = _part(archive, path)
    check_entities(data, path)
    try:
        return ElementTree.fromstring(data)
    except ElementTree.ParseError as fault:
        raise UnreadableDocument(f"its part {path} is no XML ({fault}): save the book anew") from None


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
