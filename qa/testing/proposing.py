"""Propose test questions in the best way there is: a language model where one is set, else rules."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Collection, Iterable, Sequence

from qa.language_model import LanguageModel
from qa.library import Library
from qa.testing.drafting import Candidate, choose, draft_by_rules
from qa.testing.model_drafts import draft_by_model, passages_to_ask
from qa.testing.records import Proposal
from qa.testing.sentences import Tagger

# So many of the passages asked about may give nothing before the asking stops.
_PASSAGES_A_DRAFT = 3
# So much is read before the choice: a library may hold thousands of documents.
_DOCUMENTS_A_DRAFT, _CANDIDATES_A_DRAFT = 2, 5


def propose_questions(
    library: Library,
    count: int,
    *,
    tag: Tagger,
    model: LanguageModel | None = None,
    document_ids: Sequence[str] = (),
    known: Iterable[str] = (),
    seed: int = 0,
    seconds: float = math.inf,
    report: Callable[[int, int], None] | None = None,
) -> list[Proposal]:
    """Return up to `count` proposals from the documents named (all, when none is), unlike the questions `known`.

    After `seconds` a model is asked about no further passage. The same library, seed and known questions give the same
    proposals by rules. Raises `LanguageModelError`.
    """
    chosen: Collection[str] = document_ids or [fact.id for fact in library.facts()]
    if model is None:
        return choose(_enough(library, list(chosen), count, tag, seed), count, seed, known)
    passages = passages_to_ask(library, list(chosen), seed)[: _PASSAGES_A_DRAFT * count]
    return draft_by_model(library, passages, model, count, known, seconds, report)


def _enough(library: Library, document_ids: list[str], count: int, tag: Tagger, seed: int) -> list[Candidate]:
    """Return what the documents give, in an order of chance, until there is plenty to choose from."""
    random.Random(seed).shuffle(document_ids)
    pool: list[Candidate] = []
    for read, document_id in enumerate(document_ids, start=1):
        pool += draft_by_rules(library, [document_id], tag)
        if read >= _DOCUMENTS_A_DRAFT * count and len(pool) >= _CANDIDATES_A_DRAFT * count:
            break
    return pool
