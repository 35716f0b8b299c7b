"""Build the tokenizer: a Unigram vocabulary of words by frequency, characters, pinyin syllables, digits."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.training.folding import character_map, folding_table
from embeddings.training.pairs import Pair

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PAD, UNKNOWN = "[PAD]", "[UNK]"
UNKNOWN_ID = 1
LEAST_COUNT = 3
_IDEOGRAPHS = range(0x4E00, 0x9FA6)
_CHINESE_WORD = re.compile(r"[\u4e00-\u9fff]{1,6}")
_LATIN_WORD = re.compile(r"[a-z]{2,16}")
_OUTSIDE = r"[^\w\s.%]|\s+|_"


@dataclass(frozen=True, slots=True)
class VocabularyOptions:
    """Say how large the vocabulary may be, and from how many rows of each file its words are counted."""

    chinese_words: int = 60_000
    latin_words: int = 25_000
    rows_per_group: int = 8_000


def count_words(pairs: Sequence[Pair], rows_per_group: int, fold: Mapping[str, str]) -> Counter[str]:
    """Count jieba's search-mode words and Latin words over evenly spaced rows of each group."""
    # jieba reads its dictionary (0.7 s) on first use, and only training needs it here.
    import jieba

    jieba.setLogLevel("ERROR")
    table = str.maketrans(dict(fold))
    counts: Counter[str] = Counter()
    for text in _evenly_spaced(pairs, rows_per_group):
        text = unicodedata.normalize("NFKC", text).lower().translate(table)
        counts.update(_LATIN_WORD.findall(text))
        chinese = re.sub(r"[a-z\d]+", " ", text)
        counts.update(word for word in jieba.cut_for_search(chinese) if _CHINESE_WORD.fullmatch(word))
    return counts


def piece_scores(counts: Counter[str], options: VocabularyOptions, fold: Mapping[str, str]) -> list[tuple[str, float]]:
    """Return (piece, log probability), the padding and the unknown piece first, then the most probable.

    Whole words have their relative frequency. Characters and syllables that are no frequent word come far below
    any word, so that a word is taken apart only when it is not known.
    """
    # pypinyin costs 0.2 s to import, and only training needs it.
    from pypinyin import lazy_pinyin

    ranked = sorted(((word, n) for word, n in counts.items() if n >= LEAST_COUNT), key=lambda item: (-item[1], item[0]))
    chinese = [item for item in ranked if not item[0].isascii()][: options.chinese_words]
    latin = [item for item in ranked if item[0].isascii()][: options.latin_words]
    total = sum(n for _, n in chinese + latin) or 1
    score = {word: math.log(n / total) for word, n in chinese + latin}
    characters = [chr(point) for point in _IDEOGRAPHS if chr(point) not in fold]
    syllables = sorted({s for c in characters for s in lazy_pinyin(c) if s.isascii() and s.isalpha()})
    for pieces, floor in (
        (characters, math.log(0.3 / total)),
        (syllables, math.log(2 / total) - 4),
        ("0123456789abcdefghijklmnopqrstuvwxyz", math.log(0.05 / total) - 6),
        (".%", math.log(1 / total)),
    ):
        for piece in pieces:
            score.setdefault(piece, floor)
    scored = [(piece, round(log, 4)) for piece, log in score.items()]  # more digits only make the file longer
    return [(PAD, 0.0), (UNKNOWN, 0.0), *sorted(scored, key=lambda item: (-item[1], item[0]))]


def build_tokenizer(pairs: Sequence[Pair], options: VocabularyOptions) -> "Tokenizer":
    """Return the tokenizer for `pairs`: NFKC, lower case, folded characters, no punctuation, digits alone."""
    import base64

    # tokenizers is quick to import, but --help must not need it.
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    fold = folding_table()
    pieces = piece_scores(count_words(pairs, options.rows_per_group, fold), options, fold)
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=UNKNOWN_ID, byte_fallback=False))
    folding = normalizers.Precompiled(base64.b64decode(character_map(fold)))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), folding])
    outside = pre_tokenizers.Split(Regex(_OUTSIDE), "removed")
    digits = pre_tokenizers.Split(Regex(r"\d"), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([outside, digits])
    return tokenizer


def _evenly_spaced(pairs: Sequence[Pair], rows_per_group: int) -> Iterator[str]:
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.group, []).append(pair)
    for rows in groups.values():
        stride = max(1, len(rows) // rows_per_group)
        for pair in rows[::stride][:rows_per_group]:
            yield pair.a
            yield pair.b


def romanised(words: Iterable[str]) -> Iterator[Pair]:
    """Yield each Chinese word with its toneless pinyin (together and apart): names meet across scripts."""
    from pypinyin import lazy_pinyin

    for word in words:
        syllables = lazy_pinyin(word)
        if all(s.isascii() and s.isalpha() for s in syllables):
            yield Pair("".join(syllables), word, "pypinyin", "romanised")
            if len(syllables) > 1:
                yield Pair(" ".join(syllables), word, "pypinyin", "romanised")
