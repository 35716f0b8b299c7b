"""Index a test collection and ask its questions; every document of its corpus is one passage."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from qa.evaluation.collection import Collection, read_collection
from qa.evaluation.judging import Retrieved
from qa.evaluation.measures import met_at, ndcg
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import DEPTH, Outcome, Report
from qa.index.generation import Generation, assemble
from qa.index.manifest import Manifest
from qa.index.segment import Entry, build_segment, open_segment
from qa.prepare import cutter_of, encoder_of, recipe_of, reranker_of
from qa.reading.splitting import split_spans
from qa.records import Kind, Mode
from qa.retrieval.legs import Legs
from qa.retrieval.parameters import fitted_to
from qa.retrieval.reranked import Candidate, RerankedRetriever
from qa.retrieval.retrievers import HybridRetriever, Retriever, retrievers
from qa.retrieval.soft import SoftMatcher
from qa.settings import Settings

__all__ = ["Collection", "evaluate", "index_collection", "parts_of", "read_collection"]
# As passages of documents are cut.
TARGET, LONGEST = 250, 400


def evaluate(
    collection: Collection, settings: Settings, modes: Sequence[Mode], progress: Callable[[str], Report]
) -> dict[Mode, list[Outcome]]:
    """Index a collection in a temporary folder and ask every question of it with each retriever."""
    encoder, cutter = encoder_of(settings), cutter_of(settings)
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-") as folder:
        generation, entries, ids = index_collection(Path(folder), collection, settings)
        fitted = fitted_to(encoder.fingerprint, settings.data_path)
        hybrid = HybridRetriever(Legs(generation, SoftMatcher(generation)), encoder, cutter, fitted)
        found = retrievers(hybrid) | _reranked(hybrid, entries, settings)
        results: dict[Mode, list[Outcome]] = {}
        # An encoder without token vectors offers no soft matching.
        for mode in (m for m in modes if m in found):
            report = progress(mode)
            results[mode] = []
            for done, query in enumerate(collection.queries, start=1):
                hits = _best_parts(
                    [(ids[h.passage_id], h.score) for h in found[mode].search(query.question, 5 * DEPTH)]
                )
                results[mode].append(_outcome(query, hits, collection.relevant[query.id]))
                report(done, len(collection.queries))
    return results


def _reranked(hybrid: HybridRetriever, entries: Sequence[Entry], settings: Settings) -> dict[Mode, Retriever]:
    """Return the reranked retriever over the collection's texts, where a reranker is set."""
    reranker = reranker_of(settings)
    if reranker is None:
        return {}
    texts = {entry.passage_id: Candidate.of(entry.kind, entry.text, entry.title) for entry in entries}
    return {
        Mode.RERANKED: RerankedRetriever(
            hybrid, reranker, lambda ids: {id_: texts[id_] for id_ in ids}, settings.reranker_depth
        )
    }


def parts_of(text: str) -> list[str]:
    """Cut a long text as a document is cut into passages; a document's score is that of its best part."""
    return [
        "".join(text[s:e] for s, e in spans)
        for spans in split_spans(text, [(0, len(text))], target=TARGET, longest=LONGEST)
    ] or [text]


def _best_parts(hits: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return each document once, with its best part's score, best first."""
    best: dict[str, float] = {}
    for id_, score in hits:
        best.setdefault(id_, score)
    return list(best.items())[:DEPTH]


def _outcome(query: TestQuery, hits: Sequence[tuple[str, float]], grades: Mapping[str, int]) -> Outcome:
    numbers = {id_: i for i, id_ in enumerate(sorted(id_ for id_, grade in grades.items() if grade > 0))}
    ranking = [{numbers[id_]} if id_ in numbers else set() for id_, _ in hits]
    kept = tuple(Retrieved(id_, "", (), "", score) for id_, score in hits)
    return Outcome(query, met_at(ranking, len(numbers), False), ndcg(ranking, len(numbers)), kept)


def index_collection(
    folder: Path, collection: Collection, settings: Settings
) -> tuple[Generation, list[Entry], dict[str, str]]:
    """Return the index, its entries, and for each entry's id that of the collection's document."""
    encoder, cutter = encoder_of(settings), cutter_of(settings)
    ids: dict[str, str] = {}
    entries: list[Entry] = []
    for id_, (title, text) in collection.passages.items():
        for part in parts_of(text):
            short = f"p{len(entries):016d}"
            ids[short] = id_
            entries.append(Entry(short, "collection", Kind.PARAGRAPH, part, title, "", title, None, None))
    segment_dir = folder / "segments" / "all"
    segment_dir.mkdir(parents=True)
    record = build_segment(segment_dir, "all", {"collection": 1}, entries, encoder, encoder.encode_passages, cutter)
    manifest = Manifest(1, 1, recipe_of(encoder, cutter), (record,))
    return assemble(manifest, [open_segment(folder, record, encoder.dimensions)]), entries, ids
