"""Index-time questions: read from a file, kept with their passage, searched beside it, never shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support import Text, embedded, index_of, query_of

from qa.cli import main
from qa.errors import InvalidRequest
from qa.index_questions import PassageQuestions, assign, read_questions
from qa.library import Library
from qa.retrieval.lexical import question_coverage
from qa.service import Service
from qa.settings import Settings

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
ODD = "紫色河马在月亮上跳舞叫什么名堂"


def test_every_question_of_the_seeds_finds_its_passage(service: Service) -> None:
    rows = read_questions(SEEDS / "questions.jsonl")
    given = 0
    for document in service.library.documents():
        found, lost = assign(rows, document.file, service.library.passages(document.id))
        assert lost == []
        assert service.library.questions(document.id) == found
        given += sum(map(len, found.values()))
    assert given == sum(len(row.questions) for row in rows) > 1000


def test_all_faulty_lines_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"file": "a", "begins": "b", "questions": ["c"]}\n{"file": 1}\nno\n', encoding="utf-8")
    with pytest.raises(InvalidRequest, match=rf"{path}:2: found no file(.|\n)*{path}:3: "):
        read_questions(path)


def test_white_space_does_not_count_where_a_passage_begins(service: Service) -> None:
    document = service.library.documents()[0]
    passage = service.library.passages(document.id)[3]
    row = PassageQuestions(document.file, "  ".join(passage.text[:12]), ("怎么样",))
    assert assign([row], document.file, [passage]) == ({passage.id: ("怎么样",)}, [])


def test_a_passage_that_is_read_with_a_few_wrong_characters_keeps_its_questions(service: Service) -> None:
    document = service.library.documents()[0]
    passages = service.library.passages(document.id)
    passage = next(p for p in passages if p.kind == "paragraph" and len(p.text) > 60)
    begins = "".join(passage.text.split())[:40]
    # Two of forty characters read wrongly: 6 of 38 strings of three.
    misread = begins[:10] + "囗" + begins[11:30] + "囗" + begins[31:]
    later = PassageQuestions(document.file, begins[8:], ("丙",))
    found, lost = assign([PassageQuestions(document.file, misread, ("甲",)), later], document.file, passages)
    assert (found, lost) == ({passage.id: ("甲", "丙")}, [])


def test_a_passage_that_is_not_there_gives_its_questions_to_no_other(service: Service) -> None:
    document = service.library.documents()[0]
    row = PassageQuestions(document.file, "本月起,城北污水处理厂二期工程投入试运行,日处理能力翻一番。", ("甲",))
    assert assign([row], document.file, service.library.passages(document.id)) == ({}, [row])


def test_a_question_that_shares_no_word_with_the_text_finds_its_passage_and_is_not_shown(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.read({"JIANGHAI_QA_DATA_DIR": str(data_dir)})
    service = Service.open(settings)
    document = service.library.documents()[0]
    passage = next(p for p in service.library.passages(document.id) if p.kind == "paragraph" and len(p.text) > 100)
    row = {"file": document.file, "begins": passage.text[:30].replace("\n", ""), "questions": [ODD]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert main(["documents", "questions", str(tmp_path / "questions.jsonl"), "--data-dir", str(data_dir)]) == 0
    assert document.id in capsys.readouterr().out

    found = service.search(ODD)
    assert found.passages[0].id == passage.id
    assert ODD not in found.passages[0].text + found.passages[0].citation.quote
    service.close()
    without = Service.open(replace(settings, index_questions=False))
    assert without.search(ODD).passages[0].score < found.passages[0].score
    without.close()


def test_a_question_without_its_passage_is_told_and_the_others_are_kept(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Library.open(data_dir)
    document = library.documents()[0]
    passage = library.passages(document.id)[3]
    rows = [
        {"file": document.file, "begins": passage.text[:20].replace("\n", ""), "questions": ["问一"]},
        {"file": document.file, "begins": "没有这样的段落", "questions": ["问二"]},
        {"file": "nowhere.txt", "begins": "没有", "questions": ["问三"]},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    assert main(["documents", "questions", str(path), "--data-dir", str(data_dir)]) == 2
    told = capsys.readouterr().err
    assert "no passage begins '没有这样的段落'" in told
    assert "nowhere.txt: no document has this file name" in told
    assert library.questions(document.id) == {passage.id: ("问一",)}
    library.close()


def test_the_coverage_of_questions_is_that_of_the_best_one(tmp_path: Path) -> None:
    texts = [Text("江海区", questions=("荷花什么时候开", "荷花在哪里")), Text("荷花")]
    generation = index_of(tmp_path, [texts])
    covered = question_coverage(generation, query_of("荷花在哪里看"))
    assert covered[0] > 0
    assert covered[1] == 0
    assert embedded().dimensions == generation.manifest.recipe.dimensions
