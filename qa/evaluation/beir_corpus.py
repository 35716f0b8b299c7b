"""A test collection as a corpus: indexed by itself, each document ranked by its best passage."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa.evaluation.beir import Collection
from qa.evaluation.contenders import SERVING, Setup
from qa.evaluation.corpora import LONGEST_TEXT, Progress, Shown, Told, told_by, weights_of
from qa.evaluation.indexing import Indexed, index_collection
from qa.evaluation.judging import Judge, Retrieved
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Search
from qa.highlights import highlights
from qa.prepare import cutter_of, encoder_of, reranker_of
from qa.records import Mode
from qa.retrieval.legs import Legs
from qa.retrieval.parameters import fitted_to
from qa.retrieval.query import Query
from qa.retrieval.reranked import Candidate, RerankedRetriever
from qa.retrieval.retrievers import HybridRetriever, Retriever, retrievers
from qa.retrieval.soft import SoftMatcher
from qa.settings import Settings

# How many passages are looked at for each document that is wanted: a long one brings several.
_PASSAGES_A_DOCUMENT = 5


@dataclass(frozen=True, slots=True)
class CollectionCorpus:
    """The index of a collection with the retrievers over it."""

    collection: Collection
    indexed: Indexed
    hybrid: HybridRetriever
    found: Mapping[Mode, Retriever]

    def offers(self) -> Sequence[Mode]:
        return list(self.found)

    def search(self, mode: Mode, depth: int, weights: str = SERVING) -> Search:
        """Return a search for documents; each has the score of its best passage."""
        retriever = self._weighed(weights) if mode is Mode.HYBRID else self.found[mode]
        ids, asking = self.indexed.ids, {query.question: query.id for query in self.collection.queries}

        def search(question: str) -> list[Retrieved]:
            best: dict[str, float] = {}
            for hit in retriever.search(question, _PASSAGES_A_DOCUMENT * depth):
                best.setdefault(ids[hit.passage_id], hit.score)
            if self._is_itself(asking.get(question, ""), question):
                best.pop(asking[question], None)
            return [Retrieved(id_, "", (), "", score) for id_, score in list(best.items())[:depth]]

        return search

    def _is_itself(self, query_id: str, question: str) -> bool:
        """Say whether a question is one of the documents: some collections ask for what is like a document of theirs."""
        return question in self.collection.passages.get(query_id, ("", ""))[1]

    def shown(self, passage_ids: Sequence[str]) -> Mapping[str, Shown]:
        texts = self.collection.passages
        known = ((id_, texts[id_]) for id_ in passage_ids if id_ in texts)
        return {id_: Shown(id_, id_, title or None, None, None, "document", text) for id_, (title, text) in known}

    def relevant(self, query: TestQuery, judge: Judge) -> Sequence[Retrieved]:
        """Return the documents that are judged relevant, the highest grades first; none that the collection lacks."""
        grades = {i: g for i, g in self.collection.relevant[query.id].items() if i in self.collection.passages}
        ids = sorted((id_ for id_, grade in grades.items() if grade > 0), key=lambda id_: (-grades[id_], id_))
        return [Retrieved(id_, "", (), "", 0.0) for id_ in ids]

    def tell(self, question: str, passage_ids: Sequence[str], weights: str) -> Told:
        """Tell of documents by their best passages; nothing of one that no search brings near."""
        hybrid, ids = self._weighed(weights), self.indexed.ids
        best: dict[str, str] = {}
        for hit in hybrid.search(question, _PASSAGES_A_DOCUMENT * max(1, len(passage_ids))):
            best.setdefault(ids[hit.passage_id], hit.passage_id)
        told = told_by(hybrid, question, [best[id_] for id_ in passage_ids if id_ in best])
        query, texts = Query(question, hybrid.encoder, hybrid.cutter), self.collection.passages
        marked = {id_: highlights(query, texts[id_][1][:LONGEST_TEXT]) for id_ in passage_ids if id_ in texts}
        return replace(told, explained={ids[id_]: why for id_, why in told.explained.items()}, highlights=marked)

    def _weighed(self, weights: str) -> HybridRetriever:
        if weights == SERVING:
            return self.hybrid
        return replace(self.hybrid, fitted=weights_of(weights, self.hybrid.encoder.fingerprint))

    def facts(self) -> Mapping[str, Any]:
        return {
            "documents": len(self.collection.passages),
            "passages": len(self.indexed.entries),
            "encoder": self.hybrid.encoder.name,
        }


@contextmanager
def collection_corpus(
    collection: Collection, settings: Settings, setup: Setup, progress: Progress
) -> Iterator[CollectionCorpus]:
    """Index a collection in a temporary folder, which goes when the block ends."""
    own = replace(settings, encoder=setup.encoder or settings.encoder)
    encoder, cutter = encoder_of(own), cutter_of(own)
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-") as folder:
        indexed = index_collection(Path(folder), collection, own, progress("indexing"), setup.length)
        fitted = fitted_to(encoder.fingerprint, own.data_path)
        legs = Legs(indexed.generation, SoftMatcher(indexed.generation))
        hybrid = HybridRetriever(legs, encoder, cutter, fitted)
        yield CollectionCorpus(collection, indexed, hybrid, retrievers(hybrid) | _reranked(hybrid, indexed, own))


def _reranked(hybrid: HybridRetriever, indexed: Indexed, settings: Settings) -> dict[Mode, Retriever]:
    """Return the reranked retriever over the collection's texts, where a reranker is set."""
    reranker = reranker_of(settings)
    if reranker is None:
        return {}
    texts = {entry.passage_id: Candidate.of(entry.kind, entry.text, entry.title) for entry in indexed.entries}

    def candidates(passage_ids: Sequence[str]) -> dict[str, Candidate]:
        return {id_: texts[id_] for id_ in passage_ids}

    return {Mode.RERANKED: RerankedRetriever(hybrid, reranker, candidates, settings.reranker_depth)}
