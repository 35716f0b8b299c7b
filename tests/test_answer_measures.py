"""Measures of answers and of their confidence, by hand-worked numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation import answer_tables
from qa.evaluation.answers import Figures, Given, Group, Judged, Quoted, figures, group_of, judge, resolves
from qa.evaluation.calibration import reliability
from qa.evaluation.judging import Retrieved, needs_of
from qa.evaluation.queries import Evidence, TestQuery

STORED = "江海区有二十名培训教师。\n他们七月上任。教师来自社区。"
TEACHERS, JULY = "二十名培训教师", "七月上任"


def query(*quotes: str, needs_all: bool = False, answerable: bool = True, type_: str = "fact") -> TestQuery:
    evidence = tuple(Evidence("a.txt", quote) for quote in quotes)
    return TestQuery("q1", "多少?", "zh", type_, answerable, "", evidence, needs_all)


def quoted(quote: str, marker: int = 1, start: int | None = None, file: str = "a.txt") -> Quoted:
    start = STORED.index(quote) if start is None else start
    return Quoted(marker, "d1", file, ((start, start + len(quote)),), quote)


def answer(*citations: Quoted, passages: tuple[Retrieved, ...] = (), confidence: float = 0.5) -> Given:
    text = "".join(f"“{c.quote}”[{c.marker}]" for c in citations) or "没有答案。"
    return Given(text, bool(citations), confidence, citations, passages)


def judged(asked: TestQuery, got: Given) -> Judged:
    needs = needs_of([asked], lambda file: STORED)["q1"]
    return judge(asked, needs, got, {"d1": STORED}.get)


class TestCoverage:
    """Whether citations cover the evidence."""

    @pytest.mark.parametrize(
        ("cited", "half", "whole"),
        [
            (["有二十名培训教师。"], True, True),
            (["二十名培"], True, False),  # four of seven
            (["二十名"], False, False),  # three of seven
            (["二十名", "培训教师"], True, True),  # together all of it
            (["江海区有二十", "名培", "训教师"], False, True),  # two, two and three of seven
            (["他们七月上任。"], False, False),
            ([], False, False),
        ],
    )
    def test_one_citation_covers_half_and_all_together_the_whole(
        self, cited: list[str], half: bool, whole: bool
    ) -> None:
        found = judged(query(TEACHERS), answer(*(quoted(q, n) for n, q in enumerate(cited, start=1))))
        assert (found.half, found.whole, found.citations) == (half, whole, len(cited))

    def test_the_quote_within_a_citations_text_counts_in_any_file(self) -> None:
        found = judged(query(TEACHERS), answer(quoted("有二十名培训教师", file="b.txt")))
        assert (found.half, found.whole) == (True, True)
        assert not judged(query(TEACHERS), answer(quoted("二十名培", file="b.txt"))).half

    @pytest.mark.parametrize(
        ("cited", "any_", "all_"),
        [([TEACHERS], True, False), ([JULY], True, False), ([TEACHERS, JULY], True, True), (["社区"], False, False)],
    )
    def test_several_quotes_are_alternatives_unless_all_are_needed(
        self, cited: list[str], any_: bool, all_: bool
    ) -> None:
        got = answer(*(quoted(q, n) for n, q in enumerate(cited, start=1)))
        for needs_all, covered in ((False, any_), (True, all_)):
            found = judged(query(TEACHERS, JULY, needs_all=needs_all), got)
            assert (found.half, found.whole) == (covered, covered)

    def test_passages_hold_the_answer_when_one_is_relevant_or_all_needs_are_met(self) -> None:
        first, second = (Retrieved("p1", "a.txt", ((0, 12),), STORED[:12], 1.0), Retrieved("p2", "", (), JULY, 0.5))
        asked = query(TEACHERS, JULY)
        assert judged(asked, answer(passages=(first,))).held
        assert not judged(replace(asked, needs_all=True), answer(passages=(first,))).held
        assert judged(replace(asked, needs_all=True), answer(passages=(first, second))).held
        assert not judged(asked, answer()).held

    def test_nothing_holds_the_answer_of_an_unanswerable_question(self) -> None:
        passage = Retrieved("p1", "a.txt", ((0, len(STORED)),), STORED, 1.0)
        found = judged(query(TEACHERS, answerable=False), answer(quoted(TEACHERS), passages=(passage,)))
        assert (found.held, found.half, found.whole) == (False, False, False)


class TestProof:
    """Whether an answer holds letter for letter."""

    @pytest.mark.parametrize(
        ("text", "markers", "sound"),
        [
            ("甲[1]乙[2]", (1, 2), True),
            ("甲[1]乙[1]", (1,), True),
            ("没有答案。", (), True),
            ("甲[1]乙[2]", (1,), False),
            ("甲[1]", (1, 2), False),
            ("甲[1]", (1, 1), False),
        ],
    )
    def test_every_marker_has_one_citation_and_every_citation_its_marker(
        self, text: str, markers: tuple[int, ...], sound: bool
    ) -> None:
        assert resolves(replace(answer(*(quoted(JULY, n) for n in markers)), text=text)) is sound

    def test_a_quote_is_verbatim_only_where_its_spans_say_it(self) -> None:
        right = quoted(TEACHERS)
        wrong = [quoted(TEACHERS, start=0), replace(right, document_id="d2"), Quoted(1, "d1", "a.txt", (), "")]
        assert judged(query(TEACHERS), answer(right, *wrong)).verbatim == 1
        two = Quoted(1, "d1", "a.txt", ((0, 3), (11, 12)), "江海区。")
        assert STORED[11] == "。"
        assert judged(query(TEACHERS), answer(two)).verbatim == 1
        assert judged(query(TEACHERS), answer(replace(two, quote="江海区,"))).verbatim == 0


def one(answerable: bool, answered: bool, citations: int = 0, half: bool = False, type_: str = "fact") -> Judged:
    asked = query(answerable=answerable, type_=type_)
    return Judged(asked, answered, 0.5, citations, half, half, half, True, citations, answer())


class TestFigures:
    """Worked arithmetic."""

    def test_shares_by_hand(self) -> None:
        found = figures(
            [
                one(True, True, 1, half=True),
                one(True, True, 4, half=True),
                one(True, True, 2),
                one(True, False),
                one(False, True, 1),
                one(False, False),
                one(False, False),
            ]
        )
        assert found == Figures(
            n=7,
            answered=4,
            answerable=4,
            unanswerable=3,
            wrongly_refused=1 / 4,
            half=2 / 4,
            whole=2 / 4,
            mean_citations=(1 + 4 + 2 + 1) / 4,
            few=3 / 4,
            false_answers=1 / 3,
            refusal_precision=2 / 3,
            refusal_recall=2 / 3,
            resolves=7,
            quotes=8,
            verbatim=8,
        )

    def test_there_is_no_share_of_nothing(self) -> None:
        found = figures([one(True, False)])
        assert (found.wrongly_refused, found.refusal_precision) == (1, 0)
        assert (found.mean_citations, found.few, found.false_answers, found.refusal_recall) == (None,) * 4

    @pytest.mark.parametrize(
        ("type_", "answerable", "group"),
        [
            ("unanswerable-near", False, Group.NEAR_MISS),
            ("near-miss", False, Group.NEAR_MISS),
            ("unanswerable-ood", False, Group.OFF_TOPIC),
            ("off-topic", False, Group.OFF_TOPIC),
            ("fact", False, Group.OTHER),
            ("near", True, Group.ANSWERABLE),
        ],
    )
    def test_the_type_says_why_a_question_is_to_be_refused(self, type_: str, answerable: bool, group: Group) -> None:
        assert group_of(query(answerable=answerable, type_=type_)) is group


class TestReliability:
    """Ten bins, ECE and Brier score."""

    def test_bins_by_hand(self) -> None:
        found = reliability([0.05, 0.1, 0.15, 0.9, 1.0], [False, True, False, True, False])
        assert [b.n for b in found.bins] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 2]
        assert [b.low for b in found.bins] == pytest.approx([n / 10 for n in range(10)])
        assert [b.confidence for b in found.bins if b.n] == pytest.approx([0.05, 0.125, 0.95])
        assert [b.right for b in found.bins if b.n] == [0, 0.5, 0.5]
        assert found.ece == pytest.approx(1 / 5 * 0.05 + 2 / 5 * 0.375 + 2 / 5 * 0.45)
        assert found.brier == pytest.approx((0.05**2 + 0.9**2 + 0.15**2 + 0.1**2 + 1) / 5)

    def test_a_confidence_that_is_always_right_has_no_error(self) -> None:
        found = reliability([0.0, 1.0], [False, True])
        assert (found.ece, found.brier) == (0, 0)
        assert (reliability([], []).ece, reliability([], []).brier) == (0, 0)

    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
    def test_every_prediction_is_in_one_bin_and_the_errors_are_shares(self, pairs: list[tuple[float, bool]]) -> None:
        found = reliability([c for c, _ in pairs], [was for _, was in pairs])
        assert sum(b.n for b in found.bins) == len(pairs)
        assert 0 <= found.ece <= 1
        assert 0 <= found.brier <= 1
        assert all(b.low - 1e-9 <= b.confidence <= b.low + 0.1 + 1e-9 for b in found.bins if b.n)


class TestTables:
    """What is shown."""

    def test_a_row_a_type_and_the_shares_of_all(self) -> None:
        judged_ = [one(True, True, 2, half=True), one(True, False), one(False, True, 1, type_="near-miss")]
        assert answer_tables.markdown(judged_).splitlines()[2:] == [
            "| all | 3 | 2 | 0.50 | 1.5 |",
            "| lang zh | 3 | 2 | 0.50 | 1.5 |",
            "| type fact | 2 | 1 | 0.50 | 2.0 |",
            "| type near-miss | 1 | 1 | – | 1.0 |",
        ]
        assert answer_tables.summary(judged_).splitlines() == [
            "answerable questions: 0.50 refused; 0.50 have all of the evidence cited",
            "unanswerable questions: 1.00 answered",
            "refusals: precision 0.00, recall 0.00",
            "quotes verbatim at their spans: 3 of 3; markers and citations belong together: 3 of 3 answers",
        ]

    def test_a_bar_for_the_share_right_and_a_mark_for_the_confidence(self) -> None:
        lines = answer_tables.plot(reliability([0.25, 0.25, 1.0], [True, False, True])).splitlines()
        assert lines[1] == "  0.0-0.1    0      –"
        assert lines[3] == "  0.2-0.3    2   0.50  " + "█" * 10 + "|" + "█" * 9 + "·" * 20
        assert lines[10] == "  0.9-1.0    1   1.00  " + "█" * 39 + "|"
        assert lines[11] == "ECE 0.167, Brier 0.208"

    def test_a_row_a_bin_that_holds_something(self) -> None:
        lines = answer_tables.reliability_markdown(reliability([0.25, 0.25, 1.0], [True, False, True])).splitlines()
        assert lines[2:4] == ["| 0.2-0.3 | 2 | 0.25 | 0.50 |", "| 0.9-1.0 | 1 | 1.00 | 1.00 |"]
