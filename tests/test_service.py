"""The straight line from a question to a cited answer, over all test questions."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from opencc import OpenCC
from support import (
    GOLDEN,
    GOLDEN_SENTENCE,
    PLAIN_MODES,
    REPORT,
    Keeper,
    dev_queries,
    run_command,
    settings_of,
    squeezed,
)

from qa.errors import InvalidRequest
from qa.evaluation.judging import ByQuotes, needs_of
from qa.evaluation.runs import evaluate, in_process, means
from qa.records import Answer, Filters, Kind, Mode
from qa.service import Service


@pytest.fixture(scope="module")
def answers(service: Service) -> list[Answer]:
    return [service.ask(query.question) for query in dev_queries()]


def timeless(answer: Answer) -> Answer:
    return replace(answer, took_ms=0)


def test_the_golden_question(service: Service) -> None:
    answer = service.ask(GOLDEN)
    assert answer.text == f"“{GOLDEN_SENTENCE}”[1]"
    (cited,) = answer.citations
    assert (cited.citation.file, cited.citation.spans) == ("000_7acb3d7aa04156cd.txt", ((2003, 2058),))
    assert cited.citation.title == "江海区社区党建学院成立 社区治理从“一枝独秀”到“满园春色”"
    assert (cited.citation.publication, cited.citation.published) == ("江门日报", "2023-07")


def test_every_citation_stands_in_its_source_letter_for_letter(service: Service, answers: list[Answer]) -> None:
    texts = {d.id: d.text for d in service.library.documents()}
    assert sum(len(a.citations) for a in answers) > 100
    for answer in answers:
        for cited in (*(c.citation for c in answer.citations), *(p.citation for p in answer.passages)):
            for one in (cited, *cited.also_in):
                assert "".join(texts[one.document_id][s:e] for s, e in one.spans) == one.quote
                assert one.path == f"/documents/{one.document_id}#p{one.paragraph}"
        for passage in answer.passages:
            assert squeezed(passage.text) == squeezed(passage.citation.quote)


def test_every_marker_has_its_citation_and_every_citation_its_marker(answers: list[Answer]) -> None:
    for answer in answers:
        markers = [int(m) for m in re.findall(r"”\[(\d+)\]", answer.text)]
        assert markers == [c.marker for c in answer.citations] == list(range(1, len(markers) + 1))
        assert bool(answer.citations) == answer.answerable
        quoted = re.findall(r"“(.*)”\[\d+\]", answer.text)
        for text, cited in zip(quoted, answer.citations, strict=True):
            assert squeezed(text) == squeezed(cited.citation.quote)
            passage = next(p for p in answer.passages if p.id == cited.passage_id)
            spans = passage.citation.spans
            assert all(any(s <= a < b <= e for s, e in spans) for a, b in cited.citation.spans)


def test_scores_ranks_and_confidence_are_in_their_bounds(answers: list[Answer]) -> None:
    for answer in answers:
        assert 0 <= answer.confidence <= 1
        assert [p.rank for p in answer.passages] == list(range(1, len(answer.passages) + 1))
        found = [p.score for p in answer.passages]
        assert found == sorted(found, reverse=True)
        assert all(0 <= s <= 1 for s in found)
        assert all(0 <= s < e <= len(p.text) for p in answer.passages for s, e in p.highlights)


def test_a_traditional_question_finds_what_the_simplified_one_finds(service: Service) -> None:
    to_traditional = OpenCC("s2t").convert
    asked = [q.question for q in dev_queries() if q.lang == "zh"][::2]
    same = sum(service.search(q).passages[0].id == service.search(to_traditional(q)).passages[0].id for q in asked)
    assert same / len(asked) >= 0.95


def test_retrieval_is_as_good_as_it_was(service: Service) -> None:
    queries = dev_queries()
    texts = {d.file: d.text for d in service.library.documents()}
    outcomes = evaluate(queries, ByQuotes(needs_of(queries, texts.get)), in_process(service, Mode.HYBRID))
    whole, english = means(outcomes), means([o for o in outcomes if o.query.lang == "en"])
    assert len(outcomes) == 130
    assert whole["Success@1"] >= 0.78
    assert whole["Success@5"] >= 0.94
    assert english["Success@5"] >= 0.80


def test_eight_threads_get_the_answers_that_one_gets(service: Service, answers: list[Answer]) -> None:
    asked = [query.question for query in dev_queries()][:60]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(service.ask, asked * 2))
    assert [timeless(a) for a in together] == [timeless(a) for a in answers[:60]] * 2


def test_the_same_question_twice_gets_the_same_answer(data_dir: Path, answers: list[Answer]) -> None:
    with_another = Service.open(settings_of(data_dir))
    for query, answer in list(zip(dev_queries(), answers, strict=True))[::15]:
        assert timeless(with_another.ask(query.question)) == timeless(answer)
    with_another.close()


@pytest.mark.parametrize(
    ("top_k", "question"), [(0, "江海"), (51, "江海"), (-1, "江海"), (5, ""), (5, "  "), (5, "问" * 1001)]
)
def test_impossible_requests_are_refused(service: Service, top_k: int, question: str) -> None:
    for call in (service.ask, service.search):
        with pytest.raises(InvalidRequest, match=r"found .* expected .*1 to (50|1000)"):
            call(question, top_k=top_k)


@pytest.mark.parametrize("top_k", [1, 7, 50])
def test_as_many_passages_come_as_were_asked_for(service: Service, top_k: int) -> None:
    assert len(service.search("江海区", top_k=top_k).passages) == top_k


def test_odd_questions_are_no_fault(service: Service) -> None:
    for question in (
        "?",
        "。。。",
        "的",
        "\u200b",
        "😀",
        "\ud800",
        "a",
        "#%@",
        "%s %d",
        "'; DROP TABLE",
        "\0",
        "1" * 1000,
    ):
        answer = service.ask(question)
        assert 0 <= answer.confidence <= 1
        assert bool(answer.citations) == answer.answerable
        assert answer.text
        for mode in PLAIN_MODES:
            service.search(question, mode=mode)


def test_filters_hold_for_answers_too(service: Service) -> None:
    answer = service.ask(GOLDEN, filters=Filters(published_from="2024"))
    assert all((p.citation.published or "") >= "2024" for p in answer.passages)
    nothing = service.ask(GOLDEN, filters=Filters(document_ids=("unknown",)))
    assert (nothing.answerable, nothing.passages, nothing.confidence) == (False, (), 0)


def test_headlines_are_found_but_do_not_lead(service: Service) -> None:
    titles = [a.title for d in service.library.documents() for a in service.library.articles(d.id) if a.title]
    leading = [service.search(title, top_k=10).passages for title in titles]
    assert sum(found[0].kind is Kind.HEADLINE for found in leading) <= len(titles) // 4
    assert sum(any(p.kind is Kind.HEADLINE for p in found) for found in leading) >= len(titles) * 0.5


def test_a_reprint_becomes_one_hit_with_both_places(keeper: Keeper) -> None:
    first = keeper.add("eins.txt", REPORT, publication="甲报")
    second = keeper.add("zwei.txt", REPORT + "\n责任编辑:李四\n", publication="乙报")
    keeper.index()
    service = keeper.service()
    found = service.search("礼乐龙舟赛有多少支龙舟队", top_k=3).passages
    shown = found[0].citation
    assert {shown.document_id, *(c.document_id for c in shown.also_in)} == {first, second}
    assert len({p.citation.quote for p in found}) == len(found)
    service.close()


def test_what_another_process_adds_and_removes_shows_without_opening_anew(data_dir: Path, tmp_path: Path) -> None:
    service = Service.open(settings_of(data_dir))
    page = tmp_path / "page.txt"
    page.write_text(REPORT, encoding="utf-8")
    question = "礼乐龙舟赛有多少支龙舟队?"
    before = service.ask(question)
    assert "46支" not in before.text
    assert run_command("documents", "add", str(page), "--data-dir", str(data_dir)).returncode == 0
    added = service.ask(question)
    assert "46支龙舟队" in added.text
    assert added.index_version > before.index_version
    id_ = added.citations[0].citation.document_id
    assert run_command("documents", "remove", id_, "--data-dir", str(data_dir)).returncode == 0
    removed = service.ask(question)
    assert id_ not in {p.citation.document_id for p in removed.passages}
    assert service.status().documents == 5
    service.close()


def test_a_library_that_is_restored_meanwhile_is_the_one_that_is_read(keeper: Keeper, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    keeper.library.backup(backup)
    added = keeper.add("longzhou.txt", REPORT)
    keeper.index()
    service = keeper.service()
    assert service.status().documents == 6
    assert run_command("restore", str(backup), "--data-dir", str(keeper.data_dir)).returncode == 0
    assert service.status().documents == 5
    assert service.ask(GOLDEN).text.startswith("“当日")
    assert added not in {d.id for d in keeper.library.documents()}
    service.close()


def test_a_document_that_is_removed_from_the_library_alone_is_not_returned(keeper: Keeper) -> None:
    service = keeper.service()
    gone = service.ask(GOLDEN).citations[0].citation.document_id
    keeper.library.remove(gone)
    for mode in PLAIN_MODES:
        found = service.search(GOLDEN, mode=mode, top_k=50).passages
        assert gone not in {p.citation.document_id for p in found}
        assert found
    service.close()


def test_an_index_that_another_encoder_made_meanwhile_is_not_taken(
    keeper: Keeper, other_encoder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = keeper.service()
    before = service.ask(GOLDEN)
    words = ("index", "--data-dir", str(keeper.data_dir), "--encoder", str(other_encoder))
    assert run_command(*words).returncode == 0
    for _ in range(3):
        assert timeless(service.ask(GOLDEN)) == timeless(before)
    assert caplog.text.count("the last good one goes on serving") == 1
    keeper.index()
    assert service.ask(GOLDEN).index_version > before.index_version
    service.close()


def test_a_manifest_that_is_damaged_meanwhile_leaves_the_last_good_index_serving(
    keeper: Keeper, caplog: pytest.LogCaptureFixture
) -> None:
    service = keeper.service()
    before = service.ask(GOLDEN)
    (keeper.data_dir / "index" / "manifest.json").write_text("garbage")
    for _ in range(3):
        assert timeless(service.ask(GOLDEN)) == timeless(before)
    assert caplog.text.count("the last good one goes on serving") == 1
    keeper.index()
    assert service.ask(GOLDEN).index_version > before.index_version
    service.close()


def test_the_status_counts_what_is_there(service: Service) -> None:
    status = service.status()
    generation = service.engine().generation
    assert (status.documents, status.passages) == (5, generation.passages)
    assert (status.encoder, status.read_only) == ("jianghai-static", False)
