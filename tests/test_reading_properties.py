"""What must hold for every text: exact spans, one role for each code point, passages that lose nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.reading import Block, PageReading, Role, read_page, readable, split_passages

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))
PAGES = [path.read_bytes().decode("utf-8") for path in SEEDS]
# Pieces of which newspaper pages, and the reader's rules, are made.
PIECES = [
    "# ", "## ", "### ", "\n", "\n\n", "\r\n", "\r", "\n\n\n\n", " ", "\u3000\u3000", "\t", "\u2028",
    "。", ",", "，", "；",
    "”", "“", "（", "）", "(", ")", "——", "……", "□", "摄", "图为", "王某 摄",
    "(资料图)", "记者/王某", "本报讯", "通讯员",
    "东州日报讯(记者/王某 通讯员/李某)", "新华社北京7月1日电", "文/王某 图/李某", "□相关新闻", "(王某)", "一要",
    "7月1日,",
    "近日", "东州区举行运动会", "会议强调,要抓好落实", "他说:“很好。”", "的", "产", "生产",
    "Hello world. ", "LED", "12", "|",
    "-", "*", "**", "【民生】", "**简讯**\n", '"', "\ufeff", "\u200b", "\x00", "𠮷", "é",
]  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def blocks(reading: PageReading) -> list[Block]:
    return [block for article in reading.articles for block in article.blocks]


def is_marks(part: str) -> bool:
    return not part.strip("#＃*_")


def check_roles(text: str, reading: PageReading) -> None:
    seen: dict[int, Role] = {}
    for block in blocks(reading):
        assert block.spans
        assert list(block.spans) == sorted(block.spans)
        for start, end in block.spans:
            assert 0 <= start < end <= len(text)
            assert not text[start].isspace()
            assert not text[end - 1].isspace()
            for place in range(start, end):
                assert place not in seen, (place, text[place], seen[place], block.role)
                seen[place] = block.role
    missing = [place for place, char in enumerate(text) if not char.isspace() and place not in seen]
    assert not missing, (missing[:5], text[max(0, missing[0] - 20) : missing[0] + 20])


def check_repeats(reading: PageReading) -> None:
    for article in reading.articles:
        for place, block in enumerate(article.blocks):
            if block.repeats is not None:
                assert block.role is Role.REPEAT
                assert block.repeats != place
                assert article.blocks[block.repeats].role is not Role.REPEAT


def check_passages(text: str, reading: PageReading, target: int = 250, longest: int = 400) -> None:
    shown = (Role.HEADLINE, Role.SUBHEAD, Role.PARAGRAPH, Role.CAPTION)
    wanted = {
        place
        for block in blocks(reading)
        if block.role in shown
        for start, end in block.spans
        if not is_marks(text[start:end])
        for place in range(start, end)
        if not text[place].isspace()
    }
    counts: dict[int, int] = {}
    for article in reading.articles:
        for passage in split_passages(article, text, target=target, longest=longest):
            assert passage.spans
            assert list(passage.spans) == sorted(passage.spans)
            assert all(a[1] <= b[0] for a, b in zip(passage.spans, passage.spans[1:], strict=False))
            written = readable(text, passage.spans, passage.subhead)
            quote = "".join(text[start:end] for start, end in passage.spans)
            assert "".join(written.split()) == "".join(quote.split())
            assert len(written) <= longest
            assert ("\n" in written) == (passage.subhead is not None)
            for start, end in passage.spans:
                assert start < end
                assert not text[start].isspace()
                assert not text[end - 1].isspace()
                for place in range(start, end):
                    if not text[place].isspace():
                        counts[place] = counts.get(place, 0) + 1
    assert set(counts) == wanted
    assert set(counts.values()) <= {1}


def check(text: str) -> None:
    reading = read_page(text)
    check_roles(text, reading)
    check_repeats(reading)
    check_passages(text, reading)


@pytest.mark.parametrize("page", PAGES, ids=[path.stem for path in SEEDS])
def test_each_page_has_exact_spans_and_complete_roles(page: str) -> None:
    check(page)
    check(page.replace("\n", "\r\n"))


@pytest.mark.parametrize(("target", "longest"), [(80, 80), (100, 120), (160, 400), (400, 400)])
def test_passages_keep_to_other_lengths(target: int, longest: int) -> None:
    for page in PAGES:
        check_passages(page, read_page(page), target, longest)


def test_lengths_that_cannot_be_kept_are_refused() -> None:
    article = read_page("一句话。").articles[0]
    with pytest.raises(ValueError, match=r"found target=500, longest=400; expected 80 <= target <= longest"):
        split_passages(article, "一句话。", target=500)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(texts)
def test_any_text_is_read_without_loss(text: str) -> None:
    check(text)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_damaged_pages_are_read_without_loss(seed: int) -> None:
    rng = random.Random(seed)
    lines = rng.choice(PAGES).split("\n")
    start = rng.randrange(len(lines))
    part = lines[start : start + rng.randrange(5, 50)]
    for _ in range(rng.randrange(8)):
        damage = rng.choice(("swap", "cut", "double", "mark", "glue", "piece"))
        place = rng.randrange(len(part))
        if damage == "swap":
            other = rng.randrange(len(part))
            part[place], part[other] = part[other], part[place]
        elif damage == "cut":
            at = rng.randrange(len(part[place]) + 1)
            part[place : place + 1] = [part[place][:at], rng.choice(PIECES), part[place][at:]]
        elif damage == "double":
            part.insert(rng.randrange(len(part)), part[place])
        elif damage == "mark":
            part[place] = rng.choice(("# ", "## ", "### ", "□")) + part[place]
        elif damage == "glue":
            part[place : place + 2] = ["".join(part[place : place + 2])]
        else:
            part.insert(place, rng.choice(PIECES))
    check("\n".join(part))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_columns_in_any_order_are_read_without_loss(seed: int) -> None:
    rng = random.Random(seed)
    words = "".join(rng.choice(PAGES).split())
    width, lines = rng.randrange(8, 22), []
    for _ in range(rng.randrange(4, 60)):
        at = rng.randrange(len(words) - width)
        lines.append(rng.choice(("", "", "\u3000\u3000")) + words[at : at + rng.choice((width, width, width, 5))])
        if rng.random() < 0.1:
            lines[-1] += rng.choice(PIECES)
    check(rng.choice(("\n", "\n", "\r\n", "\n\n")).join(lines))


def test_reading_is_a_pure_function_of_the_text() -> None:
    assert all(read_page(page) == read_page(page) for page in PAGES)


def test_very_long_texts_are_read_without_loss() -> None:
    line = "".join(chr(0x4E00 + place * 7 % 5000) for place in range(100_000))
    many = "\n\n".join(f"第{place}号通知于{place % 28 + 1}日送达各单位,共{place * 3}份。" for place in range(5_000))
    check(line)
    check(many)
