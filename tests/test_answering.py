"""The form that a question asks for, and answers over a tiny library in which one sentence alone answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import CUTTER, Keeper, embedded, squeezed

from qa.answering.answerer import Draft
from qa.answering.extractive import ExtractiveAnswerer
from qa.asked import Asked, Wanted, has_what_is_asked, what_is_asked
from qa.judging.reading import Reader, Search
from qa.library import Library
from qa.service import Service

KINDS = [
    ("新城区建了多少座人行天桥?", Asked.NUMBER),
    ("东湖小学一共有几间教室?", Asked.NUMBER),
    ("呢个球场有几大,用咗几多钱?", Asked.NUMBER),
    ("綠道全長多少公里?", Asked.NUMBER),
    ("今年参赛的有几支龙舟队?", Asked.NUMBER),
    ("这是第几届荔枝节?", Asked.NUMBER),
    ("How many beds does the new ward have?", Asked.NUMBER),
    ("How large is the reading room?", Asked.NUMBER),
    ("图书馆什么时候开门?", Asked.DATE),
    ("花市几时开始?", Asked.DATE),
    ("新橋邊年通車?", Asked.DATE),
    ("When did the ferry stop running?", Asked.DATE),
    ("集市早上几点开始?", Asked.TIME),
    ("What time does the market open?", Asked.TIME),
    ("领导提了几点要求?", Asked.OTHER),
    ("维修要多久?", Asked.DURATION),
    ("個展覽開幾耐?", Asked.DURATION),
    ("培训班办几个月?", Asked.DURATION),
    ("How long did the repair take?", Asked.DURATION),
    ("How long is the bridge?", Asked.NUMBER),
    ("谁讲了第一课?", Asked.WHO),
    ("邊個係校長?", Asked.WHO),
    ("哪位教师得了奖?", Asked.WHO),
    ("Who runs the clinic?", Asked.WHO),
    ("比赛在哪里举行?", Asked.WHERE),
    ("個花市喺邊度?", Asked.WHERE),
    ("Where is the clinic?", Asked.WHERE),
    ("参加的学校有哪些?", Asked.LIST),
    ("有邊啲街道參加?", Asked.LIST),
    ("Which streets are being repaired?", Asked.LIST),
    ("为什么要改造旧市场?", Asked.OTHER),
    ("十几个村怎样合并?", Asked.OTHER),
]
FORMS = [
    ("全区新建人行天桥12座。", Asked.NUMBER, True),
    ("共有二十名教师到场。", Asked.NUMBER, True),
    ("覆盖率达到百分之九十。", Asked.NUMBER, True),
    ("The ward has forty beds.", Asked.NUMBER, True),
    ("会议学习了党的二十大精神。", Asked.NUMBER, False),
    ("7月21日,新桥通车。", Asked.NUMBER, False),
    ("第二十届荔枝节开幕。", Asked.NUMBER, False),
    ("2019年,学校落成。", Asked.NUMBER, False),
    ("一是抓好安全,二是抓好质量。", Asked.NUMBER, False),
    ("推行“三零”服务。", Asked.NUMBER, False),
    ("5000万元以上工程进展顺利。", Asked.NUMBER, False),
    ("5月3日,新桥通车。", Asked.DATE, True),
    ("二〇一九年学校落成。", Asked.DATE, True),
    ("工程预计年底完工。", Asked.DATE, True),
    ("共有46支队伍参赛。", Asked.DATE, False),
    ("集市每天9:30开始。", Asked.TIME, True),
    ("集市上午八点开始。", Asked.TIME, True),
    ("集市有80个摊位。", Asked.TIME, False),
    ("维修历经两个月。", Asked.DURATION, True),
    ("展览为期15天。", Asked.DURATION, True),
    ("车程1小时。", Asked.DURATION, True),
    ("2021年3月开工。", Asked.DURATION, False),
    ("校长林秀芳讲了第一课。", Asked.WHO, True),
    ("陈国强表示,明年再来。", Asked.WHO, True),
    ("活动由青年商会主办。", Asked.WHO, True),
    ("Dr. Lee runs the clinic.", Asked.WHO, True),
    ("道路已经铺好。", Asked.WHO, False),
    ("比赛在东湖公园举行。", Asked.WHERE, True),
    ("大家都很高兴。", Asked.WHERE, False),
    ("参加的有东湖小学、西湖小学和南湖小学。", Asked.LIST, True),
    ("服务包括理发与量血压。", Asked.LIST, True),
    ("大家都很高兴。", Asked.LIST, False),
    ("大家都很高兴。", Asked.OTHER, True),
]
# A question, the sentence that counts what it asks for, one that counts something else.
COUNTED = [
    ("有多少人参加?", "共90余人到场。", "共有30个摊位。"),
    ("来了几支龙舟队?", "共46支队伍出发。", "沿岸有2000名观众。"),
    ("来了多少名桡手?", "1288名桡手参赛。", "46支队伍参赛。"),
    ("球场面积有多大?", "球场占地3.5万平方米。", "球场有600个座位。"),
    ("参加人数是多少?", "共有三百人报名。", "设有12个项目。"),
    ("一共花了多少钱?", "总投资2.4亿元。", "铺设管道18公里。"),
    ("How many beds are there?", "设有床位80张床。", "设有12个科室。"),
    ("入学的比例是多少?", "比例为98%。", "共有40所。"),
]


@pytest.mark.parametrize(("question", "kind"), KINDS)
def test_the_asking_words_tell_the_kind(question: str, kind: Asked) -> None:
    assert what_is_asked(question) is kind


@pytest.mark.parametrize(("sentence", "asked", "there"), FORMS)
def test_a_sentence_has_the_form_or_lacks_it(sentence: str, asked: Asked, there: bool) -> None:
    assert has_what_is_asked(sentence, asked) is there


@pytest.mark.parametrize(("question", "right", "other"), COUNTED)
def test_the_unit_that_is_asked_for_fits_better_than_another(question: str, right: str, other: str) -> None:
    wanted = Wanted(question)
    assert wanted.fit(right) > wanted.fit(other) >= -1


def test_a_question_without_a_form_fits_every_sentence_alike() -> None:
    assert Wanted("为什么要改造?").fit("共12座。") == Wanted("为什么要改造?").fit("很好。") == 0


PAGES = {
    "bridge.txt": (
        "云溪大桥建成通车\n\n"
        "云溪日报讯(记者/方圆)5月3日,云溪区举行云溪大桥通车仪式,深入贯彻党的二十大精神。"
        "云溪大桥全长860米,桥面设双向六车道。大桥工程历时28个月,由云溪路桥公司承建。"
        "云溪区交通局局长林志远在仪式上介绍了建设经过。大桥总投资3.2亿元,惠及沿线居民。\n"
    ),
    "clinic.txt": (
        "白鹭镇卫生院新楼启用\n\n"
        "白鹭日报讯(记者/许可)近日,白鹭镇卫生院住院新楼启用,镇领导提出三点要求。"
        "卫生院新楼设有床位120张,配备医护人员65名。新楼位于白鹭镇康宁路8号,交通便利。"
        "卫生院门诊每天上午8:30开诊。卫生院开设的科室包括内科、儿科、中医科和康复科。\n"
    ),
    "kites.txt": (
        "第九届青石风筝节举行\n\n"
        "青石日报讯(记者/安然)第九届青石风筝节于3月15日开幕,全镇群众热情高涨,现场一片欢腾。"
        "本届风筝节共有38支风筝队参赛,放飞风筝1500只。风筝节的开幕式在青石湖公园举行。"
        "青石小学教师罗小梅获得风筝节制作比赛一等奖。风筝节为期5天,市民可以免费入场。\n"
    ),
}
ASKED = [
    ("云溪大桥有多长?", "云溪大桥全长860米"),
    ("云溪大桥建了多久?", "历时28个月"),
    ("云溪大桥总投资多少钱?", "总投资3.2亿元"),
    ("雲溪大橋邊個介紹建設經過?", "局长林志远"),
    ("云溪大桥什么时候通车?", "5月3日"),
    ("白鹭镇卫生院新楼有多少张床位?", "床位120张"),
    ("白鹭镇卫生院新楼有多少名医护人员?", "医护人员65名"),
    ("白鹭镇卫生院新楼在哪里?", "康宁路8号"),
    ("白鹭镇卫生院几点开诊?", "上午8:30"),
    ("白鹭镇卫生院有哪些科室?", "内科、儿科"),
    ("青石风筝节有几支风筝队参赛?", "38支风筝队"),
    ("青石风筝节开幕式喺边度举行?", "青石湖公园"),
    ("青石风筝节谁得了制作比赛一等奖?", "罗小梅"),
    ("青石风筝节办几耐?", "为期5天"),
    ("青石风筝节几时开幕?", "3月15日"),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("tiny") / "data"
    Library.create(folder).close()
    keeper = Keeper(folder)
    for name, text in PAGES.items():
        keeper.add(name, text)
    keeper.index()
    keeper.close()
    service = Service.open(keeper.settings)
    yield service
    service.close()


def quoted_for(service: Service, question: str) -> Draft:
    """Return what is quoted for a question, whether or not the service would rather refuse."""
    engine, passages = service.engine(), service.search(question).passages
    reading = Reader(embedded(), CUTTER).read(question, engine.generation, passages, Search(None, None))
    return ExtractiveAnswerer().answer(question, reading)


@pytest.mark.parametrize(("question", "words"), ASKED)
def test_the_sentence_that_answers_is_quoted_among_few(tiny: Service, question: str, words: str) -> None:
    draft = quoted_for(tiny, question)
    assert words in draft.text
    assert len(draft.citations) <= 2


@pytest.mark.parametrize("question", [question for question, _ in ASKED])
def test_every_quote_stands_verbatim_at_its_spans(tiny: Service, question: str) -> None:
    texts = {document.id: document.text for document in tiny.library.documents()}
    draft = quoted_for(tiny, question)
    assert 1 <= len(draft.citations) <= 3
    for cited in draft.citations:
        source = texts[cited.citation.document_id]
        assert "".join(source[s:e] for s, e in cited.citation.spans) == cited.citation.quote
        assert squeezed(cited.citation.quote) in squeezed(draft.text)
