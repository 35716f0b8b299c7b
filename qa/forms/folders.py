"""Which files of a folder are documents."""

from __future__ import annotations

from pathlib import Path

from qa.forms.records import SUFFIXES

# What stands beside documents and speaks of the folder itself.
_ABOUT = frozenset({"readme", "license", "licence"})


def documents_in(folder: Path, *, deep: bool) -> list[Path]:
    """Return the documents of a folder in the order of their names, those of the folders in it as well when `deep`.

    A document has the suffix of a form that is read. Hidden files and folders, the lock files of office programs, and what
    speaks of the folder itself (README, LICENSE) are none.
    """
    found = folder.rglob("*") if deep else folder.glob("*")
    return sorted(path for path in found if _is_document(path.relative_to(folder)) and path.is_file())


def _is_document(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts) or path.name.startswith("~$")
    return path.suffix.lower() in SUFFIXES and not hidden and path.name.split(".")[0].lower() not in _ABOUT
