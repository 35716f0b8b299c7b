"""Propose test questions from the documents of a library: few good ones, spread over documents, articles and kinds."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa.evaluation.judging import solid
from qa.library import Library
from qa.records import ArticleRecord, DocumentRecord, Kind, PassageRecord
from qa.sentences import sentences
from qa.shingles import resemblance, shingles
from qa.terms import HAN
from qa.testing import english
from qa.testing.facts import Type, facts
from qa.testing.records import Proposal
from qa.testing.sentences import Sentence, Tagger, balanced
from qa.testing.wording import Topic, question_for

_HAN, _LATIN = re.compile(f"[{HAN}]"), re.compile("[A-Za-z]+")
ALIKE = 0.55  # questions that share more of their trigrams ask the same
_SHORTEST, _LONGEST = 12, 220
_AFTER_FIGURE = re.compile(r"(?<=\d\.)\s+(?=[A-Z“])")
_LIST_MARK = re.compile(r"^[-–•·*▪●◆]\s*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal with the article that it comes from."""

    proposal: Proposal
    article_id: int


def draft_by_rules(library: Library, document_ids: Sequence[str], tag: Tagger) -> Iterator[Candidate]:
    """Give every question that can be asked of the documents by rules, in order of their place."""
    for document_id in document_ids:
        document = library.document(document_id)
        articles = {article.id: article for article in library.articles(document_id)}
        printed = solid(document.text)
        for passage in library.passages(document_id):
            if passage.kind is Kind.PARAGRAPH:
                for proposal in of_passage(document, articles[passage.article_id], passage, tag):
                    if solid(proposal.quote) in printed:
                        yield Candidate(proposal, passage.article_id)


def of_passage(
    document: DocumentRecord, article: ArticleRecord, passage: PassageRecord, tag: Tagger
) -> Iterator[Proposal]:
    """Give the questions that the sentences of one passage answer."""
    topic = Topic(article.title if not article.mixed else None, document.metadata.published, passage.text)
    for text in _sentences(passage.text):
        if not _SHORTEST <= len(text) <= _LONGEST or not balanced(text) or "\n" in text:
            continue
        if any(erratum.printed in text for erratum in document.metadata.errata):
            continue
        for type_, question, answer in _asked(text, topic, tag):
            lang = lang_of(question)
            yield Proposal(question, lang, type_, True, answer, document.id, document.file, text, "rules")


def _sentences(text: str) -> Iterator[str]:
    """Give the sentences of a passage without marks of a list; one that ends with a figure ends before a capital letter."""
    for start, end in sentences(text):
        for piece in _AFTER_FIGURE.split(text[start:end]):
            yield _LIST_MARK.sub("", piece)


def _asked(text: str, topic: Topic, tag: Tagger) -> Iterator[tuple[Type, str, str]]:
    if lang_of(text) == "en":
        yield from english.questions(text, topic.title)
        return
    sentence = Sentence(text, tag)
    for fact in facts(sentence):
        question = question_for(sentence, fact, topic)
        if question is not None:
            yield fact.type, question, fact.answer


def lang_of(text: str) -> str:
    """Return `zh` or `en`: a Chinese character weighs as much as a Latin word."""
    return "zh" if len(_HAN.findall(text)) >= len(_LATIN.findall(text)) else "en"


def choose(candidates: Iterable[Candidate], count: int, seed: int, known: Iterable[str] = ()) -> list[Proposal]:
    """Return up to `count` proposals, each unlike the others and the questions `known`.

    Each next one comes from the document, then the article, then the kind that has had the fewest; chance, which `seed`
    fixes, decides between equals.
    """
    pool = _unambiguous(candidates)
    random.Random(seed).shuffle(pool)
    taken: list[Proposal] = []
    counts: Counter[object] = Counter()
    asked = [shingles(question) for question in known]
    while pool and len(taken) < count:
        best = min(pool, key=lambda c: _had(counts, c))
        pool.remove(best)
        own = shingles(best.proposal.question)
        if any(resemblance(own, other) > ALIKE for other in asked):
            continue
        asked.append(own)
        taken.append(best.proposal)
        counts.update(_keys(best))
    return taken


def _unambiguous(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Leave out what the documents answer in several ways or places: with one quote as evidence, finding another is no miss."""
    pool = list(candidates)
    places: dict[str, set[tuple[str, str]]] = {}
    for one in pool:
        places.setdefault(one.proposal.question, set()).add((one.proposal.answer, one.proposal.quote))
    return [one for one in pool if len(places[one.proposal.question]) == 1]


def _keys(candidate: Candidate) -> tuple[object, ...]:
    one = candidate.proposal
    return one.document_id, candidate.article_id, ("quote", one.quote), ("type", one.type)


def _had(counts: Counter[object], candidate: Candidate) -> tuple[int, ...]:
    document, article, quote, type_ = _keys(candidate)
    named_by_headline = candidate.proposal.question.startswith(("“", "In “"))
    return counts[quote], counts[document], counts[article], named_by_headline, counts[type_]
