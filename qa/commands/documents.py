"""`documents add|list|show|replace|remove|questions`: what the library holds."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from qa.catalog import metadata_of, read_catalog
from qa.changes import Changed, Changes, Refused, Upload
from qa.commands.keep import rebuild
from qa.commands.output import print_json, progress, say
from qa.commands.write_questions import write_questions
from qa.errors import InvalidRequest, LibraryBusy, QAError, SettingsError
from qa.forms.folders import documents_in
from qa.forms.records import SUFFIXES
from qa.index.locks import write_lock
from qa.index_questions import FILE as QUESTIONS
from qa.index_questions import assign, read_questions
from qa.library import Library
from qa.options import read_settings
from qa.prepare import open_changes
from qa.records import DocumentRecord, Metadata
from qa.settings import Settings

_METADATA = ("publication", "section", "published", "published_basis")


def documents(args: argparse.Namespace) -> int:
    """Run one action on the library's documents."""
    settings = read_settings(args)
    return _ACTIONS[args.action](args, settings)


def _add(args: argparse.Namespace, settings: Settings) -> int:
    """Add every file; a faulty one is reported and the others are added all the same."""
    files = list(_files(args.path))
    report, rows = progress("adding"), []
    faults: list[str] = []
    with closing(Library.open(settings.data_path)) as library:
        changes = open_changes(settings, library)
        for outcome in changes.add_all(_uploads(files, args, faults), lambda done: report(done, len(files))):
            if isinstance(outcome, Refused):
                faults.append(f"{outcome.file}: {outcome.fault}")
                continue
            rows.append({"id": outcome.id, "file": outcome.file, "added": outcome.created})
            rows[-1]["index_version"] = outcome.index_version
            _tell_lost(outcome)
        _tidy(changes)
    if not files:
        say(f"no documents in {', '.join(args.path)}; expected files that end in {', '.join(SUFFIXES)}")
    _show_rows(args, rows)
    if faults:
        raise InvalidRequest("\n".join(faults))
    return 0


def _uploads(files: Sequence[Path], args: argparse.Namespace, faults: list[str]) -> Iterator[Upload]:
    """Read one file after the other; what cannot be read is noted in `faults`."""
    for file in files:
        try:
            beside = file.parent / QUESTIONS
            questions = tuple(read_questions(beside)) if beside.is_file() else ()
            yield Upload(str(file), file.read_bytes(), _metadata(file, args), questions)
        except (QAError, OSError) as fault:
            faults.append(f"{file}: {fault}")


def _tell_lost(outcome: Changed) -> None:
    if outcome.lost:
        say(f"{outcome.file}: {outcome.lost} index-time questions found no passage")


def _files(paths: list[str]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        if path.is_dir():
            yield from documents_in(path, deep=True)
        elif path.is_file():
            yield path
        else:
            raise SettingsError(f"found nothing at {path}, expected a file or a folder; nothing was added")


def _metadata(file: Path, args: argparse.Namespace, before: Metadata | None = None) -> Metadata:
    """Return what the catalogue beside a file says of it (else what was known before), with the options' values over it."""
    known = read_catalog(file.parent).get(file.name, before or Metadata())
    given = {name: value for name in _METADATA if (value := getattr(args, name)) is not None}
    checked = metadata_of(given)
    return replace(known, **{name: getattr(checked, name) for name in given})


def _questions(args: argparse.Namespace, settings: Settings) -> int:
    """Give passages their index-time questions; a document that the file names loses those it had."""
    rows = read_questions(Path(args.path))
    given, lost = [], []
    with closing(Library.open(settings.data_path)) as library, write_lock(settings.data_path), library.transaction():
        for document in _all(library):
            found, missing = assign(rows, document.file, library.passages(document.id))
            lost += missing
            if found:
                library.put_questions(document.id, found)
                given.append({"id": document.id, "file": document.file, "questions": sum(map(len, found.values()))})
    version = rebuild(settings).index_version
    _show_rows(args, [row | {"index_version": version} for row in given])
    files = {row["file"] for row in given} | {row.file for row in lost}
    faults = [f"{row.file}: no passage begins {row.begins[:20]!r}" for row in lost]
    faults += [f"{file}: no document has this file name" for file in sorted({r.file for r in rows} - files)]
    if faults:
        raise InvalidRequest("these questions found no place, the others are in:\n" + "\n".join(faults))
    return 0


def _all(library: Library) -> list[DocumentRecord]:
    found: list[DocumentRecord] = []
    while page := library.documents(after=found[-1].id if found else None):
        found += page
    return found


def _list(args: argparse.Namespace, settings: Settings) -> int:
    library = Library.open(settings.data_path)
    try:
        found = _all(library)
    finally:
        library.close()
    _show_rows(args, [_summary(d) for d in found])
    return 0


def _summary(document: DocumentRecord) -> dict[str, Any]:
    metadata = document.metadata
    return {
        "id": document.id,
        "file": document.file,
        "publication": metadata.publication,
        "published": metadata.published,
    }


def _show_rows(args: argparse.Namespace, rows: list[dict[str, Any]]) -> None:
    if args.json:
        print_json(rows)
        return
    for row in rows:
        print("  ".join("" if value is None else str(value) for value in row.values()))


def _show(args: argparse.Namespace, settings: Settings) -> int:
    library = Library.open(settings.data_path)
    try:
        document, articles = library.document(args.id), library.articles(args.id)
        passages = library.passages(args.id)
    finally:
        library.close()
    if args.json:
        print_json(
            asdict(document)
            | {
                "articles": [
                    asdict(a) | {"passages": [asdict(p) for p in passages if p.article_id == a.id]} for a in articles
                ]
            }
        )
        return 0
    print("  ".join(str(value) for value in _summary(document).values() if value is not None))
    for article in articles:
        print(f"\n{article.position}. {article.title or '(no headline on the page)'}  {article.byline or ''}")
        for passage in passages:
            if passage.article_id == article.id:
                print(f"   {passage.paragraph:>3} {passage.kind:<9} {passage.text}")
    return 0


def _replace(args: argparse.Namespace, settings: Settings) -> int:
    """Replace a document's content; its index-time questions stay with the passages that begin as before."""
    file = Path(args.path)
    if not file.is_file():
        raise SettingsError(f"found no file at {file}, expected the one that replaces {args.id}; nothing was changed")
    with closing(Library.open(settings.data_path)) as library:
        metadata = _metadata(file, args, library.document(args.id).metadata)
        changes = open_changes(settings, library)
        outcome = changes.replace(args.id, Upload(file.name, file.read_bytes(), metadata))
        _tell_lost(outcome)
        _tidy(changes)
    _show_rows(args, [{"id": args.id, "file": file.name, "index_version": outcome.index_version}])
    return 0


def _remove(args: argparse.Namespace, settings: Settings) -> int:
    with closing(Library.open(settings.data_path)) as library:
        library.document(args.id)  # an unknown id is told before the encoder is opened
        changes = open_changes(settings, library)
        version = changes.remove(args.id)
        _tidy(changes)
    _show_rows(args, [{"id": args.id, "index_version": version}])
    return 0


def _tidy(changes: Changes) -> None:
    """Merge small segments; when others are at work they do so, or the next change does."""
    with suppress(LibraryBusy):
        changes.tidy()


_ACTIONS = {
    "add": _add,
    "list": _list,
    "show": _show,
    "replace": _replace,
    "remove": _remove,
    "questions": _questions,
    "write-questions": write_questions,
}
