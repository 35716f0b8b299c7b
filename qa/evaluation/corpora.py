"""What questions are asked of: the seam `Corpus`, and what can be told of its passages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from qa.errors import SettingsError
from qa.evaluation.contenders import RANKS, SERVING, SHIPPED
from qa.evaluation.judging import Judge, Retrieved
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Report, Search
from qa.records import Mode, Span
from qa.retrieval.explaining import Explainer, QuestionsOf
from qa.retrieval.fusion import Fitted
from qa.retrieval.parameters import read_parameters, shipped_parameters
from qa.retrieval.retrievers import HybridRetriever
from qa.terms import query_terms

Progress = Callable[[str], Report]
# A passage of a public collection may be a whole book; what a report shows of it.
LONGEST_TEXT = 3_000


@dataclass(frozen=True, slots=True)
class Shown:
    """What a report shows of a passage."""

    passage_id: str
    file: str
    title: str | None
    published: str | None
    paragraph: int | None
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What can be told of a question: its lexical terms, and by passage id why passages have their scores.

    `highlights` are those that the search has not given with its hits.
    """

    terms: tuple[str, ...] = ()
    explained: Mapping[str, Any] = field(default_factory=dict)
    highlights: Mapping[str, Sequence[Span]] = field(default_factory=dict)


class Corpus(Protocol):
    """Passages to ask questions of, with what a report tells about them."""

    def offers(self) -> Sequence[Mode]:
        """Return the retrievers that can be asked."""
        ...

    def search(self, mode: Mode, depth: int, weights: str = SERVING) -> Search:
        """Return a search with one retriever that gives up to `depth` hits."""
        ...

    def shown(self, passage_ids: Sequence[str]) -> Mapping[str, Shown]:
        """Return what is shown of passages; those that are not known are left out."""
        ...

    def relevant(self, query: TestQuery, judge: Judge) -> Sequence[Retrieved]:
        """Return the passages that a question is judged to need, whether they are found or not, as far as they are known."""
        ...

    def tell(self, question: str, passage_ids: Sequence[str], weights: str) -> Told:
        """Return the question's terms, and why passages have their scores; nothing where the engine is elsewhere."""
        ...

    def facts(self) -> Mapping[str, Any]:
        """Return how many documents and passages there are, and the encoder; None where that is not known."""
        ...


def told_by(
    hybrid: HybridRetriever,
    question: str,
    passage_ids: Sequence[str],
    questions: QuestionsOf | None = None,
) -> Told:
    """Return what a hybrid retriever can tell of passages; `questions` knows their index-time questions."""
    why = Explainer(hybrid, questions).explain(question, passage_ids)
    return Told(tuple(query_terms(question)), {one.passage_id: one.as_json() for one in why})


@cache
def weights_of(name: str, fingerprint: str) -> Fitted | None:
    """Return the weights of a name or a file, None for merging by rank; raise `SettingsError` for what does not fit.

    A file is read once: all of an evaluation is asked with the same weights.
    """
    if name == RANKS:
        return None
    found = shipped_parameters() if name == SHIPPED else read_parameters(Path(name))
    if found is None or found.encoder_fingerprint != fingerprint:
        fitted_to = "none" if found is None else found.encoder_fingerprint
        raise SettingsError(
            f"found weights {name} that are fitted to the encoder {fitted_to}, expected {fingerprint}; fit them with: "
            "jianghai-qa evaluate FILE --fit, or compare with --weights ranks"
        )
    return found
