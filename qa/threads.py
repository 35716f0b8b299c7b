"""How many threads NumPy's matrix products may take, and how many processes can work at once."""

from __future__ import annotations

import os


def one_blas_thread() -> None:
    """Let a query's small products run on one thread, unless the environment says otherwise.

    Requests run side by side on threads of their own; two more inside each wait for one another on a busy machine (a
    search took four times as long). It counts only before NumPy is imported.
    """
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
