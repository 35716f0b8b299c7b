"""What is compared in one call: retrievers, each over passages of some length, by some encoder, with some weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from qa.records import Mode

# Weights that are no file: what serves, what ships with the program, and none (the legs merged by rank).
SERVING, SHIPPED, RANKS = "serving", "shipped", "ranks"


@dataclass(frozen=True, slots=True)
class Setup:
    """What questions are asked of. `encoder` and `length` (characters of a passage) are None where they stay as they are."""

    encoder: str | None = None
    length: int | None = None
    weights: str = SERVING

    @property
    def index(self) -> tuple[str | None, int | None]:
        """What the index depends on: setups that share it share an index."""
        return self.encoder, self.length


@dataclass(frozen=True, slots=True)
class Contender:
    """A retriever over a setup, by a name that tells it from the others."""

    name: str
    mode: Mode
    setup: Setup


def contenders(
    modes: Sequence[Mode],
    encoders: Sequence[str | None] = (None,),
    lengths: Sequence[int | None] = (None,),
    weights: Sequence[str] = (SERVING,),
) -> list[Contender]:
    """Return every combination, those of one index together; weights concern hybrid alone.

    A name says the retriever, and beside it only what differs between the contenders.
    """
    found = []
    for encoder, length in product(encoders, lengths):
        for mode in modes:
            own = weights if mode is Mode.HYBRID else weights[:1]
            for one in own:
                parts = [str(mode)]
                parts += [str(encoder or "encoder as set")] if len(encoders) > 1 else []
                parts += (
                    ["passages as they are" if length is None else f"{length} characters"] if len(lengths) > 1 else []
                )
                parts += [f"{one} weights"] if len(own) > 1 else []
                found.append(Contender(", ".join(parts), mode, Setup(encoder, length, one)))
    return found
