"""What comes in from outside: bytes, dates, catalogues, settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import REPORT, SEEDS, Text, index_of

from qa.catalog import metadata_of, read_catalog
from qa.dates import interval
from qa.dating.resolving import event_date
from qa.decode import decode
from qa.errors import InvalidRequest, SettingsError, UnreadableDocument, UnsupportedForm
from qa.index.generation import Generation
from qa.records import Filters
from qa.settings import PREFIX, TABLE, Setting, Settings

CHINESE = st.text(
    "江海区委常委会会议召开厚植高质量发展文化底蕴的是在了和有人这中大为上个国我以要他,。!?:“”0123456789\n", max_size=60
)


class TestDecode:
    """The bytes of a text file become its stored text."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
    @given(text=CHINESE)
    def test_chinese_text_survives_every_encoding(self, encoding: str, text: str) -> None:
        text = REPORT + text
        assert decode(text.encode(encoding), "a.txt").text == text

    @given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1).filter(str.strip))
    def test_any_script_survives_utf8(self, text: str) -> None:
        assert decode(text.encode("utf-8-sig"), "a.txt").text == text
        if not text.startswith(("%PDF-", "GIF8")):
            assert decode(text.encode(), "a.txt").text == text.removeprefix("\ufeff")

    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_newlines_stay_as_they_are(self, newline: str) -> None:
        text = newline.join(["江海区", "会议", ""])
        assert decode(text.encode(), "a.txt").text == text

    @given(st.binary(max_size=400))
    def test_any_bytes_are_text_or_one_of_our_errors(self, data: bytes) -> None:
        try:
            text = decode(data, "a.bin").text
        except (UnreadableDocument, UnsupportedForm):
            return
        assert text.strip()
        assert "\0" not in text


class TestDates:
    """Partial dates say no more than is known."""

    @pytest.mark.parametrize(
        ("text", "first", "last"),
        [
            ("2023", "2023-01-01", "2023-12-31"),
            ("2023-07", "2023-07-01", "2023-07-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2023-07-24", "2023-07-24", "2023-07-24"),
        ],
    )
    def test_a_partial_date_is_an_interval(self, text: str, first: str, last: str) -> None:
        assert tuple(day.isoformat() for day in interval(text)) == (first, last)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "23",
            "2023-7",
            "2023-13",
            "2023-02-29",
            "2023-00",
            "2023-07-00",
            "0000",
            "2023-07-24T00:00",
            " 2023",
            "２０２３",
        ],
    )
    def test_what_is_no_date_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidRequest, match="expected YYYY, YYYY-MM or YYYY-MM-DD"):
            interval(text)

    @pytest.mark.parametrize(
        ("dateline", "published", "expected"),
        [
            ("7月19日", "2023-07", "2023-07-19"),
            ("7月19日", "2023-07-24", "2023-07-19"),
            ("12月28日", "2024-01", "2023-12-28"),
            ("2022年12月13日", None, "2022-12-13"),
            ("1月10号", "2024-01", "2024-01-10"),
            ("2月29日", "2024-03", "2024-02-29"),
            ("昨日", "2023-07-24", "2023-07-23"),
            ("7月19日至24日", "2023-07", "2023-07"),
        ],
    )
    def test_the_year_of_a_dateline_follows_from_the_month_of_issue(
        self, dateline: str, published: str | None, expected: str
    ) -> None:
        assert event_date(dateline, published) == expected

    @pytest.mark.parametrize(
        ("dateline", "published"),
        [
            ("7月19日", None),
            ("7月19日", "2023"),
            ("近日", "2023-07"),
            ("昨日", "2023-07"),
            (None, "2023-07"),
            ("13月1日", "2023-07"),
            ("2月30日", "2023-07"),
            ("2月29日", "2023-03"),
            ("8月1日", "2023-07"),  # still to come, or a year ago: nobody knows
            ("7月19日", "nonsense"),
        ],
    )
    def test_a_date_is_never_guessed(self, dateline: str | None, published: str | None) -> None:
        assert event_date(dateline, published) is None


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    dates = [
        ("2023", None),
        ("2023-07", "2023-07-19"),
        ("2023-07-24", "2023-07-24"),
        ("2022-12", "2022-12-13"),
        (None, None),
    ]
    texts = [Text("江海区", document=f"d{i}", published=p, event_date=e) for i, (p, e) in enumerate(dates)]
    named = (("2022-01-01", "2022-12-31"), ("2024-09-01", "2024-09-30"))
    texts.append(Text("江海区", document="d5", published="2023-07", dates=named))
    return index_of(tmp_path_factory.mktemp("dated"), [texts[:3], texts[3:]])


class TestFilters:
    """A partial date matches where it overlaps."""

    @pytest.mark.parametrize(
        ("filters", "rows"),
        [
            (Filters(), [0, 1, 2, 3, 4, 5]),
            (Filters(published_from="2023"), [0, 1, 2, 5]),
            (Filters(published_from="2023-07-25"), [0, 1, 5]),
            (Filters(published_from="2023-08"), [0]),
            (Filters(published_to="2022"), [3]),
            (Filters(published_to="2023-07-01"), [0, 1, 3, 5]),
            (Filters(published_from="2023-07-24", published_to="2023-07-24"), [0, 1, 2, 5]),
            (Filters(published_from="2023", include_undated=True), [0, 1, 2, 4, 5]),
            (Filters(include_undated=True), [0, 1, 2, 3, 4, 5]),
            (Filters(event_from="2023-07-20"), [2, 5]),
            (Filters(event_to="2023-07"), [1, 2, 3, 5]),
            (Filters(event_to="2023-07-19", include_undated=True), [0, 1, 3, 4, 5]),
            (Filters(event_from="2024-09-15", event_to="2024-10"), [5]),
            (Filters(event_from="2023-01", event_to="2023-07-18"), []),
            (Filters(event_from="2022-12-31", event_to="2023-07-19"), [1, 5]),
            (Filters(document_ids=("d1", "d4", "unknown")), [1, 4]),
            (Filters(document_ids=()), []),
            (Filters(document_ids=("d0", "d3"), published_from="2023"), [0]),
            (Filters(document_ids=("d5",), event_from="2022", event_to="2022"), [5]),
            (Filters(published_from="2024", published_to="2022"), []),
        ],
    )
    def test_by_hand(self, dated: Generation, filters: Filters, rows: list[int]) -> None:
        assert dated.allowed(filters).nonzero()[0].tolist() == rows

    def test_an_impossible_date_is_refused(self, dated: Generation) -> None:
        with pytest.raises(InvalidRequest, match="found the date '2023-13'"):
            dated.allowed(Filters(event_from="2023-13"))


class TestCatalog:
    """The catalogue beside a folder of pages."""

    def test_the_seeds_have_each_a_table(self) -> None:
        catalog = read_catalog(SEEDS)
        assert set(catalog) == {p.name for p in SEEDS.glob("*.txt")}
        assert all(m.publication and m.published and m.published_basis for m in catalog.values())

    def test_no_catalogue_gives_nothing(self, tmp_path: Path) -> None:
        assert read_catalog(tmp_path) == {}

    def test_all_faults_are_told_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "catalog.toml").write_text(
            'loose = 1\n["a.txt"]\npublished = "2023-13"\nsection = 5\nauthor = "x"\n'
            '["b.txt"]\nerrata = [{ printed = "x" }]\n["c.txt"]\nerrata = [{ printed = "", read = "y", reason = "z" }]\n'
            '["d.txt"]\npublished = 2023\n["good.txt"]\npublished = "2023"\n',
            encoding="utf-8",
        )
        with pytest.raises(SettingsError) as told:
            read_catalog(tmp_path)
        lines = str(told.value).splitlines()
        path = tmp_path / "catalog.toml"
        assert [line.split(": ")[1] for line in lines] == ["loose", "a.txt", "b.txt", "c.txt", "d.txt"]
        assert all(line.startswith(f"{path}: ") for line in lines)
        assert "found 1, expected a table" in lines[0]
        for part in ("found the field 'author', expected one of", "found 5 for section, expected a text", "'2023-13'"):
            assert part in lines[1]
        assert "without printed, read or reason, expected all three" in lines[2]
        assert "without printed, read or reason, expected all three" in lines[3]
        assert "found 2023 for published, expected a text" in lines[4]

    def test_a_date_may_stand_without_quotes_and_faulty_defaults_are_told(self, tmp_path: Path) -> None:
        path = tmp_path / "catalog.toml"
        path.write_text('["a.txt"]\npublished = 2023-07-01\n', encoding="utf-8")
        assert read_catalog(tmp_path)["a.txt"].published == "2023-07-01"
        path.write_text('[defaults]\npubli = "x"\n["a.txt"]\npublished = "2023"\n', encoding="utf-8")
        with pytest.raises(SettingsError, match="defaults: found the field 'publi', expected one of"):
            read_catalog(tmp_path)

    @pytest.mark.parametrize("content", [b"= what", b"\xff\xfe\x00"])
    def test_what_is_no_toml_is_told(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "catalog.toml").write_bytes(content)
        with pytest.raises(SettingsError, match=r"catalog.toml cannot be read as TOML .*correct it and start again"):
            read_catalog(tmp_path)

    def test_empty_texts_count_as_unknown(self) -> None:
        assert metadata_of({"publication": ""}).publication is None


OTHERS = {"widget_origins": "https://www.example.org", "feedback": "on"}


def another_value(setting: Setting) -> str:
    """Return a value that is not the default: of a number the next, of a switch the other."""
    default = setting.default_text()
    if default.isdecimal():
        return str(int(default) + 1)
    if setting.name in OTHERS:
        return OTHERS[setting.name]
    return {"on": "off", "off": "on"}.get(default, "else")


class TestSettings:
    """One table; environment and options."""

    @pytest.mark.parametrize("setting", TABLE, ids=lambda s: s.name)
    def test_every_setting_is_read_from_the_environment_and_an_option_wins(self, setting: Setting) -> None:
        raw, default, variable, name = another_value(setting), setting.default_text(), setting.variable, setting.name
        assert variable == PREFIX + name.upper()
        assert setting.read(raw) != setting.read(default)
        assert getattr(Settings.read({variable: raw}), name) == setting.read(raw)
        assert getattr(Settings.read({}, {name: raw}), name) == setting.read(raw)
        assert getattr(Settings.read({variable: raw}, {name: default}), name) == setting.read(default)

    def test_defaults_need_no_environment(self) -> None:
        one = Settings.read({})
        assert (one.host, one.port, one.encoder, one.log_questions) == ("127.0.0.1", 8000, "embedded", False)
        assert one.data_path.name == ".data"

    def test_all_impossible_values_are_told_at_once(self) -> None:
        wrong = {"port": "70000", "encoder_threads": "0", "log_questions": "perhaps", "max_request_bytes": "much"}
        with pytest.raises(SettingsError) as told:
            Settings.read({PREFIX + name.upper(): value for name, value in wrong.items()})
        for part in (
            "JIANGHAI_QA_PORT is '70000', expected a whole number from 0 to 65535",
            "JIANGHAI_QA_ENCODER_THREADS is '0', expected a whole number from 1 to 256",
            "JIANGHAI_QA_LOG_QUESTIONS is 'perhaps', expected on or off",
            "JIANGHAI_QA_MAX_REQUEST_BYTES is 'much', expected a whole number from 1000 to 2147483648",
        ):
            assert part in str(told.value)

    def test_the_environment_is_the_same_as_the_option(
        self, command: Callable[..., object], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JIANGHAI_QA_PUBLIC_URL", "https://one.example")
        assert "https://one.example/documents/" in command("search", "江海区").out
        assert (
            "https://two.example/documents/" in command("search", "江海区", "--public-url", "https://two.example").out
        )
