"""Jobs are kept on disk until all of their files are dealt with; upkeep works them off and keeps the index in order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from support import REPORT, Keeper

from qa.changes import Changed, Refused, Upload
from qa.errors import InvalidRequest, LibraryBusy, NotFound
from qa.index.compaction import FAN
from qa.index.locks import job_lock
from qa.index.manifest import read_manifest
from qa.index_questions import PassageQuestions
from qa.jobs import FILE, Jobs
from qa.records import Erratum, Metadata
from qa.service import Service
from qa.upkeep import Upkeep, upkeep


def uploads(count: int) -> list[Upload]:
    return [Upload(f"{n}.txt", REPORT.replace("46", str(1000 + n)).encode()) for n in range(count)]


@pytest.fixture
def opened(keeper: Keeper) -> Iterator[Service]:
    service = keeper.service()
    yield service
    service.close()


def test_a_job_is_whole_again_when_another_process_opens_it(keeper: Keeper) -> None:
    metadata = Metadata("江门日报", None, "2024-05", "stated", (Erratum("袁", "聂", "misread"),))
    given = [
        Upload("a.txt", b"\0\xff", metadata, (PassageQuestions("a.txt", "开头", ("问", "题")),)),
        Upload("b.txt", "礼乐".encode()),
    ]
    job = Jobs(keeper.data_dir).accept(given)
    assert (job.status, job.done, job.read, [f.name for f in job.files]) == ("queued", 0, 0, ["a.txt", "b.txt"])
    other = Jobs(keeper.data_dir)
    assert other.next() == job.id
    assert [other.upload(job.id, n) for n in range(2)] == given


def test_outcomes_are_kept_and_bytes_let_go(keeper: Keeper) -> None:
    jobs = Jobs(keeper.data_dir)
    id_ = jobs.accept([Upload("a.txt", b"secret words"), Upload("b.txt", b"x"), Upload("c.txt", b"y")]).id
    assert jobs.begin(id_) == ([0, 1, 2], False)
    jobs.note(id_, [(0, Changed("d1", "a.txt", 7, True)), (1, Refused("b.txt", InvalidRequest("no text")))])
    job = jobs.job(id_)
    assert (job.status, job.done) == ("running", 2)
    assert (job.files[0].id, job.files[0].index_version, job.files[0].created) == ("d1", 7, True)
    assert (job.files[1].id, job.files[1].error, job.files[1].message) == (None, "invalid_request", "no text")
    assert jobs.begin(id_) == ([2], False)
    assert b"secret words" not in (keeper.data_dir / FILE).read_bytes()
    jobs.finish(id_)
    assert (jobs.job(id_).status, jobs.next()) == ("done", None)


def test_jobs_are_taken_in_order_and_forgotten_a_week_after_their_end(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(keeper.data_dir)
    long_ago = (datetime.now(UTC) - timedelta(days=8)).isoformat(timespec="seconds")
    monkeypatch.setattr("qa.jobs._now", lambda: long_ago)
    old, unfinished = jobs.accept(uploads(1)).id, jobs.accept(uploads(1)).id
    jobs.finish(old)
    monkeypatch.undo()
    new = jobs.accept(uploads(1)).id
    with pytest.raises(NotFound, match="jobs are kept for a week after their end"):
        jobs.job(old)
    assert jobs.next() == unfinished
    jobs.finish(unfinished)
    assert jobs.next() == new


def test_no_job_has_ever_been_accepted(keeper: Keeper) -> None:
    jobs = Jobs(keeper.data_dir)
    assert jobs.next() is None
    with pytest.raises(NotFound):
        jobs.job("j1")
    assert not (keeper.data_dir / FILE).exists()


def test_upkeep_works_jobs_off_in_a_thread(opened: Service, keeper: Keeper) -> None:
    jobs = Jobs(keeper.data_dir)
    id_ = jobs.accept([*uploads(3), Upload("empty.txt", b" ")]).id
    with upkeep(opened, jobs):
        until = time.monotonic() + 30
        while jobs.job(id_).status != "done":
            assert time.monotonic() < until
            time.sleep(0.02)
    job = jobs.job(id_)
    assert [f.error for f in job.files] == [None, None, None, "unreadable_document"]
    assert opened.status().documents == 8
    assert opened.index_version >= max(f.index_version or 0 for f in job.files)


def test_one_process_works_a_job_off_at_a_time(opened: Service, keeper: Keeper) -> None:
    jobs = Jobs(keeper.data_dir)
    id_ = jobs.accept(uploads(1)).id
    with job_lock(keeper.data_dir) as mine:
        assert mine
        Upkeep(opened, jobs).look(keeper.library)
        assert jobs.job(id_).status == "queued"
    Upkeep(opened, jobs).look(keeper.library)
    assert jobs.job(id_).status == "done"


def test_upkeep_brings_up_what_a_writer_that_died_has_left(opened: Service, keeper: Keeper) -> None:
    id_ = keeper.add("a.txt", REPORT)
    one = Upkeep(opened, Jobs(keeper.data_dir), behind=0)
    one.look(keeper.library)
    assert opened.search("礼乐龙舟赛有多少支龙舟队").passages[0].citation.document_id == id_


def test_upkeep_merges_and_takes_what_is_gone_off_the_disk_when_it_is_quiet(opened: Service, keeper: Keeper) -> None:
    one = Upkeep(opened, Jobs(keeper.data_dir), idle=0)
    ids = [opened.changes.add(upload).id for upload in uploads(FAN)]
    assert len(read_manifest(keeper.writer.folder).segments) == 1 + FAN
    one.look(keeper.library)
    assert len(read_manifest(keeper.writer.folder).segments) < FAN
    opened.changes.remove(ids[0])
    for _ in range(3):
        one.look(keeper.library)
    assert sum(s.dead for s in read_manifest(keeper.writer.folder).segments) == 0
    version = read_manifest(keeper.writer.folder).index_version
    one.look(keeper.library)
    assert read_manifest(keeper.writer.folder).index_version == version


def test_a_file_with_which_the_process_ends_each_time_is_refused_in_the_end(opened: Service, keeper: Keeper) -> None:
    jobs = Jobs(keeper.data_dir)
    id_ = jobs.accept(uploads(3)).id
    for _ in range(3):  # three starts that end while the second file is read
        waiting, careful = jobs.begin(id_)
        jobs.upload(id_, 1)
    assert (waiting, careful) == ([0, 1, 2], True)
    Upkeep(opened, jobs).look(keeper.library)
    job = jobs.job(id_)
    assert job.status == "done"
    assert [f.error for f in job.files] == [None, "unreadable_document", None]
    assert "the service ended each time it read this file" in (job.files[1].message or "")


def test_a_damaged_file_of_jobs_is_set_aside_and_upkeep_goes_on(opened: Service, keeper: Keeper) -> None:
    jobs = Jobs(keeper.data_dir)
    jobs.accept(uploads(1))
    (keeper.data_dir / FILE).write_bytes(b"garbage" * 1000)
    id_ = keeper.add("a.txt", REPORT)
    Upkeep(opened, jobs, behind=0).look(keeper.library)
    assert opened.search("礼乐龙舟赛有多少支龙舟队").passages[0].citation.document_id == id_
    assert list(keeper.data_dir.glob(f"{FILE}.damaged-*"))
    assert jobs.job(jobs.accept(uploads(1)).id).status == "queued"


def test_a_fault_of_the_moment_refuses_no_file_of_a_job(
    opened: Service, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(keeper.data_dir)
    id_ = jobs.accept(uploads(2)).id
    one = Upkeep(opened, jobs)

    def busy(*arguments: object) -> None:
        raise LibraryBusy("too many files are open at this moment; try again shortly")

    monkeypatch.setattr("qa.library.Library.document_with_content", busy)
    one.look(keeper.library)
    assert [f.error for f in jobs.job(id_).files] == [None, None]
    monkeypatch.undo()
    one.look(keeper.library)
    assert [f.created for f in jobs.job(id_).files] == [True, True]
