"""Names that an answer or a question holds: a person behind an office, an organisation by its last word, members of a list."""

from __future__ import annotations

import re

from qa.conversation.cues import even
from qa.terms import HAN

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤聂岑甄区欧温关容麦冼伍司霍简植翁阮柳庄詹冯"
)
_OFFICE = (
    "书记|主任|局长|区长|市长|镇长|村长|校长|院长|馆长|园长|主席|会长|队长|董事长|总经理|经理|教练|教师|老师|教授|专家|常委|代表|委员|负责人|研究员"
    "|骨干|先生|女士|同志|志愿者|球员|爱好者"
)
_SAYS = (
    "表示|介绍|强调|指出|告诉|主持|率|出席|说|认为|坦言|直言|透露|回忆|担任|作|带"
    "|参加|列席|获|讲|授课|调研|向|从|等|分别|对|在|前往|为|和|与|以"
)
_OFFICER = re.compile(
    rf"(?:{_OFFICE})(?P<name>[{_SURNAMES}][{HAN}]{{1,2}}?)(?=(?:{_SAYS})|[^{HAN}]|$)"
    rf"|(?<![{HAN}])(?P<alone>[{_SURNAMES}][{HAN}]{{1,2}}?)(?=表示|强调|指出|介绍|认为|说|告诉|直言)"
)
KINDS = {
    "公司": "公司|集团|实业|电器|电机|科技|食品",
    "学校": "小学|中学|学校|学院|大学|校区",
    "村": "村",
    "社区": "社区",
    "医院": "医院|院区",
    "街道": "街道",
    "项目": "项目|基地",
    "园": "产业园|工业园|园区|产业港",
    "联赛": "联赛|擂台赛",
}
_SAME_KIND = {
    other: kind
    for kind, others in {
        "公司": "企业 集团 厂 company firm enterprise",
        "学校": "小学 中学 学院 大学 校 校区 school college academy",
        "村": "村庄 village",
        "医院": "院区 hospital",
        "项目": "工程 基地 project",
        "园": "产业园 园区 park",
        "联赛": "比赛 赛事 contest competition league",
        "社区": "community",
        "街道": "subdistrict street",
    }.items()
    for other in others.split()
}
_EDGE = re.compile(
    rf"[^{HAN}\w()]+|[的是由和与及对为被了将]|[在到赴]|以及|前往|走访|来自|其中|包括|除了|成功|吸引|引进|分别|组织|参观|作为|记者|今年|还有|一期|位于|投资(?![{HAN}]?额)|项目规划|项目占地"
)
_LIST = re.compile(rf"[{HAN}\w“”()]{{2,24}}(?:、[{HAN}\w“”()]{{2,24}})+")
_LIST_START = re.compile(r".*(?:包括|打造|分别是|分别为|邀请|前往|是|有|为|在|的|到)")
_LIST_END = re.compile(r"(?:等|和|及|以及|与).*")


def person_in(text: str) -> str | None:
    """Return the first person who is named behind an office or before a verb of saying."""
    match = _OFFICER.search(even(text))
    return None if match is None else text[slice(*match.span("name" if match["name"] else "alone"))]


def things_in(text: str, kind: str) -> list[str]:
    """Return the names of a kind (公司, school) in their order; none for a kind that names do not end in."""
    kind = _SAME_KIND.get(kind, kind)
    if kind not in KINDS:
        return []
    whole = re.compile(
        rf"(?!\d)(?:(?!{KINDS[kind]})[{HAN}\w()]){{1,18}}(?:{KINDS[kind]})(?:有限公司|股份有限公司|北校区|新院区)?"
    )
    folded, found, at = even(text), [], 0
    for edge in [*(m.span() for m in _EDGE.finditer(folded)), (len(text), len(text))]:
        if match := whole.match(folded[at : edge[0]]):
            found.append(text[at : at + match.end()])
        at = edge[1]
    return list(dict.fromkeys(found))


def listed(text: str) -> list[str]:
    """Return the members of the first list (A、B、C等) of a text."""
    match = _LIST.search(text)
    if match is None:
        return []
    first, *rest = match[0].split("、")
    start = _LIST_START.match(first)
    first = first[start.end() :] if start and start.end() < len(first) else first
    last = _LIST_END.sub("", rest[-1]) or rest[-1]
    return [first, *rest[:-1], last]
