"""What single characters and short strings tell: blanks, sentence ends, quotation marks, ways to begin midway."""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
SENTENCE_ENDS = "。!?…\uff61"
CLAUSE_ENDS = ",、;:"
CLOSERS = "”’》〉】)]"
OPENERS = "“‘《〈【(["
_PAIRS = dict(zip(CLOSERS, OPENERS, strict=True))
# Full-width forms and corner quotation marks, one code point for one, so that offsets stay true.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans("「」『』﹐﹑", "“”‘’,、")
_WORD = re.compile(rf"[{HAN}]|[^\W{HAN}]+")
# No headline, byline or caption has more code points, blanks included: a bound on the work of their patterns.
LONGEST_DISPLAY = 800
_LETTERS = re.compile(rf"[^\W\d_{HAN}]")


def fold(text: str) -> str:
    """Write full-width letters, digits and punctuation as half-width: the length stays, and so do the offsets."""
    return text.translate(_FOLD)


def flatten(text: str) -> str:
    """Fold a page, and write straight quotation marks of Chinese lines as opening and closing ones, one for one."""
    lines = fold(text).split("\n")
    return "\n".join(_curled(line) if '"' in line else line for line in lines)


def _curled(line: str) -> str:
    if is_latin(line):
        return line
    out = list(line)
    opened = False
    for place, char in enumerate(line):
        if char == '"':
            before, after = line[:place].rstrip()[-1:], line[place + 1 :].lstrip()[:1]
            if not before or before in ":(——“":
                opening = True
            elif not after or after in ",。;:!?、)":
                opening = False
            else:
                # At the beginning of a line a quotation may be open that the line before began.
                opening = not opened and before not in "。!?…"
            out[place] = "“" if opening else "”"
            opened = opening
    return "".join(out)


def squeeze(text: str) -> str:
    """Take out every blank: the form in which texts are compared."""
    return "".join(text.split())


def size(text: str) -> int:
    """Count Han characters and other words, so that limits mean the same in Chinese and in English."""
    return len(_WORD.findall(text))


def is_han(char: str) -> bool:
    """Tell whether one character is a Chinese one."""
    return "\u3400" <= char <= "\u4dbf" or "\u4e00" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def is_latin(text: str) -> bool:
    """Tell whether a text is written in words with blanks between them (more letters than Han characters)."""
    letters = len(_LETTERS.findall(text))
    return letters > 3 * sum(map(is_han, text))


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends with sentence-final punctuation, closing quotes and brackets aside."""
    bare = text.rstrip().rstrip(CLOSERS + "\"'*_ ")
    if not bare:
        return False
    # A full stop after a digit may be the point of a number that the column cut.
    return bare[-1] in SENTENCE_ENDS or (bare[-1] == "." and not bare[-2:-1].isdigit()) or bare.endswith("——")


def ends_paragraph(text: str) -> bool:
    """Tell whether a paragraph may end here: at a sentence end, or at the colon before a list or a quotation."""
    return ends_sentence(text) or text.rstrip().endswith(":")


def unmatched(text: str) -> tuple[int, int]:
    """Count closing marks that were never opened, and opening marks that were never closed."""
    lost, stack = 0, []
    for char in text.translate(_FOLD):
        if char in "“‘「『《〈【([":
            stack.append(char)
        elif char in _PAIRS:
            if _PAIRS[char] in stack:
                while stack.pop() != _PAIRS[char]:
                    pass
            elif char not in "])’":
                # "1)" and the apostrophe close nothing.
                lost += 1
    return lost, sum(char in "“《【(" for char in stack)


def is_display(text: str) -> bool:
    """Tell whether a text was set line by line, as a deck is: a blank after each of its commas, and nowhere else."""
    blanks, commas = re.findall(r"\S(?=[ \u3000])", text), text.count(",")
    return len(blanks) >= 2 and set(blanks) == {","} and len(blanks) == commas and not is_latin(text)


def stands_together(left: str, right: str, body: str, *, across: bool = False, strict: bool = False) -> bool:
    """Tell whether the characters at a seam stand side by side elsewhere in a text: then the seam is no boundary.

    Punctuation at the seam proves nothing about running text; `across` lets it count, as in a headline. `strict` asks
    for two characters on either side.
    """
    left, right = squeeze(left), squeeze(right)
    for before, after in ((2, 2),) if strict else ((2, 2), (1, 3), (3, 1)):
        if len(left) >= before and len(right) >= after:
            seam = left[-before:] + right[:after]
            if seam in body and (across or not any(char in CLAUSE_ENDS + SENTENCE_ENDS for char in seam)):
                return True
    return False
