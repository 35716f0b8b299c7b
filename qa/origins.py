"""Origins of web pages as a setting names them: `https://www.example.org`, divided by commas, or `*` for any."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

ANY = "*"
_EXPECTED = "origins like https://www.example.org or https://*.example.org divided by commas, or * alone for any site"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# What goes into a header is spelt out: nothing that could end a directive or begin another gets through.
_HOST = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")


def read_origins(raw: str) -> tuple[str, ...]:
    """Return the origins in the form that browsers compare (lower case, Chinese names in punycode), each once.

    Raises `ValueError` that names every faulty one at once, each with what is wrong with it.
    """
    stated = [part.strip() for part in raw.split(",") if part.strip()]
    if stated == [ANY]:
        return (ANY,)
    origins: dict[str, None] = {}
    faults: list[str] = []
    for part in stated:
        try:
            origins[_origin(part)] = None
        except ValueError as fault:
            faults.append(f"{part!r} ({fault})")
    if faults:
        raise ValueError(f"{_EXPECTED}; found {', '.join(faults)}")
    return tuple(origins)


def _origin(text: str) -> str:
    if text == ANY:
        raise ValueError("beside others")
    scheme, divider, rest = text.partition("://")
    if not divider:
        raise ValueError("no http:// or https://")
    if scheme.lower() not in ("http", "https"):
        raise ValueError("neither http nor https")
    if re.search(r"[/?#]", rest):
        raise ValueError("something after the host: leave out what begins with / or ? or #")
    if "@" in rest:
        raise ValueError("a user's name before the host")
    return f"{scheme.lower()}://{_host(rest)}{_port(text)}"


def _host(rest: str) -> str:
    if rest.startswith("["):
        raise ValueError("an IPv6 address, which browsers do not compare: use a name")
    name = rest.rpartition(":")[0] if ":" in rest else rest
    try:
        wildcard, name = ("*.", name[2:]) if name.startswith("*.") else ("", name)
        host = wildcard + name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise ValueError("no name of a host")
    return host


def _port(text: str) -> str:
    try:
        port = urlsplit(text).port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("no port from 1 to 65535")
    return "" if port is None else f":{port}"
