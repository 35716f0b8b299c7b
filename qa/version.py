"""Which version of the product this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "jianghai-qa"


def product_version() -> str:
    """Return the installed distribution's version; a bare source tree has none."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "0+source"
