"""Judging, measures and the public forms of test collections, by hand-worked numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from qa.errors import TestQueryError
from qa.evaluation.beir import read_collection
from qa.evaluation.judging import ByQuotes, Need, Retrieved, needs_of
from qa.evaluation.queries import Evidence, TestQuery, read_test_queries
from qa.evaluation.ranks import met_at, reciprocal_rank, success
from qa.evaluation.runs import Outcome, evaluate
from qa.evaluation.trec import read_run, write_run

Run = Callable[..., object]
STORED = "第一段说江海区 有二十名\n培训教师。第二段又说有二十名培训教师。"
QUOTE = "有二十名培训教师"


def query(*quotes: str, needs_all: bool = False, id_: str = "q1") -> TestQuery:
    evidence = tuple(Evidence("a.txt", quote) for quote in quotes)
    return TestQuery(id_, "多少?", "zh", "fact", True, "20", evidence, needs_all)


def need(quote: str = QUOTE) -> Need:
    return needs_of([query(quote)], lambda file: STORED)["q1"][0]


def hit(spans: tuple[tuple[int, int], ...] = (), text: str = "", file: str = "a.txt", id_: str = "p1") -> Retrieved:
    return Retrieved(id_, file, spans, text, 1.0)


class TestJudging:
    """When a passage meets a need."""

    def test_every_occurrence_counts_and_blanks_do_not(self) -> None:
        assert len(need().occurrences) == 2
        start = STORED.index("有二十名")
        assert need().occurrences[0] == tuple(i for i in range(start, start + 9) if STORED[i] != "\n")

    def test_half_of_an_occurrence_is_enough_and_less_is_not(self) -> None:
        start = STORED.index("有二十名")
        assert need().met_by(hit(((start, start + 4),)))
        assert not need().met_by(hit(((start, start + 3),)))
        assert need().met_by(hit(((start, start + 2), (start + 5, start + 7))))
        assert need().met_by(hit(((STORED.rindex("有二十名"), len(STORED)),)))

    def test_halves_of_two_occurrences_do_not_add_up(self) -> None:
        first, second = STORED.index("有二十名"), STORED.rindex("有二十名")
        assert not need().met_by(hit(((first, first + 3), (second, second + 3))))

    def test_places_count_in_their_file_only_and_words_in_any(self) -> None:
        assert not need().met_by(hit(((0, len(STORED)),), file="b.txt"))
        assert need().met_by(hit(text="有 二十名培训\n教师", file="b.txt"))
        assert not need().met_by(hit(text="二十名培训教师", file="b.txt"))

    def test_all_quotes_that_do_not_stand_are_told_at_once(self) -> None:
        asked = [query("火星", QUOTE), query("木星", id_="q2")]
        with pytest.raises(TestQueryError) as told:
            needs_of(asked, lambda file: STORED)
        assert str(told.value).splitlines() == [
            "q1: found no '火星' in a.txt, expected the quote letter for letter; nothing like it stands there",
            "q2: found no '木星' in a.txt, expected the quote letter for letter; nothing like it stands there",
        ]
        with pytest.raises(TestQueryError, match=r"q1: found no document 'a.txt', expected it in the library"):
            needs_of([query(QUOTE)], lambda file: None)

    def test_alternatives_are_met_by_the_first_and_needs_by_the_last(self) -> None:
        found = [hit(text="nothing", id_="p1"), hit(text="江海区有", id_="p2"), hit(text="第二段又说", id_="p3")]
        for needs_all, rank in ((False, 2), (True, 3)):
            asked = query("江海区 有", "第二段", needs_all=needs_all)
            needs = needs_of([asked], lambda file: STORED)
            (outcome,) = evaluate([asked], ByQuotes(needs), lambda question: found)
            assert outcome.rank == rank


class TestRanks:
    """Worked arithmetic."""

    @pytest.mark.parametrize(
        ("ranking", "needs", "any_", "all_"),
        [
            ([{0}], 1, 1, 1),
            ([set(), {0}, {1}], 2, 2, 3),
            ([set(), {0, 1}], 2, 2, 2),
            ([{0}, {0}], 2, 1, None),
            ([set(), set()], 1, None, None),
            ([], 1, None, None),
        ],
    )
    def test_the_rank_at_which_a_question_is_met(
        self, ranking: list[set[int]], needs: int, any_: int | None, all_: int | None
    ) -> None:
        assert met_at(ranking, needs, False) == any_
        assert met_at(ranking, needs, True) == all_

    def test_success_and_reciprocal_rank(self) -> None:
        assert [success(r, 5) for r in (1, 5, 6, None)] == [1, 1, 0, 0]
        assert [reciprocal_rank(r) for r in (1, 4, 10, 11, None)] == [1, 0.25, 0.1, 0, 0]


GOOD = {"id": "q1", "question": "多少?", "evidence": [{"file": "a.txt", "quote": "二十名"}]}


class TestQueryFiles:
    """The project's own form of test questions."""

    def test_a_file_is_read_and_unknown_keys_are_ignored(self, tmp_path: Path) -> None:
        path = tmp_path / "q.jsonl"
        rows = [GOOD | {"mood": "good"}, GOOD | {"id": "q2", "question": "两\u2028行?", "needs": "all", "lang": "en"}]
        rows.append(GOOD | {"id": "q3", "question": "How many?", "lang": None})
        path.write_text(
            "\ufeff" + "\n\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "\n", encoding="utf-8"
        )
        one, other, third = read_test_queries(path)
        assert (one.id, one.answerable, one.needs_all, one.lang) == ("q1", True, False, "zh")
        assert (other.question, other.needs_all, other.lang) == ("两\u2028行?", True, "en")
        assert third.lang == "en"

    def test_every_faulty_line_is_told_with_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "q.jsonl"
        faulty = [
            "{",
            "[]",
            json.dumps(GOOD | {"id": ""}),
            json.dumps(GOOD | {"question": None}),
            json.dumps(GOOD | {"evidence": []}),
            json.dumps(GOOD | {"evidence": 5}),
            json.dumps(GOOD | {"evidence": [{"file": "a.txt"}]}),
            json.dumps(GOOD | {"needs": "some"}),
            json.dumps(GOOD | {"answerable": "yes"}),
        ]
        path.write_text("\n".join([json.dumps(GOOD), json.dumps(GOOD), *faulty]), encoding="utf-8")
        with pytest.raises(TestQueryError) as told:
            read_test_queries(path)
        lines = str(told.value).splitlines()
        assert [line.split(": ")[0] for line in lines] == [f"{path}:{n}" for n in range(2, 12)]
        expected = [
            "found the id 'q1' again (line 1), expected each once",
            "Expecting property name",
            "found list, expected a JSON object",
            "found id '', expected a text",
            "found question None, expected a text",
            "without evidence, expected at least one file and quote",
            "found evidence 5, expected a list",
            "found quote None, expected a text",
            "found needs 'some', expected 'any' or 'all'",
            "found answerable 'yes', expected true or false",
        ]
        assert all(part in line for part, line in zip(expected, lines, strict=True))

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "holds no questions; expected one JSON object a line"),
            (b"\xff\xfe", "expected a UTF-8 file of JSON lines"),
        ],
    )
    def test_a_file_without_questions_is_told(self, tmp_path: Path, content: bytes, said: str) -> None:
        path = tmp_path / "q.jsonl"
        path.write_bytes(content)
        with pytest.raises(TestQueryError, match=said):
            read_test_queries(path)


def beir_folder(folder: Path, *, packed: bool = False) -> Path:
    corpus = [
        {"_id": "c1", "title": "党建学院", "text": "社区党建学院为20名培训教师颁发聘书"},
        {"_id": "c2", "title": "", "text": "礼乐龙舟赛在礼乐河开桨"},
        {"_id": "c3", "text": "Foreign companies opened offices in Jianghai"},
    ]
    queries = [
        {"_id": "1", "text": "有多少培训教师?"},
        {"_id": "2", "text": "Which companies opened offices?", "metadata": {"lang": "en"}},
        {"_id": "3", "text": "not judged"},
    ]
    (folder / "qrels").mkdir(parents=True)
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in corpus).encode()
    if packed:
        (folder / "corpus.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(data))
    else:
        (folder / "corpus.jsonl").write_bytes(data)
    (folder / "queries.jsonl").write_text("".join(json.dumps(q) + "\n" for q in queries), encoding="utf-8")
    qrels = "query-id\tcorpus-id\tscore\n1\tc1\t1\n1\tc2\t0\n2\tc3\t2\n"
    (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    return folder


class TestBeir:
    """Public collections."""

    @pytest.mark.parametrize("packed", [False, True])
    def test_a_folder_is_read(self, tmp_path: Path, packed: bool) -> None:
        found = read_collection(beir_folder(tmp_path / "b", packed=packed))
        assert found.passages["c1"] == ("党建学院", "社区党建学院为20名培训教师颁发聘书")
        assert found.passages["c3"][0] == ""
        assert [q.id for q in found.queries] == ["1", "2"]
        assert found.queries[1].lang == "en"
        assert found.relevant == {"1": {"c1": 1, "c2": 0}, "2": {"c3": 2}}

    def test_a_folder_is_evaluated_with_every_retriever_and_writes_runs(self, command: Run, tmp_path: Path) -> None:
        folder = beir_folder(tmp_path / "b")
        ran = command("evaluate", "--data", str(folder), "--json", "--run", str(tmp_path / "r"))
        assert ran.code == 0
        runs = {run["name"]: run for run in json.loads(ran.out)["runs"]}
        assert list(runs) == ["lexical", "dense", "hybrid"]
        groups = {group["name"]: group for group in runs["hybrid"]["groups"]}
        assert groups["all"]["values"]["Success@1"] == 1
        assert groups["lang en"]["n"] == 1
        run = read_run(tmp_path / "r.hybrid.run")
        assert run["1"][0][0] == "c1"
        assert run["2"][0][0] == "c3"

    def test_what_is_missing_or_faulty_is_told_with_its_place(self, tmp_path: Path) -> None:
        with pytest.raises(TestQueryError, match=r"is no BEIR folder; expected corpus.jsonl \(or .zst\)"):
            read_collection(tmp_path)
        folder = beir_folder(tmp_path / "b")
        (folder / "corpus.jsonl").write_text(
            '{"_id": "c1", "text": "x"}\n{"_id": "c2"}\nnot JSON\n5\n', encoding="utf-8"
        )
        with pytest.raises(TestQueryError) as told:
            read_collection(folder)
        lines = str(told.value).splitlines()
        assert [line.split(": ")[0] for line in lines] == [f"{folder / 'corpus.jsonl'}:{n}" for n in (2, 3, 4)]
        assert "found no 'text', expected _id and text" in lines[0]

    def test_faulty_judgements_are_told_with_their_place(self, tmp_path: Path) -> None:
        folder = beir_folder(tmp_path / "b")
        path = folder / "qrels" / "test.tsv"
        path.write_text("query-id\tcorpus-id\tscore\n1 c1 1\n1\tc1\tmuch\n1\tc1\t1\n", encoding="utf-8")
        with pytest.raises(TestQueryError) as told:
            read_collection(folder)
        lines = str(told.value).splitlines()
        assert [line.split(": ")[0] for line in lines] == [f"{path}:2", f"{path}:3"]
        assert lines[0].endswith("expected query-id, corpus-id and score, divided by tabs; found 1 field")
        assert lines[1].endswith("found the score 'much', expected a whole number")


class TestTrec:
    """Runs that every evaluation tool reads."""

    def test_a_run_that_is_written_is_read_back(self, tmp_path: Path) -> None:
        hits = tuple(Retrieved(f"p{n}", "", (), "", score) for n, score in enumerate((0.75, 0.5, 0.5)))
        write_run(tmp_path / "r", "my hybrid", [Outcome(query(QUOTE), hits, (1, 0, 0), 1, {})])
        below = "0.49999997"  # the next smaller number of single precision
        assert (tmp_path / "r").read_text() == (
            f"q1 Q0 p0 1 0.75 my_hybrid\nq1 Q0 p1 2 0.5 my_hybrid\nq1 Q0 p2 3 {below} my_hybrid\n"
        )
        assert read_run(tmp_path / "r") == {"q1": [("p0", 0.75), ("p1", 0.5), ("p2", float(below))]}

    def test_scores_decide_the_order_and_falling_ids_the_ties_as_in_trec_eval(self, tmp_path: Path) -> None:
        (tmp_path / "r").write_text("q Q0 a 1 0.5 x\nq Q0 b 2 0.50000000001 x\nq Q0 c 3 0.9 x\n")
        assert [id_ for id_, _ in read_run(tmp_path / "r")["q"]] == ["c", "b", "a"]

    def test_faulty_lines_are_told_with_their_place(self, tmp_path: Path) -> None:
        path = tmp_path / "r"
        path.write_text("q Q0 b 1 0.5 x\nq b 1\nq Q0 b 1 much x\nq Q0 c 1 nan x\nq Q0 b 2 0.4 x\n")
        with pytest.raises(TestQueryError) as told:
            read_run(path)
        lines = str(told.value).splitlines()
        assert [line.split(": ")[0] for line in lines] == [f"{path}:{n}" for n in (2, 3, 4, 5)]
        assert all("expected six fields: query Q0 passage rank score tag" in line for line in lines[:3])
        assert "found b again for q, expected each passage once" in lines[3]

    def test_what_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(TestQueryError, match=r"none cannot be read .*; expected a TREC run"):
            read_run(tmp_path / "none")
