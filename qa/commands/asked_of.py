"""What `evaluate` asks and where: questions with their judgements, and the corpus that each contender is asked of."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from qa.commands.output import progress, say
from qa.errors import InvalidRequest, QAError, SettingsError, TestQueryError
from qa.evaluation import beir
from qa.evaluation.asking import Asked
from qa.evaluation.beir_corpus import collection_corpus
from qa.evaluation.contenders import Setup
from qa.evaluation.corpora import Corpus
from qa.evaluation.faults import told
from qa.evaluation.judging import ByQrels, ByQuotes, Judge, Need, Retrieved, needs_of
from qa.evaluation.library_corpus import library_corpus
from qa.evaluation.queries import TestQuery
from qa.evaluation.reading import read_files, with_files
from qa.evaluation.runs import retrieved_of
from qa.evaluation.saved import Known
from qa.evaluation.server_corpus import ServerCorpus
from qa.evaluation.topics import read_qrels
from qa.library import Library
from qa.settings import Settings, checkout

Needs = Mapping[str, Sequence[Need]]
_MOST_DOCUMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked of what. `needs` is None where judgements name passages by id; `known` reads a saved run's passages."""

    asked: Asked
    needs: Needs | None
    opened: Callable[[Setup], AbstractContextManager[Corpus]]
    known: Known
    questions: str
    collection: str


def place_of(args: argparse.Namespace, settings: Settings, measures: tuple[str, ...], files: Sequence[Path]) -> Place:
    """Read the questions and find their judgements; `files` are asked when the command names none."""
    if args.data:
        return _collection(Path(args.data), args.split, settings, measures)
    paths = [Path(name) for name in args.queries] or list(files) or [development_questions()]
    needs: Needs | None = None
    if args.qrels:
        queries = read_all(paths)
        judge = _judge_of(Path(args.qrels), queries, None if args.url else _of_library(settings))
    else:
        queries, needs = read_and_located(paths, settings)
        judge = ByQuotes(needs)
    asked = Asked(queries, judge, measures)
    names = ", ".join(path.name for path in paths)

    def opened(setup: Setup) -> AbstractContextManager[Corpus]:
        return library_corpus(settings, setup, progress)

    def served(setup: Setup) -> AbstractContextManager[Corpus]:
        return nullcontext(ServerCorpus(args.url))

    return Place(asked, needs, served if args.url else opened, _of_library(settings), names, args.url or "library")


def _collection(folder: Path, split: str | None, settings: Settings, measures: tuple[str, ...]) -> Place:
    collection = beir.read_collection(folder, say, split)
    say(f"{folder}: {len(collection.passages)} documents, {len(collection.queries)} questions")
    asked = Asked(collection.queries, ByQrels(collection.relevant), measures)

    def opened(setup: Setup) -> AbstractContextManager[Corpus]:
        return collection_corpus(collection, settings, setup, progress)

    return Place(asked, None, opened, lambda ids: {}, "queries.jsonl", folder.name)


def read_all(paths: Sequence[Path]) -> list[TestQuery]:
    """Read files of questions; raise `TestQueryError` with the faults of all, an id that two of them have among them."""
    return read_files(paths, say).sound()


def read_and_located(paths: Sequence[Path], settings: Settings) -> tuple[list[TestQuery], dict[str, tuple[Need, ...]]]:
    """Read files of questions and find their evidence; raise `TestQueryError` with the faults of both in one round."""
    read = read_files(paths, say)
    return located(read.queries, settings, read.faults)


def development_questions() -> Path:
    """Return the test questions of a checkout; raise `SettingsError` elsewhere."""
    root = checkout()
    if root is None:
        raise SettingsError("found no test questions; name a file of them: jianghai-qa evaluate FILE")
    return root / "tests" / "data" / "dev.jsonl"


def _judge_of(path: Path, queries: Sequence[TestQuery], known: Known | None) -> Judge:
    """Read judgements by passage id; say how many name passages that the library does not have."""
    grades = read_qrels(path)
    asked = [query.id for query in queries if query.id in grades]
    if not asked:
        raise TestQueryError(f"{path} judges none of the questions, expected the ids of theirs")
    named = {passage_id for id_ in asked for passage_id in grades[id_]}
    gone = len(named) - len(known(list(named))) if known is not None else 0
    if gone == len(named):
        raise TestQueryError(
            f"{path} names no passage of the library (found {next(iter(named))}, …), expected their ids"
        )
    if gone:
        say(f"{path}: {gone} of {len(named)} passages that it names are not in the library and count as missed")
    if len(asked) < len(queries):
        say(f"{path}: {len(queries) - len(asked)} questions are not judged and count as 0")
    return ByQrels(grades)


def located(
    queries: Sequence[TestQuery], settings: Settings, faults: Sequence[str] = ()
) -> tuple[list[TestQuery], dict[str, tuple[Need, ...]]]:
    """Find the evidence of questions in the library; return them, each document named by its file, and where it stands.

    `faults` of the files that they come from are told before those of their quotes.
    """
    bare = [query.id for query in queries if query.answerable and not query.evidence]
    if bare and not faults:
        raise InvalidRequest(
            f"found questions without evidence ({', '.join(bare[:3])}), expected judgements for them: --qrels FILE"
        )
    try:
        with closing(Library.open(settings.data_path)) as library:
            documents = library.documents(limit=_MOST_DOCUMENTS)
    except QAError as fault:
        if faults:
            raise TestQueryError(told([*faults, str(fault)])) from fault
        raise
    texts = {d.file: d.text for d in documents}
    named = with_files(queries, {d.file: d.id for d in documents})
    return named, needs_of(named, texts.get, texts, faults, say)


def _of_library(settings: Settings) -> Known:
    def known(passage_ids: Sequence[str]) -> Mapping[str, Retrieved]:
        with closing(Library.open(settings.data_path)) as library:
            return {passage.id: retrieved_of(passage, citation) for passage, citation in library.cite(passage_ids)}

    return known
