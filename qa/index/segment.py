"""One segment: some documents' passages as vectors, postings, tokens and facets, in files that never change."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder, Vectors
from embeddings.exact_index import ExactIndex
from embeddings.faiss_index import FaissIndex
from embeddings.opening import token_vectors
from embeddings.vector_index import VectorIndex
from qa.connection import sync_folder
from qa.dates import day_number, interval
from qa.fold import fold
from qa.index.arrays import map_arrays, save_arrays
from qa.index.manifest import FileRecord, SegmentRecord, check_file, file_record
from qa.index.postings import Postings, build_postings
from qa.numerals import numerals
from qa.records import DateMention, Kind
from qa.sketches import marks
from qa.terms import sounds, terms
from qa.words import WordCutter

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
# The fields of the lexical index: the passage itself, its headline and date, its dictionary words, its sounds, the marks by
# which its reprints are found; and its questions, each a row of its own.
FIELDS = ("body", "context", "words", "sounds", "marks", "questions")
KINDS = tuple(Kind)
NUMBER, DATE = 1, 2
# Where days are told of: the passage's event date, named in it, or what its article is about.
EVENT, NAMED, ABOUT = 0, 1, 2
_ARRAYS_FILE = "arrays.safetensors"
ID_BYTES = 20
_ARRAYS = (
    *("ids", "documents", "kinds", "dates", "event_days", "event_offsets", "forms"),
    *("vocabulary", "tokens", "token_offsets", "question_owners"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage as it is indexed: its own text, and what helps to find it but is not quoted.

    `read_as` holds the right forms of its misprints, `context` the words around it for the lexical index, `questions` what
    people might ask that it answers, `dates` the resolved dates that it names, `about` those that its article is about.
    """

    passage_id: str
    document_id: str
    kind: Kind
    text: str
    title: str
    read_as: str
    context: str
    published: str | None
    event_date: str | None
    questions: tuple[str, ...] = ()
    dates: tuple[DateMention, ...] = ()
    about: tuple[DateMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """An opened segment; arrays are memory-mapped, row numbers count from 0 within it.

    `documents` holds the document's place in the manifest's list, `dates` two day numbers a row (published from and to; 0:
    not known), `forms` whether it holds a `NUMBER` or a `DATE`.
    `event_days[event_offsets[i]:event_offsets[i+1]]` are the days that the row tells of, first and last day number and
    `EVENT`, `NAMED` or `ABOUT` each; none where nothing is known.
    `tokens[token_offsets[i]:token_offsets[i+1]]` are the row's distinct tokens, as places in `vocabulary`, which holds the
    encoder's ids of the tokens that occur. Index-time questions are rows of their own in
    `postings["questions"]` and `question_vectors`; `question_owners` says which passage's row each belongs to.
    """

    record: SegmentRecord
    ids: NDArray[np.bytes_]
    documents: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    dates: NDArray[np.int32]
    event_days: NDArray[np.int32]
    event_offsets: NDArray[np.int64]
    forms: NDArray[np.uint8]
    vocabulary: NDArray[np.int32]
    tokens: NDArray[np.int32]
    token_offsets: NDArray[np.int64]
    postings: dict[str, Postings]
    vectors: VectorIndex
    question_owners: NDArray[np.int32]
    question_vectors: VectorIndex
    alive: NDArray[np.bool_]


def text_to_encode(entry: Entry) -> str:
    """Return what the encoder sees of a passage: its headline gives the context that a paragraph takes for granted."""
    parts = ("" if entry.kind is Kind.HEADLINE else entry.title, entry.text, entry.read_as)
    return "\n".join(part for part in parts if part)


def build_segment(
    folder: Path,
    name: str,
    documents: dict[str, int],
    entries: Sequence[Entry],
    encoder: Encoder,
    encode: Encode,
    cutter: WordCutter,
) -> SegmentRecord:
    """Write a segment into the empty folder `folder`; return its record. `encode` may take vectors from a cache."""
    texts = [text_to_encode(e) for e in entries]
    codes = {document: code for code, document in enumerate(documents)}
    vocabulary, tokens, offsets = _tokens(encoder, texts)
    arrays = {
        "ids": np.array([e.passage_id.encode() for e in entries], dtype=f"S{ID_BYTES}"),
        "documents": np.array([codes[e.document_id] for e in entries], np.int32),
        "kinds": np.array([KINDS.index(e.kind) for e in entries], np.uint8),
        "dates": np.array([_days(e.published) for e in entries], np.int32).reshape(-1, 2),
        "event_days": np.array([days for e in entries for days in _events(e)], np.int32).reshape(-1, 3),
        "event_offsets": np.cumsum([0, *(len(_events(e)) for e in entries)]).astype(np.int64),
        "forms": np.array([_forms(e.text) for e in entries], np.uint8),
        "vocabulary": vocabulary,
        "tokens": tokens,
        "token_offsets": offsets,
        "question_owners": np.array([row for row, e in enumerate(entries) for _ in e.questions], np.int32),
    }
    questions = [question for e in entries for question in e.questions]
    postings = {
        "body": build_postings(terms(e.text) for e in entries),
        "context": build_postings(terms(e.context) for e in entries),
        "words": build_postings(cutter.words(f"{e.context}\n{e.text}") for e in entries),
        "sounds": build_postings(sounds(f"{e.text}\n{e.read_as}") for e in entries),
        "marks": build_postings(marks(e.text) for e in entries),
        "questions": build_postings(terms(q) for q in questions),
    }
    vectors = {"vectors": encode(texts), "questions": encode(questions)}
    return save_segment(folder, name, documents, arrays, postings, vectors)


def save_segment(
    folder: Path,
    name: str,
    documents: dict[str, int],
    arrays: Mapping[str, NDArray[Any]],
    postings: Mapping[str, Postings],
    vectors: Mapping[str, Vectors],
) -> SegmentRecord:
    """Write all that a segment holds into the empty folder `folder`; return its record."""
    named = {array: arrays[array] for array in _ARRAYS}
    named["ids"] = np.frombuffer(arrays["ids"].tobytes(), np.uint8).reshape(-1, ID_BYTES)
    for field in FIELDS:
        named |= postings[field].named(field)
    save_arrays(folder / _ARRAYS_FILE, named)
    names = [_ARRAYS_FILE]
    for table in ("vectors", "questions"):
        if len(vectors[table]):
            FaissIndex.of(vectors[table]).save(folder / f"{table}.faiss")
            names.append(f"{table}.faiss")
    return SegmentRecord(name, len(arrays["ids"]), documents, tuple(file_record(folder / n) for n in names))


def _forms(text: str) -> int:
    marks = {numeral.term[0] for numeral in numerals(fold(text))}
    return NUMBER * bool(marks & {"#", "%"}) | DATE * ("@" in marks)


def _days(partial_date: str | None) -> tuple[int, int]:
    first, last = (0, 0) if partial_date is None else map(day_number, interval(partial_date))
    return first, last


def _events(entry: Entry) -> list[tuple[int, int, int]]:
    """Return the different days that a passage tells of, each with where, in order."""
    own = {(*_days(entry.event_date), EVENT)} if entry.event_date else set()
    told = ((mention, source) for source, dates in ((NAMED, entry.dates), (ABOUT, entry.about)) for mention in dates)
    return sorted(own | {(_days(mention.first)[0], _days(mention.last)[1], source) for mention, source in told})


def _tokens(encoder: Encoder, texts: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    offered = token_vectors(encoder)
    rows = [np.zeros(0, np.int32)] * len(texts) if offered is None else [np.unique(t) for t in offered.token_ids(texts)]
    offsets = np.concatenate([[0], np.cumsum([len(r) for r in rows])]).astype(np.int64)
    all_tokens = np.concatenate([*rows, np.zeros(0, np.int32)]).astype(np.int32)
    vocabulary, places = np.unique(all_tokens, return_inverse=True)
    return vocabulary, places.astype(np.int32), offsets


def open_segment(index_dir: Path, record: SegmentRecord, dimensions: int, before: Segment | None = None) -> Segment:
    """Open a segment after checking every file of it; raise `IndexDamaged`.

    Of a segment that is open already, as it was `before`, only what is gone is read again.
    """
    if before is not None and before.record.files == record.files:
        return before if before.record == record else replace(before, record=record, alive=_alive(index_dir, record))
    folder = index_dir / "segments" / record.name
    for file in record.files:
        check_file(folder, file)
    arrays = map_arrays(folder / _ARRAYS_FILE)
    return Segment(
        record=record,
        ids=arrays["ids"].view(f"S{ID_BYTES}").reshape(-1),
        **{name: arrays[name] for name in _ARRAYS if name != "ids"},
        postings={field: Postings.of(arrays, field) for field in FIELDS},
        vectors=_vectors(folder / "vectors.faiss", record.rows, dimensions),
        question_vectors=_vectors(folder / "questions.faiss", len(arrays["question_owners"]), dimensions),
        alive=_alive(index_dir, record),
    )


def _vectors(path: Path, rows: int, dimensions: int) -> VectorIndex:
    return FaissIndex.open(path, rows, dimensions) if rows else ExactIndex(np.zeros((0, dimensions), np.float32))


def _alive(index_dir: Path, record: SegmentRecord) -> NDArray[np.bool_]:
    alive = np.ones(record.rows, np.bool_)
    if record.deleted is not None:
        check_file(index_dir / "segments", record.deleted)
        alive[np.load(index_dir / "segments" / record.deleted.name)] = False
    return alive


def save_deleted(index_dir: Path, name: str, rows: NDArray[np.int64]) -> FileRecord:
    """Write the row numbers that no longer count, beside the segments."""
    path = index_dir / "segments" / name
    with path.open("wb") as stream:
        np.save(stream, rows)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(path.parent)
    return file_record(path)
