"""Every setting in one table: a name, what it means, its default and how it is read.

A setting `data_dir` is the environment variable `JIANGHAI_QA_DATA_DIR` and the command-line option `--data-dir`. Nothing
is read at import: `Settings.read()` reads the environment when it is called.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qa.errors import SettingsError
from qa.origins import read_origins

PREFIX = "JIANGHAI_QA_"
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def checkout() -> Path | None:
    """Return the folder of the source checkout that this package runs from, or None for an installed wheel."""
    root = Path(__file__).resolve().parent.parent
    return root if (root / "pyproject.toml").is_file() and (root / "seeds").is_dir() else None


def _default_data_dir() -> str:
    """A checkout keeps its library beside its code, so that two checkouts never share one; else the user's data folder."""
    root = checkout()
    if root is not None:
        return str(root / ".data")
    base = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(base, "jianghai-qa")


def _default_seeds_dir() -> str:
    root = checkout()
    return str(root / "seeds" if root is not None else Path(sys.prefix) / "share" / "jianghai-qa" / "seeds")


def _text(raw: str) -> str:
    return raw


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(raw: str) -> int:
        try:
            value = int(raw)
        except ValueError:
            raise ValueError(f"a whole number from {low} to {high}") from None
        if not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return read


def _switch(raw: str) -> bool:
    if raw.strip().lower() in _TRUE:
        return True
    if raw.strip().lower() in _FALSE:
        return False
    raise ValueError("on or off")


def _one_of(*words: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw.strip().lower() not in words:
            raise ValueError(" or ".join((", ".join(words[:-1]), words[-1])))
        return raw.strip().lower()

    return read


def _device(raw: str) -> str:
    # Whether the device is there is for torch to say, which the embedded encoder does without.
    if not re.fullmatch(r"[a-z]+(:[0-9]+)?", raw):
        raise ValueError("auto or a torch device like cpu, cuda:0 or mps")
    return raw


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: `default` is the text that would be written in the environment."""

    name: str
    default: str | Callable[[], str]
    read: Callable[[str], object]
    help: str

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")

    def default_text(self) -> str:
        return self.default() if callable(self.default) else self.default


TABLE: tuple[Setting, ...] = (
    Setting("data_dir", _default_data_dir, _text, "folder of the library and its index"),
    Setting(
        "seeds_dir", _default_seeds_dir, _text, "folder whose pages are imported once into a new library; empty: none"
    ),
    Setting("encoder", "embedded", _text, "embedded, a local folder, or a model's name on a hub"),
    Setting("encoder_threads", "1", _whole(1, 256), "threads for a transformer encoder or reranker"),
    Setting("encoder_batch", "32", _whole(1, 4096), "texts that a transformer reads at once"),
    Setting("encoder_device", "auto", _device, "auto (an accelerator when torch sees one), cpu, cuda:0, mps, …"),
    Setting("encoder_trust_code", "off", _switch, "run Python code that a model brings, with all your rights"),
    Setting("reranker", "", _text, "a cross-encoder's local folder or name on a hub; empty: none"),
    Setting("reranker_depth", "20", _whole(1, 200), "how many of the best passages the reranker reorders"),
    Setting("user_dictionary", "", _text, "file of further district terms, one a line"),
    Setting("synonyms", "", _text, "file of further words for the same thing, a group a line, divided by commas"),
    Setting("index_questions", "on", _switch, "search the index-time questions of passages as well"),
    Setting("host", "127.0.0.1", _text, "address to serve on"),
    Setting("port", "8000", _whole(0, 65535), "port to serve on; 0 takes a free one"),
    Setting("public_url", "", _text, "public address for citations' URLs; empty: the address that was asked"),
    Setting("cors_origins", "", _text, "origins that browsers may call from, divided by commas; empty: none"),
    Setting(
        "widget_origins",
        "",
        read_origins,
        "origins whose pages may show the chat, divided by commas; * lets any site show it; empty: none",
    ),
    Setting(
        "api_key",
        "",
        _text,
        "key (Bearer) for changes over HTTP; without it they work on this machine's own address only",
    ),
    Setting("max_document_bytes", "20000000", _whole(1, 2**31), "largest document that is accepted"),
    Setting("max_request_bytes", "1000000", _whole(1000, 2**31), "largest request body that is read"),
    Setting("max_upload_bytes", "200000000", _whole(1000, 2**40), "largest request that adds documents"),
    Setting(
        "feedback",
        "auto",
        _one_of("auto", "on", "off"),
        "let visitors judge answers: on, off, or auto (only where the service is this machine's alone)",
    ),
    Setting("ask_limit", "0", _whole(0, 100_000), "questions a minute from one address; 0: no limit"),
    Setting("llm_url", "", _text, "address of an OpenAI-compatible language model, as http://…/v1; empty: none"),
    Setting("llm_model", "", _text, "name of the model there"),
    Setting("llm_key", "", _text, "key of the endpoint (in the environment other users of the machine do not see it)"),
    Setting("llm_timeout", "30", _whole(1, 3600), "seconds that a reply of the language model may take"),
    Setting(
        "llm_answers", "on", _switch, "answer with the language model where one is set, sentence by sentence checked"
    ),
    Setting("llm_answer_timeout", "20", _whole(1, 600), "seconds until an answer is quoted without the language model"),
    Setting("chat_source_events", "off", _switch, "send the cited passages as Open WebUI's events in streamed chats"),
    Setting("log_questions", "off", _switch, "write question texts to the log"),
    Setting("log_level", "info", _text, "critical, error, warning, info or debug"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as read; field names are the names of the table."""

    data_dir: str
    seeds_dir: str
    encoder: str
    encoder_threads: int
    encoder_batch: int
    encoder_device: str
    encoder_trust_code: bool
    reranker: str
    reranker_depth: int
    user_dictionary: str
    synonyms: str
    index_questions: bool
    host: str
    port: int
    public_url: str
    cors_origins: str
    widget_origins: tuple[str, ...]
    api_key: str = field(repr=False)
    max_document_bytes: int
    max_request_bytes: int
    max_upload_bytes: int
    feedback: str
    ask_limit: int
    llm_url: str
    llm_model: str
    llm_key: str = field(repr=False)  # who prints the settings does not print the key
    llm_timeout: int
    llm_answers: bool
    llm_answer_timeout: int
    chat_source_events: bool
    log_questions: bool
    log_level: str

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, overrides: Mapping[str, str] | None = None) -> Settings:
        """Read all settings; an override (a command-line option) wins over the environment, that over the default.

        Raises `SettingsError` that lists every impossible value at once.
        """
        environment = os.environ if environment is None else environment
        overrides = overrides or {}
        values: dict[str, object] = {}
        faults: list[str] = []
        for setting in TABLE:
            raw = overrides.get(setting.name, environment.get(setting.variable))
            try:
                values[setting.name] = setting.read(setting.default_text() if raw is None else raw)
            except ValueError as fault:
                faults.append(f"{setting.variable} is {raw!r}, expected {fault}")
        if faults:
            raise SettingsError("; ".join(faults))
        return cls(**values)  # type: ignore[arg-type]

    @property
    def data_path(self) -> Path:
        return Path(self.data_dir)
