"""`python -m qa.fitting.answering --data PATH --questions FILE`: fit what says which statement answers, and whether any.

PATH is the folder of the training data. FILE holds questions over its passages, each known by the first 16 digits of its
SHA-256: answerable ones with the place of their evidence, near misses (the subject is there, what is asked is not) and
off-topic ones. Those of a part that is kept apart are not fitted on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.errors import EncoderError
from embeddings.opening import open_encoder
from qa.errors import QAError, TestQueryError
from qa.fitting.models import Pull, minimise
from qa.fitting.pools import index_of
from qa.fitting.questions import off_topic_questions, read_questions
from qa.index.generation import Generation
from qa.judging.evidence import FEATURES
from qa.judging.reading import Reader
from qa.judging.weights import QUESTION_FEATURES, WIDEST, AnsweringWeights, Weights, as_json, question_row
from qa.records import Citation, CitedHit, Kind, Span
from qa.retrieval.legs import Legs
from qa.retrieval.parameters import fitted_to
from qa.retrieval.query import Query
from qa.retrieval.retrievers import likeness_of, weighed
from qa.retrieval.soft import SoftMatcher
from qa.words import WordCutter

Rows = NDArray[np.float64]
TARGET = Path(__file__).resolve().parent.parent / "data" / "answering.json"
# Of everyday questions that the passages answer, this share may be refused: the rate that the threshold is set for.
REFUSED = 0.06
# Of questions about something else entirely, this share is less like all passages than an answerable question may be.
UNLIKE = 0.8
# So many questions are taken to have their answer in the pages: what the chances are right for.
ANSWERED = 0.8
FIT, EVERYDAY = "fit", "everyday"
LIBRARIES, OTHERS, DEPTH, FOLDS = 14, 100, 5, 5
# The fewest passages of a library: as many as five pages of a newspaper hold. Among thirty, any wording finds its passage.
FEWEST = 250
STATEMENT_PENALTY, QUESTION_PENALTY = 3e-3, 3e-2
# A feature that is seldom there would else be stretched to many times its size.
SELDOM, LEAST_SCALE = 0.2, 0.35
# A broad question that a passage on its subject does not quite answer is a smaller fault than a fact that is not there.
BROAD = 0.3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question over a passage; `evidence` is the place in it that answers, None where nothing does. No passage: off-topic."""

    question: str
    passage: str | None
    answerable: bool
    evidence: Span | None
    part: str


@dataclass(frozen=True, slots=True)
class Example:
    """A question's statements as evidence, (n, features); `right` says which answer, `search` how sure the search was.

    `likeness` is that of the question and the passage most like it.
    """

    asked: Asked
    rows: Rows
    right: NDArray[np.bool_]
    search: float
    likeness: float

    @property
    def factual(self) -> bool:
        """Say whether one fact is asked for."""
        return bool(self.rows[0, FEATURES.index("factual")])


def read_asked(path: Path) -> list[Asked]:
    """Return the questions of a file of JSON lines."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Asked(
            row["question"],
            row["passage"],
            row["answerable"],
            tuple(row["evidence"]) if row["evidence"] else None,
            row["part"],
        )
        for row in rows
    ]


def everyday_questions(data: Path) -> list[Asked]:
    """Return the questions of the training data that nothing was trained on and that do not use the passage's own words."""
    questions, _ = read_questions(data)
    return [
        Asked(one.question, digest(one.passage), True, None, EVERYDAY)
        for one in questions
        if one.passage is not None and one.style != "specific"
    ]


def digest(passage: str) -> str:
    """Return what a passage is known by."""
    return hashlib.sha256(passage.encode()).hexdigest()[:16]


def texts_of(asked: Sequence[Asked], data: Path) -> dict[str, str]:
    """Return all passages of the training data by digest; raise `TestQueryError` when one that a question names is missing."""
    questions, others = read_questions(data)
    texts = {digest(text): text for text in [*others, *(q.passage for q in questions if q.passage)]}
    if missing := {one.passage for one in asked if one.passage} - texts.keys():
        raise TestQueryError(
            f"found {len(missing)} passages missing from {data}, expected the training data as published"
        )
    return texts


def libraries(asked: Sequence[Asked], texts: Mapping[str, str]) -> list[tuple[list[Asked], list[str]]]:
    """Divide the questions among libraries of some hundred passages, as a district's newspaper has: questions and passages.

    A part that is kept apart is a library of its own. To the passages that are asked about come others, to each library those
    that follow the ones of the library before it, from the beginning again when there are no more.
    """
    groups: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        number = int(one.passage or digest(one.question), 16) % LIBRARIES
        groups[f"{one.part} {number}" if one.part in (FIT, EVERYDAY) else one.part].append(one)
    named = {one.passage for one in asked}
    others = [text for key, text in sorted(texts.items()) if key not in named]
    found = []
    for i, group in enumerate(groups.values()):
        own = [texts[key] for key in sorted({one.passage for one in group if one.passage})]
        wanted = min(max(OTHERS, FEWEST - len(own)), len(others))
        found.append((group, [*own, *(others[(i * OTHERS + k) % len(others)] for k in range(wanted))]))
    return found


def examples(asked: Sequence[Asked], data: Path, processes: int = 1) -> list[Example]:
    """Search for every question in its library and take the evidence of what is found, in the order of `asked`."""
    work = libraries(asked, texts_of(asked, data))
    if processes == 1:
        parts = [_library_examples(*one) for one in work]
    else:
        with ProcessPoolExecutor(processes) as pool:
            parts = list(pool.map(_library_examples, *zip(*work, strict=True)))
    placed = {
        id(one): example
        for (group, _), part in zip(work, parts, strict=True)
        for one, example in zip(group, part, strict=True)
    }
    return [placed[id(one)] for one in asked]


def _library_examples(asked: Sequence[Asked], passages: Sequence[str]) -> list[Example]:
    encoder, cutter = open_encoder(), WordCutter()
    reader = Reader(encoder, cutter, _UNREAD)
    found = []
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-") as folder:
        generation = index_of(Path(folder), passages, (), encoder, cutter)
        find = _finder(generation, encoder, cutter, passages)
        for one in asked:
            hits, sure, likeness = find(one.question)
            _, statements, rows = reader.rows(one.question, generation, hits)
            right = [_answers(one, digest(s.passage.text) == one.passage, s.place) for s in statements]
            found.append(Example(one, rows, np.array(right, bool), sure, likeness))
    return found


def _finder(
    generation: Generation, encoder: Encoder, cutter: WordCutter, passages: Sequence[str]
) -> Callable[[str], tuple[list[CitedHit], float, float]]:
    legs, fitted = (
        Legs(generation, SoftMatcher(generation)),
        fitted_to(encoder.fingerprint, Path("no folder of its own")),
    )

    def find(question: str) -> tuple[list[CitedHit], float, float]:
        query = Query(question, encoder, cutter)
        rows, scores = legs.pool(query, generation.alive)
        found = weighed(generation, rows, scores, query.latin, fitted, DEPTH)
        hits = [
            _hit(h.passage_id, rank, h.score, passages[int(h.passage_id[1:])]) for rank, h in enumerate(found.hits, 1)
        ]
        return hits, found.confidence or 0.0, likeness_of(generation, query, rows, scores)

    return find


def _hit(passage_id: str, rank: int, score: float, text: str) -> CitedHit:
    nowhere = Citation("fitting", "", None, None, None, None, None, None, 1, ((0, len(text)),), text, None, "")
    return CitedHit(passage_id, rank, score, Kind.PARAGRAPH, text, (), nowhere)


def _answers(asked: Asked, own: bool, place: Span) -> bool:
    """Say whether a statement holds half of the evidence, or lies half in it."""
    if asked.evidence is None or not own:
        return False
    (start, end), (first, last) = place, asked.evidence
    shared = min(end, last) - max(start, first)
    return shared > 0 and 2 * shared >= min(last - first, end - start)


def fitted_weights(found: Sequence[Example], everyday: Sequence[Example], fingerprint: str) -> AnsweringWeights:
    """Return the weights fitted on `found`, and the threshold at which `REFUSED` of the `everyday` questions are refused.

    Those were asked in other words than the passages, as residents ask, and have their answer there; they are not fitted on.
    Those less like what is found than `UNLIKE` of the questions about something else do not count: they are refused whatever
    the weights are.
    """
    statement, question = fit_statements(found), fit_questions(found)
    unlike = float(np.quantile([one.likeness for one in found if one.asked.passage is None], UNLIKE))
    sure = [one for one in everyday if one.likeness >= unlike]
    rows = np.array([question_row(one.rows, statement.chances(one.rows), one.search) for one in sure])
    threshold = float(np.quantile(question.chances(rows), REFUSED))
    return AnsweringWeights(fingerprint, statement, question, threshold, unlike)


def fit_statements(found: Sequence[Example]) -> Weights:
    """Return the weights of statements; each question counts alike, however many statements were found for it."""
    rows = np.concatenate([one.rows for one in found])
    right = np.concatenate([one.right for one in found]).astype(np.float64)
    counts = np.concatenate([np.where(one.right, 1 / max(1, one.right.sum()), 3 / len(one.right)) for one in found])
    return _logistic(rows, right, counts, STATEMENT_PENALTY)


def fit_questions(found: Sequence[Example]) -> Weights:
    """Return the weights of questions; a question's row holds chances by weights that were not fitted on its statements."""
    folds = np.array([fold_of(one.asked) for one in found])
    rows = np.zeros((len(found), len(QUESTION_FEATURES)))
    for fold in range(FOLDS):
        statement = fit_statements([one for one, f in zip(found, folds, strict=True) if f != fold])
        for i in np.flatnonzero(folds == fold).tolist():
            rows[i] = question_row(found[i].rows, statement.chances(found[i].rows), found[i].search)
    labels = np.array([one.asked.answerable for one in found], np.float64)
    counts = np.array([_weight(one) for one in found])
    for label, share in ((1.0, ANSWERED), (0.0, 1 - ANSWERED)):
        counts[labels == label] *= share / counts[labels == label].sum()
    return _logistic(rows, labels, counts, QUESTION_PENALTY)


def _weight(one: Example) -> float:
    """Return what a question counts."""
    return 1.0 if one.asked.answerable or one.factual or one.asked.passage is None else BROAD


def fold_of(asked: Asked) -> int:
    """Return the fold of a question: that of its passage, so that no passage is on both sides."""
    return int(asked.passage or digest(asked.question), 16) % FOLDS


def _logistic(rows: Rows, labels: Rows, counts: Rows, penalty: float) -> Weights:
    """Return a logistic regression in which each row counts as much as `counts` says."""
    centre, spread = rows.mean(axis=0), rows.std(axis=0)
    seldom = (rows != 0).mean(axis=0) < SELDOM
    scale = np.where(seldom, np.maximum(spread, LEAST_SCALE), np.maximum(spread, 1e-6))
    scaled = np.clip((rows - centre) / scale, -WIDEST, WIDEST)
    scaled = np.hstack([scaled, np.ones((len(rows), 1))])
    share = counts / counts.sum()

    def loss(weights: Rows) -> tuple[float, Rows]:
        sums = scaled @ weights
        value = float(share @ (np.logaddexp(0, sums) - labels * sums))
        return value, (share * (1 / (1 + np.exp(-sums)) - labels)) @ scaled

    strength = np.append(np.full(rows.shape[1], penalty), 0.0)
    weights = minimise(Pull(np.zeros(len(strength)), strength).on(loss), np.zeros(len(strength)))
    return Weights(centre, scale, weights[:-1], float(weights[-1]))


_NOTHING = Weights(np.zeros(0), np.ones(0), np.zeros(0), 0.0)
_UNREAD = AnsweringWeights("", _NOTHING, _NOTHING, 0.5)


def figures(found: Sequence[Example], weights: AnsweringWeights) -> dict[str, float]:
    """Return what the weights do on questions: how often the first statements hold the evidence, and who is refused."""
    chances = [weights.statement.chances(one.rows) for one in found]
    rows = np.array([question_row(a.rows, c, a.search) for a, c in zip(found, chances, strict=True)])
    sure = weights.question.chances(rows)
    answerable = np.array([one.asked.answerable for one in found])
    off_topic = np.array([one.asked.passage is None for one in found])
    ranked = [one.right[np.argsort(-c, kind="stable")] for one, c in zip(found, chances, strict=True)]
    held = [[bool(r[:k].any()) for r, yes in zip(ranked, answerable, strict=True) if yes] for k in (1, 2, 3)]
    unlike = np.array([one.likeness for one in found]) < weights.unlike
    refused = (sure < weights.threshold) | unlike
    return {
        "questions": len(found),
        **{f"evidence in the first {k}": _share(np.array(held[k - 1])) for k in (1, 2, 3)},
        "answerable refused": _share(refused[answerable]),
        "near misses refused": _share(refused[~answerable & ~off_topic]),
        "off-topic refused": _share(refused[off_topic]),
    }


def _share(found: NDArray[np.bool_]) -> float:
    return round(float(found.mean()), 3) if len(found) else 0.0


def main() -> int:
    """Fit and write, with figures on the parts that are kept apart."""
    parser = argparse.ArgumentParser(prog="python -m qa.fitting.answering", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help="folder of the training data")
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE", help="questions over its passages")
    parser.add_argument("--processes", type=int, default=1, help="how many processes search")
    parser.add_argument("--out", type=Path, default=TARGET, metavar="FILE", help=f"where to write (default {TARGET})")
    args = parser.parse_args()
    try:
        asked = read_asked(args.questions)
        asked += [Asked(one.question, None, False, None, FIT) for one in off_topic_questions()]
        asked += everyday_questions(args.data)
        found = examples(asked, args.data, args.processes)
    except (QAError, EncoderError) as fault:
        print(fault, file=sys.stderr)
        return 2
    parts: dict[str, list[Example]] = defaultdict(list)
    for one in found:
        parts[one.asked.part].append(one)
    weights = fitted_weights(parts[FIT], parts[EVERYDAY], open_encoder().fingerprint)
    for part in parts.keys() - {FIT, EVERYDAY}:
        print(part, figures(parts[part], weights))
    args.out.write_text(json.dumps(as_json(weights), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"written to {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
