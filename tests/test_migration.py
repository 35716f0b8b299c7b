"""A library that an older version wrote becomes one of the present form, whole, with what it was beside it."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support import GOLDEN, ROOT, Keeper, settings_of

from qa.connection import FORMAT
from qa.errors import LibraryOld
from qa.intake import READER
from qa.library import FILE, Library
from qa.migration import migrate
from qa.prepare import prepare
from qa.service import Service

# One library of each earlier format, written by the version that had it: two seed pages with their index-time questions, and
# a report of which a language model has asked something.
OLD = sorted((ROOT / "tests" / "data" / "libraries").glob("format-*.sqlite.gz"))


def old_library(folder: Path, packed: Path = OLD[0]) -> Path:
    folder.mkdir(exist_ok=True)
    with gzip.open(packed) as source, (folder / FILE).open("wb") as target:
        shutil.copyfileobj(source, target)
    return folder


def columns(path: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(path)) as db:
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {t: sorted(row[1] for row in db.execute(f"PRAGMA table_info({t})")) for t in tables}


def test_there_is_a_library_of_every_earlier_format() -> None:
    assert [path.name for path in OLD] == [f"format-{number}.sqlite.gz" for number in range(1, FORMAT)]


@pytest.mark.parametrize("packed", OLD, ids=lambda path: path.name)
def test_an_older_library_is_served_with_all_that_it_held(tmp_path: Path, packed: Path) -> None:
    folder = old_library(tmp_path / "data", packed)
    with closing(sqlite3.connect(folder / FILE)) as db:
        documents = dict(db.execute("SELECT id, text FROM documents").fetchall())
        asked = {row[0] for row in db.execute("SELECT question FROM questions")}
    said: list[str] = []
    prepare(settings_of(folder), said.append)
    assert said[0].startswith("the library has format 1: migrating it to 2; as it was it stays in ")
    assert said[1] == f"reading {len(documents)} documents again, as this version reads them"
    service = Service.open(settings_of(folder))
    answer = service.ask(GOLDEN)
    assert answer.answerable
    assert "".join(documents[answer.citations[0].citation.document_id][s:e] for s, e in ((2003, 2058),)) == (
        answer.citations[0].citation.quote
    )
    library = service.library
    assert {d.id: d.text for d in library.documents()} == documents
    given = {q for id_ in documents for asked_of in library.given_questions(id_).values() for q in asked_of}
    assert given == asked
    assert [w.questions for id_ in documents for w in library.written_questions(id_).values()] == [
        ("龙舟赛有几支队伍参加",)
    ]
    assert library.meta("reader") == READER
    service.close()


def test_a_migrated_library_has_the_tables_of_a_new_one(tmp_path: Path) -> None:
    folder = old_library(tmp_path / "data")
    Library.create(tmp_path / "new").close()
    assert migrate(folder, lambda line: None)
    migrated = columns(folder / FILE)
    migrated.pop("written_questions")  # made with the first row
    assert migrated == columns(tmp_path / "new" / FILE)
    assert not migrate(folder, lambda line: None)


def test_the_library_as_it_was_stays_beside_it(tmp_path: Path) -> None:
    folder = old_library(tmp_path / "data")
    before = columns(folder / FILE)
    migrate(folder, lambda line: None)
    kept = folder / f"{FILE}.format-1"
    assert columns(kept) == before
    with closing(sqlite3.connect(kept)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_commands_name_the_command_that_migrates_and_it_does(command: Callable[..., object], data_dir: Path) -> None:
    shutil.rmtree(data_dir)
    old_library(data_dir)
    for words in (("ask", GOLDEN), ("documents", "list"), ("evaluate",)):
        ran = command(*words)
        assert (ran.code, ran.out) == (2, "")
        assert "has format 1, this version needs 2; migrate it with: jianghai-qa migrate" in ran.err
    ran = command("migrate")
    assert (ran.code, "migrated the library in" in ran.out) == (0, True)
    assert "has the present form already" in command("migrate").out
    assert command("ask", GOLDEN).code == 0


def test_an_old_backup_is_restored_and_migrated(command: Callable[..., object], data_dir: Path, tmp_path: Path) -> None:
    backup = old_library(tmp_path / "old") / FILE
    ran = command("restore", str(backup))
    assert ran.code == 0, ran.err
    assert "3 documents again" in ran.err
    assert command("ask", GOLDEN).code == 0
    assert len(command("documents", "list").out.splitlines()) == 3


def test_an_older_library_that_cannot_be_written_is_left_alone_and_told(tmp_path: Path) -> None:
    folder = old_library(tmp_path / "data")
    with pytest.raises(LibraryOld, match="the library as it is stays beside it"):
        Library.open(folder)


def test_documents_read_by_an_older_reader_are_read_again_and_keep_their_questions(keeper: Keeper) -> None:
    asked = {d.id: keeper.library.given_questions(d.id) for d in keeper.library.documents()}
    keeper.library.note_reader("0")
    said: list[str] = []
    prepare(keeper.settings, said.append)
    assert said[0] == "reading 5 documents again, as this version reads them"
    assert said[1].startswith("rebuilding the index: ")
    assert {d.id: keeper.library.given_questions(d.id) for d in keeper.library.documents()} == asked
    said.clear()
    prepare(keeper.settings, said.append)
    assert said == []
