"""`evaluate --answers`: every question is asked, in this process or of a server, and the answers are judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from api_support import GOLDEN, RunningServer

from qa.errors import InvalidRequest
from qa.evaluation.answer_runs import over_http

pytest_plugins = ["api_fixtures"]
Run = Callable[..., object]
PAGE = "000_7acb3d7aa04156cd.txt"
ROWS = (
    {"id": "q1", "question": GOLDEN, "evidence": [{"file": PAGE, "quote": "为第一批20名培训教师颁发聘书"}]},
    {"id": "q2", "question": "《红楼梦》的作者是谁?", "type": "unanswerable-ood", "answerable": False},
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A question that the pages answer and one that they do not."""
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return str(path)


def test_a_table_by_type_and_the_reliability_follow_the_retrieval_table(command: Run, file: str) -> None:
    ran = command("evaluate", file, "--compare", "lexical", "--answers")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "| Success@1 / Success@5 | n | lexical |"
    assert lines.index("| questions | n | answered | a citation covers the evidence | mean citations |") > 5
    assert any(line.startswith("| type all | 1 | 1 | 1.00 |") for line in lines)
    assert "| type unanswerable-ood | 1 | 0 | – | – |" in lines
    assert "refusals: precision 1.00, recall 1.00" in lines
    assert lines[-1].startswith("ECE 0.")
    assert sum("|" in line and "█" in line for line in lines) >= 1


@pytest.mark.parametrize("over", [False, True])
def test_programs_get_what_became_of_every_question(command: Run, file: str, server: RunningServer, over: bool) -> None:
    options = ("--url", server.url) if over else ()
    body = json.loads(command("evaluate", file, "--compare", "hybrid", "--answers", "--json", *options).out)
    assert [run["name"] for run in body["runs"]] == ["hybrid"]
    first, second = body["answers"]["questions"]
    assert {k: first[k] for k in ("id", "answered", "half", "whole", "held", "resolves")} == {
        "id": "q1", "answered": True, "half": True, "whole": True, "held": True, "resolves": True,
    }  # fmt: skip
    assert first["verbatim"] == len(first["citations"]) >= 1
    assert first["citations"][0]["file"] == PAGE
    assert first["citations"][0]["quote"] in first["text"]
    assert (second["id"], second["answered"], second["citations"]) == ("q2", False, [])
    found = body["answers"]["scores"]["all"]
    assert (found["n"], found["refusal_recall"], found["false_answers"]) == (2, 1, 0)
    assert sum(one["n"] for one in body["answers"]["reliability"]["bins"]) == 2


def test_without_the_option_no_answer_is_asked_for(command: Run, file: str) -> None:
    ran = command("evaluate", file, "--compare", "lexical", "--json")
    assert json.loads(ran.out)["answers"] is None


def test_a_document_that_the_server_does_not_have_has_no_text(server: RunningServer) -> None:
    source = over_http(server.url + "/")
    (cited, *_) = source.ask(GOLDEN).citations
    assert "第一批20名培训教师" in (source.stored(cited.document_id) or "")
    assert source.stored("d0") is None
    with pytest.raises(InvalidRequest, match=r"did not answer a question .*; start it with: jianghai-qa serve"):
        over_http("http://127.0.0.1:9").ask(GOLDEN)
