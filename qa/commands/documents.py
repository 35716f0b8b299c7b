"""`documents add|list|show|replace|remove|questions`: what the library holds."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from qa.catalog import metadata_of, read_catalog
from qa.commands.keep import rebuild
from qa.commands.output import print_json, progress, say
from qa.commands.write_questions import write_questions
from qa.errors import InvalidRequest, QAError, SettingsError
from qa.forms.folders import documents_in
from qa.forms.records import SUFFIXES
from qa.index_questions import FILE as QUESTIONS
from qa.index_questions import PassageQuestions, assign, read_questions
from qa.intake import Intake, content_hash, take_in
from qa.library import Library
from qa.options import read_settings
from qa.prepare import check_replacement
from qa.records import DocumentRecord, Metadata
from qa.settings import Settings
from qa.written import Written

_METADATA = ("publication", "section", "published", "published_basis")


def documents(args: argparse.Namespace) -> int:
    """Run one action on the library's documents."""
    settings = read_settings(args)
    return _ACTIONS[args.action](args, settings)


def _add(args: argparse.Namespace, settings: Settings) -> int:
    """Add every file; a faulty one is reported and the others are added all the same."""
    files = list(_files(args.path))
    library = Library.open(settings.data_path)
    report, rows, faults = progress("adding"), [], []
    try:
        for done, file in enumerate(files, start=1):
            try:
                rows.append(_add_one(library, file, _metadata(file, args), settings))
            except (QAError, OSError) as fault:
                faults.append(f"{file}: {fault}")
            report(done, len(files))
    finally:
        library.close()
    manifest = rebuild(settings)
    if not files:
        say(f"no documents in {', '.join(args.path)}; expected files that end in {', '.join(SUFFIXES)}")
    _show_rows(args, [row | {"index_version": manifest.index_version} for row in rows])
    if faults:
        raise InvalidRequest("\n".join(faults))
    return 0


def _add_one(library: Library, file: Path, metadata: Metadata, settings: Settings) -> dict[str, Any]:
    data = file.read_bytes()
    sha256 = content_hash(data)
    there = library.document_with_content(sha256)
    if there is not None:
        return {"id": there, "file": file.name, "added": False}
    id_ = library.new_id(sha256)
    intake = take_in(file.name, data, metadata, document_id=id_, most_bytes=settings.max_document_bytes)
    library.put(intake.document, intake.original, intake.articles, intake.passages)
    beside = file.parent / QUESTIONS
    _give_questions(library, intake, read_questions(beside) if beside.is_file() else ())
    return {"id": intake.document.id, "file": file.name, "added": True}


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
    library = Library.open(settings.data_path)
    given, lost = [], []
    try:
        for document in _all(library):
            found, missing = assign(rows, document.file, library.passages(document.id))
            lost += missing
            if found:
                library.put_questions(document.id, found)
                given.append({"id": document.id, "file": document.file, "questions": sum(map(len, found.values()))})
    finally:
        library.close()
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
    library = Library.open(settings.data_path)
    try:
        document = library.document(args.id)
        data = file.read_bytes()
        check_replacement(library, args.id, data)
        questions = _kept_questions(library, args.id, file.name)
        by_model = _kept_written(library, args.id)
        metadata = _metadata(file, args, document.metadata)
        intake = take_in(file.name, data, metadata, document_id=args.id, most_bytes=settings.max_document_bytes)
        library.put(intake.document, intake.original, intake.articles, intake.passages)
        _give_questions(library, intake, questions)
        for passage in intake.passages:
            if passage.text in by_model:
                library.put_written(passage.id, by_model[passage.text])
    finally:
        library.close()
    _show_rows(args, [{"id": args.id, "file": file.name, "index_version": rebuild(settings).index_version}])
    return 0


def _kept_questions(library: Library, document_id: str, file: str) -> list[PassageQuestions]:
    """Return the questions that the user gave a document by how their passages begin."""
    texts = {passage.id: passage.text for passage in library.passages(document_id)}
    return [
        PassageQuestions(file, texts[id_][:40], asked) for id_, asked in library.given_questions(document_id).items()
    ]


def _kept_written(library: Library, document_id: str) -> dict[str, Written]:
    """Return what the language model wrote for a document's passages by their whole text: all of it may be asked about."""
    texts = {passage.id: passage.text for passage in library.passages(document_id)}
    return {texts[id_]: by_model for id_, by_model in library.written_questions(document_id).items()}


def _give_questions(library: Library, intake: Intake, rows: Sequence[PassageQuestions]) -> None:
    """Give a document's passages their questions; say how many found no passage."""
    found, lost = assign(rows, intake.document.file, intake.passages)
    if found:
        library.put_questions(intake.document.id, found)
    if lost:
        say(f"{intake.document.file}: {sum(len(row.questions) for row in lost)} index-time questions found no passage")


def _remove(args: argparse.Namespace, settings: Settings) -> int:
    library = Library.open(settings.data_path)
    try:
        library.remove(args.id)
    finally:
        library.close()
    _show_rows(args, [{"id": args.id, "index_version": rebuild(settings).index_version}])
    return 0


_ACTIONS = {
    "add": _add,
    "list": _list,
    "show": _show,
    "replace": _replace,
    "remove": _remove,
    "questions": _questions,
    "write-questions": write_questions,
}
