"""Writers that are killed at any moment, again and again, while a reader goes on: nothing acknowledged may be lost.

A process that has everything loaded forks a writer, which adds, replaces and removes documents, merges and rebuilds, and
says what it begins and what is acknowledged. After each kill the library is opened and compared with what was said: each
acknowledged document is there as it was, the one in work is as before or as after, none is half there, and the index opens
or is brought up from the library.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from qa.changes import Changes, Upload
from qa.errors import IndexError_, QAError
from qa.index.generation import check_current, open_generation
from qa.intake import take_in
from qa.library import Library
from qa.prepare import bring_index_up, cutter_of, encoder_of, index_writer
from qa.records import Metadata
from qa.service import Service
from qa.settings import Settings

SUBJECTS = ("水库", "图书馆", "码头", "学校", "公园", "菜市场", "桥梁", "医院", "车站", "果园")
_MOST = 24  # documents of its own that a writer keeps
_LONGEST = 0.6  # seconds after which a writer is killed at the latest


def text_of(number: int, version: int) -> str:
    """Return a document that says in each of its paragraphs which version it is."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    rows = [f"{subject}第{number}号工程进展", f"东江日报讯(记者/张三){subject}第{number}号工程本月是第{version}版。"]
    rows += [
        f"投资方面,{subject}第{number}号工程按第{version}版概算共需{version * 10}万元,其中六成由区财政承担。",
        f"施工队负责人介绍,工地上按第{version}版图纸先打桩、后砌墙,雨季之前{subject}第{number}号工程要完成地下部分。",
        f"居民代表看过{subject}第{number}号工程按第{version}版改好的效果图,希望多留几处树荫和座椅。",
    ]
    return "\n\n".join(rows) + "\n"


def document_id(number: int) -> str:
    """Return the id that the first version of a document is given."""
    return take_in("a.txt", text_of(number, 0).encode(), Metadata()).document.id


class Writer:
    """Change documents at random for ever; `tell` hears `[verb, {number: version or None}]` before and after each change."""

    def __init__(self, settings: Settings, changes: Changes, seed: int, tell: Callable[[object], None]) -> None:
        self._settings, self._changes, self._tell, self._dice = settings, changes, tell, random.Random(seed)
        self._there: dict[int, int] = {}

    def run(self, there: dict[int, int]) -> None:
        """Go on from the documents that are there, by number and version, until the process is killed."""
        self._there = there
        while True:
            verb = self._dice.choices(
                (self._add, self._replace, self._remove, self._tidy, self._rebuild), (6, 4, 3, 2, 1)
            )[0]
            verb()

    def _said(self, change: dict[int, int | None], work: Callable[[], object]) -> None:
        self._tell(["begin", change])
        work()
        self._tell(["done", change])
        for number, version in change.items():
            if version is None:
                self._there.pop(number, None)
            else:
                self._there[number] = version

    def _add(self) -> None:
        free = [n for n in range(2 * _MOST) if n not in self._there]
        count = min(self._dice.choice((1, 1, 4)), _MOST - len(self._there))
        numbers = self._dice.sample(free, max(0, count))
        uploads = [Upload(f"{n}.txt", text_of(n, 0).encode()) for n in numbers]
        if uploads:
            self._said(dict.fromkeys(numbers, 0), lambda: list(self._changes.add_all(uploads)))

    def _replace(self) -> None:
        if self._there:
            number = self._dice.choice(sorted(self._there))
            version = self._dice.randrange(1, 10_000)
            upload = Upload(f"{number}.txt", text_of(number, version).encode())
            self._said({number: version}, lambda: self._changes.replace(document_id(number), upload))

    def _remove(self) -> None:
        if self._there:
            number = self._dice.choice(sorted(self._there))
            self._said({number: None}, lambda: self._changes.remove(document_id(number)))

    def _tidy(self) -> None:
        self._changes.tidy(everything=self._dice.random() < 0.5)

    def _rebuild(self) -> None:
        with closing(Library.open(self._settings.data_path)) as library:
            bring_index_up(self._settings, library, encoder_of(self._settings), cutter_of(self._settings), anew=True)


def forking_server() -> None:
    """Fork a writer for each line `seed state` on standard input; a child says what it does on standard output."""
    settings = Settings.read()
    encoder, cutter = encoder_of(settings), cutter_of(settings)
    encoder.encode_passages(["预热"])
    cutter.words("预热")
    for line in sys.stdin:
        seed, state = line.split(" ", 1)
        child = os.fork()
        if not child:
            library = Library.open(settings.data_path)
            changes = Changes(library, index_writer(settings.data_path, encoder, cutter))
            tell([os.getpid()])
            Writer(settings, changes, int(seed), tell).run({int(n): v for n, v in json.loads(state).items()})
        os.waitpid(child, 0)
        tell(["killed"])


def tell(what: object) -> None:
    """Say something in one write, so that a kill cuts no line."""
    os.write(1, (json.dumps(what) + "\n").encode())


@dataclass(slots=True)
class Outcome:
    """What many kills have done: `behind` counts indexes that had to be brought up, `reads` those that went on meanwhile."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    half: int = 0
    behind: int = 0
    reads: int = 0
    failed_reads: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.half or self.failed_reads or self.faults)


def kill_writers(settings: Settings, kills: int, seed: int) -> Outcome:
    """Kill that many writers over a prepared data folder, and check it after each."""
    dice, outcome, state = random.Random(seed), Outcome(), dict[int, int]()
    environment = os.environ | {"JIANGHAI_QA_DATA_DIR": settings.data_dir, "TOKENIZERS_PARALLELISM": "false"}
    command = [sys.executable, "-m", "benchmarks.stress", "--forking-server"]
    pipe = subprocess.PIPE
    with (
        _Reader(settings, outcome),
        subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True, bufsize=1) as server,
        closing(_Checker(settings)) as checker,
    ):
        for number in range(kills):
            said = _one_kill(server, seed * 1_000_000 + number, state, dice.uniform(0, _LONGEST))
            outcome.kills += 1
            state = checker.check(state, said, outcome)
        if server.stdin:
            server.stdin.close()
    return outcome


def _one_kill(server: subprocess.Popen[str], seed: int, state: dict[int, int], seconds: float) -> list[list[object]]:
    """Let a writer work for some seconds and kill it; return what it said."""
    if server.stdin is None or server.stdout is None:
        raise RuntimeError("the server of writers has no pipes")
    server.stdin.write(f"{seed} {json.dumps(state)}\n")
    server.stdin.flush()
    (process,) = json.loads(server.stdout.readline())
    threading.Timer(seconds, os.kill, (process, signal.SIGKILL)).start()
    said: list[list[object]] = []
    while (one := json.loads(server.stdout.readline())) != ["killed"]:
        said.append(one)
    return said


class _Checker:
    """Compare a data folder with what a writer has said."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._encoder, self._cutter = encoder_of(settings), cutter_of(settings)
        self._library = Library.open(settings.data_path)
        self._seeds = set(self._library.revisions())

    def check(self, before: dict[int, int], said: list[list[object]], outcome: Outcome) -> dict[int, int]:
        """Count what is lost or half there; return the documents that are there, by number and version."""
        sure: dict[int, int | None] = dict(before)
        open_: dict[int, int | None] = {}
        for verb, change in said:
            numbers = {int(n): v for n, v in dict(change).items()}  # type: ignore[call-overload]
            open_ = numbers if verb == "begin" else {}
            if verb == "done":
                outcome.acknowledged += 1
                sure |= numbers
        with self._library.snapshot():
            found = self._found(outcome)
        for number in sure.keys() | found.keys():
            allowed = {sure.get(number), open_.get(number, sure.get(number))}
            if found.get(number) not in allowed:
                outcome.lost += 1
                outcome.faults.append(
                    f"document {number}: found version {found.get(number)}, expected one of {allowed}"
                )
        # What is added together comes together.
        if len(open_) > 1 and len({found.get(n) == v for n, v in open_.items()}) > 1:
            outcome.half += 1
        self._check_index(outcome)
        return found

    def _found(self, outcome: Outcome) -> dict[int, int]:
        numbers = {document_id(n): n for n in range(2 * _MOST)}
        found = {}
        for id_ in self._library.revisions():
            if id_ in self._seeds:
                continue
            document = self._library.document(id_)
            version = int(document.text.split("本月是第")[1].split("版")[0])
            expected = take_in(document.file, text_of(numbers[id_], version).encode(), Metadata(), document_id=id_)
            whole = document.text == expected.document.text and self._library.original(id_) == expected.original
            if not whole or [p.id for p in self._library.passages(id_)] != [p.id for p in expected.passages]:
                outcome.half += 1
                outcome.faults.append(f"document {numbers[id_]} is half there")
            found[numbers[id_]] = version
        return found

    def _check_index(self, outcome: Outcome) -> None:
        data_dir = self._settings.data_path
        writer = index_writer(data_dir, self._encoder, self._cutter)
        try:
            check_current(open_generation(data_dir / "index").manifest, writer.recipe, self._library.revision)
        except IndexError_:
            outcome.behind += 1
            bring_index_up(self._settings, self._library, self._encoder, self._cutter)
        generation = open_generation(data_dir / "index")
        indexed = [generation.passage_id(row) for row in range(generation.rows) if generation.alive[row]]
        wanted = {p.id for id_ in self._library.revisions() for p in self._library.passages(id_)}
        if len(indexed) != len(set(indexed)) or set(indexed) != wanted:
            outcome.faults.append(f"the index holds {len(indexed)} passages, the library {len(wanted)}")

    def close(self) -> None:
        self._library.close()


class _Reader:
    """Search for ever in a thread, as a server does that knows nothing of the writers; count what fails."""

    def __init__(self, settings: Settings, outcome: Outcome) -> None:
        self._service, self._outcome = Service.open(settings), outcome
        self._stop, self._thread = threading.Event(), threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._service.close()

    def _run(self) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            try:
                found = self._service.search(f"{SUBJECTS[number % 10]}工程是第几版").passages
                self._outcome.reads += 1
                if not found or any("".join(p.text.split()) != "".join(p.citation.quote.split()) for p in found):
                    raise RuntimeError(f"found {len(found)} passages, expected some, as quoted")
            except (QAError, OSError, RuntimeError) as fault:
                self._outcome.failed_reads += 1
                self._outcome.faults.append(f"a read failed: {fault!r}")
            time.sleep(0.05)
