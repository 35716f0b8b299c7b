"""Any sentence-transformers model, by its name on a hub or by its folder."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.encoder import Vectors, unit_rows, valid_text
from embeddings.errors import EncoderDamaged
from embeddings.fingerprint import fingerprint_of
from embeddings.prompts import Prompts, configured_prompts, known_prompts

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_MODEL_FILES = ("*.json", "*.txt", "*.model", "*.safetensors", "*.bin")


class SentenceTransformerEncoder:
    """Encode with a sentence-transformers model in float32 on the CPU. Implements Encoder."""

    def __init__(self, folder: Path, name: str, threads: int = 1, batch: int = 32) -> None:
        """Load the model in `folder`; raise EncoderDamaged when that fails.

        `threads` sets torch's threads for the whole process: on a busy machine two threads can be many times
        slower than one, because they wait for each other.
        """
        self._folder, self._name, self._batch = folder, name, batch
        self._model = _load(folder, threads)
        self._prompts = configured_prompts(self._model.prompts) or known_prompts(name)

    @property
    def name(self) -> str:
        """Return the name under which the model was opened."""
        return self._name

    @cached_property
    def fingerprint(self) -> str:
        """Return the hash of the folder's model files and the prompts in use."""
        files = sorted({file for pattern in _MODEL_FILES for file in self._folder.rglob(pattern)})
        return fingerprint_of(files, (self._prompts.query, self._prompts.passage))

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def prompts(self) -> Prompts:
        """Return what is put before queries and passages."""
        return self._prompts

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows of the texts behind the query prompt."""
        return self._encode(texts, self._prompts.query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows of the texts behind the passage prompt."""
        return self._encode(texts, self._prompts.passage)

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        written = [row for row, text in enumerate(texts) if text.strip()]  # an empty text keeps the zero row
        if written:
            prompted = [prompt + valid_text(texts[row]) for row in written]
            # prompt="" keeps a default prompt of the model's own from being put before ours.
            vectors[written] = self._model.encode(
                prompted, prompt="", batch_size=self._batch, convert_to_numpy=True, show_progress_bar=False
            )
        return unit_rows(vectors)


def _load(folder: Path, threads: int) -> "SentenceTransformer":
    # Importing torch and sentence-transformers takes five seconds and 400 MB: only their users pay for it.
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True).float().eval()
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise EncoderDamaged(
            f"found {folder}, which sentence-transformers cannot load ({error}); expected a folder written by "
            "SentenceTransformer.save(); get the model again, or use `embedded`"
        ) from error
