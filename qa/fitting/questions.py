"""The questions to fit on: those that the training of the embedded encoder left out."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from embeddings.training.pairs import held_out
from qa.errors import TestQueryError

FILE = "everyday_questions.jsonl.zst"


@dataclass(frozen=True, slots=True)
class FittingQuestion:
    """A question and the one passage that is known to answer it, or None when none does."""

    question: str
    passage: str | None
    style: str


def off_topic_questions() -> list[FittingQuestion]:
    """Return the shipped questions about something else entirely, which no passage answers."""
    lines = resources.files("qa.fitting").joinpath("off_topic.txt").read_text(encoding="utf-8").splitlines()
    return [FittingQuestion(line, None, "off-topic") for line in lines if line]


def read_questions(folder: Path) -> tuple[list[FittingQuestion], list[str]]:
    """Return the held-out questions of the training data in `folder`, and the other passages, to find them among.

    Raises `TestQueryError` when the data is not there.
    """
    path = next((p for p in (folder / FILE, folder / "train" / FILE) if p.is_file()), None)
    if path is None:
        raise TestQueryError(
            f"found no {FILE} in {folder}, expected the folder of the training data; name it with --data"
        )
    import zstandard  # only fitting and training read compressed data

    with path.open("rb") as raw:
        rows = [json.loads(line) for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), "utf-8")]
    questions = [FittingQuestion(r["a"], r["b"], r.get("style", "")) for r in rows if held_out(r["b"])]
    return questions, list(dict.fromkeys(r["b"] for r in rows if not held_out(r["b"])))
