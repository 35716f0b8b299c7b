"""The report of an evaluation as one HTML file: its data as JSON, and the page that shows it, which asks no other host."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from qa.errors import InvalidRequest

FORMAT = 1
# In the order in which they build on each other.
SCRIPTS = (
    *("words", "dom", "model", "diagnosis", "explain", "ranking", "question", "charts", "summary", "mending"),
    *("comparison", "answers", "list", "main"),
)
_SLOT = re.compile(r"\{\{([a-z ]+)\}\}")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write a report as one HTML file that needs nothing else; raise `InvalidRequest` when it cannot be written."""
    try:
        path.write_text(as_html(report), encoding="utf-8", newline="\n")
    except OSError as fault:
        raise InvalidRequest(
            f"{path} cannot be written ({fault}); expected a file in a folder that exists, name another folder: --report FOLDER"
        ) from fault


def as_html(report: Mapping[str, Any]) -> str:
    """Return the page with its data; raise `ValueError` for a report of another format."""
    if report.get("format") != FORMAT:
        raise ValueError(f"found a report of format {report.get('format')!r}, expected {FORMAT}")
    style, script = _page("report.css"), _script()
    content = {
        "style": style,
        "script": script,
        "data": _embedded(_shared(report)),
        "style hash": _hash(style),
        "script hash": _hash(script),
    }
    # What is put in is not looked through again: a text may hold anything.
    return _SLOT.sub(lambda slot: content[slot[1]], _page("report.html"))


def _page(name: str) -> str:
    return resources.files("qa").joinpath("evaluation", "report", "page", name).read_text(encoding="utf-8")


def _script() -> str:
    """Return all scripts as one, with names that stay inside."""
    parts = "\n".join(_page(f"{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def _hash(text: str) -> str:
    """Return what a content security policy knows an inline script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(value: Any) -> str:
    """Return JSON that cannot end the element that holds it, nor begin a comment there."""
    try:
        text = _json(value)
    except ValueError:
        text = _json(_finite(value))
    text = text.replace("<", "\\u003c")
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _finite(value: Any) -> Any:
    """Return a value with null for every number that JSON cannot say."""
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _shared(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report with each explanation once: several runs that find the same passage of a question share it."""
    places: dict[int, int] = {}
    explanations: list[Any] = []

    def placed(hit: Mapping[str, Any]) -> dict[str, Any]:
        explanation = hit.get("explain")
        if not isinstance(explanation, Mapping):
            return dict(hit)
        key = id(explanation)
        if key not in places:
            places[key] = len(explanations)
            explanations.append(explanation)
        return {**hit, "explain": places[key]}

    def question(one: Mapping[str, Any]) -> dict[str, Any]:
        return {**one, **{name: [placed(hit) for hit in one[name]] for name in ("hits", "missed") if name in one}}

    runs = [{**run, "questions": [question(one) for one in run["questions"]]} for run in report["runs"]]
    return {**report, "runs": runs, "explanations": explanations}
