"""How a sentence cannot begin: the marks by which a beheaded paragraph, or the second half of a cut one, is known."""

from __future__ import annotations

import re

from qa.reading.chars import HAN, OPENERS

# A sentence cannot begin with these; the look-aheads let through the words that can (了解, 着力, 等到, 于是, a Mr 于).
_MIDWAY = re.compile(
    r"[,、。;:!?%)》〉】”’…]"
    r"|的(?!确|士|哥|话)|了(?!解|不|却|然|结|断|如)|们|着(?!眼|力|手|重|急|陆|实|火|装|想|迷|名|墨|落|色|凉)"
    r"|等(?:[,、。;]|方面|领域|地|问题|部门|单位|项目|工作|情况|相关|多[个项家种名]|[一二三四五六七八九十\d]+[个项名家种位])"
    r"|于(?!是|今|此|第|\d)(?![一-鿿]{1,2}(?:说|表示|介绍|指出|强调|告诉|认为|是|在|从|率|带|来|、|,))"
    r"|及(?!时|其|早|格|第|笄)"
    # One character, or two and a full stop, are the end of a sentence.
    rf"|(?![嗨哎唉喂嗯哦啊好是对看听瞧不]|[一二三四五六七八九十][、)])[{HAN}][,、。;!?)]|(?!谢谢|再见|你好|加油)[{HAN}]{{2}}[。;]"
)
_LIST_MARK = re.compile(
    r"——|[-*•·▪◆●■□]\s|\|"
    r"|[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\)|\d{1,2}[、.](?!\d)|[一二三四五六七八九十]{1,3}(?:、|[是要])"
    r"|第[一二三四五六七八九十]{1,2}[,、是]|[①-⑳]|[QA]:"
)

# "The X of Y." before more text: a noun phrase alone is the end of a sentence, not a sentence (two in ten thousand
# sentences of news begin a paragraph so, and those are captions; of beheaded ones, one in eighty).
_NOUN_PHRASE = re.compile(rf"[{HAN}]{{2,6}}的[{HAN}]{{2,6}}。(?=.)")
_PREDICATE = re.compile(
    "[是有在很了着过要会能不让使成为没可说到来去将被把与就也都还更最太非吧呢吗啊这那我你他她它谁何怎请如因若但而故则向给对从以]"
)


def starts_midway(text: str, *, quotes: bool = True) -> bool:
    """Tell whether a text surely begins in the midst of a sentence: a bound character, or a quotation only closed."""
    return bool(_MIDWAY.match(text)) or (quotes and _closes_first(text))


def _closes_first(text: str) -> bool:
    for char in text:
        if char in "”》】":
            return True
        if char in OPENERS:
            return False
    return False


def starts_list(text: str) -> bool:
    """Tell whether a text begins with a dash, number or bullet of a list."""
    return bool(_LIST_MARK.match(text))


def opens_with_fragment(text: str) -> bool:
    """Tell whether a text opens with a noun phrase for a sentence: what is left of one whose beginning is lost."""
    found = _NOUN_PHRASE.match(text)
    return bool(found) and not _PREDICATE.search(text[: found.end()] if found else "")
