"""What a user might lose without noticing: each command refuses, or says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.cli import main
from qa.library import FILE, Library


def run(capsys: pytest.CaptureFixture[str], data_dir: Path, *words: str) -> tuple[int, str, str]:
    code = main([*words, "--data-dir", str(data_dir)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_document_is_replaced_by_a_file_only(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Library.open(data_dir)
    before = library.documents()[0]
    (tmp_path / "a.txt").write_text("别的内容,与此无关。", encoding="utf-8")
    code, _, told = run(capsys, data_dir, "documents", "replace", before.id, str(tmp_path))
    assert code == 2
    assert "found no file at" in told
    assert "nothing was changed" in told
    assert library.document(before.id) == before
    library.close()


def test_questions_stay_with_passages_that_begin_as_before(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Library.open(data_dir)
    document = library.documents()[0]
    asked = sum(map(len, library.questions(document.id).values()))
    file = tmp_path / document.file
    file.write_text(document.text + "\n\n会议最后还通报了其他几件事情。\n", encoding="utf-8")
    code, _, told = run(capsys, data_dir, "documents", "replace", document.id, str(file))
    assert code == 0
    kept = sum(map(len, library.questions(document.id).values()))
    assert 0.9 * asked <= kept <= asked
    assert ("found no passage" in told) == (kept < asked)
    library.close()


def test_questions_beside_a_file_are_read_when_it_is_added(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.txt").write_text("湖东区图书馆周三闭馆,其余日子九时开馆。", encoding="utf-8")
    rows = [
        {"file": "own.txt", "begins": "湖东区图书馆周三", "questions": ["借书的地方哪天关门"]},
        {"file": "own.txt", "begins": "没有这样开头", "questions": ["没有这个"]},
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    code, out, told = run(capsys, data_dir, "documents", "add", str(tmp_path), "--json")
    assert code == 0
    assert "own.txt: 1 index-time questions found no passage" in told
    library = Library.open(data_dir)
    assert list(library.questions(json.loads(out)[0]["id"]).values()) == [("借书的地方哪天关门",)]
    library.close()


def test_adding_what_is_there_leaves_the_index_as_it_is(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.txt").write_text("湖东区图书馆周三闭馆,其余日子九时开馆。", encoding="utf-8")
    _, first, _ = run(capsys, data_dir, "documents", "add", str(tmp_path), "--json")
    _, again, _ = run(capsys, data_dir, "documents", "add", str(tmp_path), "--json")
    assert [row["added"] for row in json.loads(first) + json.loads(again)] == [True, False]
    assert json.loads(first)[0]["index_version"] == json.loads(again)[0]["index_version"]


def test_a_folder_without_documents_is_told(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, told = run(capsys, data_dir, "documents", "add", str(tmp_path))
    assert code == 0
    assert "no documents in" in told


def test_a_lost_library_is_not_taken_for_a_new_one(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data_dir / FILE).unlink()
    code, _, told = run(capsys, data_dir, "index")
    assert code == 2
    assert "the library has been lost" in told
    assert "jianghai-qa restore FILE" in told
    assert not (data_dir / FILE).exists()


def test_an_interval_that_ends_before_it_begins_is_refused(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dates = ("--published-from", "2024", "--published-to", "2023-05")
    code, _, told = run(capsys, data_dir, "ask", "社区党建学院", *dates)
    assert code == 2
    assert "found published from 2024 to 2023-05, expected an interval that begins before it ends" in told


def test_no_passage_at_all_is_said_as_such(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, data_dir, "ask", "社区党建学院", "--document", "nope")
    assert code == 1
    assert out.startswith("没有可供查找的段落")


def test_the_address_of_a_server_needs_its_scheme(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, told = run(capsys, data_dir, "evaluate", "--url", "127.0.0.1:8199")
    assert code == 2
    assert "found the address '127.0.0.1:8199', expected http://" in told
