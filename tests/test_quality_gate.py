"""The project's own gate: search and answers over the seeds, held to floors and to what they were."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support import ROOT

from qa.evaluation.queries import read_test_queries

DATA = ROOT / "tests" / "data"


def test_search_and_answers_pass_the_gate(command: Callable[..., Any], tmp_path: Path) -> None:
    ran = command("evaluate", "--gate", str(DATA / "gate.toml"), "--junit", str(tmp_path / "gate.xml"))
    assert ran.code == 0, ran.err
    assert "12 of 12 hold" in ran.err


def test_the_questions_are_of_the_same_variety_and_not_the_same() -> None:
    asked = {name: read_test_queries(DATA / f"{name}.jsonl") for name in ("dev", "own")}
    assert [len(queries) for queries in asked.values()] == [150, 150]
    assert not {q.question for q in asked["dev"]} & {q.question for q in asked["own"]}
    types = [Counter(q.type for q in queries) for queries in asked.values()]
    assert types[0].keys() == types[1].keys()
    assert all(abs(types[0][name] - types[1][name]) <= 4 for name in types[0])


def test_every_chinese_development_question_has_an_english_wording() -> None:
    lines = (DATA / "dev_english.jsonl").read_text("utf-8").splitlines()
    chinese = {q.id for q in read_test_queries(DATA / "dev.jsonl") if q.lang == "zh" and q.answerable}
    assert {json.loads(line)["id"] for line in lines} == chinese
