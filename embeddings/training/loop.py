"""The training loop: draw a batch, disturb its texts, compare, update the rows that it used."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from embeddings.training.checkpoint import Run, load_checkpoint, save_checkpoint
from embeddings.training.corpus import Corpus
from embeddings.training.loss import ranking_loss, same_texts
from embeddings.training.model import BatchRows, State, new_state
from embeddings.training.schedule import Schedule
from embeddings.training.tokens import Tokens

CHECKPOINT_EVERY = 500
SAY_EVERY = 100


@dataclass(slots=True)
class Losses:
    """Follow each group's loss by a moving average, for the progress line."""

    seen: dict[str, float] = field(default_factory=dict)

    def add(self, group: str, loss: float) -> None:
        """Take one batch's loss in."""
        self.seen[group] = 0.9 * self.seen.get(group, loss) + 0.1 * loss

    def __str__(self) -> str:
        return " ".join(f"{group}={loss:.2f}" for group, loss in sorted(self.seen.items()))


class Trainer:
    """Carry one run from its last checkpoint, or from random weights, to its last step."""

    def __init__(self, corpus: Corpus, run: Run, folder: Path, say: Callable[[str], None]) -> None:
        self._corpus, self._run, self._options = corpus, run, run.options
        self._folder, self._say = folder, say
        sizes = {name: len(group.a) for name, group in corpus.groups.items()}
        self._schedule = Schedule(sizes, self._options.batch, self._options.steps, self._options.seed)

    def train(self, stop_after: int | None = None) -> State:
        """Run the steps that are left and return the state; `stop_after` ends early, as a kill would."""
        options = self._options
        saved = load_checkpoint(self._folder, self._run)
        state, done = saved or (new_state(len(self._corpus.parts), options.dimensions, options.seed), 0)
        losses, begun, first = Losses(), time.monotonic(), done
        for step in range(done, options.steps):
            if step == stop_after:
                return state
            group, loss = self._step(state, step)
            losses.add(group, loss)
            if (step + 1) % SAY_EVERY == 0 or step + 1 == options.steps:
                left = (time.monotonic() - begun) / (step + 1 - first) * (options.steps - step - 1)
                self._say(f"step {step + 1}/{options.steps}, {left:.0f} s left, loss {losses}")
            if (step + 1) % CHECKPOINT_EVERY == 0:
                save_checkpoint(self._folder, self._run, state, step + 1)
        return state

    def _step(self, state: State, step: int) -> tuple[str, float]:
        draw = self._schedule.draw(step)
        group = self._corpus.groups[draw.group]
        rng = np.random.default_rng([self._options.seed, 3, step])
        a, b = (self._disturb(side.take(draw.rows), rng) for side in (group.a, group.b))
        batch = BatchRows(state.weights, [a, b])
        same = same_texts(group.text_a[draw.rows], group.text_b[draw.rows])
        loss = ranking_loss(batch.vectors(a), batch.vectors(b), self._options.scale, same)
        loss.backward()
        gradient = batch.values.grad
        if gradient is not None:
            state.update(batch.rows, gradient, step, self._options.rate_at(step))
        return draw.group, float(loss.item())

    def _disturb(self, tokens: Tokens, rng: np.random.Generator) -> Tokens:
        split = tokens.split(self._options.word_split, self._corpus.parts, rng)
        return split.drop(self._options.token_drop, rng)
