"""Ask for an answer to every test question, of an opened service or over HTTP, and judge what is given."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import InvalidRequest
from qa.evaluation.answers import Given, Judged, Quoted, StoredText, judge
from qa.evaluation.judging import Need
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Report, checked, fetched, passage_of, retrieved
from qa.service import Service


@dataclass(frozen=True, slots=True)
class Source:
    """What gives answers, and the stored text of the documents that they quote."""

    ask: Callable[[str], Given]
    stored: StoredText


def in_process(service: Service) -> Source:
    """Return the answers of an opened service."""
    texts = {document.id: document.text for document in service.library.documents(limit=100_000)}

    def ask(question: str) -> Given:
        answer = service.ask(question)
        cited = ((c.marker, c.citation) for c in answer.citations)
        quoted = tuple(Quoted(n, c.document_id, c.file, c.spans, c.quote) for n, c in cited)
        return Given(answer.text, answer.answerable, answer.confidence, quoted, tuple(retrieved(answer.passages)))

    return Source(ask, texts.get)


def over_http(url: str) -> Source:
    """Return the answers of `POST /v1/ask` of a running server; quotes are held to the texts that it serves itself."""
    address = checked(url) + "/v1/ask"

    def ask(question: str) -> Given:
        return fetched(address, "a question", given_of, {"question": question})

    return Source(ask, stored_at(url))


def stored_at(url: str) -> StoredText:
    """Return what fetches the stored text of a server's documents, each once; None for one that it does not have."""
    address = checked(url) + "/v1/documents/"

    @functools.cache
    def stored(document_id: str) -> str | None:
        try:
            return fetched(address + document_id, "for a document", lambda body: str(body["text"]))
        except InvalidRequest:
            return None

    return stored


def given_of(body: Mapping[str, Any]) -> Given:
    """Return what measuring needs of an answer as the HTTP API gives it."""
    quoted = tuple(
        Quoted(c["marker"], c["document_id"], c["file"], tuple((s, e) for s, e in c["spans"]), c["quote"])
        for c in body["citations"]
    )
    passages = tuple(passage_of(p) for p in body["passages"])
    return Given(body["answer"], body["answerable"], body["confidence"], quoted, passages)


def evaluate(
    queries: Sequence[TestQuery],
    needs: Mapping[str, Sequence[Need]],
    source: Source,
    report: Report | None = None,
) -> list[Judged]:
    """Ask every question, answerable or not, and judge its answer."""
    judged = []
    for done, query in enumerate(queries, start=1):
        judged.append(judge(query, needs[query.id], source.ask(query.question), source.stored))
        if report is not None:
            report(done, len(queries))
    return judged
