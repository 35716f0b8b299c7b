"""Write the model card: what the model is, what it was trained on, under which terms, and how well it does."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from embeddings.contextual import FOLDER as CONTEXT
from embeddings.encoder import Encoder
from embeddings.errors import TrainingDataError
from embeddings.training.checkpoint import Run
from embeddings.training.context import ContextOptions
from embeddings.training.lessons import LESSONS, TOKEN
from embeddings.training.sources import stated_licence

RECORD = "training.json"
CARD = "README.md"
LIBRARIES = ("jieba", "numpy", "opencc", "pypinyin", "sentence-transformers", "tokenizers", "torch")


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold one measured number: on which set, by which measure."""

    set: str
    measure: str
    value: float


def read_figures(path: Path) -> list[Figure]:
    """Read `[{"set": …, "measure": …, "value": …}, …]`; raise TrainingDataError for anything else."""
    try:
        return [
            Figure(str(row["set"]), str(row["measure"]), float(row["value"])) for row in json.loads(path.read_bytes())
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        wanted = '[{"set": "…", "measure": "…", "value": 0.5}, …]'
        raise TrainingDataError(
            [f"{path}: expected {wanted}, found {error!r}"], "correct the file of figures"
        ) from error


def write_record(folder: Path, run: Run, counts: dict[tuple[str, str], int], vocabulary: int) -> None:
    """Keep beside the model what the card needs, so that it can be written again without training."""
    data = [{"file": file, "source": source, "rows": rows} for (file, source), rows in sorted(counts.items())]
    versions = {name: version(name) for name in LIBRARIES}
    record = {**run.record(), "vocabulary_size": vocabulary, "versions": versions, "data": data}
    (folder / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_context_record(
    folder: Path, options: ContextOptions, teacher: Encoder, chosen: Sequence[tuple[str, str]], data_digest: str
) -> None:
    """Keep beside the context network how it was made."""
    record = {
        "teacher": teacher.name,
        "teacher_fingerprint": teacher.fingerprint,
        "pieces": sum(side == TOKEN for side, _ in chosen),
        "texts": sum(side != TOKEN for side, _ in chosen),
        "lessons": [asdict(lesson) for lesson in LESSONS],
        "options": asdict(options),
        "data_digest": data_digest,
        "versions": {name: version(name) for name in LIBRARIES},
    }
    (folder / RECORD).write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_card(folder: Path, figures: Sequence[Figure] = ()) -> None:
    """Write README.md from the record in `folder`, with `figures` as a table."""
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except (OSError, ValueError) as error:
        raise TrainingDataError([f"{folder / RECORD}: {error}"], "give a folder that training has written") from error
    context = folder / CONTEXT / RECORD
    taught = [_context(json.loads(context.read_bytes()))] if context.is_file() else []
    parts = [_head(folder.name, record), _data(record), _parameters(record), *taught, _figures(figures)]
    (folder / CARD).write_text("\n".join(parts), encoding="utf-8")


def _head(name: str, record: dict[str, Any]) -> str:
    return f"""---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
language: [zh, en]
tags: [sentence-transformers, static-embedding, retrieval]
---
# {name}

A static model for finding Chinese news passages by questions in everyday Chinese, Cantonese wording, Traditional
characters or English: {record["vocabulary_size"]:,} pieces with one vector of {record["dimensions"]} numbers each,
in half precision. A text's vector is the mean of its pieces' vectors, normalised. It knows words, not word order.

    from sentence_transformers import SentenceTransformer
    model = SentenceTransformer("{name}").float()  # in half precision an empty text gives NaN

The tokenizer folds Traditional characters to Simplified ones (OpenCC, Apache-2.0), knows toneless pinyin syllables
(pypinyin, MIT) and words counted with jieba (MIT). The norm of a piece's vector tells how much the piece says.
"""


def _data(record: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {row['file']} | {row['source']} | {row['rows']:,} | {stated_licence(row['source'])} |"
        for row in record["data"]
    )
    left_out = ", ".join(record["exclude_sources"]) or "none"
    return f"""## Training data and its terms

The data itself is not part of the model. Sources left out: {left_out}. Questions on one passage in ten of
`everyday_questions`, and every pair that shares a run of 20 characters with such a passage, were not trained on.

| file | source | pairs used | origin and licence as the source states it |
|---|---|---:|---|
{rows}

Besides, the Chinese words of the vocabulary were paired with their pinyin, made with pypinyin (MIT).
Where a source states no licence, none is claimed here. The dictionary pairs come from CC-CEDICT (CC BY-SA 4.0).
SHA-256 over the data files: `{record["data_digest"]}`.
"""


def _parameters(record: dict[str, Any]) -> str:
    shown = {
        key: value for key, value in record.items() if key not in ("data", "data_digest", "exclude_sources", "format")
    }
    rows = "\n".join(f"| `{key}` | {json.dumps(value)} |" for key, value in shown.items())
    return f"""## Parameters

On one thread the same data, parameters and library versions give the same weights again.

| parameter | value |
|---|---|
{rows}
"""


def _context(record: dict[str, Any]) -> str:
    options = record["options"]
    network = options["network"]
    return f"""## Context network

`context/` holds a second, small network: {network["layers"]} layers of attention, {network["width"]} wide, over token
vectors of its own ({network["token_dimensions"]} numbers each, int8). It was taught to give {record["texts"]:,} texts of the
training data, and the {record["pieces"]:,} pieces of the vocabulary, the vectors that `{record["teacher"]}` gives them, of
which the {network["dimensions"]} directions that differ most are kept. Origin and licence of the teacher as its source states
it: {stated_licence(record["teacher"])}. Questions on the held-out passages were not among the texts. The service puts
both vectors one after the other: a likeness is {1 - options["share"]:.2f} of the static and {options["share"]:.2f} of the
taught one. sentence-transformers loads the static part alone.

| parameter | value |
|---|---|
{chr(10).join(f"| `{key}` | {json.dumps(value)} |" for key, value in options.items())}
"""


def _figures(figures: Sequence[Figure]) -> str:
    if not figures:
        return "## Figures\n\nNone recorded with this model.\n"
    rows = "\n".join(f"| {figure.set} | {figure.measure} | {figure.value:.3f} |" for figure in figures)
    note = "Passages that answer none of these questions may also be training text."
    return f"## Figures\n\n{note}\n\n| set | measure | value |\n|---|---|---:|\n{rows}\n"
