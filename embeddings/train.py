"""Train the embedded static model: `python -m embeddings.train OUT --data PATH`.

Nothing heavy is imported before the arguments are read, so that --help answers at once.
"""

import argparse
import dataclasses
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from embeddings.errors import EncoderError
from embeddings.training.options import TrainingOptions

_DEFAULTS = TrainingOptions()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 2 for a fault in the input or the state."""
    options = _parser().parse_args(arguments)
    try:
        if not options.card_only:
            _train(options)
        _write_card(options.out, options.figures)
    except (EncoderError, OSError) as error:
        print(f"embeddings.train: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("embeddings.train: stopped; --resume goes on from the last checkpoint", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m embeddings.train",
        description="Train the embedded static model from pairs of texts that belong together.",
    )
    add = parser.add_argument
    add("out", type=Path, metavar="OUT", help="folder for the model (made if missing)")
    add("--data", type=Path, metavar="PATH", help='folder of *.jsonl.zst files, each line {"a", "b", "source"}')
    add("--exclude-source", action="append", default=[], metavar="NAME", help="leave a source out; may be repeated")
    add("--dimensions", type=_positive, default=_DEFAULTS.dimensions, help="length of a vector (default %(default)s)")
    add("--steps", type=_positive, default=_DEFAULTS.steps, help="batches to train on (default %(default)s)")
    add("--batch", type=_positive, default=_DEFAULTS.batch, help="pairs in a batch (default %(default)s)")
    add(
        "--learning-rate", type=float, default=_DEFAULTS.learning_rate, help="of Adam, at its top (default %(default)s)"
    )
    add(
        "--word-split",
        type=float,
        default=_DEFAULTS.word_split,
        help="share of words read character by character (default %(default)s)",
    )
    add("--token-drop", type=float, default=_DEFAULTS.token_drop, help="share of tokens left out (default %(default)s)")
    add("--seed", type=int, default=_DEFAULTS.seed, help="of everything random (default %(default)s)")
    add("--threads", type=_positive, default=1, help="torch threads; only 1 gives the same model again (default 1)")
    add("--teacher", metavar="NAME", help="an encoder's folder or hub name: train the context network by it as well")
    add("--context-only", action="store_true", help="train only the context network, beside the static model in OUT")
    add("--context-steps", type=_positive, metavar="N", help="batches to train the context network on")
    add("--resume", action="store_true", help="go on from the checkpoint in OUT, if there is one")
    add("--figures", type=Path, metavar="FILE", help='JSON list of {"set", "measure", "value"} for the model card')
    add("--card-only", action="store_true", help="only write OUT/README.md again, from the record of the training")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"found {number}, expected 1 or more")
    return number


def _train(arguments: argparse.Namespace) -> None:
    if arguments.data is None:
        raise EncoderError("found no --data, expected the folder of the training files; add --data PATH")
    names = {field.name for field in dataclasses.fields(TrainingOptions)}
    given = {name: value for name, value in vars(arguments).items() if name in names}
    options = dataclasses.replace(_DEFAULTS, exclude_sources=tuple(sorted(arguments.exclude_source)), **given)
    if arguments.threads == 1:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if arguments.context_only and not arguments.teacher:
        raise EncoderError(
            "found --context-only without --teacher, expected the encoder to learn from; add --teacher NAME"
        )
    # torch takes 1.4 s to import.
    import torch

    from embeddings.training.whole import train_model

    torch.set_num_threads(arguments.threads)
    say = _progress()
    if not arguments.context_only:
        train_model(arguments.data, arguments.out, options, resume=arguments.resume, say=say)
    if arguments.teacher:
        _train_context(arguments, options, say)


def _train_context(arguments: argparse.Namespace, options: TrainingOptions, say: Callable[[str], None]) -> None:
    from embeddings.opening import open_encoder
    from embeddings.running import Running
    from embeddings.training.context import ContextOptions
    from embeddings.training.whole import train_context

    teacher = open_encoder(arguments.teacher, Running(threads=arguments.threads))
    context = ContextOptions(seed=arguments.seed)
    if arguments.context_steps:
        context = dataclasses.replace(context, steps=arguments.context_steps)
    train_context(arguments.data, arguments.out, context, options.exclude_sources, teacher, arguments.resume, say)


def _progress() -> Callable[[str], None]:
    begun = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - begun:6.0f} s  {line}", file=sys.stderr, flush=True)

    return say


def _write_card(folder: Path, figures: Path | None) -> None:
    from embeddings.training.card import read_figures, write_card

    write_card(folder, read_figures(figures) if figures else ())


if __name__ == "__main__":
    sys.exit(main())
