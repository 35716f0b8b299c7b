"""What is indexed of a document: its passages with the words around them, their dates and their questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qa.dating.passages import dates_of_articles
from qa.index.segment import Entry
from qa.library import Library
from qa.records import ArticleRecord, DocumentRecord, Kind, PassageRecord


def document_entries(library: Library, document: DocumentRecord) -> list[Entry]:
    """Return what is indexed of a document of the library."""
    articles = {a.id: a for a in library.articles(document.id)}
    return entries_of(document, articles, library.passages(document.id), library.questions(document.id))


def entries_of(
    document: DocumentRecord,
    articles: Mapping[int, ArticleRecord],
    passages: Iterable[PassageRecord],
    questions: Mapping[str, tuple[str, ...]],
) -> list[Entry]:
    """Return what is indexed of passages; `articles` by the passages' `article_id`, `questions` by passage id."""
    passages = list(passages)
    about = dates_of_articles(passages)
    entries = []
    for passage in passages:
        article = articles[passage.article_id]
        read_as = "\n".join(e.read for e in document.metadata.errata if e.printed in passage.text)
        context = _context(document, passage, article)
        entries.append(
            Entry(
                passage.id,
                document.id,
                passage.kind,
                passage.text,
                article.title or "",
                read_as,
                f"{context}\n{read_as}",
                document.metadata.published,
                passage.event_date,
                questions.get(passage.id, ()),
                passage.dates,
                about.get(passage.article_id, ()),
            )
        )
    return entries


def _context(document: DocumentRecord, passage: PassageRecord, article: ArticleRecord) -> str:
    """Return the words around a passage: headline and kicker, dates in words."""
    parts = [article.kicker or ""]
    if passage.kind is not Kind.HEADLINE:
        parts.append(article.title or "")
    for day in (article.event_date, document.metadata.published):
        parts.append("".join(f"{int(n)}{unit}" for n, unit in zip((day or "").split("-"), "年月日", strict=False) if n))
    return "\n".join(p for p in parts if p)
