"""Find who wrote a report: the byline at the top of its first paragraph, on a line of its own, or at the very end."""

from __future__ import annotations

import re

from qa.reading.chars import HAN, LONGEST_DISPLAY, size

_OPEN, _CLOSE, _INSIDE = r"\(", r"\)", r"[^()]"
_NAME = rf"[{HAN}]{{2,4}}(?![{HAN}])"
_ROLE = "记者|通讯员|撰稿人|作者|实习生|文字|撰文|采写|整理|文/图|图/文|文图|图文|摄影"
_DATE = r"(?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?"
_PAPER = "日报|晚报|早报|晨报|时报|商报|周报|都市报|青年报|快报|导报"
_OUTLET = rf"(?:本报|本刊|本台|新华社|中新社|中新网|[{HAN}A-Za-z]{{1,8}}(?:{_PAPER}))"
_SIGNED = rf"(?:\s*(?:特约|见习|实习|全媒体)*(?:记者|通讯员)[\s/:]*{_NAME}(?:[\s、]+{_NAME})*)"

_LEADS = (
    # 某某日报讯(记者/…), 某某局(文/图 记者/…), (通讯员 …): any short source, then a bracket that names a role.
    re.compile(
        rf"[□■●◆◎▲]?\s*[^\s。,;!?:“”《》()]{{0,20}}\s?{_OPEN}\s*{_INSIDE}{{0,40}}?(?:{_ROLE}){_INSIDE}{{0,120}}{_CLOSE}"
        rf"(?:\s*(?:报道|电|讯)(?=[\s:,]))?(?:\s*:)?"
    ),
    # 新华社北京7月1日电, 本报7月1日讯, 本报讯(…), 本报讯 记者陈某 报道:
    re.compile(
        rf"据?{_OUTLET}[{HAN}]{{0,6}}?{_DATE}(?:综合)?(?:专电|专讯|讯|电|消息)(?![话视影子力器台])"
        rf"(?:\s*{_OPEN}{_INSIDE}{{1,80}}{_CLOSE})?(?:{_SIGNED}+(?:\s+报道|(?:\s*报道)?(?=[\s:]|$)))?(?:\s*:)?"
    ),
    # □记者/何某 通讯员/某某, then the text on the same line.
    re.compile(rf"[□■●◆◎▲]\s*{_OUTLET}?{_SIGNED}+(?:\s*(?:报道|文/图))?(?=\s)"),
    # 记者 何某 报道, with a blank before 报道 also when the text follows at once.
    re.compile(rf"{_OUTLET}?{_SIGNED}+(?:\s+报道:?|\s*报道[:\s])"),
)
_CLOSING = (
    re.compile(rf"(?<=[。!?…”’.])\s*({_OPEN}(?P<inside>{_INSIDE}{{2,60}}){_CLOSE})\s*$"),
    re.compile(rf"(?<=[。!?…”’.])\s*((?P<inside>[□■●◆]?\s*{_OUTLET}?{_SIGNED}+(?:\s*(?:报道|文/图))?))\s*$"),
)
# Words that stand in a bracket after the last sentence and are nobody's name.
_NO_NAME = re.compile("下同|待续|未完|节选|略|见图|如图|上图|下图|左图|右图|上接|下转|完|续|版$|图$|注|暂定|试行")
_COLUMN = re.compile("观察|手记|调查|走访|体验|札记|评论|来信|视点|感言|探访|走基层|看两会|节$|日记|眼中|笔下")
_SPLIT = re.compile(r"[\s/:·、,()+&|丨]+")
_ROLE_WORD = re.compile(
    rf"(?:[{HAN}A-Za-z]{{0,8}}?)(?:特约|见习|实习|首席|全媒体|融媒体)*"
    r"(?P<long>记者|通讯员|撰稿人|作者|实习生|文字|撰文|采写|整理|文图|图文|摄影|供图)|(?P<short>[文图摄])"
)
_BULLETS = "□■◎●◆○▲☆★·—- \t\u3000"


def lead_byline(text: str) -> int:
    """Return how many characters of a paragraph's beginning are its byline, 0 when there is none."""
    for pattern in _LEADS:
        match = pattern.match(text)
        if match:
            return len(match.group().rstrip())
    return 0


def byline_goes_on(before: str, after: str) -> bool:
    """Tell whether a line is the first half of a byline at the top of a paragraph that ends in a following line."""
    whole = (before + gap + after for gap in ("", " "))
    return not lead_byline(after) and any(len(before) < lead_byline(text) < len(text) for text in whole)


def closing_byline(text: str) -> int:
    """Return where the byline begins that ends a paragraph, len(text) when there is none."""
    tail = max(0, len(text) - LONGEST_DISPLAY)
    for pattern in _CLOSING:
        match = pattern.search(text, tail)
        if match and _is_signature(match["inside"]):
            return match.start(1)
    return len(text)


def _is_signature(inside: str) -> bool:
    if own_byline(inside) or re.match(rf"据?{_OUTLET}|据", inside):
        return True
    names = re.split(r"[\s、/,]+", inside.strip())
    return len(names) <= 6 and all(re.fullmatch(_NAME, name) and not _NO_NAME.search(name) for name in names)


def own_byline(line: str) -> bool:
    """Tell whether a whole line is a byline: nothing but role words, outlets and names, with a writer's role."""
    return _own_roles(line) is not None and not is_photo_credit(line)


def is_photo_credit(line: str) -> bool:
    """Tell whether a whole line is a picture's credit only: 图/刘某, 邱某 摄, 摄影 …"""
    roles = _own_roles(line)
    return roles is not None and set(roles) <= {"图", "摄", "摄影", "供图"}


def _own_roles(line: str) -> list[str] | None:
    if len(line) > LONGEST_DISPLAY:
        return None
    bare = line.strip(_BULLETS).strip("()").strip()
    if not bare or size(bare) > 60 or re.search("[。,!?;“”《》]", bare):
        return None
    roles: list[str] = []
    names = 0
    tokens = [token for token in _SPLIT.split(bare) if token]
    for token in tokens:
        role = _ROLE_WORD.fullmatch(token)
        named = re.fullmatch(rf"(?:本报|本刊)?(记者|通讯员|摄影)([{HAN}]{{2,4}})", token)
        if role and (len(token) > 1 or len(tokens) > 1):
            roles.append(role["long"] or role["short"])
        elif named and not _COLUMN.search(named[2]):
            roles.append(named[1])
            names += 1
        elif re.fullmatch(rf"[{HAN}]{{2,4}}|[A-Za-z.]{{2,20}}|报道", token) and not _COLUMN.search(token):
            names += 1
        else:
            return None
    clear = re.search(r"[/:]", bare) or any(role not in ("文", "图") for role in roles)
    return roles if roles and clear and (names or "文" in "".join(roles)) else None


def names_writer(line: str) -> bool:
    """Tell whether a line is a bullet and one name, as □ and a writer's below the headline of an essay."""
    return bool(re.fullmatch(rf"[□■◎●◆]\s*[{HAN}](?:\s?[{HAN}]){{1,3}}", line.strip()))


def names_in(byline: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the reporters (writers and photographers) and the correspondents that a byline names, in its order."""
    reporters: list[str] = []
    correspondents: list[str] = []
    bracket = re.search(rf"{_OPEN}(.*?)(?:{_CLOSE}|$)", byline)
    inside = bracket[1] if bracket and not re.search(r"记者|通讯员", byline[: bracket.start()]) else byline
    listed = reporters
    for token in _SPLIT.split(inside.strip(_BULLETS)):
        role = _ROLE_WORD.fullmatch(token)
        glued = re.fullmatch(rf"(?:{_OUTLET})?(记者|通讯员|摄影)([{HAN}]{{2,4}})", token)
        if role or glued:
            listed = correspondents if "通讯员" in token else reporters
        name = glued[2] if glued else token
        if not role and re.fullmatch(rf"[{HAN}]{{2,4}}", name) and not re.search(r"本报|报道|[讯电]$|^据", name):
            listed.append(name)
    return tuple(dict.fromkeys(reporters)), tuple(dict.fromkeys(correspondents))
