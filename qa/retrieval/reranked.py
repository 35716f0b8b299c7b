"""The hybrid's best passages, read again by a reranker and put into its order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from embeddings.reranker import Reranker
from qa.index.generation import Mask
from qa.records import Hit, Kind
from qa.retrieval.retrievers import KIND_FACTOR, Found, HybridRetriever


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a reranker reads of a passage, and what kind it is."""

    kind: Kind
    text: str

    @classmethod
    def of(cls, kind: Kind, text: str, title: str | None) -> Candidate:
        """Put a passage behind its headline, which gives the context that a paragraph takes for granted."""
        return cls(kind, f"{title}\n{text}" if title and kind is not Kind.HEADLINE else text)


# The index holds no texts: they come from the library, or from a test collection. Ids that are gone are left out.
Candidates = Callable[[Sequence[str]], Mapping[str, Candidate]]


@dataclass(frozen=True, slots=True)
class RerankedRetriever:
    """Hybrid retrieval whose first `depth` hits are put into the reranker's order; the others follow as they were."""

    hybrid: HybridRetriever
    reranker: Reranker
    candidates: Candidates
    depth: int

    def search(self, question: str, k: int, allowed: Mask | None = None) -> list[Hit]:
        return self.find(question, k, allowed).hits

    def find(self, question: str, k: int, allowed: Mask | None = None) -> Found:
        """Search; how likely it is that the hits hold the answer is what the hybrid says, which was fitted to that."""
        found = self.hybrid.find(question, max(k, self.depth), allowed)
        first = self._reordered(question, found.hits[: self.depth])
        return replace(found, hits=[*first, *_below(first, found.hits[self.depth :])][:k])

    def _reordered(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        read = self.candidates([hit.passage_id for hit in hits])
        scores = self.reranker.scores(question, [candidate.text for candidate in read.values()])
        scored = (
            Hit(id_, float(score) * KIND_FACTOR[candidate.kind])
            for (id_, candidate), score in zip(read.items(), scores, strict=True)
        )
        return sorted(scored, key=lambda hit: (-hit.score, hit.passage_id))


def _below(first: Sequence[Hit], rest: Sequence[Hit]) -> list[Hit]:
    """Return the hits that were not read again: in their order, with scores that stay below the lowest of the first."""
    lowest = first[-1].score if first else 1.0
    return [Hit(hit.passage_id, lowest * hit.score) for hit in rest]
