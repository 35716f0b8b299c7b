"""Pictures of pages: PNG, JPEG, and TIFF with one page or many."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.errors import DocumentTooLarge, UnreadableDocument
from qa.forms.layout import Line, columns
from qa.forms.paragraphs import blocks_of, type_of
from qa.forms.records import Converted

if TYPE_CHECKING:
    from PIL.Image import Image

# A broadsheet at 300 dots an inch has 50 million.
_MOST_PIXELS = 120_000_000
_MOST_PAGES = 200


def convert_picture(data: bytes) -> Converted:
    """Read the letters of a picture; raise `UnreadableDocument` for a broken one or one without letters."""
    from qa.forms.ocr import Reader

    # Opened before the models, which take a second.
    pictures = _pictures(data)
    first = next(pictures)
    reader = Reader()
    pages: list[list[Line]] = [reader.lines(first)]
    pages += (reader.lines(picture) for picture in pictures)
    laid = [columns(lines) for lines in pages]
    if not any(laid):
        raise UnreadableDocument("it shows no text, expected a picture of a page with text")
    return Converted(tuple(blocks_of(laid, type_of(laid, even=False))), reader.name, page_count=len(laid))


def _pictures(data: bytes) -> Iterator[Image]:
    """Give the pages of a picture upright and in three colours."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as picture:
            frames = getattr(picture, "n_frames", 1)
            if frames > _MOST_PAGES:
                raise DocumentTooLarge(f"it has {frames} pages, expected at most {_MOST_PAGES}: divide it")
            for number in range(frames):
                picture.seek(number)
                if picture.width * picture.height > _MOST_PIXELS:
                    raise DocumentTooLarge(
                        f"it has {picture.width} × {picture.height} pixels, expected at most {_MOST_PIXELS} in all: "
                        "scan it at 300 dots an inch or fewer"
                    )
                yield _on_white(ImageOps.exif_transpose(picture) or picture)
    except (OSError, ValueError, SyntaxError, EOFError) as fault:
        raise UnreadableDocument(
            f"it is broken or cut short ({type(fault).__name__}), expected a whole picture: fetch it again"
        ) from fault


def _on_white(picture: Image) -> Image:
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        above = picture.convert("RGBA")
        below = Image.new("RGBA", above.size, "white")
        return Image.alpha_composite(below, above).convert("RGB")
    return picture.convert("RGB")
