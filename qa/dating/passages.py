"""Put what an article's passages say about time beside them: resolved dates with their places, and the day they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.dating.context import Resolved
from qa.dating.resolving import event_of, known_of, resolve
from qa.places import stored_spans
from qa.records import ArticleRecord, DateMention, Erratum, Kind, Metadata, PassageRecord


def with_dates(article: ArticleRecord, passages: Sequence[PassageRecord], metadata: Metadata) -> list[PassageRecord]:
    """Return an article's passages, given in reading order, with `event_date` and `dates`.

    The day that 当日 means is carried from paragraph to paragraph. Where several reports were run together the article's
    own date says nothing of a passage.
    """
    known = known_of(metadata.published, article.dateline)
    event = None if article.mixed else article.event_date
    anchor, dated = known.event, []
    for passage in passages:
        resolved, behind = resolve(passage.text, known, anchor)
        if passage.kind is Kind.PARAGRAPH:
            anchor = behind
        resolved = _as_printed(passage.text, resolved, metadata.errata)
        dates = tuple(mention for one in resolved if (mention := _mention(passage, one)) is not None)
        dated.append(replace(passage, event_date=event_of(resolved, event), dates=dates))
    return dated


def dates_of_articles(passages: Sequence[PassageRecord]) -> dict[int, tuple[DateMention, ...]]:
    """Return what each article is about in time: the dates that its headline names, else those of its first paragraph."""
    found: dict[int, tuple[DateMention, ...]] = {}
    leads: set[int] = set()
    for passage in sorted(passages, key=lambda p: (p.kind is not Kind.HEADLINE, p.paragraph)):
        if passage.kind is Kind.HEADLINE or (passage.kind is Kind.PARAGRAPH and passage.article_id not in leads):
            found[passage.article_id] = found.get(passage.article_id) or passage.dates
        if passage.kind is Kind.PARAGRAPH:
            leads.add(passage.article_id)
    return found


def _as_printed(text: str, resolved: Sequence[Resolved], errata: Sequence[Erratum]) -> list[Resolved]:
    """Leave out what a misprint has part in."""
    wrong = [(at, at + len(e.printed)) for e in errata for at in _places(text, e.printed)]
    return [
        one
        for one in resolved
        if not any(one.expression.start < end and start < one.expression.end for start, end in wrong)
    ]


def _places(text: str, printed: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(printed, at)]


def _mention(passage: PassageRecord, one: Resolved) -> DateMention | None:
    """Return the place and days of a resolved expression; None where a column's end divides it, so that no one span holds it."""
    if one.days is None:
        return None
    start, end = one.expression.start, one.expression.end
    spans = stored_spans(passage.spans, passage.quote, passage.text, start, end)
    if len(spans) != 1:
        return None
    return DateMention(spans[0], one.days.first.isoformat(), one.days.last.isoformat())
