"""Folding, numbers, terms, words, sentences, places, shingles: what counts as the same, and where it stands."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import CUTTER

from qa.errors import SettingsError
from qa.fold import fold, fold_with_origins
from qa.numerals import numerals
from qa.places import quote_of, stored_spans
from qa.sentences import sentences
from qa.shingles import resemblance, shingles
from qa.terms import query_terms, terms
from qa.words import WordCutter, read_dictionary

MIXED = st.text(
    st.one_of(
        st.characters(), st.sampled_from("江海区二十〇万亿千百点分之年月日号12345,.%“”!?。!?AaäßfiⅣ㎡½ \n\t\u3000")
    ),
    max_size=60,
)


class TestFold:
    """Width, case, script."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("2024年", "2024年"),
            ("JiangHai", "jianghai"),
            ("江海區黨建學院", "江海区党建学院"),
            ("㎡", "m2"),
            ("Straße", "STRASSE"),
            ("fi", "fi"),
            ("臺灣", "台湾"),
            ("(一)!", "(一)!"),
        ],
    )
    def test_forms_of_the_same_compare_equal(self, one: str, other: str) -> None:
        assert fold(one) == fold(other)

    @given(MIXED)
    def test_folding_never_fails_and_its_origins_lead_back(self, text: str) -> None:
        folded = fold_with_origins(text)
        assert len(folded.origins) == len(folded.text)
        assert list(folded.origins) == sorted(folded.origins)
        assert all(0 <= origin < len(text) for origin in folded.origins)
        for position, origin in enumerate(folded.origins):
            assert folded.text[position] in fold(text[origin])

    @given(st.text("江海區黨建學院AbC2024 ,。", max_size=40))
    def test_folding_twice_changes_nothing(self, text: str) -> None:
        assert fold(fold(text)) == fold(text) == fold_with_origins(text).text


def of(text: str) -> set[str]:
    return {n.term for n in numerals(fold(text))}


class TestNumerals:
    """One form for a number or date, however it is written."""

    @pytest.mark.parametrize(
        ("one", "other", "term"),
        [
            ("二〇二四年", "2024年", "@2024年"),
            ("二○二四年", "2024年", "@2024年"),
            ("3.5亿", "350000000", "#350000000"),
            ("3.5亿元", "350,000,000元", "#350000000"),
            ("二十名", "20名", "#20"),
            ("百分之八十", "80%", "%80"),
            ("百分之三点五", "3.5%", "%3.5"),
            ("百分之12.5", "12.5%", "%12.5"),
            ("七月十九日", "7月19日", "@7-19"),
            ("7月19日", "July 19", "@7-19"),
            ("七月十九號", "19th of July", "@7-19"),
            ("一万二", "12000", "#12000"),
            ("三百二十", "320", "#320"),
            ("三百五", "350", "#350"),
            ("一百零五", "105", "#105"),
            ("十五", "15", "#15"),
            ("两百", "200", "#200"),
            ("十万", "100000", "#100000"),
            ("二〇二四", "2024", "#2024"),
            ("一亿二千万", "1.2亿", "#120000000"),
            ("一万二千亿", "12000亿", "#1200000000000"),
            ("一亿零五万", "100050000", "#100050000"),
            ("20名", "20名", "#20"),
            ("兩萬", "20000", "#20000"),
        ],
    )
    def test_two_ways_of_writing_have_one_term(self, one: str, other: str, term: str) -> None:
        assert term in of(one) & of(other)

    @pytest.mark.parametrize("text", ["一", "万", "千", "一个", "may be", "13月", "", "江海区"])
    def test_a_word_is_no_number_and_a_thirteenth_month_no_date(self, text: str) -> None:
        assert not {t for t in of(text) if t[0] == "@" or t == "#1"}

    def test_a_day_that_no_month_has_is_no_date(self) -> None:
        assert of("7月32日") == {"@7月", "#7", "#32"}

    @given(MIXED)
    def test_any_text_is_read_and_places_lie_within_it(self, text: str) -> None:
        folded = fold(text)
        for found in numerals(folded):
            assert 0 <= found.start < found.end <= len(folded)
            assert found.term[0] in "#%@"

    @given(st.text("0123456789一二两三十百千万亿〇零○.,点%年月日百分之", max_size=400))
    def test_any_pile_of_digits_is_read(self, text: str) -> None:
        folded = fold(text)
        for found in numerals(folded):
            assert 0 <= found.start < found.end <= len(folded)
            assert found.term[0] in "#%@"
            assert len(found.term) > 1

    @given(st.integers(0, 10**12))
    def test_a_whole_number_is_its_digits(self, number: int) -> None:
        assert of(f"{number}人") == of(f"{number:,}人") == {f"#{number}"}


class TestTerms:
    """What the lexical index counts."""

    def test_characters_pairs_words_and_numbers(self) -> None:
        assert terms("江海区 GDP增长8%") == [
            "江", "海", "区", "江海", "海区", "gdp", "增", "长", "增长", "8", "%8",
        ]  # fmt: skip

    def test_asking_words_name_nothing_unless_they_are_all_there_is(self) -> None:
        assert not {"多少", "多", "少"} & set(query_terms("培训教师有多少?"))
        assert "培训" in query_terms("培训教师有多少?")
        assert query_terms("多少?") != []
        assert "which" not in query_terms("Which company?")

    def test_a_term_of_a_question_counts_once(self) -> None:
        found = query_terms("江海江海江海")
        assert len(found) == len(set(found))

    @given(MIXED)
    def test_script_and_width_do_not_matter(self, text: str) -> None:
        assert query_terms(fold(text)) is not None
        assert all(terms(text))

    def test_a_question_in_traditional_characters_has_the_same_terms(self) -> None:
        assert query_terms("江海區黨建學院有幾多培訓教師") == query_terms("江海区党建学院有几多培训教师")


class TestWords:
    """Dictionary words."""

    def test_terms_of_the_user_become_words(self) -> None:
        text = "昨晚在礼乐龙舟文化广场开幕"
        assert "礼乐龙舟文化广场" not in WordCutter().words(text)
        assert "礼乐龙舟文化广场" in WordCutter(["礼乐龙舟文化廣場"]).words(text)

    def test_district_terms_are_words(self) -> None:
        assert "侨梦苑" in CUTTER.words("打造侨梦苑")

    def test_compounds_come_with_the_words_inside_them_and_single_characters_are_none(self) -> None:
        found = CUTTER.words("江门高新区的培训教师 A1")
        assert {"江门高新区", "培训", "教师"} <= set(found)
        assert all(len(word) > 1 for word in found)

    def test_no_cache_is_written_to_the_temporary_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        WordCutter(["礼乐龙舟赛场"]).words("江海区社区党建学院")
        assert list(tmp_path.iterdir()) == []

    def test_a_dictionary_has_comments_and_blank_lines(self, tmp_path: Path) -> None:
        path = tmp_path / "terms.txt"
        path.write_text("# ours\n侨梦苑\n\n 下沙公园 # a park\n", encoding="utf-8")
        assert read_dictionary(path) == ["侨梦苑", "下沙公园"]

    def test_a_dictionary_that_is_no_utf8_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "terms.txt"
        path.write_bytes("侨梦苑".encode("gb18030"))
        with pytest.raises(SettingsError, match=r"cannot be read .*expected a UTF-8 file with one term a line"):
            WordCutter.of(str(path))


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


class TestSentences:
    """Sentences and their places."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("第一句。第二句!第三句?", ["第一句。", "第二句!", "第三句?"]),
            ("他说:“好。”然后走了。", ["他说:“好。”", "然后走了。"]),
            ("他说:“好!走吧!”然后走了。", ["他说:“好!走吧!”", "然后走了。"]),
            (
                "增长3.5亿元。It grew 3.5 percent. Then it fell.",
                ["增长3.5亿元。", "It grew 3.5 percent.", "Then it fell."],
            ),
            ("等等……还有。", ["等等……", "还有。"]),
            ("没有句号", ["没有句号"]),
            ("一行\n两行", ["一行", "两行"]),
            ("", []),
            (" \n ", []),
        ],
    )
    def test_examples(self, text: str, expected: list[str]) -> None:
        assert cut(text) == expected

    @given(MIXED)
    def test_sentences_hold_every_character_that_is_not_blank_once(self, text: str) -> None:
        places = sentences(text)
        assert all(s < e for s, e in places)
        assert all(one[1] <= other[0] for one, other in pairwise(places))
        inside = {i for s, e in places for i in range(s, e)}
        assert all(i in inside for i, c in enumerate(text) if not c.isspace())
        assert all(piece == piece.strip() for piece in cut(text))


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, tuple[tuple[int, int], ...]]:
    stored = draw(st.text("江海区ab。 \n\u3000", min_size=4, max_size=60))
    points = sorted(draw(st.sets(st.integers(0, len(stored)), min_size=2, max_size=8)))
    spans = tuple(zip(points[::2], points[1::2], strict=False))
    return stored, spans


class TestPlaces:
    """From a passage's text back into the stored text."""

    @given(passages(), st.data())
    def test_the_spans_of_a_part_give_back_the_part(
        self, passage: tuple[str, tuple[tuple[int, int], ...]], data: st.DataObject
    ) -> None:
        stored, spans = passage
        quote = quote_of(stored, spans)
        text = "".join(quote.split())  # the readable text keeps the characters and repairs the blanks
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        found = stored_spans(spans, quote, text, start, end)
        assert "".join(quote_of(stored, found).split()) == text[start:end]
        assert all(any(s <= a < b <= e for s, e in spans) for a, b in found)
        assert all(not stored[a].isspace() and not stored[b - 1].isspace() for a, b in found)

    def test_a_part_over_a_column_break_by_hand(self) -> None:
        # The stored text: 江海区召开\n广告\n会议。
        assert stored_spans(((0, 5), (9, 12)), "江海区召开会议。", "江海区召开会议。", 3, 7) == ((3, 5), (9, 11))


class TestShingles:
    """How much two texts share."""

    def test_by_hand(self) -> None:
        assert shingles("江海区,召开!") == {"江海区", "海区召", "区召开"}
        assert resemblance(shingles("江海区召"), shingles("江海区开")) == pytest.approx(1 / 3)
        assert shingles("江") == {"江"}
        assert shingles("!?") == frozenset()
        assert resemblance(frozenset(), frozenset()) == 0

    @given(MIXED, MIXED)
    def test_resemblance_is_symmetric_and_a_share(self, one: str, other: str) -> None:
        a, b = shingles(one), shingles(other)
        assert 0 <= resemblance(a, b) == resemblance(b, a) <= 1
        assert resemblance(a, a) in (0, 1)
