"""Share out the headlines above two columns: both above the first, or line by line like the text, or all of one article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.reading.headlines import overlap

# The headlines must share so much more with their own columns than with the others', where no byline shows two articles.
_APART = 0.3


def share_heads(
    heads: Sequence[str], left: str, right: str, *, two: bool | None, first_left: bool
) -> tuple[list[int], list[int]] | None:
    """Return the places of the headlines of each column, None where both columns are one article.

    `two` says whether there are surely two articles, None when that is not known; `first_left` whether the line above the
    text would be the left column's, if the headlines alternate as the text does.
    """
    if two is False or not heads:
        return ([], []) if two else None
    near = [overlap(head, left) - overlap(head, right) for head in heads]

    def worth(shared: tuple[list[int], list[int]]) -> float:
        return sum(near[at] for at in shared[0]) - sum(near[at] for at in shared[1])

    best = max(_ways(len(heads), first_left=first_left), key=worth)
    return best if two or worth(best) >= _APART else None


def _ways(count: int, *, first_left: bool) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the ways in which the headlines may stand: one column's after the other's, or in turn from the last one up."""
    places = list(range(count))
    for cut in range(1, count) if count > 1 else (1, 0):
        yield places[:cut], places[cut:]
    if count > 1:
        own = [at for at in places if (count - 1 - at) % 2 == 0]
        others = [at for at in places if at not in own]
        yield (own, others) if first_left else (others, own)
