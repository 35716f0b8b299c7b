"""Merge small segments, and rewrite those of which much is gone, while readers and writers go on.

Segments are classed by size, each class four times the one below; as soon as one class has `FAN` of them they become one.
So a row is copied a handful of times in its life, and a search meets a few segments a class.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import replace

from embeddings.errors import EncoderError
from qa.connection import sync_folder
from qa.errors import IndexError_
from qa.index.locks import BUSY_SECONDS, merge_lock, write_lock
from qa.index.manifest import SegmentRecord
from qa.index.merging import merge_segments
from qa.index.segment import open_segment
from qa.index.writer import MERGING, IndexWriter, make_durable
from qa.library import Library

FAN = 4
_SMALLEST, _GROWTH = 256, 4
# A segment is rewritten when this share of its rows is gone.
_GONE = 0.25


def compact(writer: IndexWriter, library: Library, *, everything: bool = False, seconds: float = BUSY_SECONDS) -> bool:
    """Merge what the plan says, as one generation after the next; return whether all of it is done.

    With `everything` whatever is gone is taken off the disk. Nothing is done while another process merges. Raises
    `LibraryBusy` when the write lock cannot be had for `seconds`: nothing has changed then.
    """
    with merge_lock(writer.data_dir) as mine:
        while mine:
            before = writer.current()
            if before is None or before.recipe != writer.recipe:
                return False
            chosen = plan(before.segments, everything=everything)
            if not chosen:
                return True
            if not _merge(writer, library, chosen, seconds):
                return False
    return False


def plan(segments: Sequence[SegmentRecord], *, everything: bool = False) -> list[SegmentRecord]:
    """Return the segments that should become one now, in their order; none when all is well."""
    live = {s.name: s.rows - s.dead for s in segments}
    classes = sorted({_class(rows) for rows in live.values()})
    for size in classes:
        if sum(_class(rows) == size for rows in live.values()) >= FAN:
            return [s for s in segments if _class(live[s.name]) <= size]
    return next(([s] for s in segments if s.dead and (everything or s.dead >= _GONE * s.rows)), [])


def _class(rows: int) -> int:
    size, bound = 0, _SMALLEST
    while rows > bound:
        size, bound = size + 1, bound * _GROWTH
    return size


def _merge(writer: IndexWriter, library: Library, chosen: Sequence[SegmentRecord], seconds: float) -> bool:
    """Write the segments as one beside them, then put it in their place; return False when a writer was in the way."""
    name = uuid.uuid4().hex[:12]
    unfinished = writer.segments / f"{name}{MERGING}"
    try:
        unfinished.mkdir()
        opened = [open_segment(writer.folder, record, writer.recipe.dimensions) for record in chosen]
        record = merge_segments(unfinished, name, opened)
        with write_lock(writer.data_dir, seconds):
            return _put_in_place(writer, library, chosen, record)
    except (IndexError_, EncoderError, FileNotFoundError):
        # A rebuild has taken the segments away meanwhile, or they are damaged, which those who open them find out.
        return False
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _put_in_place(
    writer: IndexWriter, library: Library, chosen: Sequence[SegmentRecord], merged: SegmentRecord
) -> bool:
    now = writer.current()
    there = {s.name: s for s in now.segments} if now else {}
    if now is None or now.recipe != writer.recipe or any(s.name not in there for s in chosen):
        return False
    unfinished = writer.segments / f"{merged.name}{MERGING}"
    make_durable(unfinished)
    os.replace(unfinished, writer.segments / merged.name)
    sync_folder(writer.segments)
    live = {id_: r for s in chosen for id_, r in there[s.name].live_documents.items()}
    record = writer.without(merged, live)
    names = {s.name for s in chosen}
    segments = [s for s in now.segments if s.name not in names]
    place = next(i for i, s in enumerate(now.segments) if s.name in names)
    new = [] if record is None else [record]
    version = library.next_index_version(above=now.index_version)
    writer.publish(replace(now, index_version=version, segments=(*segments[:place], *new, *segments[place:])))
    return True
