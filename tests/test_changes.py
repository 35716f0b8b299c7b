"""Documents and index change together: all of a change or nothing, and whoever reads sees one state."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from support import GOLDEN, REPORT, ROOT, Keeper, plain_environment

from qa.applying import Applier, Prepared, Put
from qa.changes import Changed, Changes, Refused, Upload
from qa.errors import Conflict, DiskFull, LibraryBusy, LibraryReadOnly, NotFound, UnreadableDocument
from qa.index.locks import being_written, write_lock
from qa.index.manifest import read_manifest
from qa.index_questions import PassageQuestions
from qa.intake import content_hash, take_in
from qa.records import Filters, Metadata
from qa.written import Written

QUESTION = "礼乐龙舟赛有多少支龙舟队"


def upload(number: int = 46, **metadata: str) -> Upload:
    text = REPORT.replace("46", str(number))
    return Upload(f"{number}.txt", text.encode(), Metadata(**metadata) if metadata else None)


def state(keeper: Keeper) -> tuple[int, int, dict[str, int]]:
    manifest = read_manifest(keeper.writer.folder)
    return manifest.library_revision, manifest.index_version, keeper.library.revisions()


def test_a_change_brings_library_and_index_to_the_same_state(keeper: Keeper) -> None:
    changed = keeper.changes.add(upload())
    revision, version, there = state(keeper)
    assert (revision, version) == (keeper.library.revision, changed.index_version)
    assert changed == Changed(changed.id, "46.txt", version, created=True)
    live = [s.live_documents for s in read_manifest(keeper.writer.folder).segments]
    assert {id_: r for one in live for id_, r in one.items()} == there


def test_many_documents_are_one_transaction_and_one_segment(keeper: Keeper) -> None:
    before = state(keeper)
    uploads = [upload(100), Upload("empty.txt", b" "), upload(101), upload(100), upload(102)]
    read: list[int] = []
    outcomes = list(keeper.changes.add_all(uploads, read.append))
    assert read == [1, 2, 3, 4, 5]
    assert [type(one) for one in outcomes] == [Changed, Refused, Changed, Changed, Changed]
    assert isinstance(outcomes[1], Refused)
    assert isinstance(outcomes[1].fault, UnreadableDocument)
    assert [one.created for one in outcomes if isinstance(one, Changed)] == [True, True, False, True]
    assert outcomes[0].id == outcomes[3].id  # type: ignore[union-attr]
    assert len({one.index_version for one in outcomes if isinstance(one, Changed)}) == 1
    assert state(keeper)[1] == before[1] + 1
    assert len(read_manifest(keeper.writer.folder).segments) == 2


def test_a_fault_of_the_reader_itself_keeps_no_other_file_out(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, *arguments: object, **options: object) -> object:
        if name == "100.txt":
            raise ZeroDivisionError
        return take_in(name, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("qa.changes.take_in", broken)
    refused, added = keeper.changes.add_all([upload(100), upload(101)])
    assert isinstance(refused, Refused)
    assert "100.txt could not be read because of a fault in the service itself" in str(refused.fault)
    assert isinstance(added, Changed)
    with pytest.raises(UnreadableDocument, match="because of a fault in the service itself"):
        keeper.changes.replace(added.id, upload(100))


def test_index_time_questions_come_and_stay_with_their_document(keeper: Keeper) -> None:
    rows = (
        PassageQuestions("46.txt", "9月3日,第三十八届", ("扒艇几时开锣",)),
        PassageQuestions("46.txt", "没有这样开头", ("没有",)),
    )
    changed = keeper.changes.add(Upload("46.txt", REPORT.encode(), None, rows))
    assert changed.lost == 1
    service = keeper.service()
    assert service.search("扒艇几时开锣").passages[0].citation.document_id == changed.id
    again = keeper.changes.replace(changed.id, Upload("new.txt", REPORT.replace("两万", "三万").encode()))
    assert (again.id, again.created, again.lost) == (changed.id, False, 0)
    found = service.search("扒艇几时开锣").passages[0]
    assert "三万名观众" in found.text
    service.close()


def test_what_a_model_wrote_stays_with_a_passage_that_is_the_same(keeper: Keeper) -> None:
    text = REPORT + "\n\n龙舟赛由礼乐街道办事处主办,已有三十八年历史,每年吸引周边数万人前来观看比赛。\n"
    id_ = keeper.changes.add(Upload("a.txt", text.encode())).id
    kept = next(p for p in keeper.library.passages(id_) if "主办" in p.text)
    keeper.library.put_written(kept.id, Written(("谁办的扒龙舟",), "m"))
    keeper.changes.replace(id_, Upload("a.txt", text.replace("46", "47").encode()))
    (written,) = keeper.library.written_questions(id_).values()
    assert written.questions == ("谁办的扒龙舟",)
    service = keeper.service()
    assert "主办" in service.search("谁办的扒龙舟").passages[0].text
    service.close()


def test_what_is_known_of_a_document_stays_unless_something_else_is_said(keeper: Keeper) -> None:
    id_ = keeper.changes.add(upload(46, published="2024-09", publication="礼乐报")).id
    keeper.changes.replace(id_, upload(47))
    assert keeper.library.document(id_).metadata == Metadata(published="2024-09", publication="礼乐报")
    keeper.changes.replace(id_, upload(48, published="2024-10"))
    assert keeper.library.document(id_).metadata == Metadata(published="2024-10", publication="礼乐报")


def test_what_cannot_be_changed_changes_nothing(keeper: Keeper) -> None:
    one, other = keeper.changes.add(upload(1)).id, keeper.changes.add(upload(2)).id
    before = state(keeper)
    changes = keeper.changes
    attempts: list[tuple[type[Exception], Callable[[], object]]] = [
        (NotFound, lambda: changes.remove("d000")),
        (NotFound, lambda: changes.replace("d000", upload(3))),
        (Conflict, lambda: changes.replace(one, upload(2))),
        (UnreadableDocument, lambda: changes.replace(other, Upload("a.txt", b" "))),
        (UnreadableDocument, lambda: changes.add(Upload("a.txt", bytes(range(256)) * 40))),
    ]
    for error, attempt in attempts:
        with pytest.raises(error):
            attempt()
    assert state(keeper) == before


def test_a_library_that_is_ahead_of_its_index_is_brought_up_with_the_next_change(keeper: Keeper) -> None:
    behind = keeper.add("a.txt", REPORT)  # as a writer leaves it that dies between the library and the index
    keeper.changes.add(upload(47))
    service = keeper.service()
    found = service.search(QUESTION).passages[0].citation
    assert behind in {found.document_id, *(c.document_id for c in found.also_in)}
    service.close()


# Where a change writes, in the order of its steps; all of them come before the library commits.
STAGES = ["qa.index.writer.make_durable", "qa.index.segment.save_deleted", "qa.applying.stage_manifest"]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("number", "error"), [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EROFS, LibraryReadOnly)]
)
def test_a_full_or_read_only_disk_is_told_and_the_last_state_stays(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, stage: str, number: int, error: type[Exception]
) -> None:
    one, other = (c.id for c in keeper.changes.add_all([upload(1), upload(2)]))  # type: ignore[union-attr]
    before, folders = state(keeper), folders_of(keeper)
    # The module that uses it looks it up there.
    stage = stage.replace("segment.save_deleted", "writer.save_deleted")

    def full(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(stage, full)
    changes = keeper.changes
    attempts: list[Callable[[], object]] = [lambda: changes.replace(one, upload(3))]
    attempts += [lambda: changes.add(upload(4))] if "deleted" not in stage else [lambda: changes.remove(other)]
    for attempt in attempts:
        with pytest.raises(error):
            attempt()
    monkeypatch.undo()
    assert (state(keeper), folders_of(keeper)) == (before, folders)
    service = keeper.service()
    mine = Filters(document_ids=(one,))
    assert "共有1支龙舟队" in service.search(QUESTION, filters=mine).passages[0].text
    assert service.changes.replace(one, upload(3)).id == one
    assert "共有3支龙舟队" in service.search(QUESTION, filters=mine).passages[0].text
    service.close()


def folders_of(keeper: Keeper) -> set[str]:
    """Return the segments that lie on the disk, finished or not."""
    return {path.name for part in ("segments", "building") for path in (keeper.writer.folder / part).glob("*")}


def test_a_change_that_cannot_be_made_current_is_made_all_the_same_and_comes_up_later(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("qa.index.writer.put_in_force", full)
    id_ = keeper.changes.add(upload()).id
    monkeypatch.undo()
    assert keeper.library.has(id_)
    keeper.changes.add(upload(47))
    service = keeper.service()
    found = service.search(QUESTION).passages[0].citation
    assert id_ in {found.document_id, *(c.document_id for c in found.also_in)}
    service.close()


def test_a_document_in_a_damaged_segment_can_be_removed(keeper: Keeper) -> None:
    gone = keeper.library.documents()[0].id
    (segment,) = read_manifest(keeper.writer.folder).segments
    path = keeper.writer.segments / segment.name / "arrays.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    keeper.changes.remove(gone)
    service = keeper.service()
    assert gone not in {id_ for s in service.engine().generation.segments for id_ in s.record.live_documents}
    service.close()


def test_what_another_writer_changes_meanwhile_is_seen(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = keeper.changes.add(upload(46, published="2024-09")).id
    real = Applier.prepare

    def slow(applier: Applier, puts: Sequence[Put]) -> Prepared:
        monkeypatch.undo()
        keeper.changes.replace(id_, upload(47, published="2024-10"))  # while the other is being indexed
        keeper.changes.add(upload(49))
        return real(applier, puts)

    monkeypatch.setattr(Applier, "prepare", slow)
    keeper.changes.replace(id_, upload(48))
    assert keeper.library.document(id_).metadata.published == "2024-10"
    assert "48支" in keeper.library.document(id_).text
    monkeypatch.setattr(Applier, "prepare", slow)
    again = keeper.changes.add(upload(49))
    assert not again.created
    assert not list((keeper.writer.folder / "building").glob("*"))


def test_two_contents_with_one_beginning_of_their_hash_are_two_documents(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alike(data: bytes) -> str:
        return "0" * 40 + content_hash(data)[:24]

    monkeypatch.setattr("qa.changes.content_hash", alike)
    monkeypatch.setattr("qa.intake.content_hash", alike)
    one, other = keeper.changes.add_all([upload(1), upload(2)])
    assert isinstance(one, Changed)
    assert isinstance(other, Changed)
    assert one.id != other.id
    assert keeper.library.counts()[0] == 7


def test_the_write_lock_is_not_held_while_documents_are_indexed(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Applier.prepare
    free: list[bool] = []

    def watched(applier: Applier, puts: Sequence[Put]) -> Prepared:
        free.append(not being_written(keeper.data_dir))
        return real(applier, puts)

    monkeypatch.setattr(Applier, "prepare", watched)
    id_ = keeper.changes.add(upload()).id
    keeper.changes.replace(id_, upload(47))
    assert free == [True, True]


def test_a_library_that_may_grow_no_further_is_told_as_a_full_disk(keeper: Keeper) -> None:
    before = state(keeper)
    with keeper.library._connections.reading() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(DiskFull, match="the disk is full, so nothing was written; free some space and try again"):
            keeper.changes.add(Upload("a.txt", REPORT.encode() * 400))
        db.execute("PRAGMA max_page_count=1000000000")
    assert state(keeper) == before
    service = keeper.service()
    assert service.ask(GOLDEN).answerable
    service.close()


ON_A_SMALL_DISK = """
import shutil
from pathlib import Path
from support import GOLDEN, REPORT, Keeper, settings_of
from qa.changes import Upload
from qa.errors import DiskFull
from qa.prepare import prepare
folder = Path("/mnt/data")
prepare(settings_of(folder), lambda line: None)
ballast = folder.parent / "ballast"
ballast.write_bytes(bytes(shutil.disk_usage(folder).free - 1_500_000))
keeper = Keeper(folder)
service, added = keeper.service(), []
try:
    for number in range(10_000):
        added.append(keeper.changes.add(Upload("a.txt", REPORT.replace("46", str(number)).encode() * 9)).id)
except DiskFull as fault:
    print(fault)
assert added
assert service.ask(GOLDEN).answerable
assert set(keeper.library.revisions()) >= set(added)
ballast.unlink()
for id_ in added[:5]:
    keeper.changes.remove(id_)
keeper.changes.tidy(everything=True)
assert keeper.changes.add(Upload("b.txt", REPORT.encode())).created
found = service.search("礼乐龙舟赛有多少支龙舟队").passages[0].citation
assert "b.txt" in {found.file, *(one.file for one in found.also_in)}
print("went on")
"""


def test_a_disk_that_fills_up_loses_nothing_and_work_goes_on_when_there_is_room(tmp_path: Path) -> None:
    mount = "mount -t tmpfs -o size=40m tmpfs /mnt"
    if not shutil.which("unshare") or subprocess.run(["unshare", "-m", "sh", "-c", mount], check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")
    (tmp_path / "program.py").write_text(ON_A_SMALL_DISK, encoding="utf-8")
    run = f"{mount} && exec {sys.executable} {tmp_path / 'program.py'}"
    environment = plain_environment() | {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"}
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", run], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "the disk is full" in done.stdout
    assert "free some space and try again" in done.stdout
    assert done.stdout.splitlines()[-1] == "went on"


def test_the_second_of_two_writers_waits_or_is_told(keeper: Keeper) -> None:
    with write_lock(keeper.data_dir):
        with pytest.raises(LibraryBusy, match="try again when it is done"):
            Changes(keeper.library, keeper.writer, seconds=0.05).add(upload())
        waiting = threading.Thread(target=lambda: keeper.changes.add(upload()))
        waiting.start()
        time.sleep(0.2)
        assert keeper.library.counts()[0] == 5
    waiting.join()
    assert keeper.library.counts()[0] == 6


def test_many_threads_change_documents_and_none_is_lost(keeper: Keeper) -> None:
    changes = Changes(keeper.library, keeper.writer, seconds=60)

    def work(start: int) -> None:
        ids = [changes.add(upload(start + n)).id for n in range(3)]
        changes.remove(ids[0])
        changes.replace(ids[1], upload(start + 50))

    threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keeper.library.revisions()) == 5 + 4 * 2
    revision, _, there = state(keeper)
    assert revision == keeper.library.revision
    live = [s.live_documents for s in read_manifest(keeper.writer.folder).segments]
    assert {id_ for one in live for id_ in one} == there.keys()


def test_a_search_between_the_library_and_the_index_waits_for_the_new_state(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = keeper.changes.add(upload(46)).id
    service = keeper.service()
    service.search(QUESTION)
    committed, published = threading.Event(), threading.Event()
    real = type(keeper.writer).publish

    def slow(*arguments: object) -> object:
        committed.set()
        published.wait(10)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(type(keeper.writer), "publish", slow)
    writing = threading.Thread(target=lambda: keeper.changes.replace(id_, upload(47)))
    writing.start()
    committed.wait(10)
    threading.Timer(0.2, published.set).start()
    started = time.monotonic()
    found = service.search(QUESTION).passages[0]
    assert "47支龙舟队" in found.text
    assert 0.15 < time.monotonic() - started < 1.5
    writing.join()
    service.close()


def test_removed_text_goes_off_the_disk(keeper: Keeper) -> None:
    word = "绝无仅有的暗号词"
    id_ = keeper.changes.add(Upload("a.txt", (REPORT + f"\n\n这里有{word},只此一处,别处没有。\n").encode())).id
    assert word.encode() in on_disk(keeper.data_dir)
    keeper.changes.remove(id_)
    keeper.changes.tidy(everything=True)
    assert word.encode() not in on_disk(keeper.data_dir)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
