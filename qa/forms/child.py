"""The child process that converts one file: bytes on standard input, blocks or a fault as JSON on standard output.

Called as `python -m qa.forms.child FORM SECONDS MEMORY OCR`. It imports nothing of the service, so that it starts quickly.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from qa.errors import DocumentTooLarge, QAError, UnreadableDocument
from qa.forms.records import Converted, Form

# More than any book; what converts to more was made to.
_MOST_TEXT = 20_000_000


def main() -> None:
    """Convert what stands on standard input, and answer on standard output alone."""
    # Libraries may print; only the answer goes out.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    form, seconds, memory, ocr = sys.argv[1:5]
    _bound(int(seconds), int(memory))
    try:
        answer = _written(_convert(Form[form], sys.stdin.buffer.read(), ocr=ocr == "1"))
    except QAError as fault:
        answer = {"fault": fault.code, "message": str(fault)}
    except MemoryError:
        answer = _told(
            DocumentTooLarge, f"it needs more than {int(memory) >> 20} MiB of memory, expected less: divide it"
        )
    except RecursionError:
        answer = _told(
            UnreadableDocument, "it nests its parts too deeply, expected the nesting of an ordinary document"
        )
    except Exception as fault:
        # Foreign parsers raise what they like on broken input; their words may name places on this machine.
        answer = _told(
            UnreadableDocument, f"its parts make no whole ({type(fault).__name__}); save it anew and add it again"
        )
    json.dump(answer, out)
    out.flush()
    # Without the clean-up of native libraries, which may crash on what they have read.
    os._exit(0)


def _bound(seconds: int, memory: int) -> None:
    """Hold this process to its time and memory, for the case that its parent is gone; not every system can."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue


def _convert(form: Form, data: bytes, *, ocr: bool) -> Converted:
    # Each library is imported only for its form.
    match form:
        case Form.MARKDOWN:
            from qa.forms.markdown import convert_markdown

            return convert_markdown(data.decode())
        case Form.HTML | Form.XHTML:
            from qa.forms.html import convert_html

            return convert_html(data.decode())
        case Form.DOCX:
            from qa.forms.word import convert_word

            return convert_word(data)
        case Form.EPUB:
            from qa.forms.epub import convert_epub

            return convert_epub(data)
        case Form.PDF:
            from qa.forms.pdf import convert_pdf

            return convert_pdf(data, ocr=ocr)
        case _:
            from qa.forms.pictures import convert_picture

            return convert_picture(data)


def _told(kind: type[QAError], message: str) -> dict[str, Any]:
    return {"fault": kind.code, "message": message}


def _written(converted: Converted) -> dict[str, Any]:
    length = sum(len(block.text) for block in converted.blocks)
    if length > _MOST_TEXT:
        raise DocumentTooLarge(f"it holds {length} characters, expected at most {_MOST_TEXT}: divide it")
    return {
        "blocks": [
            (block.part, [(piece.page, piece.text) for piece in block.pieces], block.level)
            for block in converted.blocks
        ],
        "converter": converted.converter,
        "page_count": converted.page_count,
        "unread": converted.unread,
    }


if __name__ == "__main__":
    main()
