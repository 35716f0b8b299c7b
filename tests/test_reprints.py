"""A text that stands in many documents is one hit that names them all, and keeps nothing else out."""

from __future__ import annotations

import random

import pytest
from support import Keeper

from qa.changes import Upload
from qa.records import Filters
from qa.shingles import resemblance, shingles
from qa.sketches import marks

QUESTION = "礼乐龙舟赛有多少支龙舟队"
PARAGRAPH = (
    "9月3日,第三十八届礼乐龙舟赛在礼乐河开桨,共有46支龙舟队、1288名桡手参赛,岸上两万名观众呐喊助威。经过三轮比拼,"
    "向东村龙舟队以四分十二秒的成绩夺得传统龙组冠军,英南村和威西村的队伍分列第二、三名。赛后,各队按照惯例把船停回祠堂前的河涌,"
    "等到来年端午再下水。"
)


def upload(number: int, paragraph: str = PARAGRAPH) -> Upload:
    return Upload(
        f"{number:03}.txt", f"第{number}版要闻\n\n{paragraph}\n\n这是第{number}份报纸,别处没有这一句。\n".encode()
    )


def misread(text: str, rng: random.Random) -> str:
    """Change one character of the text, as OCR does."""
    place = rng.randrange(30, len(text) - 1)
    return text[:place] + "某" + text[place + 1 :]


def test_a_hit_names_all_of_forty_reprints_and_leaves_room_for_others(keeper: Keeper) -> None:
    rng = random.Random(1)
    uploads = [upload(n, PARAGRAPH if n % 2 else misread(PARAGRAPH, rng)) for n in range(40)]
    added = [one.id for one in keeper.changes.add_all(uploads)]  # type: ignore[union-attr]
    service = keeper.service()
    passages = service.search(QUESTION, top_k=5).passages
    assert len(passages) == 5
    first = passages[0]
    sources = {first.citation.document_id, *(c.document_id for c in first.citation.also_in)}
    assert sources == set(added)
    assert len(first.citation.also_in) == 39
    texts = [p.text for p in passages]
    assert all(resemblance(shingles(a), shingles(b)) < 0.8 for a in texts for b in texts if a is not b)
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
    service.close()


def test_each_source_is_quoted_from_its_own_text(keeper: Keeper) -> None:
    list(keeper.changes.add_all([upload(n, PARAGRAPH.replace("46", str(46 + n))) for n in range(3)]))
    service = keeper.service()
    first = service.search(QUESTION).passages[0].citation
    for one in (first, *first.also_in):
        text = keeper.library.document(one.document_id).text
        assert "".join(text[s:e] for s, e in one.spans) == one.quote
    assert len({first.quote, *(c.quote for c in first.also_in)}) == 3
    service.close()


def test_removing_the_one_that_is_shown_promotes_another(keeper: Keeper) -> None:
    added = {one.id for one in keeper.changes.add_all([upload(n) for n in range(3)])}  # type: ignore[union-attr]
    service = keeper.service()
    while added:
        first = service.search(QUESTION).passages[0].citation
        assert {first.document_id, *(c.document_id for c in first.also_in)} == added
        service.changes.remove(first.document_id)
        added.remove(first.document_id)
    passages = service.search(QUESTION).passages
    assert not any("46支龙舟队" in p.text for p in passages)
    service.close()


def test_a_notice_of_the_same_form_about_another_place_is_no_reprint(keeper: Keeper) -> None:
    other = PARAGRAPH.replace("礼乐", "外海").replace("9月3日", "9月4日")
    one, two = (keeper.changes.add(upload(n, text)).id for n, text in ((1, PARAGRAPH), (2, other)))
    service = keeper.service()
    passages = service.search("龙舟赛有多少支龙舟队").passages
    assert {passages[0].citation.document_id, passages[1].citation.document_id} == {one, two}
    assert passages[0].citation.also_in == passages[1].citation.also_in == ()
    service.close()


def test_filters_hold_for_reprints_too(keeper: Keeper) -> None:
    added = [one.id for one in keeper.changes.add_all([upload(n) for n in range(3)])]  # type: ignore[union-attr]
    service = keeper.service()
    first = service.search(QUESTION, filters=Filters(document_ids=tuple(added[:2]))).passages[0].citation
    assert {first.document_id, *(c.document_id for c in first.also_in)} == set(added[:2])
    service.close()


@pytest.mark.parametrize(("changed", "least"), [(1, 0.97), (4, 0.9)])
def test_near_duplicates_share_a_mark(changed: int, least: float) -> None:
    rng, shared, close = random.Random(changed), 0, 0
    for _ in range(200):
        text = "".join(chr(rng.randrange(0x4E00, 0x5E00)) for _ in range(160))
        other = list(text)
        for place in rng.sample(range(160), changed):
            other[place] = "某"
        if resemblance(shingles(text), shingles("".join(other))) >= 0.8:
            close += 1
            shared += bool(set(marks(text)) & set(marks("".join(other))))
    assert close == 200
    assert shared / close >= least


def test_different_texts_share_no_mark_as_a_rule() -> None:
    rng = random.Random(5)
    texts = ["".join(chr(rng.randrange(0x4E00, 0x4F00)) for _ in range(160)) for _ in range(100)]
    met = sum(bool(set(marks(a)) & set(marks(b))) for i, a in enumerate(texts) for b in texts[:i])
    assert met == 0


def test_a_text_without_letters_has_no_marks() -> None:
    assert marks("…!?") == ()
    assert marks("啊") == marks("啊")
