"""The command line `jianghai-qa`: parse, run one command, turn faults into one message and exit code 2.

Exit codes: 0 done; 1 no answer, or a fit that is no gain; 2 a fault in the input or the state.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

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
    _evaluating(commands)
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


def _evaluating(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _command(commands, "evaluate", "measure search and answers with test questions")
    command.add_argument(
        "queries",
        nargs="*",
        metavar="FILE",
        help="questions: JSON lines, a CSV or XLSX sheet, TREC topics (default: tests/data/dev.jsonl of a checkout)",
    )
    command.add_argument("--qrels", metavar="FILE", help="TREC judgements by passage id, for questions without quotes")
    command.add_argument(
        "--data", metavar="PATH", help="a BEIR folder (corpus.jsonl, queries.jsonl, qrels/), instead of the library"
    )
    command.add_argument(
        "--split", metavar="NAME", help="with --data: qrels/NAME.tsv (default test, else all there are)"
    )
    command.add_argument("--url", help="ask a running server instead of the library here")
    command.add_argument(
        "--score", action="append", metavar="RUN", help="score a TREC run instead of searching (may be repeated)"
    )
    command.add_argument(
        "--measures",
        metavar="NAMES",
        help="by the names of ir-measures, divided by commas (default Success@1,Success@5,Success@10,RR@10,nDCG@10,R@10)",
    )
    command.add_argument(
        "--answers", action="store_true", help="ask for answers as well: is the evidence cited, is refused what must be"
    )
    command.add_argument(
        "--processes", type=int, default=0, metavar="N", help="how many processes ask and index (default: all cores)"
    )
    _comparing(command)
    _reporting(command)
    _making(command)
    _fitting(command)
    add_settings(
        command, (*(name for name in _SEARCHED if name != "encoder"), "llm_url", "llm_model", "llm_key", "llm_timeout")
    )


def _comparing(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("comparing", "every combination is asked, one after the other")
    group.add_argument(
        "--compare",
        metavar="MODES",
        help="retrievers, divided by commas (default lexical,dense,hybrid; also soft, and reranked with a reranker)",
    )
    group.add_argument(
        "--encoder",
        action="append",
        metavar="NAME",
        help="embedded, a local folder or a model's name on a hub; read into a temporary index (may be repeated)",
    )
    group.add_argument(
        "--passage-length",
        metavar="N,…",
        help="cut passages anew, at about so many characters, into a temporary index; now: as they are",
    )
    group.add_argument(
        "--weights",
        action="append",
        metavar="FILE",
        help="weights of hybrid: serving, shipped, ranks (none: the legs merged by rank), or a fitted.json (may be repeated)",
    )
    group.add_argument(
        "--baseline",
        metavar="FILE",
        help="compare with a saved run: report.json (report.json:RUN for one of several) or a TREC run",
    )
    group.add_argument(
        "--changes", type=int, default=0, metavar="N", help="list up to N questions lost and won, with both rankings"
    )


def _reporting(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("reporting")
    group.add_argument("--report", metavar="FOLDER", help="write report.html, report.json, TREC runs and judgements")
    group.add_argument("--run", metavar="PREFIX", help="write TREC runs PREFIX.NAME.run")
    group.add_argument(
        "--failures", type=int, default=0, metavar="N", help="list up to N questions that the last retriever missed"
    )
    group.add_argument(
        "--gate", metavar="FILE", help="hold the figures to floors and a baseline (exit code 1: one fails)"
    )
    group.add_argument("--junit", metavar="FILE", help="with --gate: write what was held as JUnit XML")
    group.add_argument(
        "--update-baseline", action="store_true", help="with --gate: keep the run as the baseline of later ones"
    )


def _making(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("other questions")
    group.add_argument(
        "--draft",
        metavar="FILE",
        help="propose questions with quotes, for a person to accept or correct, in FILE (.jsonl, .csv or .xlsx)",
    )
    group.add_argument("--count", type=int, metavar="N", help="with --draft: how many (default 20)")
    group.add_argument(
        "--document", action="append", metavar="ID", help="with --draft: only from this document (may be repeated)"
    )
    group.add_argument(
        "--robustness",
        nargs="?",
        const="all",
        choices=("all", "questions", "documents"),
        help="ask the same questions as people type them (typos, pinyin, other scripts), and over misread documents",
    )
    group.add_argument(
        "--variants", metavar="FILE", help='with --robustness: English wordings, {"id", "english"} a line'
    )
    group.add_argument(
        "--seeds", type=int, metavar="N", help="with --robustness: how often typos and damage are drawn (default 3)"
    )


def _fitting(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("fitting", "weights and confidence of your own, learnt on your questions")
    group.add_argument(
        "--fit", action="store_true", help="fit them and keep them if they are better (exit code 1: not)"
    )
    group.add_argument(
        "--force", action="store_true", help="with --fit: keep them in any case; with --draft: write over the file"
    )
    group.add_argument(
        "--reset-fit", action="store_true", help="take them away: what ships with the program serves again"
    )


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
