"""What is asked for, checked before it is searched: the question, how many passages, the filters."""

from __future__ import annotations

from collections.abc import Iterable

from embeddings.encoder import valid_text
from qa.dates import interval
from qa.errors import InvalidRequest
from qa.records import Filters, Mode

LONGEST_QUESTION = 1000
MOST_PASSAGES = 50


def checked(question: str, top_k: int) -> str:
    """Return the question trimmed; raise `InvalidRequest` for an empty or too long one, or an impossible `top_k`."""
    question = valid_text(question).strip()  # an argument of a command may hold bytes that are no text
    if not 1 <= len(question) <= LONGEST_QUESTION:
        raise InvalidRequest(f"found {len(question)} characters, expected a question of 1 to {LONGEST_QUESTION}")
    if not 1 <= top_k <= MOST_PASSAGES:
        raise InvalidRequest(f"found top_k {top_k}, expected 1 to {MOST_PASSAGES}")
    return question


def checked_filters(filters: Filters | None) -> Filters | None:
    """Return the filters; raise `InvalidRequest` when an interval ends before it begins."""
    if filters is not None:
        for name, low, high in (
            ("published", filters.published_from, filters.published_to),
            ("event", filters.event_from, filters.event_to),
        ):
            if low and high and interval(low)[0] > interval(high)[1]:
                raise InvalidRequest(
                    f"found {name} from {low} to {high}, expected an interval that begins before it ends"
                )
    return filters


def checked_mode(mode: Mode, offered: Iterable[Mode]) -> Mode:
    """Return the mode; raise `InvalidRequest` for one that is not offered."""
    names = list(offered)
    if mode not in names:
        hint = "; set a reranker for this mode" if mode is Mode.RERANKED else ""
        raise InvalidRequest(f"found mode {str(mode)!r}, expected one of {', '.join(names)}{hint}")
    return mode
