"""What an expression of time is resolved against: what is known of the article, and what was said before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qa.dates import Days
from qa.dating.expressions import Expression

# How far back 近日 may reach, and what somebody is quoted to have said.
RECENT = timedelta(30)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article: when it was printed, and the days that it tells of; None: not known."""

    written: Days | None
    event: Days | None = None

    @property
    def month(self) -> Days | None:
        """When it was printed, where that is known to the month."""
        return self.written if self.written is not None and self.written.count <= 31 else None

    @property
    def day(self) -> date | None:
        """When it was printed, where that is known to the day."""
        return self.written.first if self.written is not None and self.written.count == 1 else None

    def year(self, *, quoted: bool = False) -> int | None:
        """Return the year that 今年 means, None where it may be one of two; what is quoted was said some days before."""
        if self.written is None:
            return None
        spoken = self.written.first - RECENT if quoted and self.event is None and self.month else self.written.first
        first = min(spoken, self.event.first) if self.event is not None else spoken
        return self.written.last.year if first.year == self.written.last.year else None


@dataclass(frozen=True, slots=True)
class Resolved:
    """An expression and the days that it can mean, None where they are not certain."""

    expression: Expression
    days: Days | None


@dataclass(frozen=True, slots=True)
class Said:
    """What was said before an expression: the day named last, and the expressions resolved so far."""

    anchor: Days | None
    before: tuple[Resolved, ...] = ()

    def frame(self, sentence: int) -> Days | None:
        """Return the explicit year that is spoken of: the last one in this sentence, or one that opened a sentence before."""
        for earlier in reversed(self.before):
            same = earlier.expression.sentence == sentence
            if earlier.expression.point.year is not None and (same or earlier.expression.opens):
                return earlier.days
        return None
