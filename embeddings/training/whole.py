"""A whole training run, from the folder of pairs to the folder of the model."""

from collections.abc import Callable
from pathlib import Path

from embeddings.training.card import write_record
from embeddings.training.checkpoint import Run, remove_checkpoint
from embeddings.training.corpus import new_tokenizer, prepare, read_training_pairs
from embeddings.training.loop import Trainer
from embeddings.training.options import TrainingOptions
from embeddings.training.pairs import data_digest
from embeddings.training.saving import save_model

CHECKPOINT = "checkpoint"


def train_model(
    data: Path,
    out: Path,
    options: TrainingOptions,
    resume: bool,
    say: Callable[[str], None],
    stop_after: int | None = None,
) -> None:
    """Train from the pairs in `data` and write the model to `out`; checkpoints lie in `out` until it is done.

    Without `resume` an earlier checkpoint is removed. With it the run goes on from there and ends with the same
    weights as an uninterrupted one. `stop_after` leaves the run unfinished after that step, as a kill would.
    """
    checkpoint = out / CHECKPOINT
    if not resume:
        remove_checkpoint(checkpoint)
    run = Run(options, data_digest(data))
    pairs = read_training_pairs(data, options)
    say(f"read {len(pairs)} pairs")
    tokenizer = new_tokenizer(pairs, options)
    say(f"counted a vocabulary of {tokenizer.get_vocab_size()} pieces")
    corpus = prepare(pairs, tokenizer, options, say)
    state = Trainer(corpus, run, checkpoint, say).train(stop_after)
    if stop_after is not None and stop_after < options.steps:
        return
    save_model(out, tokenizer, state.weights)
    write_record(out, run, corpus.counts, tokenizer.get_vocab_size())
    remove_checkpoint(checkpoint)
    say(f"wrote {out}")
