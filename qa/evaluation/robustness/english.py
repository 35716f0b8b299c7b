"""English wordings of questions, which nothing here can make: a file of them, or a key of a question's own line."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from qa.errors import TestQueryError

KEY = "english"


def wordings_beside(questions: Path) -> Path | None:
    """Return the file of wordings that belongs to a file of questions by its name, `dev_english.jsonl` to `dev.jsonl`."""
    beside = questions.with_name(f"{questions.stem}_{KEY}.jsonl")
    return beside if beside.is_file() else None


def read_wordings(path: Path, ids: Collection[str]) -> dict[str, str]:
    """Read `{"id", "english"}` a line; return the wordings of the questions with these ids, by id.

    Raises `TestQueryError` that lists every faulty line as `path:line: …`, or says that no id is one of a question.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # a JSON text may hold U+2028
    except (OSError, UnicodeDecodeError) as fault:
        raise TestQueryError(f"{path} cannot be read ({fault}); expected a UTF-8 file of JSON lines") from fault
    found: dict[str, str] = {}
    faults = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                id_, text = _row(json.loads(line))
                if id_ in found:
                    raise ValueError(f"found the id {id_!r} again, expected each once")
                found[id_] = text
            except (ValueError, RecursionError) as fault:
                faults.append(f"{path}:{number}: {fault}")
    if faults:
        raise TestQueryError("\n".join(faults))
    known = {id_: text for id_, text in found.items() if id_ in ids}
    if not known:
        raise TestQueryError(
            f"{path}: found {len(found)} wordings, expected some with the id of a question; name the file that belongs "
            "to these questions with --variants"
        )
    return known


def own_wordings(path: Path, ids: Collection[str]) -> dict[str, str]:
    """Return the wordings that a file of questions gives in its own lines; none where it is no file of JSON lines."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    found = {}
    for line in lines:
        try:
            id_, text = _row(json.loads(line))
        except (ValueError, RecursionError):
            continue  # who reads the questions has told what is wrong with a line
        if id_ in ids:
            found[id_] = text
    return found


def _row(raw: Any) -> tuple[str, str]:
    if not isinstance(raw, dict):
        raise ValueError(f"found {type(raw).__name__}, expected an object with id and {KEY}")
    for name in ("id", KEY):
        if not isinstance(raw.get(name), str) or not raw[name].strip():
            raise ValueError(f"found {name} {raw.get(name)!r}, expected a text")
    return raw["id"], raw[KEY].strip()
