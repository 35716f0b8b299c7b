"""Plans told as facts: a page says that a school is to open, a sentence that it opened.

An act counts as planned where each place of the passages that names it has a word of planning before it in its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.fold import fold

_PLANNED = (
    r"计划|预计|预期|拟|力争|有望|争取|规划|目标|即将|届时|确保|待|打算|未来|将(?!军|领)|要(?!素|求|闻)"
    r"|\b(?:will|plans?|planned|expected|scheduled|due|aims?|shall|would|going to|to be|once|set to"
    r"|intends?|hopes?|upcoming|future)\b"
)
_PLAN = re.compile(_PLANNED)
_DONE_BEFORE = re.compile(r"已经?|目前|现已|日前|近日|当日|昨日")
# Acts that end or begin something: how a page names them, how a sentence says in Chinese or English that they are done.
_ACTS = (
    (
        "投入使用|启用|投用|开放|开业|开园|开馆|通车|开通|揭牌|揭幕|开幕|开学|开办|落成|投入运营|运营|投产",
        r"\b(?:(?:has |have |was |were |been )?(?:officially )?opened|(?:was|were|been) (?:put|brought) into (?:use|operation)"
        r"|(?:came|went) into (?:use|operation|service)|(?:has|have) begun operat\w+|(?:began|started) operat\w+"
        r"|is (?:already )?(?:open|in use|in operation))\b",
    ),
    (
        "建成|完工|竣工|落成|完成",
        r"\b(?:(?:has|have|was|were|been)(?: \w+ly| already)? (?:been )?(?:completed|finished|built)"
        r"|is (?:already )?(?:complete|finished))\b",
    ),
    ("开工|动工|启动建设|开建", r"\bbroke ground\b|\bconstruction (?:began|started|has begun|has started)\b"),
    ("投产|试产", r"\b(?:production (?:began|started|has begun|has started)|(?:went|came) into production)\b"),
)
_SENTENCE = re.compile(r"[^。!?;\n]+")


def told_as_done(sentence: str) -> list[str]:
    """Return the acts, as patterns of how a page names them, that a sentence says are done."""
    said = fold(sentence)
    told = [_done_in_chinese(said, act) or (act if _done_in_english(said, english) else None) for act, english in _ACTS]
    return [act for act in told if act]


def only_planned(acts: Sequence[str], proof: str, printed: str) -> bool:
    """Say whether one of the acts is told only as planned: in the folded `proof` of the sentence, else in all that is printed."""
    return any(_only_planned(act, proof if re.search(act, proof) else printed) for act in acts)


def _done_in_chinese(said: str, act: str) -> str | None:
    """Return the act that a Chinese sentence says is done."""
    for match in re.finditer(rf"(?:已经?|均已|业已)[^,。;]{{0,8}}?(?P<a>{act})|(?P<b>{act})了", said):
        if not _PLAN.search(said[: match.start()]):
            return match["a"] or match["b"]
    return None


def _done_in_english(said: str, pattern: str) -> bool:
    match = re.search(pattern, said)
    return match is not None and not _PLAN.search(said[: match.start()])


def _only_planned(act: str, printed: str) -> bool:
    """Say whether the passages name the act, and everywhere as a plan."""
    found = False
    for part in _SENTENCE.finditer(printed):
        for match in re.finditer(act, part[0]):
            found = True
            plans = [plan.end() for plan in _PLAN.finditer(part[0], 0, match.start())]
            if part[0].startswith(("后", "之后", "时"), match.end()):
                continue  # 建成后 tells of a time to come
            if not plans or _DONE_BEFORE.search(part[0], plans[-1], match.start()):
                return False
    return found
