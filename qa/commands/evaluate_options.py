"""The options of `evaluate` that must fit together, and what they ask to compare."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from qa.commands import fit
from qa.errors import InvalidRequest
from qa.evaluation.contenders import SERVING, Contender, contenders
from qa.evaluation.gate_file import Gate
from qa.records import Mode
from qa.settings import Settings

COMPARED = "lexical,dense,hybrid"
_SHORTEST, _LONGEST = 80, 2000
_INDEXED = ("passage_length", "weights", "baseline")
# What each option needs to be without.
_APART = {
    "answers": ("data", "score", "qrels", "fit", "reset_fit", "robustness", "draft"),
    "url": ("data", "score", "encoder", "passage_length", "weights", "fit", "robustness", "draft"),
    "data": ("qrels", "queries", "fit", "gate", "robustness", "draft"),
    "score": ("compare", "encoder", "passage_length", "weights", "fit", "robustness", "draft"),
    "report": ("fit", "reset_fit", "robustness", "draft"),
    "gate": ("fit", "reset_fit", "robustness", "draft"),
    "robustness": ("fit", "reset_fit", "draft", "url", "data", "score", "qrels", *_INDEXED),
    "draft": ("fit", "reset_fit", "queries", "qrels", "compare", "baseline"),
}
# What an option needs beside it.
_TOGETHER = (
    ("junit", "gate"),
    ("update_baseline", "gate"),
    ("variants", "robustness"),
    ("seeds", "robustness"),
    ("split", "data"),
    ("count", "draft"),
    ("document", "draft"),
)


def check_options(args: argparse.Namespace) -> None:
    """Raise `InvalidRequest` for options that do not go together."""
    fit.check_options(args)
    for name, others in _APART.items():
        for other in others:
            if getattr(args, name) and getattr(args, other):
                found = "FILE" if other == "queries" else _option(other)
                raise InvalidRequest(f"found {_option(name)} with {found}, expected one of them")
    if len(args.encoder or ()) > 1 and (args.fit or args.robustness or args.draft or args.answers):
        raise InvalidRequest("found several --encoder, expected one of them: only searches are compared")
    for name in ("failures", "changes", "processes"):
        if getattr(args, name) < 0:
            raise InvalidRequest(f"found {_option(name)} {getattr(args, name)}, expected 0 or more")
    for name, needed in _TOGETHER:
        if getattr(args, name) and not getattr(args, needed):
            raise InvalidRequest(f"found {_option(name)} without {_option(needed)}, expected both")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def contenders_of(args: argparse.Namespace, settings: Settings, gate: Gate | None) -> list[Contender]:
    """Return what is to be compared; a gate alone asks for just the run that it holds."""
    default = gate.run if gate is not None and gate.run in list(Mode) else COMPARED
    modes = modes_of(args.compare or default, settings)
    if args.url:
        modes = [mode for mode in modes if mode not in (Mode.SOFT, Mode.RERANKED)]
        if not modes:
            raise InvalidRequest(
                f"found --compare {args.compare} with --url, expected a mode that is served: lexical, dense, hybrid"
            )
    if args.weights and Mode.HYBRID not in modes:
        raise InvalidRequest("found --weights without hybrid, expected hybrid in --compare: only it is weighed")
    return contenders(modes, args.encoder or [None], _lengths(args.passage_length), args.weights or [SERVING])


def modes_of(text: str, settings: Settings) -> list[Mode]:
    """Return the retrievers that are named; raise `InvalidRequest` for one that there is not."""
    offered = [mode for mode in Mode if mode is not Mode.RERANKED or settings.reranker]
    names = [name.strip() for name in text.split(",")]
    if not set(names) <= set(offered):
        hint = "; set a reranker to compare reranked" if Mode.RERANKED in names else ""
        raise InvalidRequest(
            f"found --compare {text!r}, expected some of {', '.join(offered)}, divided by commas{hint}"
        )
    return [Mode(name) for name in dict.fromkeys(names)]


def _lengths(text: str | None) -> Sequence[int | None]:
    if text is None:
        return [None]
    found: list[int | None] = []
    for part in text.split(","):
        if part.strip() == "now":
            found.append(None)
        elif part.strip().isdecimal() and _SHORTEST <= int(part) <= _LONGEST:
            found.append(int(part))
        else:
            raise InvalidRequest(
                f"found --passage-length {text!r}, expected numbers of characters from {_SHORTEST} to {_LONGEST}, divided "
                "by commas; now: as the passages are"
            )
    return list(dict.fromkeys(found))
