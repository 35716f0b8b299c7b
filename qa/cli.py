"""The command line `jianghai-qa`: parse, run one command, turn faults into one message and exit code 2.

Exit codes: 0 done; 1 no answer, or a fit that is no gain; 2 a fault in the input or the state.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from qa import cli_evaluate
from qa.options import add_settings
from qa.threads import one_blas_thread

Command = Callable[[argparse.Namespace], int]
_ENCODER = ("encoder", "encoder_threads", "encoder_batch", "encoder_device", "encoder_trust_code")
_LIBRARY = ("data_dir", *_ENCODER, "user_dictionary", "synonyms")
_SEARCHED = (*_LIBRARY, "index_questions", "reranker", "reranker_depth")
_MODEL = ("llm_url", "llm_model", "llm_key", "llm_answers", "llm_answer_timeout")
# Commands whose options belong to the package that carries them out; they get their arguments as they are.
_DELEGATED = {"serve": "api", "mcp": "api.mcp_stdio"}


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands. Importing a command's own module waits until it is run: help answers at once."""
    root = argparse.ArgumentParser(
        prog="jianghai-qa", description="Ask the district's newspaper a question, get a cited answer."
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _asking(commands)
    evaluate = _command(commands, "evaluate", "measure search and answers with test questions")
    cli_evaluate.add_options(evaluate, _SEARCHED)
    _keeping(commands)
    commands.add_parser("serve", help="serve the HTTP API and the question page", add_help=False)
    commands.add_parser("mcp", help="serve as an MCP server over standard input and output", add_help=False)
    return root


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, help_: str, json: bool = True
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".")
    if json:
        command.add_argument("--json", action="store_true", help="print JSON for programs")
    return command


def _asking(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, text, help_ in (
        ("ask", "question", "answer a question, with citations (exit code 1: no answer)"),
        ("search", "query", "list the best passages for a query (exit code 1: none)"),
    ):
        command = _command(commands, name, help_)
        command.add_argument(text, help=f"the {text}, in Chinese or English")
        command.add_argument(
            "-k", "--top-k", type=int, default=5, metavar="N", help="how many passages (1-50, default 5)"
        )
        if name == "search":
            command.add_argument("--mode", choices=("hybrid", "dense", "lexical", "soft", "reranked"), default="hybrid")
        _filters(command)
        model = _MODEL if name == "ask" else ()
        add_settings(command, (*_SEARCHED, *model, "public_url", "host", "port"))


def _filters(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("filters", "dates are YYYY, YYYY-MM or YYYY-MM-DD")
    group.add_argument("--document", action="append", metavar="ID", help="only this document (may be repeated)")
    for name in ("published-from", "published-to", "event-from", "event-to"):
        group.add_argument(f"--{name}", metavar="DATE")
    group.add_argument("--include-undated", action="store_true", help="keep passages without a known date")


def _keeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    index = _command(
        commands,
        "index",
        "rebuild the index from the library (makes a new library first where there is none)",
    )
    add_settings(index, (*_LIBRARY, "seeds_dir"))
    documents = commands.add_parser(
        "documents", help="add, list, show, replace or remove documents; give them index-time questions"
    )
    actions = documents.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = _command(actions, "add", "add files, or all text files of a folder (what is there already stays as it is)")
    add.add_argument("path", nargs="+")
    list_ = _command(actions, "list", "list the documents")
    show = _command(actions, "show", "show a document's articles and passages")
    replace = _command(actions, "replace", "replace a document's content; its id stays")
    remove = _command(actions, "remove", "remove a document")
    questions = _command(actions, "questions", "read index-time questions of passages from a file (questions.jsonl)")
    questions.add_argument("path")
    write = _command(
        actions, "write-questions", "let the language model write index-time questions for paragraphs that have none"
    )
    write.add_argument("id", nargs="*", metavar="ID", help="only these documents")
    write.add_argument("--again", action="store_true", help="ask again where it wrote nothing usable before")
    add_settings(write, (*_LIBRARY, "llm_url", "llm_model", "llm_key", "llm_timeout"))
    for action in (show, replace, remove):
        action.add_argument("id", help="the document's id")
    replace.add_argument("path")
    for action in (add, replace):
        group = action.add_argument_group(
            "metadata", "what the text does not say itself; a catalog.toml beside the file serves as well"
        )
        for name in ("publication", "section", "published", "published-basis"):
            group.add_argument(f"--{name}", metavar="TEXT")
    for action in (add, list_, show, replace, remove, questions):
        add_settings(action, (*_LIBRARY, "max_document_bytes"))
    _feedback(commands)
    backup = _command(commands, "backup", "copy the library to one file, also while it is in use")
    backup.add_argument("file")
    restore = _command(
        commands, "restore", "put a backup in the library's place; the present library is kept beside it"
    )
    restore.add_argument("file")
    migrate = _command(
        commands, "migrate", "bring a library of an older version to the present form (serve and index do so as well)"
    )
    for command in (backup, restore, migrate):
        add_settings(command, _LIBRARY)


def _feedback(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    feedback = commands.add_parser("feedback", help="list, export or remove what visitors said of answers")
    actions = feedback.add_subparsers(dest="action", required=True, metavar="ACTION")
    list_ = _command(actions, "list", "list the feedback, the newest first")
    export = _command(
        actions,
        "export",
        "write test questions: those judged right and never wrong, which favour what works already; see --review",
    )
    export.add_argument("file", help="a new file: JSON lines (.jsonl), or a sheet (.csv, .xlsx)")
    export.add_argument(
        "--review", action="store_true", help="write those that a person has to complete instead, with what is wrong"
    )
    remove = _command(actions, "remove", "remove feedback for good")
    remove.add_argument("id", nargs="+", metavar="ID", help="as list shows it")
    clear = _command(actions, "clear", "remove all feedback for good, a damaged file of it as well")
    clear.add_argument("--yes", action="store_true", help="do not ask; needed where no person sits at a terminal")
    for action in (list_, export, remove, clear):
        add_settings(action, ("data_dir",))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    one_blas_thread()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in _DELEGATED:
        return _delegate(words[0], words[1:])
    args = parser().parse_args(words)
    # Imported here: NumPy, FAISS and SQLite are not needed to print help.
    from embeddings.errors import EncoderError
    from qa.commands import COMMANDS
    from qa.errors import QAError

    try:
        return COMMANDS[args.command](args)
    except (QAError, EncoderError) as fault:
        print(f"jianghai-qa {args.command}: {fault}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of the output went away (head, less): nothing is wrong. Python would complain at exit otherwise.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        print(f"jianghai-qa {args.command}: {fault}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _delegate(command: str, arguments: list[str]) -> int:
    """Run a command that another package carries out: this one knows no HTTP, so it names the module and no more."""
    import runpy

    sys.argv = [f"jianghai-qa {command}", *arguments]
    try:
        runpy.run_module(_DELEGATED[command], run_name="__main__")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    return 0
