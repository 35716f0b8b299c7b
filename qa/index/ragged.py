"""Rows of different length in one array: the values of row `i` are `values[offsets[i]:offsets[i + 1]]`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def ragged(values: Array, offsets: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    """Return the values of the given rows, one row after the other, and how many each has."""
    starts, lengths = offsets[rows], offsets[rows + 1] - offsets[rows]
    # The n-th value wanted stands n places after the start of its row, less what the rows before took.
    shifts = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    return values[shifts + np.arange(len(shifts))], lengths


def offsets_of(lengths: Array) -> NDArray[np.int64]:
    """Return where each row begins and the last one ends, (rows + 1,)."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
