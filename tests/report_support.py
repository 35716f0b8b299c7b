"""A report made of a real small evaluation: questions asked of an opened service, judged, explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from qa.evaluation import answer_runs
from qa.evaluation.answer_tables import as_json as answers_as_json
from qa.evaluation.judging import Need, Retrieved, needs_of, solid
from qa.evaluation.measures import met_at, ndcg, reciprocal_rank, success
from qa.evaluation.queries import TestQuery
from qa.highlights import highlights
from qa.records import CitedHit, Mode
from qa.retrieval.explaining import Explainer
from qa.retrieval.query import Query
from qa.service import Service

MEASURES = ["Success@1", "Success@5", "RR@10", "nDCG@10"]
MODES = (Mode.LEXICAL, Mode.DENSE, Mode.HYBRID)


def report_of(service: Service, queries: Sequence[TestQuery], modes: Sequence[Mode] = MODES) -> dict[str, Any]:
    """Return the report, in the form that `write_report` takes, of asking the questions with each mode."""
    texts = {d.file: d.text for d in service.library.documents()}
    needs, passages = needs_of(queries, texts.get), dict[str, Any]()
    runs = [_run(service, mode, queries, needs, passages) for mode in modes]
    answerable = [query for query in queries if query.answerable]
    judged = answer_runs.evaluate(queries, needs, answer_runs.in_process(service))
    answers = answers_as_json(judged)
    for one, query in zip(answers["questions"], queries, strict=True):
        one["text"] = service.ask(query.question).text
    return {
        "format": 1,
        "created": "2026-11-30T03:00:00+00:00",
        "version": "0.1.0",
        "about": {
            "queries": "dev.jsonl", "collection": "library", "questions": len(queries), "answerable": len(answerable),
            "documents": len(texts), "passages": service.status().passages, "encoder": "embedded", "resamples": 2000,
            "level": 0.05,
        },
        "measures": MEASURES,
        "runs": runs,
        "comparisons": [_comparison(run, runs[-1]) for run in runs[:-1]],
        "passages": passages,
        "questions": [_question(query) for query in queries],
        "answers": answers,
    }  # fmt: skip


def _question(query: TestQuery) -> dict[str, Any]:
    return {
        **{name: getattr(query, name) for name in ("id", "question", "lang", "type", "answerable", "answer")},
        "evidence": [asdict(evidence) for evidence in query.evidence],
        "terms": Query(query.question, None, None).terms,  # type: ignore[arg-type]
    }


def _run(
    service: Service, mode: Mode, queries: Sequence[TestQuery], needs: dict[str, tuple[Need, ...]], passages: Any
) -> dict[str, Any]:
    asked = [_asked(service, mode, query, needs[query.id], passages) for query in queries if query.answerable]
    ranks = [one["rank"] for one in asked]
    return {
        "name": str(mode), "mode": str(mode), "encoder": "embedded", "passage_length": None, "weights": "shipped",
        "groups": [
            {"name": name, "n": len(ones), "values": _means(ones), "intervals": {m: [max(0, v - 0.1), min(1, v + 0.08)] for m, v in _means(ones).items()}}
            for name, ones in _groups(asked, queries).items()
        ],
        "ranks": [*(ranks.count(n) for n in range(1, 11)), ranks.count(None)],
        "speed": {"n": len(asked), "p50_ms": 7.2, "p95_ms": 11.0, "per_second": 131.0},
        "questions": asked,
    }  # fmt: skip


def _groups(asked: Sequence[dict[str, Any]], queries: Sequence[TestQuery]) -> dict[str, list[dict[str, Any]]]:
    by_id, found = {query.id: query for query in queries}, {"all": list(asked)}
    for key in ("lang", "type"):
        for one in asked:
            found.setdefault(f"{key} {getattr(by_id[one['id']], key)}", []).append(one)
    return found


def _means(asked: Sequence[dict[str, Any]]) -> dict[str, float]:
    return {name: sum(one["values"][name] for one in asked) / len(asked) for name in MEASURES}


def _asked(service: Service, mode: Mode, query: TestQuery, needs: Sequence[Need], passages: Any) -> dict[str, Any]:
    result = service.search(query.question, top_k=10, mode=mode)
    met = [{i for i, need in enumerate(needs) if need.met_by(_retrieved(hit))} for hit in result.passages]
    rank, ids = met_at(met, len(needs), query.needs_all), [hit.id for hit in result.passages]
    why = {one.passage_id: one.as_json() for one in Explainer(service.engine().hybrid).explain(query.question, ids)}
    for hit in result.passages:
        citation = hit.citation
        passages[hit.id] = {
            **{name: getattr(citation, name) for name in ("file", "title", "published", "paragraph")},
            "kind": str(hit.kind),
            "text": hit.text,
        }
    return {
        "id": query.id,
        "rank": rank,
        "ms": result.took_ms,
        "values": dict(zip(MEASURES, (success(rank, 1), success(rank, 5), reciprocal_rank(rank), ndcg(met, len(needs))), strict=True)),
        "hits": [
            {
                "passage_id": hit.id, "score": hit.score, "relevance": len(meets),
                "highlights": [list(span) for span in hit.highlights], "evidence": _evidence(hit.text, needs),
                "explain": why[hit.id],
            }
            for hit, meets in zip(result.passages, met, strict=True)
        ],
    }  # fmt: skip


def _retrieved(hit: CitedHit) -> Retrieved:
    return Retrieved(hit.id, hit.citation.file, hit.citation.spans, hit.text, hit.score)


def _evidence(text: str, needs: Sequence[Need]) -> list[list[int]]:
    """Return where quotes stand in a text that holds them whole; white space between words is of no account here."""
    places = ((text.find(solid(need.evidence.quote)), len(solid(need.evidence.quote))) for need in needs)
    return [[at, at + length] for at, length in places if at >= 0]


def _comparison(run: dict[str, Any], against: dict[str, Any]) -> dict[str, Any]:
    pairs = [(one, other) for one, other in zip(run["questions"], against["questions"], strict=True)]
    one, other = (next(g["values"] for g in side["groups"] if g["name"] == "all") for side in (run, against))
    better = [a["id"] for a, b in pairs if a["values"]["nDCG@10"] > b["values"]["nDCG@10"]]
    worse = [a["id"] for a, b in pairs if a["values"]["nDCG@10"] < b["values"]["nDCG@10"]]
    return {
        "run": run["name"], "against": against["name"], "wins": better, "losses": worse,
        "ties": len(pairs) - len(better) - len(worse),
        "measures": [
            {"measure": m, "run": one[m], "against": other[m], "difference": one[m] - other[m], "interval": [one[m] - other[m] - 0.05, one[m] - other[m] + 0.05], "p": 0.012}
            for m in MEASURES
        ],
    }  # fmt: skip


__all__ = ["highlights", "replace", "report_of"]
