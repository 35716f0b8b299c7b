"""Drafts and judgements outlive everything but a person's word: other indexes, other processes, damage is said."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from support import ROOT, Keeper

from qa.errors import DraftsDamaged, DraftsTooNew, InvalidRequest, LibraryReadOnly, NotFound
from qa.evaluation.judging import needs_of
from qa.evaluation.queries import read_test_queries
from qa.testing import store as storing
from qa.testing.exporting import json_lines, queries_made
from qa.testing.records import Judgement, Proposal, State
from qa.testing.store import FILE, TestingStore, question_id

QUESTION = "社区党建学院第一批聘了多少名教师?"
PROPOSAL = Proposal(
    QUESTION, "zh", "fact-number", True, "20名", "d1", "a.txt", "并为第一批20名培训教师颁发聘书", "rules"
)
JUDGED = Judgement(question_id(QUESTION), QUESTION, "p1", "d1", "a.txt", ((3, 9),), "当日,学院揭牌", 2, "2024-05-01")


@pytest.fixture
def store(tmp_path: Path) -> TestingStore:
    return TestingStore(tmp_path)


def numbered(count: int) -> list[Proposal]:
    return [replace(PROPOSAL, question=f"第{i}个问题问的是什么?") for i in range(count)]


def test_drafts_are_kept_in_their_order_each_question_once(store: TestingStore) -> None:
    assert (store.drafts(), store.counts()) == ([], dict.fromkeys(State, 0))
    added = store.add([PROPOSAL, *numbered(2)])
    assert [draft.proposal for draft in store.drafts()] == [PROPOSAL, *numbered(2)]
    assert store.draft(added[0].id) == added[0]
    spaced = replace(PROPOSAL, question=QUESTION.replace("第一批", " 第一批 "))
    assert store.add([spaced, *numbered(3)]) == [store.drafts()[-1]]
    assert store.drafts(limit=2, offset=1) == store.drafts()[1:3]


def test_a_person_corrects_accepts_and_rejects(store: TestingStore) -> None:
    one, other, _ = store.add(numbered(3))
    corrected = replace(one.proposal, question="问的到底是什么?", answer="二十")
    changed = store.change(one.id, proposal=corrected, state=State.ACCEPTED, note="改过")
    assert changed == store.draft(one.id)
    assert (changed.id, changed.proposal, changed.state, changed.note) == (one.id, corrected, State.ACCEPTED, "改过")
    store.change(other.id, state=State.REJECTED)
    assert store.counts() == {State.PROPOSED: 1, State.ACCEPTED: 1, State.REJECTED: 1}
    assert [draft.id for draft in store.drafts(State.REJECTED)] == [other.id]
    assert store.change(other.id, state=State.PROPOSED).note == ""
    with pytest.raises(NotFound, match="no draft has the id 't0'; list the drafts"):
        store.change("t0", state=State.ACCEPTED)


def test_the_last_word_about_a_passage_counts(store: TestingStore) -> None:
    store.judge(JUDGED, "zh")
    store.judge(replace(JUDGED, grade=1), "zh")
    store.judge(replace(JUDGED, passage_id="p9", grade=0), "zh")  # the same words under another id
    (question,) = store.judged()
    assert [(j.passage_id, j.grade) for j in question.judgements] == [("p9", 0)]
    store.take_back(question.id, "p9")
    assert store.judged_question(question.id).judgements == ()
    with pytest.raises(NotFound, match="no judgement of the passage 'p9'"):
        store.take_back(question.id, "p9")
    store.forget(question.id)
    with pytest.raises(NotFound, match="no judged question has the id"):
        store.judged_question(question.id)


def test_that_nothing_answers_and_that_a_passage_does_exclude_each_other(store: TestingStore) -> None:
    store.judge(JUDGED, "zh")
    marked = store.mark_unanswerable(JUDGED.question_id, QUESTION, "zh", unanswerable=True)
    assert marked.unanswerable
    assert [j.grade for j in marked.judgements] == [0]
    store.judge(replace(JUDGED, passage_id="p2", quote="另一段", grade=0), "zh")
    assert store.judged_question(marked.id).unanswerable
    store.judge(replace(JUDGED, grade=2), "zh")
    assert not store.judged_question(marked.id).unanswerable


def test_what_was_made_is_given_out_as_test_queries(store: TestingStore, tmp_path: Path) -> None:
    draft, unread = store.add([PROPOSAL, replace(PROPOSAL, question="没人看过的问题?")])
    store.change(draft.id, state=State.ACCEPTED)
    assert unread.state is State.PROPOSED
    store.judge(JUDGED, "zh")
    undone = store.add([replace(PROPOSAL, question="其实没有答案?", answerable=False)])[0]
    store.change(undone.id, state=State.ACCEPTED)
    other = replace(JUDGED, question_id=question_id("别的问题?"), question="别的\t问题?")
    store.judge(replace(other, grade=1), "zh")
    store.judge(replace(other, passage_id="p3", quote="第三段", grade=3), "zh")
    store.mark_unanswerable(question_id("没有答案的?"), "没有答案的?", "zh", unanswerable=True)
    made = queries_made(store.drafts(State.ACCEPTED), store.judged())
    path = tmp_path / "made.jsonl"
    path.write_text(json_lines(made), encoding="utf-8")
    assert read_test_queries(path) == made
    first, none, second, third = made
    assert (none.answerable, none.answer, none.evidence) == (False, "", ())
    assert [e.quote for e in first.evidence] == [PROPOSAL.quote, JUDGED.quote]
    assert (first.id, first.answer, second.type) == (draft.id, "20名", "judged")
    assert [e.quote for e in second.evidence] == ["第三段"]
    assert (third.answerable, third.evidence) == (False, ())


def test_judgements_outlive_a_new_index(keeper: Keeper) -> None:
    passage = next(p for d in keeper.library.facts() for p in keeper.library.passages(d.id) if "20名培训教师" in p.text)
    file = keeper.library.document(passage.document_id).file
    store = TestingStore(keeper.data_dir)
    store.judge(replace(JUDGED, passage_id=passage.id, file=file, spans=passage.spans, quote=passage.quote), "zh")
    keeper.index(anew=True)
    (query,) = queries_made([], store.judged())
    needs = needs_of([query], {d.file: d.text for d in keeper.library.documents()}.get)
    assert needs[query.id][0].occurrences


def test_threads_and_processes_write_side_by_side(store: TestingStore, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "sys.path.insert(0, 'tests'); from test_testing_store import JUDGED, TestingStore\n"
        "[TestingStore(Path(sys.argv[1])).judge(replace(JUDGED, quote=f'{sys.argv[2]} {i}'), 'zh') for i in range(10)]\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    others = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("a", "b")]

    def write(name: str) -> None:
        for i in range(10):
            store.judge(replace(JUDGED, quote=f"{name} {i}"), "zh")

    threads = [threading.Thread(target=write, args=(name,)) for name in ("c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait(30) for other in others] == [0, 0]
    assert len(store.judged()[0].judgements) == 40


def test_a_damaged_file_is_said_and_left_as_it_is(store: TestingStore, tmp_path: Path) -> None:
    store.add([PROPOSAL])
    path = tmp_path / FILE
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    damaged = path.read_bytes()
    for act in (store.drafts, store.judged, lambda: store.add([PROPOSAL])):
        with pytest.raises(DraftsDamaged, match=r"cannot be read.*restore that file from a copy, or move it away"):
            act()
    assert path.read_bytes() == damaged


def test_another_programs_file_is_not_taken_for_ours(store: TestingStore, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("CREATE TABLE drafts (id)")
    with pytest.raises(DraftsDamaged, match="is no file of drafts and judgements"):
        store.add([PROPOSAL])


def test_a_newer_file_is_not_touched(store: TestingStore, tmp_path: Path) -> None:
    store.add([PROPOSAL])
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("PRAGMA user_version=99")
    for act in (store.drafts, lambda: store.add(numbered(1))):
        with pytest.raises(DraftsTooNew, match="have format 99, this version knows up to 1; update jianghai-qa"):
            act()


@pytest.fixture
def read_only(store: TestingStore, tmp_path: Path) -> Iterator[TestingStore]:
    store.add([PROPOSAL])
    os.chmod(tmp_path, 0o555)
    yield store
    os.chmod(tmp_path, 0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_can_be_read(read_only: TestingStore) -> None:
    assert len(read_only.drafts()) == 1
    with pytest.raises(LibraryReadOnly, match="the data folder is read-only, so no draft or judgement can be kept"):
        read_only.add(numbered(1))


def test_there_is_an_end_to_what_is_kept(store: TestingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MOST_DRAFTS", 3)
    store.add(numbered(3))
    with pytest.raises(InvalidRequest, match="found 3 drafts already, expected at most that many"):
        store.add(numbered(4))
    assert len(store.drafts()) == 3
