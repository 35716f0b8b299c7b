"""What each command does; parsing is `qa.cli`'s."""

from __future__ import annotations

from qa.commands.ask import ask, search
from qa.commands.documents import documents
from qa.commands.evaluate import evaluate
from qa.commands.feedback import feedback
from qa.commands.keep import backup, index, migrate, restore

COMMANDS = {
    "ask": ask,
    "search": search,
    "evaluate": evaluate,
    "index": index,
    "documents": documents,
    "feedback": feedback,
    "backup": backup,
    "restore": restore,
    "migrate": migrate,
}
