"""Who may change documents: who has the key, or, without one, a program on this machine that asks for its own address.

A page of another site that is open in a browser here can reach this address too, so a request that a browser sends for
another origin, or to a name that is not this machine's (DNS rebinding), is refused.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Request

from api.context import Context, context_of
from api.errors import Forbidden, Unauthorized
from api.proxy import ASKED_HOST
from qa.settings import Settings

_READ_ONLY = (
    "found a request that changes documents, expected none: without a key the service is read-only away from this machine; "
    "set JIANGHAI_QA_API_KEY where it runs and send the key as Authorization: Bearer"
)


def may_write(request: Request) -> Context:
    """Return the context; raise `Unauthorized` or `Forbidden` unless this request may change documents."""
    context = context_of(request)
    if context.settings.api_key:
        _check_key(request, context.settings.api_key)
    elif not _from_here(request, context):
        raise Forbidden(_READ_ONLY)
    elif not _own_origin(request, context):
        raise Forbidden(
            "found a request of another site's page, expected one of this address; "
            "send it from a program, or name the site in JIANGHAI_QA_CORS_ORIGINS"
        )
    return context


Writer = Annotated[Context, Depends(may_write)]


def writers(settings: Settings) -> Literal["key", "local", "off"]:
    """Return who may change documents: who has the key, programs on this machine, or nobody."""
    if settings.api_key:
        return "key"
    return "local" if _here_only(settings) else "off"


def _here_only(settings: Settings) -> bool:
    """Say whether the service is this machine's alone: a public address means that a proxy passes others on."""
    return is_loopback(settings.host) and (not settings.public_url or is_loopback(_parts(settings.public_url)[0]))


def _check_key(request: Request, key: str) -> None:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not hmac.compare_digest(given.strip().encode("latin-1"), key.strip().encode()):
        found = "another key" if given else "no key"
        raise Unauthorized(f"found {found}, expected the key of this service; send it as Authorization: Bearer KEY")


def _from_here(request: Request, context: Context) -> bool:
    """Say whether service, client and the name that was asked for are this machine's."""
    stated = request.headers.get("host", "")
    names = [request.client.host if request.client else ""]
    # A header that a page can set states another name; the one that was asked for counts as well.
    names += [_parts(f"//{host}")[0] for host in (stated, request.scope.get(ASKED_HOST, stated))]
    return _here_only(context.settings) and all(map(is_loopback, names))


def _parts(url: str) -> tuple[str, str]:
    """Return the host's name and the network location of a URL; empty for one that is none."""
    try:
        split = urlsplit(url)
        return split.hostname or "", split.netloc
    except ValueError:
        return "", ""


def is_loopback(name: str) -> bool:
    """Say whether an address or name is this machine's own and reached from nowhere else."""
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _own_origin(request: Request, context: Context) -> bool:
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    allowed = {one.strip() for one in context.settings.cors_origins.split(",")}
    return origin in allowed or (_parts(origin)[1] or None) == request.headers.get("host")
