"""Files of every form, made by hand: small, with Chinese text, and open to being spoilt."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OFFICE = "http://schemas.openxmlformats.org"


@dataclass(frozen=True, slots=True)
class Print:
    """A line of a PDF page: where its baseline begins, in points from the lower left corner, and the size of its type."""

    x: float
    y: float
    size: float
    text: str


def column(text: str, x: float, y: float, width: int, *, size: float = 10, indent: bool = True) -> list[Print]:
    """Set a paragraph in lines of `width` characters, the first indented by two."""
    out = [Print(x + 2 * size, y, size, text[: width - 2])] if indent else []
    rest = text[width - 2 :] if indent else text
    lines = [rest[at : at + width] for at in range(0, len(rest), width)]
    top = y - 1.5 * size if indent else y
    return out + [Print(x, top - 1.5 * size * number, size, line) for number, line in enumerate(lines)]


def _matrix(line: Print, rotate: int) -> str:
    """Return where and in which direction a line is drawn so that it stands upright on a page that is shown turned."""
    x, y = line.x, line.y
    return {
        0: f"1 0 0 1 {x} {y}",
        90: f"0 1 -1 0 {595 - y} {x}",
        180: f"-1 0 0 -1 {595 - x} {842 - y}",
        270: f"0 -1 1 0 {y} {842 - x}",
    }[rotate]


def pdf_of(pages: Sequence[Sequence[Print]], *, trailer: str = "", rotate: int = 0) -> bytes:
    """Write a PDF with a text layer in a font that every reader knows by name, without a file of it inside."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H/DescendantFonts[4 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>>>",
    ]
    for number, lines in enumerate(pages):
        drawn = "".join(
            f"BT /F1 {line.size} Tf {_matrix(line, rotate)} Tm <{line.text.encode('utf-16-be').hex()}> Tj ET\n"
            for line in lines
        )
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}/Contents {6 + 2 * number} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(drawn)}>>stream\n{drawn}endstream")
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


def zip_of(parts: Mapping[str, str | bytes], *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word_paragraph(text: str, style: str = "", properties: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f"<w:tc>{word_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def docx_parts(body: str) -> dict[str, str | bytes]:
    """Return the parts of a Word document with two heading styles, as a Chinese Word names them, and one list."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in (1, 2)
    )
    bullets = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    relation = f"{_OFFICE}/officeDocument/2006/relationships"
    package = f"{_OFFICE}/package/2006"
    return {
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_DOCX_TYPE}"/></Types>',
        "_rels/.rels": f'{DECLARATION}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relation}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{DECLARATION}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relation}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r2" Type="{relation}/numbering" Target="numbering.xml"/></Relationships>',
        "word/styles.xml": f'{DECLARATION}<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
        "word/numbering.xml": f'{DECLARATION}<w:numbering xmlns:w="{_WORD}">{bullets}</w:numbering>',
        "word/document.xml": f'{DECLARATION}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
    }


def docx_of(body: str) -> bytes:
    return zip_of(docx_parts(body))


LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


def epub_parts(chapters: Mapping[str, str], spine: Sequence[str]) -> dict[str, str | bytes]:
    """Return the parts of a book: chapters by name, and the order in which they are read."""
    items = "".join(
        f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in spine)
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": f'{DECLARATION}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "OEBPS/book.opf": f'{DECLARATION}<package xmlns="http://www.idpf.org/2007/opf">'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>",
        **{
            f"OEBPS/text/{name}.xhtml": f'{DECLARATION}<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
            for name, body in chapters.items()
        },
    }


def epub_of(chapters: Mapping[str, str], spine: Sequence[str]) -> bytes:
    return zip_of(epub_parts(chapters, spine))
