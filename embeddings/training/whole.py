"""Whole training runs, from the folder of pairs to the folder of the model: the static part, and the context network."""

from collections.abc import Callable
from pathlib import Path

from embeddings.contextual import FOLDER as CONTEXT
from embeddings.encoder import Encoder
from embeddings.static import StaticEncoder
from embeddings.training.card import write_context_record, write_record
from embeddings.training.checkpoint import Run, remove_checkpoint
from embeddings.training.context import ContextOptions, ContextTrainer, save_network
from embeddings.training.corpus import new_tokenizer, prepare, read_training_pairs
from embeddings.training.lessons import choose_texts, teach
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


def train_context(
    data: Path,
    out: Path,
    options: ContextOptions,
    exclude_sources: tuple[str, ...],
    teacher: Encoder,
    resume: bool,
    say: Callable[[str], None],
    stop_after: int | None = None,
) -> None:
    """Teach the static model in `out` what `teacher` makes of texts, and write the network beside it.

    The teacher's vectors and the checkpoints lie in `out` until it is done. Without `resume` an earlier checkpoint is
    removed; the vectors, which depend on nothing but teacher and text, are kept. `stop_after` leaves the run unfinished.
    """
    static = StaticEncoder(out, out.name)
    pairs = read_training_pairs(data, TrainingOptions(exclude_sources=exclude_sources))
    chosen = choose_texts(pairs, static.pieces)
    say(f"chose {len(chosen)} texts for the teacher {teacher.name}")
    cache = out / "teacher.cache.sqlite"
    taught = teach(teacher, chosen, options.network.dimensions, cache, say)
    trainer = ContextTrainer(static, taught, options, out, say)
    if not resume:
        trainer.finish()
    network = trainer.train(stop_after)
    if stop_after is not None and stop_after < options.steps:
        return
    save_network(out / CONTEXT, network, options)
    write_context_record(out / CONTEXT, options, teacher, chosen, data_digest(data))
    trainer.finish()
    cache.unlink(missing_ok=True)
    say(f"wrote {out / CONTEXT}")
