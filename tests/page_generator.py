"""Lay clean articles out as damaged newspaper pages, the same page for the same seed, with the exact structure expected.

A page has one `Layout` (paper, punctuation, newlines, marks, forms of headline, byline, caption, …) and damage at known
`Rates`. Articles are the invented ones in `tests/data/articles`, or others in the same form.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from page_parts import Clean, Expected, Layout, Page, Piece, Rates, Row, clean_articles, some_layout

from qa.reading import Role

# Characters that OCR takes for each other, for near repeats.
_ALIKE = dict(zip("入日未士儿大己今往末天几人曰太", "人曰末土几太已令住未夫儿入日大", strict=True))
_HALF = str.maketrans("，；：？！（）", ",;:?!()")
_QUOTES = {"curly": ("“", "”"), "straight": ('"', '"'), "corner": ("「", "」")}


USUAL = Rates()
_BYLINES = ("slash", "space", "own", "square", "photo", "tail", "report", "none")


def _byline(article: Clean, layout: Layout, rng: random.Random) -> tuple[str, str]:
    """Return where the byline of an article stands (lead, own, tail or none), and its words."""
    if article.style == "wire":
        return "lead", "新华社北京7月3日电"
    if not article.reporters:
        return "none", ""
    form = rng.choice(_BYLINES) if layout.byline == "mixed" else layout.byline
    first, second = " ".join(article.reporters), " ".join(article.correspondents)
    forms = {
        "slash": ("lead", f"{layout.paper}讯（记者/{first}" + (f" 通讯员/{second}）" if second else "）")),
        "space": ("lead", f"本报讯（记者 {first}" + (f" 通讯员 {second}）" if second else "）")),
        "own": ("own", f"{layout.paper}记者 {first}" + (f" 通讯员 {second}" if second else "")),
        "square": ("own", f"□记者 {first}" + (f" 通讯员 {second}" if second else "")),
        "photo": ("own", f"文/图 本报记者 {first}" + (f" 通讯员 {second}" if second else "")),
        "tail": ("tail", f"（{first}）"),
        "report": ("lead", f"记者 {first}" + (f" 通讯员 {second}" if second else "") + " 报道"),
        "bare": ("lead", "本报讯"),
    }
    return forms.get(form, ("none", ""))


class _Setter:
    """Set one article as rows, with its own damage."""

    def __init__(self, number: int, article: Clean, layout: Layout, rates: Rates, rng: random.Random) -> None:
        self.number, self.article, self.layout, self.rates, self.rng = number, article, layout, rates, rng
        self.byline_place, self.byline = _byline(article, layout, rng)
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

    def title(self) -> str:
        """Return the headline as it reads: brackets are printed signs and stay, marks are not."""
        written = "".join(self._plain_lines())
        if self.article.style == "brief" and self.layout.brief in ("【】", "run-in", "●"):
            return f"●{written}" if self.layout.brief == "●" else f"【{written}】"
        return written

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
        free = list(range(count))
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
        groups.insert(0, [Row([Piece(rng.choice(("2024年7月5日 星期五", "A03版 要闻", "责编/方圆 版式/高远")), None)])])
    return _printed(groups, setters, layout, lost, rates, rng)


def _printed(
    groups: Iterable[list[Row]],
    setters: Sequence[_Setter],
    layout: Layout,
    lost: set[int],
    rates: Rates,
    rng: random.Random,
) -> Page:
    """Write the rows as one text and note the offsets of every block."""
    stray = rng.random() < rates.stray_blanks
    translate = _punctuation(layout)
    articles = [
        Expected(None if s.number in lost else s.title(), None if s.byline_place == "none" else s.byline)
        for s in setters
    ]
    out: list[str] = []
    offset = 0

    def write(text: str) -> None:
        nonlocal offset
        out.append(text)
        offset += len(text)

    for group in groups:
        first = True
        for row in group:
            blank = layout.gap + (rng.randint(2, 3) if row.wide and layout.gap else 0)
            blank += rng.choice((0, 0, 1)) if first and layout.gap else 0
            write(layout.newline * (blank + 1) if out else "")
            first = False
            if row.indented:
                write(layout.indent)
            for piece in row.pieces:
                text = translate(piece.text)
                if stray and piece.block and piece.block[1] is Role.PARAGRAPH and len(text) > 20 and rng.random() < 0.3:
                    at = rng.randrange(4, len(text) - 4)
                    text = text[:at] + " " + text[at:]
                if piece.block:
                    number, role, block = piece.block
                    places = [offset + at for at, char in enumerate(text) if not char.isspace() and char not in "#*"]
                    articles[number].blocks.setdefault((role, block), []).extend(places)
                write(text)
    for article in articles:
        article.byline = translate(article.byline) if article.byline else None
        article.title = translate(article.title) if article.title else None
        if not any(role is Role.BYLINE for role, _ in article.blocks):
            article.byline = None
    return Page("".join(out), tuple(articles), layout)


def _punctuation(layout: Layout) -> Callable[[str], str]:
    opening, closing = _QUOTES[layout.quotes]
    quotes = str.maketrans({"“": opening, "”": closing})
    return lambda text: (text if layout.full_width else text.translate(_HALF)).translate(quotes)
