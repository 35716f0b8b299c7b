"""The measurement of answers over HTTP: questions over passages, asked of a server that holds these passages alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.answers import asked_of, queries_of, table
from qa.evaluation.queries import Evidence
from qa.fitting.answering import Asked

SCHOOL, BOATS = (
    "江海区社区党建学院正式揭牌,并为第一批20名培训教师颁发聘书。学院设在外海街道。",
    "礼乐龙舟赛在礼乐河开桨,共有十六支队伍参加,奖金三万元。",
)
TEXTS = {"a1": SCHOOL, "b2": BOATS}
ASKED = [
    Asked("社区党建学院第一批聘了多少名培训教师?", "a1", True, (SCHOOL.index("并"), SCHOOL.index("。")), "p"),
    Asked("How many teams rowed in the Lile dragon boat race?", "b2", True, (12, 21), "p"),
    Asked("礼乐龙舟赛的裁判长是谁?", "b2", False, None, "p"),
    Asked("《红楼梦》的作者是谁?", None, False, None, "p"),
]


def test_a_place_in_a_passage_becomes_a_quote_of_its_file() -> None:
    first, second, near, off = queries_of(ASKED, TEXTS)
    assert first.evidence == (Evidence("a1.txt", "并为第一批20名培训教师颁发聘书"),)
    assert second.evidence == (Evidence("b2.txt", "共有十六支队伍参加"),)
    assert [(q.lang, q.type, q.answerable, len(q.evidence)) for q in (first, second, near, off)] == [
        ("zh", "answerable", True, 1),
        ("en", "answerable", True, 1),
        ("zh", "near-miss", False, 0),
        ("zh", "off-topic", False, 0),
    ]
    assert len({q.id for q in (first, second, near, off)}) == 4


@pytest.mark.parametrize("stream", [False, True])
def test_a_server_over_the_passages_answers_with_their_evidence(tmp_path: Path, stream: bool) -> None:
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    judged = asked_of(tmp_path, queries_of(ASKED, TEXTS), stream)
    assert (judged[0].answered, judged[0].half, judged[0].held) == (True, True, True)
    assert all(j.resolves and j.verbatim == j.citations for j in judged)
    (row,) = table({"p": judged}).splitlines()[2:]
    quotes = sum(j.citations for j in judged)
    cells = row.strip("| ").split(" | ")
    assert cells[:2] == ["p", "2"]
    assert [cell.split(" ")[-1] for cell in cells[5:7]] == ["1", "1"]
    assert cells[8:] == [f"{quotes} of {quotes}", "4 of 4"]
