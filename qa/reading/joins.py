"""Join the pieces of a paragraph that a column end, a picture or another headline cut apart."""

from __future__ import annotations

from collections.abc import Sequence

from qa.reading.chars import ends_paragraph, is_display, is_han, unmatched
from qa.reading.kinds import Kind, Unit
from qa.reading.midway import opens_with_fragment, starts_list
from qa.reading.words import PageWords


def join_pieces(units: Sequence[Unit], words: PageWords) -> list[list[Unit]]:
    """Group the running text of one article into paragraphs, each the list of its pieces in order.

    Captions, credits, kickers and headlines between two pieces do not part them; a sub-head does, unless the second
    piece surely begins midway.
    """
    paragraphs: list[list[Unit]] = []
    parted = False
    for unit in units:
        if unit.is_text:
            if paragraphs and unit.kind is Kind.TEXT and _continues(paragraphs[-1], unit, words, parted=parted):
                paragraphs[-1].append(unit)
            else:
                paragraphs.append([unit])
            parted = False
        parted = parted or unit.kind is Kind.SUBHEAD
    return paragraphs


def _continues(paragraph: Sequence[Unit], piece: Unit, words: PageWords, *, parted: bool) -> bool:
    last = paragraph[-1]
    if piece.whole:
        # A line that its writer ended by hand in the midst of a paragraph: no blank line above, no indent.
        return not piece.line.before and not piece.line.indented and not ends_paragraph(last.text)
    if is_display(piece.text) and not words.begins_midway(piece.text):
        return False
    if parted:
        return last.is_open and (words.begins_midway(piece.text) or words.goes_on(last.text, piece.text))
    if last.is_open and piece.fresh:
        # An indent begins a paragraph, unless the words say otherwise.
        return words.begins_midway(piece.text) or words.torn(last.text, piece.text)
    if last.is_open:
        return not (starts_list(piece.text) and not words.goes_on(last.text, piece.text))
    if piece.fresh is False and last.text.endswith(":") and piece.text.startswith("“"):
        return True
    # A quotation that is opened here and closed there was cut between two of its sentences.
    opened = unmatched("".join(unit.text for unit in paragraph))[1] > 0
    return opened and not last.text.endswith((":", "——")) and unmatched(piece.text)[0] > 0


def is_beheaded(paragraph: Sequence[Unit], words: PageWords) -> bool:
    """Tell whether the beginning of a joined paragraph is lost; only where its first characters prove it."""
    first, text = paragraph[0], paragraph[0].text
    return first.kind is Kind.TEXT and not first.whole and (words.begins_midway(text) or opens_with_fragment(text))


def is_cut(paragraph: Sequence[Unit]) -> bool:
    """Tell whether the end of a joined paragraph is lost: it breaks off and nothing goes on from it."""
    last = paragraph[-1]
    return last.is_open and any(is_han(char) for char in last.text)
