"""Load a transformer: what encoders and rerankers share, and the errors that they give for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.errors import CodeNotTrusted, EncoderDamaged, EncoderError
from embeddings.hub import own_code
from embeddings.running import Running

_MODEL_FILES = ("*.json", "*.txt", "*.model", "*.safetensors", "*.bin")


def model_files(folder: Path, running: Running) -> list[Path]:
    """Return the files that decide what a model gives, sorted; its Python code among them where that may run."""
    patterns = (*_MODEL_FILES, "*.py") if running.trust_code else _MODEL_FILES
    return sorted({file for pattern in patterns for file in folder.rglob(pattern)})


@contextmanager
def loading(folder: Path, running: Running, expected: str, instead: str) -> Iterator[None]:
    """Set torch's threads and turn the errors of loading into CodeNotTrusted and EncoderDamaged.

    `expected` says what kind of folder it should be, `instead` what else one could do.
    """
    # torch and transformers take seconds to import: only those who open a transformer pay for it.
    import torch
    from transformers.utils.logging import disable_progress_bar

    torch.set_num_threads(running.threads)
    disable_progress_bar()  # "Loading weights" would stand among the messages of a command, terminal or not
    try:
        yield
    except EncoderError:
        raise
    except Exception as error:  # a cut-off weights file is a SafetensorError, which is a plain Exception
        code = own_code(folder)
        if code and not running.trust_code:
            raise CodeNotTrusted(
                f"found {folder}, which brings Python code of its own ({', '.join(code)}), expected weights alone; read "
                "that code, and when you trust it set encoder_trust_code to on: it then runs with all your rights; "
                f"{instead}"
            ) from error
        raise EncoderDamaged(
            f"found {folder}, which sentence-transformers cannot load ({error}); expected {expected}; get the model "
            f"again, {instead}"
        ) from error
