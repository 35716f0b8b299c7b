"""Any sentence-transformers model, by its name on a hub or by its folder."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.encoder import Vectors, unit_rows, valid_text
from embeddings.errors import EncoderDamaged
from embeddings.fingerprint import fingerprint_of
from embeddings.loading import loading, model_files
from embeddings.pooling import Pooling, known_pooling
from embeddings.prompts import Prompts, configured_prompts, known_prompts
from embeddings.running import Running, torch_device

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_EXPECTED, _INSTEAD = "a folder written by SentenceTransformer.save()", "or use `embedded`"


class SentenceTransformerEncoder:
    """Encode with a sentence-transformers model in float32. Implements Encoder."""

    def __init__(self, folder: Path, name: str, running: Running | None = None) -> None:
        """Load the model in `folder`; raise EncoderDamaged, CodeNotTrusted or DeviceNotFound when that fails."""
        self._folder, self._name, self._running = folder, name, running or Running()
        self._pooling = _pooling_of(folder, name)
        self._model = _load(folder, self._running, self._pooling)
        self._prompts = configured_prompts(self._model.prompts) or known_prompts(name)

    @property
    def name(self) -> str:
        """Return the name under which the model was opened."""
        return self._name

    @cached_property
    def fingerprint(self) -> str:
        """Return the hash of the folder's model files, the prompts in use and a pooling that the table gave."""
        added = [self._prompts.query, self._prompts.passage]
        if self._pooling is not None:
            added += [self._pooling.mode, str(self._pooling.longest)]
        return fingerprint_of(model_files(self._folder, self._running), added)

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def longest(self) -> int:
        """Return how many tokens of a text are read; 0 when the model does not say."""
        return int(self._model.max_seq_length or 0)

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
                prompted, prompt="", batch_size=self._running.batch, convert_to_numpy=True, show_progress_bar=False
            )
        return unit_rows(vectors)


def _pooling_of(folder: Path, name: str) -> Pooling | None:
    """Return None where the folder says it itself; raise EncoderDamaged where neither it nor the table does."""
    if (folder / "modules.json").is_file():
        return None
    pooling = known_pooling(name)
    if pooling is None:
        raise EncoderDamaged(
            f"found {folder} without modules.json, which says how {name} makes one vector of its tokens', expected "
            f"{_EXPECTED}, or a model whose pooling is known by name; get the model again, {_INSTEAD}"
        )
    return pooling


def _load(folder: Path, running: Running, pooling: Pooling | None) -> "SentenceTransformer":
    # Importing torch and sentence-transformers takes five seconds and 400 MB: only their users pay for it.
    from sentence_transformers import SentenceTransformer

    device = torch_device(running.device)
    with loading(folder, running, _EXPECTED, _INSTEAD):
        if pooling is None:
            model = SentenceTransformer(
                str(folder), device=device, local_files_only=True, trust_remote_code=running.trust_code
            )
        else:
            model = _pooled(folder, device, running, pooling)
        return model.float().eval()


def _pooled(folder: Path, device: str, running: Running, pooling: Pooling) -> "SentenceTransformer":
    """Put a bare transformer and the pooling that the table knows together; sentence-transformers would take the mean."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling as PoolingModule
    from sentence_transformers.sentence_transformer.modules import Transformer

    options = {"local_files_only": True, "trust_remote_code": running.trust_code}
    transformer = Transformer(
        str(folder),
        model_kwargs=options,
        config_kwargs=options,
        processor_kwargs=options,
        max_seq_length=pooling.longest,
    )
    dimensions = transformer.get_embedding_dimension()
    return SentenceTransformer(modules=[transformer, PoolingModule(dimensions, pooling.mode)], device=device)
