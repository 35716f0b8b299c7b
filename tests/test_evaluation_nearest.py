"""What is said of quotes that do not stand in their document."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import SEED_FILES

from qa.errors import TestQueryError
from qa.evaluation.judging import needs_of
from qa.evaluation.nearest import Solid, nearest
from qa.evaluation.queries import Evidence, TestQuery

STORED = {
    "000_a.txt": "江海区社区党建学院\n当日,学院正式揭牌,并为第一批 20名\n培训教师颁发聘书,为培养人才提供支撑。",
    "001_b.txt": "礼乐龙舟赛在礼乐河开桨,共有46支龙舟队参赛。\nForeign companies opened offices in Jianghai.",
}


def astray(file: str, quote: str) -> str:
    """Return what is said of a quote that does not stand in its document."""
    asked = TestQuery("q1", "?", "zh", "all", True, "", (Evidence(file, quote),), place="q.csv:7")
    with pytest.raises(TestQueryError) as told:
        needs_of([asked], STORED.get, list(STORED))
    return str(told.value)


class TestNearestText:
    """What a quote that stands nowhere probably meant."""

    @pytest.mark.parametrize(
        ("quote", "nearest_", "first", "last"),
        [
            ("并为第一批二十名培训教师颁发聘书", "并为第一批 20名 培训教师颁发聘书", "并为", "聘书"),
            ("并为第一批20名新培训的教师颁发聘书", "并为第一批 20名 培训教师颁发聘书", "并为", "聘书"),
            ("井为第一批20名培训教师颁发骋书", "并为第一批 20名 培训教师颁发聘书", "并为", "聘书"),
            ("学院正式揭牌,并为20名培训教师颁发", "学院正式揭牌,并为第一批 20名 培训教师颁发", "学院正式", "颁发"),
        ],
    )
    def test_the_nearest_text_is_told_as_it_stands_there(
        self, quote: str, nearest_: str, first: str, last: str
    ) -> None:
        stored = STORED["000_a.txt"]
        start, end = stored.index(first), stored.index(last) + len(last)
        assert astray("000_a.txt", quote) == (
            f"q.csv:7: q1: found no {quote!r} in 000_a.txt, expected the quote letter for letter; "
            f"the nearest text there is at {start}-{end}: {nearest_!r}"
        )
        assert needs_of([TestQuery("q", "?", "zh", "all", True, "", (Evidence("000_a.txt", nearest_),))], STORED.get)

    def test_a_quote_that_stands_in_another_document_or_nearly_so(self) -> None:
        head_ = "in 000_a.txt, expected the quote letter for letter;"
        assert (
            astray("000_a.txt", "46支 龙舟队") == f"q.csv:7: q1: found no '46支 龙舟队' {head_} it stands in 001_b.txt"
        )
        start = STORED["001_b.txt"].index("Foreign")
        assert astray("000_a.txt", "foreign companies opened office in Jianghai.") == (
            f"q.csv:7: q1: found no 'foreign companies opened office in Jianghai.' {head_} "
            f"the nearest text is in 001_b.txt at {start}-{len(STORED['001_b.txt'])}: "
            "'Foreign companies opened offices in Jianghai.'"
        )

    @pytest.mark.parametrize(
        ("quote", "nearest_"),
        [
            ("FOREIGN COMPANIES OPENED OFFICES IN JIANGHAI", "Foreign companies opened offices in Jianghai"),
            ("Ｊｉａｎｇｈａｉ", "Jianghai"),
            ("共有４６支龍舟隊參賽", "共有46支龙舟队参赛"),
            ("foreign companies open'd", "Foreign companies opened"),
        ],
    )
    def test_case_width_and_script_hide_nothing(self, quote: str, nearest_: str) -> None:
        start = STORED["001_b.txt"].index(nearest_)
        said = f"letter for letter; the nearest text there is at {start}-{start + len(nearest_)}: {nearest_!r}"
        assert astray("001_b.txt", quote).endswith(said)

    @pytest.mark.parametrize("dots", ["……", "...", " … ", "[...]"])
    def test_a_quote_that_leaves_words_out_is_told_where_its_parts_stand(self, dots: str) -> None:
        stored = STORED["000_a.txt"]
        first, second = stored.index("学院正式揭牌"), stored.index("颁发聘书")
        assert astray("000_a.txt", f"学院正式揭牌{dots}颁发聘书") == (
            f"q.csv:7: q1: found no '学院正式揭牌{dots}颁发聘书' in 000_a.txt, expected an unbroken quote, not parts joined by "
            f"dots; they are at {first}-{first + 6}: '学院正式揭牌' and at {second}-{second + 4}: '颁发聘书'; give one of them, "
            "or each as a quote of its own (needs: all/全部 when one alone does not answer)"
        )

    def test_dots_of_the_document_and_parts_that_are_nowhere_are_no_gap(self) -> None:
        asked = TestQuery("q1", "?", "zh", "all", True, "", (Evidence("a", "他说...就这样"),))
        with pytest.raises(TestQueryError, match=r"nearest text there is at 0-7: '他说……就这样'"):
            needs_of([asked], {"a": "他说……就这样结束了。"}.get, ["a"])
        assert "nearest text there is at" in astray("000_a.txt", "并为第一批20名培训教师颁发...火星")

    def test_a_quote_at_many_places_is_remarked(self) -> None:
        stored = {"a.txt": "江海区 甲。" * 6 + "礼乐 乙。" * 5}
        quotes = tuple(Evidence("a.txt", quote) for quote in ("江海 区", "礼乐"))
        said: list[str] = []
        needs_of([TestQuery("q1", "?", "zh", "all", True, "", quotes, place="q.csv:2")], stored.get, say=said.append)
        assert said == [
            "q.csv:2: q1: '江海 区' stands at 6 places of a.txt: any passage with it counts; a longer quote says which"
        ]
        said.clear()
        needs_of([TestQuery("q1", "?", "zh", "all", True, "", quotes[:1] * 13)], stored.get, say=said.append)
        assert (len(said), said[-1]) == (11, "and 3 more quotes stand at more than 5 places")

    def test_faults_found_earlier_come_first_with_those_of_the_quotes(self) -> None:
        asked = TestQuery("q1", "?", "zh", "all", True, "", (Evidence("a", "火星"),))
        with pytest.raises(TestQueryError) as told:
            needs_of([asked] * 3, {"a": "木星"}.get, ["a"], earlier=[f"f{n}" for n in range(98)])
        lines = str(told.value).split("\n")
        assert lines[0] == "f0"
        assert lines[98].startswith("q1: found no '火星' in a")
        assert (len(lines), lines[100]) == (101, "and 1 more")
        with pytest.raises(TestQueryError, match=r"^f$"):
            needs_of([], {}.get, earlier=["f"])

    @pytest.mark.parametrize("quote", ["火星上的水", "本报记者采访了三家企业", "The weather will be fine tomorrow"])
    def test_what_is_like_nothing_gets_no_guess(self, quote: str) -> None:
        assert astray("000_a.txt", quote).endswith("letter for letter; nothing like it stands there")

    def test_a_document_that_is_not_there_comes_with_the_nearest_names_and_where_the_quote_stands(self) -> None:
        assert astray("000a.txt", "46支龙舟队") == (
            "q.csv:7: q1: found no document '000a.txt', expected it in the library; "
            "the nearest names are 000_a.txt, 001_b.txt; it stands in 001_b.txt"
        )
        assert astray("报纸", "火星") == "q.csv:7: q1: found no document '报纸', expected it in the library"

    def test_a_long_quote_is_found_by_its_beginning(self) -> None:
        whole = "".join(path.read_text(encoding="utf-8") for path in SEED_FILES)
        solid = Solid(whole + whole[::-1] * 7)
        started = time.process_time()
        near = nearest(solid, "某" + "".join(whole[200:6000].split()))
        assert near is not None
        assert near.start in (199, 200)
        assert nearest(solid, "".join(random.Random(1).sample(whole, 5000))) is None
        assert time.process_time() - started < 5

    @given(st.text("江海区ab \n,", min_size=1, max_size=40), st.text("江海区ab \n,", min_size=1, max_size=12))
    def test_offsets_hold_whatever_the_text(self, stored: str, quote: str) -> None:
        near = nearest(Solid(stored), quote)
        if near is not None:
            assert near.text == " ".join(stored[near.start : near.end].split())
            assert not stored[near.start].isspace()
            assert not stored[near.end - 1].isspace()

    def test_hundreds_of_strayed_quotes_in_long_documents_take_seconds(self) -> None:
        whole = "".join(path.read_text(encoding="utf-8") for path in SEED_FILES)
        long = {f"{n}.txt": f"{n}{whole * 8}" for n in range(4)}
        asked = [
            TestQuery(f"q{n}", "?", "zh", "all", True, "", (Evidence("0.txt", f"{whole[at : at + 20]}某{n}人"),))
            for n, at in enumerate(range(100, 23_100, 70))
        ]
        started = time.process_time()
        with pytest.raises(TestQueryError) as told:
            needs_of(asked, long.get, list(long))
        lines = str(told.value).splitlines()
        assert (len(lines), lines[-1]) == (101, f"and {len(asked) - 100} more")
        assert time.process_time() - started < 10
