"""The command line: exit codes, what people read, what programs read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import GOLDEN, GOLDEN_SENTENCE, REPORT, ROOT, plain_environment, run_command

CITATION = {
    "document_id", "file", "page", "publication", "published", "title", "byline", "event_date", "paragraph",
    "spans", "quote", "note", "url", "also_in",
}  # fmt: skip
PASSAGE = {"id", "rank", "score", "kind", "text", "highlights", "citation"}
Run = Callable[..., object]


def test_a_question_gets_its_sentence_and_where_it_stands(data_dir: Path) -> None:
    ran = run_command("ask", GOLDEN, "--data-dir", str(data_dir))
    assert ran.returncode == 0
    assert ran.stderr == ""
    answer, _, rest = ran.stdout.partition("\n")
    assert answer == f"“{GOLDEN_SENTENCE}”[1]"
    assert "[1] 江门日报 · 2023-07 · 江海区社区党建学院成立" in rest
    assert "http://127.0.0.1:8000/documents/" in rest
    assert "000_7acb3d7aa04156cd.txt" in rest


def test_ask_gives_programs_the_fields_of_the_http_api(command: Run) -> None:
    ran = command("ask", GOLDEN, "--json", "--public-url", "https://qa.example/x/")
    body = json.loads(ran.out)
    assert ran.code == 0
    assert set(body) >= {
        "question", "answer", "answerable", "confidence", "calibrated", "citations", "passages", "answerer",
        "index_version", "took_ms",
    }  # fmt: skip
    assert (body["answerable"], body["answerer"], body["calibrated"]) == (True, "extractive", True)
    for citation in body["citations"]:
        assert set(citation) == CITATION | {"marker", "passage_id"}
        assert citation["url"].startswith("https://qa.example/x/documents/")
        assert citation["url"].endswith(f"#p{citation['paragraph']}")
    assert body["citations"][0]["quote"] == GOLDEN_SENTENCE
    for rank, passage in enumerate(body["passages"], start=1):
        assert set(passage) == PASSAGE
        assert set(passage["citation"]) == CITATION
        assert passage["rank"] == rank


def test_search_gives_programs_the_fields_of_the_http_api(command: Run) -> None:
    ran = command("search", "社区党建学院有多少培训教师", "--json", "-k", "3", "--mode", "lexical")
    body = json.loads(ran.out)
    assert ran.code == 0
    assert set(body) == {"query", "asked", "mode", "index_version", "took_ms", "passages"}
    assert (body["mode"], len(body["passages"])) == ("lexical", 3)
    assert all(set(p) == PASSAGE and set(p["citation"]) == CITATION for p in body["passages"])
    scores = [p["score"] for p in body["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1 for s in scores)


@pytest.mark.parametrize(
    ("question", "said"),
    [("火星上有没有水?", "没有找到"), ("What is the capital of Peru?", "The documents hold no answer")],
)
def test_a_question_without_an_answer_says_so_in_its_language_with_code_1(
    command: Run, question: str, said: str
) -> None:
    ran = command("ask", question, "--json")
    body = json.loads(ran.out)
    assert (ran.code, body["answerable"], body["citations"]) == (1, False, [])
    assert said in body["answer"]
    assert command("ask", question).out.startswith(body["answer"])


def test_a_search_without_hits_ends_with_code_1(command: Run) -> None:
    ran = command("search", "江海", "--published-from", "2030")
    assert (ran.code, ran.out) == (1, "")


def test_an_erratum_is_told_with_the_citation(command: Run) -> None:
    ran = command("search", "聂加伟 外海街道", "--json", "-k", "20")
    notes = [p["citation"]["note"] for p in json.loads(ran.out)["passages"] if "袁加伟" in p["text"]]
    assert notes
    assert all("袁加伟" in n and "聂加伟" in n for n in notes)


@pytest.mark.parametrize("words", [("ask", ""), ("search", "  \n"), ("ask", "问" * 1001)])
def test_an_empty_or_endless_question_is_refused(command: Run, words: tuple[str, str]) -> None:
    ran = command(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "expected a question of 1 to 1000" in ran.err


@pytest.mark.parametrize("k", ["0", "-1", "51", "1000000000"])
def test_an_impossible_number_of_passages_is_refused(command: Run, k: str) -> None:
    ran = command("search", "江海", "--top-k", k)
    assert ran.code == 2
    assert f"found top_k {k}, expected 1 to 50" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("search", "江海", "--mode", "magic"), "invalid choice: 'magic'"),
        (("search", "江海", "-k", "many"), "invalid int value"),
        (("search",), "required: query"),
        (("dance",), "invalid choice: 'dance'"),
        ((), "required: COMMAND"),
        (("documents",), "required: ACTION"),
        (("ask", "江海", "--encoder-threads", "none"), "JIANGHAI_QA_ENCODER_THREADS is 'none', expected a whole number"),
        (("ask", "江海", "--encoder", "./nowhere"), "found no encoder './nowhere'"),
        (("ask", "江海", "--user-dictionary", "/nowhere.txt"), "the user dictionary /nowhere.txt cannot be read"),
        (("search", "江海", "--published-from", "July"), "found the date 'July', expected YYYY, YYYY-MM or YYYY-MM-DD"),
        (("evaluate", "/nowhere.jsonl"), "/nowhere.jsonl cannot be read"),
        (("evaluate", "--compare", "magic"), "found --compare 'magic', expected some of hybrid, dense, lexical, soft"),
        (("evaluate", "--compare", "soft", "--url", "http://127.0.0.1:9"), "expected a mode that is served"),
        (("evaluate", "--compare", "dense", "--url", "http://127.0.0.1:9"), "start it with: jianghai-qa serve"),
        (("evaluate", "--answers", "--data", "/nowhere"), "found --answers with --data, expected one of them"),
        (("evaluate", "--answers", "--reset-fit"), "found --answers with --reset-fit, expected one of them"),
        (("evaluate", "--data", "/nowhere"), "/nowhere is no BEIR folder; expected corpus.jsonl"),
        (("documents", "show", "d0"), "no document has the id 'd0'"),
        (("documents", "remove", "d0"), "no document has the id 'd0'"),
        (("documents", "replace", "d0", "README.md"), "no document has the id 'd0'"),
        (("restore", "/nowhere.sqlite"), "found no file /nowhere.sqlite, expected a backup made with: jianghai-qa backup"),
        (("restore", "README.md"), "README.md is no sound backup"),
        (("backup", "/nowhere/backup.sqlite"), "cannot be written there; choose another place"),
        (("backup", "README.md"), "found a file at README.md, expected a new name; nothing was written"),
    ],
)  # fmt: skip
def test_faults_of_the_input_end_with_code_2_and_one_message(
    command: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(ROOT)
    ran = command(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_cannot_be_written_is_told(command: Run) -> None:
    ran = command("evaluate", "--compare", "lexical", "--run", "/nowhere/run")
    assert ran.code == 2
    assert "found no folder /nowhere for --run /nowhere/run, expected one; make it first" in ran.err


def test_a_question_that_is_no_utf8_is_no_crash(data_dir: Path) -> None:
    ran = run_command("ask", b"\xff\xfe\xe6\xb1\x9f\xe6\xb5\xb7", "--json", "--data-dir", str(data_dir))
    assert ran.returncode in (0, 1)
    assert json.loads(ran.stdout)["question"] == "\ufffd\ufffd江海"


def test_the_output_may_be_cut_off_by_its_reader(data_dir: Path) -> None:
    words = [sys.executable, "-m", "qa", "documents", "list", "--data-dir", str(data_dir)]
    process = subprocess.Popen(words, cwd=ROOT, env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert said == ""
    assert process.returncode == 0


def test_filters_narrow_what_is_found(command: Run) -> None:
    def found(*options: str) -> set[str]:
        body = json.loads(command("search", "江海区", "--json", "-k", "50", *options).out)
        return {p["citation"]["document_id"] for p in body["passages"]}

    everywhere = found()
    one = sorted(everywhere)[0]
    assert len(everywhere) == 5
    assert found("--document", one) == {one}
    assert found("--published-from", "2024") < everywhere
    assert found("--published-to", "2022-12") | found("--published-from", "2023") == everywhere


class TestBackup:
    """Copy the library away and put it back."""

    def test_a_backup_brings_everything_back_under_a_greater_version(
        self, command: Run, data_dir: Path, tmp_path: Path
    ) -> None:
        backup, page = tmp_path / "backup.sqlite", tmp_path / "page.txt"
        assert command("backup", str(backup)).code == 0
        page.write_text(REPORT, encoding="utf-8")
        versions = []
        for _ in range(3):
            row = json.loads(command("documents", "add", str(page), "--json").out)[0]
            gone = json.loads(command("documents", "remove", row["id"], "--json").out)[0]
            versions += [row["index_version"], gone["index_version"]]
        listed = json.loads(command("documents", "list", "--json").out)
        command("documents", "remove", listed[0]["id"])
        ran = command("restore", str(backup), "--json")
        assert ran.code == 0
        body = json.loads(ran.out)
        assert body["index_version"] > max(versions) + 1
        assert Path(body["kept"]).is_file()
        assert json.loads(command("documents", "list", "--json").out) == listed
        assert command("ask", GOLDEN).code == 0
        assert [p.name for p in data_dir.iterdir() if "restoring" in p.name] == []

    def test_a_backup_restores_a_damaged_library_and_a_lost_folder(
        self, command: Run, data_dir: Path, tmp_path: Path
    ) -> None:
        backup = tmp_path / "backup.sqlite"
        command("backup", str(backup))
        (data_dir / "library.sqlite").write_bytes(b"garbage")
        assert command("restore", str(backup)).code == 0
        assert command("ask", GOLDEN).code == 0
        for path in sorted(data_dir.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        assert command("restore", str(backup)).code == 0
        assert command("ask", GOLDEN).code == 0

    def test_restoring_twice_keeps_both_libraries_that_were_there(
        self, command: Run, data_dir: Path, tmp_path: Path
    ) -> None:
        backup = tmp_path / "backup.sqlite"
        command("backup", str(backup))
        for _ in range(2):
            command("restore", str(backup))
        assert len(list(data_dir.glob("library.sqlite.before-restore-?"))) == 2

    def test_what_is_no_backup_changes_nothing(self, command: Run, data_dir: Path, tmp_path: Path) -> None:
        wrong = tmp_path / "wrong"
        wrong.write_bytes(b"SQLite format 3\0" + os.urandom(4096))
        ran = command("restore", str(wrong))
        assert ran.code == 2
        assert "is no sound backup" in ran.err
        assert "nothing was changed" in ran.err
        assert command("ask", GOLDEN).code == 0


def test_an_index_made_anew_counts_documents_and_passages(command: Run) -> None:
    body = json.loads(command("index", "--json").out)
    assert set(body) == {"index_version", "documents", "passages"}
    assert body["documents"] == 5


def test_evaluate_prints_a_table_and_figures(command: Run, tmp_path: Path) -> None:
    lines = (ROOT / "tests" / "data" / "dev.jsonl").read_text("utf-8").splitlines()
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join(lines[::5]), encoding="utf-8")
    ran = command("evaluate", str(file), "--compare", "lexical,dense", "--failures", "1", "--run", str(tmp_path / "r"))
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "| Success@1 / Success@5 | n | lexical | dense |"
    assert lines[2].startswith("| all | 26 | 0.")
    assert any(line.startswith("| lang en | ") for line in lines)
    assert {p.name for p in tmp_path.iterdir()} >= {"r.lexical.run", "r.dense.run"}
    # Without a file it asks the development questions of the checkout.
    (run,) = json.loads(command("evaluate", "--compare", "lexical", "--json").out)["runs"]
    assert run["groups"][0]["n"] == 130
    assert len(run["questions"]) == 130
