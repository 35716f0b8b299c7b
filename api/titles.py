"""How a cited place is called where only one line is shown."""

from __future__ import annotations

from qa.records import Citation


def title_of(citation: Citation) -> str:
    """Return the headline, else publication and date, else the file's name; never an empty text."""
    return citation.title or source_of(citation) or citation.file


def source_of(citation: Citation, between: str = " ") -> str:
    """Return publication and date, as far as they are known."""
    return between.join(part for part in (citation.publication, citation.published) if part)
