"""Answer without a language model: the fewest sentences of the passages that answer, verbatim, each with its citation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.answerer import Draft
from qa.judging.choosing import choose
from qa.judging.evidence import Statement
from qa.judging.reading import Reading
from qa.phrases import dated, differing, misprint
from qa.places import part_of
from qa.records import AnswerCitation, Citation, CitedHit, Span


@dataclass(frozen=True, slots=True)
class ExtractiveAnswerer:
    """Quote sentences."""

    name: str = "extractive"

    def answer(self, question: str, reading: Reading) -> Draft:
        """Return the statements that `qa.judging` chooses as quotations; `reading` has judged at least one."""
        choice = choose(reading)
        return quoted(choice.statements, question, differ=choice.differ)


def quoted(found: Sequence[Statement], question: str, *, differ: bool = False) -> Draft:
    """Write the statements as quotations with markers, one citation each, fixed phrases in the question's language.

    Where they differ the answer says so, and when each was published.
    """
    lines, citations = [differing(question)] if differ else [], []
    for marker, statement in enumerate(found, start=1):
        citation = cited(statement.passage, statement.place)
        before = dated(question, citation.publication, citation.published) if differ else ""
        lines.append(f"{before}“{statement.text}”[{marker}]{misprint(question, citation.note)}")
        citations.append(AnswerCitation(marker, statement.passage.id, citation))
    return Draft("\n".join(lines), tuple(citations))


def cited(passage: CitedHit, place: Span) -> Citation:
    """Return the citation of a part of a passage's text, its quote cut out by its offsets, with the misprints in it."""
    whole = passage.citation
    spans, quote = part_of(whole.spans, whole.quote, passage.text, *place)
    return replace(whole, spans=spans, quote=quote, note=_note_of(whole.note, quote))


def _note_of(note: str | None, quote: str) -> str | None:
    """Return what a passage's note says of misprints that stand in the quote, None when it says nothing of them."""
    plain = "".join(quote.split())
    kept = [one for one in (note or "").split("; ") if one[1:].partition("”")[0] in plain]
    return "; ".join(kept) or None if note else None
