"""Questions that a language model writes: by command and in the background, kept apart, indexed, in nobody's way."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from api_support import RunningServer, start_server
from model_server import KEY, ModelServer, Say, model_at, questions
from support import REPORT, Keeper, loaded_after, run_command

from qa import background
from qa.background import BackgroundWriter
from qa.library import FILE, Library
from qa.records import Mode
from qa.written import Written

ODD = "饕餮"  # a word whose characters no page has
OTHER = "貔貅"
PAGE = (
    REPORT
    + "\n比赛分为传统龙和标准龙两个组别,赛道长五百米,每组取前六名发给奖金和锦旗,当晚在文化广场颁奖。\n"
    + "\n赛后,主办方在江边设宴招待各队桡手,共摆了二百三十桌,用去荔枝柴烧鹅八百只,市民可凭票入席。\n"
)


@pytest.fixture
def endpoint(endpoint: ModelServer) -> ModelServer:
    endpoint.otherwise = lambda user: questions(f"{ODD}是怎么回事?", f"Which {ODD}?")
    return endpoint


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def add(command: Callable[..., object], page: Path) -> str:
    ran = command("documents", "add", str(page), "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)[0]["id"]


def found(command: Callable[..., object], query: str) -> list[str]:
    """Return the documents of the passages that a lexical search finds, best first."""
    ran = command("search", query, "--mode", "lexical", "--json")
    return [p["citation"]["document_id"] for p in json.loads(ran.out)["passages"]]


def state(data_dir: Path, id_: str) -> tuple[dict[str, tuple[str, ...]], dict[str, Written], list[str]]:
    """Return a document's questions, those that the model wrote, and its paragraphs without any."""
    with closing(Library.open(data_dir)) as library:
        return library.questions(id_), library.written_questions(id_), library.without_questions([id_], again=True)


def test_a_document_is_found_before_and_better_after_its_questions_are_written(
    command: Callable[..., object], endpoint: ModelServer, page: Path, data_dir: Path
) -> None:
    id_ = add(command, page)
    assert found(command, "龙舟队")[0] == id_
    assert id_ not in found(command, ODD)
    ran = command("documents", "write-questions", "--json", *endpoint.options())
    assert ran.code == 0, ran.err
    counts = json.loads(ran.out)
    asked, written, lacking = state(data_dir, id_)
    paragraphs = len(asked)
    assert paragraphs == 3
    assert (counts["passages"], counts["questions"], counts["without"]) == (paragraphs, 2 * paragraphs, 0)
    assert set(written.values()) == {Written((f"{ODD}是怎么回事?", f"Which {ODD}?"), "test-model")}
    assert lacking == []
    assert found(command, ODD)[0] == id_
    shown = command("ask", f"{ODD}是怎么回事?", "--json").out + command("documents", "show", id_, "--json").out
    for own in ("question", "asked"):
        shown = shown.replace(f'"{own}": "{ODD}是怎么回事?"', "")
    assert "怎么回事?" not in shown
    # All is done: the next run asks nothing and changes nothing.
    asked_before = len(endpoint.asked)
    again = json.loads(command("documents", "write-questions", "--json", *endpoint.options()).out)
    assert again == {"passages": 0, "questions": 0, "without": 0, "failed": 0, "index_version": counts["index_version"]}
    assert len(endpoint.asked) == asked_before


def test_unusable_replies_are_kept_apart_and_asked_again_on_demand(
    command: Callable[..., object], endpoint: ModelServer, page: Path, data_dir: Path
) -> None:
    id_ = add(command, page)
    passage = REPORT.splitlines()[-1]
    copied = passage[passage.index("9月") : passage.index("9月") + 40]
    endpoint.script = [questions(copied, f"答:{ODD}"), Say("no JSON at all"), Say(f'```json\n["{ODD}在哪里?"]\n```')]
    ran = command("documents", "write-questions", id_, *endpoint.options())
    assert (ran.code, ran.out[:55]) == (0, "1 questions for 1 paragraphs, 2 without usable ones; in")
    assert len(state(data_dir, id_)[2]) == 2
    assert command("documents", "write-questions", id_, *endpoint.options()).out.startswith("0 questions for 0")
    assert len(endpoint.asked) == 3
    assert command("documents", "write-questions", id_, "--again", *endpoint.options()).out.startswith(
        "4 questions for 2"
    )
    assert state(data_dir, id_)[2] == []


def test_what_is_written_stays_when_the_model_fails_and_the_next_run_goes_on(
    command: Callable[..., object], endpoint: ModelServer, page: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.commands.write_questions._PAUSES", (0.01,))
    id_ = add(command, page)
    good, bad = questions(f"{ODD}在哪里?"), Say(status=500, body=KEY)
    endpoint.script = [good, bad, bad]
    ran = command("documents", "write-questions", *endpoint.options())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("found status 500 from the language model at http://127.0.0.1") == 2
    assert KEY not in ran.err
    assert found(command, ODD) == [id_]  # and the index is no longer stale
    endpoint.script = [bad, good]
    ran = command("documents", "write-questions", *endpoint.options())
    assert (ran.code, ran.out[:42]) == (2, "1 questions for 1 paragraphs, 0 without us")
    assert "found no reply for 1 paragraphs, expected one for each; what was written is kept, run" in ran.err
    assert len(state(data_dir, id_)[2]) == 1
    assert len(endpoint.asked) == 5


def test_a_passage_that_the_endpoint_refuses_is_kept_apart(
    command: Callable[..., object], endpoint: ModelServer, page: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.commands.write_questions._PAUSES", (0.01,))
    id_ = add(command, page)
    endpoint.script = [Say(status=400)]
    ran = command("documents", "write-questions", *endpoint.options())
    assert ran.out.startswith("4 questions for 2 paragraphs, 1 without")
    assert "found status 400" in ran.err
    assert len(state(data_dir, id_)[2]) == 1
    assert command("documents", "write-questions", *endpoint.options()).out.startswith("0 questions for 0")
    assert len(endpoint.asked) == 3


def test_questions_of_the_user_stay_and_win(
    command: Callable[..., object], endpoint: ModelServer, page: Path, data_dir: Path
) -> None:
    id_ = add(command, page)
    own = page.with_name("questions.jsonl")
    row = {"file": page.name, "begins": "比赛分为传统龙", "questions": [f"{OTHER}有几组?"]}
    own.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert command("documents", "questions", str(own)).code == 0
    assert command("documents", "write-questions", *endpoint.options()).code == 0
    assert not any(p.startswith("比赛分为") for p in endpoint.passages)
    asked, written, _ = state(data_dir, id_)
    assert sum(q == (f"{OTHER}有几组?",) for q in asked.values()) == 1
    assert (len(asked), len(written)) == (3, 2)
    # A file that names the document again replaces the user's questions, and goes before what was written.
    row["begins"] = "赛后,主办方"
    own.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert command("documents", "questions", str(own)).code == 0
    asked, written, lacking = state(data_dir, id_)
    assert sum(q == (f"{OTHER}有几组?",) for q in asked.values()) == 1
    assert (len(asked), len(written), len(lacking)) == (2, 2, 1)


def test_a_replaced_document_keeps_what_was_written_for_unchanged_paragraphs(
    command: Callable[..., object], endpoint: ModelServer, page: Path, data_dir: Path
) -> None:
    id_ = add(command, page)
    assert command("documents", "write-questions", *endpoint.options()).code == 0
    page.write_text(PAGE.replace("八百只", "九百只"), encoding="utf-8")
    assert command("documents", "replace", id_, str(page)).code == 0
    asked, written, lacking = state(data_dir, id_)
    assert (len(asked), len(written), len(lacking)) == (2, 2, 1)
    assert found(command, ODD)[0] == id_
    assert command("documents", "write-questions", *endpoint.options()).code == 0
    assert "九百只" in endpoint.passages[-1]
    assert len(endpoint.asked) == 4


def test_what_is_written_for_a_passage_that_is_gone_is_dropped(keeper: Keeper) -> None:
    id_ = keeper.add("page.txt", PAGE)
    keeper.index()
    first, *_ = keeper.library.without_questions([id_])
    revision = keeper.library.revision  # by which the index is known to be stale
    assert keeper.library.put_written(first, Written(("谁来了?",), "m"))
    assert not keeper.library.put_written(first, Written(("又是谁来了?",), "m"))
    assert keeper.library.publish_written()
    assert not keeper.library.publish_written()
    assert keeper.library.revision == revision
    keeper.library.remove(id_)
    assert not keeper.library.put_written(first, Written(("谁来了?",), "m"))
    assert keeper.library.written_questions(id_) == {}


def test_a_library_without_the_table_reads_as_before_and_gets_it_when_needed(keeper: Keeper) -> None:
    id_ = keeper.add("page.txt", PAGE)
    with closing(sqlite3.connect(keeper.data_dir / FILE)) as db, db:
        assert db.execute("SELECT name FROM sqlite_master WHERE name = 'written_questions'").fetchall() == []
    assert keeper.library.written_questions(id_) == {}
    assert not keeper.library.publish_written()
    assert len(keeper.library.without_questions([id_])) == 3
    assert keeper.library.put_written(keeper.library.without_questions([id_])[0], Written((), "m"))
    assert len(keeper.library.without_questions([id_])) == 2
    assert len(keeper.library.without_questions([id_], again=True)) == 3
    assert not keeper.library.publish_written()  # nothing usable, nothing to index


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "found no JIANGHAI_QA_LLM_URL, expected the address of a language model"),
        (("--llm-url", "http://127.0.0.1:9/v1"), "JIANGHAI_QA_LLM_MODEL is empty"),
        (("nobody", "--llm-url", "http://127.0.0.1:9/v1", "--llm-model", "m"), "no document has the id 'nobody'"),
    ],
)
def test_the_command_says_what_it_lacks(command: Callable[..., object], words: tuple[str, ...], said: str) -> None:
    ran = command("documents", "write-questions", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


# --- in the background of a server ---


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def served(server: RunningServer, query: str, mode: str = "lexical") -> list[str]:
    body = {"query": query, "mode": mode}
    response = httpx.post(f"{server.url}/v1/search", json=body, timeout=10, trust_env=False)
    assert response.status_code == 200, response.text
    return [p["citation"]["document_id"] for p in response.json()["passages"]]


def get(server: RunningServer, path: str) -> str:
    return httpx.get(server.url + path, timeout=10, trust_env=False).text


def test_a_server_writes_questions_for_what_another_process_adds(
    command: Callable[..., object], endpoint: ModelServer, page: Path, data_dir: Path
) -> None:
    endpoint.script = [Say(status=500, body=KEY), Say("garbage"), questions(f"{ODD}在哪里?")]
    server = start_server(data_dir, settings=endpoint.settings())
    try:
        time.sleep(1.5)
        assert endpoint.asked == []  # the seeds have questions
        id_ = add(command, page)
        assert served(server, "龙舟队")[0] == id_
        until(lambda: served(server, ODD)[:1] == [id_])
        until(lambda: len(state(data_dir, id_)[2]) == 1)
        assert len(endpoint.asked) == 4  # the one that failed was sent again, the garbage was not
        assert found(command, ODD)[0] == id_
        told = "".join(get(server, path) for path in ("/v1/status", "/metrics", "/openapi.json", "/readyz"))
        assert KEY not in told
    finally:
        code, log = server.stop()
    assert code == 0
    assert "found status 500" in log
    assert KEY not in log + server.said
    assert "Traceback" not in log


@pytest.fixture
def writer(keeper: Keeper, endpoint: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[BackgroundWriter]:
    """A background writer that looks often, bears two failures in a row and is not started yet."""
    monkeypatch.setattr(background, "_POLL", 0.05)
    monkeypatch.setattr(background, "_PAUSES", (0.01, 0.01))
    service = keeper.service()
    one = BackgroundWriter(service, model_at(endpoint))
    yield one
    one.stop()
    service.close()


def test_a_model_that_fails_again_and_again_is_left_alone_until_the_documents_change(
    keeper: Keeper, endpoint: ModelServer, writer: BackgroundWriter
) -> None:
    endpoint.otherwise = lambda user: Say(status=503)
    keeper.add("page.txt", PAGE)
    keeper.index()
    writer.start()
    until(lambda: len(endpoint.asked) == 3)
    time.sleep(0.5)
    assert len(endpoint.asked) == 3
    keeper.add("more.txt", REPORT.replace("46", "64"))
    keeper.index()
    until(lambda: len(endpoint.asked) == 6)


def test_a_passage_that_the_model_never_masters_keeps_no_other_waiting(
    keeper: Keeper, endpoint: ModelServer, writer: BackgroundWriter
) -> None:
    endpoint.otherwise = lambda user: Say(status=500) if "46支" in user else questions(f"{ODD}在哪里?")
    id_ = keeper.add("page.txt", PAGE)
    keeper.index()
    writer.start()
    until(lambda: len(keeper.library.questions(id_)) == 2)
    until(lambda: not keeper.library.publish_written())
    assert len(keeper.library.without_questions([id_])) == 1


def test_what_was_written_before_a_crash_is_indexed_at_the_next_start(keeper: Keeper, writer: BackgroundWriter) -> None:
    id_ = keeper.add("page.txt", PAGE)
    keeper.index()
    for passage_id in keeper.library.without_questions():
        keeper.library.put_written(passage_id, Written((f"{ODD}在哪里?",), "m"))
    keeper.library.publish_written()
    service = keeper.service()  # an index without these questions is good
    assert service.search(ODD, mode=Mode.LEXICAL).passages == ()
    writer.start()
    until(lambda: len(service.search(ODD, mode=Mode.LEXICAL).passages) == 3)
    assert service.search(ODD, mode=Mode.LEXICAL).passages[0].citation.document_id == id_
    service.close()


def test_a_server_stops_at_once_while_the_model_keeps_it_waiting(
    command: Callable[..., object], endpoint: ModelServer, page: Path, data_dir: Path
) -> None:
    id_ = add(command, page)
    endpoint.otherwise = lambda user: Say(wait=30)
    server = start_server(data_dir, settings=endpoint.settings() | {"LLM_TIMEOUT": "60"})
    try:
        until(lambda: len(endpoint.asked) == 1)
        assert served(server, "龙舟队", "hybrid")[0] == id_
        add_more = page.with_name("more.txt")
        add_more.write_text(REPORT.replace("46", "64"), encoding="utf-8")
        add(command, add_more)  # the one who waits holds no lock
    finally:
        started = time.monotonic()
        code, log = server.stop()
    assert time.monotonic() - started < 3
    assert (code, log) == (0, "stopped\n")
    assert state(data_dir, id_)[1] == {}


def test_a_server_answers_beside_a_model_that_is_not_there(
    command: Callable[..., object], page: Path, data_dir: Path
) -> None:
    id_ = add(command, page)
    settings = {"LLM_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m", "LLM_KEY": KEY}
    server = start_server(data_dir, settings=settings)
    try:
        time.sleep(3)
        assert served(server, "龙舟队")[0] == id_
    finally:
        code, log = server.stop()
    assert code == 0
    assert "found no language model at http://127.0.0.1:9/v1 (APIConnectionError)" in log
    assert "Traceback" not in log
    assert KEY not in log


def test_a_server_does_not_start_with_impossible_settings(data_dir: Path) -> None:
    ran = run_command("serve", "--port", "0", "--data-dir", str(data_dir), "--llm-url", "http://127.0.0.1:9/v1")
    assert ran.returncode == 2
    assert "JIANGHAI_QA_LLM_MODEL is empty, expected the name of a model" in ran.stderr


def test_without_a_language_model_the_sdk_is_not_even_imported(data_dir: Path) -> None:
    code = f"""
from qa.cli import main
main(["ask", "江海区", "--data-dir", {str(data_dir)!r}])
main(["search", "江海区", "--data-dir", {str(data_dir)!r}])
import threading
from api.app import create_app
from api.server import serve
from qa.service import Service
from qa.settings import Settings
from qa.language_model import language_model_of
from qa.background import writing_in_background
settings = Settings.read({{"JIANGHAI_QA_DATA_DIR": {str(data_dir)!r}}})
service = Service.open(settings)
with writing_in_background(service, language_model_of(settings)):
    create_app(service, settings)
    assert "question-writer" not in [t.name for t in threading.enumerate()]
service.close()
"""
    assert "openai" not in loaded_after(code)
