"""`evaluate` from the command line: what is compared, with what, and what is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from beir.retrieval import evaluation as beir_evaluation
from support import ROOT

from embeddings.opening import open_encoder
from qa.evaluation.measures import MEASURES
from qa.evaluation.trec import read_run

pytest_plugins = ["api_fixtures"]
Command = Callable[..., Any]
COLLECTION = ROOT / "tests" / "data" / "beir"
LINES = (ROOT / "tests" / "data" / "dev.jsonl").read_text("utf-8").splitlines()


@pytest.fixture
def few(tmp_path: Path) -> str:
    """Twelve questions, two of them without an answer."""
    rows = [line for line in LINES if json.loads(line)["answerable"]][::13]
    rows += [line for line in LINES if not json.loads(line)["answerable"]][:2]
    (tmp_path / "few.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return str(tmp_path / "few.jsonl")


def runs_of(ran: Any) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    return {run["name"]: run for run in json.loads(ran.out)["runs"]}


def ranking(run: Any) -> list[list[str]]:
    return [[hit["passage_id"] for hit in question["hits"]] for question in run["questions"]]


class TestFaults:
    """What is wrong with the questions is told in one round."""

    def test_faulty_rows_and_strayed_quotes_of_all_files_are_told_at_once(
        self, command: Command, tmp_path: Path
    ) -> None:
        sheet, lines = tmp_path / "q.csv", tmp_path / "q.jsonl"
        sheet.write_text(
            "id,question,file,quote,answerable\nq1,A?,000_7acb3d7aa04156cd.txt,火星上的水源,\nq2,B?,nowhere.txt,甲,\n"
            "q3,C?,,甲,\nq4,D?,000_7acb3d7aa04156cd.txt,木星上的水,maybe\nq5,E?,000_7acb3d7aa04156cd.txt,土星, 上,\n",
            encoding="utf-8",
        )
        row = {"id": "q1", "question": "F?", "evidence": [{"file": "none.txt", "quote": "乙"}]}
        lines.write_text(json.dumps(row) + "\n{\n", encoding="utf-8")
        ran = command("evaluate", str(sheet), str(lines), str(tmp_path / "absent.csv"))
        assert ran.code == 2
        told = ran.err.removeprefix("jianghai-qa evaluate: ").replace(f"{tmp_path}/", "").splitlines()
        starts = [
            "q.csv:4: found a quote without a file",
            "q.csv:5: found answerable 'maybe'",
            "q.csv:6: found 6 cells, expected 5: a comma in a text",
            "q.jsonl:2: Expecting property name",
            "q.jsonl: found the id 'q1' again (in q.csv)",
            "absent.csv cannot be read",
            "q.csv:2: q1: found no '火星上的水源' in 000_7acb3d7aa04156cd.txt",
            "q.csv:3: q2: found no document 'nowhere.txt'",
            "q.jsonl:1: q1: found no document 'none.txt'",
        ]
        assert len(told) == len(starts), ran.err
        assert [line[: len(start)] for line, start in zip(told, starts, strict=True)] == starts

    def test_a_missing_library_hides_no_fault_of_the_questions(self, command: Command, tmp_path: Path) -> None:
        (tmp_path / "q.jsonl").write_text("{\n", encoding="utf-8")
        ran = command("evaluate", str(tmp_path / "q.jsonl"), "--data-dir", str(tmp_path / "new"))
        assert ran.code == 2
        assert "q.jsonl:1: Expecting property name" in ran.err

    def test_a_quote_at_many_places_is_remarked(self, command: Command, tmp_path: Path) -> None:
        row = {"id": "q1", "question": "哪个区?", "evidence": [{"file": "000_7acb3d7aa04156cd.txt", "quote": "江海"}]}
        (tmp_path / "q.jsonl").write_text(json.dumps(row), encoding="utf-8")
        ran = command("evaluate", str(tmp_path / "q.jsonl"), "--compare", "lexical")
        assert ran.code == 0, ran.err
        assert "q.jsonl:1: q1: '江海' stands at " in ran.err


class TestComparing:
    """Several setups in one call."""

    def test_encoders_and_lengths_are_read_into_indexes_of_their_own(
        self, command: Command, few: str, other_encoder: Path, data_dir: Path
    ) -> None:
        before = (data_dir / "index" / "manifest.json").read_bytes()
        found = runs_of(
            command(
                "evaluate", few, "--compare", "dense,hybrid", "--encoder", "embedded", "--encoder", str(other_encoder),
                "--json",
            )
        ) | runs_of(command("evaluate", few, "--compare", "dense", "--passage-length", "now,120", "--json"))  # fmt: skip
        encoders = [f"{mode}, {encoder}" for encoder in ("embedded", other_encoder) for mode in ("dense", "hybrid")]
        lengths = ["dense, passages as they are", "dense, 120 characters"]
        assert list(found) == encoders + lengths
        # The same vectors by another name find the same; no weights fit them, so the legs are merged by rank.
        assert ranking(found[encoders[2]]) == ranking(found[encoders[0]])
        assert ranking(found[encoders[3]]) != ranking(found[encoders[1]])
        assert found[lengths[1]]["passage_length"] == 120
        assert ranking(found[lengths[0]]) == ranking(found[encoders[0]]) != ranking(found[lengths[1]])
        assert (data_dir / "index" / "manifest.json").read_bytes() == before

    def test_weights_are_those_of_a_file_or_none(self, command: Command, few: str, tmp_path: Path) -> None:
        shipped = json.loads((ROOT / "qa" / "data" / "fitted.json").read_text("utf-8"))
        shipped["ranking"] |= dict.fromkeys(shipped["ranking"], 0.0) | {"dense": 9.0}
        own = tmp_path / "own.json"
        own.write_text(json.dumps(shipped), encoding="utf-8")
        words = ("evaluate", few, "--compare", "hybrid,dense", "--json")
        found = runs_of(command(*words, "--weights", "serving", "--weights", "ranks", "--weights", str(own)))
        assert list(found) == ["hybrid, serving weights", "hybrid, ranks weights", f"hybrid, {own} weights", "dense"]
        assert len({json.dumps(ranking(run)) for run in found.values()}) == 4
        assert ranking(runs_of(command(*words, "--weights", "shipped"))["hybrid"]) == ranking(
            found["hybrid, serving weights"]
        )

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--weights", "nothing"), "nothing holds no weights"),
            (("--passage-length", "20"), "expected numbers of characters from 80 to 2000, divided by commas"),
            (("--encoder", "/no/such", "--encoder", "embedded"), "found no encoder '/no/such'"),
            (("--compare", "best"), "found --compare 'best', expected some of hybrid, dense, lexical, soft"),
            (("--measures", "beauty@5"), "found the measure 'beauty@5', expected one of ir-measures"),
            (("--baseline", "none.json"), "none.json cannot be read"),
            (("--report", "/proc/none"), "the report cannot be written to /proc/none"),
            (("--run", "/no/such/r"), "found no folder /no/such for --run /no/such/r, expected one; make it first"),
            (("--failures", "-1"), "found --failures -1, expected 0 or more"),
            (("--compare", "dense", "--weights", "ranks"), "found --weights without hybrid, expected hybrid in --compare"),
            (("--url", "http://127.0.0.1:9", "--weights", "ranks"), "found --url with --weights, expected one of them"),
            (("--encoder", "a", "--encoder", "b", "--answers"), "found several --encoder, expected one of them"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_compared_is_told(
        self, command: Command, few: str, words: tuple[str, ...], said: str
    ) -> None:
        ran = command("evaluate", few, *words)
        assert ran.code == 2
        assert said in ran.err

    def test_more_processes_find_what_one_finds(
        self, command: Command, monkeypatch: pytest.MonkeyPatch, few: str
    ) -> None:
        words = ("evaluate", few, "--compare", "lexical,hybrid", "--json")
        alone = runs_of(command(*words, "--processes", "1"))
        monkeypatch.setattr("qa.evaluation.side_by_side.WORTH_IT", 1)
        together = runs_of(command(*words, "--processes", "2"))
        assert {name: (ranking(run), run["groups"]) for name, run in together.items()} == {
            name: (ranking(run), run["groups"]) for name, run in alone.items()
        }


class TestSavedRuns:
    """Against what was found before."""

    def test_a_report_is_a_baseline_and_both_rankings_are_listed(
        self, command: Command, few: str, tmp_path: Path
    ) -> None:
        assert command("evaluate", few, "--compare", "soft,lexical", "--report", str(tmp_path / "old")).code == 0
        old = tmp_path / "old" / "report.json"
        ran = command("evaluate", few, "--compare", "hybrid", "--baseline", f"{old}:soft", "--changes", "3")
        assert ran.out.splitlines()[0] == "| Success@1 / Success@5 | n | hybrid | report: soft |"
        assert "hybrid against report: soft: " in ran.out
        assert "won: dev-" in ran.out
        assert sum(line.startswith("  report: soft: met at ") for line in ran.out.splitlines()) >= 1
        same = command("evaluate", few, "--compare", "lexical", "--baseline", str(old))
        assert "lexical against report: lexical: 0 won, 0 lost, 10 alike" in same.out
        wrong = command("evaluate", few, "--baseline", f"{old}:best")
        assert (wrong.code, "holds no run 'best', expected one of soft, lexical" in wrong.err) == (2, True)

    def test_a_baseline_of_several_runs_is_the_one_of_the_same_name_or_must_be_named(
        self, command: Command, few: str, tmp_path: Path
    ) -> None:
        command("evaluate", few, "--compare", "hybrid,lexical", "--report", str(tmp_path / "old"))
        old = str(tmp_path / "old" / "report.json")
        assert "hybrid against report: hybrid: 0 won, 0 lost" in command(
            "evaluate", few, "--compare", "hybrid", "--baseline", old
        ).out  # fmt: skip
        ran = command("evaluate", few, "--compare", "dense", "--baseline", old)
        assert (ran.code, f"expected one to be named as {old}:RUN: hybrid, lexical" in ran.err) == (2, True)

    def test_a_baseline_may_lack_questions_and_types(self, command: Command, few: str, tmp_path: Path) -> None:
        command("evaluate", few, "--compare", "lexical", "--report", str(tmp_path / "old"))
        more = tmp_path / "more.jsonl"
        added = json.loads(LINES[0]) | {"id": "new", "type": "brand-new", "lang": "en"}
        more.write_text(Path(few).read_text("utf-8") + "\n" + json.dumps(added, ensure_ascii=False), encoding="utf-8")
        old = str(tmp_path / "old" / "report.json")
        ran = command(
            "evaluate", str(more), "--compare", "lexical", "--baseline", old, "--report", str(tmp_path / "new")
        )
        assert ran.code == 0, ran.err
        assert any(
            line.startswith("| type brand-new | 1 | ") and line.endswith("| – |") for line in ran.out.splitlines()
        )
        assert "it holds 10 of the 11 questions; differences are over those" in ran.err
        more.write_text(json.dumps(added, ensure_ascii=False), encoding="utf-8")
        none = command("evaluate", str(more), "--compare", "lexical", "--baseline", old)
        assert (none.code, "holds none of these questions, expected the same ids and words" in none.err) == (2, True)

    def test_ids_that_match_nothing_are_told(self, command: Command, few: str, tmp_path: Path) -> None:
        (tmp_path / "r.run").write_text("zz Q0 p1 1 1 x\n", encoding="utf-8")
        ran = command("evaluate", few, "--score", str(tmp_path / "r.run"))
        assert (ran.code, "r.run holds none of these questions, expected their ids: dev-001" in ran.err) == (2, True)
        (tmp_path / "q").write_text("dev-001 0 nosuch 1\n", encoding="utf-8")
        ran = command("evaluate", few, "--compare", "lexical", "--qrels", str(tmp_path / "q"))
        assert (ran.code, "names no passage of the library (found nosuch, …), expected their ids" in ran.err) == (
            2,
            True,
        )
        (tmp_path / "q").write_text("other 0 nosuch 1\n", encoding="utf-8")
        ran = command("evaluate", few, "--compare", "lexical", "--qrels", str(tmp_path / "q"))
        assert (ran.code, "judges none of the questions, expected the ids of theirs" in ran.err) == (2, True)

    def test_a_question_of_other_words_is_another_question(self, command: Command, few: str, tmp_path: Path) -> None:
        command("evaluate", few, "--compare", "lexical", "--report", str(tmp_path / "old"))
        path = tmp_path / "old" / "report.json"
        content = json.loads(path.read_text("utf-8"))
        content["questions"][0]["question"] += "?"
        path.write_text(json.dumps(content), encoding="utf-8")
        ran = command("evaluate", few, "--compare", "lexical", "--baseline", str(path))
        assert "9 alike; 1 questions that only one of them has are left out" in ran.out

    def test_runs_and_judgements_that_were_written_score_the_same_without_searching(
        self, command: Command, few: str, tmp_path: Path
    ) -> None:
        body = json.loads(command("evaluate", few, "--compare", "dense", "--report", str(tmp_path / "r"), "--json").out)
        written = str(tmp_path / "r" / "run.dense.run")
        (searched,) = body["runs"]
        (scored,) = runs_of(command("evaluate", few, "--score", written, "--json")).values()
        assert scored["groups"] == searched["groups"]
        assert scored["speed"] is None
        assert ranking(scored) == ranking(searched)
        assert read_run(Path(written))["dev-001"][0][0] == ranking(searched)[0][0]
        # By the judgements alone, which know no quotes: every question that is met is met at the same rank.
        judged = command(
            "evaluate", few, "--score", written, "--qrels", str(tmp_path / "r" / "relevant.qrels"), "--json"
        )
        (by_qrels,) = runs_of(judged).values()
        all_needed = {q["id"] for q in map(json.loads, LINES) if q.get("needs") == "all"}
        ranks = [
            {q["id"]: q["rank"] for q in run["questions"] if q["id"] not in all_needed} for run in (searched, by_qrels)
        ]
        assert ranks[0] == ranks[1]


class TestReport:
    """What a report holds."""

    def test_every_question_has_its_passages_and_why(self, command: Command, few: str, tmp_path: Path) -> None:
        ran = command("evaluate", few, "--compare", "lexical,hybrid", "--report", str(tmp_path / "r"), "--answers")
        assert ran.code == 0
        assert f"report: {tmp_path / 'r' / 'report.html'}" in ran.err
        report = json.loads((tmp_path / "r" / "report.json").read_text("utf-8"))
        assert report["measures"] == list(MEASURES)
        about = report["about"]
        assert (about["questions"], about["answerable"], about["documents"]) == (12, 10, 5)
        hybrid = report["runs"][1]
        assert sum(hybrid["ranks"]) == 10
        assert hybrid["speed"]["p50_ms"] > 0
        first = hybrid["questions"][0]
        top = first["hits"][0]
        passage = report["passages"][top["passage_id"]]
        assert passage["text"]
        assert all(0 <= s < e <= len(passage["text"]) for s, e in top["highlights"])
        assert top["explain"]["score"] == pytest.approx(top["score"], abs=1e-4)
        met = [hit for q in hybrid["questions"] for hit in q["hits"] if hit["relevance"]]
        assert sum(bool(hit["evidence"]) for hit in met) >= len(met) - 2
        assert len(report["answers"]["questions"]) == 12
        page = (tmp_path / "r" / "report.html").read_text("utf-8")
        assert "http://" not in page.replace("http://www.w3.org/", "")

    def test_a_server_is_asked_as_the_library_is(self, command: Command, few: str, server: Any, tmp_path: Path) -> None:
        words = ("evaluate", few, "--compare", "hybrid", "--url", server.url, "--report", str(tmp_path / "r"), "--json")
        (over,) = runs_of(command(*words)).values()
        (here,) = runs_of(command("evaluate", few, "--compare", "hybrid", "--json")).values()
        assert over["groups"] == here["groups"]
        report = json.loads((tmp_path / "r" / "report.json").read_text("utf-8"))
        assert report["about"]["collection"] == server.url
        assert all(passage["text"] for passage in report["passages"].values())


class TestCollections:
    """BEIR folders, against BEIR's own evaluator."""

    def test_ndcg_of_an_exact_dense_index_is_that_of_beir(
        self, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        ran = command("evaluate", "--data", str(COLLECTION), "--compare", "dense", "--json")
        (ours,) = runs_of(ran).values()
        # BEIR rounds what it returns to five places; here it must not.
        monkeypatch.setattr(beir_evaluation, "round", lambda value, places: value, raising=False)
        ndcg, _, recall, _ = beir_evaluation.EvaluateRetrieval.evaluate(*exact_search(), k_values=[10])
        whole = ours["groups"][0]["values"]
        assert len(ours["questions"]) == 46
        assert whole["nDCG@10"] == pytest.approx(ndcg["NDCG@10"], abs=1e-6)
        assert whole["R@10"] == pytest.approx(recall["Recall@10"], abs=1e-6)
        assert 0.5 < whole["nDCG@10"] < 1

    def test_a_large_one_is_indexed_in_parts_by_several_processes(
        self, command: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        words = ("evaluate", "--data", str(COLLECTION), "--compare", "hybrid", "--json")
        whole = runs_of(command(*words))
        monkeypatch.setattr("qa.evaluation.indexing._AT_ONCE", 70)
        parts = runs_of(command(*words))
        assert {name: ranking(run) for name, run in parts.items()} == {
            name: ranking(run) for name, run in whole.items()
        }


def exact_search() -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """Return the judgements and, by brute force over all cosines, each question's documents: what BEIR's exact search does."""
    corpus, queries = (read_rows(COLLECTION / f"{name}.jsonl") for name in ("corpus", "queries"))
    encoder = open_encoder()
    texts = ["\n".join(part for part in (row["title"], row["text"]) if part) for row in corpus]
    cosines = encoder.encode_queries([row["text"] for row in queries]) @ encoder.encode_passages(texts).T
    best = np.argsort(-cosines, axis=1)[:, :10]
    results = {
        query["_id"]: {corpus[at]["_id"]: float(cosines[row, at]) for at in best[row]}
        for row, query in enumerate(queries)
    }
    lines = (COLLECTION / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]
    qrels: dict[str, dict[str, int]] = {}
    for query_id, document, grade in (line.split("\t") for line in lines):
        qrels.setdefault(query_id, {})[document] = int(grade)
    return qrels, results


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
