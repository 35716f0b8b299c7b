"""Fold Traditional characters and accented letters inside tokenizer.json: 江門 and 江门 are the same tokens.

The `tokenizers` library has one normaliser that maps thousands of characters at once: `Precompiled`, the
character map of SentencePiece. This module writes such a map: a double-array trie of the characters' UTF-8
bytes, then the replacements. (Thousands of `Replace` normalisers do the same a hundred times slower.)

Source: the layout that `spm_precompiled` reads, https://github.com/huggingface/spm_precompiled, which is that
of Darts-clone, https://github.com/s-yata/darts-clone.
"""

import base64
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from itertools import count
from types import MappingProxyType

_LEAF = 1 << 8
_VALUE = 1 << 31
_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x2A6E0))
_LATIN = (0x00C0, 0x0250)

Trie = dict[int, "Trie | int"]


@cache
def folding_table() -> Mapping[str, str]:
    """Return character → replacement: Traditional forms to Simplified ones, accented letters to plain ones."""
    # OpenCC is needed for training only.
    from opencc import OpenCC

    converters = [OpenCC(name) for name in ("t2s", "tw2s", "hk2s")]
    table: dict[str, str] = {}
    for first, last in _IDEOGRAPHS:
        for character in map(chr, range(first, last)):
            forms = (converter.convert(character) for converter in converters)
            folded = next((form for form in forms if form != character and len(form) == 1), None)
            if folded is not None:
                table[character] = folded
    for character in map(chr, range(*_LATIN)):
        plain = unicodedata.normalize("NFKD", character)[0]
        if plain != character and plain.isascii():
            table[character] = plain.lower()
    return MappingProxyType(table)


def character_map(table: Mapping[str, str]) -> str:
    """Return `table` as the base64 text of a Precompiled normaliser's character map."""
    texts, places = bytearray(), dict[str, int]()
    for text in sorted(set(table.values())):
        places[text] = len(texts)
        texts += text.encode() + b"\0"
    trie = _DoubleArray()
    trie.place(_trie({character: places[text] for character, text in table.items()}))
    units = trie.packed()
    return base64.b64encode(len(units).to_bytes(4, "little") + units + bytes(texts)).decode()


def _trie(values: Mapping[str, int]) -> Trie:
    root: Trie = {}
    for character, value in sorted(values.items()):
        node = root
        *path, last = character.encode()
        for byte in path:
            child = node.setdefault(byte, {})
            if not isinstance(child, dict):
                raise ValueError(f"found {character!r} behind a whole character, expected single characters")
            node = child
        node[last] = value
    return root


class _DoubleArray:
    """Lay a trie out so that child `c` of a node with base `b` is unit `b ^ c`, a leaf's value unit `b`.

    A unit holds its own label in bits 0-7, "a value follows" in bit 8, and `position ^ base` from bit 10; a
    value has bit 31 set. No two nodes share a base: a unit's label alone then tells whose child it is.
    """

    def __init__(self) -> None:
        self._units = {0: 0}
        self._bases = {0}
        self._first_free = 1

    def packed(self) -> bytes:
        """Return the units as little-endian 32-bit numbers, without holes and with room for every lookup."""
        last = (max(self._units) | 0xFF) + 1
        return b"".join(self._units.get(place, 0).to_bytes(4, "little") for place in range(last))

    def place(self, trie: Trie) -> None:
        """Place the whole trie, the root at unit 0."""
        queue: list[tuple[int, Trie]] = [(0, trie)]
        for position, node in queue:
            base = self._take_base(position, node)
            for byte in node:
                self._units[base ^ byte] = byte
            for byte, child in node.items():
                if isinstance(child, dict):
                    queue.append((base ^ byte, child))
                else:
                    leaf = self._take_base(base ^ byte, (0,))
                    self._units[base ^ byte] |= _LEAF
                    self._units[leaf] = _VALUE | child

    def _take_base(self, position: int, labels: Collection[int]) -> int:
        while self._first_free in self._units or self._first_free in self._bases:
            self._first_free += 1
        base = next(place for place in count(self._first_free & ~0xFF) if self._fits(place, labels))
        self._bases.add(base)
        self._units[position] |= (position ^ base) << 10
        return base

    def _fits(self, base: int, labels: Collection[int]) -> bool:
        return base not in self._bases and all(base ^ label not in self._units for label in labels)
