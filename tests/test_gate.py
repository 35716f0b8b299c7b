"""The gate: a worse retriever is caught, an equal one is not; what it says, and in which forms."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from support import dev_queries

from qa.errors import SettingsError
from qa.evaluation.comparing import Run
from qa.evaluation.gate import against_baseline, check
from qa.evaluation.gate_file import Bound, Floor, read_gate
from qa.evaluation.judging import ByQuotes, Judge, Retrieved, needs_of
from qa.evaluation.junit import write_junit
from qa.evaluation.runs import Outcome, evaluate, in_process, judged
from qa.records import Mode
from qa.service import Service

Command = Callable[..., object]
MEASURES = ("Success@5", "RR@10", "nDCG@10")
LEVEL = 0.01


@pytest.fixture(scope="module")
def judge(service: Service) -> Judge:
    return ByQuotes(needs_of(dev_queries(), {d.file: d.text for d in service.library.documents()}.get))


@pytest.fixture(scope="module")
def hybrid(service: Service, judge: Judge) -> list[Outcome]:
    return evaluate(dev_queries(), judge, in_process(service, Mode.HYBRID))


@pytest.fixture(scope="module")
def soft(service: Service, judge: Judge) -> list[Outcome]:
    return evaluate(dev_queries(), judge, in_process(service, Mode.SOFT))


def failed(run: Sequence[Outcome], baseline: Sequence[Outcome]) -> list[str]:
    checks = against_baseline(Run("now", run), Run("then", baseline), MEASURES, LEVEL)
    return [one.name for one in checks if not one.holds]


def changed(
    outcomes: Sequence[Outcome], judge: Judge, change: Callable[[list[Retrieved]], list[Retrieved]]
) -> list[Outcome]:
    """Return the outcomes as they would be with other rankings."""
    return judged([o.query for o in outcomes], [change(list(o.hits)) for o in outcomes], judge)


class TestWorse:
    """Retrievers that are truly worse."""

    def test_another_leg_alone_is_caught(self, soft: list[Outcome], hybrid: list[Outcome]) -> None:
        assert "nDCG@10 not below the baseline" in failed(soft, hybrid)

    @pytest.mark.parametrize("share", [0.10, 0.20])
    def test_a_retriever_that_loses_its_best_hit_now_and_then_is_caught(
        self, judge: Judge, hybrid: list[Outcome], share: float
    ) -> None:
        rng = random.Random(5)
        worse = changed(hybrid, judge, lambda hits: hits[1:] if rng.random() < share else hits)
        assert "RR@10 not below the baseline" in failed(worse, hybrid)

    def test_a_better_one_is_not(self, soft: list[Outcome], hybrid: list[Outcome]) -> None:
        assert failed(hybrid, soft) == []


class TestEqual:
    """Retrievers that differ by chance alone: in 20 of 20 runs the gate stays open."""

    @pytest.mark.parametrize("seed", range(20))
    def test_neighbours_that_change_places_at_random_are_no_fall(
        self, judge: Judge, hybrid: list[Outcome], seed: int
    ) -> None:
        rng = random.Random(seed)

        def swapped(hits: list[Retrieved]) -> list[Retrieved]:
            at = rng.randrange(3)
            return [*hits[:at], *hits[at : at + 2][::-1], *hits[at + 2 :]]

        # One question in two gets the changed order in the run, the others in the baseline: neither is better.
        other = changed(hybrid, judge, swapped)
        pairs = [(a, b) if rng.random() < 0.5 else (b, a) for a, b in zip(hybrid, other, strict=True)]
        run, baseline = ([pair[side] for pair in pairs] for side in (0, 1))
        assert sum(a.values != b.values for a, b in pairs) > 20
        assert failed(run, baseline) == []

    @pytest.mark.parametrize("seed", range(20))
    def test_questions_drawn_again_are_no_fall(self, hybrid: list[Outcome], seed: int) -> None:
        rng = random.Random(seed)
        drawn = [rng.choice(hybrid) for _ in hybrid]
        run = [replace(o, query=replace(o.query, id=f"{n}")) for n, o in enumerate(drawn)]
        assert failed(run, run) == []


class TestFile:
    """What stands in a gate."""

    def test_floors_baseline_and_bounds_are_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").touch()
        path = tmp_path / "gate.toml"
        path.write_text(
            'level = 0.05\nrun = "lexical"\nquestions = ["a.jsonl"]\n[floors]\n"Success@5" = 0.9\n'
            '[floors."lang en"]\n"R@10" = 1\n[baseline]\nfile = "old.json"\nmeasures = ["RR@10"]\n'
            "[answers.at_least]\nhalf = 0.75\n[answers.at_most]\nfalse_answers = 0.5\n",
            encoding="utf-8",
        )
        found = read_gate(path)
        assert (found.level, found.run, found.questions) == (0.05, "lexical", (tmp_path / "a.jsonl",))
        assert found.floors == (Floor("all", "Success@5", 0.9), Floor("lang en", "R@10", 1.0))
        assert (found.baseline, found.held) == (tmp_path / "old.json", ("RR@10",))
        assert found.bounds == (Bound("half", 0.75, True), Bound("false_answers", 0.5, False))
        assert found.measures == ("RR@10", "Success@5", "R@10")

    def test_everything_that_is_wrong_is_told_at_once(self, tmp_path: Path) -> None:
        path = tmp_path / "gate.toml"
        path.write_text(
            'level = 2\nquestion = "a"\nquestions = ["gone.jsonl"]\nrun = 5\n[floors]'
            '\n"hit@5" = 0.9\n"R@10" = "much"\n[baseline]\nmeasures = "RR@10"\n'
            "[answers.at_least]\nbeauty = 1\n[answers.above]\nhalf = 1\n",
            encoding="utf-8",
        )
        with pytest.raises(SettingsError) as told:
            read_gate(path)
        said = str(told.value)
        assert all(line.startswith(f"{path}: found ") for line in said.splitlines())
        for part in (
            "found 'question', expected one of answers, baseline, floors, level, questions, run",
            "found level 2, expected a number between 0 and 0.5",
            "found run 5, expected the name of a run",
            "found measures 'RR@10', expected a list of texts",
            "found baseline.file None, expected the name of a file",
            "found the floor R@10 = 'much', expected a number from 0 to 1",
            "found no file gone.jsonl, expected the questions beside the gate",
            "found the measure 'hit@5', expected one of ir-measures",
            "found answers.at_least.beauty = 1, expected a number for one of n, answered",
            "found answers.above, expected [answers.at_least] and [answers.at_most]",
        ):
            assert part in said

    @pytest.mark.parametrize(
        ("text", "said"),
        [("", "found nothing that is held, expected floors, a baseline or answers"), ("[", "cannot be read as a gate")],
    )
    def test_a_file_that_holds_nothing_is_told(self, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "g.toml").write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=said.replace("[", r"\[")):
            read_gate(tmp_path / "g.toml")


class TestChecks:
    """What is said of each."""

    def test_a_floor_is_reached_or_not(self, tmp_path: Path, hybrid: list[Outcome]) -> None:
        path = tmp_path / "gate.toml"
        path.write_text(
            '[floors]\n"Success@5" = 0.5\n"Success@1" = 1\n[floors."lang de"]\n"R@10" = 0.1\n', encoding="utf-8"
        )
        high, low, none = check(read_gate(path), Run("hybrid", hybrid), None, [])
        assert (high.holds, low.holds, none.holds) == (True, False, False)
        assert low.name == "Success@1 of all at least 1"
        assert low.said.endswith("over 130 questions")
        assert none.said == "found no questions of the group 'lang de'"

    def test_a_measure_that_the_baseline_lacks_fails(self, hybrid: list[Outcome]) -> None:
        (one,) = against_baseline(Run("now", hybrid), Run("then", hybrid), ["P@3"], LEVEL)
        assert (one.holds, one.said) == (False, "found it not in then; write it with --update-baseline")

    def test_too_few_questions_to_tell_are_said_to_be(self, hybrid: list[Outcome]) -> None:
        checks = against_baseline(Run("now", hybrid[:5]), Run("then", hybrid), MEASURES, LEVEL)
        assert all(one.said.endswith("; so few questions cannot tell a fall at the level 0.01") for one in checks)
        assert not any(
            "so few" in one.said for one in against_baseline(Run("a", hybrid), Run("b", hybrid), MEASURES, LEVEL)
        )

    def test_junit_holds_what_xml_can(self, tmp_path: Path, hybrid: list[Outcome]) -> None:
        path = tmp_path / "gate.toml"
        path.write_text('[floors]\n"Success@5" = 0.5\n"Success@1" = 1\n', encoding="utf-8")
        good, bad = check(read_gate(path), Run("hybrid", hybrid), None, [])
        write_junit(tmp_path / "deep" / "junit.xml", [good, replace(bad, said="\x00 <江海>")], 1.5)
        suite = ElementTree.parse(tmp_path / "deep" / "junit.xml").getroot()
        assert (suite.tag, suite.get("tests"), suite.get("failures")) == ("testsuite", "2", "1")
        assert [case.get("name") for case in suite] == [good.name, bad.name]
        failure = suite[1].find("failure")
        assert failure is not None
        assert failure.text == "\ufffd <江海>"


class TestCommand:
    """From the command line, as a CI runs it."""

    def test_a_baseline_is_kept_held_and_failed(self, command: Command, tmp_path: Path) -> None:
        lines = (Path(__file__).parent / "data" / "dev.jsonl").read_text("utf-8").splitlines()
        (tmp_path / "q.jsonl").write_text("\n".join(lines[:60]), encoding="utf-8")
        gate = tmp_path / "gate.toml"
        gate.write_text(
            'questions = ["q.jsonl"]\n[floors]\n"Success@5" = 0.5\n[baseline]\nfile = "b.json"\n', encoding="utf-8"
        )
        missing = command("evaluate", "--gate", str(gate))
        assert (missing.code, "b.json is not there, expected a baseline; make one with: --gate" in missing.err) == (
            2,
            True,
        )
        other = command("evaluate", "--gate", str(gate), "--update-baseline", "--compare", "lexical")
        assert (other.code, "holds the run 'hybrid', found lexical; expected it among them" in other.err) == (2, True)
        kept = command("evaluate", "--gate", str(gate), "--update-baseline")
        assert kept.code == 0
        assert f"baseline of 60 questions written to {tmp_path / 'b.json'}" in kept.err
        again = command("evaluate", "--gate", str(gate), "--junit", str(tmp_path / "j.xml"))
        assert again.code == 0
        assert "gate " in again.err
        assert "4 of 4 hold" in again.err
        assert ElementTree.parse(tmp_path / "j.xml").getroot().get("failures") == "0"
        gate.write_text(gate.read_text("utf-8").replace("[floors]", 'run = "soft"\n[floors]'), encoding="utf-8")
        content = json.loads((tmp_path / "b.json").read_text("utf-8"))
        for row in content["runs"][0]["questions"]:
            row["values"] = dict.fromkeys(row["values"], 1.0)
        (tmp_path / "b.json").write_text(json.dumps(content), encoding="utf-8")
        worse = command("evaluate", "--gate", str(gate), "--junit", str(tmp_path / "j.xml"))
        assert worse.code == 1
        assert "FAILS: nDCG@10 not below the baseline: -0." in worse.err
        assert "lost: dev-" in worse.err
        assert ElementTree.parse(tmp_path / "j.xml").getroot().get("failures") != "0"

    def test_options_of_a_gate_need_one(self, command: Command) -> None:
        ran = command("evaluate", "--update-baseline")
        assert (ran.code, "found --update-baseline without --gate, expected both" in ran.err) == (2, True)
