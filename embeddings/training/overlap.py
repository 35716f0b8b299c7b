"""Keep the held-out passages out of the training pairs, also where another pair quotes a run of one."""

from collections.abc import Iterable, Sequence

from embeddings.training.pairs import QUESTIONS, Pair, held_out

RUN = 20
_STRIDE = RUN // 2


class SharedRuns:
    """Find texts that share a run of `RUN` characters with one of the given passages.

    Every shared run of 20 contains a run of 10 that begins at a multiple of 10, so looking at every tenth
    position first is enough, and ten times faster than looking at all.
    """

    def __init__(self, passages: Iterable[str]) -> None:
        self._whole = frozenset(passages)
        self._short = frozenset[str]().union(*(_runs(text, _STRIDE) for text in self._whole))
        self._long = frozenset[str]().union(*(_runs(text, RUN) for text in self._whole))

    def touch(self, text: str) -> bool:
        """Tell whether `text` is one of the passages, or shares a run with one."""
        if text in self._whole:
            return True
        short = (text[i : i + _STRIDE] for i in range(0, len(text) - _STRIDE + 1, _STRIDE))
        return not self._short.isdisjoint(short) and not self._long.isdisjoint(_runs(text, RUN))


def drop_held_out(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs, in their order, that touch no held-out passage of the everyday questions."""
    passages = {pair.b for pair in pairs if pair.group.startswith(QUESTIONS) and held_out(pair.b)}
    shared = SharedRuns(passages)
    return [pair for pair in pairs if not (shared.touch(pair.a) or shared.touch(pair.b))]


def _runs(text: str, length: int) -> set[str]:
    return {text[i : i + length] for i in range(len(text) - length + 1)}
