"""Reading a newspaper page: from the text that OCR gives to articles, paragraphs and captions with exact spans."""

from qa.reading.page import read_page
from qa.reading.passages import PassageSpans, split_passages
from qa.reading.readable import readable
from qa.reading.records import Article, Block, PageReading, Role, Span

__all__ = [
    "Article",
    "Block",
    "PageReading",
    "PassageSpans",
    "Role",
    "Span",
    "read_page",
    "readable",
    "split_passages",
]
