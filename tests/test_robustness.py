"""Questions as people type them, documents as bad scans leave them, and what the table says of both."""

from __future__ import annotations

import json
import random
import re
import sys
from argparse import Namespace
from contextlib import closing
from pathlib import Path

import pytest
from form_files import column, pdf_of
from support import CUTTER, dev_queries, embedded, settings_of

from qa.alike import lookalikes, same_sound
from qa.commands.robustness import robustness
from qa.errors import IndexMissing, InvalidRequest, SettingsError, TestQueryError
from qa.evaluation.judging import needs_of
from qa.evaluation.queries import Evidence, TestQuery
from qa.evaluation.robustness.copies import Copy, Engine, damaged_copy
from qa.evaluation.robustness.damage import harsh_scan, look_alikes
from qa.evaluation.robustness.english import own_wordings, read_wordings, wordings_beside
from qa.evaluation.robustness.rows import clean_row, row_against
from qa.evaluation.robustness.showing import markdown
from qa.evaluation.robustness.suite import Suite, misreadings
from qa.evaluation.robustness.typos import typos
from qa.evaluation.robustness.wordings import WORDINGS, cantonese, full_width, no_punctuation, pinyin, traditional
from qa.evaluation.runs import Outcome
from qa.fold import fold
from qa.intake import take_in
from qa.library import Library
from qa.records import Metadata, Mode
from qa.settings import Settings

SHORT, LONG = "聂加伟是哪里人?", "江海区社区党建学院第一批一共聘请了多少名培训教师来上课?"
IN_ENGLISH = "How many teachers did the academy appoint?"
PAGE = "江海区召开会议,部署2023年工作。\n聂加伟出席并讲话,邹德昌、余志坚列席;共有518人参加。\n" * 20


def chance(seed: int = 0) -> random.Random:
    return random.Random(seed)


def differing(a: str, b: str) -> list[int]:
    return [at for at, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]


class TestTypos:
    """Slips of the keyboard."""

    def test_one_character_of_a_short_question_and_two_of_a_long_one_are_of_like_sound_or_shape(self) -> None:
        for seed in range(40):
            for question, slips in ((SHORT, 1), (LONG, 2)):
                typed = typos(question, chance(seed))
                assert typed is not None
                places = differing(question, typed)
                assert len(places) == slips
                for at in places:
                    assert typed[at] in same_sound(question[at]) + lookalikes(question[at])

    def test_the_asking_words_stay_and_names_do_not(self) -> None:
        typed = {typos(SHORT, chance(seed)) for seed in range(40)}
        assert all(text and text.endswith("哪里人?") for text in typed)
        assert len({text[:3] for text in typed if text}) > 5

    def test_half_of_the_slips_are_of_sound(self) -> None:
        sounding = sum(any(c in same_sound("江海"[i]) for i, c in enumerate(t)) for t in self._slips("江海"))
        assert 70 <= sounding <= 130

    def _slips(self, word: str) -> list[str]:
        return [typos(word, chance(seed)) or "" for seed in range(200)]

    def test_only_candidates_that_an_input_method_shows_at_once_are_taken_by_sound(self) -> None:
        sounding = {t[0] for t in self._slips("江海") if t[0] in same_sound("江")}
        assert 1 < len(sounding) <= 5
        assert "将" in sounding

    def test_an_english_question_has_one_misspelt_word_that_keeps_its_first_letter(self) -> None:
        for seed in range(60):
            typed = (typos(IN_ENGLISH, chance(seed)) or "").split()
            wrong = [(a, b) for a, b in zip(IN_ENGLISH.split(), typed, strict=True) if a != b]
            assert len(wrong) == 1
            before, after = wrong[0]
            assert before[0] == after[0]
            assert before not in ("How", "many", "did", "the")
            assert abs(len(before) - len(after)) <= 1

    def test_what_has_nothing_to_mistype_is_left_out(self) -> None:
        assert typos("2023?", chance()) is None
        assert typos("? ? ?", chance()) is None


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.name)
def test_every_wording_is_the_same_for_a_seed_and_another_than_the_question(wording: object) -> None:
    change = WORDINGS[WORDINGS.index(wording)].change  # type: ignore[arg-type]
    for query in dev_queries()[::5]:
        first, second = (change(query.question, chance(3)) for _ in range(2))
        assert first == second
        assert first is None or (first.strip() and first != query.question)


class TestWordings:
    """Other ways to type one question."""

    def test_without_punctuation_letters_and_figures_stay(self) -> None:
        for query in dev_queries():
            typed = no_punctuation(query.question, chance())
            if typed is not None:
                kept = [c for c in query.question if c.isalnum()]
                assert [c for c in typed if c.isalnum()] == (kept if query.lang == "zh" else [c.lower() for c in kept])
                assert not re.search("[,。?、“”《》]", typed)

    def test_marks_of_a_figure_stay_and_blanks_beside_chinese_do_not(self) -> None:
        assert no_punctuation("2023-07-24 那天,投资3.5亿元、增长 5% 的是“谁”?", chance()) == (
            "2023-07-24那天投资3.5亿元增长5%的是谁"
        )
        assert no_punctuation("What's new in Jiangmen, Guangdong?", chance()) == "whats new in jiangmen guangdong"
        assert no_punctuation("学校有几所", chance()) is None

    def test_traditional_characters_fold_back(self) -> None:
        typed = traditional("江海区的学校开会讨论什么?", chance())
        assert typed == "江海區的學校開會討論什麼?"
        for query in dev_queries():
            typed = traditional(query.question, chance())
            assert typed is None or fold(typed) == fold(query.question)
        assert traditional(IN_ENGLISH, chance()) is None

    def test_pinyin_has_blanks_between_syllables_and_keeps_figures(self) -> None:
        assert pinyin("江海区2023年有几所学校?", chance()) == "jiang hai qu 2023 nian you ji suo xue xiao"
        assert pinyin("女教师", chance()) == "nv jiao shi"
        assert pinyin(IN_ENGLISH, chance()) is None

    def test_a_missing_library_of_readings_is_told_with_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pypinyin", None)
        with pytest.raises(SettingsError, match=r"found no library pypinyin, expected it .* pip install pypinyin"):
            pinyin("江海区", chance())

    def test_full_width_folds_back(self) -> None:
        assert full_width("2023年GDP?", chance()) == "\uff12\uff10\uff12\uff13年\uff27\uff24\uff30\uff1f"
        for query in dev_queries():
            typed = full_width(query.question, chance())
            assert typed is None or fold(typed) == fold(query.question)
        assert full_width("学校有几所?", chance()) is None

    def test_cantonese_changes_words_of_grammar_and_no_part_of_a_word(self) -> None:
        assert cantonese("哪里的学校是目的地?", chance()) == "边度嘅学校係目的地?"
        assert cantonese(IN_ENGLISH, chance()) is None


class TestEnglish:
    """Wordings that were written beside the questions."""

    def test_a_file_of_wordings_is_read_for_the_questions_that_are_asked(self, tmp_path: Path) -> None:
        file = tmp_path / "dev_english.jsonl"
        file.write_text('{"id": "a", "english": " Who? "}\n\n{"id": "b", "english": "When?"}\n', encoding="utf-8")
        assert read_wordings(file, {"a", "c"}) == {"a": "Who?"}
        assert wordings_beside(tmp_path / "dev.jsonl") == file
        assert wordings_beside(tmp_path / "other.jsonl") is None

    def test_all_faulty_lines_are_told_at_once(self, tmp_path: Path) -> None:
        file = tmp_path / "w.jsonl"
        file.write_text('{"id": "a", "english": ""}\n[]\n{"id": "b", "english": "x"}\n{"id": "b", "english": "y"}\n{')
        with pytest.raises(TestQueryError) as fault:
            read_wordings(file, {"a", "b"})
        lines = str(fault.value).splitlines()
        assert [line.partition(": ")[0] for line in lines] == [f"{file}:{n}" for n in (1, 2, 4, 5)]
        assert "found english '', expected a text" in lines[0]
        assert "found the id 'b' again, expected each once" in lines[2]

    def test_a_file_that_belongs_to_other_questions_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "w.jsonl"
        file.write_text('{"id": "a", "english": "Who?"}')
        with pytest.raises(TestQueryError, match="found 1 wordings, expected some with the id of a question; name"):
            read_wordings(file, {"b"})

    def test_a_question_may_have_its_wording_in_its_own_line(self, tmp_path: Path) -> None:
        file = tmp_path / "q.jsonl"
        file.write_text('{"id": "a", "question": "谁?", "english": "Who?"}\n{"id": "b", "question": "谁?"}\n')
        assert own_wordings(file, {"a", "b"}) == {"a": "Who?"}
        file.write_bytes(b"PK\x03\x04\xff")
        assert own_wordings(file, {"a", "b"}) == {}


class TestDamage:
    """What a scan leaves of a text."""

    def test_look_alikes_hit_a_share_of_the_characters_that_have_some_and_keep_the_length(self) -> None:
        damaged = look_alikes(PAGE, 0.05, chance())
        able = sum(bool(lookalikes(c)) for c in PAGE)
        wrong = differing(PAGE, damaged.text)
        assert len(wrong) == round(0.05 * able) > 10
        assert all(damaged.text[at] in lookalikes(PAGE[at]) for at in wrong)
        assert damaged.places == tuple(range(len(PAGE)))
        assert damaged == look_alikes(PAGE, 0.05, chance()) != look_alikes(PAGE, 0.05, chance(1))

    def test_nothing_is_hit_at_no_share(self) -> None:
        assert look_alikes(PAGE, 0, chance()).text == harsh_scan(PAGE, 0, chance()).text == PAGE

    def test_a_harsh_scan_knows_where_every_character_went(self) -> None:
        damaged = harsh_scan(PAGE, 0.1, chance())
        kept = [(at, place) for at, place in enumerate(damaged.places) if place is not None]
        solid = sum(not c.isspace() for c in PAGE)
        lost, wrong = len(PAGE) - len(kept), sum(PAGE[at] != damaged.text[place] for at, place in kept)
        broken = damaged.text.count("\n") - PAGE.count("\n")
        assert min(lost, wrong, broken) > 0
        assert lost + wrong + broken <= round(0.1 * solid)
        assert [place for _, place in kept] == sorted({place for _, place in kept})
        assert len(damaged.text) == len(kept) + broken

    def test_look_alikes_are_tried_at_every_share_and_the_harsh_scan_at_the_largest(self) -> None:
        assert [(one.name, one.share) for one in misreadings([0.01, 0.05])] == [
            ("documents: 1 % look-alikes", 0.01),
            ("documents: 5 % look-alikes", 0.05),
            ("documents: 5 % harsh scan", 0.05),
        ]

    def test_a_page_begins_where_its_first_character_that_is_left_stands(self) -> None:
        damaged = harsh_scan("一二三四五六七八九十" * 3, 1, chance())
        at = next(at for at in range(30) if damaged.places[at] is None)
        behind = next(place for place in damaged.places[at:] if place is not None)
        assert damaged.start(at) == behind
        assert damaged.start(30) == len(damaged.text)


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return Engine.of(settings)


class TestCopies:
    """A library of damaged texts."""

    def test_it_keeps_lengths_ids_and_questions_and_leaves_the_library_alone(self, engine: Engine) -> None:
        with closing(Library.open(engine.settings.data_path)) as library:
            clean = {d.id: d for d in library.documents()}
            asked = sum(len(library.questions(id_)) for id_ in clean)
            revision = library.revision
            with damaged_copy(library, engine, lambda d: look_alikes(d.text, 0.05, chance())) as copy:
                folder = copy.folder
                with closing(Library.open(folder)) as copied:
                    documents = copied.documents()
                    assert {d.id: len(d.text) for d in documents} == {i: len(d.text) for i, d in clean.items()}
                    assert all(d.text != clean[d.id].text and d.metadata == clean[d.id].metadata for d in documents)
                    for document in documents:
                        for passage in copied.passages(document.id):
                            assert "".join(document.text[s:e] for s, e in passage.spans) == passage.quote
                    assert sum(len(copied.questions(d.id)) for d in documents) >= 0.9 * asked
            assert not folder.exists()
            assert library.revision == revision
            assert {d.id: d.text for d in library.documents()} == {i: d.text for i, d in clean.items()}

    def test_pages_of_a_book_begin_where_their_text_now_stands(self, tmp_path: Path) -> None:
        pages = [column("江海区的会议讨论了工作。" * 40, 60, 700, 40), column("7" * 400, 60, 700, 40)]
        book = take_in("book.pdf", pdf_of(pages), Metadata())
        engine = Engine(settings_of(tmp_path), embedded(), CUTTER, None)
        with closing(Library.create(tmp_path)) as library:
            library.put(book.document, book.original, book.articles, book.passages)
            spoilt = damaged_copy(library, engine, lambda d: harsh_scan(d.text, 0.2, chance()))
            with spoilt as copy, closing(Library.open(copy.folder)) as copied:
                document = copied.document(book.document.id)
        assert document.pages is not None
        first, second = document.text[: document.pages[1]], document.text[document.pages[1] :]
        assert len(document.pages) == 2
        assert "7" not in first
        assert set(second.split()[0]) == {"7"}
        assert not re.search("[江海会议工作]", second)

    def test_evidence_is_asked_for_where_it_stands_now(self) -> None:
        query = TestQuery("q", "谁?", "zh", "all", True, "", (Evidence("a.txt", "邹德昌、余志坚列席"),))
        (need,) = needs_of([query], {"a.txt": PAGE}.get)["q"]
        damaged = harsh_scan(PAGE, 0.2, chance())
        moved = Copy(Path(), {"a.txt": damaged}).moved(need)
        assert len(moved.occurrences) == len(need.occurrences) == 20
        before = "".join(PAGE[at] for occurrence in need.occurrences for at in occurrence)
        after = "".join(damaged.text[at] for occurrence in moved.occurrences for at in occurrence)
        assert len(after) < len(before)
        assert sum(after.count(c) for c in "邹德昌余志坚") > 0.8 * sum(before.count(c) for c in "邹德昌余志坚")

    def test_evidence_that_is_lost_altogether_is_met_by_nothing(self) -> None:
        query = TestQuery("q", "谁?", "zh", "all", True, "", (Evidence("a.txt", "江海"),))
        (need,) = needs_of([query], {"a.txt": "江海"}.get)["q"]
        lost = next(d for seed in range(1000) if not (d := harsh_scan("江海", 1, chance(seed))).text)
        assert Copy(Path(), {"a.txt": lost}).moved(need).occurrences == ()


def outcome(id_: str, rank: int | None) -> Outcome:
    query = TestQuery(id_, f"{id_}?", "zh", "all", True, "", (Evidence("a.txt", "x"),))
    found = 0 if rank is None else 1 / rank
    values = {"Success@1": float(rank == 1), "Success@5": float(rank is not None and rank <= 5), "RR@10": found}
    return Outcome(query, (), (), rank, values | {"nDCG@10": found})


class TestRows:
    """The arithmetic of a row."""

    CLEAN = (outcome("a", 1), outcome("b", 2), outcome("c", None), outcome("d", 1))

    def test_means_and_differences_are_over_the_questions_that_a_variant_applies_to(self) -> None:
        draw = [outcome("a", 2), outcome("b", None), outcome("c", 4)]
        row = row_against(self.CLEAN, "typos", Mode.HYBRID, True, [draw])
        assert row is not None
        assert (row.n, row.draws, row.lost, row.won) == (3, 1, 1, 1)
        assert row.means["Success@5"] == pytest.approx(2 / 3)
        assert row.means["RR@10"] == pytest.approx((1 / 2 + 0 + 1 / 4) / 3)
        assert row.differences["Success@1"].mean == pytest.approx(-1 / 3)
        assert row.differences["Success@5"].mean == pytest.approx(0)
        assert row.differences["RR@10"].mean == pytest.approx((-1 / 2 - 1 / 2 + 1 / 4) / 3)
        (lost,) = row.losses
        assert (lost.id, lost.rank, lost.clean_rank) == ("b", None, 2)

    def test_a_question_counts_with_its_mean_over_the_draws(self) -> None:
        draws = [[outcome("a", 1), outcome("d", 6)], [outcome("a", 6), outcome("d", 6)]]
        row = row_against(self.CLEAN, "typos", Mode.HYBRID, True, draws)
        assert row is not None
        assert (row.n, row.draws) == (2, 2)
        assert row.means["Success@5"] == pytest.approx((1 / 2 + 0) / 2)
        assert row.differences["Success@5"].mean == pytest.approx(-3 / 4)
        assert -1 <= row.differences["Success@5"].low < -3 / 4 < row.differences["Success@5"].high <= -1 / 2
        assert (row.lost, row.won) == (3 / 2, 0)

    def test_a_variant_that_applies_to_no_question_has_no_row(self) -> None:
        assert row_against(self.CLEAN, "pinyin", Mode.HYBRID, True, [[], []]) is None

    def test_the_table_shows_points_with_intervals_and_what_is_lost(self) -> None:
        clean = clean_row("as they are", Mode.HYBRID, True, self.CLEAN)
        other = row_against(self.CLEAN, "pinyin", Mode.HYBRID, True, [[outcome("a", None), outcome("d", None)]])
        assert other is not None
        table = markdown([clean, other]).splitlines()
        assert table[2] == "| as they are | 4 | 0.500 | 0.750 | 0.625 | 0.625 |  |  |  |  |"
        assert table[3] == (
            "| pinyin | 2 | 0.000 | 0.000 | 0.000 | 0.000 "
            "| -100.0 (-100.0 to -100.0) | -100.0 (-100.0 to -100.0) | 2 | 0 |"
        )
        assert "draws" not in table[-1]


def arguments(file: Path, **options: object) -> Namespace:
    plain = {"queries": [str(file)], "compare": None, "robustness": "questions", "variants": None, "seeds": 1}
    return Namespace(**(plain | {"json": False} | options))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Six development questions, one of them not answerable, one with its English wording in its own line."""
    rows = [q for q in dev_queries() if q.answerable and q.lang == "zh"][:5] + [
        next(q for q in dev_queries() if not q.answerable)
    ]
    raw = [
        {"id": q.id, "question": q.question, "answerable": q.answerable}
        | {"evidence": [{"file": e.file, "quote": e.quote} for e in q.evidence]}
        for q in rows
    ]
    raw[0]["english"] = "Which leaders attended the standing committee meeting of 19 July?"
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in raw), encoding="utf-8")
    return file


class TestCommand:
    """The command on the seeds, in a small form."""

    def test_it_prints_one_row_a_variant_and_one_table_a_mode(
        self, settings: Settings, questions: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert robustness(arguments(questions, compare="hybrid,lexical"), settings) == 0
        out = capsys.readouterr().out
        assert out.startswith("hybrid:\n\n| variant | n | Success@1 | Success@5 | RR@10 | nDCG@10 |")
        assert "\n\nlexical:\n\n| variant |" in out
        names = ["as they are", *(w.name for w in WORDINGS), "in English"]
        for table in out.split("lexical:"):
            found = re.findall(r"^\| ([^|]+?) \| (\d+) \|", table, re.MULTILINE)
            assert [name for name, _ in found] == names
            assert (found[0][1], found[-1][1]) == ("5", "1")

    def test_programs_get_every_measure_and_the_questions_that_were_lost(
        self, settings: Settings, questions: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert robustness(arguments(questions, json=True, robustness="questions"), settings) == 0
        rows = json.loads(capsys.readouterr().out)["rows"]
        by_name = {row["variant"]: row for row in rows}
        assert by_name["as they are"]["differences"] == {}
        assert set(by_name["pinyin"]["differences"]) == {"Success@1", "Success@5", "RR@10", "nDCG@10"}
        assert by_name["typos"]["n"] == by_name["typos"]["differences"]["RR@10"]["n"] == 5
        for row in rows:
            assert len(row["losses"]) == row["lost"]

    def test_damaged_documents_are_asked_with_and_without_index_time_questions(
        self, engine: Engine, questions: Path
    ) -> None:
        queries = [q for q in dev_queries() if q.answerable][:5]
        with closing(Library.open(engine.settings.data_path)) as library:
            needs = needs_of(queries, {d.file: d.text for d in library.documents()}.get)
            suite = Suite(engine, library, queries, needs, [Mode.HYBRID], 1, lambda label: lambda done, of: None)
            rows = suite.rows({}, misreadings([0.03])[1:], wordings=False)
        names = ["as they are", "documents: 3 % harsh scan"]
        assert [(row.variant, row.index_questions) for row in rows] == [(n, u) for u in (True, False) for n in names]
        assert all(row.n == 5 and row.means["Success@5"] >= 0.6 for row in rows)
        assert "| documents: 3 % harsh scan, no index-time questions | 5 |" in markdown(rows)

    def test_faults_say_what_was_expected(self, settings: Settings, questions: Path, tmp_path: Path) -> None:
        with pytest.raises(InvalidRequest, match="found --seeds 0, expected 1 to 50 draws"):
            robustness(arguments(questions, seeds=0), settings)
        with pytest.raises(InvalidRequest, match="found --compare 'magic', expected some of hybrid"):
            robustness(arguments(questions, compare="magic"), settings)
        with pytest.raises(InvalidRequest, match="set a reranker to compare reranked"):
            robustness(arguments(questions, compare="reranked"), settings)
        with pytest.raises(TestQueryError, match="cannot be read"):
            robustness(arguments(questions, variants=str(tmp_path / "none.jsonl")), settings)
        with pytest.raises(IndexMissing):
            robustness(arguments(questions), self._without_index(settings, tmp_path))
        questions.write_text('{"id": "a", "question": "谁?", "answerable": false}')
        with pytest.raises(TestQueryError, match="holds no answerable question, expected some"):
            robustness(arguments(questions), settings)

    def _without_index(self, settings: Settings, tmp_path: Path) -> Settings:
        with closing(Library.open(settings.data_path)) as library:
            (tmp_path / "bare").mkdir()
            library.backup(tmp_path / "bare" / "library.sqlite")
        return settings_of(tmp_path / "bare")
