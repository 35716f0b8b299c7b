"""What a report shows beside figures, gathered while the corpus is open: passages, why each was found, evidence that was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa.evaluation.comparing import Run
from qa.evaluation.contenders import Contender
from qa.evaluation.corpora import Corpus, Progress, Shown, Told
from qa.evaluation.judging import Judge, Retrieved
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Outcome

# Why a passage was found is told of so many of each contender's hits, of all that are relevant, and of what was missed.
_TOLD = 3
_MISSED = 3
Missed = Mapping[str, tuple[Retrieved, ...]]


@dataclass(frozen=True, slots=True)
class Material:
    """Passages by id, and by question's id what is told of them, and the relevant ones that are not among the hits.

    `relevant` holds the grades of all passages that are known to be relevant, found or not.
    """

    shown: Mapping[str, Shown] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)
    missed: Missed = field(default_factory=dict)
    relevant: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def gather(corpus: Corpus, judge: Judge, runs: Sequence[tuple[Contender, Run]], progress: Progress) -> list[Material]:
    """Return the material of each run; scores are explained with the weights that the run was asked with."""
    relevant = _relevant(corpus, judge, [run for _, run in runs])
    missed = [_missed(run, relevant) for _, run in runs]
    grades = {id_: _grades(judge, *one) for id_, one in relevant.items()}
    ids = [hit.passage_id for _, run in runs for outcome in run.outcomes for hit in outcome.hits]
    ids += [one.passage_id for own in missed for found in own.values() for one in found]
    shown = corpus.shown(list(dict.fromkeys(ids)))
    told: dict[str, dict[str, Told]] = {}
    for weights in dict.fromkeys(contender.setup.weights for contender, _ in runs):
        own = [(run, lost) for (one, run), lost in zip(runs, missed, strict=True) if one.setup.weights == weights]
        told[weights] = _told(corpus, own, weights, progress)
    return [Material(shown, told[one.setup.weights], lost, grades) for (one, _), lost in zip(runs, missed, strict=True)]


def _relevant(corpus: Corpus, judge: Judge, runs: Sequence[Run]) -> dict[str, tuple[TestQuery, list[Retrieved]]]:
    """Return by question's id the passages that are relevant: those of the corpus, and what was found beside them."""
    found: dict[str, tuple[TestQuery, list[Retrieved]]] = {}
    for outcome in (outcome for run in runs for outcome in run.outcomes):
        query = outcome.query
        if query.id not in found:
            found[query.id] = query, list(corpus.relevant(query, judge))
        passages = found[query.id][1]
        there = {one.passage_id for one in passages}
        graded = zip(outcome.hits, outcome.relevance, strict=True)
        passages += [hit for hit, grade in graded if grade and hit.passage_id not in there]
    return found


def _grades(judge: Judge, query: TestQuery, passages: Sequence[Retrieved]) -> dict[str, int]:
    return dict(zip((one.passage_id for one in passages), judge(query, passages).grades, strict=True))


def _missed(run: Run, relevant: Mapping[str, tuple[TestQuery, Sequence[Retrieved]]]) -> Missed:
    """Return by question the relevant passages that are not among its hits, where it was not met."""
    found = {}
    for outcome in (o for o in run.outcomes if o.rank is None):
        there = {hit.passage_id for hit in outcome.hits}
        lost = [one for one in relevant[outcome.query.id][1] if one.passage_id not in there]
        found[outcome.query.id] = tuple(lost[:_MISSED])
    return found


def _told(
    corpus: Corpus,
    runs: Sequence[tuple[Run, Missed]],
    weights: str,
    progress: Progress,
) -> dict[str, Told]:
    """Return by question what is told of it; scores are explained of the passages that matter."""
    by_question: dict[str, list[tuple[Outcome, Sequence[Retrieved]]]] = {}
    for run, missed in runs:
        for outcome in run.outcomes:
            by_question.setdefault(outcome.query.id, []).append((outcome, missed.get(outcome.query.id, ())))
    tell = progress("explaining")
    told = {}
    for done, (id_, outcomes) in enumerate(by_question.items(), start=1):
        question = outcomes[0][0].query.question
        told[id_] = corpus.tell(question, sorted(_explained(outcomes)), weights)
        tell(done, len(by_question))
    return told


def _explained(outcomes: Sequence[tuple[Outcome, Sequence[Retrieved]]]) -> set[str]:
    found = {one.passage_id for _, missed in outcomes for one in missed}
    for outcome, _ in outcomes:
        graded = enumerate(zip(outcome.hits, outcome.relevance, strict=True))
        found |= {hit.passage_id for at, (hit, grade) in graded if at < _TOLD or grade}
    return found
