"""BEIR folders: `corpus.jsonl` (or `.zst`), `queries.jsonl`, `qrels/*.tsv`; every document of the corpus is one passage."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import TestQueryError
from qa.evaluation.judging import Retrieved
from qa.evaluation.measures import met_at, ndcg
from qa.evaluation.queries import Evidence, TestQuery
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

# As passages of documents are cut.
TARGET, LONGEST = 250, 400


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection: passages by id with title and text, questions, and for each the relevant passages' ids."""

    passages: dict[str, tuple[str, str]]
    queries: list[TestQuery]
    relevant: dict[str, frozenset[str]]


def read_collection(folder: Path) -> Collection:
    """Read a BEIR folder; raise `TestQueryError` that says which file is missing or which lines are faulty."""
    corpus = next((p for name in ("corpus.jsonl", "corpus.jsonl.zst") if (p := folder / name).is_file()), None)
    qrels = sorted((folder / "qrels").glob("*.tsv"))
    if corpus is None or not (folder / "queries.jsonl").is_file() or not qrels:
        raise TestQueryError(
            f"{folder} is no BEIR folder; expected corpus.jsonl (or .zst), queries.jsonl and qrels/*.tsv in it"
        )
    passages = {str(r["_id"]): (str(r.get("title") or ""), str(r["text"])) for r in _rows(corpus, ("_id", "text"))}
    relevant = _read_qrels(qrels)
    queries = [_query(r) for r in _rows(folder / "queries.jsonl", ("_id", "text")) if str(r["_id"]) in relevant]
    return Collection(passages, queries, relevant)


def _query(row: dict[str, Any]) -> TestQuery:
    extra = {**row, **(row.get("metadata") or {})}
    kind, lang = str(extra.get("style") or "all"), str(extra.get("lang") or "zh")
    return TestQuery(str(row["_id"]), str(row["text"]), lang, kind, True, "", (Evidence("", ""),))


def _lines(path: Path) -> Iterator[str]:
    if path.suffix != ".zst":
        with path.open(encoding="utf-8") as stream:
            yield from stream
        return
    import zstandard  # only test collections come compressed

    with path.open("rb") as raw:
        yield from io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), encoding="utf-8")


def _rows(path: Path, needed: Sequence[str]) -> list[dict[str, Any]]:
    found, faults = [], []
    for number, line in enumerate(_lines(path), start=1):
        try:
            row = json.loads(line)
            missing = [name for name in needed if name not in row]
            if missing:
                raise ValueError(f"found no {missing[0]!r}, expected {' and '.join(needed)}")
            found.append(row)
        except (ValueError, TypeError) as fault:
            faults.append(f"{path}:{number}: {fault}")
    if faults:
        raise TestQueryError("\n".join(faults))
    return found


def _read_qrels(paths: Sequence[Path]) -> dict[str, frozenset[str]]:
    relevant: dict[str, set[str]] = {}
    faults = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            parts = line.split("\t")
            if number == 1 and parts[-1].strip() == "score":
                continue
            try:
                query_id, passage_id, gain = parts
                if int(gain) > 0:
                    relevant.setdefault(query_id, set()).add(passage_id)
            except ValueError:
                faults.append(
                    f"{path}:{number}: found {line!r}, expected query-id, corpus-id and score, divided by tabs"
                )
    if faults:
        raise TestQueryError("\n".join(faults))
    return {query_id: frozenset(ids) for query_id, ids in relevant.items()}


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


def _outcome(query: TestQuery, hits: Sequence[tuple[str, float]], relevant: frozenset[str]) -> Outcome:
    numbers = {id_: i for i, id_ in enumerate(sorted(relevant))}
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
