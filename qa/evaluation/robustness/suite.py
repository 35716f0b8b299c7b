"""Ask every variant of the questions, over the library as it is and over damaged copies of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from qa.checks import LONGEST_QUESTION
from qa.evaluation.judging import ByQuotes, Need
from qa.evaluation.queries import TestQuery
from qa.evaluation.robustness.copies import Engine, damaged_copy
from qa.evaluation.robustness.damage import Damage, Damaged, harsh_scan, look_alikes
from qa.evaluation.robustness.rows import Row, clean_row, row_against
from qa.evaluation.robustness.wordings import WORDINGS, Wording
from qa.evaluation.runs import Outcome, Report, evaluate, in_process
from qa.library import Library
from qa.records import DocumentRecord, Mode
from qa.service import Service

CLEAN, ENGLISH = "as they are", "in English"
Needs = dict[str, tuple[Need, ...]]
# By mode, and by whether index-time questions are searched.
Found = dict[tuple[Mode, bool], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Misreading:
    """A damage of documents at one share of their characters."""

    name: str
    damage: Damage
    share: float


def misreadings(shares: Sequence[float]) -> list[Misreading]:
    """Return the damages that are tried: look-alikes at each share, and the harsh scan at the largest."""
    mild = [Misreading(f"documents: {100 * share:g} % look-alikes", look_alikes, share) for share in shares]
    return [*mild, *(Misreading(f"documents: {100 * s:g} % harsh scan", harsh_scan, s) for s in sorted(shares)[-1:])]


@dataclass(frozen=True, slots=True)
class Suite:
    """What is asked of what: answerable questions with their needs, modes, and how often what is drawn is drawn."""

    engine: Engine
    library: Library
    queries: Sequence[TestQuery]
    needs: Needs
    modes: Sequence[Mode]
    draws: int
    report: Callable[[str], Report]

    def rows(self, english: Mapping[str, str], damages: Sequence[Misreading], wordings: bool = True) -> list[Row]:
        """Return for each mode the clean questions, their wordings, and damaged documents; then without index-time questions.

        A variant that applies to no question has no row.
        """
        as_set = self.engine.settings.index_questions
        uses = self._uses() if damages else (as_set,)
        clean = self._found(self.engine.settings.data_path, self.needs, uses, CLEAN)
        rows: list[Row | None] = [clean_row(CLEAN, mode, use, outcomes) for (mode, use), outcomes in clean.items()]
        rows += self._of_wordings(english, clean) if wordings else []
        rows += [row for damage in damages for row in self._of_damage(damage, clean)]
        order = {mode: at for at, mode in enumerate(self.modes)}
        found = [row for row in rows if row is not None]
        return sorted(found, key=lambda row: (order[row.mode], row.index_questions != as_set))

    def _found(self, data_dir: Path, needs: Needs, uses: Sequence[bool], label: str) -> Found:
        """Ask the questions as they stand of one data folder; `uses` says whether with its index-time questions."""
        found: Found = {}
        for use in uses:
            with closing(self.engine.service(data_dir, index_questions=use)) as service:
                for mode in self.modes:
                    found[mode, use] = evaluate(
                        self.queries, ByQuotes(needs), in_process(service, mode), self.report(label)
                    )
        return found

    def _uses(self) -> tuple[bool, ...]:
        """Return whether index-time questions are searched: as set, and without them where there are any."""
        as_set = self.engine.settings.index_questions
        asked = as_set and any(self.library.questions(id_) for id_ in self.library.revisions())
        return (True, False) if asked else (as_set,)

    def _of_wordings(self, english: Mapping[str, str], clean: Found) -> Iterator[Row | None]:
        as_set = self.engine.settings.index_questions
        with closing(self.engine.service(self.engine.settings.data_path, index_questions=as_set)) as service:
            for wording in WORDINGS:
                changed = [self._typed(wording, draw) for draw in range(self.draws if wording.drawn else 1)]
                yield from self._of_asked(wording.name, changed, service, clean)
            said = [replace(q, question=english[q.id]) for q in self.queries if _short_enough(english.get(q.id, ""))]
            yield from self._of_asked(ENGLISH, [said], service, clean)

    def _of_asked(
        self, name: str, changed: Sequence[Sequence[TestQuery]], service: Service, clean: Found
    ) -> Iterator[Row | None]:
        as_set = self.engine.settings.index_questions
        for mode in self.modes:
            search = in_process(service, mode)
            draws = [evaluate(queries, ByQuotes(self.needs), search, self.report(name)) for queries in changed]
            yield row_against(clean[mode, as_set], name, mode, as_set, draws)

    def _typed(self, wording: Wording, draw: int) -> list[TestQuery]:
        """Return the questions as they are typed in one way, without those that it would leave as they are."""
        typed = (
            (query, wording.change(query.question, _chance(draw, wording.name, query.id))) for query in self.queries
        )
        return [replace(query, question=question) for query, question in typed if question and _short_enough(question)]

    def _of_damage(self, damage: Misreading, clean: Found) -> Iterator[Row | None]:
        uses = list(dict.fromkeys(use for _, use in clean))
        found = [self._once(damage, draw, uses) for draw in range(self.draws)]
        for (mode, use), outcomes in clean.items():
            yield row_against(outcomes, damage.name, mode, use, [one[mode, use] for one in found])

    def _once(self, damage: Misreading, draw: int, uses: Sequence[bool]) -> Found:
        def spoil(document: DocumentRecord) -> Damaged:
            return damage.damage(document.text, damage.share, _chance(draw, damage.name, document.file))

        indexing = self.report(f"{damage.name}, indexing")
        with damaged_copy(self.library, self.engine, spoil, indexing) as copy:
            needs = {id_: tuple(copy.moved(need) for need in needs) for id_, needs in self.needs.items()}
            return self._found(copy.folder, needs, uses, damage.name)


def _short_enough(question: str) -> bool:
    """Say whether a search takes a question: pinyin makes a long one four times as long."""
    return 1 <= len(question.strip()) <= LONGEST_QUESTION


def _chance(draw: int, variant: str, of: str) -> random.Random:
    """Return the chance of one draw: the same at every run, whatever else is asked and in which order."""
    return random.Random(f"{draw}/{variant}/{of}")
