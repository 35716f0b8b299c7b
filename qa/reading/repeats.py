"""Find what a page prints twice: a paragraph again, perhaps with other reading errors, or a fragment of one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from qa.likeness import says_otherwise
from qa.reading.chars import ends_sentence, squeeze
from qa.reading.records import Block, Role

_GRAM = 4
# Two texts are one when so much of their characters agree; reading errors take a few, another report takes more.
_SAME = 0.88
# Of a fragment, so many of its 4-grams must stand in the longer text (each wrong character spoils four).
_CONTAINED = 0.8
_SHORT = 30
# Short lines recur in other reports for good reasons: they are repeats only near the first.
_NEAR = 8
_COMPARED_WHOLE = 3000


def find_repeats(texts: Sequence[str]) -> dict[int, int]:
    """Map the position of each repeated text to the position of the earlier text that it repeats.

    Texts that hold each other are compared whole; a text that stands inside an earlier, longer one is a repeat too.
    """
    squeezed = [squeeze(text) for text in texts]
    index: dict[str, list[int]] = defaultdict(list)
    repeats: dict[int, int] = {}
    for here, text in enumerate(squeezed):
        grams = _grams(text)
        shared = Counter(there for gram in grams for there in index.get(gram, ())[:20])
        for there, count in shared.most_common(3):
            if count >= 0.5 * len(grams) and _repeats(text, squeezed[there], count / len(grams), here - there):
                repeats[here] = there
                break
        else:
            for gram in grams:
                index[gram].append(here)
    return repeats


def _repeats(text: str, earlier: str, contained: float, distance: int) -> bool:
    if len(text) < _SHORT and (distance > _NEAR or _digits(text) != _digits(earlier)):
        return False
    if text == earlier:
        return True
    if len(text) < 0.8 * len(earlier):
        # A name or a half-line of a cut paragraph stands in other texts by chance.
        long_enough = len(text) >= 24 or (len(text) >= 16 and ends_sentence(text))
        return long_enough and contained >= _CONTAINED
    if len(text) > 1.25 * len(earlier):
        return False
    if max(len(text), len(earlier)) > _COMPARED_WHOLE:
        return contained >= _CONTAINED
    return SequenceMatcher(None, earlier, text, autojunk=False).ratio() >= _SAME and not says_otherwise(earlier, text)


def _digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def find_originals(texts: Sequence[str], repeated: Sequence[bool]) -> list[int | None]:
    """Return, for each repeated text, the position of the text that it repeats: the one that shares most with it."""
    index: dict[str, list[int]] = defaultdict(list)
    squeezed = [squeeze(text) for text in texts]
    for here, text in enumerate(squeezed):
        if not repeated[here]:
            for gram in _grams(text):
                index[gram].append(here)
    originals: list[int | None] = []
    for here, text in enumerate(squeezed):
        shared = (
            Counter(there for gram in _grams(text) for there in index.get(gram, ())[:20]) if repeated[here] else None
        )
        originals.append(shared.most_common(1)[0][0] if shared else None)
    return originals


def find_fragments(texts: Sequence[str], broken: Sequence[bool]) -> set[int]:
    """Return the positions of broken texts (beheaded or cut) that stand whole inside another, longer one."""
    squeezed = [squeeze(text) for text in texts]
    found = set()
    for here, text in enumerate(squeezed):
        if broken[here] and len(text) >= 12:
            grams = _grams(text)
            longer = (other for there, other in enumerate(squeezed) if there != here and len(other) > len(text))
            if any(sum(gram in other for gram in grams) >= _CONTAINED * len(grams) for other in longer):
                found.add(here)
    return found


def _grams(text: str) -> set[str]:
    return {text[place : place + _GRAM] for place in range(max(1, len(text) - _GRAM + 1))}


def mark_repeats(text: str, articles: Sequence[Sequence[Block]]) -> list[list[Block]]:
    """Find the joined paragraphs and captions that repeat others, and say which block each repeat repeats."""
    flat = [(number, place, block) for number, blocks in enumerate(articles) for place, block in enumerate(blocks)]
    marked = [list(blocks) for blocks in articles]
    for role in (Role.PARAGRAPH, Role.CAPTION):
        chosen = sorted((entry for entry in flat if entry[2].role is role), key=lambda entry: entry[2].spans[0])
        texts = [_quote(text, block) for _, _, block in chosen]
        repeated = set(find_repeats(texts)) | find_fragments(texts, [b.beheaded or b.cut for _, _, b in chosen])
        for number, place, block in (chosen[here] for here in repeated):
            marked[number][place] = Block(Role.REPEAT, block.spans)
    return _linked(text, marked)


def _linked(text: str, articles: Sequence[Sequence[Block]]) -> list[list[Block]]:
    roles = (Role.PARAGRAPH, Role.CAPTION, Role.REPEAT)
    flat = [
        (number, place, block)
        for number, blocks in enumerate(articles)
        for place, block in enumerate(blocks)
        if block.role in roles
    ]
    texts = [_quote(text, block) for _, _, block in flat]
    originals = find_originals(texts, [block.role is Role.REPEAT for _, _, block in flat])
    out = [list(blocks) for blocks in articles]
    for (number, place, block), original in zip(flat, originals, strict=True):
        if original is not None and flat[original][0] == number:
            out[number][place] = Block(Role.REPEAT, block.spans, repeats=flat[original][1])
    return out


def _quote(text: str, block: Block) -> str:
    return "".join(text[start:end] for start, end in block.spans)
