"""The stored texts that quotes are looked for in, and for a quote that stands nowhere the text that is nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

# Below this likeness two texts share letters by chance.
_ALIKE = 65
_NAMES_ALIKE = 60
# Characters of other documents that are read for quotes that stand nowhere, in all: seconds of work, not minutes.
_MOST_SEARCHED = 400_000_000
_MOST_COMPARED = 40_000_000
_SHOWN = 160
# Work grows with the square of a quote's length; of a longer one the beginning finds the place.
_LONGEST = 400


class Solid:
    """A stored text without white space, and the offset at which each character that is left stands in the stored text."""

    def __init__(self, stored: str) -> None:
        self.stored, self.text = stored, "".join(stored.split())

    @cached_property
    def places(self) -> list[int]:
        """Return the offset of every character of `text` in the stored text."""
        return [i for i, c in enumerate(self.stored) if not c.isspace()]

    def occurrences(self, quote: str) -> tuple[tuple[int, ...], ...]:
        """Return the non-blank offsets of every place where the quote stands, white space not counting."""
        wanted = "".join(quote.split())
        found, at = [], self.text.find(wanted)
        while at >= 0:
            found.append(tuple(self.places[at : at + len(wanted)]))
            at = self.text.find(wanted, at + 1)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Near:
    """A stretch of a stored text that resembles a quote, and how much (0-100)."""

    start: int
    end: int
    text: str
    likeness: float


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
        head = f"found no {_cut(quote)!r} in {file}, expected the quote letter for letter"
        if strayed:
            return f"{head}; {strayed[0]}"
        if near := nearest(here, quote):
            return f"{head}; the nearest text there is at {near.start}-{near.end}: {_cut(near.text)!r}"
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
        return f"the nearest text is in {other} at {near.start}-{near.end}: {_cut(near.text)!r}"

    def _others(self, file: str) -> Iterator[tuple[str, Solid]]:
        for other in self._files:
            if other != file and (solid := self.solid(other)) is not None:
                yield other, solid


def nearest(solid: Solid, quote: str) -> Near | None:
    """Return the stretch of a text that is most like the first 400 letters of a quote, None where nothing is.

    White space does not count.
    Likeness: the share of letters that both have in the same order, in per cent (normalised indel similarity).
    """
    from rapidfuzz import fuzz  # only faulty questions need it

    wanted = "".join(quote.split())[:_LONGEST]
    if not wanted or not solid.text:
        return None
    found = fuzz.partial_ratio_alignment(wanted, solid.text, score_cutoff=_ALIKE)
    if found is None or len(wanted) > 2 * len(solid.text):
        return None
    start, end = _widened(wanted, solid.text, found.dest_start, found.dest_end)
    first, last = solid.places[start], solid.places[end - 1] + 1
    return Near(first, last, " ".join(solid.stored[first:last].split()), found.score)


def _widened(quote: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Fit a window, which is as long as the quote, to what the text has in its place: it may be longer or shorter."""
    from rapidfuzz.distance import Indel  # only faulty questions need it

    room = max(4, len(quote) // 4)
    low, high = max(0, start - room), min(len(text), end + room)
    blocks = [b for b in Indel.opcodes(quote, text[low:high]).as_matching_blocks() if b.size > 1]
    if not blocks:
        return start, end
    # Letters at either end that the text has otherwise have as many in their place, more or less.
    before, after = blocks[0].a, len(quote) - blocks[-1].a - blocks[-1].size
    fitted = low + blocks[0].b - min(before, room), low + blocks[-1].b + blocks[-1].size + min(after, room)
    return max(0, fitted[0]), min(len(text), fitted[1])


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
