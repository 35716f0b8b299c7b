"""TREC topics and judgements, and what BEIR folders have wrong with them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from question_files import fault_of

from qa.errors import TestQueryError
from qa.evaluation.beir import read_collection
from qa.evaluation.columns import language_of
from qa.evaluation.judging import ByQrels, Retrieved
from qa.evaluation.reading import read_questions
from qa.evaluation.runs import evaluate
from qa.evaluation.topics import read_qrels

pytest_plugins = ["api_fixtures"]
Command = Callable[..., Any]

CLASSIC = """<top>
<num> Number: 301
<title> International
Organized &amp; Crime

<desc> Description:
Identify organizations.

<narr> Narrative:
A relevant document must name one.
</top>

<top>
<num>302</num><title></title>
<desc> Description: 谁参加了龙舟赛?</desc>
</top>
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<topics task="x">
  <topic number="1"><query>coronavirus origin</query><question>what is the origin?</question></topic>
  <TOPIC><NUM>2</NUM><TITLE>龙舟赛</TITLE><DESC>谁?</DESC></TOPIC>
  <topic id="3">plain &amp; simple</topic>
</topics>
"""


class TestTrecFiles:
    """Topics and judgements of TREC."""

    @pytest.mark.parametrize(
        ("name", "text", "expected"),
        [
            ("t.txt", CLASSIC, [("301", "International Organized & Crime", 1), ("302", "谁参加了龙舟赛?", 13)]),
            ("t.xml", XML, [("1", "coronavirus origin", 3), ("2", "龙舟赛", 4), ("3", "plain & simple", 5)]),
            ("t.xml", '<topic number="7"><title>A b</title></topic>\n<topic number="8"><title>C</title></topic>',
             [("7", "A b", 1), ("8", "C", 2)]),
            ("t.tsv", "qid\tquery\n1\tA b?\n\n2\t龙舟赛\n", [("1", "A b?", 2), ("2", "龙舟赛", 4)]),
            ("t.tsv", "1048585\twhat is it\n2\tx\n", [("1048585", "what is it", 1), ("2", "x", 2)]),
        ],
    )  # fmt: skip
    def test_topics_of_every_form(
        self, tmp_path: Path, name: str, text: str, expected: list[tuple[str, str, int]]
    ) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")
        asked = read_questions(tmp_path / name)
        assert [(q.id, q.question, int(q.place.removeprefix(f"{name}:"))) for q in asked] == expected
        assert all(q.answerable and not q.evidence for q in asked)
        assert {q.lang for q in asked} == {language_of(question) for _, question, _ in expected}

    def test_a_sheet_divided_by_tabs_is_no_list_of_topics(self, tmp_path: Path) -> None:
        (tmp_path / "q.tsv").write_text("question\tanswerable\nA?\tno\n")
        (asked,) = read_questions(tmp_path / "q.tsv")
        assert (asked.question, asked.answerable) == ("A?", False)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (
                "<top><title> A\n</top>\n<top>\n<num> Number: 2\n</top><top><num>3<title>B</top><top><num>3<title>C</top>",
                [
                    "t:1: found a topic without a number, expected <num> and <title>",
                    "t:3: found a topic without a question, expected <num> and <title>",
                    "t:5: found the id '3' again (line 5), expected each once",
                ],
            ),
            (
                "1\tA\n2\n\tB\n1\tC\n",
                [
                    "t:2: found a topic without a question, expected id and query, divided by a tab",
                    "t:3: found a topic without a number, expected id and query, divided by a tab",
                    "t:4: found the id '1' again (line 1), expected each once",
                ],
            ),
            ("qid\tquery\n", ["t holds no topics; expected id and query, divided by a tab"]),
            (
                "<topics><topic number='1'><query>A</topic></topics>",
                ["t cannot be read as XML (mismatched tag: line 1, column 41); expected topics as <topic number=…>"],
            ),
        ],
    )
    def test_faulty_topics_are_told_at_once(self, tmp_path: Path, text: str, said: list[str]) -> None:
        assert fault_of(tmp_path / "t", text) == said

    def test_entities_of_topics_are_refused(self, tmp_path: Path) -> None:
        (line,) = fault_of(
            tmp_path / "t.xml", '<!DOCTYPE t [<!ENTITY a "b">]><topics><topic number="1">&a;</topic></topics>'
        )
        assert "declares XML entities, expected none" in line

    def test_judgements_keep_their_grades(self, tmp_path: Path) -> None:
        (tmp_path / "qrels").write_text("301 0 FT-1 1\n301 0 FT-2 0\r\n\n302\tQ0\tFT-1\t-2\n302 0 FT-3 3\n")
        assert read_qrels(tmp_path / "qrels") == {"301": {"FT-1": 1, "FT-2": 0}, "302": {"FT-1": -2, "FT-3": 3}}

    def test_faulty_judgements_are_told_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "qrels"
        path.write_text("301 0 a 1\n301 0 a 0\n301 a 1\n301 0 b much\n302 0 a 1\n")
        with pytest.raises(TestQueryError) as told:
            read_qrels(path)
        assert str(told.value).splitlines() == [
            f"{path}:2: found 'a' judged again for the query '301' (1, then 0), expected once",
            f"{path}:3: found '301 a 1', expected four fields: query 0 document grade",
            f"{path}:4: found the score 'much', expected a whole number",
        ]
        with pytest.raises(TestQueryError, match=r"cannot be read .*; expected a file of judgements"):
            read_qrels(tmp_path / "none")


def beir(folder: Path, corpus: str, queries: str, qrels: str) -> Path:
    (folder / "qrels").mkdir(parents=True)
    for name, text in (("corpus.jsonl", corpus), ("queries.jsonl", queries), ("qrels/test.tsv", qrels)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


class TestBeirFaults:
    """What public folders have wrong with them."""

    def test_the_faults_of_all_three_files_are_told_at_once(self, tmp_path: Path) -> None:
        folder = beir(
            tmp_path / "b",
            '{"_id": "c1", "text": "x"}\n{"_id": "c1", "text": "y"}\n{"_id": "c2", "text": null}\n',
            '{"_id": "1", "text": " "}\n{"_id": "2", "text": "A?"}\n{"_id": 2, "text": "B?"}\n[]\n',
            "query-id\tcorpus-id\tscore\n1\tc1\t1\n1\tc1\t1\n1\tc1\t2\n1 c1 1\n",
        )
        with pytest.raises(TestQueryError) as told:
            read_collection(folder)
        assert str(told.value).replace(f"{folder}/", "").splitlines() == [
            "corpus.jsonl:2: found the _id 'c1' again (line 1), expected each once",
            "corpus.jsonl:3: found no 'text', expected _id and text",
            "queries.jsonl:1: found an empty text, expected one",
            "queries.jsonl:3: found the _id '2' again (line 2), expected each once",
            "queries.jsonl:4: found list, expected a JSON object",
            "qrels/test.tsv:4: found 'c1' judged again for the query '1' (1, then 2), expected once",
            "qrels/test.tsv:5: found '1 c1 1', expected query-id, corpus-id and score, divided by tabs; found 1 field",
        ]

    def test_the_language_of_a_question_is_that_of_its_letters_unless_the_folder_says(self, tmp_path: Path) -> None:
        queries = (
            '{"_id": "1", "text": "Who raced?"}\n{"_id": "2", "text": "谁参加了龙舟赛?"}\n'
            '{"_id": "3", "text": "Qui?", "metadata": {"lang": "fr"}}\n'
        )
        folder = beir(tmp_path / "b", '{"_id": "c1", "text": "x"}\n', queries, "1\tc1\t1\n2\tc1\t1\n3\tc1\t1\n")
        assert [q.lang for q in read_collection(folder).queries] == ["en", "zh", "fr"]

    def test_the_judgements_are_those_of_test_or_of_the_split_that_is_named(self, tmp_path: Path) -> None:
        corpus = '{"_id": "c1", "text": "x"}\n{"_id": "c2", "text": "y"}\n'
        folder = beir(tmp_path / "b", corpus, '{"_id": "1", "text": "A?"}\n', "1\tc1\t1\n")
        (folder / "qrels" / "dev.tsv").write_text("1\tc2\t1\n", encoding="utf-8")
        assert read_collection(folder).relevant == {"1": {"c1": 1}}
        assert read_collection(folder, split="dev").relevant == {"1": {"c2": 1}}
        with pytest.raises(TestQueryError, match=r"has no qrels/train.tsv, expected one of dev, test"):
            read_collection(folder, split="train")
        (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "more.tsv")
        assert read_collection(folder).relevant == {"1": {"c1": 1, "c2": 1}}

    def test_judgements_of_questions_that_do_not_exist_are_left_out_and_of_passages_counted_as_missed(
        self, tmp_path: Path
    ) -> None:
        corpus, said = '{"_id": "c1", "text": "x"}\n', list[str]()
        queries = '{"_id": "1", "text": "A?"}\n{"_id": "2", "text": "B?"}\n'
        folder = beir(tmp_path / "b", corpus, queries, "1\tc1\t2\n1\tc8\t1\n2\tc9\t1\n3\tc1\t1\n")
        found = read_collection(folder, said.append)
        assert found.relevant == {"1": {"c1": 2, "c8": 1}, "2": {"c9": 1}}
        assert [q.id for q in found.queries] == ["1", "2"]
        assert said == [
            f"{folder}: 1 judgement is of questions that queries.jsonl does not have, as '3'; left out",
            f"{folder}: 2 judgements are of passages that the corpus does not have, as 'c8'; relevant ones "
            "count as not found",
        ]
        hit = Retrieved("c1", "", (), "", 1.0)
        names = ("Success@1", "RR@10", "R@10", "nDCG@10")
        one, other = evaluate(found.queries, ByQrels(found.relevant), lambda question: [hit], names=names)
        assert (one.rank, one.values["R@10"]) == (1, 0.5)
        assert one.values["nDCG@10"] == pytest.approx(2 / (2 + 1 / math.log2(3)))
        assert (other.rank, set(other.values.values())) == (None, {0.0})

    def test_a_folder_with_an_absent_passage_is_reported_whole(self, command: Command, tmp_path: Path) -> None:
        corpus = '{"_id": "c1", "text": "龙舟赛在礼乐河开桨"}\n'
        queries = '{"_id": "1", "text": "龙舟赛在哪里?"}\n{"_id": "2", "text": "谁?"}\n'
        folder = beir(tmp_path / "b", corpus, queries, "1\tc1\t1\n1\tc8\t1\n2\tc9\t1\n")
        ran = command("evaluate", "--data", str(folder), "--compare", "lexical", "--json")
        assert ran.code == 0, ran.err
        (run,) = json.loads(ran.out)["runs"]
        assert run["groups"][0]["n"] == 2
        assert [q["values"]["R@10"] for q in run["questions"]] == [0.5, 0.0]
        assert "missed" not in run["questions"][1]

    def test_a_folder_without_a_judged_question_is_a_fault(self, tmp_path: Path) -> None:
        folder = beir(tmp_path / "b", '{"_id": "c1", "text": "x"}\n', '{"_id": "1", "text": "A?"}\n', "1\tc1\t0\n")
        with pytest.raises(
            TestQueryError, match=r"holds no question with a relevant passage; expected some in .*qrels"
        ):
            read_collection(folder)

    def test_a_damaged_file_is_told_with_the_faults_of_the_others(self, tmp_path: Path) -> None:
        folder = beir(tmp_path / "b", "", "[]\n", "1\tc1\t1\n")
        (folder / "corpus.jsonl").write_bytes(b'{"_id": "c1", "text": "\xff"}\n')
        with pytest.raises(TestQueryError) as told:
            read_collection(folder)
        first, second = str(told.value).splitlines()
        assert first.startswith(f"{folder}/corpus.jsonl:1: cannot be read ('utf-8' codec can't decode")
        assert second == f"{folder}/queries.jsonl:1: found list, expected a JSON object"
