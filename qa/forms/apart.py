"""Run a converter in a process of its own, within bounds of time and memory.

Parsers of foreign files are the one part here that a file can crash, hang or fill. A process that is ended with its file
costs a fraction of a second; the service goes on whatever the file was made for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from qa.errors import DocumentTooLarge, QAError, UnreadableDocument, UnsupportedForm
from qa.forms.records import Block, Converted, Form, Part, Piece

_ROOT = Path(__file__).resolve().parents[2]
_FAULTS: dict[str, type[QAError]] = {one.code: one for one in (UnreadableDocument, DocumentTooLarge, UnsupportedForm)}
_NEXT = "expected a document that an ordinary program writes: save it anew, or convert it to text, and add it again"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a converter may take: seconds of the clock, and bytes of memory where the system can hold it to them."""

    seconds: int
    memory: int


def convert_apart(data: bytes, name: str, form: Form, limits: Limits, *, ocr: bool = False) -> Converted:
    """Convert a file in a child process; `ocr` reads the letters of scanned pages as well.

    Raises `UnreadableDocument`, `DocumentTooLarge` or `UnsupportedForm`, also where the converter crashes or takes too long.
    """
    call = [
        sys.executable,
        "-B",
        "-m",
        "qa.forms.child",
        form.name,
        str(limits.seconds),
        str(limits.memory),
        str(int(ocr)),
    ]
    try:
        ran = subprocess.run(
            call,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise UnreadableDocument(
            f"{name} took more than {limits.seconds} seconds to convert from {form.name}; {_NEXT}"
        ) from fault
    return _answer(ran, name, form)


def _environment() -> dict[str, str]:
    """Return the environment without the product's settings, which hold keys, and with this package on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIANGHAI_QA_")}
    path = [str(_ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return kept | one | {"PYTHONPATH": os.pathsep.join(path), "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0"}


def _answer(ran: subprocess.CompletedProcess[bytes], name: str, form: Form) -> Converted:
    try:
        answer = json.loads(ran.stdout)
    except ValueError as fault:
        raise UnreadableDocument(
            f"{name} made the converter from {form.name} break off (code {ran.returncode}); {_NEXT}"
        ) from fault
    if "fault" in answer:
        raise _FAULTS[answer["fault"]](f"{name} cannot be read as {form.name}: {answer['message']}")
    blocks = tuple(
        Block(Part(part), tuple(Piece(page, text) for page, text in pieces), level)
        for part, pieces, level in answer["blocks"]
    )
    return Converted(blocks, answer["converter"], page_count=answer["page_count"], unread=tuple(answer["unread"]))
