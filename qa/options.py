"""The settings as command-line options, the same for every command."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from qa.settings import TABLE, Settings


def add_settings(parser: argparse.ArgumentParser, names: Iterable[str] | None = None) -> None:
    """Add an option for each setting (or for those named) to a parser."""
    group = parser.add_argument_group("settings", "each is also an environment variable JIANGHAI_QA_…")
    wanted = None if names is None else set(names)
    for setting in TABLE:
        if wanted is None or setting.name in wanted:
            group.add_argument(setting.option, dest=f"setting_{setting.name}", metavar="VALUE", help=setting.help)


def read_settings(args: argparse.Namespace) -> Settings:
    """Read all settings, options first; raise `SettingsError`."""
    given = {name.removeprefix("setting_"): value for name, value in vars(args).items() if name.startswith("setting_")}
    return Settings.read(overrides={name: value for name, value in given.items() if value is not None})
