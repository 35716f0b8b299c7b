"""The invented newspaper of three years and the questions over it that are bound to a time."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from support import CUTTER, ROOT, embedded, settings_of

from qa.intake import take_in
from qa.library import Library
from qa.prepare import bring_index_up, fill_new_library
from qa.records import Metadata
from qa.service import Service

DATA = ROOT / "tests" / "data" / "time"
TODAY = date(2024, 11, 20)


@dataclass(frozen=True, slots=True)
class TimeQuestion:
    """A question, the page that answers it and what its passage says; `part`: `choose` constants with it, or `held` back."""

    part: str
    question: str
    page: str
    answer: str


def questions() -> list[TimeQuestion]:
    lines = (DATA / "questions.tsv").read_text(encoding="utf-8").splitlines()
    return [TimeQuestion(*line.split("\t")) for line in lines]


def time_service(data_dir: Path, today: date = TODAY) -> Service:
    """Put the pages into a new library, index it and serve it as on the day `today`."""
    pages = tomllib.loads((DATA / "pages.toml").read_text(encoding="utf-8"))
    fill_new_library(
        data_dir,
        [
            take_in(f"{name}.txt", page["text"].encode(), Metadata(published=page["published"]))
            for name, page in pages.items()
        ],
    )
    settings, library = settings_of(data_dir), Library.open(data_dir)
    bring_index_up(settings, library, embedded(), CUTTER)
    return Service(settings, library, embedded(), CUTTER, clock=lambda: today)


def first_found(service: Service, asked: TimeQuestion) -> bool:
    """Say whether the first passage is of the page and holds the answer."""
    first = service.search(asked.question, top_k=1).passages[0]
    return first.citation.file == f"{asked.page}.txt" and asked.answer in first.text
