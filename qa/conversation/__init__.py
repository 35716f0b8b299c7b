"""A follow-up question made whole from the turns before it, so that it can be searched for by itself."""

from qa.conversation.rewriting import rewriter_of, standalone
from qa.conversation.turns import Role, Turn

__all__ = ["Role", "Turn", "rewriter_of", "standalone"]
