"""How known models make one vector of their tokens', for folders whose modules.json is missing.

A folder with a modules.json says it itself, and that always comes first. Without either there is no safe guess: a mean
over a model that was trained to be read at its first token gives vectors that look right and find little.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pooling:
    """Hold sentence-transformers' name of the pooling and the longest text in tokens that the model was made for."""

    mode: str
    longest: int


# (what the model's name holds in lower case, its pooling); the first that fits counts.
TABLE: tuple[tuple[str, Pooling], ...] = (
    # Source: https://huggingface.co/intfloat/e5-mistral-7b-instruct (last token, 4,096 tokens)
    ("e5-mistral-7b-instruct", Pooling("lasttoken", 4096)),
    # Source: https://huggingface.co/intfloat/multilingual-e5-small (average_pool, 512 tokens)
    ("e5-", Pooling("mean", 512)),
    # Source: https://huggingface.co/BAAI/bge-m3 (the [CLS] token, 8,192 tokens)
    ("bge-m3", Pooling("cls", 8192)),
    # Source: https://huggingface.co/BAAI/bge-small-zh-v1.5 (the [CLS] token, 512 tokens)
    ("bge-", Pooling("cls", 512)),
    # Source: https://huggingface.co/Alibaba-NLP/gte-multilingual-base (last_hidden_state[:, 0], 8,192 tokens)
    ("gte-multilingual", Pooling("cls", 8192)),
    # Source: https://huggingface.co/Alibaba-NLP/gte-Qwen2-1.5B-instruct (last_token_pool, 32,768 tokens)
    ("gte-qwen2", Pooling("lasttoken", 32768)),
    # Source: https://huggingface.co/Qwen/Qwen3-Embedding-0.6B (last_token_pool, 32,768 tokens)
    ("qwen3-embedding", Pooling("lasttoken", 32768)),
)


def known_pooling(name: str) -> Pooling | None:
    """Return the pooling of a model called `name`, or None when the table does not know it."""
    lowered = name.lower()
    return next((pooling for part, pooling in TABLE if part in lowered), None)
