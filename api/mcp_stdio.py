"""Serve the MCP tools on standard input and output: `jianghai-qa mcp`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing

from qa.errors import QAError
from qa.settings import Settings
from qa.threads import one_blas_thread


def main(argv: Sequence[str] | None = None) -> int:
    """Serve one client until it closes the input; messages go to standard error."""
    one_blas_thread()
    parser = ArgumentParser(
        prog="jianghai-qa mcp",
        description="Serve search, fetch and ask to one MCP client on standard input and output. "
        "The settings are read from the environment (JIANGHAI_QA_DATA_DIR, JIANGHAI_QA_PUBLIC_URL, …).",
    )
    parser.parse_args(argv)
    # The MCP package and the encoder take a while to import; --help answers before.
    from api.mcp_tools import create_mcp
    from api.urls import Urls, listening_url
    from embeddings.errors import EncoderError
    from qa.prepare import prepare
    from qa.service import Service

    try:
        settings = Settings.read()
        prepare(settings, _say)
        base = settings.public_url.rstrip("/") or listening_url("http", settings.host, settings.port)
        with closing(Service.open(settings)) as service:
            create_mcp(service, Urls(base)).run("stdio")
    except (QAError, EncoderError) as fault:
        _say(f"{parser.prog}: {fault}")
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
