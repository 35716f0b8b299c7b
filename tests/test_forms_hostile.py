"""Broken, locked, bursting and misnamed files: a clear error each, never a crash and never a hang."""

from __future__ import annotations

import io
import time
import zipfile
import zlib

import pytest
from form_files import Print, column, docx_of, docx_parts, epub_of, epub_parts, pdf_of, word_paragraph, zip_of
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import DocumentTooLarge, QAError, UnreadableDocument, UnsupportedForm
from qa.forms import convert
from qa.forms.apart import Limits, convert_apart
from qa.forms.convert import read_form
from qa.forms.detect import form_of
from qa.forms.html import page_blocks
from qa.forms.layout import Line, columns
from qa.forms.records import Form

TEXT = "东湖区图书馆新馆正式开馆，首日接待读者三千二百人，借出图书一万五千册。"
PDF = pdf_of([column(TEXT, 60, 760, 40)])
LOCK = f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>/ID[<00><00>]"
DOCX = docx_parts(word_paragraph(TEXT))
EPUB = epub_parts({"a": f"<p>{TEXT}</p>"}, ["a"])
DRM = {"META-INF/encryption.xml": '<a><EncryptionMethod Algorithm="aes"/></a>'}
ENTITIES = '<!DOCTYPE x [<!ENTITY a "%s"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


def with_lock(data: bytes) -> bytes:
    """Set the bit of every entry of a ZIP container that says that it is locked."""
    out = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + place] |= 1
            at = out.find(mark, at + 1)
    return bytes(out)


def bomb() -> bytes:
    return zip_of(DOCX | {"word/media/a.bin": bytes(20_000_000)})


@pytest.mark.parametrize(
    ("name", "data", "kind", "said"),
    [
        ("a.pdf", PDF[: len(PDF) // 2], UnreadableDocument, "broken, cut short or without pages, expected a whole one"),
        ("a.pdf", pdf_of([]), UnreadableDocument, "broken, cut short or without pages"),
        ("a.pdf", pdf_of([column(TEXT, 60, 760, 40)], trailer=LOCK), UnreadableDocument, "locked with a password"),
        ("a.pdf", pdf_of([[], []]), UnreadableDocument, "holds no text that can be read"),
        ("a.pdf", pdf_of([[]] * 3001), DocumentTooLarge, "it has 3001 pages, expected at most 3000"),
        ("a.pdf", TEXT.encode(), UnreadableDocument, "a.pdf is named as PDF but holds text; expected a file that begins"),
        ("a.pdf", b"<html><body>404</body></html>", UnreadableDocument, "holds a web page"),
        ("a.docx", b"", UnreadableDocument, "a.docx is empty"),
        ("a.docx", zip_of(DOCX)[:-40], UnreadableDocument, "cannot be unpacked (BadZipFile)"),
        ("a.docx", with_lock(zip_of(DOCX)), UnreadableDocument, "locked with a password"),
        ("a.docx", zip_of(DOCX | {"word/vbaProject.bin": "x"}), UnsupportedForm, "with macros"),
        ("a.docx", bomb(), DocumentTooLarge, "times its size, expected at most 500 times"),
        ("a.docx", zip_of(DOCX | {"word/document.xml": ENTITIES + "<a/>"}), UnreadableDocument, "declares XML entities"),
        ("a.docx", zip_of(DOCX | {"word/document.xml": "<a"}), UnreadableDocument, "its parts make no whole"),
        ("a.docx", docx_of(""), UnreadableDocument, "holds no text that can be read"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), UnreadableDocument, "password"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), UnsupportedForm, "save it as DOCX or PDF"),
        ("a.rtf", b"{\\rtf1 x}", UnsupportedForm, "an RTF document"),
        ("a.zip", zip_of({"a.txt": TEXT}), UnsupportedForm, "unpack it and add the files in it"),
        ("a.odt", zip_of({"mimetype": "application/vnd.oasis.opendocument.text"}), UnsupportedForm, "OpenDocument"),
        ("a.epub", zip_of(EPUB | {"OEBPS/book.opf": ENTITIES + "<a/>"}), UnreadableDocument, "declares XML entities"),
        ("a.epub", zip_of(EPUB | DRM), UnreadableDocument, "locked (DRM)"),
        ("a.epub", epub_of({"a": "<p>x</p>"}, ["b"]), UnreadableDocument, "names a chapter 'b' that it does not list"),
        ("a.epub", zip_of({n: c for n, c in EPUB.items() if "text/" not in n}), UnreadableDocument, "lacks its part"),
        ("a.html", b"<div>" * 5000 + b"x", UnreadableDocument, "nests more than 3000 tags"),
        ("a.html", b"<html><body><script>1</script></body></html>", UnreadableDocument, "holds no text"),
        ("a.md", b"---\ntitle:\n---\n", UnreadableDocument, "holds no text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(name: str, data: bytes, kind: type[QAError], said: str) -> None:
    with pytest.raises(kind) as told:
        read_form(data, name)
    assert said in str(told.value)
    assert str(told.value).startswith(name)
    assert "Traceback" not in str(told.value)


def png_of(width: int, height: int) -> bytes:
    """Return the beginning of a picture of any size, without the picture."""
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    data = b"IDAT" + zlib.compress(bytes(100))
    chunks = (len(part[4:]).to_bytes(4) + part + zlib.crc32(part).to_bytes(4) for part in (header, data, b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "broken or cut short"),
        (b"II*\0" + bytes(60), "broken or cut short"),
        (png_of(90, 90), "broken or cut short"),
        (png_of(60_000, 60_000), "it has 60000 × 60000 pixels, expected at most 120000000 in all"),
    ],
)
def test_a_broken_picture_is_told(data: bytes, said: str) -> None:
    if not convert.ocr_at_hand():
        pytest.skip("the extra `ocr` is not installed")
    with pytest.raises(UnreadableDocument, match=said):
        read_form(data, "a.png")


def test_without_the_library_for_scans_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is not installed cannot be found: the search for it is all that differs on such a machine.
    monkeypatch.setattr(convert, "find_spec", lambda name: None)
    with pytest.raises(UnsupportedForm, match=r"a.png is a picture; .*install it with: make ocr"):
        read_form(b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png")
    rule = b"1 0 0 rg 0 0 100 100 re f\n"
    scan = pdf_of([[]]).replace(b"/Length 0>>stream\n", b"/Length %d>>stream\n" % len(rule) + rule)
    with pytest.raises(UnreadableDocument, match=r"no text layer on its 1 pages.*install it with: make ocr"):
        read_form(scan, "a.pdf")


def test_a_converter_that_takes_too_long_is_ended() -> None:
    started = time.monotonic()
    with pytest.raises(
        UnreadableDocument, match="took more than 1 seconds to convert from MARKDOWN; expected a document"
    ):
        convert_apart(b"*a_" * 200_000, "a.md", Form.MARKDOWN, Limits(seconds=1, memory=1 << 31))
    assert time.monotonic() - started < 5


def test_a_converter_that_needs_too_much_memory_is_told() -> None:
    with pytest.raises(UnreadableDocument):
        convert_apart(PDF, "a.pdf", Form.PDF, Limits(seconds=20, memory=16 << 20))


def test_nested_parts_of_a_word_document_end_in_an_error() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 1000 + word_paragraph(TEXT) + "</w:tc></w:tr></w:tbl>" * 1000
    with pytest.raises(UnreadableDocument, match="cannot be read as DOCX"):
        read_form(docx_of(deep), "a.docx")


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.pdf", "a.docx", "a.html", "a.png", "a"]))
def test_any_bytes_have_a_form_or_one_of_our_errors(data: bytes, name: str) -> None:
    for start in (b"", b"PK\x03\x04", b"%PDF-", b"<html>"):
        try:
            said = form_of(start + data, name)
        except (UnreadableDocument, UnsupportedForm) as told:
            said = str(told)
        assert said in list(Form) or said.startswith(name)


@settings(max_examples=6)
@given(st.integers(0, 2**32), st.sampled_from([PDF, zip_of(DOCX, packed=False), zip_of(EPUB, packed=False)]))
def test_spoilt_files_give_text_or_one_of_our_errors(seed: int, data: bytes) -> None:
    spoilt = bytearray(data)
    for step in range(8):
        spoilt[(seed * (step + 7) * 2_654_435_761) % len(spoilt)] ^= 1 << (seed + step) % 8
    try:
        said = read_form(bytes(spoilt), "a.bin").text
    except QAError as told:
        said = str(told)
    assert said.strip()


def line_at(text: str, column: int, row: int, width: float = 90) -> Line:
    """Return a line of ten points in a grid of columns a hundred points wide."""
    return Line(text, 100.0 * column, 12.0 * row, 100.0 * column + width, 12.0 * row + 10, 10)


def read_order(lines: list[Line]) -> list[str]:
    return [line.text for column in columns(lines) for line in column]


@given(st.permutations(range(12)))
def test_the_order_of_drawing_does_not_change_the_order_of_reading(order: list[int]) -> None:
    lines = [line_at(f"行{n}", n // 4, n % 4) for n in range(12)]
    assert read_order([lines[at] for at in order]) == [line.text for line in lines]


def test_a_headline_between_columns_parts_them() -> None:
    above = [line_at(f"上{n}", n // 2, n % 2) for n in range(6)]
    head = Line("大标题", 110, 30, 180, 54, 24)
    below = [line_at(f"下{n}", n // 2, 5 + n % 2) for n in range(6)]
    assert read_order([*below, *above, head]) == [line.text for line in (*above, head, *below)]


def test_a_table_is_read_by_rows() -> None:
    cells = [line_at(f"{'甲乙'[n // 3]}{n % 3}", n % 3, n // 3, width=40) for n in range(6)]
    assert read_order(cells) == ["| 甲0 | 甲1 | 甲2 |", "| 乙0 | 乙1 | 乙2 |"]


TAGS = ["<div>", "</p>", "<table><td>", "<li>", "</div>", "<br>", "<b>", "江海", "<h1>", "</ol>"]


@given(st.lists(st.sampled_from(TAGS)))
def test_any_order_of_tags_gives_blocks(parts: list[str]) -> None:
    said = "".join(block.text for block in page_blocks("".join(parts)))
    assert said.count("江海") == parts.count("江海")


def test_a_zip_that_lies_about_its_sizes_is_told() -> None:
    data = bytearray(zip_of(DOCX))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("word/document.xml").file_size
    data = bytearray(bytes(data).replace(size.to_bytes(4, "little"), (20).to_bytes(4, "little")))
    with pytest.raises(UnreadableDocument):
        read_form(bytes(data), "a.docx")


def test_lines_of_a_page_keep_their_letters_whatever_their_places() -> None:
    prints = [Print(60 + 37 * n % 300, 700 - 23 * n % 600, 8 + n % 5, f"第{n}号") for n in range(40)]
    text = read_form(pdf_of([prints]), "a.pdf").text
    assert all(line.text in text.replace(" ", "").replace("\n", "") for line in prints)
