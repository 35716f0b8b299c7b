"""Write the trained table as a folder that SentenceTransformer(folder) loads as a StaticEmbedding."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor

MODEL_ENTRIES = ("modules.json", "config_sentence_transformers.json", "README.md")


def save_model(folder: Path, tokenizer: "Tokenizer", weights: "Tensor") -> None:
    """Write `weights` in half precision with `tokenizer` to `folder`, normalising after the mean.

    Half precision is for the file: compute in float32, since in half an empty text's zero vector normalises to
    NaN.
    """
    # sentence-transformers takes five seconds to import.
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # the model card writer would ask the hub about the model
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, weights.half()), Normalize()], device="cpu")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    model.save(str(partial), create_model_card=False)
    tokenizer.save(str(partial / "tokenizer.json"), pretty=False)  # half the size, and quicker to open
    folder.mkdir(parents=True, exist_ok=True)
    for entry in sorted(partial.iterdir()):
        _replace(entry, folder / entry.name)
    partial.rmdir()


def _replace(entry: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    entry.replace(target)
    if target.is_file():
        target.chmod(0o644)  # the weights' writer leaves them to their owner alone
