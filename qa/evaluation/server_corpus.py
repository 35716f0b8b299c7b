"""A running server as a corpus, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import InvalidRequest
from qa.evaluation import runs
from qa.evaluation.contenders import SERVING
from qa.evaluation.corpora import Shown, Told
from qa.evaluation.judging import Judge, Retrieved
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Search
from qa.records import Mode


@dataclass(frozen=True, slots=True)
class ServerCorpus:
    """A running server, over HTTP."""

    url: str

    def offers(self) -> Sequence[Mode]:
        return [mode for mode in Mode if mode not in (Mode.SOFT, Mode.RERANKED)]

    def search(self, mode: Mode, depth: int, weights: str = SERVING) -> Search:
        if weights != SERVING:
            raise InvalidRequest("found --weights with --url, expected the library here: a server weighs as it is set")
        return runs.over_http(self.url, mode, depth)

    def shown(self, passage_ids: Sequence[str]) -> Mapping[str, Shown]:
        """Return what the server tells of passages, each asked for once."""
        found = {}
        for id_ in passage_ids:
            try:
                found[id_] = runs.fetched(f"{runs.checked(self.url)}/v1/passages/{id_}", "for a passage", _shown_there)
            except InvalidRequest:
                continue  # it has been removed since
        return found

    def relevant(self, query: TestQuery, judge: Judge) -> Sequence[Retrieved]:
        return []

    def tell(self, question: str, passage_ids: Sequence[str], weights: str) -> Told:
        return Told()

    def facts(self) -> Mapping[str, Any]:
        """Return what the server says of itself."""

        def made(body: Any) -> dict[str, Any]:
            counts = body["counts"]
            return {
                "documents": counts["documents"],
                "passages": counts["passages"],
                "encoder": body["encoder"]["name"],
            }

        return runs.fetched(f"{runs.checked(self.url)}/v1/status", "for its state", made)


def _shown_there(body: Any) -> Shown:
    """Return what is shown of a passage as the HTTP API gives it."""
    citation = body["citation"]
    file, title, published, paragraph = (citation[name] for name in ("file", "title", "published", "paragraph"))
    return Shown(body["id"], file, title, published, paragraph, body["kind"], body["text"])
