"""A follow-up question made whole from the turns before it, so that it can be searched for by itself."""

from qa.conversation.rewriting import rewriter_of, standalone
from qa.conversation.turns import Role, Turn
from qa.conversation.whole import Rules

__all__ = ["Role", "Rules", "Turn", "rewriter_of", "standalone"]
