"""The stored texts that quotes are looked for in, and what is said of a quote that does not stand where it should."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from qa.evaluation.gaps import gap_fault
from qa.evaluation.nearest import Near, Solid, cut, nearest

_NAMES_ALIKE = 60
# Characters of other documents that are read for quotes that stand nowhere, in all: seconds of work, not minutes.
_MOST_SEARCHED = 400_000_000
_MOST_COMPARED = 40_000_000


class Shelf:
    """The texts of some documents, each prepared once; `files` names those that are searched for strayed quotes."""

    def __init__(self, stored_text: Callable[[str], str | None], files: Collection[str] = ()) -> None:
        self._stored_text, self._files = stored_text, files
        self._solid: dict[str, Solid | None] = {}
        self._searched = self._compared = 0

    def solid(self, file: str) -> Solid | None:
        """Return the text of a document, None when there is none of that name."""
        if file not in self._solid:
            stored = self._stored_text(file)
            self._solid[file] = None if stored is None else Solid(stored)
        return self._solid[file]

    def fault(self, file: str, quote: str) -> str:
        """Say what is wrong with a quote that does not stand in its document, and what was probably meant."""
        here = self.solid(file)
        strayed = self._strayed(file, "".join(quote.split()))
        if here is None:
            return "; ".join([f"found no document {file!r}, expected it in the library", *self._names(file), *strayed])
        head = f"found no {cut(quote)!r} in {file}, expected the quote letter for letter"
        if strayed:
            return f"{head}; {strayed[0]}"
        if gap := gap_fault(here, quote):
            return f"found no {cut(quote)!r} in {file}, {gap}"
        if near := nearest(here, quote):
            return f"{head}; the nearest text there is at {near.start}-{near.end}: {cut(near.text)!r}"
        return f"{head}; {self._near_elsewhere(file, quote)}"

    def _names(self, file: str) -> list[str]:
        from rapidfuzz import fuzz, process  # only faulty questions need it

        found = process.extract(file, list(self._files), scorer=fuzz.ratio, limit=3, score_cutoff=_NAMES_ALIKE)
        return [f"the nearest names are {', '.join(name for name, _, _ in found)}"] if found else []

    def _strayed(self, file: str, wanted: str) -> list[str]:
        holding: list[str] = []
        for other, solid in self._others(file):
            if self._searched > _MOST_SEARCHED or len(holding) == 3:
                break
            self._searched += len(solid.text)
            if wanted in solid.text:
                holding.append(other)
        return [f"it stands in {', '.join(holding)}"] if holding and wanted else []

    def _near_elsewhere(self, file: str, quote: str) -> str:
        best: tuple[float, str, Near] | None = None
        for other, solid in self._others(file):
            if self._compared > _MOST_COMPARED:
                break
            self._compared += len(solid.text)
            near = nearest(solid, quote)
            if near and (best is None or near.likeness > best[0]):
                best = near.likeness, other, near
        if best is None:
            return "nothing like it stands there"
        _, other, near = best
        return f"the nearest text is in {other} at {near.start}-{near.end}: {cut(near.text)!r}"

    def _others(self, file: str) -> Iterator[tuple[str, Solid]]:
        for other in self._files:
            if other != file and (solid := self.solid(other)) is not None:
                yield other, solid
