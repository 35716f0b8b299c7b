"""Make the tables of like-sounding and look-alike characters: `python -m qa.fitting.alike --font FONT [--font FONT]`.

`sounds.txt` gives each syllable its characters, by their most frequent reading without tone (pypinyin's data, MIT).
`lookalikes.txt` gives the characters of GB 2312 those that their drawn forms resemble most, by the correlation of their
pixels, averaged over the fonts given; the shipped table was drawn with Noto Sans CJK SC and Noto Serif CJK SC (OFL 1.1).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.alike import LOOKALIKES, SOUNDS
from qa.fold import fold

FOLDER = Path(__file__).resolve().parent.parent / "data"
_IDEOGRAPHS = range(0x4E00, 0x9FA6)
# Characters are drawn at this size and scaled down by half, which forgives a stroke that is moved a little.
_DRAWN, _MARGIN = 44, 12
LEAST_LIKENESS, MOST = 0.65, 8


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m qa.fitting.alike", description=__doc__)
    parser.add_argument(
        "--font", action="append", required=True, type=_font, metavar="FILE[:FACE]", help="a font with Chinese glyphs"
    )
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER")
    args = parser.parse_args()
    try:
        (args.out / SOUNDS).write_text("\n".join(sound_lines()) + "\n", encoding="utf-8")
        (args.out / LOOKALIKES).write_text("\n".join(lookalike_lines(args.font)) + "\n", encoding="utf-8")
    except OSError as fault:
        print(f"qa.fitting.alike: {fault}", file=sys.stderr)
        return 2
    return 0


def _font(text: str) -> tuple[str, int]:
    path, _, face = text.partition(":")
    return path, int(face or 0)


def sound_lines() -> Iterator[str]:
    """Yield `syllable characters` for every syllable without its tone."""
    from pypinyin import lazy_pinyin  # only these tables and training need it

    by_sound: dict[str, list[str]] = {}
    for character in map(chr, _IDEOGRAPHS):
        (sound,) = lazy_pinyin(character)
        if sound.isascii() and sound.isalpha() and fold(character) == character:
            by_sound.setdefault(sound, []).append(character)
    yield "# Syllables without tone and the characters most often read so. Source: pypinyin (MIT)."
    yield from (f"{sound} {''.join(characters)}" for sound, characters in sorted(by_sound.items()))


def lookalike_lines(fonts: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Yield `character look-alikes`, the likest first, for every character that has any."""
    characters = list(_gb2312())
    likeness = np.mean([_likeness(characters, path, face) for path, face in fonts], axis=0)
    np.fill_diagonal(likeness, -1)
    # Among the likest of either: what is taken for another may itself be taken for many.
    bar = np.maximum(np.sort(likeness, axis=1)[:, -MOST], LEAST_LIKENESS)
    alike = (likeness >= bar[:, None]) | (likeness >= bar[None, :])
    yield "# Characters and those that look like them, the likest first (drawn with Noto Sans and Noto Serif CJK SC)."
    for row, character in enumerate(characters):
        order = [i for i in np.argsort(-likeness[row], kind="stable") if alike[row, i]]
        found = "".join(characters[i] for i in order[: 2 * MOST])
        if found:
            yield f"{character} {found}"


def _gb2312() -> Iterator[str]:
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                continue


def _likeness(characters: Sequence[str], path: str, face: int) -> NDArray[np.float32]:
    """Return the correlation of every two drawn characters, (n, n)."""
    # Pillow comes with the `train` extra; the service does not draw.
    from PIL import Image, ImageDraw, ImageFont

    font, side = ImageFont.truetype(path, _DRAWN, index=face), _DRAWN + _MARGIN
    drawn = []
    for character in characters:
        image = Image.new("L", (side, side))
        ImageDraw.Draw(image).text((_MARGIN // 2, 0), character, font=font, fill=255)
        small = image.resize((side // 2, side // 2), Image.Resampling.BOX)
        drawn.append(np.asarray(small, np.float32).ravel())
    rows = np.array(drawn)
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    likeness: NDArray[np.float32] = rows @ rows.T
    return likeness


if __name__ == "__main__":
    sys.exit(main())
