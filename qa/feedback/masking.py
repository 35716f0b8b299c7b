"""Take out of a visitor's words what obviously names a person, and what could deceive who reads them.

Only forms that are told by their look alone are masked: numbers of mobile telephones and, with their area code, of others,
of identity and bank cards, e-mail addresses, number plates. A name or an address in words is not.
"""

from __future__ import annotations

import re
import unicodedata

_APART = r"[\s.·\-\u2010-\u2015]?"
# 010 and 02x, or four digits; written (0750) as well, after a country's code without its nought.
_AREA = r"(?:10|2\d|[3-9]\d{2})"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
# The longer first: an identity card's number holds digits that look like a telephone's.
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"), "[邮箱/e-mail]"),
    (re.compile(rf"(?<!\d)\d{{6}}{_APART}(?:18|19|20)\d{{6}}{_APART}\d{{3}}[\dXx](?!\d)"), "[证件号/ID]"),
    (
        re.compile(rf"(?<!\d)[3-6]\d{{3}}{_APART}(?:\d{{4}}{_APART}){{2}}\d{{3,4}}{_APART}\d{{0,3}}(?!\d)"),
        "[卡号/card]",
    ),
    (re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_APART})?1[3-9]\d{_APART}\d{{4}}{_APART}\d{{4}}(?!\d)"), "[手机号/mobile]"),
    (
        re.compile(
            rf"(?<![\d.])(?:(?:\+|00)86{_APART}(?:\(0?{_AREA}\)|0?{_AREA})|\(0{_AREA}\)|0{_AREA})"
            rf"{_APART}[2-8]\d{{2,3}}{_APART}\d{{4}}(?!\d)"
        ),
        "[电话/phone]",
    ),
    (
        re.compile(
            rf"[{_PROVINCES}]{_APART}[A-HJ-Za-hj-z]{_APART}(?=[A-Za-z0-9]*\d)[A-HJ-NP-Za-hj-np-z0-9]{{4,5}}[A-Za-z0-9挂学警港澳](?![A-Za-z0-9])"
        ),
        "[车牌/plate]",
    ),
)
# Full-width letters and digits are read as plain ones: as many characters, so that places stay.
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_KEPT_CONTROLS = "\n\t"


def masked(text: str) -> str:
    """Return a text with a word in the place of each number or address that belongs to a person."""
    for pattern, word in _MASKS:
        parts, at = [], 0
        for found in pattern.finditer(text.translate(_HALF)):
            parts += [text[at : found.start()], word]
            at = found.end()
        text = "".join([*parts, text[at:]])
    return text


def cleaned(text: str) -> str:
    """Return a text without controls and without marks that turn the direction of writing, masked and trimmed."""
    plain = text.replace("\r\n", "\n")
    shown = (c for c in plain if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cf"))
    return masked("".join(shown)).strip()
