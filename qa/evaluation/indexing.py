"""A test collection as an index of its own: in a temporary folder, cut and read as documents are, on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from embeddings.encoder import Encoder
from qa.evaluation.beir import Collection
from qa.index.generation import Generation, assemble
from qa.index.manifest import Manifest, SegmentRecord
from qa.index.segment import Entry, build_segment, open_segment
from qa.prepare import cutter_of, encoder_of, recipe_of
from qa.reading.passages import LONGEST, TARGET
from qa.reading.splitting import split_spans
from qa.records import Kind
from qa.settings import Settings
from qa.threads import cores, one_blas_thread
from qa.words import WordCutter

Report = Callable[[int, int], None]
# Passages in one segment: what a process takes at once, and how finely the work is told of.
_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True)
class Indexed:
    """The index of a collection, its entries, and for each entry's id that of the collection's document."""

    generation: Generation
    entries: list[Entry]
    ids: dict[str, str]


def parts_of(text: str, target: int = TARGET, longest: int = LONGEST) -> list[str]:
    """Cut a long text as a document is cut into passages; a document's score is that of its best part."""
    return [
        "".join(text[s:e] for s, e in spans)
        for spans in split_spans(text, [(0, len(text))], target=target, longest=longest)
    ] or [text]


def index_collection(
    folder: Path,
    collection: Collection,
    settings: Settings,
    report: Report | None = None,
    length: int | None = None,
    processes: int | None = None,
) -> Indexed:
    """Index a collection in a folder; `length` is how long a passage is to be, `processes` how many work (all cores)."""
    encoder, cutter = _tools(settings)
    entries, ids = _entries(collection, *lengths(length))
    chunks = [(f"s{at:06d}", chunk) for at, chunk in enumerate(_chunked(entries))]
    for name, _ in chunks:
        (folder / "segments" / name).mkdir(parents=True)
    workers = min(len(chunks), processes or cores())
    records: list[SegmentRecord] = []
    for record in _built(folder, chunks, settings, workers):
        records.append(record)
        if report is not None:
            report(sum(one.rows for one in records), len(entries))
    manifest = Manifest(1, 1, recipe_of(encoder, cutter), tuple(records))
    segments = [open_segment(folder, record, encoder.dimensions) for record in records]
    return Indexed(assemble(manifest, segments), entries, ids)


def lengths(length: int | None) -> tuple[int, int]:
    """Return how long a passage is to be and may be: the second in the same relation as of documents' passages."""
    return (TARGET, LONGEST) if length is None else (length, length * LONGEST // TARGET)


def _entries(collection: Collection, target: int, longest: int) -> tuple[list[Entry], dict[str, str]]:
    ids: dict[str, str] = {}
    entries: list[Entry] = []
    for id_, (title, text) in collection.passages.items():
        for part in parts_of(text, target, longest):
            short = f"p{len(entries):016d}"
            ids[short] = id_
            entries.append(Entry(short, "collection", Kind.PARAGRAPH, part, title, "", title, None, None))
    return entries, ids


def _chunked(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    for start in range(0, len(entries), _AT_ONCE):
        yield entries[start : start + _AT_ONCE]


def _built(
    folder: Path, chunks: Sequence[tuple[str, Sequence[Entry]]], settings: Settings, workers: int
) -> Iterator[SegmentRecord]:
    """Give the segments' records in order, as they are done."""
    if workers < 2:
        for name, chunk in chunks:
            yield _build(folder, name, chunk, settings)
        return
    # Spawned: a fork would take over the locks of threads that it does not have.
    with ProcessPoolExecutor(workers, get_context("spawn"), one_blas_thread) as pool:
        waiting = [pool.submit(_build, folder, name, chunk, settings) for name, chunk in chunks]
        for one in waiting:
            yield one.result()


def _build(folder: Path, name: str, entries: Sequence[Entry], settings: Settings) -> SegmentRecord:
    encoder, cutter = _tools(settings)
    return build_segment(
        folder / "segments" / name, name, {"collection": 1}, entries, encoder, encoder.encode_passages, cutter
    )


@cache
def _tools(settings: Settings) -> tuple[Encoder, WordCutter]:
    """Return what reads texts: each process opens it once."""
    return encoder_of(settings), cutter_of(settings)
