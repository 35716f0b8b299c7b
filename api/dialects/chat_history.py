"""What was said before the last user message of a chat, as the service takes it: without what only a program says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from api.dialects.chat_schemas import ChatMessage
from api.dialects.chat_tasks import unwrapped
from qa.conversation import Role, Turn

# The pages that come nearest, a line each, and the notices in brackets: see `api.dialects.chat_reply`.
_LINK = re.compile(r"^- \[.*\]\(\S+\).*$", re.MULTILINE)
_CUT = re.compile(
    r"^\((?:问题超过\d+个字符|The question has more than \d+ characters|(?:同时提问的人太多,没有询问)?语言模型"
    r"|(?:Nothing that t|T)he language model|Too many questions at once).*\)$",
    re.MULTILINE,
)


def earlier_turns(messages: Sequence[ChatMessage]) -> list[Turn]:
    """Return the turns before the last user message, oldest first; those of systems, developers and tools are left out."""
    last = max((i for i, message in enumerate(messages) if message.role == "user"), default=0)
    return [Turn(Role(m.role), _said(m)) for m in messages[:last] if m.role in (Role.USER, Role.ASSISTANT)]


def _said(message: ChatMessage) -> str:
    text = str(message.content)
    if message.role == Role.USER:
        return unwrapped(text)
    return _CUT.sub("", _LINK.sub("", text)).strip()
