"""Any sentence-transformers CrossEncoder with one label, by its name on a hub or by its folder."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.encoder import Vectors, valid_text
from embeddings.errors import EncoderDamaged
from embeddings.fingerprint import fingerprint_of
from embeddings.loading import loading, model_files
from embeddings.running import Running, torch_device

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_EXPECTED = "a cross-encoder with one label, like BAAI/bge-reranker-v2-m3"
_INSTEAD = "or leave the reranker empty"
_SCORING = "ForSequenceClassification"


class CrossEncoderReranker:
    """Score with a cross-encoder in float32. Implements Reranker."""

    def __init__(self, folder: Path, name: str, running: Running | None = None) -> None:
        """Load the model in `folder`; raise EncoderDamaged, CodeNotTrusted or DeviceNotFound when that fails."""
        self._folder, self._name, self._running = folder, name, running or Running()
        self._model = _load(folder, self._running)

    @property
    def name(self) -> str:
        """Return the name under which the model was opened."""
        return self._name

    @cached_property
    def fingerprint(self) -> str:
        """Return the hash of the folder's model files."""
        return fingerprint_of(model_files(self._folder, self._running))

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """Return the sigmoid of the model's logits, one a text; an empty text is scored like any other."""
        if not texts:
            return np.zeros(0, np.float32)
        from torch.nn import Sigmoid

        pairs = [(valid_text(question), valid_text(text)) for text in texts]
        # Most models say Sigmoid themselves; those that say Identity give the logit, of which this is the probability.
        found = self._model.predict(
            pairs, batch_size=self._running.batch, activation_fn=Sigmoid(), show_progress_bar=False
        )
        return np.nan_to_num(np.asarray(found, np.float32).reshape(len(texts)), nan=0.0)


def _load(folder: Path, running: Running) -> "CrossEncoder":
    # Importing torch and sentence-transformers takes five seconds and 400 MB: only their users pay for it.
    from sentence_transformers import CrossEncoder

    device = torch_device(running.device)
    with loading(folder, running, _EXPECTED, _INSTEAD):
        _check_scoring(folder)
        model = CrossEncoder(str(folder), device=device, local_files_only=True, trust_remote_code=running.trust_code)
        if model.num_labels != 1:
            raise EncoderDamaged(
                f"found {folder}, which gives {model.num_labels} scores a pair, expected {_EXPECTED}; "
                f"name another model, {_INSTEAD}"
            )
        return model.float().eval()


def _check_scoring(folder: Path) -> None:
    """Raise EncoderDamaged for a model without a layer that scores: transformers would give it a random one."""
    if (folder / "modules.json").is_file():
        kinds = [str(module.get("type", "")) for module in json.loads((folder / "modules.json").read_bytes())]
        if any("Pooling" in kind for kind in kinds):
            raise _no_reranker(folder, "Pooling")
        if len(kinds) > 1:
            return  # scores by modules of its own
    found = json.loads((folder / "config.json").read_bytes()).get("architectures") or ["none"]
    if not str(found[0]).endswith(_SCORING):
        raise _no_reranker(folder, str(found[0]))


def _no_reranker(folder: Path, found: str) -> EncoderDamaged:
    return EncoderDamaged(
        f"found {folder}, which has no layer that scores a pair ({found}), expected {_EXPECTED}; "
        f"name another model, {_INSTEAD}"
    )
