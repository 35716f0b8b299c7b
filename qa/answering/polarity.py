"""Sentences that deny, and sentences that say what the passages do not say: neither can be proved by what is there.

A denial needs a passage that denies something too; which thing is denied is looked at in `qa.answering.denials`.
"""

from __future__ import annotations

import re

from qa.fold import fold

_DENIES = re.compile(
    r"没有|未能|并未|尚未|未被|未有|不再|不是|不会|不得|不能|不可以|不用|不需|不必|从未|无法|无须|无需|拒绝|取消|禁止|停止|否认|反对"
    r"|[不没未](?=[一-鿿])"
    r"|n['’]t\b|\b(?:not(?! only)|never|no longer|none|cannot|refus\w+|cancel\w*|banned|forbid\w*|prohibit\w*|den(?:y|ied|ies)"
    r"|reject\w*)\b"
)
# Words that hold a character of denial and deny nothing.
_HARMLESS = re.compile(
    r"不断|不仅|不但|不忘|不少|不同|不懈|不久|不论|不管|不一|不息|不已|未来|无人机|无缝|无线|无论|无穷|无私|非常|非遗|非物质|停车|取得"
    r"|不绝|不可或缺|必不可少|不菲|不俗|不凡|不错|不止|不超|不少于|不低于|不多于|不到|不足|不限|不屈|不畏|不负|不舍|不得不|不等|不妨|不日|不只"
    r"|了不起|无比|无限|无数|无疑|无偿|无障碍|未雨绸缪"
)
_DENIED = re.compile(r"[不没未无非免禁拒否]|取消|停止|反对|\b(?:not?|never|none)\b")
_PAGES = "段落|文中|原文|文章|资料|材料|文献|报道中?|上文|以上内容"
_SILENT = re.compile(
    rf"(?:{_PAGES})[^,。;]{{0,8}}(?:没有|并未|未|不)"
    r"|\b(?:passages?|texts?|articles?|documents?|sources?|excerpts?|reports?)\b[^.;]{0,20}(?:\bnot?\b|n['’]t\b)"
    r"|\bno (?:information|mention)\b|(?:没有|未)(?:提及|提到|说明|找到相关|相关信息)"
)


def denies_alone(sentence: str, printed: str) -> bool:
    """Say whether it denies something where `printed`, the folded passages, deny nothing."""
    return bool(_DENIES.search(without_harmless(fold(sentence)))) and not _DENIED.search(without_harmless(printed))


def without_harmless(folded: str) -> str:
    """Return a folded text with a blank for each word that holds a character of denial and denies nothing."""
    return _HARMLESS.sub(" ", folded)


def tells_of_silence(sentence: str, printed: str) -> bool:
    """Say whether it says that the passages do not tell something, in words that are not theirs."""
    return any(match[0] not in printed for match in _SILENT.finditer(fold(sentence)))
