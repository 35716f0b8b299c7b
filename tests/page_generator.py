"""Lay clean articles out as damaged newspaper pages, the same page for the same seed, with the exact structure expected.

A page has one `Layout` (paper, punctuation, newlines, marks, forms of headline, byline, caption, …) and damage at known
`Rates`. Articles are the invented ones in `tests/data/articles`, or others in the same form.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from page_parts import Clean, Expected, Layout, Page, Piece, Rates, Row, clean_articles, clean_lists, some_layout
from page_printing import Column, Press, Printed

from qa.reading import Role

# Characters that OCR takes for each other, for near repeats.
_ALIKE = dict(zip("入日未士儿大己今往末天几人曰太", "人曰末土几太已令住未夫儿入日大", strict=True))

USUAL = Rates()
_BYLINES = (
    *("slash", "space", "own", "square", "photo", "tail", "report", "none"),
    *("both", "outlet", "story", "reported", "colon", "round"),
)
_LETTERS = ("Emily Carter", "Tom Fischer", "Anna Li", "George", "Maria Santos")


def _byline(article: Clean, layout: Layout, rates: Rates, rng: random.Random) -> tuple[str, str]:
    """Return where the byline of an article stands (lead, own, tail or none), and its words."""
    if article.style == "wire":
        return "lead", "新华社北京7月3日电" + ("（记者" + article.reporters[0] + "）" if article.reporters else "")
    if not article.reporters:
        return "none", ""
    form = rng.choice(_BYLINES) if layout.byline == "mixed" else layout.byline
    reporters = article.reporters
    if form in ("slash", "own", "both", "round") and rng.random() < rates.english:
        reporters = (rng.choice(_LETTERS), *reporters[1:])
    first, second = " ".join(reporters), " ".join(article.correspondents)
    helped = f" 通讯员/{second}" if second else ""
    also = f" 通讯员 {second}" if second else ""
    forms = {
        "slash": ("lead", f"{layout.paper}讯（记者/{first}{helped}）"),
        "space": ("lead", f"本报讯（记者 {first}{also}）"),
        "outlet": ("lead", f"{layout.paper}讯（文/图 记者/{first}{helped}）"),
        "colon": ("lead", f"本报讯（记者：{first}）"),
        "report": ("lead", f"记者 {first}{also} 报道"),
        "bare": ("lead", "本报讯"),
        "own": ("own", f"{layout.paper}记者 {first}{also}"),
        "square": ("own", f"□记者 {first}{also}"),
        "photo": ("own", f"文/图 本报记者 {first}{also}"),
        "both": ("own", f"文/{first} 图/{second or first}"),
        "round": ("own", f"（文/图 记者/{first}{helped}）"),
        "story": ("own", f"□记者/{first}{helped} 文/图"),
        "reported": ("own", f"记者 {first}{also} 摄影报道"),
        "tail": ("tail", f"（{first}）"),
    }
    return forms.get(form, ("none", ""))


def _listed(number: int, article: Clean, rates: Rates, rng: random.Random) -> Clean:
    """Put a list into an article, behind a paragraph that no sub-head follows."""
    places = [at for at in range(1, len(article.paragraphs) + 1) if at not in dict(article.subheads)]
    if article.style != "report" or not places or rng.random() >= rates.listed:
        return article
    # No list stands twice on a page: it would be a repeat.
    before, items = clean_lists()[number % len(clean_lists())]
    at, form = rng.choice(places), rng.choice(("一、", "一要", "(1)", "（一）", "1.", "1、", "①", "第一，"))
    lines = (before, *(_number(form, place) + item for place, item in enumerate(_ended(items))))
    subheads = tuple((place + len(lines) if place >= at else place, text) for place, text in article.subheads)
    paragraphs = (*article.paragraphs[:at], *lines, *article.paragraphs[at:])
    return replace(article, paragraphs=paragraphs, subheads=subheads, lists=(at, at + len(lines)))


def _number(form: str, place: int) -> str:
    return form.replace("一", "一二三四"[place]).replace("1", str(place + 1)).replace("①", "①②③④"[place])


def _ended(items: Sequence[str]) -> list[str]:
    return [item + "；" for item in items[:-1]] + [items[-1] + "。"]


_DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|昨日|近日|日前|今日|昨天")


def _dated(article: Clean, rates: Rates, rng: random.Random) -> tuple[Clean, str | None]:
    """Begin an article with a date, with or without its year, unless its first sentence has one; return the date too."""
    first = article.paragraphs[0]
    if article.style != "report" or _DATE.search(first[:60]) or first[0] in "“" or rng.random() >= rates.dated:
        return article, None
    date = rng.choice(("", "2024年", "2023年")) + f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
    return replace(article, paragraphs=(f"{date}，{first}", *article.paragraphs[1:])), date


class _Setter:
    """Set one article as rows, with its own damage."""

    def __init__(self, number: int, article: Clean, layout: Layout, rates: Rates, rng: random.Random) -> None:
        article, self.dateline = _dated(_listed(number, article, rates, rng), rates, rng)
        self.number, self.article, self.layout, self.rates, self.rng = number, article, layout, rates, rng
        self.byline_place, self.byline = _byline(article, layout, rates, rng)
        self._counts: dict[Role, int] = {}

    def happens(self, rate: float) -> bool:
        return self.rng.random() < rate

    def piece(self, role: Role, text: str, number: int | None = None) -> Piece:
        if number is None:
            number = self._counts[role] = self._counts.get(role, -1) + 1
        return Piece(text, (self.number, role, number))

    def top(self, label: str | None = None) -> list[Row]:
        """Set the kicker and the headline."""
        rows = []
        kicker = label if label is not None else self.article.kicker
        if kicker:
            form = self.layout.kicker
            written = kicker if form == "plain" else f"【{kicker}】" if form in ("【】", "same line") else form + kicker
            rows.append(Row([self.piece(Role.KICKER, written)]))
        for place, line in enumerate(self._headline_lines()):
            rows.append(Row([self.piece(Role.HEADLINE, self._marked(line, place))]))
        if kicker and label is None and self.layout.kicker == "same line" and not self.layout.mark:
            rows[1].pieces.insert(0, rows.pop(0).pieces[0])
        return rows

    def _headline_lines(self) -> list[str]:
        parts = list(self.article.headline)
        if self.article.style == "brief":
            return parts
        if self.layout.headline == "blanks":
            return [self.rng.choice((" ", "  ", "　", "    ")).join(parts)]
        if self.layout.headline == "dash":
            return self._plain_lines()
        if self.layout.headline == "broken" and len(parts[-1]) >= 16:
            at = self.rng.randrange(6, len(parts[-1]) - 5)
            return [*parts[:-1], parts[-1][:at].rstrip(), parts[-1][at:].lstrip()]
        return parts

    def _marked(self, line: str, place: int) -> str:
        mark = self.layout.mark
        if self.article.style == "brief":
            form = self.layout.brief
            if form in ("【】", "run-in"):
                return f"【{line}】"
            if form == "●":
                return f"●{line}"
            if form in ("plain", "mark"):
                return (mark if form == "mark" and mark != "**" else "") + line
            mark = form
        if mark == "**":
            return f"**{line}**"
        return (mark + line) if place == 0 or self.layout.headline == "lines" else line

    def _plain_lines(self) -> list[str]:
        dash = self.layout.headline == "dash" and self.article.style != "brief"
        return [("——" if place and dash else "") + part for place, part in enumerate(self.article.headline)]

    def body(self) -> list[Row]:
        """Set byline, sub-heads and paragraphs, and damage them."""
        rows: list[Row] = []
        subheads = dict(self.article.subheads)
        texts = list(self.article.paragraphs)
        damaged = self._damage_plan(len(texts))
        for place, text in enumerate(texts):
            if place in subheads:
                rows.append(Row([self.piece(Role.SUBHEAD, self._subhead(subheads[place], place))]))
            kind = damaged.get(place, "")
            if kind == "beheaded" and len(text) > 30:
                text = text[self.rng.randrange(6, len(text) // 2) :].lstrip("，。；：、！？”）")
            if kind == "tail_lost" and len(text) > 30:
                text = text[: _cut_place(text, self.rng)]
            rows.extend(self._paragraph(text, place, len(texts), kind))
        rows = self._with_glue(self._with_captions(rows))
        return self._with_repeats(rows)

    def whole(self, label: str | None = None) -> list[Row]:
        """Set headline and text; the title of a short item may stand on the line of its text."""
        top, body = self.top(label), self.body()
        if self.article.style == "brief" and self.layout.brief == "run-in":
            body[0].pieces.insert(0, top.pop().pieces[0])
        return top + body

    def _damage_plan(self, count: int) -> dict[int, str]:
        plan: dict[int, str] = {}
        if self.article.style in ("brief", "qa"):
            return plan
        free = [at for at in range(count) if not self.article.lists[0] <= at < self.article.lists[1]]
        for kind in ("cut", "cut_twice", "quotation_cut", "beheaded", "tail_lost"):
            if not self.happens(getattr(self.rates, kind)) or not free:
                continue
            # A lost end shows where another headline follows, or an indent; a lost beginning not at the byline.
            place = count - 1 if kind == "tail_lost" and not self.layout.indent else self.rng.choice(free)
            if place in free and not (kind == "beheaded" and place == 0):
                free.remove(place)
                plan[place] = kind
        return plan

    def _subhead(self, text: str, place: int) -> str:
        form = self.layout.subhead
        if form == "numbered":
            order = sorted(at for at, _ in self.article.subheads).index(place)
            return f"{'一二三四'[order]}、{text}"
        return f"**{text}**" if form == "**" else f"### {text}" if form == "### " else text

    def _paragraph(self, text: str, place: int, count: int, kind: str) -> list[Row]:
        number = self._counts[Role.PARAGRAPH] = self._counts.get(Role.PARAGRAPH, -1) + 1
        rows = [Row([self.piece(Role.PARAGRAPH, part, number)]) for part in _parts(text, kind, self.rng)]
        rows[0].indented = kind != "beheaded"
        if place == 0 and self.byline_place == "lead":
            gap = self.rng.choice(("", "　", " ")) if self.byline.endswith("）") else "　"
            rows[0].pieces.insert(0, self.piece(Role.BYLINE, self.byline + gap))
        if place == 0 and self.byline_place == "own":
            rows.insert(0, Row([self.piece(Role.BYLINE, self.byline)], indented=self.happens(0.5)))
        if place == count - 1 and self.byline_place == "tail" and kind != "tail_lost":
            rows[-1].pieces.append(self.piece(Role.BYLINE, self.byline))
        return rows

    def _with_captions(self, rows: list[Row]) -> list[Row]:
        for text in self.article.captions:
            row = Row([self.piece(Role.CAPTION, self._caption(text))], wide=self.happens(0.5))
            seams = _seams(rows)
            if self.happens(self.rates.caption_within):
                if not seams:
                    rows, seams = self._cut_somewhere(rows)
                if seams:
                    rows.insert(self.rng.choice(seams), row)
                    continue
            shown = row.pieces[0].text != text
            inside = [
                at for at in range(1, len(rows)) if at not in seams and _is_text(rows[at]) and _is_text(rows[at - 1])
            ]
            if inside and (shown or self.layout.gap):
                # A plain sentence between two whole paragraphs is a caption only where blank lines set it apart.
                row.wide = row.wide or not shown
                rows.insert(self.rng.choice(inside), row)
            elif shown:
                rows.append(row)
        return rows

    def _cut_somewhere(self, rows: list[Row]) -> tuple[list[Row], list[int]]:
        long = [
            at for at, row in enumerate(rows) if len(row.pieces) == 1 and _is_text(row) and len(row.pieces[0].text) > 40
        ]
        if not long or self.article.style == "qa":
            return rows, []
        at = self.rng.choice(long)
        first, second = _parts(rows[at].pieces[0].text, "cut", self.rng)
        block = rows[at].pieces[0].block
        halves = [replace(rows[at], pieces=[Piece(first, block)]), Row([Piece(second, block)])]
        return [*rows[:at], *halves, *rows[at + 1 :]], [at + 1]

    def _caption(self, text: str) -> str:
        name = (self.article.reporters or ("资料",))[0]
        form = self.layout.caption
        if form == "mixed":
            form = self.rng.choice(("credit", "bracket", "stock", "scene", "slash", "plain", "arrow"))
        forms = {
            "credit": f"{text}{name} 摄",
            "bracket": f"{text}（{name} 摄）",
            "stock": f"{text}（资料图）",
            "scene": f"图为{text}",
            "slash": f"{text}图/{name}",
            "arrow": f"▲{text}{name} 摄",
        }
        return forms.get(form, text)

    def _with_glue(self, rows: list[Row]) -> list[Row]:
        if not self.happens(self.rates.glued):
            return rows
        whole = [
            at
            for at in range(1, len(rows))
            if rows[at].indented
            and _is_text(rows[at])
            and _is_text(rows[at - 1])
            and rows[at - 1].pieces[-1].text[-1:] in "。”"
        ]
        if whole:
            at = self.rng.choice(whole)
            rows[at - 1].pieces += [Piece("　　", None), *rows.pop(at).pieces]
        return rows

    def _with_repeats(self, rows: list[Row]) -> list[Row]:
        for kind, rate in (("exact", self.rates.repeat), ("near", self.rates.near_repeat)):
            whole = [at for at, row in enumerate(rows) if _is_whole(rows, at) and len(row.pieces[0].text) >= 40]
            if not whole or not self.happens(rate):
                continue
            at = self.rng.choice(whole)
            text = rows[at].pieces[0].text
            again = "".join(_ALIKE.get(c, c) for c in text) if kind == "near" else text
            row = Row([self.piece(Role.REPEAT, again)], indented=True)
            later = [place for place in range(at + 2, len(rows)) if place not in _seams(rows)]
            rows.insert(self.rng.choice(later) if later and self.happens(0.4) else at + 1, row)
        return rows


def _is_text(row: Row) -> bool:
    return all(piece.block is not None and piece.block[1] is Role.PARAGRAPH for piece in row.pieces)


def _is_whole(rows: Sequence[Row], at: int) -> bool:
    alone = all(not (_is_text(rows[other]) and rows[other].pieces[0].block == rows[at].pieces[0].block)
                for other in range(len(rows)) if other != at)  # fmt: skip
    return len(rows[at].pieces) == 1 and _is_text(rows[at]) and rows[at].indented and alone


def _seams(rows: Sequence[Row]) -> list[int]:
    """Return the places between two pieces of one paragraph."""
    return [
        at
        for at in range(1, len(rows))
        if _is_text(rows[at]) and rows[at].pieces[0].block == rows[at - 1].pieces[-1].block
    ]


def _parts(text: str, kind: str, rng: random.Random) -> list[str]:
    if kind == "quotation_cut":
        inside = [at for at in range(8, len(text) - 8) if text[at - 1] in "。？！" and _open_quotation(text[:at])]
        if inside:
            at = rng.choice(inside)
            return [text[:at], text[at:]]
    if kind in ("cut", "quotation_cut", "cut_twice") and len(text) > 24:
        at = _cut_place(text, rng)
        rest = text[at:]
        if kind == "cut_twice" and len(rest) > 24:
            second = _cut_place(rest, rng)
            return [text[:at], rest[:second], rest[second:]]
        return [text[:at], rest]
    return [text]


def _open_quotation(text: str) -> bool:
    return text.count("“") > text.count("”")


def _cut_place(text: str, rng: random.Random) -> int:
    """Choose where a column ends: nowhere that typesetting forbids, and not at a sentence's end."""
    places = [
        at
        for at in range(8, len(text) - 5)
        if text[at - 1] not in "。？！”…（“《、"
        and text[at] not in "。，、；：？！”）》…"
        and not (text[at - 1] + text[at]).isascii()
    ] or [len(text) // 2]
    numbers = [at for at in range(8, len(text) - 5) if text[at - 1] in "0123456789." and text[at] in "0123456789"]
    return rng.choice(numbers) if numbers and rng.random() < 0.15 else rng.choice(places)


def generate_page(seed: int, rates: Rates = USUAL, reports: Sequence[Clean] = ()) -> Page:
    """Lay out one page, of the project's own reports unless others are given; the same arguments give the same page."""
    rng = random.Random(seed)
    layout = some_layout(rng)
    own, items = clean_articles()
    reports = reports or own
    chosen = rng.sample(reports, rng.randint(3, 7))
    setters = [_Setter(number, article, layout, rates, rng) for number, article in enumerate(chosen)]
    lost: set[int] = set()
    groups: list[list[Row]] = []
    place = 0
    while place < len(setters):
        here = setters[place]
        following = setters[place + 1] if place + 1 < len(setters) else None
        if following and following.byline_place in ("lead", "own") and rng.random() < rates.interrupted:
            rows = here.top() + here.body()
            rows, seams = (rows, _seams(rows)) if _seams(rows) else here._cut_somewhere(rows)
            if seams:
                at = rng.choice(seams)
                rows[at:at] = following.top()
                groups.append(rows + following.body())
                place += 2
                continue
            groups.append(rows)
        else:
            top = here.top()
            if (
                place
                and here.byline_place == "lead"
                and here.byline.endswith("）")
                and rng.random() < rates.headline_lost
            ):
                top = []
                lost.add(here.number)
            groups.append(top + here.body())
        place += 1
    if rng.random() < rates.briefs:
        label = rng.choice(("简讯", "短讯", "一周快讯", "民生速递", f"{layout.paper[:2]}简讯", "服务台"))
        column: list[Row] = []
        for order, item in enumerate(rng.sample(items, rng.randint(2, 5))):
            setters.append(_Setter(len(setters), item, layout, rates, rng))
            column += setters[-1].whole(label if order == 0 else None)
        groups.insert(rng.randint(0, len(groups)), column)
    if rng.random() < rates.furniture:
        for _ in range(rng.randint(1, 3)):
            groups.insert(rng.choice((0, len(groups), rng.randint(0, len(groups)))), [_page_line(layout, rng)])
    printed = Press(layout, rates, rng).print(_page_columns(groups, rates, seed, rng))
    return Page(printed.text, _expected(setters, lost, printed), layout, frozenset(printed.line_ends))


_FORMS = ("abreast", "unequal", "threefold")


def _page_columns(groups: list[list[Row]], rates: Rates, seed: int, rng: random.Random) -> list[Column]:
    """Set all articles of some pages in a form of their own, others as `_columns` does.

    Whether a page is one of them is drawn apart, so that these forms leave the other pages as they are.
    """
    apart = random.Random(f"columns {seed}")
    form = next((form for form in _FORMS if apart.random() < getattr(rates, form)), "")
    if not form:
        return _columns(groups, rates, rng)
    number = 3 if form == "threefold" else 2
    out: list[Column] = []
    rest = list(groups)
    while rest:
        taken = [rest.pop(0)]
        while len(taken) < number and rest and _is_article(taken[0]) and _is_article(rest[0]):
            taken.append(rest.pop(0))
        out += _set_beside(taken, form, apart) if len(taken) == number else [Column(rows) for rows in taken]
    return out


def _set_beside(groups: list[list[Row]], form: str, rng: random.Random) -> list[Column]:
    """Set two or three articles side by side, their headlines above or each above its own column."""
    tops = [_top_size(rows) for rows in groups] if rng.random() < 0.5 else [0] * len(groups)
    above = [row for rows, top in zip(groups, tops, strict=True) for row in rows[:top]]
    below = [rows[top:] for rows, top in zip(groups, tops, strict=True)]
    columns = Column(below[0], below[1], below[2] if len(below) > 2 else [], "" if form == "threefold" else form)
    return [Column(above), columns] if above else [columns]


def _columns(groups: Iterable[list[Row]], rates: Rates, rng: random.Random) -> list[Column]:
    """Set some neighbouring groups side by side; their headlines may stand above both, or above their own column.

    A group without a neighbour may fill both columns by itself.
    """
    out: list[Column] = []
    rest = list(groups)
    while rest:
        rows = rest.pop(0)
        if not _is_article(rows) or rng.random() >= rates.interleaved:
            out.append(Column(rows))
        elif rest and _is_article(rest[0]) and rng.random() < 0.75:
            other = rest.pop(0)
            out += _beside(rows, other, above=rng.random() < 0.5)
        else:
            top = _top_size(rows)
            middle = rng.randint(top + 1, len(rows) - 1)
            out += [Column(rows[:top]), Column(rows[top:middle], rows[middle:])]
    return out


def _beside(rows: list[Row], other: list[Row], *, above: bool) -> list[Column]:
    if not above:
        return [Column(rows, other)]
    one, two = _top_size(rows), _top_size(other)
    return [Column(rows[:one] + other[:two]), Column(rows[one:], other[two:])]


def _is_article(rows: Sequence[Row]) -> bool:
    """Tell whether a group is one article, headline first, with at least two rows under it."""
    numbers = {piece.block[0] for row in rows for piece in row.pieces if piece.block}
    return len(numbers) == 1 and 0 < _top_size(rows) <= len(rows) - 2


def _top_size(rows: Sequence[Row]) -> int:
    tops = (Role.HEADLINE, Role.KICKER)
    return next(
        (at for at, row in enumerate(rows) if not all(p.block and p.block[1] in tops for p in row.pieces)), len(rows)
    )


def _page_line(layout: Layout, rng: random.Random) -> Row:
    """Return a line that belongs to the page and to no article."""
    number = f"{rng.randint(1, 16):02d}"
    forms = (
        "2024年7月5日 星期五",
        f"{layout.paper} 2024年7月5日 星期五",
        "A03版 要闻",
        f"第{int(number)}版",
        f"A{number}",
        "责编/方圆 版式/高远",
        "责任编辑：方圆 美编：高远 校对：林小溪",
        "新闻热线：0750-3321100",
        "电话：3321100 投稿邮箱：news@paper.example",
        "www.paper.example",
        f"- {int(number)} -",
        f"——{int(number)}——",
    )
    return Row([Piece(rng.choice(forms), None)])


def _expected(setters: Sequence[_Setter], lost: set[int], printed: Printed) -> tuple[Expected, ...]:
    articles = []
    for setter in setters:
        title = None if setter.number in lost else printed.words(setter.number, Role.HEADLINE)
        byline = printed.words(setter.number, Role.BYLINE) or None
        articles.append(Expected(title, byline, setter.dateline))
    for (number, role, place), offsets in printed.blocks.items():
        for part, run in enumerate(_ascending(offsets)):
            articles[number].blocks[role, place + 1000 * part] = run
    return tuple(articles)


def _ascending(offsets: Sequence[int]) -> list[list[int]]:
    """Part the offsets of a block where they go back: from the foot of a column to the head of the next one beside it."""
    cuts = [at for at in range(1, len(offsets)) if offsets[at] < offsets[at - 1]]
    return [list(offsets[low:high]) for low, high in zip([0, *cuts], [*cuts, len(offsets)], strict=True)]
