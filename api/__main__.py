"""Serve the API and its pages: `python -m api`, or `jianghai-qa serve`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from qa.errors import QAError
from qa.settings import TABLE, Settings
from qa.threads import one_blas_thread


def main(argv: Sequence[str] | None = None) -> int:
    """Prepare, serve until a signal, and return the exit code: 2 for a fault that the user can mend."""
    one_blas_thread()
    parser = _parser()
    given = {name: value for name, value in vars(parser.parse_args(argv)).items() if value is not None}
    try:
        settings = Settings.read(overrides=given)
    except QAError as fault:
        return _failed(parser, fault)
    # Web framework, encoder and index take a while to import; --help and wrong options answer before.
    from api.server import ServerFault, serve
    from embeddings.errors import EncoderError

    try:
        serve(settings)
    except (QAError, EncoderError, ServerFault) as fault:
        return _failed(parser, fault)
    return 0


def _parser() -> ArgumentParser:
    own_name = sys.argv[0].endswith(" serve")
    parser = ArgumentParser(
        prog=sys.argv[0] if own_name else "python -m api",
        description="Serve the API and the question page. Every option is also an environment variable.",
    )
    for setting in TABLE:
        shown = setting.help.replace("%", "%%")
        text = f"{shown} ({setting.variable}; default: {setting.default_text() or 'empty'})"
        parser.add_argument(setting.option, dest=setting.name, metavar="VALUE", help=text)
    return parser


def _failed(parser: ArgumentParser, fault: Exception) -> int:
    print(f"{parser.prog}: {fault}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
