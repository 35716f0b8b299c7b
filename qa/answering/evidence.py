"""What a sentence may be proved with: the passages that it cites, each read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from qa.answering.counted import Counted, counted
from qa.answering.figures import Figures, printed
from qa.fold import fold
from qa.records import CitedHit


@dataclass(frozen=True)
class Evidence:
    """One passage as the model was given it; what stands beside its text (headline, date, byline) counts for names and dates."""

    hit: CitedHit

    @cached_property
    def beside(self) -> tuple[str, ...]:
        """What is printed or known of the passage besides its text."""
        c = self.hit.citation
        return tuple(one for one in (c.title, c.byline, c.publication, c.note) if one)

    @cached_property
    def figures(self) -> Figures:
        """Return the figures of the text and what stands beside it."""
        c = self.hit.citation
        return printed((self.hit.text, *self.beside), (c.published, c.event_date))

    @cached_property
    def counted(self) -> Counted:
        """Return what the numbers of the text and of what stands beside it count."""
        return counted(self.readable)

    @cached_property
    def squeezed(self) -> str:
        """Return the text without white space, as printed."""
        return squeezed(self.hit.text)

    @cached_property
    def names(self) -> str:
        """Return all that a name may stand in, folded, without white space."""
        return fold(squeezed("\n".join((self.hit.text, *self.beside))))

    @cached_property
    def readable(self) -> str:
        """Return the text and what stands beside it, folded, words apart."""
        return fold("\n".join((self.hit.text, *self.beside)))


def squeezed(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.split())
