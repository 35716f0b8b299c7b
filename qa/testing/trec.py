"""Judgements and accepted drafts as TREC qrels and topics, which count as the JSON lines do.

Measuring with qrels takes a question without a relevant passage for a miss, so what nothing answers is left out and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.errors import NotFound
from qa.evaluation.judging import Need, Retrieved
from qa.evaluation.nearest import Solid
from qa.evaluation.queries import Evidence
from qa.library import Library
from qa.testing.records import Draft, JudgedQuestion

RELEVANT = 2  # a passage that answers; what answers partly (1) counts in the qrels alone


@dataclass(frozen=True, slots=True)
class Topic:
    """A question with the grades of passages by their ids."""

    id: str
    question: str
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class Trec:
    """The questions that a passage answers at least partly, and how many others there are.

    `unanswered` counts those for which no passage was found relevant, `astray` the accepted drafts whose quote stands in no
    passage of its document now.
    """

    topics: tuple[Topic, ...]
    unanswered: int
    astray: int

    def qrels(self) -> str:
        """Return `question 0 passage grade` lines."""
        rows = ((one.id, *row) for one in self.topics for row in one.grades.items())
        return "".join(f"{id_} 0 {passage_id} {grade}\n" for id_, passage_id, grade in rows)

    def topic_lines(self) -> str:
        """Return `id<TAB>question` lines."""
        return "".join(f"{one.id}\t{' '.join(one.question.split())}\n" for one in self.topics)


def trec_of(library: Library, accepted: Sequence[Draft], judged: Sequence[JudgedQuestion]) -> Trec:
    """Return what was made as topics: the accepted drafts, then the other judged questions.

    The passages that hold a draft's accepted quote are relevant, whatever else was said of them: in the JSON lines they are.
    """
    found: dict[str, Topic] = {}
    astray: set[str] = set()
    shelf = _Shelf(library)
    with library.snapshot():
        for draft in accepted:
            answering = shelf.answering(draft) if draft.proposal.answerable else ()
            if draft.proposal.answerable and not answering:
                astray.add(draft.id)
            found[draft.id] = Topic(draft.id, draft.proposal.question, dict.fromkeys(answering, RELEVANT))
    for one in judged:
        topic = found.setdefault(one.id, Topic(one.id, one.question, {}))
        for judgement in one.judgements:
            held = topic.grades.get(judgement.passage_id, 0)
            topic.grades[judgement.passage_id] = max(held, judgement.grade)
    topics = tuple(topic for topic in found.values() if any(topic.grades.values()))
    lost = astray - {topic.id for topic in topics}
    return Trec(topics, len(found) - len(topics) - len(lost), len(astray))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Documents whose passages quotes are looked for in, each read once."""

    library: Library
    _read: dict[str, tuple[Solid, list[Retrieved]] | None] = field(default_factory=dict)

    def answering(self, draft: Draft) -> tuple[str, ...]:
        """Return the ids of the passages that the draft's quote makes relevant."""
        document_id, quote = draft.proposal.document_id, draft.proposal.quote
        if document_id not in self._read:
            self._read[document_id] = self._read_in(document_id)
        read = self._read[document_id]
        if read is None or not quote.strip():
            return ()
        text, passages = read
        need = Need(Evidence(draft.proposal.file, quote), text.occurrences(quote))
        return tuple(passage.passage_id for passage in passages if need.met_by(passage))

    def _read_in(self, document_id: str) -> tuple[Solid, list[Retrieved]] | None:
        try:
            document = self.library.document(document_id)
        except NotFound:
            return None
        passages = self.library.passages(document_id)
        return Solid(document.text), [Retrieved(p.id, document.file, p.spans, p.text, 0.0) for p in passages]
