"""Questions typed in pinyin, made Chinese before they are searched for.

A reading tour: `spelling` (from letters to syllables), `detecting` (is it pinyin at all?), `homophones` (the dictionary by its
sound), `asked_words` (how questions are worded), `lattice` (the ways to read it), `converting` (the likeliest one).
"""

from qa.pinyin.converting import Converter
from qa.pinyin.detecting import is_pinyin

__all__ = ["Converter", "is_pinyin"]
