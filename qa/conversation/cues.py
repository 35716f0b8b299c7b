"""The words by which a question leans on what was said before it, in Chinese, Cantonese and English.

Patterns work on text folded code point by code point (`even`), so that their places hold in the text as it was typed.
"""

from __future__ import annotations

import re

from qa.fold import fold
from qa.terms import HAN

# Words that open a question and say that it goes on: 那么, 咁, and so.
OPENER = re.compile(
    r"^(?:(?:请问|想问下?|我想知道|你知道|知唔知道?|你?(?:能|可以)?告诉我|那么|那(?!个|家|所|间|位|项|次|场|种|些|条|座|支|名|届|批|期|里|儿|边|篇|是|部|本|天|时)|咁样?|噉样?|然后|另外(?=[,,]))[,,、\s]*"
    r"|(?:and|so|then|but|ok|okay|also)\b[,\s]*)+"
)
# A request to go on about the same.
MORE = re.compile(
    r"(?:再|请|麻烦)?(?:你)?(?:具体|详细|仔细)(?:点|些|一点|说说|讲讲|说明|介绍|内容|情况|是什么|的)*(?:一下)?(?:呢|吗|吧)?"
    r"|(?:再|请)?(?:多)?(?:说|讲|介绍|展开)(?:得)?(?:多|详细|具体|清楚|仔细)?(?:一点|一些|一下|点|些|说|讲)*(?:呢|吧)?"
    r"|(?:还|仲)有(?:呢|吗|别的吗|其他的?吗|什么|咩)?|继续(?:说|讲)?|后来(?:呢|怎么样)?|结果(?:呢|怎么样)|然后呢"
    r"|为什么(?:呢|会这样)?|为何|为啥(?:呢)?|点解(?:呢|嘅|㗎)?|怎么(?:说|回事|会)|什么意思|真的吗|是吗"
    r"|why(?: (?:is|was) (?:that|this|it))?(?: so)?|how so|how come"
    r"|tell me more(?: about (?:it|that|this|them))?|more details?(?: please)?"
    r"|(?:can you |please )?(?:elaborate|go on|continue|explain)(?: (?:more|further|please|that|it|this))*"
    r"|what else|anything else"
    r"|what happened (?:then|next)"
)
# 那X呢, 换成X呢, what about X: the same question of something else.
INSTEAD = re.compile(
    r"(?:换成|换作|如果是|要是|至于)?(?P<what>.{1,24}?)(?:方面|这边|那边|的话|分别)?(?:呢|又点|又如何|又怎样|怎么样呢)"
    r"|(?:what|how) about (?P<about>.{1,80})|(?:and |or )?in (?P<when>(?:19|20)\d\d)"
    r"|(?:(?:不对|不是|错了|唔系)[,，。\s]*)?我(?:想)?(?:问|说|讲|指)的?(?:是|系)?(?P<mean>.{1,24}?)[的嘅]?"
    r"|(?:no[, ]+)?i (?:meant?|mean) (?P<meant>.{1,80})"
)
# And X, without a verb: the same as what about X.
AND = re.compile(r"(?:and|or)\b[,\s]*(?:the |for )?(?P<what>(?:[\w'.-]+\s?){1,5})")
VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|how|what|who|when|where|why|which)\b"
)
# The time of what was spoken of, or what was said of it: the topic itself takes no such word's place.
THEN = re.compile(
    r"当时(?!地)|当天|同一天|那时|同时还|\b(?:at that time|that day)\b"
    r"|(?:前面|上面|上述|刚才|刚刚|头先|先前)(?:所)?(?:说|提|讲|问|述)?到?[的嘅]"
)
# 张三呢,他说了什么: the first part names what the rest asks about.
NAMED_FIRST = re.compile(r"(?P<what>[^,,?]{1,16})呢[,,?\s]+(?P<rest>.{2,})")

_MEASURE = "个家所间位项次场种条座支名届批期篇段部本块栋队件"
# What a demonstrative may point at by its kind alone; before anything more it names that itself (那个金多多集团).
PERSON_KIND = (
    "书记|主任|副主任|局长|区长|市长|镇长|校长|院长|主席|会长|董事长|总经理|经理|负责人|领导|专家|教授|老师|教师|代表|委员|球员|队员|先生|女士"
    "|师傅|学者|嘉宾|讲师|工作人员|人|person|man|woman|expert|official|secretary|director|teacher|leader|speaker|chairman|player"
)
_THING_KIND = (
    "公司|企业|集团|单位|机构|部门|组织|厂|学校|小学|中学|大学|学院|幼儿园|校区|医院|院区|项目|工程|活动|会议|座谈会|讲座|培训班?|课堂|课程"
    "|比赛|联赛|赛事|擂台赛|球队|村|村庄|社区|街道|镇|区|园区?|产业园|工业园|产业港|基地|平台|工作站|站|中心|公园|广场|计划|规划|政策|方案|行动"
    "|措施|机制|模式|协议|报告|会|奖|奖项|地方|地区|产业|集群|行业|产品|树|花|植物|路|道路|桥|数字?|目标|问题|事|件事|事情|说法|词|口号|文章|报道"
)
_ENGLISH_KIND = (
    "company|firm|enterprise|group|school|academy|college|hospital|campus|project|programme|program|activity|event|meeting|course"
    "|training|class|lecture|contest|competition|league|match|team|village|community|street|subdistrict|district|park|zone|port|base"
    "|platform|station|center|centre|plan|policy|action|measure|mechanism|model|agreement|report|award|prize|place|industry|cluster"
    "|tree|flower|road|bridge|number|figure|goal|problem"
)
# Behind a noun a demonstrative only repeats it (产业港那个项目); it points back behind a word like these, or at the start.
_FREE = rf"(?:(?<![{HAN}])|(?<=[在对把从和与向被由了问于除给到去是有建做加办过看说绍参进往为离及跟同俾畀喺系]))"
PERSON = re.compile(
    rf"(?<![其吉])(?:他们|她们|他|她)(?!人|国|乡|日)|佢哋|佢|{_FREE}(?:这|那|呢|嗰|该)(?:一?[位名个])?(?:{PERSON_KIND})(?!才|大|民|口|数|员|均|家)"
    rf"|\b(?:he|she|him|her|his|hers)\b|\b(?:this|that|the same) (?:{PERSON_KIND})\b"
)
THING = re.compile(
    rf"它们|它|牠|其(?![他实中余它间次])|(?:该|此)(?:{_THING_KIND}|校|院|园|班|项|次|市|县)|本(?:次|届|项目|活动)"
    rf"|{_FREE}(?:这|那|此|呢|嗰)(?:一)?(?:[{_MEASURE}]|些|啲)?(?:{_THING_KIND})|{_FREE}(?:这|那|嗰|呢)(?:一)?(?:[{_MEASURE}])(?=[的,,?有是在叫由为会能要投建做和又]|$)"
    rf"|{_FREE}(?:那(?:里|儿|边)|嗰度|嗰边)"
    r"|(?:这|那)(?=是|有|要|能|会|对|和|算)"
    rf"|\b(?:they|them|their|theirs|its|these|those)\b|\b(?:this|that|these|those|the same) (?:{_ENGLISH_KIND})(?:s|es)?\b"
    r"|\b(?:about|does|did|is|was|of|for|with|by|in|after|before|to|from|at|do|will|has|than)"
    r" (?:it\b|(?:this|that)\b(?= *[?.,]|$))"
    r"|\bit(?= *[?.!]|$)"
    r"|\bit(?= (?:is|was|has|had|will|does|did|can|provide|offer|open|start|begin|cost|follow|take|get|receive|win|plan)\w*)"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )\bthere(?= *[?.]|$)"
    r"|\bthe (?:project|company|school|event|station|plan|agreement|meeting)(?= *[?]|$)"
)
OTHER = re.compile(
    rf"(?:另外?|其他|其余|剩下)(?:的)?(?:那|嗰)?(?:[一两几二三])?(?:[{_MEASURE}])?(?P<kind>{_THING_KIND}|{PERSON_KIND})?(?=[,,呢是有在的又叫做投建?怎几多什占能会]|$)"
    rf"|\b(?:the other|another)(?: one| (?P<english>{_ENGLISH_KIND}))?s?\b"
)
NTH = re.compile(
    r"(?:^|(?<=[这那嗰]))第(?P<nth>[一二三四五六1-6])[个家所间位项条名座处]"
    rf"|\bthe (?P<english>first|second|third|fourth|fifth) (?:one|{_ENGLISH_KIND})\b"
)
ORDINALS = {
    "一": 1, "1": 1, "first": 1, "二": 2, "2": 2, "second": 2, "三": 3, "3": 3, "third": 3, "四": 4, "4": 4, "fourth": 4,
    "五": 5, "5": 5, "fifth": 5, "六": 6, "6": 6,
}  # fmt: skip

_QUOTED = re.compile('“[^”]*”|「[^」]*」|『[^』]*』|《[^》]*》|"[^"]*"')


def even(text: str) -> str:
    """Return `text` folded, as many code points long as it is."""
    folded = "".join(one if len(one := fold(character)) == 1 else character for character in text)
    return folded.replace("\U00020bb6", "嗰")  # the table has a Simplified form that nobody types


def unquoted(text: str) -> str:
    """Return `text` folded like `even` does, with what stands in quotation marks blanked: no pronoun there points back."""
    return _QUOTED.sub(lambda match: "\u25a1" * len(match[0]), even(text))


def is_chinese(text: str) -> bool:
    """Say whether a text has a Chinese character."""
    return bool(re.search(f"[{HAN}]", text))
