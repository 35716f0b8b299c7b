"""The library keeps every promise about places, numbers and identity, for all passages of all seeds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from support import REPORT, SEED_FILES, SEEDS, Keeper, settings_of, squeezed

from qa.catalog import read_catalog
from qa.changes import Upload
from qa.errors import Conflict, NotFound
from qa.intake import take_in
from qa.library import Library
from qa.places import quote_of
from qa.prepare import prepare
from qa.records import Kind, Metadata, Span
from qa.service import Service


def each_passage(library: Library):
    for document in library.documents():
        for passage in library.passages(document.id):
            yield document, passage


def test_every_quote_is_the_stored_text_of_its_spans(service: Service) -> None:
    for document, passage in each_passage(service.library):
        assert "".join(document.text[s:e] for s, e in passage.spans) == passage.quote
        assert squeezed(passage.text) == squeezed(passage.quote) != ""


def test_spans_are_not_empty_ascend_and_do_not_overlap(service: Service) -> None:
    for document, passage in each_passage(service.library):
        assert passage.spans
        assert all(0 <= s < e <= len(document.text) for s, e in passage.spans)
        assert all(one[1] <= other[0] for one, other in zip(passage.spans, passage.spans[1:], strict=False))


def test_no_character_belongs_to_two_passages(service: Service) -> None:
    for document in service.library.documents():
        seen: set[int] = set()
        for passage in service.library.passages(document.id):
            mine = {offset for s, e in passage.spans for offset in range(s, e) if not document.text[offset].isspace()}
            assert not seen & mine
            seen |= mine


def test_paragraphs_count_from_1_without_gaps(service: Service) -> None:
    for document in service.library.documents():
        numbers = [p.paragraph for p in service.library.passages(document.id)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_passage_ids_are_unique_and_lead_back(service: Service) -> None:
    passages = [passage for _, passage in each_passage(service.library)]
    assert len({p.id for p in passages}) == len(passages)
    assert service.library.passage(passages[7].id) == passages[7]
    cited = service.library.cite([passages[3].id, "unknown", passages[1].id])
    assert [p.id for p, _ in cited] == [passages[3].id, passages[1].id]


def test_a_passage_is_at_most_400_characters_long(service: Service) -> None:
    assert max(len(p.text) for _, p in each_passage(service.library)) <= 400


def test_the_stored_text_and_the_original_are_those_of_the_file(service: Service) -> None:
    for document in service.library.documents():
        data = (SEEDS / document.file).read_bytes()
        assert service.library.original(document.id) == data
        assert document.text == data.decode("utf-8")
        assert (document.encoding, document.size) == ("utf-8", len(data))


def test_blocks_of_an_article_lie_in_the_stored_text(service: Service) -> None:
    def text(spans: tuple[Span, ...]) -> str:
        return squeezed(quote_of(document.text, spans))

    for document in service.library.documents():
        for article in service.library.articles(document.id):
            headline = "".join(text(b.spans) for b in article.blocks if b.role == "headline")
            if article.title is not None:
                assert squeezed(article.title) in headline.replace("#", "") or headline


def test_reading_a_page_again_gives_the_same_passages_and_ids(service: Service) -> None:
    catalog = read_catalog(SEEDS)
    for file in SEED_FILES:
        intake = take_in(file.name, file.read_bytes(), catalog[file.name])
        kept = service.library.passages(intake.document.id)
        assert [replace(p, article_id=0) for p in intake.passages] == [replace(p, article_id=0) for p in kept]


def test_what_the_catalogue_knows_is_kept_with_the_document(service: Service) -> None:
    document = next(d for d in service.library.documents() if d.file.startswith("001"))
    assert document.metadata.publication == "江门日报"
    assert document.metadata.published == "2023-07"
    assert [(e.printed, e.read) for e in document.metadata.errata] == [("袁加伟", "聂加伟")]
    notes = [p.note for p in service.library.passages(document.id) if "袁加伟" in squeezed(p.text)]
    assert notes
    assert all("聂加伟" in str(note) for note in notes)


def test_passage_ids_survive_a_rebuild(keeper: Keeper) -> None:
    before = [p.id for _, p in each_passage(keeper.library)]
    keeper.index(anew=True)
    assert [p.id for _, p in each_passage(keeper.library)] == before


def test_the_id_of_a_document_survives_its_replacement(keeper: Keeper) -> None:
    document = keeper.library.documents()[0]
    assert keeper.add("neu.txt", REPORT, document_id=document.id) == document.id
    replaced = keeper.library.document(document.id)
    assert (replaced.id, replaced.added_at, replaced.text) == (document.id, document.added_at, REPORT)
    assert replaced.revision > document.revision


def test_unchanged_paragraphs_keep_their_ids_when_the_document_is_replaced(keeper: Keeper) -> None:
    document = keeper.library.documents()[0]
    before = {p.id for p in keeper.library.passages(document.id)}
    keeper.add(document.file, document.text + "\n\n" + REPORT, document_id=document.id)
    after = {p.id for p in keeper.library.passages(document.id)}
    assert len(before & after) > 0.8 * len(before)


def test_a_document_whose_old_content_comes_back_is_not_overwritten(keeper: Keeper) -> None:
    first = keeper.add("eins.txt", REPORT)
    keeper.add("zwei.txt", REPORT.replace("46", "47"), document_id=first)
    sha256 = take_in("eins.txt", REPORT.encode(), Metadata()).document.sha256
    second = keeper.library.new_id(sha256)
    assert second.startswith(first)
    assert second != first
    keeper.add("eins.txt", REPORT, document_id=second)
    assert "47支" in keeper.library.document(first).text
    assert "46支" in keeper.library.document(second).text


def test_content_that_another_document_has_is_a_conflict(keeper: Keeper) -> None:
    one, other, *_ = keeper.library.documents()
    data = keeper.library.original(one.id)
    with pytest.raises(Conflict, match=f"this content is document {one.id} already.*nothing was changed"):
        keeper.changes.replace(other.id, Upload("a.txt", data))
    assert keeper.changes.replace(one.id, Upload("a.txt", data)).id == one.id


def test_every_write_raises_the_revision_by_one(keeper: Keeper) -> None:
    start = keeper.library.revision
    id_ = keeper.add("longzhou.txt", REPORT)
    assert keeper.library.revision == start + 1
    keeper.library.remove(id_)
    assert keeper.library.revision == start + 2


def test_removing_takes_articles_and_passages_along(keeper: Keeper) -> None:
    before = keeper.library.counts()
    id_ = keeper.add("longzhou.txt", REPORT)
    passage = keeper.library.passages(id_)[0]
    keeper.library.remove(id_)
    assert keeper.library.counts() == before
    for call in (
        lambda: keeper.library.document(id_),
        lambda: keeper.library.original(id_),
        lambda: keeper.library.passage(passage.id),
        lambda: keeper.library.article(passage.article_id),
        lambda: keeper.library.remove(id_),
    ):
        with pytest.raises(NotFound, match="no "):
            call()
    assert keeper.library.cite([passage.id]) == []


def test_a_failed_write_changes_nothing(keeper: Keeper) -> None:
    before, revision = keeper.library.counts(), keeper.library.revision
    intake = take_in("longzhou.txt", REPORT.encode(), Metadata())
    twice = [intake.passages[0], *intake.passages]
    with pytest.raises(Exception, match="UNIQUE"):
        keeper.library.put(intake.document, intake.original, intake.articles, twice)
    assert (keeper.library.counts(), keeper.library.revision) == (before, revision)


def test_seeds_are_imported_once_and_a_removed_one_stays_removed(keeper: Keeper) -> None:
    gone = keeper.library.documents()[0].id
    keeper.library.remove(gone)
    said: list[str] = []
    prepare(keeper.settings, said.append)
    assert len(said) == 1
    assert said[0].startswith("rebuilding the index: the index was built from state")
    assert gone not in {d.id for d in keeper.library.documents()}
    assert keeper.library.counts()[0] == 4


def test_a_new_library_says_what_it_imports_and_an_empty_seeds_folder_gives_an_empty_one(tmp_path: Path) -> None:
    said: list[str] = []
    settings = settings_of(tmp_path / "data", seeds_dir=str(tmp_path / "nothing"))
    prepare(settings, said.append)
    assert said[0].startswith("new library in ")
    assert "importing 0 pages" in said[0]
    service = Service.open(settings)
    answer = service.ask("江海区?")
    assert (answer.answerable, answer.passages) == (False, ())
    assert service.search("江海区").passages == ()
    service.close()


def test_documents_are_listed_by_id_in_pages(keeper: Keeper) -> None:
    ids = [d.id for d in keeper.library.documents()]
    assert ids == sorted(ids)
    first = keeper.library.documents(limit=2)
    assert [d.id for d in first] == ids[:2]
    assert [d.id for d in keeper.library.documents(after=first[-1].id)] == ids[2:]


def test_headlines_and_captions_are_passages_of_their_own_kind(service: Service) -> None:
    kinds = {p.kind for _, p in each_passage(service.library)}
    assert kinds == set(Kind)


def test_names_of_files_lose_their_folders() -> None:
    for name in ("../../etc/a.txt", "C:\\pages\\a.txt", "/a.txt"):
        assert take_in(name, REPORT.encode(), Metadata()).document.file == "a.txt"


def test_metadata_survive_storing(keeper: Keeper) -> None:
    id_ = keeper.add("longzhou.txt", REPORT, publication="礼乐报", section="体育", published="2023-09-04")
    kept = keeper.library.document(id_).metadata
    assert (kept.publication, kept.section, kept.published) == ("礼乐报", "体育", "2023-09-04")
    assert [a.event_date for a in keeper.library.articles(id_)] == ["2023-09-03"]
    assert json.loads(json.dumps(kept.published)) == "2023-09-04"
