"""Traditional and Simplified against each other: `python -m benchmarks.scripts --data PATH`.

PATH is a folder in BEIR form. Its questions and its passages are each written in both scripts (OpenCC); hybrid retrieval is
measured for all four pairs.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

from opencc import OpenCC  # noqa: E402 - NumPy reads the number of threads when it is imported

from qa.evaluation.beir import Collection, read_collection  # noqa: E402
from qa.evaluation.beir_corpus import collection_corpus  # noqa: E402
from qa.evaluation.contenders import Setup  # noqa: E402
from qa.evaluation.judging import ByQrels  # noqa: E402
from qa.evaluation.measures import DEPTH  # noqa: E402
from qa.evaluation.runs import evaluate, means  # noqa: E402
from qa.records import Mode  # noqa: E402
from qa.settings import Settings  # noqa: E402

SCRIPTS = {"Traditional": OpenCC("s2t"), "Simplified": OpenCC("t2s")}


def written(collection: Collection, questions: OpenCC, passages: OpenCC) -> Collection:
    """Return the collection with its questions and its passages in the given scripts."""
    return Collection(
        {id_: (passages.convert(title), passages.convert(text)) for id_, (title, text) in collection.passages.items()},
        [replace(query, question=questions.convert(query.question)) for query in collection.queries],
        collection.relevant,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help="a folder in BEIR form")
    collection = read_collection(parser.parse_args().data)
    print("| questions | passages | n | hit@1 | hit@5 |\n|---|---|---:|---:|---:|")
    for asked, questions in SCRIPTS.items():
        for stored, passages in SCRIPTS.items():
            one = written(collection, questions, passages)
            with collection_corpus(one, Settings.read(), Setup(), lambda label: lambda done, of: None) as corpus:
                found = means(evaluate(one.queries, ByQrels(one.relevant), corpus.search(Mode.HYBRID, DEPTH)))
            cells = f"{found['Success@1']:.3f} | {found['Success@5']:.3f}"
            print(f"| {asked} | {stored} | {len(one.queries)} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
