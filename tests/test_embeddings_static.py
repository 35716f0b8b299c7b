"""The static encoder: unit vectors without torch, defined for every text."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from embeddings.cache import CachedEncoder
from embeddings.encoder import unit_rows
from embeddings.errors import EncoderDamaged
from embeddings.opening import EMBEDDED_FOLDER, token_vectors
from embeddings.static import StaticEncoder


@pytest.fixture(scope="module")
def encoder():
    return StaticEncoder(EMBEDDED_FOLDER, "jianghai-static")


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the embedded model that a test may damage."""
    return shutil.copytree(EMBEDDED_FOLDER, tmp_path / "model")


def test_rows_are_finite_float32_of_length_one(encoder):
    vectors = encoder.encode_passages(["江海区社区党建学院正式揭牌", "Where is the library?", "2023年7月", "a" * 5_000])
    assert (vectors.shape, vectors.dtype) == ((4, encoder.dimensions), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("text", ["", " \n\t", "，。！", "🙂", "\ud800", "ひらがな", "\0"])
def test_a_text_without_a_known_token_has_the_zero_row(encoder, text):
    assert not encoder.encode_queries([text]).any()
    assert not encoder.encode_passages(["江门", text])[1].any()


def test_an_empty_list_has_no_rows(encoder):
    for vectors in (encoder.encode_queries([]), encoder.encode_passages([])):
        assert (vectors.shape, vectors.dtype) == ((0, encoder.dimensions), np.float32)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("江門市江海區社區黨建學院", "江门市江海区社区党建学院"),
        ("邊度有得攞表格？", "边度有得攞表格"),
        ("ＡＢＣ１２３", "abc123"),
        ("LIBRARY", "library"),
        ("Café", "cafe"),
    ],
)
def test_traditional_width_case_and_accents_do_not_change_the_vector(encoder, left, right):
    np.testing.assert_array_equal(*encoder.encode_queries([left, right]))


def test_a_batch_gives_the_vectors_of_its_texts_alone(encoder):
    texts = [f"第{number}位教师获得聘书 {number * 7}" for number in range(2_100)]
    vectors = encoder.encode_passages(texts)
    for row in (0, 999, 1_000, 2_099):
        np.testing.assert_array_equal(vectors[row], encoder.encode_passages([texts[row]])[0])


def test_an_english_name_meets_its_chinese_characters(encoder):
    question = encoder.encode_queries(["Jianghai District teachers"])[0]
    right, wrong = encoder.encode_passages(["江海区的教师", "北京的天气"])
    assert question @ right > question @ wrong + 0.2


def test_the_embedded_encoder_offers_token_vectors_also_through_a_cache(encoder, tmp_path):
    tokens = token_vectors(CachedEncoder(encoder, tmp_path / "vectors.sqlite"))
    assert tokens is token_vectors(encoder)
    assert tokens is not None
    (ids,) = tokens.token_ids(["江海区🙂的教师"])
    assert ids.dtype == np.int32
    assert len(ids) > 2
    assert tokens.vectors.shape == (len(tokens.weights), encoder.dimensions)
    np.testing.assert_allclose(tokens.weights[ids], np.linalg.norm(tokens.vectors[ids].astype(np.float32), axis=1))
    mean = tokens.vectors[ids].astype(np.float32).mean(axis=0, keepdims=True)
    np.testing.assert_allclose(unit_rows(mean), encoder.encode_queries(["江海区🙂的教师"]), atol=1e-6)


def test_a_telling_word_weighs_more_than_a_filler(encoder):
    filler, telling = encoder.token_ids(["的", "疫苗"])
    assert encoder.weights[telling].max() > 2 * encoder.weights[filler].max()


def test_the_fingerprint_follows_the_weights_and_the_tokenizer(encoder, folder):
    assert StaticEncoder(folder, "copy").fingerprint == encoder.fingerprint
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    assert StaticEncoder(folder, "copy").fingerprint != encoder.fingerprint


def test_answering_imports_no_torch():
    code = (
        "import sys; from embeddings.opening import open_encoder; open_encoder().encode_queries(['江门'])\n"
        "print([name for name in ('torch', 'sentence_transformers', 'faiss', 'jieba') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_model_is_at_most_60_megabytes():
    assert sum(file.stat().st_size for file in EMBEDDED_FOLDER.rglob("*") if file.is_file()) <= 60_000_000


@pytest.mark.parametrize("damage", ["missing", "cut", "garbage", "other rows", "other table"])
def test_damaged_weights_are_an_encoder_damaged_error(folder, damage):
    path = folder / "model.safetensors"
    whole = path.read_bytes()
    length = int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8 : 8 + length])
    if damage == "other rows":
        header["embedding.weight"]["shape"][0] -= 1
        header["embedding.weight"]["data_offsets"][1] -= 2 * header["embedding.weight"]["shape"][1]
    else:
        header["another"] = header.pop("embedding.weight")
    other = json.dumps(header).encode()
    path.unlink()
    if damage != "missing":
        changed = len(other).to_bytes(8, "little") + other + whole[8 + length :]
        path.write_bytes({"cut": whole[:-1_000], "garbage": b"\xff" * 500}.get(damage, changed))
    with pytest.raises(EncoderDamaged, match=r"found .*model\.safetensors.*expected .*use `embedded`"):
        StaticEncoder(folder, "damaged")


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x00\xff"])
def test_a_damaged_tokenizer_is_an_encoder_damaged_error(folder, content):
    (folder / "tokenizer.json").unlink()
    if content is not None:
        (folder / "tokenizer.json").write_bytes(content)
    with pytest.raises(EncoderDamaged, match=r"found no readable tokenizer at .*tokenizer\.json"):
        StaticEncoder(folder, "damaged")


def test_unit_rows_of_zero_and_of_numbers_that_are_none_are_zero():
    rows = unit_rows(np.array([[3, 4], [0, 0], [np.nan, 1], [np.inf, 1]], np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0, 0], [0, 0], [0, 0]])
