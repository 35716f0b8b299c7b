"""Keep drafts and judgements: one SQLite file beside the library, which no new index touches.

Judgements name their passage by file and quote, so they outlive its id. A damaged file is said and never replaced.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from qa.errors import DiskFull, DraftsDamaged, DraftsTooNew, InvalidRequest, LibraryBusy, LibraryReadOnly, NotFound
from qa.testing.records import Draft, JudgedQuestion, Judgement, Proposal, State
from qa.testing.rows import DRAFT, JUDGED, SCHEMA, draft_of, draft_row, judgement_of, judgement_row

FILE = "testing.sqlite"
FORMAT = 1
APPLICATION_ID = 0x4A485451  # "JHTQ"
MOST_DRAFTS, MOST_QUESTIONS, MOST_JUDGEMENTS = 10_000, 10_000, 100_000
_BUSY_SECONDS = 5.0


def question_id(question: str) -> str:
    """Return the id of a question: the same for the same words, whatever white space and case."""
    plain = "".join(question.split()).casefold()
    return "t" + hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12]


class TestingStore:
    """The drafts and judgements of one data folder; safe to use from several threads and processes.

    Every write is one transaction, on disk when the method returns. Raises `DraftsDamaged`, `DraftsTooNew`, `LibraryBusy`,
    `LibraryReadOnly` and `DiskFull`.
    """

    __test__ = False  # the name begins as pytest's test classes do

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE

    def add(self, proposals: Sequence[Proposal]) -> list[Draft]:
        """Keep proposals as drafts; return those whose question was not there yet, in any state."""
        added = []
        with self._writing() as db:
            room = MOST_DRAFTS - db.execute("SELECT count(*) FROM drafts").fetchone()[0]
            for proposal in proposals:
                draft = Draft(question_id(proposal.question), proposal, State.PROPOSED, "")
                row = draft_row(draft)
                if db.execute(f"INSERT OR IGNORE INTO drafts ({DRAFT}) VALUES ({_marks(row)})", row).rowcount:
                    added.append(draft)
            if len(added) > room:
                raise _full(MOST_DRAFTS, "drafts")
        return added

    def drafts(self, state: State | None = None, *, limit: int = MOST_DRAFTS, offset: int = 0) -> list[Draft]:
        """Return drafts in the order in which they were proposed; all, or those of one state."""
        with self._reading() as db:
            if db is None:
                return []
            rows = db.execute(
                f"SELECT {DRAFT} FROM drafts WHERE state = ? OR ? IS NULL ORDER BY number LIMIT ? OFFSET ?",
                (state, state, limit, offset),
            ).fetchall()
        return [draft_of(row) for row in rows]

    def draft(self, id_: str) -> Draft:
        """Return a draft; raise `NotFound` for an unknown id."""
        with self._reading() as db:
            row = db and db.execute(f"SELECT {DRAFT} FROM drafts WHERE id = ?", (id_,)).fetchone()
        if not row:
            raise NotFound(f"no draft has the id {id_!r}; list the drafts to see those that exist")
        return draft_of(row)

    def counts(self) -> dict[State, int]:
        """Return how many drafts there are in each state."""
        with self._reading() as db:
            rows = [] if db is None else db.execute("SELECT state, count(*) FROM drafts GROUP BY state").fetchall()
        return dict.fromkeys(State, 0) | {State(state): count for state, count in rows}

    def change(
        self,
        id_: str,
        *,
        proposal: Proposal | None = None,
        state: State | None = None,
        note: str | None = None,
    ) -> Draft:
        """Change what is given of a draft; raise `NotFound`. Its id stays when its question changes."""
        with self._writing() as db:
            row = db.execute(f"SELECT {DRAFT} FROM drafts WHERE id = ?", (id_,)).fetchone()
            if row is None:
                raise NotFound(f"no draft has the id {id_!r}; list the drafts to see those that exist")
            old = draft_of(row)
            new = replace(
                old,
                proposal=proposal or old.proposal,
                state=state or old.state,
                note=old.note if note is None else note,
            )
            assignments = ", ".join(f"{name} = ?" for name in DRAFT.split(", "))
            db.execute(f"UPDATE drafts SET {assignments} WHERE id = ?", (*draft_row(new), id_))
        return new

    def judge(self, judgement: Judgement, lang: str) -> Judgement:
        """Keep what a person said of a passage; it takes the place of what was said of it before.

        A relevant passage takes back that nothing answers the question.
        """
        with self._writing() as db:
            _ensure_question(db, judgement.question_id, judgement.question, lang)
            row = judgement_row(judgement)
            db.execute(f"INSERT OR REPLACE INTO judgements ({JUDGED}) VALUES ({_marks(row)})", row)
            if judgement.grade:
                db.execute("UPDATE questions SET unanswerable = 0 WHERE id = ?", (judgement.question_id,))
            if db.execute("SELECT count(*) FROM judgements").fetchone()[0] > MOST_JUDGEMENTS:
                raise _full(MOST_JUDGEMENTS, "judgements")
        return judgement

    def mark_unanswerable(self, id_: str, question: str, lang: str, *, unanswerable: bool) -> JudgedQuestion:
        """Keep that nothing answers a question, or take that back; passages judged relevant become not relevant."""
        with self._writing() as db:
            _ensure_question(db, id_, question, lang)
            db.execute("UPDATE questions SET unanswerable = ? WHERE id = ?", (unanswerable, id_))
            if unanswerable:
                db.execute("UPDATE judgements SET grade = 0 WHERE question_id = ?", (id_,))
        return self.judged_question(id_)

    def take_back(self, id_: str, passage_id: str) -> None:
        """Forget what was said of a passage; raise `NotFound` when nothing was."""
        with self._writing() as db:
            found = db.execute("DELETE FROM judgements WHERE question_id = ? AND passage_id = ?", (id_, passage_id))
            if not found.rowcount:
                raise NotFound(f"no judgement of the passage {passage_id!r} for the question {id_!r}; list them to see")

    def forget(self, id_: str) -> None:
        """Forget a judged question with all its judgements; raise `NotFound`."""
        with self._writing() as db:
            if not db.execute("DELETE FROM questions WHERE id = ?", (id_,)).rowcount:
                raise NotFound(f"no judged question has the id {id_!r}; list them to see those that exist")

    def judged_question(self, id_: str) -> JudgedQuestion:
        """Return a judged question; raise `NotFound`."""
        found = self.judged(id_)
        if not found:
            raise NotFound(f"no judged question has the id {id_!r}; list them to see those that exist")
        return found[0]

    def judged(self, id_: str | None = None) -> list[JudgedQuestion]:
        """Return the judged questions, or the one with an id, in the order in which they were first judged."""
        with self._reading() as db:
            if db is None:
                return []
            db.execute("BEGIN")  # both readings see one state
            questions = db.execute(
                "SELECT id, question, lang, unanswerable FROM questions WHERE id = ? OR ? IS NULL ORDER BY number",
                (id_, id_),
            ).fetchall()
            rows = db.execute(
                f"SELECT {JUDGED} FROM judgements WHERE question_id = ? OR ? IS NULL ORDER BY rowid", (id_, id_)
            ).fetchall()
        texts = {own: question for own, question, _, _ in questions}
        found: dict[str, list[Judgement]] = {own: [] for own in texts}
        for row in rows:
            found[row[0]].append(judgement_of(row, texts[row[0]]))
        return [JudgedQuestion(own, text, lang, bool(no), tuple(found[own])) for own, text, lang, no in questions]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if not self._path.is_file():
            yield None
            return
        # A read-only folder without a log beside the file: the file is whole, and SQLite could make none.
        log = Path(f"{self._path}-wal")
        read_only = not os.access(self._path.parent, os.W_OK) or not os.access(self._path, os.W_OK)
        mode = "mode=rw" if not read_only else "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
        with self._faults_explained(), closing(self._connect(mode)) as db:
            self._check(db)
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._faults_explained(), closing(self._connect("mode=rwc")) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA secure_delete=ON")
            db.execute("PRAGMA foreign_keys=ON")
            db.execute("BEGIN IMMEDIATE")
            try:
                if not db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone():
                    _create(db)
                self._check(db)
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _check(self, db: sqlite3.Connection) -> None:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise DraftsDamaged(f"{self._path} is no file of drafts and judgements; move it away, or restore it")
        if version > FORMAT:
            raise DraftsTooNew(
                f"the drafts and judgements in {self._path} have format {version}, this version knows up to {FORMAT}; "
                "update jianghai-qa"
            )

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as fault:
            text = str(fault)
            if "locked" in text or "busy" in text:
                raise LibraryBusy(
                    f"another process has been writing drafts for more than {_BUSY_SECONDS:.0f} s; try again when it is done"
                ) from fault
            if "readonly" in text or ("unable to open" in text and not os.access(self._path.parent, os.W_OK)):
                raise LibraryReadOnly(
                    "the data folder is read-only, so no draft or judgement can be kept; make it writable"
                ) from fault
            if "full" in text:
                raise DiskFull("the disk is full, so nothing was kept; free some space and try again") from fault
            raise DraftsDamaged(
                f"the drafts and judgements in {self._path} cannot be read ({text}); restore that file from a copy, or move "
                "it away to begin anew (nothing was changed)"
            ) from fault

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"{self._path.resolve().as_uri()}?{mode}"
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)


def today() -> str:
    return date.today().isoformat()


def _create(db: sqlite3.Connection) -> None:
    for statement in SCHEMA.split(";"):  # executescript would end the transaction
        db.execute(statement)
    db.execute(f"PRAGMA application_id={APPLICATION_ID}")
    db.execute(f"PRAGMA user_version={FORMAT}")


def _ensure_question(db: sqlite3.Connection, id_: str, question: str, lang: str) -> None:
    db.execute("INSERT OR IGNORE INTO questions (id, question, lang) VALUES (?, ?, ?)", (id_, question, lang))
    if db.execute("SELECT count(*) FROM questions").fetchone()[0] > MOST_QUESTIONS:
        raise _full(MOST_QUESTIONS, "judged questions")


def _full(most: int, what: str) -> InvalidRequest:
    return InvalidRequest(
        f"found {most} {what} already, expected at most that many; download them and begin a new file"
    )


def _marks(row: Sequence[object]) -> str:
    return ", ".join("?" * len(row))
