"""Train the context network: make a teacher's vector of every text out of the static model's tokens.

    loss = mean(1 - v·t) + KL(softmax(10 t tᵀ) ‖ softmax(10 v vᵀ))

over a batch of unit vectors v and targets t; the second term holds the order of likeness within the batch. Source of the
form: G. Hinton, O. Vinyals, J. Dean, Distilling the Knowledge in a Neural Network, 2015.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_

from embeddings.contextual import CONFIG, FORMAT, WEIGHTS
from embeddings.encoder import Vectors
from embeddings.errors import CheckpointMismatch
from embeddings.static import StaticEncoder
from embeddings.training.lessons import TOKEN, Taught
from embeddings.training.network import Network, NetworkOptions

if TYPE_CHECKING:
    from torch import Tensor

_SAY_EVERY, _SAVE_EVERY = 50, 250
_SHARPNESS = 10.0
_PIECES_A_ROUND, _PIECES_A_BATCH = 20_000, 1_024
_STATE = "context.checkpoint.pt"


@dataclass(frozen=True, slots=True)
class ContextOptions:
    """Say how the context network is trained; `share` is the weight of its likeness beside the static one."""

    steps: int = 1_500
    tokens_a_batch: int = 8_192
    rate: float = 2e-3
    token_rate: float = 1e-3
    warm_up: int = 100
    token_drop: float = 0.1
    share: float = 0.3
    seed: int = 0
    network: NetworkOptions = field(default_factory=NetworkOptions)


@dataclass(frozen=True, slots=True)
class _Material:
    """Hold each text's tokens, whether it is a piece of the vocabulary, and its target."""

    ids: list[NDArray[np.int32]]
    piece: NDArray[np.bool_]
    targets: Vectors


class ContextTrainer:
    """Carry one run from its checkpoint, or from the teacher's vectors of the pieces, to its last step."""

    def __init__(
        self, static: StaticEncoder, taught: Taught, options: ContextOptions, folder: Path, say: Callable[[str], None]
    ) -> None:
        self._options, self._say, self._checkpoint = options, say, folder / _STATE
        self._material = _material(static, taught, options.network.longest)
        torch.manual_seed(options.seed)
        first = _first_tokens(static, self._material, options.network.token_dimensions)
        self._network = Network(first, options.network)
        dense = [p for name, p in self._network.named_parameters() if name != "tokens.weight"]
        self._dense = dense
        self._optimisers: tuple[torch.optim.Optimizer, torch.optim.Optimizer] = (
            torch.optim.AdamW(dense, lr=options.rate, weight_decay=0.01),
            torch.optim.SparseAdam([self._network.tokens.weight], lr=options.token_rate),
        )

    def train(self, stop_after: int | None = None) -> Network:
        """Run the steps that are left; `stop_after` leaves the run unfinished after that step, as a kill would."""
        done, losses = self._load(), []
        for step, batch in enumerate(self._batches()):
            if step < done:
                continue
            if step in (self._options.steps, stop_after):
                break
            losses.append(self._step(batch, step))
            if (step + 1) % _SAY_EVERY == 0:
                self._say(
                    f"context: step {step + 1} of {self._options.steps}, likeness {1 - np.mean(losses[-100:]):.4f}"
                )
            if (step + 1) % _SAVE_EVERY == 0:
                self._save(step + 1)
        return self._network

    def finish(self) -> None:
        """Remove the checkpoint of a finished run."""
        self._checkpoint.unlink(missing_ok=True)

    def _batches(self) -> Iterator[NDArray[np.int64]]:
        """Yield batches without end: texts of like length together, each round in a new order."""
        lengths = np.array([len(row) for row in self._material.ids])
        texts = np.flatnonzero((lengths > 0) & ~self._material.piece)
        pieces = np.flatnonzero((lengths > 0) & self._material.piece)
        round_ = 0
        while True:
            rng = np.random.default_rng([self._options.seed, round_])
            order = rng.permutation(texts)
            order = order[np.argsort(lengths[order] + rng.integers(0, 12, len(order)), kind="stable")]
            found = list(_filled(order, lengths, self._options.tokens_a_batch))
            some = rng.permutation(pieces)[:_PIECES_A_ROUND]
            found += [some[i : i + _PIECES_A_BATCH] for i in range(0, len(some), _PIECES_A_BATCH)]
            for i in rng.permutation(len(found)):
                yield found[i]
            round_ += 1

    def _step(self, batch: NDArray[np.int64], step: int) -> float:
        options, rng = self._options, np.random.default_rng([self._options.seed, 1, step])
        part = min(1.0, (step + 1) / options.warm_up) * max(0.02, 1 - step / options.steps)
        for optimiser, rate in zip(self._optimisers, (options.rate, options.token_rate), strict=True):
            optimiser.param_groups[0]["lr"] = rate * part
            optimiser.zero_grad()
        ids, mask = _padded([_dropped(self._material.ids[i], options.token_drop, rng) for i in batch])
        likeness, order = _losses(self._network(ids, mask), torch.from_numpy(self._material.targets[batch]))
        (likeness + order).backward()
        clip_grad_norm_(self._dense, 1.0)
        for optimiser in self._optimisers:
            optimiser.step()
        return float(likeness.item())

    def _save(self, step: int) -> None:
        state = {
            "step": step,
            "options": json.dumps(asdict(self._options)),
            "network": self._network.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self._optimisers],
        }
        partial = self._checkpoint.with_name(f"{_STATE}.partial")
        torch.save(state, partial)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(self._checkpoint)

    def _load(self) -> int:
        if not self._checkpoint.is_file():
            return 0
        advice = f"repeat the first command, or remove {self._checkpoint} to start anew"
        try:
            state: dict[str, Any] = torch.load(self._checkpoint, weights_only=True)
        except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
            raise CheckpointMismatch(
                f"found an unreadable checkpoint {self._checkpoint} ({error}); {advice}"
            ) from error
        if state["options"] != json.dumps(asdict(self._options)):
            raise CheckpointMismatch(f"found a checkpoint of other options, {state['options']}; {advice}")
        self._network.load_state_dict(state["network"])
        for optimiser, saved in zip(self._optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        return int(state["step"])


def save_network(folder: Path, network: Network, options: ContextOptions) -> None:
    """Write the network: token vectors as int8 with a scale each, the rest in half precision."""
    from safetensors.numpy import save_file

    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    tokens = weights.pop("tokens.weight")
    scales = np.maximum(np.abs(tokens).max(axis=1), 1e-8) / 127
    stored = {name: value.astype(np.float16) for name, value in weights.items()}
    stored["tokens"] = np.rint(tokens / scales[:, None]).astype(np.int8)
    stored["token_scales"] = scales.astype(np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(stored, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)
    sizes = options.network
    config = {
        "format": FORMAT,
        "share": options.share,
        "heads": sizes.heads,
        "layers": sizes.layers,
        "longest": sizes.longest,
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _material(static: StaticEncoder, taught: Taught, longest: int) -> _Material:
    ids = [row[:longest] for row in static.token_ids(taught.texts)]
    return _Material(ids, np.array(taught.sides) == TOKEN, taught.targets)


def _first_tokens(static: StaticEncoder, material: _Material, dimensions: int) -> "Tensor":
    """Return the teacher's vector of each piece, as long as the static model finds the piece telling."""
    first = np.zeros((len(static.vectors), dimensions), np.float32)
    for row in np.flatnonzero(material.piece):
        if len(material.ids[row]) == 1:
            first[material.ids[row][0], : material.targets.shape[1]] = material.targets[row][:dimensions]
    telling = static.weights / np.median(static.weights)
    return torch.from_numpy(first * telling[:, None].astype(np.float32))


def _filled(order: NDArray[np.int64], lengths: NDArray[np.int64], most: int) -> Iterator[NDArray[np.int64]]:
    """Cut texts that are ordered by length into batches of up to `most` tokens, padding included."""
    start = 0
    while start < len(order):
        widest = np.maximum.accumulate(lengths[order[start : start + 1_024]])
        fits = widest * np.arange(1, len(widest) + 1) <= most
        end = start + max(1, int(fits.sum()))
        yield order[start:end]
        start = end


def _dropped(ids: NDArray[np.int32], share: float, rng: np.random.Generator) -> NDArray[np.int32]:
    if len(ids) <= 5:
        return ids
    kept = ids[rng.random(len(ids)) >= share]
    return kept if len(kept) else ids


def _padded(rows: Sequence[NDArray[np.int32]]) -> tuple["Tensor", "Tensor"]:
    length = max(len(row) for row in rows)
    ids, mask = np.zeros((len(rows), length), np.int64), np.zeros((len(rows), length), np.bool_)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, True
    return torch.from_numpy(ids), torch.from_numpy(mask)


def _losses(vectors: "Tensor", targets: "Tensor") -> tuple["Tensor", "Tensor"]:
    likeness = (1 - (vectors * targets).sum(1)).mean()
    self_ = 1e4 * torch.eye(len(vectors))
    ours = functional.log_softmax(_SHARPNESS * vectors @ vectors.T - self_, dim=1)
    theirs = functional.softmax(_SHARPNESS * targets @ targets.T - self_, dim=1)
    return likeness, functional.kl_div(ours, theirs, reduction="batchmean")
