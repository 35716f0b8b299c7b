"""Absolute URLs: on the public address of the settings, or else on the address that a request was sent to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.types import Scope

# A Host header is a client's text and ends up in links, so only plain names and addresses are repeated.
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,250})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Urls:
    """Build absolute URLs on `base`, which has no slash at its end."""

    base: str

    def of(self, path: str) -> str:
        """Return the absolute URL of a path relative to the service's address."""
        return f"{self.base}/{path.lstrip('/')}"

    def document(self, document_id: str) -> str:
        """Return the address of a document's reading page."""
        return self.of(f"documents/{quote(document_id, safe='')}")


def public_prefix(public_url: str) -> str:
    """Return the path of the public address without a slash at its end; empty when it has none."""
    return urlsplit(public_url).path.rstrip("/")


def base_url(scope: Scope, public_url: str) -> str:
    """Return the address that links begin with; a proxy's prefix (the scope's root path) is part of it."""
    if public_url:
        return public_url.rstrip("/")
    root: str = str(scope.get("app_root_path", scope.get("root_path", "")))
    return f"{scope.get('scheme', 'http')}://{_host(scope)}{root.rstrip('/')}"


def listening_url(scheme: str, host: str, port: int) -> str:
    """Return the address of a listening socket; IPv6 gets its brackets, a scheme's own port is left out."""
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"{scheme}://{name}" if _DEFAULT_PORTS.get(scheme) == port else f"{scheme}://{name}:{port}"


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        stated: str = value.decode("latin-1") if name == b"host" else ""
        if _HOST.fullmatch(stated):
            return stated
    host, port = scope.get("server") or ("127.0.0.1", None)
    return listening_url("http", str(host), port or 80).removeprefix("http://")
