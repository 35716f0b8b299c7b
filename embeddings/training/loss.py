"""The training objective: in a batch, each text's own partner should be its nearest, both ways."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

_NEVER = -1e4


def ranking_loss(a: "Tensor", b: "Tensor", scale: float, same: "Tensor") -> "Tensor":
    """Return the mean cross entropy of finding b[i] from a[i] among all of `b`, and a[i] from b[i].

    `same[i, j]` marks the pairs that are no true negatives, because a text of theirs is the same.
    Symbols: S = scale · a bᵀ, loss = CE(S, i) + CE(Sᵀ, i).
    Source: multiple negatives ranking loss, https://arxiv.org/abs/1705.00652.
    """
    # torch takes 1.4 s to import; only training pays for it.
    import torch
    from torch.nn.functional import cross_entropy

    scores = ((a @ b.T) * scale).masked_fill(same, _NEVER)
    target = torch.arange(len(a))
    return cross_entropy(scores, target) + cross_entropy(scores.T, target)


def same_texts(numbers_a: NDArray[np.int64], numbers_b: NDArray[np.int64]) -> "Tensor":
    """Return the (n, n) mask of other pairs of the batch whose `a` or `b` is the same text."""
    import torch

    same = (numbers_a[:, None] == numbers_a[None, :]) | (numbers_b[:, None] == numbers_b[None, :])
    np.fill_diagonal(same, False)
    return torch.from_numpy(same)
