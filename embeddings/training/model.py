"""The weights in training, and their optimiser.

sentence-transformers' own trainer works with a dense Adam over the whole table: at 85,000 rows that is over ten
times the work of the rows that a batch touches. This loop takes the touched rows out, differentiates those
alone, and puts them back; the finished table goes into sentence-transformers' StaticEmbedding module
(`saving`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings.training.tokens import Tokens

if TYPE_CHECKING:
    from torch import Tensor

_BETA_1, _BETA_2, _TINY = 0.9, 0.999, 1e-8


@dataclass(frozen=True, slots=True)
class State:
    """Hold the weights (vocabulary, dimensions) and the moments of Adam; `update` changes them in place."""

    weights: "Tensor"
    mean: "Tensor"
    square: "Tensor"

    def update(self, rows: "Tensor", gradient: "Tensor", step: int, rate: float) -> None:
        """Apply Adam to `rows` only, with the bias correction of `step` (from 0).

        m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², w ← w - rate · √(1-β₂ᵗ)/(1-β₁ᵗ) · m/(√v + ε), t = step + 1.
        Source: https://arxiv.org/abs/1412.6980, in the form of torch.optim.SparseAdam.
        """
        mean = self.mean.index_select(0, rows).mul_(_BETA_1).add_(gradient, alpha=1 - _BETA_1)
        square = self.square.index_select(0, rows).mul_(_BETA_2).addcmul_(gradient, gradient, value=1 - _BETA_2)
        self.mean.index_copy_(0, rows, mean)
        self.square.index_copy_(0, rows, square)
        size = rate * (1 - _BETA_2 ** (step + 1)) ** 0.5 / (1 - _BETA_1 ** (step + 1))
        self.weights.index_add_(0, rows, mean.div_(square.sqrt_().add_(_TINY)), alpha=-size)


def new_state(vocabulary: int, dimensions: int, seed: int) -> State:
    """Return small random weights. The padding and the unknown piece (rows 0 and 1) are zero and stay so."""
    import torch

    weights = np.random.default_rng([seed, 2]).normal(0, 0.1, (vocabulary, dimensions)).astype(np.float32)
    weights[:2] = 0
    table = torch.from_numpy(weights)
    return State(table, torch.zeros_like(table), torch.zeros_like(table))


class BatchRows:
    """Take the rows that some texts use out of the table, to be differentiated on their own."""

    def __init__(self, weights: "Tensor", texts: list[Tokens]) -> None:
        import torch

        used = np.zeros(len(weights), bool)
        for tokens in texts:
            used[tokens.ids] = True
        places = np.flatnonzero(used)
        self._local = np.zeros(len(weights), np.int64)
        self._local[places] = np.arange(len(places))
        self.rows = torch.from_numpy(places)
        self.values = weights[self.rows].requires_grad_()

    def vectors(self, tokens: Tokens) -> "Tensor":
        """Return the unit mean vector of each text."""
        import torch
        from torch.nn.functional import embedding_bag, normalize

        ids = torch.from_numpy(self._local[tokens.ids])
        return normalize(embedding_bag(ids, self.values, torch.from_numpy(tokens.starts[:-1]), mode="mean"), dim=1)
