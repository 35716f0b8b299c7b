"""Read the training pairs: `*.jsonl.zst` files of `{"a", "b", "source"?, "lang"?}`, one JSON object a line."""

import hashlib
import io
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from embeddings.errors import TrainingDataError

QUESTIONS = "everyday_questions"
UNNAMED = "(no source named)"


@dataclass(frozen=True, slots=True)
class Pair:
    """Hold two texts that should lie close together, and where they come from."""

    a: str
    b: str
    source: str
    group: str


def held_out(passage: str) -> bool:
    """Tell whether the questions on `passage` are kept from training: one passage in ten, by its hash.

    Other parts (the answer threshold, the fusion weight) are fitted on these questions, so the encoder must not
    have seen them.
    """
    return int(hashlib.sha256(passage.encode()).hexdigest()[:8], 16) % 10 == 0


def data_files(folder: Path) -> list[Path]:
    """List the training files of `folder` by name; raise TrainingDataError if there are none."""
    files = sorted(folder.glob("*.jsonl.zst"))
    if not files:
        raise TrainingDataError([f"{folder}: no file named *.jsonl.zst"], "give the folder that holds them with --data")
    return files


def data_digest(folder: Path) -> str:
    """Return one SHA-256 over the names and bytes of the training files, for checkpoints and the model card."""
    digest = hashlib.sha256()
    for path in data_files(folder):
        digest.update(f"{path.name}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def read_pairs(folder: Path, exclude_sources: Collection[str] = ()) -> list[Pair]:
    """Read every pair of `folder` in a fixed order, without the sources named in `exclude_sources`.

    A source is left out when its name, or the part of it before a `/`, is named. Raises TrainingDataError with
    all bad lines of all files at once, and for an excluded name that no row carries.
    """
    excluded, met = frozenset(exclude_sources), set[str]()
    pairs: list[Pair] = []
    faults: list[str] = []
    for path in data_files(folder):
        group = path.name.removesuffix(".jsonl.zst")
        for place, line in _lines(path, faults):
            pair = _parse(line, group, place, faults)
            if pair is None:
                continue
            names = {pair.source, pair.source.split("/")[0]} & excluded
            met |= names
            if not names:
                pairs.append(pair)
    faults += [f"--exclude-source {name!r}: no row has this source" for name in sorted(excluded - met)]
    if faults:
        raise TrainingDataError(faults)
    return pairs


def _lines(path: Path, faults: list[str]) -> Iterator[tuple[str, bytes]]:
    # zstandard is needed for training only.
    import zstandard

    try:
        with path.open("rb") as file:
            stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
            for number, line in enumerate(io.BufferedReader(stream), 1):
                if line.strip():
                    yield f"{path}:{number}", line
    except zstandard.ZstdError as error:
        faults.append(f"{path}: not readable as Zstandard ({error})")


def _parse(line: bytes, group: str, place: str, faults: list[str]) -> Pair | None:
    try:
        row = json.loads(line)
    except ValueError as error:  # UnicodeDecodeError is one
        faults.append(f"{place}: expected UTF-8 JSON, found {error}")
        return None
    if not isinstance(row, dict):
        faults.append(f"{place}: expected a JSON object, found {type(row).__name__}")
        return None
    for key in ("a", "b"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            faults.append(f'{place}: expected text under "{key}", found {row.get(key)!r}')
            return None
    if group == QUESTIONS:
        group = f"{QUESTIONS}/{'en' if row.get('lang') == 'en' else 'zh'}"
    return Pair(row["a"], row["b"], str(row.get("source") or UNNAMED), group)
