"""Whatever is asked: every marker has its citation, every citation its marker, every quote stands where its spans say."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import httpx
import pytest
from api_support import ROOT, SEEDS, Json, joined

pytest_plugins = ["api_fixtures"]


def _rows(name: str) -> list[Json]:
    lines = (ROOT / name).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def questions() -> list[str]:
    """Return all development questions, and one question of each of 60 passages, in Chinese and in English."""
    passages = [row["questions"] for row in _rows("seeds/questions.jsonl")]
    spread = [passages[n * len(passages) // 60] for n in range(60)]
    return [row["question"] for row in _rows("tests/data/dev.jsonl")] + [q[n % len(q)] for n, q in enumerate(spread)]


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """What is asked, once plainly and once streamed."""
    return questions()


@pytest.fixture(scope="module")
def plain(client: httpx.Client, asked: Sequence[str]) -> list[Json]:
    """The answers in one piece."""
    return [client.post("/v1/ask", json={"question": one}).raise_for_status().json() for one in asked]


@pytest.fixture(scope="module")
def streamed(client: httpx.Client, asked: Sequence[str]) -> list[list[tuple[str, Json]]]:
    """The events of each answer, by name."""
    return [events(client, one) for one in asked]


def events(client: httpx.Client, question: str) -> list[tuple[str, Json]]:
    response = client.post("/v1/ask", json={"question": question, "stream": True}).raise_for_status()
    found = [one.split("\ndata: ") for one in response.content.decode().split("\n\n")[:-1]]
    return [(name.removeprefix("event: "), json.loads(data)) for name, data in found]


def faults(answer: Json) -> list[str]:
    """Return what does not hold of an answer over the seeds."""
    found = []
    numbers = [citation["marker"] for citation in answer["citations"]]
    if set(numbers) != {int(n) for n in re.findall(r"\[(\d+)\]", answer["answer"])} or len(set(numbers)) < len(numbers):
        found.append(f"{answer['question']}: markers of {answer['answer']!r} for the citations {numbers}")
    if bool(numbers) != answer["answerable"]:
        found.append(f"{answer['question']}: answerable {answer['answerable']} with {len(numbers)} citations")
    for citation in [*answer["citations"], *(p["citation"] for p in answer["passages"])]:
        text = (SEEDS / citation["file"]).read_bytes().decode()
        if not citation["quote"] or joined(text, citation["spans"]) != citation["quote"]:
            found.append(f"{answer['question']}: {citation['quote']!r} does not stand at {citation['spans']}")
    return found


def test_the_questions_are_many_and_of_both_languages(asked: Sequence[str]) -> None:
    assert len(asked) == 210
    assert sum(question.isascii() for question in asked) >= 20


def test_every_answer_is_proved_by_its_citations(plain: Sequence[Json]) -> None:
    assert [fault for answer in plain for fault in faults(answer)] == []
    assert sum(len(answer["citations"]) for answer in plain) > 100


def test_every_streamed_answer_is_proved_by_its_citations(streamed: Sequence[Sequence[tuple[str, Json]]]) -> None:
    wholes = [one[-1][1] for one in streamed]
    assert [fault for answer in wholes for fault in faults(answer)] == []


def test_the_pieces_of_a_stream_are_the_answer_and_the_same_as_in_one_piece(
    plain: Sequence[Json], streamed: Sequence[Sequence[tuple[str, Json]]]
) -> None:
    for answer, one in zip(plain, streamed, strict=True):
        names = [name for name, _ in one]
        assert names == ["passages", *["delta"] * (len(names) - 2), "answer"]
        assert "".join(data["text"] for name, data in one if name == "delta") == one[-1][1]["answer"]
        assert {k: v for k, v in one[-1][1].items() if k != "took_ms"} == {
            k: v for k, v in answer.items() if k != "took_ms"
        }
        assert one[0][1]["passages"] == answer["passages"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"answer": "改[1]了[2]"}, "for the citations"),
        ({"answer": "没有标记"}, "for the citations"),
        ({"answerable": False}, "answerable False with"),
        (
            {"passages": [{"citation": {"file": "000_7acb3d7aa04156cd.txt", "spans": [[0, 2]], "quote": "x"}}]},
            "does not stand",
        ),
    ],
)
def test_what_does_not_hold_is_told(plain: Sequence[Json], change: Json, told: str) -> None:
    sound = next(answer for answer in plain if len(answer["citations"]) == 1)
    assert faults(sound) == []
    (fault,) = faults(sound | change)
    assert told in fault
