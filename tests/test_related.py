"""Other words for the same thing and other spellings: what they find, and how much it counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Text, embedded, index_of, query_of

from qa.alike import pinyin_terms, sound_terms, spelt_alike
from qa.errors import SettingsError
from qa.fold import fold
from qa.index.generation import Generation
from qa.retrieval.query import Query
from qa.retrieval.rarity import rarity
from qa.retrieval.shares import Shares, shares_of
from qa.synonyms import Synonyms, read_groups, shipped_groups
from qa.words import WordCutter

TEXTS = [
    "科长聂加伟走访企业",
    "江海区新增公办学位三千个",
    "礼乐龙舟赛在礼乐河开桨",
    "Foreign companies came to Jianghai",
]


@pytest.fixture
def generation(tmp_path: Path) -> Generation:
    return index_of(tmp_path, [list(map(Text, TEXTS[:2])), list(map(Text, TEXTS[2:]))])


def asked(question: str, *groups: tuple[str, ...]) -> Query:
    return Query(question, embedded(), WordCutter(synonyms=Synonyms(groups)))


def all_shares(generation: Generation, query: Query) -> Shares:
    return shares_of(generation, query, np.arange(generation.rows))


class TestTables:
    """Sounds and shapes of characters."""

    @pytest.mark.parametrize(
        ("typed", "printed"), [("聂家伟", "聂加伟"), ("江孩区", "江海区"), ("礼了", "礼乐"), ("向钱村", "向前村")]
    )
    def test_names_that_sound_alike_share_their_pairs(self, typed: str, printed: str) -> None:
        assert sound_terms(typed) == sound_terms(printed) != []

    @pytest.mark.parametrize(
        ("printed", "read"), [("已经", "己经"), ("土地", "士地"), ("未来", "末来"), ("折迁", "拆迁")]
    )
    def test_shapes_that_are_taken_for_one_another_are_known_both_ways(self, printed: str, read: str) -> None:
        assert read in spelt_alike(printed)
        assert printed in spelt_alike(read)

    def test_a_character_without_a_sound_breaks_the_run(self) -> None:
        assert sound_terms("江〇海") == []
        assert sound_terms("江") == []

    @pytest.mark.parametrize("word", ["jianghai", "jiangmen", "liyue", "niejiawei"])
    def test_pinyin_is_cut_into_syllables(self, word: str) -> None:
        assert "".join(part for term in pinyin_terms(word)[:1] for part in term[1:].split())[:4] == word[:4]

    @pytest.mark.parametrize("word", ["teacher", "company", "district", "online", "xian", "江海", ""])
    def test_what_is_no_pinyin_of_two_syllables_has_none(self, word: str) -> None:
        assert pinyin_terms(word) == []

    @given(st.text("江海区礼乐街道外聂加伟", min_size=2, max_size=8))
    def test_a_name_in_pinyin_has_the_pairs_of_the_name(self, name: str) -> None:
        terms = sound_terms(name)
        word = "".join([terms[0][1:].split()[0], *(term.split()[1] for term in terms)])
        # Some names can be cut in two ways (xi'an, xian); then the pairs differ, but never in number by more than that.
        assert pinyin_terms(word) == terms or len(pinyin_terms(word)) < len(terms) + 1


class TestSynonyms:
    """Groups of words and how a question is expanded."""

    def test_the_shipped_groups_are_well_formed(self) -> None:
        groups = shipped_groups()
        assert len(groups) > 100
        assert all(word == fold(word) for group in groups for word in group)

    def test_the_longest_word_counts_and_each_once(self) -> None:
        synonyms = Synonyms([("小孩", "儿童"), ("小孩读书", "学位", "义务教育")])
        found = synonyms.expand("小孩读书难吗,小孩读书贵吗,小孩呢")
        assert [(e.word, e.others) for e in found] == [("小孩读书", ("学位", "义务教育")), ("小孩", ("儿童",))]

    def test_a_latin_word_is_met_whole(self) -> None:
        synonyms = Synonyms([("tech", "科技")])
        assert synonyms.expand("technology") == []
        assert [e.word for e in synonyms.expand("high tech zone")] == ["tech"]

    def test_a_word_in_two_groups_has_the_others_of_both(self) -> None:
        (found,) = Synonyms([("托管", "课后服务"), ("托管", "托育")]).expand("托管")
        assert found.others == ("课后服务", "托育")

    def test_the_users_file_adds_to_the_shipped_groups(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.txt"
        file.write_text("# ours\n滨江新城, 江海新城,新城区、新區\n", encoding="utf-8")
        assert read_groups(file) == [("滨江新城", "江海新城", "新城区", "新区")]
        synonyms = Synonyms.of(str(file))
        assert [e.word for e in synonyms.expand("滨江新城睇病")] == ["滨江新城", "睇病"]

    def test_every_faulty_line_of_a_users_file_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.txt"
        file.write_text("看病, 医疗\n独自\n,,读书,\n", encoding="utf-8")
        with pytest.raises(SettingsError) as raised:
            read_groups(file)
        assert f"{file}:2: found '独自', expected two or more words divided by commas" in str(raised.value)
        assert f"{file}:3: " in str(raised.value)

    def test_a_missing_file_says_what_is_expected(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="expected a UTF-8 file with one group a line"):
            read_groups(tmp_path / "none.txt")


class TestShares:
    """What other words and other spellings add."""

    def test_another_word_counts_as_the_rarity_of_the_words_own(self, generation: Generation) -> None:
        query = asked("小孩读书", ("小孩读书", "公办学位"))
        shares = all_shares(generation, query)
        own = sum(rarity(generation, term) for term in ("小孩", "孩读", "读书"))
        all_ = sum(rarity(generation, term) for term in query.terms)
        assert shares.synonyms == pytest.approx([0, own / all_, 0, 0])
        assert shares.terms[1] == 0

    def test_without_other_words_there_is_no_share(self, generation: Generation) -> None:
        assert not all_shares(generation, asked("小孩读书")).synonyms.any()

    def test_a_name_spelt_otherwise_is_found_by_its_sound(self, generation: Generation) -> None:
        shares = all_shares(generation, query_of("聂家玮是谁"))
        assert shares.variants[0] > 0
        assert not shares.variants[1:].any()

    def test_a_name_in_pinyin_is_found(self, generation: Generation) -> None:
        shares = all_shares(generation, query_of("What did Niejiawei do"))
        assert int(shares.variants.argmax()) == 0
        assert shares.variants[0] > 0

    def test_a_misread_character_is_found_by_its_shape(self, generation: Generation) -> None:
        shares = all_shares(generation, query_of("聂加炜、扎乐"))
        assert shares.variants[2] > 0

    def test_what_the_text_holds_as_it_is_is_not_looked_for_otherwise(self, generation: Generation) -> None:
        assert not all_shares(generation, query_of("龙舟赛开桨")).variants.any()

    def test_shares_stay_within_0_and_1(self, generation: Generation) -> None:
        for question in ("小孩读书看病打工开厂", "聂家伟聂佳伟聂嘉玮", "jianghai liyue", "?", "的"):
            shares = all_shares(generation, query_of(question))
            for share in (shares.synonyms, shares.variants):
                assert ((share >= 0) & (share <= 1)).all()

    def test_many_segments_score_as_one(self, generation: Generation, tmp_path: Path) -> None:
        whole = index_of(tmp_path / "whole", [list(map(Text, TEXTS))])
        for question in ("聂家伟在哪里上学", "jianghai", "小孩读书"):
            one, many = (all_shares(g, query_of(question)) for g in (whole, generation))
            np.testing.assert_allclose(one.synonyms, many.synonyms, atol=1e-6)
            np.testing.assert_allclose(one.variants, many.variants, atol=1e-6)
