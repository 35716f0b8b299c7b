"""The pages for people: the chat page, a document for reading, the description of the API."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.context import Given
from api.guard import takes_feedback
from api.languages import Words, date_text, words_for
from api.reading import lay_out, read_marks
from api.widget import framing
from qa.errors import InvalidRequest, NotFound

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_TEMPLATES = Environment(
    loader=PackageLoader("api"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
Mark = Annotated[str | None, Query(max_length=3000)]
Language = Annotated[str | None, Query(max_length=10)]
Embedded = Annotated[str | None, Query()]


@router.get("/")
def chat_page(context: Given, embed: Embedded = None) -> HTMLResponse:
    """Return the chat page; its scripts read how it is to look from the address (`embed`, `lang`, `theme`),
    and whether answers may be judged from its root.

    With `embed=1` the sites of the settings may show it in a frame.
    """
    text = _static_text("chat.html")
    if takes_feedback(context.settings) and not context.service.library.read_only:
        text = text.replace("<html ", "<html data-feedback ", 1)
    return _static_page(text, framing(context.settings, embed))


@router.get("/evaluate")
def evaluation_page() -> HTMLResponse:
    """Return the page where test questions are made; what it shows and keeps is guarded where it asks for it."""
    return _static_page(_static_text("evaluate.html"))


@router.get("/docs")
def api_page() -> HTMLResponse:
    """Return the page that shows /openapi.json; all of it comes from this service."""
    return _static_page(_static_text("docs.html"))


@router.get("/documents/{document_id}")
def reading_page(
    request: Request, document_id: str, context: Given, mark: Mark = None, lang: Language = None
) -> HTMLResponse:
    """Return a document for reading; `mark` names spans of its stored text that are shown as cited."""
    words = words_for(lang, request.headers.get("accept-language", ""))
    marks = read_marks(mark)
    if marks is None:
        raise InvalidRequest("found a mark of another form, expected spans as START-END, divided by commas; correct it")
    library = context.service.library
    try:
        with library.snapshot():
            document = library.document(document_id)
            found, passages = library.articles(document_id), library.passages(document_id)
    except NotFound:
        return _rendered("missing.html", words, status=404)
    articles = lay_out(document.text, found, passages, marks, document.pages)
    published = date_text(document.metadata.published, words)
    return _rendered("document.html", words, document=document, articles=articles, published=published)


def _static_text(name: str) -> str:
    return (files("api") / "static" / name).read_text(encoding="utf-8")


def _static_page(text: str, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    return HTMLResponse(text, headers={"cache-control": "no-cache", **(headers or {})})


def _rendered(template: str, words: Words, status: int = 200, **values: object) -> HTMLResponse:
    text = _TEMPLATES.get_template(template).render(words=words, date_text=date_text, **values)
    headers = {"vary": "Accept-Language", "content-language": words.lang}
    # Stored text may hold anything that decodes, lone surrogates included; a page must still be sent.
    return HTMLResponse(text.encode("utf-8", "replace"), status_code=status, headers=headers)
