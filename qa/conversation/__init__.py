"""A follow-up question made whole from the turns before it, so that it can be searched for by itself."""

from qa.conversation.rewriting import rewriter_of, standalone
from qa.conversation.turns import Role, Turn, recent
from qa.conversation.whole import Rules

__all__ = ["Role", "Rules", "Turn", "recent", "rewriter_of", "standalone"]
