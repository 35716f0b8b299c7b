"""Make the tables of questions typed in pinyin: `python -m qa.fitting.pinyin --data PATH`.

`readings.txt` gives the words that are read otherwise than their characters mostly are (pypinyin's data, MIT).
`asked_words.txt` and `asked_pairs.txt` count the words of `PATH/train/everyday_questions.jsonl.zst`, questions written for
this project, and the characters that meet between two words.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from qa.alike import sound
from qa.fitting.questions import FILE as QUESTIONS
from qa.pinyin.asked_words import PAIRS, WORDS
from qa.pinyin.homophones import LONGEST
from qa.pinyin.readings import FILE as READINGS
from qa.terms import HAN
from qa.words import WordCutter

FOLDER = Path(__file__).resolve().parent.parent / "data"
_CHINESE = re.compile(f"[{HAN}]+")
# Rarer words, and what only one question says, would make the tables long for nothing.
_LEAST_FREQUENCY, _LEAST_COUNT = 10, 2
# Second readings of characters that are words by themselves.
_SPOKEN = "谁:shei 这:zhei 哪:nei 那:nei 还:huan 都:du 行:hang 长:chang 得:dei 了:liao 重:chong 血:xie 给:ji 会:kuai"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m qa.fitting.pinyin", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help="the folder that holds train/")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER")
    args = parser.parse_args()
    cutter = WordCutter()
    try:
        words, pairs = counts(questions(args.data / "train" / QUESTIONS), cutter)
        tables = {READINGS: reading_lines(cutter), WORDS: count_lines(words), PAIRS: count_lines(pairs)}
        for name, lines in tables.items():
            (args.out / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as fault:
        print(f"qa.fitting.pinyin: {fault}", file=sys.stderr)
        return 2
    return 0


def questions(path: Path) -> Iterator[str]:
    """Yield the Chinese questions of a file of pairs."""
    import zstandard  # with pypinyin, part of the `train` extra

    with path.open("rb") as file:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        yield from (row["a"] for row in map(json.loads, lines) if row["lang"] == "zh")


def counts(texts: Iterable[str], cutter: WordCutter) -> tuple[Counter[str], Counter[str]]:
    """Return how often each Chinese word occurs, and each pair of characters that meet between two such words."""
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for text in texts:
        cut = [word if _CHINESE.fullmatch(word) else "" for word in cutter.cut(text)]
        words.update(word for word in cut if word)
        pairs.update(a[-1] + b[0] for a, b in pairwise(cut) if a and b)
    return words, pairs


def count_lines(found: Mapping[str, int]) -> Iterator[str]:
    """Yield `count word …`, the most frequent first."""
    by_count: dict[int, list[str]] = defaultdict(list)
    for word, count in found.items():
        if count >= _LEAST_COUNT:
            by_count[count].append(word)
    yield "# Counts over questions written for this project."
    yield from (f"{count} {' '.join(sorted(by_count[count]))}" for count in sorted(by_count, reverse=True))


def reading_lines(cutter: WordCutter) -> Iterator[str]:
    """Yield `syllables word …` for words read otherwise than their characters mostly are, and second readings."""
    from pypinyin import lazy_pinyin  # only these tables and training need it

    by_sound: dict[str, list[str]] = defaultdict(list)
    for word, frequency in cutter.tokenizer().FREQ.items():
        if (frequency or 0) >= _LEAST_FREQUENCY and 1 < len(word) <= LONGEST and _CHINESE.fullmatch(word):
            read = lazy_pinyin(word)
            if read != [sound(character) for character in word] and all(map(str.isascii, read)):
                by_sound[" ".join(read)].append(word)
    for character, read_also in re.findall(r"(\w):(\w+)", _SPOKEN):
        by_sound[read_also].append(character)
    yield "# Words read otherwise than their characters mostly are, and further readings of characters. Source: pypinyin (MIT)."
    yield from (f"{sounds} {' '.join(words)}" for sounds, words in sorted(by_sound.items()))


if __name__ == "__main__":
    sys.exit(main())
