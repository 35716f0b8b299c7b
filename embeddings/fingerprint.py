"""Name a model by what decides its vectors."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

# Raise this when the code changes the vectors that the same files give (pooling, normalisation, empty texts).
VECTOR_FORMAT = 1


def fingerprint_of(files: Iterable[Path], prompts: Iterable[str] = ()) -> str:
    """Return 16 hex digits of a SHA-256 over the files' bytes in order, the prompts and VECTOR_FORMAT."""
    digest = hashlib.sha256(f"{VECTOR_FORMAT}\0".encode())
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    for prompt in prompts:
        digest.update(prompt.encode() + b"\0")
    return digest.hexdigest()[:16]
