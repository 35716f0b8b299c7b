"""Fetch a model from a hub, or find it in the local cache; a hub that cannot be reached is told within seconds."""

import json
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

# Other forms of the same weights, which sentence-transformers does not load here.
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "coreml/*"]
_ANSWER_WITHIN = 5.0  # seconds for a hub to accept a connection


class NotOnHub(Exception):
    """Say why a name gave no model; `opening` puts it into its own message."""


def fetched(name: str, only: str | None = None) -> Path:
    """Return the local folder of a hub's model, from the Hugging Face cache or else fetched; raise NotOnHub.

    `only` names the files to fetch, as a pattern.
    """
    # huggingface_hub takes 0.3 s to import; the embedded default and folders do without.
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        pass  # not in the local cache: fetch it, if there is a hub to fetch it from
    if reason := _unreachable():
        raise NotOnHub(reason)
    try:
        return Path(
            snapshot_download(name, etag_timeout=_ANSWER_WITHIN, allow_patterns=only, ignore_patterns=_NOT_NEEDED)
        )
    except (HfHubHTTPError, HFValidationError, OSError, ValueError) as error:
        raise NotOnHub(f"the hub gave none ({error})") from error


def own_code(folder: Path) -> list[str]:
    """Return the classes that a model's config.json takes from Python code of its own, like `modeling.MyModel`.

    `owner/name--modeling.MyModel` stands in another repository of the hub.
    """
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return []
    classes = config.get("auto_map") if isinstance(config, dict) else None
    if not isinstance(classes, dict):
        return []
    return sorted(place for place in classes.values() if isinstance(place, str))


def fetch_own_code(folder: Path) -> None:
    """Fetch the code of a model that stands in another repository; raise NotOnHub."""
    for repository in sorted({place.split("--")[0] for place in own_code(folder) if "--" in place}):
        try:
            fetched(repository, only="*.py")
        except NotOnHub as reason:
            raise NotOnHub(f"its code stands in {repository}: {reason}") from reason


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
