"""Print for people and for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from qa.records import Citation


def print_json(value: Any) -> None:
    """Print a value as JSON, Chinese characters as they are."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def say(line: str) -> None:
    """Tell a person what is being done; standard output stays free for results."""
    print(line, file=sys.stderr, flush=True)


def progress(label: str) -> Callable[[int, int], None]:
    """Return a report `(done, all)` that shows a bar on a terminal once the work has taken a second."""
    started = time.monotonic()
    state: dict[str, Any] = {}

    def report(done: int, total: int) -> None:
        if not sys.stderr.isatty() or time.monotonic() - started < 1:
            return
        if "bar" not in state:
            from tqdm import tqdm

            state["bar"] = tqdm(total=total, desc=label, leave=False)
        state["bar"].update(done - state["bar"].n)
        if done >= total:
            state["bar"].close()

    return report


def citation_json(citation: Citation, base: str) -> dict[str, Any]:
    """Return a citation with the fields that the HTTP API gives it."""
    fields = asdict(citation)
    fields["url"] = base + fields.pop("path")
    fields["also_in"] = [citation_json(c, base) for c in citation.also_in]
    return fields


def source_line(citation: Citation, base: str) -> str:
    """Return one line that names where a text stands; the page where the document has pages."""
    where = " · ".join(p for p in (citation.publication, citation.published, citation.title) if p)
    page = f"第{citation.page}页 · " if citation.page is not None else ""
    return f"{where} · {page}第{citation.paragraph}段 ({citation.file} {_places(citation)})\n    {base}{citation.path}"


def _places(citation: Citation) -> str:
    return ", ".join(f"{start}-{end}" for start, end in citation.spans)
