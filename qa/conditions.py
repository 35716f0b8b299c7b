"""Conditions on what is known of documents: comparisons and how they are joined, and which documents meet them.

A partial date is an interval of days: two are equal where they overlap, and one is after another when some day of it is later
than all of the other's. Each `NOT_` is the contrary of its operator, so an unknown value is never equal and always not equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa.dates import interval
from qa.errors import InvalidRequest
from qa.records import DocumentFacts

FIELDS = ("document_id", "file", "publication", "published")


class Operator(StrEnum):
    """How a field is compared; those of the second line with dates only."""

    EQUAL, IN, CONTAINS, STARTS, ENDS, EMPTY = "equal", "in", "contains", "starts", "ends", "empty"
    FROM, TO, AFTER, BEFORE = "from", "to", "after", "before"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison; EMPTY has no value, IN any number, the others one."""

    field: str
    operator: Operator
    values: tuple[str, ...]
    contrary: bool = False

    def __post_init__(self) -> None:
        """Raise `InvalidRequest` for a field, an operator or a date that cannot be compared."""
        if self.field not in FIELDS:
            raise InvalidRequest(f"found a condition on {self.field[:60]!r}, expected one of {', '.join(FIELDS)}")
        if self.field == "published":
            if self.operator in _ON_TEXT:
                raise InvalidRequest(f"found {self.operator} for the date `published`, expected a comparison of dates")
            for value in self.values:
                interval(value)
        elif self.operator in _ON_DATES:
            raise InvalidRequest(f"found {self.operator} for the text `{self.field}`, expected a comparison of texts")


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions of which all, or any, must be met."""

    parts: tuple[Condition, ...]
    every: bool


Condition = Comparison | Joined

_ON_TEXT: Mapping[Operator, Callable[[str, str], bool]] = {
    Operator.CONTAINS: lambda found, value: value in found,
    Operator.STARTS: str.startswith,
    Operator.ENDS: str.endswith,
}
_ON_DATES = (Operator.FROM, Operator.TO, Operator.AFTER, Operator.BEFORE)


def meeting(documents: Sequence[DocumentFacts], condition: Condition) -> tuple[str, ...]:
    """Return the ids of the documents that meet a condition, in their order."""
    return tuple(document.id for document in documents if meets(document, condition))


def meets(document: DocumentFacts, condition: Condition) -> bool:
    """Say whether a document meets a condition."""
    if isinstance(condition, Joined):
        results = (meets(document, part) for part in condition.parts)
        return all(results) if condition.every else any(results)
    found = document.id if condition.field == "document_id" else getattr(document, condition.field)
    return _compared(condition, found) is not condition.contrary


def _compared(condition: Comparison, found: str | None) -> bool:
    if condition.operator is Operator.EMPTY or not found:
        return condition.operator is Operator.EMPTY and not found
    compare = _date_compared if condition.field == "published" else _text_compared
    return any(compare(condition.operator, found, value) for value in condition.values)


def _text_compared(operator: Operator, found: str, value: str) -> bool:
    return _ON_TEXT[operator](found, value) if operator in _ON_TEXT else found == value


def _date_compared(operator: Operator, found: str, value: str) -> bool:
    (first, last), (low, high) = interval(found), interval(value)
    return {
        Operator.FROM: last >= low,
        Operator.TO: first <= high,
        Operator.AFTER: last > high,
        Operator.BEFORE: first < low,
    }.get(operator, first <= high and low <= last)
