"""Feedback is kept without a trace of who gave it, within bounds, and what is taken back is in no file any more."""

from __future__ import annotations

import io
import json
import os
import pty
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from support import GOLDEN, GOLDEN_SENTENCE, ROOT, plain_environment

from qa.errors import FeedbackFull, FeedbackUnreadable, LibraryReadOnly, NotFound, TestQueryError
from qa.evaluation.queries import read_test_queries
from qa.evaluation.reading import read_questions
from qa.feedback.candidates import DISPUTED, UNPROVED, ready, ready_lines, review_lines, to_review
from qa.feedback.masking import cleaned
from qa.feedback.records import CitedPlace, Judged, Reason, Verdict
from qa.feedback.store import FILE, FeedbackStore

PLACE = CitedPlace("d503154138b50", "000_7acb3d7aa04156cd.txt", ((2003, 2058),), GOLDEN_SENTENCE)
UP = Judged(
    Verdict.UP, GOLDEN, GOLDEN, f"“{GOLDEN_SENTENCE}”[1]", True, "extractive", 0.98, 7, citations=(PLACE,)
)  # fmt: skip
DOWN = replace(UP, verdict=Verdict.DOWN, reasons=(Reason.WRONG, Reason.OTHER), comment="应为二十名")
Run = Callable[..., object]


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore(tmp_path, today=lambda: date(2026, 7, 19))


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_all_that_was_said_comes_back_the_newest_first(store: FeedbackStore) -> None:
    first, second = store.give(UP), store.give(DOWN)
    found = store.newest(limit=10)
    assert [(one.id, one.day, one.judged) for one in found] == [(second, "2026-07-19", DOWN), (first, "2026-07-19", UP)]
    assert store.newest(limit=1) == found[:1]
    assert store.newest(limit=5, before=found[0].number) == found[1:]
    assert store.all() == found[::-1]
    assert store.count() == {Verdict.UP: 1, Verdict.DOWN: 1}


def test_the_secret_is_128_random_bits_and_the_file_is_for_its_owner(store: FeedbackStore) -> None:
    ids = {store.give(UP) for _ in range(20)}
    assert len(ids) == 20
    assert all(len(id_) == 32 and int(id_, 16) >= 0 for id_ in ids)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_no_more_is_known_than_the_columns_say(store: FeedbackStore) -> None:
    store.give(UP)
    with sqlite3.connect(store.path) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(feedback)")]
        assert [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")] == [
            "feedback",
            "sqlite_sequence",
        ]
    assert columns == [
        "number", "id", "day", "verdict", "reasons", "comment", "question", "asked", "answer", "answerable", "answerer",
        "confidence", "citations", "index_version",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("请打13812345678找我", "请打[手机号/mobile]找我"),
        ("call +86 138-1234-5678, or 138 1234 5678", "call [手机号/mobile], or [手机号/mobile]"),
        ("１３８１２３４５６７８", "[手机号/mobile]"),
        ("ａ＠ｂ．ｃｎ，粤Ｊ１２３４５", "[邮箱/e-mail]，[车牌/plate]"),
        ("身份证44070319900101123x办到哪了", "身份证[证件号/ID]办到哪了"),
        ("440703199001011234", "[证件号/ID]"),
        ("卡号6222 0213 8888 1234 567扣了钱", "卡号[卡号/card]扣了钱"),
        ("写到 chen.yi+qa@mail.example.com.cn 吧", "写到 [邮箱/e-mail] 吧"),
        ("粤J12345乱停,还有粤J·D12345和粤J1234学", "[车牌/plate]乱停,还有[车牌/plate]和[车牌/plate]"),
        ("138\u200b1234\u200b5678", "[手机号/mobile]"),
        ("投诉电话0750-3861234转8001", "投诉电话[电话/phone]转8001"),
        ("0750 3861234或(0750)3861234", "[电话/phone]或[电话/phone]"),
        ("（０７５０）３８６１２３４", "[电话/phone]"),
        ("07503861234,020-8331 2345", "[电话/phone],[电话/phone]"),
        ("call +86 750 386 1234 or 010-65001234", "call [电话/phone] or [电话/phone]"),
        ("\u202e看\x1b[31m这里\x00", "看[31m这里"),
    ],
)
def test_what_obviously_names_a_person_is_masked(said: str, kept: str) -> None:
    assert cleaned(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "2019-2020-2021-2022年的数字", "共有46支龙舟队、1288名桡手", "粤港澳大湾区A区2023年", "12345热线",
        "总投资13812345678901元", "@江海发布", "新A股2023", "第2003至2058字", "the sum of 1,381,234,567",
        "增长0.7503861234个点", "区号0750", "编号10750-38612345", "3861234册", "0750-12345678", "第020期共8331页",
    ],
)  # fmt: skip
def test_other_numbers_and_names_stay(said: str) -> None:
    assert cleaned(said) == said


def test_question_answer_and_comment_are_masked_and_the_papers_own_words_are_not(store: FeedbackStore) -> None:
    told = "张三13812345678"
    place = replace(PLACE, quote=told)
    store.give(replace(DOWN, question=told, asked=told, answer=told, comment=told, citations=(place,)))
    judged = store.all()[0].judged
    assert {judged.question, judged.asked, judged.answer, judged.comment} == {"张三[手机号/mobile]"}
    assert judged.citations == (place,)


def test_what_was_taken_back_is_in_no_file(store: FeedbackStore, tmp_path: Path) -> None:
    """SQLite moves rows about, and copies stay in the pages that they left: with these sizes they did, until written anew."""
    chance = random.Random(11)
    there: dict[str, bytes] = {}
    for number in range(40):
        word = f"secret-{number:04}-{chance.randrange(10**9)}"
        said = replace(UP, question="q", asked="q", citations=(), comment=word, answer=word * chance.randrange(1, 31))
        there[store.give(said)] = word.encode()
    assert all(word in bytes_of(tmp_path) for word in there.values())
    ids = list(there)
    chance.shuffle(ids)
    gone: list[str] = []
    for id_ in ids[:30]:
        store.remove([id_])
        gone.append(id_)
        left = bytes_of(tmp_path)
        assert not any(there[one] in left for one in gone)
    assert all(there[one] in left for one in ids[30:])
    assert store.clear() == 10
    assert b"secret-" not in bytes_of(tmp_path)
    assert store.all() == []


def test_an_unknown_id_removes_nothing(store: FeedbackStore) -> None:
    with pytest.raises(NotFound, match="no feedback has the id 'ab'; it was taken back already, or never given"):
        store.remove(["ab"])
    id_ = store.give(UP)
    with pytest.raises(NotFound, match="'ab'"):
        store.remove([id_, "ab"])
    assert len(store.all()) == 1
    store.remove([id_])
    with pytest.raises(NotFound):
        store.remove([id_])


def test_a_full_store_takes_no_more_and_keeps_what_it_has(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path, most=2)
    ids = [store.give(UP), store.give(UP)]
    with pytest.raises(
        FeedbackFull, match=r"found 2 pieces of feedback .* expected fewer than 2 in .*jianghai-qa feedback export"
    ):
        store.give(DOWN)
    assert [one.id for one in store.all()] == ids
    store.remove(ids[:1])
    store.give(DOWN)


@pytest.mark.parametrize("damage", [b"garbage" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000], ids=["text", "head"])
def test_a_damaged_file_is_told_kept_and_removed_only_when_asked(store: FeedbackStore, damage: bytes) -> None:
    store.path.write_bytes(damage)
    for act in (store.all, store.count, lambda: store.give(UP), lambda: store.remove(["ab"])):
        with pytest.raises(FeedbackUnreadable, match=r"feedback.sqlite is damaged .* jianghai-qa feedback clear"):
            act()
    assert store.path.read_bytes() == damage
    assert store.clear() == 0
    assert not store.path.exists()
    store.give(UP)


def test_files_of_another_kind_or_a_newer_version_are_left_alone(store: FeedbackStore, tmp_path: Path) -> None:
    store.give(UP)
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA user_version=99")
    with pytest.raises(FeedbackUnreadable, match="has format 99, this version knows up to 1; update jianghai-qa"):
        store.give(UP)
    other = FeedbackStore(tmp_path / "other")
    other.path.parent.mkdir()
    with sqlite3.connect(other.path) as db:
        db.execute("PRAGMA user_version=1")
    with pytest.raises(FeedbackUnreadable, match="is not a file of feedback; move it away"):
        other.all()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    store = FeedbackStore(tmp_path / "nowhere")
    assert store.all() == []
    assert store.clear() == 0
    with pytest.raises(LibraryReadOnly, match="the data folder is read-only, so no feedback can be kept"):
        store.give(UP)


def test_several_processes_give_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from test_feedback import UP; from qa.feedback.store import FeedbackStore\n"
        "for _ in range(15): FeedbackStore(Path(sys.argv[1])).give(UP)"
    )
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    words = [sys.executable, "-c", program, str(tmp_path)]
    giving = [subprocess.Popen(words, env=plain_environment() | {"PYTHONPATH": path}) for _ in range(3)]
    assert [process.wait(60) for process in giving] == [0, 0, 0]
    assert [one.number for one in FeedbackStore(tmp_path).all()] == list(range(1, 46))


class TestQuestions:
    """Feedback as questions to measure with."""

    def test_what_was_judged_right_is_read_as_test_questions(self, store: FeedbackStore, tmp_path: Path) -> None:
        other = replace(PLACE, quote="为第一批20名培训教师颁发聘书")
        refusal = replace(
            UP, question="那他呢?", asked="火星上有水吗?", answer="没有找到", answerable=False, citations=()
        )
        for one in (UP, replace(UP, citations=(other,)), replace(UP, question=GOLDEN + " "), refusal):
            store.give(one)
        path = tmp_path / "ready.jsonl"
        path.write_text("".join(ready_lines(ready(store.all()))), encoding="utf-8")
        answered, refused = read_test_queries(path)
        assert (answered.id, answered.question, answered.lang, answered.type) == (
            "feedback-1",
            GOLDEN,
            "zh",
            "feedback",
        )
        assert [one.quote for one in answered.evidence] == [PLACE.quote, other.quote]
        assert (refused.question, refused.answerable, refused.evidence) == ("火星上有水吗?", False, ())
        assert to_review(store.all()) == []

    def test_what_nobody_knows_the_quote_of_goes_to_review(self, store: FeedbackStore) -> None:
        missed = replace(
            UP, verdict=Verdict.DOWN, asked="a?", answerable=False, reasons=(Reason.NOT_ANSWERED,), citations=()
        )
        unproved, plain = replace(UP, asked="b?", citations=()), replace(UP, verdict=Verdict.DOWN, asked="c?")
        secrets = [store.give(one) for one in (UP, DOWN, missed, unproved, plain)]
        assert ready(store.all()) == []
        text = "".join(review_lines(to_review(store.all())))
        assert not any(secret in text for secret in secrets)
        rows = [json.loads(line) for line in text.splitlines()]
        assert [row["candidate"] for row in rows] == [
            DISPUTED, "wrong, other", "not-answered-though-there", UNPROVED, "judged wrong",
        ]  # fmt: skip
        assert all((row["accepted"], row["answerable"], row["evidence"]) == (False, True, []) for row in rows)
        assert rows[1]["comment"] == "应为二十名"
        assert rows[1]["cited"] == [{"file": PLACE.file, "quote": PLACE.quote}]
        assert rows[2]["lang"] == "en"


class TestCommand:
    """`jianghai-qa feedback`."""

    @pytest.fixture
    def run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Run) -> Run:
        return command

    @pytest.fixture
    def seeded_dir(self, tmp_path: Path) -> Path:
        """These commands need no library."""
        folder = tmp_path / "plain"
        folder.mkdir()
        return folder

    def test_feedback_is_listed_removed_and_cleared(self, run: Run, data_dir: Path) -> None:
        store = FeedbackStore(data_dir)
        ids = [store.give(UP), store.give(DOWN), store.give(DOWN)]
        listed = run("feedback", "list")
        assert f"down (wrong, other) {ids[1]}\n  ? {GOLDEN}\n  > “{GOLDEN_SENTENCE}”[1]\n  # 应为二十名\n" in listed.out
        assert (listed.code, listed.err) == (0, "up: 1, down: 2\n")
        rows = json.loads(run("feedback", "list", "--json").out)
        assert [row["id"] for row in rows] == ids[::-1]
        assert rows[2]["citations"][0]["spans"] == [[2003, 2058]]
        assert run("feedback", "remove", ids[1], ids[0]).out == "removed 2\n"
        gone = run("feedback", "remove", ids[0])
        assert (gone.code, gone.out) == (2, "")
        assert "no feedback has the id" in gone.err
        assert json.loads(run("feedback", "clear", "--yes", "--json").out) == {"removed": 1}
        assert run("feedback", "list", "--json").out == "[]\n"

    def test_exports_tell_of_each_other_and_overwrite_nothing(self, run: Run, data_dir: Path, tmp_path: Path) -> None:
        store = FeedbackStore(data_dir)
        store.give(UP)
        store.give(replace(DOWN, question="=1+1?", asked="=1+1?"))
        ready_, review = tmp_path / "ready.jsonl", tmp_path / "review.jsonl"
        ran = run("feedback", "export", str(ready_))
        assert ran.out == f"1 questions in {ready_}\n"
        assert "1 more have to be completed by a person: jianghai-qa feedback export FILE --review" in ran.err
        assert [query.question for query in read_test_queries(ready_)] == [GOLDEN]
        assert json.loads(run("feedback", "export", str(review), "--review", "--json").out)["questions"] == 1
        assert json.loads(review.read_text(encoding="utf-8"))["accepted"] is False
        again = run("feedback", "export", str(ready_))
        assert again.code == 2
        assert "expected a new name; nothing was written" in again.err

    @pytest.mark.parametrize("name", ["fb.txt", "fb", "fb.jsonl.gz"])
    def test_an_ending_that_is_no_form_is_refused(self, run: Run, data_dir: Path, tmp_path: Path, name: str) -> None:
        FeedbackStore(data_dir).give(UP)
        refused = run("feedback", "export", str(tmp_path / name))
        assert (refused.code, refused.out, (tmp_path / name).exists()) == (2, "", False)
        assert f"{name}, expected a name that ends in .jsonl, .csv, .xlsx; name it so" in refused.err

    def test_without_a_terminal_all_is_removed_only_with_yes(
        self, run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
        store = FeedbackStore(data_dir)
        store.give(UP)
        store.give(DOWN)
        refused = run("feedback", "clear")
        assert (refused.code, refused.out, len(store.all())) == (2, "", 2)
        assert "found 2 pieces of feedback and nobody to ask, expected --yes" in refused.err
        assert "nothing was removed" in refused.err
        assert (run("feedback", "clear", "--yes").out, store.all()) == ("removed 2\n", [])

    @pytest.mark.parametrize(("typed", "code", "left"), [("y", 0, 0), ("n", 1, 1), ("", 1, 1)])
    def test_on_a_terminal_a_person_is_asked_first(self, data_dir: Path, typed: str, code: int, left: int) -> None:
        store = FeedbackStore(data_dir)
        store.give(UP)
        theirs, ours = pty.openpty()
        words = [sys.executable, "-m", "qa", "feedback", "clear", "--data-dir", str(data_dir)]
        os.write(theirs, f"{typed}\n".encode())
        done = subprocess.run(words, stdin=ours, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)
        os.close(theirs)
        os.close(ours)
        assert (done.returncode, len(store.all())) == (code, left)
        assert "Remove 1 piece of feedback for good? [y/N]" in done.stderr
        assert ("nothing was removed" in done.stderr) == bool(left)

    @pytest.mark.parametrize("ending", [".csv", ".xlsx"])
    def test_a_sheet_is_completed_by_a_person_and_measured_with(
        self, run: Run, data_dir: Path, tmp_path: Path, ending: str
    ) -> None:
        store = FeedbackStore(data_dir)
        store.give(replace(DOWN, question="=1+1?", asked="=1+1?"))
        store.give(UP)
        sheet, review = tmp_path / f"ready{ending}", tmp_path / f"review{ending}"
        run("feedback", "export", str(sheet))
        run("feedback", "export", str(review), "--review")
        assert [query.question for query in read_questions(sheet)] == [GOLDEN]
        with pytest.raises(TestQueryError, match="1 question, none accepted"):
            read_questions(review)
        if ending == ".csv":
            text = review.read_text(encoding="utf-8-sig")
            assert "wrong, other / 应为二十名 / " in text
            review.write_text(text.replace('"",', '"yes",', 1), encoding="utf-8")
            (query,) = read_questions(review)
            assert (query.question, query.evidence[0].file) == ("=1+1?", PLACE.file)

    def test_a_damaged_file_is_one_message(self, run: Run, data_dir: Path) -> None:
        (data_dir / FILE).write_bytes(b"garbage" * 1000)
        ran = run("feedback", "list")
        assert (ran.code, ran.out) == (2, "")
        assert "is damaged" in ran.err
        assert run("feedback", "clear", "--yes").out == "removed 0\n"
        assert shutil.os.listdir(data_dir) == []  # type: ignore[attr-defined]
