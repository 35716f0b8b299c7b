"""TREC topics and judgements: topics in the classic tagged form, as XML, or as `id<TAB>query`; qrels as `query 0 doc grade`.

A topic has no evidence: what is relevant to it is in the qrels. Its title is the question.
"""

from __future__ import annotations

import bisect
import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from qa.errors import TestQueryError, UnreadableDocument
from qa.evaluation.columns import language_of
from qa.evaluation.faults import told
from qa.evaluation.grids import text_of
from qa.evaluation.queries import TestQuery
from qa.forms.archives import check_entities

Grades = dict[str, dict[str, int]]
_TOP = re.compile(r"<top>(.*?)(?:</top>|(?=<top>)|\Z)", re.IGNORECASE | re.DOTALL)
_FIELD = re.compile(r"<(num|title|desc|narr|smry|con|fac|def)\b[^>]*>", re.IGNORECASE)
_LABEL = re.compile(r"^\s*(?:number|topic|title|description)\s*:", re.IGNORECASE)
_TOPIC = re.compile(r"<topic[\s>]", re.IGNORECASE)
_PROLOGUE = re.compile(r"^\s*<[?].*?[?]>|<!DOCTYPE[^>[]*>", re.IGNORECASE)
_NUMBERS = ("number", "num", "id", "qid", "identifier")
_QUESTIONS = ("query", "title", "question")
_HEADS = {"id", "qid", "query-id", "query_id", "topic", "topic_id", "_id", "编号"}
# A topic of one form: its line, its number and its question, either of them empty when it is missing.
_Raw = tuple[int, str, str]


def is_tagged(text: str) -> bool:
    """Say whether a text holds topics in tags."""
    begin = text.lstrip()[:1] == "<"
    return begin and (_TOP.search(text) is not None or _TOPIC.search(text) is not None)


def is_tabbed(text: str) -> bool:
    """Say whether a text begins as `id<TAB>query`."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return len(first.split("\t")) == 2


def read_topics(path: Path, text: str) -> list[TestQuery]:
    """Read topics; raise `TestQueryError` that lists every faulty one as `path:line: found …, expected …`."""
    if is_tagged(text):
        raw, form = (
            (_classic(text), "<num> and <title>") if _TOP.search(text) else (_xml(path, text), "number and query")
        )
    else:
        raw, form = _tabbed(text), "id and query, divided by a tab"
    found: list[TestQuery] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for line, number, question in raw:
        if not number or not question:
            missing = "question" if number else "number"
            faults.append(f"{path}:{line}: found a topic without a {missing}, expected {form}")
        elif number in seen:
            faults.append(f"{path}:{line}: found the id {number!r} again (line {seen[number]}), expected each once")
        seen.setdefault(number, line)
        lang = language_of(question)
        found.append(TestQuery(number, question, lang, "all", True, "", (), place=f"{path.name}:{line}"))
    if faults or not found:
        raise TestQueryError(told(faults) or f"{path} holds no topics; expected {form}")
    return found


def _lines_of(text: str, found: Iterable[re.Match[str]]) -> list[int]:
    """Return the line on which each match begins."""
    ends = [newline.start() for newline in re.finditer("\n", text)]
    return [bisect.bisect_left(ends, match.start()) + 1 for match in found]


def _classic(text: str) -> Iterator[_Raw]:
    for line, top in zip(_lines_of(text, _TOP.finditer(text)), _TOP.finditer(text), strict=True):
        parts = _FIELD.split(top[1])
        fields: dict[str, str] = {}
        for name, value in zip(parts[1::2], parts[2::2], strict=True):
            plain = html.unescape(re.sub(r"</\w+>", " ", _LABEL.sub("", value)))
            fields.setdefault(name.lower(), " ".join(plain.split()))
        question = fields.get("title") or fields.get("desc", "")
        yield line, fields.get("num", ""), question


def _xml(path: Path, text: str) -> Iterator[_Raw]:
    try:
        check_entities(text.encode(errors="replace"), "topics")
        root = ElementTree.fromstring(_rooted(text))
    except (ElementTree.ParseError, UnreadableDocument, ValueError) as fault:
        raise TestQueryError(f"{path} cannot be read as XML ({fault}); expected topics as <topic number=…>") from fault
    topics = [element for element in root.iter() if str(element.tag).lower() == "topic" and element is not root]
    starts = _lines_of(text, _TOPIC.finditer(text))
    for at, topic in enumerate(topics):
        given = {name.lower(): value for name, value in topic.attrib.items()}
        children = {str(child.tag).lower(): " ".join("".join(child.itertext()).split()) for child in topic}
        number = next((v.strip() for name in _NUMBERS if (v := given.get(name) or children.get(name))), "")
        own = "" if children else " ".join((topic.text or "").split())
        question = next((children[name] for name in _QUESTIONS if children.get(name)), own)
        yield starts[at] if len(starts) == len(topics) else 1, number, question


def _rooted(text: str) -> str:
    """Return the text with one element around it: some collections have none, and one more does no harm."""
    return f"<all>{_PROLOGUE.sub('', text)}</all>"


def _tabbed(text: str) -> Iterator[_Raw]:
    for line, content in enumerate(text.split("\n"), start=1):
        number, _, question = content.partition("\t")
        is_head = line == 1 and number.strip().lower() in _HEADS
        if content.strip() and not is_head:
            yield line, number.strip(), " ".join(question.split())


def read_qrels(path: Path) -> Grades:
    """Read TREC qrels: each query's grades by document; 0 and less are not relevant.

    Raises `TestQueryError` with all faulty lines. A document that is judged twice for a query is a fault, as for trec_eval:
    the order of lines decides nothing.
    """
    try:
        text = text_of(path, path.read_bytes())
    except OSError as fault:
        raise TestQueryError(f"{path} cannot be read ({fault}); expected a file of judgements") from fault
    found: Grades = {}
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            query_id, document, grade = _judgement(line)
            add_grade(found, query_id, document, grade)
        except (TestQueryError, ValueError) as fault:
            faults.append(f"{path}:{number}: {fault}")
    if faults:
        raise TestQueryError(told(faults))
    return found


def _judgement(line: str) -> tuple[str, str, int]:
    parts = line.split()
    if len(parts) != 4:
        raise ValueError(f"found {line.strip()[:100]!r}, expected four fields: query 0 document grade")
    return parts[0], parts[2], grade_of(parts[3])


def grade_of(text: str) -> int:
    """Return a grade, which trec_eval reads as a whole number; raise `ValueError` that names what stands in its place."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"found the score {text.strip()[:40]!r}, expected a whole number") from None


def add_grade(grades: Grades, query_id: str, document: str, grade: int, *, repeats: bool = False) -> None:
    """Add a judgement; raise `TestQueryError` when the document is judged already, with `repeats` only otherwise than now."""
    judged = grades.setdefault(query_id, {})
    if document in judged and not (repeats and judged[document] == grade):
        raise TestQueryError(
            f"found {document!r} judged again for the query {query_id!r} ({judged[document]}, then {grade}), expected once"
        )
    judged[document] = grade
