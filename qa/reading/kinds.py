"""What a line of a page is taken for while the page is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from qa.reading.bylines import closing_byline
from qa.reading.chars import ends_paragraph
from qa.reading.lines import Line


class Kind(Enum):
    """The part that a line plays."""

    HEAD = auto()
    SUBHEAD = auto()
    LABEL = auto()
    FURNITURE = auto()
    BYLINE = auto()
    LEAD = auto()
    TEXT = auto()
    CAPTION = auto()
    REPEAT = auto()


@dataclass(frozen=True, slots=True)
class Unit:
    """One line with its kind.

    `wide` says that more blank lines than usual stand above it. `fresh` says, on a page that indents its paragraphs, that
    the line is indented (or that it is not); it is None on a page without indents. `whole` says that no layout has cut the
    line: it stands in a document whose paragraphs are marked as such.
    """

    line: Line
    text: str
    kind: Kind
    wide: bool
    fresh: bool | None = None
    whole: bool = False

    @property
    def is_text(self) -> bool:
        """Tell whether this is running text, with or without a byline in front."""
        return self.kind in (Kind.TEXT, Kind.LEAD)

    @property
    def is_open(self) -> bool:
        """Tell whether this is running text that breaks off before its sentence ends."""
        return (
            self.is_text
            and not self.whole
            and closing_byline(self.text) == len(self.text)
            and not ends_paragraph(self.text)
        )

    @property
    def form(self) -> tuple[int, bool, bool]:
        """Return how a headline is marked: its `#` marks, bold, brackets or a bullet."""
        return self.line.level, self.line.bold, self.text.startswith(tuple("【[〔□■◆◇◎●○▲△☆★►▶•"))


def neighbour(units: Sequence[Unit], place: int, step: int) -> Unit | None:
    """Return the nearest unit before (-1) or after (1) a place that is neither caption, repeat nor page furniture."""
    place += step
    while 0 <= place < len(units):
        if units[place].kind not in (Kind.CAPTION, Kind.REPEAT, Kind.FURNITURE):
            return units[place]
        place += step
    return None
