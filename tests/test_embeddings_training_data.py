"""The training data is read whole or not at all, and the held-out passages stay out."""

import base64
import hashlib
import json

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers

from embeddings.errors import TrainingDataError
from embeddings.training.folding import character_map, folding_table
from embeddings.training.overlap import RUN, SharedRuns, drop_held_out
from embeddings.training.pairs import Pair, data_digest, held_out, read_pairs
from embeddings.training.schedule import Schedule
from embeddings.training.tokens import Tokens, join, tokenise, word_parts
from embeddings.training.vocabulary import UNKNOWN_ID, VocabularyOptions, build_tokenizer, romanised


def write(path, lines):
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_bytes(zstandard.compress(text.encode()))


def passage(held):
    """Return a passage of 60 characters that is held out, or is not."""
    candidates = (f"第{number}号通知：" + "区文化馆七月举办展览免费开放" * 4 for number in range(1_000))
    return next(text for text in candidates if held_out(text) is held)


def test_one_passage_in_ten_is_held_out_by_its_hash():
    texts = [f"段落{number}" for number in range(2_000)]
    expected = [int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 10 == 0 for text in texts]
    assert [held_out(text) for text in texts] == expected
    assert 150 < sum(expected) < 250


def test_pairs_come_in_the_order_of_files_and_lines_with_their_groups(tmp_path):
    write(tmp_path / "parallel.jsonl.zst", [{"a": "river", "b": "河", "source": "Tatoeba"}, "", {"a": "x", "b": "y"}])
    write(
        tmp_path / "everyday_questions.jsonl.zst",
        [{"a": "Q", "b": "甲", "lang": "en"}, {"a": "问", "b": "甲", "lang": "yue"}],
    )
    assert read_pairs(tmp_path) == [
        Pair("Q", "甲", "(no source named)", "everyday_questions/en"),
        Pair("问", "甲", "(no source named)", "everyday_questions/zh"),
        Pair("river", "河", "Tatoeba", "parallel"),
        Pair("x", "y", "(no source named)", "parallel"),
    ]


def test_a_source_is_left_out_by_its_name_or_the_part_before_the_slash(tmp_path):
    rows = [{"a": "1", "b": "1", "source": name} for name in ("CSTS/NLI", "CSTS/LCQMC", "SimCLUE")]
    write(tmp_path / "paraphrase.jsonl.zst", rows)
    assert [pair.source for pair in read_pairs(tmp_path, ["CSTS"])] == ["SimCLUE"]
    assert [pair.source for pair in read_pairs(tmp_path, ["CSTS/NLI"])] == ["CSTS/LCQMC", "SimCLUE"]
    with pytest.raises(TrainingDataError, match="--exclude-source 'CEDICT': no row has this source"):
        read_pairs(tmp_path, ["CEDICT"])


def test_all_bad_lines_of_all_files_are_told_at_once(tmp_path):
    write(
        tmp_path / "a.jsonl.zst",
        [{"a": "1", "b": "1"}, "{", "[]", {"a": " ", "b": "1"}, {"a": "1"}, {"a": 1, "b": "1"}],
    )
    (tmp_path / "b.jsonl.zst").write_bytes(b"not compressed")
    with pytest.raises(TrainingDataError) as caught:
        read_pairs(tmp_path)
    message = str(caught.value)
    assert message.startswith("found 6 fault(s) in the training data; correct or remove them, then start again:\n")
    for place in (
        "2: expected UTF-8 JSON",
        "3: expected a JSON object, found list",
        "4: expected text",
        "5: expected text",
    ):
        assert f"{tmp_path}/a.jsonl.zst:{place}" in message
    assert f'{tmp_path}/a.jsonl.zst:6: expected text under "a", found 1' in message
    assert f"{tmp_path}/b.jsonl.zst: not readable as Zstandard" in message


def test_a_folder_without_data_says_what_was_expected(tmp_path):
    with pytest.raises(TrainingDataError, match=r"no file named \*\.jsonl\.zst"):
        read_pairs(tmp_path)


def test_the_digest_follows_every_byte_of_the_data(tmp_path):
    write(tmp_path / "a.jsonl.zst", [{"a": "1", "b": "1"}])
    before = data_digest(tmp_path)
    assert data_digest(tmp_path) == before
    write(tmp_path / "a.jsonl.zst", [{"a": "1", "b": "2"}])
    assert data_digest(tmp_path) != before


def test_held_out_passages_and_what_quotes_them_are_dropped_from_every_file():
    kept_out, free = passage(True), passage(False)[::-1]
    quoting = Pair("另一条", "前文" + kept_out[5 : 5 + RUN] + "后文", "news", "news_context")
    near = Pair("又一条", "前文" + kept_out[5 : 4 + RUN] + "！后文", "news", "news_context")
    same = Pair(kept_out, "译文", "news", "parallel")
    asked = Pair("问题", kept_out, "q", "everyday_questions/zh")
    plain = Pair("问题", free, "q", "everyday_questions/zh")
    assert drop_held_out([asked, plain, quoting, near, same]) == [plain, near]


@given(st.text("甲乙丙", max_size=80), st.text("甲乙丙", max_size=80))
def test_shared_runs_are_found_wherever_they_lie(gold, text):
    runs = {gold[i : i + RUN] for i in range(len(gold) - RUN + 1)}
    expected = text == gold or any(text[i : i + RUN] in runs for i in range(len(text) - RUN + 1))
    assert SharedRuns([gold]).touch(text) == expected


def test_the_character_map_folds_every_character_of_the_table_and_no_other():
    table = folding_table()
    fold = normalizers.Precompiled(base64.b64decode(character_map(table)))
    assert (table["門"], table["é"], table["裏"]) == ("门", "e", "里")
    assert len(table) > 3_000
    for character, folded in table.items():
        assert fold.normalize_str(character) == folded
    for start, end in ((0x20, 0x2FF), (0x4E00, 0x9FFF), (0xFF00, 0xFFEF)):
        for character in map(chr, range(start, end)):
            assert fold.normalize_str(character) == table.get(character, character)


@pytest.fixture(scope="module")
def tokenizer():
    pairs = [Pair("图书馆 library hours", "图书馆开放时间2023年", "s", "g")] * 5
    return build_tokenizer(pairs, VocabularyOptions())


def test_the_tokenizer_knows_words_characters_digits_and_syllables(tokenizer):
    def pieces(text):
        return tokenizer.encode(text, add_special_tokens=False).tokens

    assert pieces("圖書館開放時間") == pieces("图书馆开放时间") == ["图书馆", "开放", "时间"]
    assert pieces("Library, 2023!") == ["library", "2", "0", "2", "3"]
    assert pieces("jianghai") == ["jiang", "hai"]
    assert pieces("聂加伟") == ["聂", "加", "伟"]
    assert "🙂" not in tokenizer.get_vocab()


def test_the_same_pairs_give_the_same_tokenizer(tokenizer):
    pairs = [Pair("图书馆 library hours", "图书馆开放时间2023年", "s", "g")] * 5
    assert build_tokenizer(pairs, VocabularyOptions()).to_str() == tokenizer.to_str()


def test_words_are_paired_with_their_pinyin_together_and_apart():
    assert list(romanised(["江海", "门"])) == [
        Pair("jianghai", "江海", "pypinyin", "romanised"),
        Pair("jiang hai", "江海", "pypinyin", "romanised"),
        Pair("men", "门", "pypinyin", "romanised"),
    ]


def texts_of(tokens):
    return [tokens.ids[a:b].tolist() for a, b in zip(tokens.starts, tokens.starts[1:], strict=False)]


def flat(rows):
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Tokens(np.array([token for row in rows for token in row], np.int32), starts)


def test_texts_are_taken_joined_split_and_thinned():
    tokens = flat([[5, 6], [7], [], [8, 9, 10]])
    assert texts_of(tokens.take(np.array([3, 1, 2, 1]))) == [[8, 9, 10], [7], [], [7]]
    assert texts_of(join([tokens, flat([[1]])])) == [[5, 6], [7], [], [8, 9, 10], [1]]
    rng = np.random.default_rng(0)
    parts = flat([[token] for token in range(8)] + [[1, 2], [9], [3, 4, 5]])
    assert texts_of(tokens.split(1.0, parts, rng)) == [[5, 6], [7], [], [1, 2, 9, 3, 4, 5]]
    assert texts_of(tokens.split(0.0, parts, rng)) == texts_of(tokens)
    long = flat([list(range(100)), [1, 2, 3, 4, 5]])
    thinned = long.drop(0.3, rng)
    assert 50 < thinned.lengths[0] < 90
    assert texts_of(thinned)[1] == [1, 2, 3, 4, 5]
    assert long.drop(1.0, rng).lengths.tolist() == [1, 5]


def test_unknown_tokens_are_left_out_and_long_texts_cut(tokenizer):
    tokens = tokenise(tokenizer, ["图书馆🙂时间", "🙂", "一二三四五"], longest=3)
    assert tokens.lengths.tolist() == [2, 0, 3]
    assert UNKNOWN_ID not in tokens.ids


def test_words_are_taken_apart_into_their_characters_and_latin_stays():
    pieces = [("[PAD]", 0.0), ("[UNK]", 0.0), ("图书", -1.0), ("图", -2.0), ("书", -2.0), ("馆藏", -2.0), ("ab", -1.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=1, byte_fallback=False))
    assert texts_of(word_parts(tokenizer)) == [[0], [1], [3, 4], [3], [4], [5], [6]]


def test_batches_follow_from_seed_and_step_and_go_through_each_group_once_an_epoch():
    schedule = Schedule({"news": 50, "parallel": 30}, batch=10, steps=200, seed=1)
    draws = [schedule.draw(step) for step in range(200)]
    again = Schedule({"news": 50, "parallel": 30}, batch=10, steps=200, seed=1)
    for step in (199, 0, 57):
        assert again.draw(step).group == draws[step].group
        np.testing.assert_array_equal(again.draw(step).rows, draws[step].rows)
    news = [draw.rows for draw in draws if draw.group == "news"]
    assert sorted(np.concatenate(news[:5]).tolist()) == list(range(50))
    assert np.concatenate(news[:5]).tolist() != np.concatenate(news[5:10]).tolist()


def test_a_group_smaller_than_a_batch_is_one_batch():
    draw = Schedule({"small": 3}, batch=10, steps=2, seed=0).draw(1)
    assert sorted(draw.rows.tolist()) == [0, 1, 2]
