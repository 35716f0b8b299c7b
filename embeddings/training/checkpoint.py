"""Save a run so that it can go on exactly where it stopped."""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from embeddings.errors import CheckpointMismatch
from embeddings.training.model import State
from embeddings.training.options import TrainingOptions

FORMAT = 1
_STATE = "state.safetensors"


@dataclass(frozen=True, slots=True)
class Run:
    """Name what a checkpoint belongs to: options and data. Both must be the same on resuming."""

    options: TrainingOptions
    data_digest: str

    def record(self) -> dict[str, object]:
        """Return the run as plain JSON values."""
        return {"format": FORMAT, "data_digest": self.data_digest, **json.loads(json.dumps(asdict(self.options)))}


def save_checkpoint(folder: Path, run: Run, state: State, step: int) -> None:
    """Write the state after `step` finished steps; a kill meanwhile leaves the previous one whole."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"weights": state.weights, "mean": state.mean, "square": state.square}
    partial = folder / f"{_STATE}.partial"
    save_file(tensors, partial, metadata={"step": str(step), "run": json.dumps(run.record())})
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(folder / _STATE)


def load_checkpoint(folder: Path, run: Run) -> tuple[State, int] | None:
    """Return the saved state and the number of finished steps, or None without a checkpoint.

    Raises CheckpointMismatch when it belongs to other options or other data, or cannot be read.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / _STATE
    if not path.is_file():
        return None
    advice = f"repeat the first command, or remove {folder} to start anew"
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            state = State(*(file.get_tensor(name) for name in ("weights", "mean", "square")))
    except (SafetensorError, OSError) as error:
        raise CheckpointMismatch(f"found an unreadable checkpoint {path} ({error}); {advice}") from error
    saved, wanted = json.loads(metadata.get("run", "{}")), run.record()
    if saved != wanted:
        other = [
            f"{key}: {saved.get(key)!r} (now {value!r})" for key, value in wanted.items() if saved.get(key) != value
        ]
        raise CheckpointMismatch(f"found a checkpoint {path} of another run, {', '.join(other)}; {advice}")
    return state, int(metadata["step"])


def remove_checkpoint(folder: Path) -> None:
    """Remove the checkpoint of a finished run."""
    shutil.rmtree(folder, ignore_errors=True)
