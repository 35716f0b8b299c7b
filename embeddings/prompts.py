"""What known models want before a text, for models whose own configuration does not say.

A model's configuration (`prompts` in config_sentence_transformers.json) always comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompts:
    """Hold the text to put before a query and before a passage."""

    query: str = ""
    passage: str = ""


_RETRIEVE = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"

# (what the model's name holds in lower case, its prompts); the first that fits counts.
TABLE: tuple[tuple[str, Prompts], ...] = (
    # Source: https://huggingface.co/intfloat/multilingual-e5-large-instruct ("Instruct: {task}\nQuery: {query}")
    ("e5-large-instruct", Prompts(query=f"{_RETRIEVE} ")),
    # Source: https://huggingface.co/intfloat/e5-mistral-7b-instruct (the same form)
    ("e5-mistral-7b-instruct", Prompts(query=f"{_RETRIEVE} ")),
    # Source: https://huggingface.co/intfloat/multilingual-e5-small ("query: " and "passage: ")
    ("e5-", Prompts(query="query: ", passage="passage: ")),
    # Source: https://huggingface.co/BAAI/bge-m3 (no instruction needed)
    ("bge-m3", Prompts()),
    # Source: https://huggingface.co/BAAI/bge-small-zh-v1.5 (instruction for queries only)
    ("bge-small-zh", Prompts(query="为这个句子生成表示以用于检索相关文章：")),
    ("bge-base-zh", Prompts(query="为这个句子生成表示以用于检索相关文章：")),
    ("bge-large-zh", Prompts(query="为这个句子生成表示以用于检索相关文章：")),
    # Source: https://huggingface.co/BAAI/bge-small-en-v1.5 (instruction for queries only)
    ("bge-small-en", Prompts(query="Represent this sentence for searching relevant passages: ")),
    ("bge-base-en", Prompts(query="Represent this sentence for searching relevant passages: ")),
    ("bge-large-en", Prompts(query="Represent this sentence for searching relevant passages: ")),
    # Source: https://huggingface.co/Alibaba-NLP/gte-Qwen2-1.5B-instruct ("Instruct: {task}\nQuery: {query}")
    ("gte-qwen2", Prompts(query=f"{_RETRIEVE} ")),
    # Source: https://huggingface.co/thenlper/gte-base-zh and Alibaba-NLP/gte-multilingual-base (none needed)
    ("gte-", Prompts()),
    # Source: https://huggingface.co/Qwen/Qwen3-Embedding-0.6B (no blank after "Query:")
    ("qwen3-embedding", Prompts(query=_RETRIEVE)),
)


def known_prompts(name: str) -> Prompts:
    """Return the prompts for a model called `name`: empty ones when the table does not know it."""
    lowered = name.lower()
    return next((prompts for part, prompts in TABLE if part in lowered), Prompts())


def configured_prompts(prompts: Mapping[str, str | None]) -> Prompts | None:
    """Return the prompts that a model's configuration holds, or None when it holds none for retrieval."""
    query = prompts.get("query") or prompts.get("retrieval.query") or ""
    passage = prompts.get("passage") or prompts.get("document") or prompts.get("retrieval.passage") or ""
    return Prompts(query, passage) if query or passage else None
