"""GET /v1/documents and /v1/passages: what the library holds."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from api.context import Given, Links
from api.document_schemas import Article, Document, DocumentList, DocumentSummary, PassageResponse
from api.schemas import Citation
from api.validation import shown
from qa import records
from qa.errors import NotFound
from qa.library import Library
from qa.records import PassageRecord

router = APIRouter(tags=["documents"])

_PAGE = 20
Limit = Annotated[int, Query(ge=1, le=100, description="documents on a page")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before")]


@router.get("/v1/documents", summary="List the documents")
def list_documents(context: Given, urls: Links, limit: Limit = _PAGE, cursor: Cursor = None) -> DocumentList:
    """Return one page of the documents in order of id, without their texts."""
    found = context.service.library.documents(limit=limit + 1, after=cursor)
    page, more = found[:limit], len(found) > limit
    return DocumentList(
        documents=[DocumentSummary.of(document, urls) for document in page],
        next_cursor=page[-1].id if more else None,
    )


@router.get("/v1/documents/{document_id}", summary="Read a document")
def read_document(document_id: str, context: Given, urls: Links) -> Document:
    """Return a document with its articles, their passages and blocks, and its stored text."""
    library = context.service.library
    with library.snapshot():
        document = library.document(document_id)
        passages = library.passages(document_id)
        articles = [Article.of(article, passages) for article in library.articles(document_id)]
    return Document(**DocumentSummary.values(document, urls), articles=articles, text=document.text)


@router.get(
    "/v1/documents/{document_id}/original",
    summary="Fetch the original file",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "the bytes as added"}},
)
def read_original(document_id: str, context: Given) -> Response:
    """Return the file byte for byte, as a download."""
    library = context.service.library
    with library.snapshot():
        document, content = library.document(document_id), library.original(document_id)
    headers = {"content-disposition": attachment(document.file), "content-security-policy": "sandbox"}
    return Response(content, headers=headers, media_type=_media_type(document.media_type, document.encoding))


@router.get("/v1/passages/{passage_id}", summary="Read a passage")
def read_passage(passage_id: str, context: Given, urls: Links) -> PassageResponse:
    """Return one passage with its citation."""
    passage, citation = cited(context.service.library, passage_id)
    return PassageResponse(
        id=passage.id,
        kind=passage.kind,
        text=passage.text,
        beheaded=passage.beheaded,
        cut=passage.cut,
        citation=Citation.of(citation, urls),
    )


def cited(library: Library, passage_id: str) -> tuple[PassageRecord, records.Citation]:
    """Return a passage and where it stands; raise `NotFound` for an unknown id."""
    found = library.cite([passage_id])
    if not found:
        raise NotFound(f"found no passage with the id {shown(passage_id)}, expected an id that a search gave")
    return found[0]


def attachment(file: str) -> str:
    """Return a Content-Disposition that names a file in any script. Source: RFC 6266, RFC 8187."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in file)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file, safe='')}"


# The names that encodings have on the web, where Python calls them otherwise. Source: WHATWG Encoding Standard, 4.2.
_CHARSETS = {"utf-16-le": "utf-16le", "utf-16-be": "utf-16be", "big5hkscs": "big5-hkscs", "cp1252": "windows-1252"}


def _media_type(media_type: str, encoding: str | None) -> str:
    if media_type.startswith("text/") and encoding and "charset" not in media_type:
        return f"{media_type}; charset={_CHARSETS.get(encoding, encoding)}"
    return media_type
