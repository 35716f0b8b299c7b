"""Open an encoder by name: the embedded default, a local folder, or a model of a hub."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

from embeddings.cache import CachedEncoder
from embeddings.encoder import Encoder, TokenVectors
from embeddings.errors import EncoderNotFound
from embeddings.sentence import SentenceTransformerEncoder
from embeddings.static import StaticEncoder, is_static_folder

EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parent / "models" / "jianghai-static"
# Other forms of the same weights, which sentence-transformers does not load here.
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "coreml/*"]
_ANSWER_WITHIN = 5.0  # seconds for a hub to accept a connection


def open_encoder(spec: str = EMBEDDED, threads: int = 1) -> Encoder:
    """Open `embedded`, a folder or a hub name like `BAAI/bge-m3`.

    A hub model is taken from the local Hugging Face cache, else fetched. Raises EncoderNotFound when the model
    cannot be had and EncoderDamaged when it cannot be read; no other model ever takes its place.
    """
    if spec == EMBEDDED:
        return StaticEncoder(_existing(EMBEDDED_FOLDER, spec), EMBEDDED_FOLDER.name)
    folder = Path(spec).expanduser()
    if folder.is_dir():
        return _open_folder(folder, folder.resolve().name, threads)
    if spec.startswith((".", "/", "~")) or spec.count("/") != 1 or "\\" in spec:
        raise _not_found(spec, f"no folder {folder}")
    return _open_folder(_fetched(spec), spec, threads)


def token_vectors(encoder: Encoder) -> TokenVectors | None:
    """Return the token vectors of `encoder`, or of the one inside a cached one; None when there are none."""
    inside = encoder.inside if isinstance(encoder, CachedEncoder) else encoder
    return inside if isinstance(inside, StaticEncoder) else None


def _open_folder(folder: Path, name: str, threads: int) -> Encoder:
    if is_static_folder(folder):
        return StaticEncoder(folder, name)
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise _not_found(name, f"no model in {folder} (neither modules.json nor config.json)")
    return SentenceTransformerEncoder(folder, name, threads)


def _existing(folder: Path, spec: str) -> Path:
    if not folder.is_dir():
        raise EncoderNotFound(
            f"found no model for {spec!r} at {folder}, where the package should hold it; install the package again, "
            "or train the model with `python -m embeddings.train`"
        )
    return folder


def _fetched(name: str) -> Path:
    # huggingface_hub takes 0.3 s to import; the embedded default and folders do without.
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        pass  # not in the local cache: fetch it, if there is a hub to fetch it from
    if reason := _unreachable():
        raise _not_found(name, reason)
    try:
        return Path(snapshot_download(name, etag_timeout=_ANSWER_WITHIN, ignore_patterns=_NOT_NEEDED))
    except (HfHubHTTPError, HFValidationError, OSError, ValueError) as error:
        raise _not_found(name, f"the hub gave none ({error})") from error


def _unreachable() -> str:
    """Return why the hub cannot be reached, or nothing: the hub library's own retries take minutes to give up."""
    if any(
        os.environ.get(key, "").upper() in ("1", "ON", "YES", "TRUE")
        for key in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    ):
        return "the environment says offline (HF_HUB_OFFLINE)"
    endpoint = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy")
    place = urlsplit(proxy or endpoint)
    try:
        port = place.port or (443 if place.scheme == "https" else 80)
        socket.create_connection((place.hostname or "", port), timeout=_ANSWER_WITHIN).close()
    except (OSError, ValueError) as error:
        return f"{place.scheme}://{place.netloc} cannot be reached ({error})"
    return ""


def _not_found(spec: str, reason: str) -> EncoderNotFound:
    return EncoderNotFound(
        f"found no encoder {spec!r}: {reason}; expected `{EMBEDDED}`, a local model folder, or a hub name that can be "
        "fetched. Without a network, copy the model's folder here and give its path; where the hub is blocked, set "
        f"HF_ENDPOINT to a mirror; or use `{EMBEDDED}`"
    )
