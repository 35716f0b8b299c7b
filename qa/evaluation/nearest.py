"""A stored text that quotes are looked for in, and for a quote that does not stand in it what is nearest to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from qa.fold import fold

# Below this likeness two texts share letters by chance.
_ALIKE = 65
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

    @cached_property
    def folded(self) -> str:
        """Return `text` as `alike` folds it, letter for letter."""
        return alike(self.text)

    def occurrences(self, quote: str) -> tuple[tuple[int, ...], ...]:
        """Return the non-blank offsets of every place where the quote stands, white space not counting."""
        wanted = "".join(quote.split())
        found, at = [], self.text.find(wanted)
        while at >= 0:
            found.append(tuple(self.places[at : at + len(wanted)]))
            at = self.text.find(wanted, at + 1)
        return tuple(found)


def alike(text: str) -> str:
    """Return a text of the same length without the differences of case, width and script (Traditional, Simplified)."""
    return text.translate({ord(c): folded for c in set(text) if len(folded := fold(c)) == 1})


@dataclass(frozen=True, slots=True)
class Near:
    """A stretch of a stored text that resembles a quote, and how much (0-100)."""

    start: int
    end: int
    text: str
    likeness: float


def nearest(solid: Solid, quote: str) -> Near | None:
    """Return the stretch of a text that is most like the first 400 letters of a quote, None where nothing is.

    White space, case, width and script do not count.
    Likeness: the share of letters that both have in the same order, in per cent (normalised indel similarity).
    """
    from rapidfuzz import fuzz  # only faulty questions need it

    wanted = alike("".join(quote.split())[:_LONGEST])
    if not wanted or not solid.text:
        return None
    found = fuzz.partial_ratio_alignment(wanted, solid.folded, score_cutoff=_ALIKE)
    if found is None or len(wanted) > 2 * len(solid.text):
        return None
    start, end = _widened(wanted, solid.folded, found.dest_start, found.dest_end)
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


def cut(text: str) -> str:
    """Return as much of a text as a message shows."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
