"""What chat programs ask of a model beside the conversation: a title, tags, further questions.

They are told by their form alone: a heading that such programs put first, or an instruction to name a conversation in few
words. Each gets a short text made of the conversation's first question, as JSON where the instruction shows JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from api.dialects.chat_schemas import ChatMessage
from qa.phrases import language

# The same heading stands before a person's question when a program puts pages of its own with it.
_HEADING = re.compile(r"\s*#+ *Task\b", re.IGNORECASE)
_MAKES = re.compile(
    r"\b(?:titles?|tags?|follow-?ups?|emojis?|autocompletion|search quer(?:y|ies)|image)\b|标题|標題|标签|標籤",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"\b(?:respond to|answer) the (?:user|query|question)\b|<user_query>", re.IGNORECASE)
# All of a group must be found: what is to be made, of what, and in what form; a person asks for no form.
_INSTRUCTIONS = tuple(
    tuple(re.compile(part, re.IGNORECASE) for part in group)
    for group in (
        (
            r"\b(?:generate|create|provide|give|write|summari[sz]e|suggest|return|name)\b",
            r"\b(?:title|tags?|name|topic|follow-?up questions?)\b",
            r"\b(?:conversation|chat|dialogue?|messages?|discussion)\b",
            r"\b(?:\w+[- ])?(?:words?|characters?)\b(?: max| or (?:less|fewer))?|\bconcise\b|\bshort\b|\bonly (?:return|output)\b"
            r"|\b(?:return|output) only\b|\bpunctuation\b|\bJSON\b",
        ),
        (
            r"生成|总结|總結|概括|概述|提炼|归纳|返回|起[一个個]*|给出|給出",
            r"标题|標題|主题|主題|题目|題目|标签|標籤|追问",
            r"对话|對話|会话|會話|聊天|这句话|這句話|上述|以上",
            r"字以?[内內]|[个個]字|不要.{0,8}(?:标点|標點|解释|解釋)|不需要包含标点|简短|簡短|简要|簡要|直接返回|JSON|纯文本",
        ),
    )
)
# No person writes such an instruction at greater length than programs do before their copy of the conversation.
_READ = 1500
_WANTED = (
    ("title", re.compile(r'"title"\s*:')),
    ("tags", re.compile(r'"tags"\s*:')),
    ("follow_ups", re.compile(r'"follow_ups"\s*:')),
    ("queries", re.compile(r'"queries"\s*:')),
    ("text", re.compile(r'"text"\s*:')),
    ("prompt", re.compile(r'"prompt"\s*:')),
)
_FIRST_TURN = re.compile(r"^\s*(?:user|用户|human)\s*[:：]\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_TAGGED = re.compile(r"<user_query>(.+?)</user_query>", re.DOTALL | re.IGNORECASE)
_MARKER = re.compile(r"\[[0-9]+\]")
_TITLE_LENGTH = {"zh": 20, "en": 50}
_DEFAULT = {"zh": "江海区报道问答", "en": "Questions about Jianghai"}


def task_reply(messages: Sequence[ChatMessage]) -> str | None:
    """Return what such a request gets, or None for a question of a person."""
    last = next((m.content for m in reversed(messages) if m.role == "user"), "")
    system = "\n".join(m.content for m in messages if m.role in ("system", "developer"))
    task = next((text for text in (last, system) if _is_task(text)), None)
    if task is None:
        return None
    title = _title(_first_question(messages, last, last_is_task=task is last))
    wanted = next((key for key, form in _WANTED if form.search(task)), None)
    return title if wanted is None else json.dumps({wanted: _value(wanted, title)}, ensure_ascii=False)


def unwrapped(text: str) -> str:
    """Return a person's question without the instructions and pages that a program has put before it."""
    if tagged := _TAGGED.search(text):
        return tagged[1].strip()
    behind = text.rpartition("</context>")[2].strip()
    return behind if behind and _HEADING.match(text) else text


def _is_task(text: str) -> bool:
    if _HEADING.match(text):
        return bool(_MAKES.search(text[:_READ])) and not _ANSWERS.search(text)
    # The instruction stands before or after the copy of the conversation.
    ends = (text[:_READ], text[-_READ:])
    return any(all(part.search(end) for part in group) for end in ends for group in _INSTRUCTIONS)


def _first_question(messages: Sequence[ChatMessage], last: str, last_is_task: bool) -> str:
    """Return the first thing a person said, from the copy in the instruction or from the turns before it."""
    if copied := _FIRST_TURN.search(last):
        return copied[1]
    turns = [m.content for m in messages if m.role == "user" and m.content.strip()]
    return next((turn for turn in turns if not (last_is_task and turn is last)), "")


def _title(question: str) -> str:
    plain = " ".join(_MARKER.sub("", question).split()).rstrip("?？。.!！")
    words = language(plain) if plain else "zh"
    longest = _TITLE_LENGTH[words]
    return (plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…") or _DEFAULT[words]


def _value(wanted: str, title: str) -> Any:
    """Return the value for a key that was asked for; what would need a writer stays empty."""
    return {"title": title, "tags": ["General"], "queries": [title], "prompt": title, "text": "", "follow_ups": []}[
        wanted
    ]
