"""Give out what was made as test queries: JSON lines or a sheet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qa.evaluation.queries import Evidence, TestQuery
from qa.evaluation.sheet_writing import Draft as SheetRow
from qa.evaluation.sheet_writing import sheet_bytes
from qa.testing.records import Draft, JudgedQuestion, Proposal
from qa.testing.store import question_id
from qa.testing.trec import RELEVANT

FORMS = (".jsonl", ".csv", ".xlsx")


def query_of(id_: str, proposal: Proposal) -> TestQuery:
    """Return a proposal as the test query that it would be."""
    evidence = (Evidence(proposal.file, proposal.quote),) if proposal.answerable else ()
    answer = proposal.answer if proposal.answerable else ""
    return TestQuery(id_, proposal.question, proposal.lang, proposal.type, proposal.answerable, answer, evidence)


def queries_made(accepted: Iterable[Draft], judged: Iterable[JudgedQuestion]) -> list[TestQuery]:
    """Return the accepted drafts, then the judged questions that a passage answers or that nothing does.

    What was judged of an accepted draft's question adds to its evidence, each quote once.
    """
    found = {draft.id: query_of(draft.id, draft.proposal) for draft in accepted}
    for one in judged:
        evidence = tuple(Evidence(j.file, j.quote) for j in one.judgements if j.grade >= RELEVANT)
        own = found.get(one.id)
        if own is not None and evidence:
            joined = tuple(dict.fromkeys((*own.evidence, *evidence)))
            found[one.id] = TestQuery(own.id, own.question, own.lang, own.type, True, own.answer, joined)
        elif own is None and (evidence or one.unanswerable):
            type_ = "unanswerable" if one.unanswerable else "judged"
            found[one.id] = TestQuery(one.id, one.question, one.lang, type_, not one.unanswerable, "", evidence)
    return list(found.values())


def json_lines(queries: Iterable[TestQuery]) -> str:
    """Return test queries as `read_test_queries` reads them, one a line."""
    return "".join(json.dumps(_fields(query), ensure_ascii=False) + "\n" for query in queries)


def write_drafts(path: Path, proposals: Sequence[Proposal]) -> None:
    """Write proposals for a person: JSON lines, or a sheet with a column `accepted` to fill in."""
    queries = [query_of(question_id(proposal.question), proposal) for proposal in proposals]
    if path.suffix.lower() == ".jsonl":
        path.write_text(json_lines(queries), encoding="utf-8", newline="\n")
    else:
        path.write_bytes(sheet(path.suffix, queries, accepted=None))


def sheet(suffix: str, queries: Iterable[TestQuery], *, accepted: bool | None) -> bytes:
    """Return test queries as the bytes of a `.csv` or `.xlsx` file; `accepted` fills its column (None: left empty)."""
    return sheet_bytes(suffix, [SheetRow(query, accepted) for query in queries])


def _fields(query: TestQuery) -> dict[str, Any]:
    return {
        "id": query.id,
        "question": query.question,
        "lang": query.lang,
        "type": query.type,
        "answerable": query.answerable,
        "answer": query.answer,
        "evidence": [{"file": e.file, "quote": e.quote} for e in query.evidence],
    }
