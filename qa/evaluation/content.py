"""The report of an evaluation as JSON: figures, every question with its ranked passages, and why they were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qa.evaluation import answer_tables
from qa.evaluation.answers import Judged
from qa.evaluation.asking import Result
from qa.evaluation.comparing import Comparison, Run
from qa.evaluation.corpora import LONGEST_TEXT, Shown, Told
from qa.evaluation.gathering import Material
from qa.evaluation.judging import Retrieved, solid
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Outcome, means
from qa.evaluation.saved import FORMAT
from qa.evaluation.speed import speed
from qa.evaluation.statistics import LEVEL, RESAMPLES
from qa.evaluation.tables import bounds, groups

_SETUP = ("mode", "encoder", "passage_length", "weights")


def content(
    results: Sequence[Result],
    baseline: Run | None,
    compared: Sequence[Comparison],
    queries: Sequence[TestQuery],
    answers: Sequence[Judged],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the report; `about` says when, by which version and of what it was made.

    The form is `FORMAT` 1: a later program reads it as a saved run, the HTML page shows it.
    """
    runs = [_run(one.run, one.material, _setup(one)) for one in results]
    if baseline is not None:
        runs.append(_run(baseline, Material(), dict.fromkeys(_SETUP)))
    passages = {id_: _passage(shown) for one in results for id_, shown in one.material.shown.items()}
    facts = results[0].facts if results else {}
    return {
        "format": FORMAT,
        **{name: about[name] for name in ("created", "version")},
        "about": {
            "queries": about["queries"],
            "collection": about["collection"],
            "questions": len(queries),
            "answerable": sum(query.answerable for query in queries),
            **{name: facts.get(name) for name in ("documents", "passages", "encoder")},
            "resamples": RESAMPLES,
            "level": LEVEL,
        },
        "measures": list(means(results[0].run.outcomes)) if results else [],
        "runs": runs,
        "comparisons": [_comparison(one) for one in compared],
        "passages": passages,
        "questions": [_question(query, results) for query in queries],
        "answers": answer_tables.as_json(answers) if answers else None,
    }


def _setup(result: Result) -> dict[str, Any]:
    setup = result.contender.setup
    values = (str(result.contender.mode), result.facts.get("encoder"), setup.length, setup.weights)
    return dict(zip(_SETUP, values, strict=True))


def _run(run: Run, material: Material, setup: Mapping[str, Any]) -> dict[str, Any]:
    of_run = [_group(name, members) for name, members in groups(run.outcomes).items()]
    fast = speed(run.outcomes)
    return {
        "name": run.name,
        **setup,
        "groups": of_run,
        "ranks": ranks_of(run.outcomes),
        "speed": None if fast is None else asdict(fast),
        "questions": [_outcome(outcome, material) for outcome in run.outcomes],
    }


def _group(name: str, members: Sequence[Outcome]) -> dict[str, Any]:
    limits = {measure: list(pair) for measure, pair in bounds(members).items()}
    return {"name": name, "n": len(members), "values": means(members), "intervals": limits}


def ranks_of(outcomes: Sequence[Outcome]) -> list[int]:
    """Return how many questions were met at rank 1, 2 and so on, and last how many were not."""
    depth = max([10, *(len(o.hits) for o in outcomes)])
    found = [0] * (depth + 1)
    for outcome in outcomes:
        found[depth if outcome.rank is None else outcome.rank - 1] += 1
    return found


def _outcome(outcome: Outcome, material: Material) -> dict[str, Any]:
    def hit(one: Retrieved, grade: int) -> dict[str, Any]:
        return _hit(one, grade, outcome.query, material)

    missed = [hit(one, 1) for one in material.missed.get(outcome.query.id, ())]
    return {
        "id": outcome.query.id,
        "rank": outcome.rank,
        "ms": None if outcome.seconds is None else round(outcome.seconds * 1000, 2),
        "values": dict(outcome.values),
        "hits": [hit(one, grade) for one, grade in zip(outcome.hits, outcome.relevance, strict=True)],
        **({"missed": missed} if missed else {}),
    }


def _hit(one: Retrieved, grade: int, query: TestQuery, material: Material) -> dict[str, Any]:
    """Return a hit, or a relevant passage that was missed, which has the score that it would have had."""
    told = material.told.get(query.id, Told())
    shown, why = material.shown.get(one.passage_id), told.explained.get(one.passage_id)
    return {
        "passage_id": one.passage_id,
        "score": one.score or (why or {}).get("score", 0.0),
        "relevance": grade,
        "highlights": [
            [s, e] for s, e in one.highlights or told.highlights.get(one.passage_id, ()) if e <= LONGEST_TEXT
        ],
        # A passage that meets no quote holds none either.
        "evidence": evidence_in(query, shown.text[:LONGEST_TEXT]) if shown is not None and grade else [],
        "explain": why,
    }


def evidence_in(query: TestQuery, text: str) -> list[list[int]]:
    """Return where quotes of a question stand in a text, as spans; white space does not count."""
    places = [i for i, char in enumerate(text) if not char.isspace()]
    plain = solid(text)
    found = []
    for wanted in (solid(evidence.quote) for evidence in query.evidence):
        at = plain.find(wanted) if wanted else -1
        if at >= 0:
            found.append([places[at], places[at + len(wanted) - 1] + 1])
    return sorted(found)


def _comparison(found: Comparison) -> dict[str, Any]:
    rows = [
        {
            "measure": name,
            "difference": one.mean,
            "interval": [one.low, one.high],
            "p": one.p,
            "run": found.means[name][0],
            "against": found.means[name][1],
        }
        for name, one in found.measures.items()
    ]
    return {
        "run": found.run,
        "against": found.against,
        "measures": rows,
        "wins": list(found.wins),
        "losses": list(found.losses),
        "ties": found.ties,
        "unmatched": found.unmatched,
    }


def _passage(shown: Shown) -> dict[str, Any]:
    fields = asdict(shown)
    del fields["passage_id"]
    return {**fields, "text": shown.text[:LONGEST_TEXT]}


def _question(query: TestQuery, results: Sequence[Result]) -> dict[str, Any]:
    told = next((one.material.told[query.id] for one in results if query.id in one.material.told), Told())
    return {
        **{name: getattr(query, name) for name in ("id", "question", "lang", "type", "answerable", "answer")},
        "evidence": [asdict(evidence) for evidence in query.evidence if evidence.quote],
        "terms": list(told.terms),
    }
