"""Decide which rows make up the batch of each step.

Everything follows from (seed, step) alone: a resumed run needs no state of a random generator to go on as before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Share of the batches. A group that is not named here (a file of the user's own) has DEFAULT_SHARE.
SHARES: Mapping[str, float] = {
    "everyday_questions/zh": 6,
    "everyday_questions/en": 6,
    "news_context": 5,
    "news_lead": 3,
    "headline_body": 5,
    "question_passage": 4,
    "paraphrase": 2,
    "parallel": 5,
    "dictionary": 4,
    "romanised": 2,
}
DEFAULT_SHARE = 3.0


@dataclass(frozen=True, slots=True)
class Draw:
    """Name the group and the rows of one batch."""

    group: str
    rows: NDArray[np.int64]


class Schedule:
    """Draw batches from one group at a time, each group in a new order every time it has been gone through."""

    def __init__(self, sizes: Mapping[str, int], batch: int, steps: int, seed: int) -> None:
        self._groups: Sequence[str] = sorted(sizes)
        self._sizes, self._batch, self._seed = dict(sizes), batch, seed
        shares = np.array([SHARES.get(name, DEFAULT_SHARE) for name in self._groups])
        self._chosen = np.random.default_rng([seed, 0]).choice(len(shares), size=steps, p=shares / shares.sum())
        earlier = np.zeros(steps, np.int64)
        for group in range(len(shares)):
            here = self._chosen == group
            earlier[here] = np.arange(here.sum())
        self._earlier = earlier

    def draw(self, step: int) -> Draw:
        """Return the batch of `step`, which counts from 0."""
        group = int(self._chosen[step])
        name = self._groups[group]
        size = self._sizes[name]
        batch = min(self._batch, size)
        epoch, place = divmod(int(self._earlier[step]), size // batch)
        order = np.random.default_rng([self._seed, 1, group, epoch]).permutation(size)
        return Draw(name, order[place * batch : (place + 1) * batch])
