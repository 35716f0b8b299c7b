"""The library here as a corpus: as it is, or a temporary copy that another encoder reads or that is cut otherwise."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from qa.engines import Engine
from qa.errors import IndexError_
from qa.evaluation import runs
from qa.evaluation.contenders import SERVING, Setup
from qa.evaluation.corpora import Progress, Shown, Told, told_by, weights_of
from qa.evaluation.indexing import lengths
from qa.evaluation.judging import Judge, Retrieved
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Search
from qa.index.manifest import read_manifest
from qa.library import FILE, Library
from qa.migration import read_otherwise
from qa.prepare import bring_index_up, cutter_of, encoder_of, recipe_of
from qa.records import Citation, Mode, PassageRecord
from qa.retrieval.retrievers import HybridRetriever
from qa.service import Service
from qa.settings import Settings


@dataclass(frozen=True)
class LibraryCorpus:
    """An opened service: the library here, or a temporary copy of it that is indexed otherwise."""

    service: Service
    settings: Settings
    _read: dict[str, list[Retrieved]] = field(default_factory=dict)
    _questions: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def offers(self) -> Sequence[Mode]:
        return list(self.service.engine().retrievers)

    def search(self, mode: Mode, depth: int, weights: str = SERVING) -> Search:
        """Return a search; hybrid without its reranker, which has a mode of its own."""
        using = self._with(weights) if mode is Mode.HYBRID else None
        return runs.in_process(self.service, mode, depth, using)

    def _with(self, weights: str) -> Callable[[Engine], HybridRetriever] | None:
        if weights == SERVING:
            return None
        fitted = weights_of(weights, self.service.status().encoder_fingerprint)

        def using(engine: Engine) -> HybridRetriever:
            return replace(engine.hybrid, fitted=fitted)

        return using

    def shown(self, passage_ids: Sequence[str]) -> Mapping[str, Shown]:
        return {passage.id: _shown(passage, citation) for passage, citation in self.service.library.cite(passage_ids)}

    def relevant(self, query: TestQuery, judge: Judge) -> Sequence[Retrieved]:
        """Look at all passages of the documents that the evidence names."""
        files = {evidence.file for evidence in query.evidence}
        passages = [one for id_, file in self._documents.items() if file in files for one in self._passages(id_)]
        return [one for one in passages if any(judge(query, [one]).grades)]

    def tell(self, question: str, passage_ids: Sequence[str], weights: str) -> Told:
        using, engine = self._with(weights), self.service.engine()
        hybrid = engine.hybrid if using is None else using(engine)
        return told_by(hybrid, self.service.in_characters(question), passage_ids, self._asked_of)

    @cached_property
    def _documents(self) -> dict[str, str]:
        return {facts.id: facts.file for facts in self.service.library.facts()}

    def _passages(self, document_id: str) -> list[Retrieved]:
        if document_id not in self._read:
            file = self._documents[document_id]
            found = self.service.library.passages(document_id)
            self._read[document_id] = [Retrieved(p.id, file, p.spans, p.text, 0.0) for p in found]
        return self._read[document_id]

    def _asked_of(self, passage_id: str) -> Sequence[str]:
        """Return the index-time questions of a passage."""
        (document_id,) = [c.document_id for _, c in self.service.library.cite([passage_id])] or [""]
        if document_id not in self._questions:
            self._questions[document_id] = self.service.library.questions(document_id)
        return self._questions[document_id].get(passage_id, ())

    def facts(self) -> Mapping[str, Any]:
        status = self.service.status()
        return {
            "documents": status.documents,
            "passages": status.passages,
            "encoder": status.encoder,
            "fitted": status.fitted,
        }


def _shown(passage: PassageRecord, citation: Citation) -> Shown:
    return Shown(
        passage.id,
        citation.file,
        citation.title,
        citation.published,
        citation.paragraph,
        str(passage.kind),
        passage.text,
    )


@contextmanager
def library_corpus(settings: Settings, setup: Setup, progress: Progress) -> Iterator[LibraryCorpus]:
    """Open the library as it is, or a temporary copy of it that another encoder reads or that is cut otherwise."""
    with ExitStack() as stack:
        own = replace(settings, encoder=setup.encoder or settings.encoder)
        if setup.length is None and (setup.encoder is None or _is_indexed(own)):
            settings = own
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="jianghai-qa-"))
            settings = _copied(settings, setup, Path(folder), progress)
        service = Service.open(settings)
        stack.callback(service.close)
        yield LibraryCorpus(service, settings)


def _is_indexed(settings: Settings) -> bool:
    """Say whether the library's own index was made with the encoder of these settings."""
    try:
        return read_manifest(settings.data_path / "index").recipe == recipe_of(
            encoder_of(settings), cutter_of(settings)
        )
    except IndexError_:
        return False


def _copied(settings: Settings, setup: Setup, folder: Path, progress: Progress) -> Settings:
    """Copy the library into a folder, read and index it as the setup says; return the settings for it."""
    own = replace(settings, data_dir=str(folder), encoder=setup.encoder or settings.encoder)
    encoder, cutter = encoder_of(own), cutter_of(own)  # a wrong name is told before anything is copied
    with closing(Library.open(settings.data_path)) as library:
        library.backup(folder / FILE)
    with closing(Library.open(folder)) as copy:
        if setup.length is not None:
            read_otherwise(copy, *lengths(setup.length), progress("reading"))
        bring_index_up(own, copy, encoder, cutter, progress("indexing"))
    return own
