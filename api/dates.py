"""Checks of the partial dates in requests; what a partial date means is `qa.dates`' to say."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

from qa.dates import interval
from qa.errors import InvalidRequest

_EXPECTED = "a real date as YYYY, YYYY-MM or YYYY-MM-DD"


def check_date(text: str) -> str:
    """Return the text when it is a partial date, else raise pydantic's error with what was expected."""
    try:
        # The digits are ASCII in ISO 8601; Python's would take those of any script.
        interval(text if text.isascii() else "")
    except InvalidRequest:
        raise PydanticCustomError("date", "not a date", {"expected": _EXPECTED}) from None
    return text


def check_order(name: str, earliest: str | None, latest: str | None) -> None:
    """Raise when the interval of `earliest` begins after that of `latest` ends."""
    if earliest and latest and interval(earliest)[0] > interval(latest)[1]:
        found = f"{name}_from {earliest} after {name}_to {latest}"
        expected = f"{name}_from not after {name}_to"
        raise PydanticCustomError("dates", "dates in the wrong order", {"found": found, "expected": expected})
