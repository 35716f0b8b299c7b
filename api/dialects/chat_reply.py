"""From an answer to what a chat shows: its text in pieces, the citations and the pages behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from api.dialects.chat_schemas import Annotation, SearchResult, UrlCitation
from api.streaming import pieces
from api.titles import source_of, title_of
from api.urls import Urls
from qa.asking import Asking
from qa.phrases import language
from qa.records import Answer, Citation, CitedHit

_MARKER = re.compile(r"\[([0-9]{1,4})\]")
_NEAREST = 3
_CUT = {
    "zh": "(问题超过{most}个字符,只读了前{most}个。)",
    "en": "(The question has more than {most} characters; only the first {most} were read.)",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A passage behind a marker; `key` is another for each marker, also where two cite one passage."""

    key: str
    title: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, and what it rests on; `citations[n - 1]` and `sources[n - 1]` are the marker `[n]`'s.

    `pieces` are the answer's, `extras` what a chat says after it.
    """

    pieces: tuple[str, ...]
    extras: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    results: tuple[SearchResult, ...] = ()
    citations: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def content(self) -> str:
        """Return all that is said."""
        return "".join((*self.pieces, *self.extras))


@dataclass(frozen=True, slots=True)
class Step:
    """The next text of a reply, and the reply as far as it goes; None: nothing is known of it yet."""

    text: str
    reply: Reply | None


def steps_of(asking: Asking, urls: Urls, cut_at: int | None = None) -> Iterator[Step]:
    """Give a reply as it comes: first without a text, last the whole one without a text."""
    yield Step("", reply_of(asking.answer, urls, cut_at) if asking.done else None)
    for draft in asking:
        so_far = reply_of(asking.answer, urls)
        for text in pieces(draft.text):
            yield Step(text, so_far)
    whole = reply_of(asking.answer, urls, cut_at)
    for text in whole.extras:
        yield Step(text, whole)
    yield Step("", whole)


def reply_of(answer: Answer, urls: Urls, cut_at: int | None = None) -> Reply:
    """Return an answer as a chat shows it; `cut_at` says at how many characters the question was cut."""
    said, extras = pieces(answer.text), []
    cited = tuple(c.citation for c in sorted(answer.citations, key=lambda c: c.marker))
    shown = cited
    if not answer.answerable and answer.passages:
        near = answer.passages[:_NEAREST]
        extras += _nearest(near, urls)
        shown = tuple(hit.citation for hit in near)
    if answer.notice is not None:
        extras.append(f"\n\n({answer.notice})")
    if cut_at is not None:
        extras.append("\n\n" + _CUT[language(answer.question)].format(most=cut_at))
    return Reply(
        pieces=tuple(said),
        extras=tuple(extras),
        annotations=tuple(_annotations(said, cited, urls)),
        results=tuple(SearchResult(title=title_of(c), url=urls.of(c.path), date=c.published) for c in shown),
        citations=tuple(urls.of(c.path) for c in cited),
        sources=tuple(_sources(answer, urls)),
    )


def _sources(answer: Answer, urls: Urls) -> list[Source]:
    texts = {hit.id: hit.text for hit in answer.passages}
    return [
        Source(
            key=f"{c.passage_id}-{c.marker}",
            title=title_of(c.citation),
            url=urls.of(c.citation.path),
            text=texts.get(c.passage_id, c.citation.quote),
        )
        for c in sorted(answer.citations, key=lambda c: c.marker)
    ]


def _annotations(said: Sequence[str], cited: Sequence[Citation], urls: Urls) -> list[Annotation]:
    """Return where each marker stands in the answer's text."""
    starts = accumulate((len(piece) for piece in said), initial=0)
    found = []
    for start, piece in zip(starts, said, strict=False):
        for marker in _MARKER.finditer(piece):
            if 1 <= (number := int(marker[1])) <= len(cited):
                citation = cited[number - 1]
                place = UrlCitation(
                    start_index=start + marker.start(),
                    end_index=start + marker.end(),
                    title=title_of(citation),
                    url=urls.of(citation.path),
                )
                found.append(Annotation(url_citation=place))
    return found


def _nearest(hits: Sequence[CitedHit], urls: Urls) -> list[str]:
    """Name the passages that come nearest, as links, since a chat shows nothing beside the text."""
    lines = []
    for hit in hits:
        title = re.sub(r"([\[\]\\*_`<>])", r"\\\1", title_of(hit.citation))
        source = source_of(hit.citation, " · ") if hit.citation.title else ""
        lines.append(f"\n- [{title}]({urls.of(hit.citation.path)})" + (f" · {source}" if source else ""))
    return [f"\n{lines[0]}", *lines[1:]]
