"""An index that is missing, damaged, stale or of another make is told, and rebuilt by those that may."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import GOLDEN, REPORT, Keeper, settings_of

from qa.errors import IndexDamaged, IndexError_, IndexMissing, IndexStale
from qa.index.generation import open_generation
from qa.index.manifest import _hash
from qa.prepare import index_writer, prepare
from qa.service import Service

NEXT = "jianghai-qa index"


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def index_files(data_dir: Path) -> list[Path]:
    return sorted(p for p in (data_dir / "index" / "segments").rglob("*") if p.is_file())


@pytest.mark.parametrize("harm", [Path.unlink, truncate, flip])
def test_harm_to_any_file_is_noticed_on_opening(keeper: Keeper, harm: Callable[[Path], None]) -> None:
    keeper.library.remove(keeper.library.documents()[0].id)
    keeper.index()  # so that there is a list of deleted rows as well
    assert any(p.name.endswith(".deleted.npy") for p in index_files(keeper.data_dir))
    for path in index_files(keeper.data_dir):
        whole = path.read_bytes()
        harm(path)
        with pytest.raises(IndexDamaged, match=NEXT) as told:
            open_generation(keeper.data_dir / "index")
        assert path.name in str(told.value)
        path.write_bytes(whole)
    open_generation(keeper.data_dir / "index")


def rewritten(data_dir: Path, change: Callable[[dict], None], *, right_hash: bool = True) -> None:
    path = data_dir / "index" / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["manifest"])
    if right_hash:
        content["hash"] = _hash(content["manifest"])
    path.write_text(json.dumps(content), encoding="utf-8")


def missing(data_dir: Path) -> None:
    shutil.rmtree(data_dir / "index")


def no_manifest(data_dir: Path) -> None:
    (data_dir / "index" / "manifest.json").unlink()


def other_format(data_dir: Path) -> None:
    rewritten(data_dir, lambda m: m.update(format=99))


def changed_unseen(data_dir: Path) -> None:
    rewritten(data_dir, lambda m: m.update(library_revision=1), right_hash=False)


def other_fingerprint(data_dir: Path) -> None:
    rewritten(data_dir, lambda m: m["recipe"].update(encoder_fingerprint="0" * 16))


def other_library_state(data_dir: Path) -> None:
    rewritten(data_dir, lambda m: m.update(library_revision=m["library_revision"] - 1))


def garbage(*content: bytes) -> Callable[[Path], None]:
    return lambda data_dir: (data_dir / "index" / "manifest.json").write_bytes(content[0]) and None


def no_vectors(data_dir: Path) -> None:
    next(p for p in index_files(data_dir) if p.name == "vectors.faiss").unlink()


STATES = {
    "no folder": (missing, IndexMissing, "there is no index"),
    "no manifest": (no_manifest, IndexMissing, "there is no index"),
    "empty manifest": (garbage(b""), IndexDamaged, "cannot be read"),
    "binary manifest": (garbage(b"\x00\xff\xfe" * 9), IndexDamaged, "cannot be read"),
    "cut manifest": (garbage(b'{"manifest": {"format": 1'), IndexDamaged, "cannot be read"),
    "a list": (garbage(b"[1, 2]"), IndexDamaged, "cannot be read"),
    "null": (garbage(b"null"), IndexDamaged, "cannot be read"),
    "deep": (garbage(b"[" * 100_000), IndexDamaged, "cannot be read"),
    "no hash": (garbage(b'{"manifest": {"format": 1}}'), IndexDamaged, "cannot be read"),
    "edited manifest": (changed_unseen, IndexDamaged, "hash does not fit"),
    "other format": (other_format, IndexStale, "the index has format 99, this version reads 3"),
    "other encoder": (other_fingerprint, IndexStale, "expected jianghai-static as now set"),
    "other state": (other_library_state, IndexStale, "which is now at"),
    "no vectors": (no_vectors, IndexDamaged, "is missing, expected"),
}


@pytest.mark.parametrize("state", STATES)
def test_each_fault_has_its_error_and_its_next_step(data_dir: Path, state: str) -> None:
    harm, error, message = STATES[state]
    harm(data_dir)
    with pytest.raises(error, match=message) as told:
        Service.open(settings_of(data_dir))
    assert NEXT in str(told.value)


@pytest.mark.parametrize("state", ["no folder", "deep", "other encoder", "no vectors"])
def test_preparing_rebuilds_and_says_so(data_dir: Path, state: str) -> None:
    harm, error, _ = STATES[state]
    before = open_generation(data_dir / "index").manifest.index_version
    harm(data_dir)
    said: list[str] = []
    prepare(settings_of(data_dir), said.append)
    assert len(said) == 1
    assert said[0].startswith("building the index" if error is IndexMissing else "rebuilding the index: the index ")
    service = Service.open(settings_of(data_dir))
    assert service.ask(GOLDEN).citations[0].citation.quote.startswith("当日")
    assert service.status().index_version > before
    service.close()


@pytest.mark.parametrize("state", ["no folder", "other encoder"])
@pytest.mark.parametrize("words", [("ask", GOLDEN), ("search", GOLDEN), ("evaluate",)])
def test_commands_that_only_read_stop_with_code_2_and_name_the_command(
    command: Callable[..., object], data_dir: Path, words: tuple[str, ...], state: str
) -> None:
    STATES[state][0](data_dir)
    ran = command(*words)
    assert (ran.code, ran.out) == (2, "")
    assert NEXT in ran.err
    assert ran.err.startswith(f"jianghai-qa {words[0]}: ")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("state", ["no folder", "edited manifest"])
def test_the_index_command_rebuilds(command: Callable[..., object], data_dir: Path, state: str) -> None:
    STATES[state][0](data_dir)
    ran = command("index")
    assert ran.code == 0
    assert "5 documents" in ran.out
    assert command("ask", GOLDEN).code == 0


def test_a_document_in_the_library_alone_makes_the_index_stale(keeper: Keeper) -> None:
    keeper.add("longzhou.txt", REPORT)
    with pytest.raises(IndexStale, match="which is now at"):
        keeper.service()


def test_an_index_by_another_encoder_is_stale(data_dir: Path, other_encoder: Path) -> None:
    with pytest.raises(IndexStale, match=r"was built with jianghai-static .* expected other as now set"):
        Service.open(settings_of(data_dir, encoder=str(other_encoder)))
    said: list[str] = []
    prepare(settings_of(data_dir, encoder=str(other_encoder)), said.append)
    assert "rebuilding the index" in said[0]
    service = Service.open(settings_of(data_dir, encoder=str(other_encoder)))
    answer = service.ask(GOLDEN)
    # Parameters fitted to one encoder are not used with another.
    assert answer.answerable
    assert not answer.calibrated
    assert not service.status().calibrated
    service.close()


def test_other_terms_of_the_user_make_the_index_stale(data_dir: Path, tmp_path: Path) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_text("礼乐龙舟\n", encoding="utf-8")
    with pytest.raises(IndexStale, match="other parameters"):
        Service.open(settings_of(data_dir, user_dictionary=str(terms)))


def test_a_damaged_generation_is_not_built_upon(keeper: Keeper) -> None:
    no_vectors(keeper.data_dir)
    keeper.add("longzhou.txt", REPORT)
    manifest = keeper.index()
    assert len(manifest.segments) == 1
    assert len(manifest.segments[0].live_documents) == 6
    keeper.service().close()


def test_a_reader_keeps_the_generation_that_it_opened(keeper: Keeper) -> None:
    service = keeper.service()
    engine = service.engine()
    for _ in range(2):
        keeper.index(anew=True)
    rows = engine.retrievers["dense"].search(GOLDEN, 5)
    assert rows
    assert service.engine().generation.manifest.index_version == engine.generation.manifest.index_version + 2
    service.close()


def test_writing_a_generation_needs_no_more_than_the_library(keeper: Keeper) -> None:
    shutil.rmtree(keeper.data_dir / "index")
    (keeper.data_dir / "vectors.cache.sqlite").write_bytes(b"garbage")
    manifest = index_writer(keeper.data_dir, keeper.encoder, keeper.cutter).update(keeper.library)
    assert sum(s.rows for s in manifest.segments) == keeper.library.counts()[2]


def test_all_index_errors_are_of_one_family() -> None:
    assert all(issubclass(e, IndexError_) for e in (IndexMissing, IndexStale, IndexDamaged))
