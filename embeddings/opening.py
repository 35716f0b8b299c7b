"""Open an encoder or a reranker by name: the embedded default, a local folder, or a model of a hub."""

from pathlib import Path

from embeddings.cache import CachedEncoder
from embeddings.contextual import FOLDER as CONTEXT
from embeddings.contextual import ContextualEncoder, has_context
from embeddings.cross_encoder import CrossEncoderReranker
from embeddings.encoder import Encoder, TokenVectors
from embeddings.errors import EncoderNotFound
from embeddings.hub import NotOnHub, fetch_own_code, fetched
from embeddings.reranker import Reranker
from embeddings.running import Running
from embeddings.sentence import SentenceTransformerEncoder
from embeddings.static import StaticEncoder, is_static_folder

EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parent / "models" / "jianghai-static"
_ENCODER = ("encoder", f"`{EMBEDDED}`, a local model folder", f"or use `{EMBEDDED}`")
_RERANKER = ("reranker", "a local model folder", "or leave the reranker empty")


def open_encoder(spec: str = EMBEDDED, running: Running | None = None) -> Encoder:
    """Open `embedded`, a folder or a hub name like `BAAI/bge-m3`.

    A hub model is taken from the local Hugging Face cache, else fetched. Raises EncoderNotFound when the model
    cannot be had, EncoderDamaged when it cannot be read, CodeNotTrusted when it brings code that `running` does not
    allow and DeviceNotFound; no other model ever takes its place.
    """
    if spec == EMBEDDED:
        return _static(_existing(EMBEDDED_FOLDER, spec), EMBEDDED_FOLDER.name)
    running = running or Running()
    folder, name = _located(spec, running, _ENCODER)
    if is_static_folder(folder):
        return _static(folder, name)
    return SentenceTransformerEncoder(folder, name, running)


def open_reranker(spec: str, running: Running | None = None) -> Reranker:
    """Open a cross-encoder by its folder or its hub name like `BAAI/bge-reranker-v2-m3`, by the rules of encoders."""
    running = running or Running()
    folder, name = _located(spec, running, _RERANKER)
    return CrossEncoderReranker(folder, name, running)


def token_vectors(encoder: Encoder) -> TokenVectors | None:
    """Return the token vectors of `encoder`, or of the one inside a cached one; None when there are none."""
    inside = encoder.inside if isinstance(encoder, CachedEncoder) else encoder
    inside = inside.static if isinstance(inside, ContextualEncoder) else inside
    return inside if isinstance(inside, StaticEncoder) else None


def _static(folder: Path, name: str) -> Encoder:
    static = StaticEncoder(folder, name)
    return ContextualEncoder(static, folder / CONTEXT) if has_context(folder) else static


def _located(spec: str, running: Running, wanted: tuple[str, str, str]) -> tuple[Path, str]:
    """Return a model's folder and its name; raise EncoderNotFound."""
    folder = Path(spec).expanduser()
    try:
        if not folder.is_dir():
            if spec.startswith((".", "/", "~")) or spec.count("/") != 1 or "\\" in spec:
                raise NotOnHub(f"no folder {folder}")
            folder, name = fetched(spec), spec
        else:
            name = folder.resolve().name
        if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
            raise NotOnHub(f"no model in {folder} (neither modules.json nor config.json)")
        if running.trust_code:
            fetch_own_code(folder)
    except NotOnHub as reason:
        raise _not_found(spec, str(reason), wanted) from reason
    return folder, name


def _existing(folder: Path, spec: str) -> Path:
    if not folder.is_dir():
        raise EncoderNotFound(
            f"found no model for {spec!r} at {folder}, where the package should hold it; install the package again, "
            "or train the model with `python -m embeddings.train`"
        )
    return folder


def _not_found(spec: str, reason: str, wanted: tuple[str, str, str]) -> EncoderNotFound:
    what, expected, instead = wanted
    return EncoderNotFound(
        f"found no {what} {spec!r}: {reason}; expected {expected}, or a hub name that can be "
        "fetched. Without a network, copy the model's folder here and give its path; where the hub is blocked, set "
        f"HF_ENDPOINT to a mirror; {instead}"
    )
