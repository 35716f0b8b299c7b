"""The chat in other sites' pages: /widget.js, which they load, and who may show the question page in a frame."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, Request, Response

from api.middleware import content_policy
from qa.settings import Settings

router = APIRouter(include_in_schema=False)
_HOUR = 3600


@router.get("/widget.js")
def widget(request: Request) -> Response:
    """Return the script for other sites' pages, or 304 to a browser that has it already."""
    script = (files("api") / "static" / "widget.js").read_bytes()
    tag = f'"{sha256(script).hexdigest()[:32]}"'
    headers = {
        "etag": tag,
        "cache-control": f"public, max-age={_HOUR}",
        # A page that isolates itself (COEP) loads only what says that it may be loaded from anywhere.
        "cross-origin-resource-policy": "cross-origin",
    }
    if tag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(script, media_type="text/javascript", headers=headers)


def framing(settings: Settings, embed: str | None) -> dict[str, str]:
    """Return the headers that let the listed origins frame a page asked for with `embed=1`; else none, and nobody may."""
    if embed != "1" or not settings.widget_origins:
        return {}
    return {"content-security-policy": content_policy(" ".join(settings.widget_origins))}


def _tags(if_none_match: str) -> set[str]:
    """Return the tags that a browser names; a proxy that compresses marks them as weak."""
    return {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
