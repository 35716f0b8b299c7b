"""How well damaged pages are read: `python -m benchmarks.reading [--data PATH] [--pages N] [--seed S] [--rate R] [--only KIND]`.

Pages are laid out from the project's own invented articles, or with `--data` from public news in BEIR form (`corpus.jsonl` or
`.zst`): a document is an article, its title (or the query that it answers) the headline. The damage is that of
`tests/page_generator.py`, each kind at a known rate; `--rate` multiplies all of them, `--only` leaves one kind alone, on
every page.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path

# The generator of pages belongs to the tests, which lie flat in a folder that is no package.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from page_generator import generate_page
from page_parts import Clean, Rates
from page_scores import Score, is_exact, score_page

from qa.evaluation.beir import read_collection
from qa.reading import Role, read_page
from qa.reading.chars import unmatched

KINDS = [field.name for field in fields(Rates)]
SHOWN = (
    "boundary",
    "headline",
    "byline",
    "dateline",
    "join",
    "line",
    "caption",
    "kicker",
    "subhead",
    "paragraph",
    "repeat",
)
# Texts that bring a byline, a credit or an editor's note of their own are no clean articles.
_SIGNED = re.compile("记者|编辑|来源|供图|图片|资料图|报道|讯|[日网]电|消息")
_CREDITED = re.compile("图据|图源|图[|｜/]|[▲▼↑↓]")
_NAMES = ("高远", "林小溪", "方圆", "程亦凡", "孟可", "蔺春梅")


def news_reports(folder: Path) -> list[Clean]:
    """Make clean articles of public news: the headline, and the text cut in paragraphs at sentence ends.

    A short sentence of every other article is taken out of its text to be a caption.
    """
    collection = read_collection(folder)
    heads = {id_: title for id_, (title, _) in collection.passages.items() if title}
    for query in collection.queries:
        for id_, grade in collection.relevant.get(query.id, {}).items():
            if grade > 0:
                heads.setdefault(id_, query.question)
    reports, seen = [], set()
    for id_, head in heads.items():
        article = _report(head, collection.passages[id_][1], len(reports))
        if article and article.paragraphs[0] not in seen:
            seen.add(article.paragraphs[0])
            reports.append(article)
    return reports


def _report(head: str, text: str, number: int) -> Clean | None:
    sentences = re.findall(r"[^。！？]+[。！？]+[”」』）]*", "".join(text.split()))
    short = [s for s in sentences[2:] if 10 <= len(s) <= 34 and re.fullmatch(r"[^“”：，（）？！]+。", s)][: number % 2]
    paragraphs = _paragraphs(s for s in sentences if s not in short)
    if len(paragraphs) < 2 or not 8 <= len(head) <= 40 or re.search("[。【|｜]", head) or unmatched(head) != (0, 0):
        return None
    if _SIGNED.search(paragraphs[0][:80]) or _SIGNED.search(head) or _CREDITED.search(head + text):
        return None
    first, second = _NAMES[number % 6], _NAMES[(number + 1) % 6]
    captions = tuple(short)
    return Clean((head,), None, (first,), (second,) * (number % 3 == 0), tuple(paragraphs[:6]), captions=captions)


def _paragraphs(sentences: Iterable[str]) -> list[str]:
    paragraphs: list[str] = []
    for sentence in sentences:
        quoted = paragraphs and paragraphs[-1].count("“") > paragraphs[-1].count("”")
        if paragraphs and (len(paragraphs[-1]) < 80 or quoted):
            paragraphs[-1] += sentence
        else:
            paragraphs.append(sentence)
    return paragraphs


def measure(seeds: Iterable[int], rates: Rates, reports: Sequence[Clean]) -> tuple[dict[str, Score], int, int]:
    """Read a page for each seed; return the counts, how many pages have exact spans and all roles, and how many there are."""
    scores: dict[str, Score] = {}
    exact = pages = 0
    for seed in seeds:
        page = generate_page(seed, rates, reports)
        reading = read_page(page.text)
        score_page(page, reading, scores)
        exact += is_exact(page.text, reading)
        pages += 1
    return scores, exact, pages


def roles(scores: dict[str, Score]) -> Score:
    """Add up the code points of every role."""
    parts = [scores[f"role {role.value}"] for role in Role]
    return Score(sum(p.hits for p in parts), sum(p.expected for p in parts), sum(p.found for p in parts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, metavar="PATH", help="public news, a folder in BEIR form")
    parser.add_argument("--pages", type=int, default=200, help="how many pages (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first page (default %(default)s)")
    parser.add_argument("--rate", type=float, default=1.0, help="multiply every rate of damage by this (default 1)")
    parser.add_argument("--only", choices=KINDS, help="no damage but this kind, wherever it can be")
    parser.add_argument("--from", dest="low", type=int, default=0, help="the first article of the news to use")
    parser.add_argument("--to", dest="high", type=int, help="the article of the news to stop before")
    args = parser.parse_args()
    rates = replace(Rates().scaled(0.0), **{args.only: 1.0}) if args.only else Rates().scaled(args.rate)
    reports = news_reports(args.data)[args.low : args.high] if args.data else []
    scores, exact, pages = measure(range(args.seed, args.seed + args.pages), rates, reports)
    print(f"| {pages} pages | n | precision | recall | F1 |\n|---|---:|---:|---:|---:|")
    rows = {name: scores[name] for name in SHOWN} | {"roles, code points": roles(scores)}
    for name, score in rows.items():
        print(f"| {name} | {score.expected} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f} |")
    print(f"\nexact spans and complete roles: {exact} of {pages} pages")


if __name__ == "__main__":
    main()
