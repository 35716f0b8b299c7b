"""Whether two texts of nearly the same words say the same, with other reading errors, or something else."""

from __future__ import annotations

from difflib import SequenceMatcher

from qa.alike import lookalikes

# So many neighbouring characters that do not look like what stands in their place are another word.
_WORD = 2


def says_otherwise(one: str, other: str) -> bool:
    """Tell whether two texts differ by words rather than by reading errors: two notices of one form name other places.

    A reading error takes one character for another, as a rule one that looks like it; a word takes the place of a word.
    """
    compared = SequenceMatcher(None, one, other, autojunk=False)
    for tag, low, high, start, end in compared.get_opcodes():
        if tag == "replace" and high - low == end - start:
            pairs = zip(one[low:high], other[start:end], strict=True)
            if sum(b not in lookalikes(a) and a not in lookalikes(b) for a, b in pairs) >= _WORD:
                return True
    return False
