"""DOCX: by way of a web page, which has its headings, lists, tables and notes."""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import version
from typing import Any

from qa.forms.archives import check_entities
from qa.forms.html import page_blocks
from qa.forms.records import Converted

# The names of Word's own styles, and what Chinese versions and WPS write for them.
_STYLES = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        "p[style-name='标题'] => h1:fresh",
        "p[style-name='Subtitle'] => h2:fresh",
        "p[style-name='副标题'] => h2:fresh",
        "p[style-name='Caption'] => figcaption:fresh",
        "p[style-name='题注'] => figcaption:fresh",
        *(f"p[style-name='标题 {level}'] => h{level}:fresh" for level in range(1, 7)),
    ]
)


def convert_word(data: bytes) -> Converted:
    """Convert a DOCX document; pictures, headers and footers are left out, and nothing outside of the file is opened."""
    import mammoth

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                check_entities(archive.read(part), part)
    made = mammoth.convert_to_html(
        io.BytesIO(data), style_map=_STYLES, include_embedded_style_map=False, convert_image=_no_picture
    )
    return Converted(tuple(page_blocks(made.value, site=False)), "mammoth " + version("mammoth"))


def _no_picture(image: Any) -> list[Any]:
    return []
