"""Index-time questions: what people might ask that a passage answers, kept in a file that anybody can edit.

`questions.jsonl` beside a folder of pages: `{"file": "…", "begins": "first characters of the passage", "questions": ["…"]}`
a line. They are indexed beside the passage and never shown or quoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import InvalidRequest
from qa.records import PassageRecord

FILE = "questions.jsonl"
# Each wrong character spoils three of the strings; another passage has a tenth of them by chance.
_GRAM, _NEAR = 3, 0.5
_SHORTEST = 12


@dataclass(frozen=True, slots=True)
class PassageQuestions:
    """The questions of the passage of `file` that begins so; white space does not count."""

    file: str
    begins: str
    questions: tuple[str, ...]


def read_questions(path: Path) -> list[PassageQuestions]:
    """Read a file of index-time questions; raise `InvalidRequest` that lists every faulty line as `path:line: …`."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise InvalidRequest(f"{path} cannot be read ({fault}); expected a UTF-8 file of JSON lines") from fault
    return parse_questions(data, str(path))


def parse_questions(data: bytes, path: str) -> list[PassageQuestions]:
    """Return the index-time questions of a file's content; raise `InvalidRequest` that lists every faulty line."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as fault:
        raise InvalidRequest(f"{path} cannot be read ({fault}); expected a UTF-8 file of JSON lines") from fault
    found, faults = [], []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(_row(json.loads(line)))
            except (ValueError, RecursionError) as fault:
                faults.append(f"{path}:{number}: {fault}")
    if faults:
        raise InvalidRequest("\n".join(faults))
    return found


def _row(raw: Any) -> PassageQuestions:
    if not isinstance(raw, dict) or not all(
        isinstance(raw.get(name), str) and raw[name] for name in ("file", "begins")
    ):
        raise ValueError("found no file or begins, expected an object with file, begins and questions")
    questions = raw.get("questions")
    if not isinstance(questions, list) or not all(isinstance(q, str) and q.strip() and _whole(q) for q in questions):
        raise ValueError(f"found questions {questions!r}, expected a list of texts")
    return PassageQuestions(raw["file"], raw["begins"], tuple(q.strip() for q in questions))


def _whole(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def assign(
    rows: Iterable[PassageQuestions], file: str, passages: Sequence[PassageRecord]
) -> tuple[dict[str, tuple[str, ...]], list[PassageQuestions]]:
    """Return the questions of each passage of `file`, by passage id, and the rows whose passage is not there.

    A passage that begins otherwise by a few characters, as another reading of the same page does, or that now begins
    earlier, is found by what it shares with the beginning.
    """
    texts = {p.id: "".join(p.text.split()) for p in passages}
    found: dict[str, tuple[str, ...]] = {}
    lost = []
    for row in rows:
        if row.file == file:
            begins = "".join(row.begins.split())
            owner = next((id_ for id_, text in texts.items() if text.startswith(begins)), None) or _nearest(
                begins, texts
            )
            if owner is None:
                lost.append(row)
            else:
                found[owner] = found.get(owner, ()) + row.questions
    return found, lost


def _nearest(begins: str, texts: Mapping[str, str]) -> str | None:
    """Return the passage that has most of a beginning's strings of three characters, None where none has half of them."""
    grams = {begins[at : at + _GRAM] for at in range(len(begins) - _GRAM + 1)}
    if len(begins) < _SHORTEST:
        return None
    shares = {id_: sum(gram in text for gram in grams) / len(grams) for id_, text in texts.items()}
    best = max(shares, key=lambda id_: shares[id_], default=None)
    return best if best is not None and shares[best] >= _NEAR else None
