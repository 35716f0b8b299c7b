"""From the bytes of a file to what the library keeps: stored text, articles, passages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath

from qa.dating.passages import with_dates
from qa.dating.resolving import event_date
from qa.errors import DocumentTooLarge
from qa.forms.convert import read_form
from qa.forms.records import WHOLE
from qa.places import quote_of
from qa.reading import read_page, readable
from qa.reading.passages import LONGEST, TARGET, split_passages
from qa.reading.records import Article
from qa.records import (
    ArticleRecord,
    BlockRecord,
    DocumentRecord,
    Erratum,
    Kind,
    Metadata,
    PassageRecord,
    Span,
)

# Raised when reading, splitting or dating changes, so that an index of passages read otherwise is known to be stale.
READER = "3"


@dataclass(frozen=True, slots=True)
class Intake:
    """A document ready to be put into the library. `article_id` of a passage counts `articles` from 0."""

    document: DocumentRecord
    original: bytes
    articles: list[ArticleRecord]
    passages: list[PassageRecord]


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of a document's bytes, by which equal content is known."""
    return hashlib.sha256(data).hexdigest()


def take_in(
    name: str,
    data: bytes,
    metadata: Metadata,
    *,
    document_id: str | None = None,
    most_bytes: int | None = None,
    media_type: str | None = None,
) -> Intake:
    """Read a file: take its text out of its form, find its articles, cut its passages.

    `media_type` is what the sender says that it is, heard only where content and name do not show it. A new document's id
    is derived from its content; one that replaces another keeps the other's. Raises `DocumentTooLarge`, `UnsupportedForm`
    or `UnreadableDocument`.
    """
    file = PurePath(name.replace("\\", "/")).name or "document.txt"
    if most_bytes is not None and len(data) > most_bytes:
        raise DocumentTooLarge(
            f"{file} has {len(data)} bytes, expected at most {most_bytes}; "
            "divide it, or raise JIANGHAI_QA_MAX_DOCUMENT_BYTES"
        )
    stored = read_form(data, file, media_type)
    sha256 = content_hash(data)
    document_id = document_id or "d" + sha256[:12]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    document = DocumentRecord(
        document_id,
        file,
        stored.media_type,
        stored.encoding,
        sha256,
        len(data),
        now,
        now,
        0,
        metadata,
        stored.text,
        stored.converter,
        stored.pages,
    )
    articles, passages = _articles_and_passages(document)
    return Intake(document, data, articles, passages)


def read_again(
    document: DocumentRecord, target: int = TARGET, longest: int = LONGEST
) -> tuple[list[ArticleRecord], list[PassageRecord]]:
    """Read a document's stored text anew: what was found of it by an older reader gives way, offsets stay.

    Passages of another length are for comparing: `target` and `longest` are what `split_passages` takes.
    """
    return _articles_and_passages(document, target, longest)


def _articles_and_passages(
    document: DocumentRecord, target: int = TARGET, longest: int = LONGEST
) -> tuple[list[ArticleRecord], list[PassageRecord]]:
    articles: list[ArticleRecord] = []
    passages: list[PassageRecord] = []
    for number, article in enumerate(read_page(document.text, whole=document.media_type in WHOLE).articles):
        articles.append(_article_record(document, number, article))
        undated: list[PassageRecord] = []
        for part in split_passages(article, document.text, target=target, longest=longest):
            kind = Kind(part.kind)
            text = readable(document.text, part.spans, part.subhead)
            paragraph = len(passages) + len(undated) + 1
            undated.append(
                _passage_record(document, number, paragraph, kind, part.spans, text, part.beheaded, part.cut)
            )
        passages += with_dates(articles[-1], undated, document.metadata)
    return articles, passages


def _article_record(document: DocumentRecord, number: int, article: Article) -> ArticleRecord:
    return ArticleRecord(
        id=number,
        document_id=document.id,
        position=number + 1,
        title=article.title,
        kicker=article.kicker,
        byline=article.byline,
        reporters=article.reporters,
        correspondents=article.correspondents,
        dateline=article.dateline,
        event_date=event_date(article.dateline, document.metadata.published),
        mixed=article.mixed,
        blocks=tuple(BlockRecord(b.role, b.spans, b.beheaded, b.cut) for b in article.blocks),
    )


def _passage_record(
    document: DocumentRecord,
    article: int,
    paragraph: int,
    kind: Kind,
    spans: tuple[Span, ...],
    text: str,
    beheaded: bool,
    cut: bool,
) -> PassageRecord:
    quote = quote_of(document.text, spans)
    identity = hashlib.sha256(f"{document.id}\0{spans}\0{quote}".encode("utf-8", "surrogatepass")).hexdigest()
    note = _note(quote, document.metadata.errata)
    return PassageRecord(
        "p" + identity[:16], document.id, article, paragraph, kind, spans, text, quote, note, beheaded, cut
    )


def _note(quote: str, errata: Sequence[Erratum]) -> str | None:
    """Say which misprints a passage holds and how they should read; the passage itself stays as printed.

    Why that is known stands with the document's errata.
    """
    plain = "".join(quote.split())
    found = [e for e in errata if e.printed in plain]
    return "; ".join(f"“{e.printed}”应为“{e.read}” (printed {e.printed}, should read {e.read})" for e in found) or None
