"""The embedded default with a second opinion: the static vector beside one that knows words in their context.

The static vector was taught which question belongs to which passage; the context vector, from two small layers of attention
over token vectors of its own, was taught what a far larger model makes of a text. They err on different questions, so a
text's vector is both, one after the other: its inner product is the weighted sum of the two likenesses. Computed with NumPy
alone; `embeddings.training.network` is the same in torch, and a test holds the two together.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors, unit_rows
from embeddings.errors import EncoderDamaged
from embeddings.fingerprint import fingerprint_of
from embeddings.static import StaticEncoder

FOLDER = "context"
CONFIG, WEIGHTS = "config.json", "model.safetensors"
FORMAT = 1
# Texts are computed together up to this many tokens: more no longer fit the processor's cache.
_TOKENS_AT_ONCE = 2_048
_AGAIN = "get the model again, or train it with `python -m embeddings.train`"


def has_context(folder: Path) -> bool:
    """Tell whether a static model's folder holds a context network as well."""
    return (folder / FOLDER / CONFIG).is_file()


class ContextualEncoder:
    """Encode with both vectors. Implements Encoder; `static` offers the token vectors. Threads may share it."""

    def __init__(self, static: StaticEncoder, folder: Path) -> None:
        """Open the network in `folder`; raise EncoderDamaged when files are missing, cut off or do not fit."""
        self.static = static
        self._files = [folder / CONFIG, folder / WEIGHTS]
        self._network = ContextNetwork(folder)
        if self._network.vocabulary != len(static.vectors):
            raise EncoderDamaged(
                f"found {self._network.vocabulary} token vectors in {folder}, expected {len(static.vectors)}; {_AGAIN}"
            )

    @property
    def name(self) -> str:
        """Return the name under which the model was opened."""
        return self.static.name

    @cached_property
    def fingerprint(self) -> str:
        """Return the hash of both parts."""
        return fingerprint_of(self._files, [self.static.fingerprint])

    @property
    def dimensions(self) -> int:
        """Return the length of a vector, both parts together."""
        return self.static.dimensions + self._network.dimensions

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows; queries and passages are treated alike."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows; queries and passages are treated alike."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        ids = self.static.token_ids(texts)
        share = np.float32(self._network.share)
        parts = [
            np.sqrt(1 - share) * self.static.encode_ids(ids),
            np.sqrt(share) * self._network.vectors(ids),
        ]
        return unit_rows(np.hstack(parts))


class ContextNetwork:
    """Compute context vectors from token ids."""

    def __init__(self, folder: Path) -> None:
        """Read the network; raise EncoderDamaged when that fails."""
        try:
            config = json.loads((folder / CONFIG).read_bytes())
            if config["format"] != FORMAT:
                raise ValueError(f"format {config['format']}, expected {FORMAT}")
            self._heads, self._layers = int(config["heads"]), int(config["layers"])
            self._longest, self.share = int(config["longest"]), float(config["share"])
            self._weights = _read(folder / WEIGHTS)
            self.dimensions = int(self._weights["out.weight"].shape[0])
            self.vocabulary = len(self._weights["tokens"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderDamaged(f"found no usable context network in {folder} ({error!r}); {_AGAIN}") from error

    def vectors(self, ids: Sequence[NDArray[np.int32]]) -> Vectors:
        """Return (n, dimensions) unit rows; a text without tokens has the zero row."""
        found = np.zeros((len(ids), self.dimensions), np.float32)
        lengths = np.minimum([len(row) for row in ids], self._longest)
        order = [int(i) for i in np.argsort(lengths, kind="stable") if lengths[i]]
        while order:
            length = int(lengths[order[0]])
            # Of one length only: nothing is padded, so a text's vector does not depend on its neighbours.
            same = next((n for n, i in enumerate(order) if lengths[i] != length), len(order))
            batch = order[: min(same, max(1, _TOKENS_AT_ONCE // length))]
            found[batch] = self._computed(np.stack([ids[i][:length] for i in batch]))
            order = order[len(batch) :]
        return unit_rows(found)

    def _computed(self, ids: NDArray[np.int32]) -> Vectors:
        w = self._weights
        tokens = w["tokens"][ids].astype(np.float32) * w["token_scales"][ids][:, :, None]
        h = tokens @ w["entry.weight"].T + w["entry.bias"] + w["places"][: ids.shape[1]]
        for layer in range(self._layers):
            h = self._attended(h, f"layers.{layer}.")
        # Means keep their axis: matrices are then multiplied text by text, and equal texts have equal vectors to the last
        # bit wherever they stand. One product over all texts does not promise that.
        plain = tokens.mean(axis=1, keepdims=True)
        mean = _norm(h, w["last_norm.scale"]).mean(axis=1, keepdims=True)
        vectors: Vectors = (plain @ w["static.weight"].T + mean @ w["out.weight"].T + w["out.bias"])[:, 0]
        return vectors

    def _attended(self, h: Vectors, name: str) -> Vectors:
        w, (texts, length, width) = self._weights, h.shape
        normed = _norm(h, w[f"{name}attention_norm.scale"])
        parts = normed @ w[f"{name}queries_keys_values.weight"].T + w[f"{name}queries_keys_values.bias"]
        q, k, v = parts.reshape(texts, length, 3, self._heads, width // self._heads).transpose(2, 0, 3, 1, 4)
        scores = q @ k.swapaxes(-1, -2) * np.float32((width // self._heads) ** -0.5)
        np.exp(scores - scores.max(axis=-1, keepdims=True), out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ v).transpose(0, 2, 1, 3).reshape(texts, length, width)
        h = h + mixed @ w[f"{name}joined.weight"].T + w[f"{name}joined.bias"]
        inner = _norm(h, w[f"{name}inner_norm.scale"]) @ w[f"{name}inner.weight"].T + w[f"{name}inner.bias"]
        stepped: Vectors = h + np.maximum(inner, 0, out=inner) @ w[f"{name}outer.weight"].T + w[f"{name}outer.bias"]
        return stepped


def _norm(h: Vectors, scale: Vectors) -> Vectors:
    square = np.einsum("...i,...i->...", h, h)[..., None] / np.float32(h.shape[-1])
    normed: Vectors = h * (1 / np.sqrt(square + np.float32(1e-6))) * scale
    return normed


def _read(path: Path) -> dict[str, NDArray[Any]]:
    """Read the weights: the layers in float32, the token vectors as stored, int8 with a scale each."""
    # Imported here: --help and the static encoder do without.
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        weights = load_file(path)
    except SafetensorError as error:
        raise ValueError(f"{path.name}: {error}") from error
    kept = ("tokens", "token_scales")
    return {name: array if name in kept else array.astype(np.float32) for name, array in weights.items()}
