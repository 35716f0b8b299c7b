"""Find picture captions: by their credit, by the words that captions begin with, or by standing alone."""

from __future__ import annotations

import re

from qa.reading.bylines import is_photo_credit
from qa.reading.chars import HAN, LONGEST_DISPLAY, ends_sentence, size

# No picture has a longer caption than this many words or Han characters.
LONGEST_CAPTION = 150
# A line without credit is a caption only when it is short.
LONGEST_PLAIN = 60

_PERSON = rf"(?:[{HAN}]{{2,8}}?)?(?:记者|通讯员)?[\s/:]*[{HAN}·A-Za-z]{{2,12}}(?:[\s、]+[{HAN}]{{2,4}}){{0,3}}"
_CREDIT = re.compile(
    rf"(?:(?:^|[。!?”)\s(])\s*{_PERSON}\s*/?(?:摄影报道|摄影|摄|供图|制图|绘图)"
    rf"|(?:^|[。!?”)(])\s*{_PERSON}\s*/?(?:提供|图)"
    rf"|[。!?”)\s(](?:图|摄影)\s*[/:]\s*[{HAN}·A-Za-z、 ]{{2,20}}"
    r"|\((?:本版|本报|图)?(?:资料|配图|AI|网络|视频)?(?:图|图片|照片|截图|示意图|效果图))[)。]?$"
)
_OPENING = re.compile(
    r"图为|图片为|图[一二三四五六①-⑨\d]{1,2}[为:、]|[上下左右前中]{1,2}图[为:、,]|[▲▼△▽↑↓←→]|图片?(?:说明)?:"
)
_INLINE = re.compile(
    rf"图为[^。!?]{{2,80}}[。!?]?\s*[(]?(?:(?:图|摄影)\s*/\s*[{HAN}]{{2,4}}|[{HAN}]{{2,4}}\s*/?摄|[{HAN}]{{2,10}}供图)[)]?"
)
_SCENE = re.compile(r"(?:现场|合影|一角|全景|外景|场景|剪影|效果图|示意图|资料图)$")


def is_caption(line: str) -> bool:
    """Tell whether a line by itself shows that it is a caption or a picture's credit."""
    if len(line) > LONGEST_DISPLAY or size(line) > LONGEST_CAPTION:
        return False
    if _OPENING.match(line) and (size(line) <= LONGEST_PLAIN or len(re.findall("[。!?]", line)) <= 1):
        return True
    return bool(_CREDIT.search(line)) or is_photo_credit(line)


def ends_caption(line: str) -> bool:
    """Tell whether a line ends with a picture's credit, after which no caption goes on."""
    found = None if len(line) > LONGEST_DISPLAY else _CREDIT.search(line)
    return found is not None and found.end() == len(line.rstrip())


def opens_caption(line: str) -> bool:
    """Tell whether a line begins as captions do."""
    return bool(_OPENING.match(line))


def is_credit_only(line: str) -> bool:
    """Tell whether a line gives only the picture's author, so that its words stand on the line before."""
    if is_photo_credit(line):
        return True
    found = _CREDIT.search(line)
    return bool(found) and size(line[: found.start()] if found else "") == 0 and size(line) <= 14


def could_be_caption(line: str) -> bool:
    """Tell whether a line is one short sentence, as a caption without a credit is."""
    if len(line) > LONGEST_DISPLAY:
        return False
    return size(line) <= LONGEST_PLAIN and ends_sentence(line) and not re.search(r"[。!?;](?!$|[”’)]+$)", line)


def names_scene(line: str) -> bool:
    """Tell whether a line is a bare caption without a verb: what a picture shows."""
    return size(line) <= 14 and bool(_SCENE.search(line))


def inline_caption(line: str) -> tuple[int, int] | None:
    """Return where, inside a line of other text, a whole caption with its credit stands."""
    found = _INLINE.search(line)
    if not found or (found.start() == 0 and found.end() == len(line)):
        return None
    # With other sentences before it on a short line, the whole line is one caption.
    if found.end() == len(line) and is_caption(line):
        return None
    return found.span()
