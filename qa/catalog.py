"""The catalogue beside a folder of pages: facts about a page that the page does not say itself.

A TOML file `catalog.toml`: a table `[defaults]` and one table a file, with the fields of `Metadata`.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from qa.dates import interval
from qa.errors import InvalidRequest, SettingsError
from qa.records import Erratum, Metadata

FILE = "catalog.toml"
_TEXTS = ("publication", "section", "published", "published_basis")


def read_catalog(folder: Path) -> dict[str, Metadata]:
    """Return the metadata of each file that the folder's catalogue names; no catalogue gives none.

    Raises `SettingsError` with all its faults at once.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        return parse_catalog(path.read_bytes(), str(path))
    except OSError as fault:
        raise SettingsError(f"{path} cannot be read ({fault}); correct it and start again") from fault


def parse_catalog(data: bytes, path: str) -> dict[str, Metadata]:
    """Return the metadata of each file that a catalogue names; raise `SettingsError` with all its faults at once."""
    try:
        tables: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise SettingsError(f"{path} cannot be read as TOML ({fault}); correct it and start again") from fault
    faults = [
        f"{path}: {name}: found {table!r}, expected a table of facts"
        for name, table in tables.items()
        if not isinstance(table, dict)
    ]
    tables = {name: table for name, table in tables.items() if isinstance(table, dict)}
    defaults = tables.pop("defaults", {})
    found: dict[str, Metadata] = {}
    try:
        metadata_of(defaults)
    except InvalidRequest as fault:
        faults.append(f"{path}: defaults: {fault}")
        defaults = {}
    for name, table in tables.items():
        try:
            found[name] = metadata_of(defaults | table)
        except InvalidRequest as fault:
            faults.append(f"{path}: {name}: {fault}")
    if faults:
        raise SettingsError("\n".join(faults))
    return found


def metadata_of(table: dict[str, Any]) -> Metadata:
    """Make metadata of a plain table; raise `InvalidRequest` that says what is wrong, all of it at once."""
    # TOML has dates of its own: 2024-03-03 without quotes.
    table = {name: value.isoformat() if type(value) is date else value for name, value in table.items()}
    faults = [
        f"found the field {name!r}, expected one of {', '.join((*_TEXTS, 'errata'))}"
        for name in sorted(set(table) - {*_TEXTS, "errata"})
    ]
    for name in _TEXTS:
        if not _is_text(table.get(name, "")):
            faults.append(f"found {ascii(table[name])[:60]} for {name}, expected a text")
    errata: tuple[Erratum, ...] = ()
    try:
        if isinstance(published := table.get("published"), str) and published:
            interval(published)
    except InvalidRequest as fault:
        faults.append(str(fault))
    try:
        errata = _errata(table.get("errata", []))
    except InvalidRequest as fault:
        faults.append(str(fault))
    if faults:
        raise InvalidRequest("; ".join(faults))
    return Metadata(**{name: table.get(name) or None for name in _TEXTS}, errata=errata)


def _errata(rows: Any) -> tuple[Erratum, ...]:
    try:
        found = tuple(Erratum(str(row["printed"]), str(row["read"]), str(row["reason"])) for row in rows)
    except (TypeError, KeyError):
        found = ()
    whole = all(e.printed and e.read and _is_text(e.printed + e.read + e.reason) for e in found)
    if len(found) != (len(rows) if isinstance(rows, list) else -1) or not whole:
        raise InvalidRequest("found an erratum without printed, read or reason, expected all three")
    return found


def _is_text(value: Any) -> bool:
    """Say whether a value is a text of whole Unicode characters: JSON can spell half ones."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)
