"""Small updates of the index give what a rebuild gives, and touch nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import numpy as np
import pytest
from support import PLAIN_MODES, REPORT, Keeper, embedded

from qa.index.manifest import GONE, Manifest
from qa.prepare import prepare
from qa.records import Mode

QUESTIONS = (
    "社区党建学院有多少培训教师",
    "礼乐龙舟赛有多少支龙舟队",
    "Which companies moved to Jianghai?",
    "上半年投资额突破多少亿元",
)


class CountingEncoder:
    """The embedded encoder under another name and fingerprint, counting the passages that it encodes."""

    name, fingerprint = "counting", "counting"

    def __init__(self) -> None:
        self.inside, self.encoded = embedded(), 0
        self.dimensions = self.inside.dimensions

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.inside.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += len(texts)
        return self.inside.encode_passages(texts)


def found(keeper: Keeper, mode: Mode) -> list[list[tuple[str, float]]]:
    service = keeper.service()
    try:
        results = [service.search(question, mode=mode, top_k=10) for question in QUESTIONS]
        return [[(p.id, p.score) for p in result.passages] for result in results]
    finally:
        service.close()


def same(one: list[list[tuple[str, float]]], other: list[list[tuple[str, float]]], tolerance: float = 1e-5) -> None:
    assert [[id_ for id_, _ in hits] for hits in one] == [[id_ for id_, _ in hits] for hits in other]
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose([s for _, s in mine], [s for _, s in theirs], rtol=tolerance, atol=tolerance)


def files(keeper: Keeper, manifest: Manifest) -> dict[str, float]:
    folder = keeper.data_dir / "index" / "segments"
    return {str(p): p.stat().st_mtime_ns for s in manifest.segments for p in (folder / s.name).iterdir() if p.is_file()}


def test_a_new_document_makes_one_small_segment_and_leaves_the_others_alone(keeper: Keeper) -> None:
    before = keeper.index()
    untouched = files(keeper, before)
    added = keeper.add("longzhou.txt", REPORT)
    after = keeper.index()
    assert after.segments[:-1] == before.segments
    assert after.segments[-1].live_documents.keys() == {added}
    assert after.segments[-1].rows == len(keeper.library.passages(added))
    assert files(keeper, after).items() >= untouched.items()


@pytest.mark.parametrize("mode", PLAIN_MODES)
def test_an_added_document_is_found_as_after_a_rebuild(keeper: Keeper, mode: Mode) -> None:
    keeper.add("longzhou.txt", REPORT)
    keeper.index()
    updated = found(keeper, mode)
    keeper.index(anew=True)
    same(updated, found(keeper, mode))


@pytest.mark.parametrize("mode", [Mode.DENSE, Mode.SOFT])
def test_after_a_removal_and_a_replacement_vectors_find_as_after_a_rebuild(keeper: Keeper, mode: Mode) -> None:
    first, second, *_ = keeper.library.documents()
    keeper.library.remove(first.id)
    keeper.index()
    keeper.add("longzhou.txt", REPORT, document_id=second.id)
    keeper.index()
    updated = found(keeper, mode)
    keeper.index(anew=True)
    # Soft matching chooses its candidates with the lexical leg, whose statistics still count what is gone.
    if mode is Mode.DENSE:
        same(updated, found(keeper, mode))
    for mine, theirs in zip(updated, found(keeper, mode), strict=True):
        assert dict(mine)[mine[0][0]] == pytest.approx(dict(theirs)[mine[0][0]], rel=1e-5)


@pytest.mark.parametrize("mode", PLAIN_MODES)
def test_a_removed_document_is_listed_as_deleted_and_never_found(keeper: Keeper, mode: Mode) -> None:
    gone = keeper.library.documents()[0].id
    ids = {p.id for p in keeper.library.passages(gone)}
    before = keeper.index()
    keeper.library.remove(gone)
    after = keeper.index()
    assert [s.name for s in after.segments] == [s.name for s in before.segments]
    assert after.segments[0].documents[gone] == GONE
    assert after.segments[0].deleted is not None
    assert not ids & {id_ for hits in found(keeper, mode) for id_, _ in hits}


def test_a_replaced_document_is_found_with_its_new_text_only(keeper: Keeper) -> None:
    replaced = keeper.library.documents()[0].id
    old = {p.id for p in keeper.library.passages(replaced)}
    keeper.add("longzhou.txt", REPORT, document_id=replaced)
    keeper.index()
    new = {p.id for p in keeper.library.passages(replaced)}
    assert not old & new
    hits = found(keeper, Mode.HYBRID)
    assert hits[1][0][0] in new
    assert not old & {id_ for question in hits for id_, _ in question}


def test_a_document_removed_and_added_again_counts_once(keeper: Keeper) -> None:
    id_ = keeper.add("longzhou.txt", REPORT)
    keeper.index()
    keeper.library.remove(id_)
    keeper.index()
    assert keeper.add("longzhou.txt", REPORT) == id_
    keeper.index()
    hits = found(keeper, Mode.LEXICAL)[1]
    assert len({i for i, _ in hits}) == len(hits)
    assert keeper.library.passage(hits[0][0]).document_id == id_


def test_the_index_version_grows_with_every_generation(keeper: Keeper) -> None:
    versions = [keeper.index().index_version]
    keeper.add("longzhou.txt", REPORT)
    versions.append(keeper.index().index_version)
    versions.append(keeper.index(anew=True).index_version)
    shutil.rmtree(keeper.data_dir / "index")
    versions.append(keeper.index().index_version)
    assert versions == sorted(set(versions))


def test_a_rebuild_encodes_only_what_it_has_not_seen(data_dir: object) -> None:
    encoder = CountingEncoder()
    keeper = Keeper(data_dir, encoder)  # type: ignore[arg-type]
    keeper.index(anew=True)
    first = encoder.encoded
    assert first > 0
    keeper.index(anew=True)
    assert encoder.encoded == first
    added = keeper.add("longzhou.txt", REPORT)
    keeper.index(anew=True)
    assert encoder.encoded == first + len(keeper.library.passages(added))
    keeper.close()


def test_unused_files_are_swept_away(keeper: Keeper) -> None:
    for _ in range(2):
        keeper.index(anew=True)
    folder = keeper.data_dir / "index" / "segments"
    assert {p.name for p in folder.iterdir()} == {s.name for s in keeper.index().segments}


def test_preparing_a_good_data_folder_again_changes_and_says_nothing(keeper: Keeper) -> None:
    before = (keeper.data_dir / "index" / "manifest.json").read_bytes()
    said: list[str] = []
    prepare(keeper.settings, said.append)
    assert said == []
    assert (keeper.data_dir / "index" / "manifest.json").read_bytes() == before
