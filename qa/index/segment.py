"""One segment: some documents' passages as vectors, postings, tokens and facets, in files that never change."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.faiss_index import FaissIndex
from embeddings.opening import token_vectors
from embeddings.vector_index import VectorIndex
from qa.dates import day_number, interval
from qa.fold import fold
from qa.index.manifest import FileRecord, SegmentRecord, check_file, file_record
from qa.index.postings import Postings, build_postings, map_array
from qa.numerals import numerals
from qa.records import DateMention, Kind
from qa.terms import sounds, terms
from qa.words import WordCutter

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
# The fields of the lexical index: the passage itself, its headline and date, its dictionary words, its sounds; and its
# questions, each a row of its own.
FIELDS = ("body", "context", "words", "sounds", "questions")
KINDS = tuple(Kind)
NUMBER, DATE = 1, 2
# Where days are told of: the passage's event date, named in it, or what its article is about.
EVENT, NAMED, ABOUT = 0, 1, 2
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
        "ids": np.array([e.passage_id.encode() for e in entries], dtype="S20"),
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
    for array, values in arrays.items():
        np.save(folder / f"{array}.npy", values)
    names = [f"{array}.npy" for array in _ARRAYS]
    names += build_postings(terms(e.text) for e in entries).save(folder, "body")
    names += build_postings(terms(e.context) for e in entries).save(folder, "context")
    names += build_postings(cutter.words(f"{e.context}\n{e.text}") for e in entries).save(folder, "words")
    names += build_postings(sounds(f"{e.text}\n{e.read_as}") for e in entries).save(folder, "sounds")
    questions = [question for e in entries for question in e.questions]
    names += build_postings(terms(q) for q in questions).save(folder, "questions")
    for file, encoded in (("vectors.faiss", texts), ("questions.faiss", questions)):
        FaissIndex.of(encode(encoded)).save(folder / file)
        names.append(file)
    return SegmentRecord(name, len(entries), documents, tuple(file_record(folder / n) for n in names))


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


def open_segment(index_dir: Path, record: SegmentRecord, dimensions: int) -> Segment:
    """Open a segment after checking every file of it; raise `IndexDamaged`."""
    folder = index_dir / "segments" / record.name
    for file in record.files:
        check_file(folder, file)
    ids, documents, kinds, dates, event_days, event_offsets, forms, vocabulary, tokens, token_offsets, owners = (
        map_array(folder / f"{array}.npy") for array in _ARRAYS
    )
    return Segment(
        record=record,
        ids=ids,
        documents=documents,
        kinds=kinds,
        dates=dates,
        event_days=event_days,
        event_offsets=event_offsets,
        forms=forms,
        vocabulary=vocabulary,
        tokens=tokens,
        token_offsets=token_offsets,
        postings={field: Postings.open(folder, field) for field in FIELDS},
        vectors=FaissIndex.open(folder / "vectors.faiss", record.rows, dimensions),
        question_owners=owners,
        question_vectors=FaissIndex.open(folder / "questions.faiss", len(owners), dimensions),
        alive=_alive(index_dir, record),
    )


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
    return file_record(path)
