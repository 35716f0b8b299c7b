"""Segments that are merged find what they found before, and what is gone goes off the disk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support import PLAIN_MODES, REPORT, Keeper, Text, index_of, query_of
from test_index_updates import QUESTIONS, found, same

from qa.changes import Upload
from qa.index.compaction import FAN, compact, plan
from qa.index.locks import merge_lock, write_lock
from qa.index.manifest import GONE, SegmentRecord, read_manifest
from qa.index.merging import merge_segments
from qa.index.segment import _ARRAYS, FIELDS, open_segment
from qa.records import Mode
from qa.retrieval.legs import Legs
from qa.retrieval.soft import SoftMatcher

TEXTS = (
    [Text("礼乐河龙舟赛9月3日开桨", "a", questions=("龙舟赛几时开",)), Text("46支队伍参赛", "b", published="2023-07")],
    [Text("社区党建学院揭牌", "c", event_date="2023-07-19"), Text("聘书颁发", "a2", questions=("谁发聘书", "聘了谁"))],
    [Text("Jianghai signed 12 projects", "e")],
)


def add(keeper: Keeper, *numbers: int) -> None:
    for number in numbers:
        keeper.changes.add(Upload(f"{number}.txt", REPORT.replace("46", str(100 + number)).encode()))


def record(rows: int, dead: int = 0, name: str = "s") -> SegmentRecord:
    return SegmentRecord(name, rows, {}, (), None, dead)


def test_a_merged_segment_is_what_building_it_at_once_gives(tmp_path) -> None:  # type: ignore[no-untyped-def]
    parts = index_of(tmp_path / "parts", TEXTS)
    whole = index_of(tmp_path / "whole", [[text for segment in TEXTS for text in segment]])
    (tmp_path / "parts" / "segments" / "merged").mkdir()
    merged = merge_segments(tmp_path / "parts" / "segments" / "merged", "merged", parts.segments)
    one, other = open_segment(tmp_path / "parts", merged, 384), whole.segments[0]
    assert merged.documents == other.record.documents
    for name in _ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for field in FIELDS:
        for array in ("hashes", "offsets", "rows", "frequencies", "lengths"):
            np.testing.assert_array_equal(getattr(one.postings[field], array), getattr(other.postings[field], array))
    rows = np.arange(5)
    # Encoded in batches of other texts: the last bits may differ.
    np.testing.assert_allclose(one.vectors.vectors(rows), other.vectors.vectors(rows), atol=1e-6)
    np.testing.assert_allclose(
        one.question_vectors.vectors(rows[:3]), other.question_vectors.vectors(rows[:3]), atol=1e-6
    )


def test_what_is_gone_is_not_copied(tmp_path) -> None:  # type: ignore[no-untyped-def]
    parts = index_of(tmp_path, TEXTS, deleted={0: [0], 1: [1]})
    segments = [
        replace(s, record=replace(s.record, documents={id_: GONE if id_ in "a2" else 1 for id_ in s.record.documents}))
        for s in parts.segments
    ]
    (tmp_path / "segments" / "merged").mkdir()
    merged = merge_segments(tmp_path / "segments" / "merged", "merged", segments)
    one = open_segment(tmp_path, merged, 384)
    assert [bytes(id_).decode() for id_ in one.ids] == ["p00001", "p00002", "p00004"]
    assert list(merged.documents) == ["b", "c", "e"]
    assert len(one.question_owners) == 0
    assert [one.postings["questions"].find(t) for t in ("龙舟", "聘书")] == [None, None]
    assert one.postings["body"].find("聘书") is None
    assert one.postings["body"].find("揭牌") is not None


@pytest.mark.parametrize("mode", PLAIN_MODES)
def test_merging_changes_no_score(keeper: Keeper, mode: Mode) -> None:
    add(keeper, *range(FAN))
    before, version = found(keeper, mode), read_manifest(keeper.writer.folder).index_version
    assert compact(keeper.writer, keeper.library)
    after = read_manifest(keeper.writer.folder)
    assert len(after.segments) < FAN
    assert after.index_version > version
    same(before, found(keeper, mode))


def test_segments_stay_few_however_many_documents_come(keeper: Keeper) -> None:
    most = 0
    for number in range(3 * FAN):
        add(keeper, number)
        compact(keeper.writer, keeper.library)
        most = max(most, len(read_manifest(keeper.writer.folder).segments))
    assert most <= FAN
    assert keeper.service().status().documents == 5 + 3 * FAN


def test_the_plan_takes_a_class_when_it_is_full_and_all_that_is_smaller() -> None:
    small = [record(10, name=f"s{i}") for i in range(FAN)]
    middle = [record(1000, name=f"m{i}") for i in range(FAN)]
    large = record(200_000, name="large")
    assert plan([large, *small[1:]]) == []
    assert plan([large, *small]) == small
    assert plan([small[0], large, *middle]) == [small[0], *middle]
    assert plan([large, middle[0], *small]) == small


def test_the_plan_rewrites_what_is_gone_for_a_quarter_or_all_when_asked() -> None:
    a_little, much = record(100, 24, "a"), record(100, 25, "b")
    assert plan([a_little, record(1000, name="c"), much]) == [much]
    assert plan([a_little]) == []
    assert plan([a_little], everything=True) == [a_little]


def test_a_segment_that_lost_much_is_written_anew_without_it(keeper: Keeper) -> None:
    gone = max(keeper.library.documents(), key=lambda d: len(d.text))
    keeper.changes.remove(gone.id)
    assert read_manifest(keeper.writer.folder).segments[0].dead > 0
    before = found(keeper, Mode.DENSE)
    assert compact(keeper.writer, keeper.library, everything=True)
    (segment,) = read_manifest(keeper.writer.folder).segments
    assert (segment.dead, segment.deleted) == (0, None)
    assert gone.id not in segment.documents
    same(before, found(keeper, Mode.DENSE))
    assert [p.name for p in keeper.writer.segments.iterdir()] == [segment.name]


def test_a_document_removed_while_its_segment_is_merged_stays_removed(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(keeper, *range(FAN))
    gone = keeper.library.documents()[0].id
    real = write_lock

    def removed_first(*arguments: object):  # type: ignore[no-untyped-def]
        monkeypatch.undo()
        keeper.changes.remove(gone)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("qa.index.compaction.write_lock", removed_first)
    assert compact(keeper.writer, keeper.library)
    service = keeper.service()
    indexed = {id_ for s in service.engine().generation.segments for id_ in s.record.live_documents}
    assert indexed == set(keeper.library.revisions())
    assert gone not in {p.citation.document_id for q in QUESTIONS for p in service.search(q, top_k=50).passages}
    service.close()


def test_a_rebuild_meanwhile_makes_the_merge_give_up(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    add(keeper, *range(FAN))
    real = write_lock

    def rebuilt_first(*arguments: object):  # type: ignore[no-untyped-def]
        monkeypatch.undo()
        keeper.index(anew=True)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("qa.index.compaction.write_lock", rebuilt_first)
    assert not compact(keeper.writer, keeper.library)
    assert len(read_manifest(keeper.writer.folder).segments) == 1
    keeper.service().close()


def test_one_process_merges_at_a_time(keeper: Keeper) -> None:
    add(keeper, *range(FAN))
    with merge_lock(keeper.data_dir) as mine:
        assert mine
        assert not compact(keeper.writer, keeper.library)
    assert compact(keeper.writer, keeper.library)


def test_an_open_service_takes_over_what_it_has_open(keeper: Keeper) -> None:
    service = keeper.service()
    before = service.engine().generation.segments[0]
    service.search(QUESTIONS[0])
    add(keeper, 1)
    after = service.engine()
    assert after.generation.segments[0] is before
    assert len(after.generation.segments) == 2
    service.close()


def test_soft_scores_go_on_from_what_is_ready(tmp_path) -> None:  # type: ignore[no-untyped-def]
    generation = index_of(tmp_path, TEXTS)
    first = SoftMatcher(generation)
    query, rows = query_of("龙舟赛"), np.arange(5)
    scores = first.scores(query, rows)
    again = SoftMatcher(generation, first)
    assert again._units.keys() == first._units.keys()
    np.testing.assert_array_equal(again.scores(query, rows), scores)
    assert Legs(generation, again).soft is again
