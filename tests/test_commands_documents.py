"""`documents add|list|show|replace|remove`: what goes in, what is refused, what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support import REPORT, SEEDS

Run = Callable[..., object]


def added(command: Run, *words: str) -> list[dict]:
    ran = command("documents", "add", "--json", *words)
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def shown(command: Run, id_: str) -> dict:
    return json.loads(command("documents", "show", id_, "--json").out)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_an_added_document_is_found_at_once(command: Run, page: Path) -> None:
    (row,) = added(command, str(page), "--publication", "礼乐报", "--published", "2023-09")
    assert (row["file"], row["added"]) == ("page.txt", True)
    body = json.loads(command("search", "礼乐龙舟赛有多少支龙舟队", "--json").out)
    first = body["passages"][0]["citation"]
    assert body["index_version"] == row["index_version"]
    assert first["document_id"] == row["id"]
    assert (first["publication"], first["published"]) == ("礼乐报", "2023-09")
    assert (first["event_date"], first["byline"]) == ("2023-09-03", "江门日报讯(记者/张三)")


def test_the_same_content_again_gives_the_id_that_it_has(command: Run, page: Path, tmp_path: Path) -> None:
    (first,) = added(command, str(page))
    other = tmp_path / "other name.txt"
    other.write_bytes(page.read_bytes())
    (second,) = added(command, str(other))
    assert (second["id"], second["added"]) == (first["id"], False)
    seed = next(iter(sorted(SEEDS.glob("*.txt"))))
    assert added(command, str(seed))[0]["added"] is False
    assert len(json.loads(command("documents", "list", "--json").out)) == 6


def test_a_faulty_file_among_good_ones_stops_none_of_them(command: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text(REPORT, encoding="utf-8")
    (folder / "b.txt").write_bytes(b"%PDF-1.7 ...")
    (folder / "deep" / "c.TXT").write_text(REPORT.replace("46", "47"), encoding="utf-8")
    (folder / "d.txt").write_bytes(b"")
    (folder / "README.md").write_text("# no page", encoding="utf-8")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "e.txt").write_text("no page", encoding="utf-8")
    ran = command("documents", "add", str(folder), "--json")
    assert ran.code == 2
    assert [row["file"] for row in json.loads(ran.out)] == ["a.txt", "c.TXT"]
    told = ran.err.splitlines()
    assert len(told) == 2
    assert (
        "b.txt: b.txt cannot be read as PDF: it is broken, cut short or without pages, expected a whole one" in told[0]
    )
    assert "d.txt: d.txt is empty; expected a file with text" in told[1]
    assert len(json.loads(command("documents", "list", "--json").out)) == 7
    assert command("search", "龙舟").code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty; expected a file with text"),
        (b" \n\t\r\n", "is empty; expected a file with text"),
        (b"%PDF-1.4\n...", "cannot be read as PDF: it is broken, cut short or without pages, expected a whole one"),
        (b"GIF89a" + bytes(50), "is a GIF picture; expected text, Markdown, HTML, PDF, DOCX, EPUB, PNG, JPEG or TIFF"),
        (b"PK\x03\x04" + bytes(50), "begins as a ZIP container (DOCX, EPUB) but cannot be unpacked (BadZipFile)"),
        (bytes(range(256)) * 40, "is not text in UTF-8, GB18030 or UTF-16; save it as UTF-8 text"),
        (b"\xff\xfe" + b"\x00\xd8" * 9, "begins as utf-16-le but does not go on as such"),
        (b"plain \0\1\2\3\4\5\6\7 text" * 9, "is not text"),
    ],
)
def test_what_is_no_text_is_refused_by_name(command: Run, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "strange.txt"
    path.write_bytes(content)
    ran = command("documents", "add", str(path))
    assert ran.code == 2
    assert f"strange.txt {said}" in ran.err or said in ran.err
    assert len(json.loads(command("documents", "list", "--json").out)) == 5


def test_a_file_of_21_megabytes_is_refused_unless_the_setting_allows_it(command: Run, tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * 21_000_000)
    ran = command("documents", "add", str(path))
    assert ran.code == 2
    assert "large.txt has 21000000 bytes, expected at most 20000000" in ran.err
    assert "JIANGHAI_QA_MAX_DOCUMENT_BYTES" in ran.err
    path.write_text(REPORT, encoding="utf-8")
    assert "expected at most 100" in command("documents", "add", str(path), "--max-document-bytes", "100").err


def test_a_missing_file_stops_before_anything_is_added(command: Run, page: Path) -> None:
    ran = command("documents", "add", str(page), "/nowhere.txt")
    assert (ran.code, ran.out) == (2, "")
    assert "found nothing at /nowhere.txt, expected a file or a folder; nothing was added" in ran.err
    assert len(json.loads(command("documents", "list", "--json").out)) == 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_are_read_rightly_and_recorded(command: Run, tmp_path: Path, encoding: str) -> None:
    text = REPORT.replace("\n", "\r\n")
    path = tmp_path / "page.txt"
    path.write_bytes(text.encode(encoding))
    document = shown(command, added(command, str(path))[0]["id"])
    recorded = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    assert (document["text"], document["encoding"]) == (text, recorded)
    for article in document["articles"]:
        for passage in article["passages"]:
            assert "".join(text[s:e] for s, e in passage["spans"]) == passage["quote"]


@pytest.mark.parametrize("date", ["2023-13", "2023-02-30", "23", "2023/07", "July", "２０２３"])
def test_an_impossible_date_of_issue_is_refused(command: Run, page: Path, date: str) -> None:
    ran = command("documents", "add", str(page), "--published", date)
    assert ran.code == 2
    assert f"found the date {date!r}, expected YYYY, YYYY-MM or YYYY-MM-DD" in ran.err
    assert len(json.loads(command("documents", "list", "--json").out)) == 5


def test_a_catalogue_beside_a_file_says_what_the_text_does_not_and_options_win(command: Run, page: Path) -> None:
    page.with_name("catalog.toml").write_text(
        '[defaults]\npublication = "礼乐报"\nsection = "体育"\n["page.txt"]\npublished = "2023-09-04"\n'
        'errata = [{ printed = "46支", read = "64支", reason = "两个数字颠倒" }]\n',
        encoding="utf-8",
    )
    (row,) = added(command, str(page), "--section", "龙舟")
    kept = shown(command, row["id"])["metadata"]
    assert (kept["publication"], kept["section"], kept["published"]) == ("礼乐报", "龙舟", "2023-09-04")
    found = json.loads(command("search", "64支龙舟队", "--json", "-k", "1").out)["passages"][0]
    assert "46支" in found["text"]
    assert "应为“64支”" in found["citation"]["note"]


def test_a_faulty_catalogue_is_told_and_nothing_is_added(command: Run, page: Path) -> None:
    page.with_name("catalog.toml").write_text('["page.txt"]\npublisched = "2023"\n', encoding="utf-8")
    ran = command("documents", "add", str(page))
    assert ran.code == 2
    assert "found the field 'publisched', expected one of publication" in ran.err
    assert len(json.loads(command("documents", "list", "--json").out)) == 5


def test_a_replaced_document_keeps_its_id_and_its_metadata(command: Run, page: Path) -> None:
    (row,) = added(command, str(page), "--publication", "礼乐报")
    page.write_text(REPORT.replace("46", "64"), encoding="utf-8")
    ran = command("documents", "replace", row["id"], str(page), "--published", "2023-09", "--json")
    assert ran.code == 0
    (replaced,) = json.loads(ran.out)
    assert replaced["id"] == row["id"]
    assert replaced["index_version"] > row["index_version"]
    document = shown(command, row["id"])
    assert "64支" in document["text"]
    assert document["metadata"]["publication"] == "礼乐报"
    assert document["metadata"]["published"] == "2023-09"
    assert "64支" in command("ask", "礼乐龙舟赛有多少支龙舟队?").out


def test_content_that_was_replaced_may_be_added_again_beside_it(command: Run, page: Path, tmp_path: Path) -> None:
    (row,) = added(command, str(page))
    other = tmp_path / "other.txt"
    other.write_text(REPORT.replace("46", "64"), encoding="utf-8")
    assert command("documents", "replace", row["id"], str(other)).code == 0
    (again,) = added(command, str(page))
    assert again["added"]
    assert again["id"] != row["id"]
    assert "64支" in shown(command, row["id"])["text"]
    assert "46支" in shown(command, again["id"])["text"]


def test_replacing_by_the_content_of_another_document_is_a_conflict(command: Run, page: Path) -> None:
    (row,) = added(command, str(page))
    seed = next(iter(sorted(SEEDS.glob("*.txt"))))
    ran = command("documents", "replace", row["id"], str(seed))
    assert ran.code == 2
    assert f"expected new content for {row['id']}; nothing was changed" in ran.err


def test_a_removed_document_is_gone(command: Run, page: Path) -> None:
    (row,) = added(command, str(page))
    assert command("documents", "remove", row["id"]).code == 0
    assert command("documents", "show", row["id"]).code == 2
    body = json.loads(command("search", "礼乐龙舟赛", "--json", "-k", "50").out)
    assert row["id"] not in {p["citation"]["document_id"] for p in body["passages"]}


def test_list_and_show_are_for_people_as_well(command: Run) -> None:
    lines = command("documents", "list").out.splitlines()
    assert len(lines) == 5
    assert all("江门日报" in line for line in lines)
    told = command("documents", "show", lines[0].split()[0]).out
    assert "paragraph" in told
    assert "1. " in told
