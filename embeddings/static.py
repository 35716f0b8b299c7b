"""The embedded default: a sentence-transformers StaticEmbedding folder, read with tokenizers and NumPy alone.

A text's vector is the mean of its tokens' vectors, divided by its length: what sentence-transformers computes
for the same folder in float32, without the seven seconds and 400 MB that importing it takes.
"""

import json
import struct
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors, unit_rows, valid_text
from embeddings.errors import EncoderDamaged
from embeddings.fingerprint import fingerprint_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer

KIND = "StaticEmbedding"
_BLOCK = 1_000  # texts encoded at once: bounds the memory of the gathered float32 rows
_TYPES = {"F16": np.float16, "F32": np.float32}
_UNKNOWN_PIECES = ("[UNK]", "<unk>")
_AGAIN = "get the model again, train it with `python -m embeddings.train`, or use `embedded`"


def is_static_folder(folder: Path) -> bool:
    """Tell whether `folder` holds what is read here: a StaticEmbedding, at most normalised, without prompts."""
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in _modules(folder)]
    prompts = _json(folder / "config_sentence_transformers.json", {}).get("prompts") or {}
    return kinds in ([KIND], [KIND, "Normalize"]) and not any(prompts.values())


class StaticEncoder:
    """Encode with one stored vector a token. Implements Encoder and TokenVectors; threads may share it."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open the model in `folder`; raise EncoderDamaged when files are missing, cut off or do not fit."""
        module = folder / str(_modules(folder)[0].get("path", "")) if is_static_folder(folder) else folder
        self._name = name
        self._tokenizer_file, self._weights_file = module / "tokenizer.json", module / "model.safetensors"
        self._tokenizer = _open_tokenizer(self._tokenizer_file)
        self._vectors = _map_weights(self._weights_file)
        size = self._tokenizer.get_vocab_size()
        if len(self._vectors) != size:
            raise EncoderDamaged(
                f"found {len(self._vectors)} vectors in {self._weights_file}, expected {size}, "
                f"one for each piece of its tokenizer; {_AGAIN}"
            )
        unknown = (self._tokenizer.token_to_id(piece) for piece in _UNKNOWN_PIECES)
        self._unknown = next((token for token in unknown if token is not None), -1)

    @property
    def name(self) -> str:
        """Return the name under which the model was opened."""
        return self._name

    @cached_property
    def fingerprint(self) -> str:
        """Return the hash of the weights and the tokenizer."""
        return fingerprint_of([self._weights_file, self._tokenizer_file])

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return int(self._vectors.shape[1])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows; queries and passages are treated alike."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows; queries and passages are treated alike."""
        return self._encode(texts)

    @property
    def vectors(self) -> NDArray[np.float16] | NDArray[np.float32]:
        """Return (vocabulary, dimensions), memory-mapped as stored."""
        return self._vectors

    @cached_property
    def weights(self) -> Vectors:
        """Return (vocabulary,) float32: the norms of the token vectors."""
        blocks = (self._vectors[i : i + _BLOCK].astype(np.float32) for i in range(0, len(self._vectors), _BLOCK))
        return np.concatenate([np.linalg.norm(block, axis=1) for block in blocks])

    @property
    def pieces(self) -> list[str]:
        """Return the vocabulary, in the order of the vectors."""
        return [self._tokenizer.id_to_token(i) or "" for i in range(len(self._vectors))]

    def piece(self, token: int) -> str:
        """Return the letters of a token; the empty text for one that the vocabulary does not know."""
        return (self._tokenizer.id_to_token(token) or "").removeprefix("##").strip("\u2581")

    def token_ids(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return each text's known tokens in order."""
        rows = [np.array(ids, np.int32) for ids in self._ids(texts)]
        return [ids[ids != self._unknown] for ids in rows]

    def encode_ids(self, rows: Sequence[Sequence[int] | NDArray[np.int32]]) -> Vectors:
        """Return unit rows of texts given as their tokens."""
        means = np.zeros((len(rows), self.dimensions), np.float32)
        for row, ids in enumerate(rows):
            if len(ids):
                means[row] = self._vectors[ids].mean(axis=0, dtype=np.float32)
        return unit_rows(means)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        blocks = [self.encode_ids(self._ids(texts[i : i + _BLOCK])) for i in range(0, len(texts), _BLOCK)]
        return np.concatenate([np.zeros((0, self.dimensions), np.float32), *blocks])

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        texts = [valid_text(text) for text in texts]
        if len(texts) == 1:  # spares one question the thread pool of encode_batch
            return [self._tokenizer.encode(texts[0], add_special_tokens=False).ids]
        encodings = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]


def _modules(folder: Path) -> list[dict[str, Any]]:
    return [module for module in _json(folder / "modules.json", []) if isinstance(module, dict)]


def _json(path: Path, otherwise: Any) -> Any:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return otherwise
    return found if isinstance(found, type(otherwise)) else otherwise


def _open_tokenizer(path: Path) -> "Tokenizer":
    # Not needed by those who only want the exact index or the protocols.
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exception for a missing or a malformed file
        raise EncoderDamaged(
            f"found no readable tokenizer at {path} ({error}), expected tokenizer.json; {_AGAIN}"
        ) from error
    tokenizer.no_padding()
    return tokenizer


def _map_weights(path: Path) -> NDArray[np.float16] | NDArray[np.float32]:
    """Map the table `embedding.weight` of a safetensors file into memory, after checking that the file is whole.

    Source: the layout of the file, https://huggingface.co/docs/safetensors (8 bytes length, JSON header, data).
    """
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(min(length, 1 << 20)))
        entry = header["embedding.weight"]
        kind, (rows, columns), (begin, end) = _TYPES[entry["dtype"]], entry["shape"], entry["data_offsets"]
        if path.stat().st_size < 8 + length + end or end - begin != rows * columns * np.dtype(kind).itemsize:
            raise ValueError("the file is cut off")
        return np.memmap(path, kind, mode="r", offset=8 + length + begin, shape=(rows, columns))
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise EncoderDamaged(
            f"found no usable weights at {path} ({error!r}), expected a safetensors file with the float16 or float32 "
            f"table embedding.weight; {_AGAIN}"
        ) from error
