"""The fitted parameters on disk: those that ship with the program, and a data folder's own, `fitted.json`.

A file names every feature that it weighs: one that was fitted to other features, or to another encoder, is not used. Whatever
is wrong with the data folder's own file, answers go on without it, and the log says why and what to do.
"""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from qa.connection import sync_folder
from qa.errors import SettingsError
from qa.retrieval.fusion import CONFIDENCE_FEATURES, FEATURES, Fitted, Origin

log = logging.getLogger(__name__)
FILE = "fitted.json"
# Raised when the meaning of a feature or of a number in the file changes.
FORMAT = 1
RESET = "jianghai-qa evaluate --reset-fit"
_AGAIN = f"fit again with: jianghai-qa evaluate FILE --fit, or take the file away with: {RESET}"
_OFFSET = "offset"


@cache
def shipped_parameters() -> Fitted | None:
    """Return the parameters that ship with the program, or None when there are none."""
    file = resources.files("qa").joinpath("data", FILE)
    return _read(json.loads(file.read_text(encoding="utf-8")), Origin.SHIPPED) if file.is_file() else None


def own_parameters(data_dir: Path, encoder_fingerprint: str) -> Fitted | None:
    """Return the parameters fitted in this data folder, or None, with a line in the log when a file cannot be used."""
    path = data_dir / FILE
    try:
        own = _read_file(path)
        if own.encoder_fingerprint != encoder_fingerprint:
            raise ValueError(f"fitted to encoder {own.encoder_fingerprint}, expected {encoder_fingerprint} as now set")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, OverflowError, RecursionError) as fault:
        log.warning("%s is not used (%s); %s", path, fault, _AGAIN)
        return None
    return own


def read_parameters(path: Path) -> Fitted:
    """Return the parameters of a file that `evaluate --fit` has written; raise `SettingsError` when it holds none."""
    try:
        return _read_file(path)
    except (OSError, ValueError, OverflowError, RecursionError) as fault:
        raise SettingsError(
            f"{path} holds no weights ({fault}); expected a {FILE} as evaluate --fit writes it"
        ) from fault


def _read_file(path: Path) -> Fitted:
    raw = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        found = repr(raw.get("format")) if isinstance(raw, dict) else type(raw).__name__
        raise ValueError(f"found format {found}, expected {FORMAT}")
    return _read(raw, Origin.OWN)


def fitted_to(encoder_fingerprint: str, data_dir: Path | None = None) -> Fitted | None:
    """Return the data folder's own parameters, else the shipped ones, if fitted to this encoder: another must not use them."""
    own = None if data_dir is None else own_parameters(data_dir, encoder_fingerprint)
    shipped = shipped_parameters()
    fits = shipped is not None and shipped.encoder_fingerprint == encoder_fingerprint
    return own or (shipped if fits else None)


def as_json(fitted: Fitted) -> dict[str, Any]:
    """Return the parameters in the form of the file, every weight with the name of its feature."""
    slope, offset = fitted.relevance
    return {
        "format": FORMAT,
        "encoder_fingerprint": fitted.encoder_fingerprint,
        "ranking": _named(FEATURES, fitted.ranking),
        "relevance": _named(("slope", _OFFSET), (slope, offset)),
        "confidence": _named((*CONFIDENCE_FEATURES, _OFFSET), fitted.confidence),
        "threshold": round(fitted.threshold, 4),
    }


def write_own(data_dir: Path, content: Mapping[str, Any]) -> None:
    """Make `content` the data folder's own parameters: written beside the file, made durable, renamed over it."""
    unfinished = data_dir / f"{FILE}.{os.getpid()}.new"
    with unfinished.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(unfinished, data_dir / FILE)
    sync_folder(data_dir)


def remove_own(data_dir: Path) -> bool:
    """Take the data folder's own parameters away; return whether there were any."""
    found = (data_dir / FILE).exists()
    (data_dir / FILE).unlink(missing_ok=True)
    return found


def _named(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in zip(names, values, strict=True)}


def _read(raw: dict[str, Any], origin: Origin) -> Fitted:
    """Return the parameters that a file holds; raise `ValueError` that says what was found and expected."""
    fingerprint = raw.get("encoder_fingerprint")
    if not isinstance(fingerprint, str):
        raise ValueError(f"found encoder_fingerprint {fingerprint!r}, expected a text")
    slope, offset = _numbers(raw, "relevance", ("slope", _OFFSET))
    threshold = _number("threshold", raw.get("threshold"))
    ranking = _numbers(raw, "ranking", FEATURES)
    confidence = _numbers(raw, "confidence", (*CONFIDENCE_FEATURES, _OFFSET))
    return Fitted(fingerprint, ranking, (slope, offset), confidence, threshold, origin)


def _numbers(raw: dict[str, Any], group: str, names: Sequence[str]) -> tuple[float, ...]:
    """Return the numbers of these names in their order; the group must hold these names and no more."""
    found = raw.get(group)
    if not isinstance(found, dict):
        raise ValueError(f"found {group} {type(found).__name__}, expected an object of numbers")
    missing = [name for name in names if name not in found]
    unknown = [name for name in found if name not in names]
    if missing or unknown:
        parts = (("not", missing), ("also", unknown))
        differ = "; ".join(f"{said} {', '.join(some)}" for said, some in parts if some)
        raise ValueError(f"{group} holds {differ}; expected the features of this version")
    return tuple(_number(f"{group}.{name}", found[name]) for name in names)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"found {name} {value!r}, expected a number")
    return float(value)
