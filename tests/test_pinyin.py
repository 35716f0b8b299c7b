"""Questions typed in pinyin: which ones are, what they are read as, and that nothing else changes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Ran
from support import GOLDEN, GOLDEN_SENTENCE, dev_queries

from qa.alike import sound
from qa.conversation import Role, Turn
from qa.fitting.pinyin import count_lines, counts
from qa.fold import fold
from qa.phrases import language
from qa.pinyin import is_pinyin
from qa.pinyin.asked_words import NEIGHBOUR, AskedWords
from qa.pinyin.homophones import Homophones, key_of
from qa.pinyin.lattice import Lattice
from qa.pinyin.readings import other_readings, syllables
from qa.pinyin.spelling import cuts, spelt
from qa.records import Mode
from qa.service import Service
from qa.words import WordCutter

DATA = Path(__file__).parent / "data"
TYPED = "jiang hai qu she qu dang jian xue yuan di yi pi you duo shao ming pei xun jiao shi"


@pytest.fixture(scope="module")
def read(service: Service) -> Callable[[str], str]:
    return service.in_characters


def shipped_questions() -> list[str]:
    """Return every question of the test data and of the seeds, in Chinese and in English."""
    found = []
    for path in (
        DATA / "dev.jsonl",
        DATA / "own.jsonl",
        DATA / "dev_english.jsonl",
        DATA.parents[1] / "seeds/questions.jsonl",
    ):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            texts = [row.get("question"), row.get("english"), *row.get("questions", [])]
            found += [text for text in texts if isinstance(text, str)]
    return found


@pytest.mark.parametrize(
    "question",
    [
        "jiang hai qu you duo shao pei xun jiao shi",
        "Jianghai Qu you duoshao peixun jiaoshi?",
        "JIANG HAI QU YOU DUO SHAO JIAO SHI",
        "Jiang Hai Qu You Duo Shao Jiao Shi",
        "jiānghǎi qū yǒu duōshao péixùn jiàoshī",
        "jia\u0304ngha\u030ci qu\u0304 yo\u030cu duo\u0304shao jia\u0300oshi\u0304",
        "ｊｉａｎｇ　ｈａｉ　ｑｕ　ｙｏｕ　ｄｕｏ　ｓｈａｏ　ｊｉａｏ　ｓｈｉ",
        "江海区 you duo shao 培训 jiao shi",
        "2023 nian GDP shi duoshao",
        "shizhang shi shei",
        "xi'an zai nali",
        "women you duoshao lüyou jingdian",
        "jianghaiquyouduoshaopeixunjiaoshi",
        "jiang lu shi na ge cun de gong zuo dui dui zhang ppt wei sha zuo cheng ke ai feng ge",
    ],
)
def test_a_question_in_pinyin_is_told(question: str) -> None:
    assert is_pinyin(question)
    assert language(question) == "zh"


@pytest.mark.parametrize(
    "question",
    [
        "He can sing",
        "Who is the mayor?",
        "women can do",
        "What is Jianghai?",
        "Who is Yu Zhijian?",
        "Jiangmen Jianghai District",
        "jianghai china",
        "Yu Zhijian",
        "yu zhijian",
        "Yu Zhijian Jiangmen Jianghai",
        "A man can hang a long pan",
        "he made me dance",
        "she came here late, sure, same time",
        "Did Nie Jiawei open the Shanghai Nanjing Beijing Guangzhou Shenzhen Wuhan Changsha line?",
        "metadata",
        "江海区的 AI 产业",
        "支付宝 alipay 怎么用",
        "江海区的 dance 比赛",
        "TCL GDP LED",
        "??? 123",
        "Кто мэр?",
        "",
    ],
)
def test_anything_else_is_left_alone(question: str, read: Callable[[str], str]) -> None:
    assert not is_pinyin(question)
    assert read(question) is question


def test_no_question_of_the_test_data_and_the_seeds_is_taken_for_pinyin(service: Service) -> None:
    questions = shipped_questions()
    assert len(questions) > 700
    assert sum(question.isascii() for question in questions) > 100
    assert [question for question in questions if is_pinyin(question)] == []


def test_whoever_has_typed_pinyin_before_may_ask_in_few_syllables() -> None:
    assert not is_pinyin("na 2024 nian ne")
    assert is_pinyin("na 2024 nian ne", typed_before=True)
    assert not is_pinyin("And in 2024?", typed_before=True)
    assert not is_pinyin("more", typed_before=True)


def test_words_are_cut_into_the_fewest_syllables() -> None:
    assert [(w, found and found.count) for w in ("jianghaiqu", "xian", "xi'an", "district") for found in [cuts(w)]] == [
        ("jianghaiqu", 3),
        ("xian", 1),
        ("xi'an", 2),
        ("district", None),
    ]
    assert cuts("a" * 101) is None
    assert spelt("Nǚ lüe xǔ NVREN") == "nv lve xu nvren"


def test_every_way_through_the_letters_is_weighed() -> None:
    said = {" ".join(span.syllables) for span in Lattice.of(["fangan", "shi"]).spans()}
    assert {"fang an", "fan gan", "fang an shi", "fan gan shi", "an shi", "gan shi"} <= said
    assert "fang gan" not in said
    with pytest.raises(ValueError, match="found 'district', expected a word in pinyin"):
        Lattice.of(["district"])


def test_words_are_found_by_their_sound_as_by_reading_the_whole_dictionary() -> None:
    frequencies = {word: n for word, n in WordCutter().tokenizer().FREQ.items() if n}
    homophones = Homophones.of(frequencies)
    for said in (["jiao", "shi"], ["shi", "shi"], ["jiang", "hai", "qu"]):
        same = [w for w in frequencies if len(w) == len(said) and w not in other_readings()]
        known = {w: frequencies[w] for w in same if [sound(c) for c in w] == said}
        (found,) = homophones.lookup(np.array([key_of(said)], np.uint64), 1000)
        assert dict(found) == known
        assert [n for _, n in found] == sorted(known.values(), reverse=True)


def test_each_syllable_has_a_number_and_none_other() -> None:
    assert len(set(syllables().values())) == len(syllables()) > 400
    assert key_of(["jiang", "hai"]) != key_of(["hai", "jiang"])
    assert key_of(["jiang", "the"]) == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yin hang zai na li", "银行在哪里"),
        ("chang jiang zai na li", "长江在哪里"),
        ("shi zhang shi shei", "市长是谁"),
        ("fangan shi shenme", "方案是什么"),
        ("tu shu guan ji dian kai men?", "图书馆几点开门?"),
        ("2023nian7yue you duoshao 5G jizhan", "2023年7月有多少5G基站"),
        ("江海区 you duo shao 老师", "江海区有多少老师"),
        ("LAO REN KAN BING YOU SHEN ME BU TIE", "老人看病有什么补贴"),
    ],
)
def test_the_likeliest_words_are_read(typed: str, meant: str, read: Callable[[str], str]) -> None:
    assert read(typed) == meant


def test_words_of_the_library_are_likelier(service: Service) -> None:
    texts = " ".join(passage.text for d in service.library.documents() for passage in service.library.passages(d.id))
    assert "党建" in texts
    assert "党建学院" in service.in_characters(TYPED)


def test_marks_figures_and_abbreviations_stay_where_they_are(read: Callable[[str], str]) -> None:
    assert read("ni hao, qing wen GDP zeng zhang 8.5% shi zen me yang?") == "你好,请问GDP增长8.5%是怎么样?"


def test_the_golden_question_in_pinyin_gets_its_answer(service: Service) -> None:
    answer = service.ask(TYPED)
    assert answer.question == TYPED
    assert answer.asked == service.in_characters(TYPED) != TYPED
    assert answer.text == f"“{GOLDEN_SENTENCE}”[1]"
    assert answer.passages[0].highlights


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.DENSE, Mode.LEXICAL])
def test_pinyin_finds_what_its_characters_find(service: Service, mode: Mode) -> None:
    found = service.search(TYPED, mode=mode)
    meant = service.search(service.in_characters(TYPED), mode=mode)
    assert found.passages == meant.passages
    assert (found.query, found.asked) == (TYPED, meant.query)


def test_pinyin_finds_nearly_as_much_as_characters(service: Service) -> None:
    """Whole questions in the syllables of their characters, one by one: a harder spelling than people's."""
    questions = [q.question for q in dev_queries() if q.answerable and not q.question.isascii()][::3]
    same = 0
    for question in questions:
        typed = " ".join(sound(c) or c for c in fold(question) if c.isalnum() or c == "、")
        best = service.search(question, top_k=1).passages[0].id
        same += best in [hit.id for hit in service.search(typed).passages]
    assert same >= 0.85 * len(questions)


def test_a_refusal_is_in_chinese(service: Service) -> None:
    answer = service.ask("ai yin si tan shi na yi nian chu sheng de")
    assert not answer.answerable
    assert "现有文献里没有找到这个问题的答案" in answer.text


def test_a_follow_up_in_pinyin_is_made_whole_in_characters(service: Service) -> None:
    turns = [Turn(Role.USER, TYPED), Turn(Role.ASSISTANT, GOLDEN_SENTENCE)]
    asked = service.ask("di er pi ne", history=turns).asked
    assert "第二批" in asked
    assert "学院" in asked


def test_other_questions_are_asked_as_they_are(service: Service) -> None:
    assert service.ask(GOLDEN).asked == GOLDEN
    assert service.search("Who is Yu Zhijian?").asked == "Who is Yu Zhijian?"


def test_the_command_line_says_what_a_question_is_read_as(command: Callable[..., Ran]) -> None:
    assert "(read as: 江海区" in command("search", TYPED).out
    assert "read as" not in command("search", GOLDEN).out


def test_telling_costs_little_and_the_longest_question_is_read_in_moments(service: Service) -> None:
    questions = shipped_questions()
    started = time.perf_counter()
    for question in questions:
        is_pinyin(question)
    assert time.perf_counter() - started < 0.001 * len(questions)
    for hostile in ("xian" * 250, "fangan " * 142, "a'" * 499 + "a", "xi an " * 166, "é" * 1000):
        started = time.perf_counter()
        service.in_characters(hostile)
        assert time.perf_counter() - started < 1


def test_a_user_term_is_found_by_its_sound() -> None:
    homophones = Homophones.of({"昙璇驿": 3, "瘫选亿": 2, "昙": 1})
    assert homophones.lookup(np.array([key_of(["tan", "xuan", "yi"])], np.uint64), 5) == [
        [("昙璇驿", 3), ("瘫选亿", 2)]
    ]


def test_the_counts_of_questions_are_words_and_the_characters_between_them() -> None:
    words, pairs = counts(["江海区有多少老师?", "有多少老师", "2023年"], WordCutter())
    assert (words["老师"], words["多少"], words["年"]) == (2, 2, 1)
    assert (pairs["少老"], pairs["区有"], pairs["有多"]) == (2, 1, 2)
    assert not any("3" in pair or "?" in pair for pair in pairs)
    assert list(count_lines(pairs))[1:] == ["2 少老 有多"]


def test_a_word_is_likelier_behind_what_it_often_follows() -> None:
    asked = AskedWords({"老师": 3}, {"少老": 6}, {"少": 6}, {"老": 6}, total_words=12, total_pairs=20)
    assert asked.share("老师") == 0.25
    assert asked.share("老实") == 0
    assert asked.meeting("", "老") == 1
    assert asked.meeting("多", "老") == pytest.approx(1 - NEIGHBOUR)
    assert asked.meeting("少", "老") == pytest.approx(1 - NEIGHBOUR + NEIGHBOUR * 6 * 20 / (8 * 8))
