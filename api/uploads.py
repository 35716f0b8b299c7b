"""What a request brings to be added: one document as JSON, or files as multipart/form-data."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.errors import UnsupportedContent
from qa.catalog import FILE as CATALOG
from qa.catalog import metadata_of, parse_catalog
from qa.changes import Upload
from qa.errors import InvalidRequest, SettingsError
from qa.index_questions import FILE as QUESTIONS
from qa.index_questions import PassageQuestions, parse_questions
from qa.records import Metadata

MOST_FILES = 2000
_FIELDS = ("publication", "section", "published", "published_basis")
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]


class NewDocument(BaseModel):
    """A document as JSON."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="its file name")
    text: str = Field(description="its text, which becomes the stored text letter for letter")
    metadata: dict[str, Any] | None = Field(
        None, description="publication, section, published (YYYY, YYYY-MM or YYYY-MM-DD), published_basis, errata"
    )


async def read_uploads(request: Request) -> list[Upload]:
    """Return what a request brings, at least one; raise `InvalidRequest` or `UnsupportedContent`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _from_form(request)
    if kind == "application/json" or kind.endswith("+json"):
        return [_from_json(await request.body())]
    raise UnsupportedContent(
        f"found the content type {kind or 'none'}, expected multipart/form-data or application/json; set Content-Type"
    )


def _from_json(body: bytes) -> Upload:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise InvalidRequest(
            f"body: found no well-formed JSON ({fault}), expected an object with name and text"
        ) from fault
    try:
        given = NewDocument.model_validate(raw)
    except ValidationError as fault:
        raise RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in fault.errors()]) from fault
    metadata = None if given.metadata is None else metadata_of(given.metadata)
    # Lone surrogates, which JSON can spell, are no text; they are refused when the bytes are decoded.
    return Upload(given.name, given.text.encode("utf-8", "surrogatepass"), metadata)


async def _from_form(request: Request) -> list[Upload]:
    try:
        form = await request.form(max_files=MOST_FILES, max_fields=100)
    except (HTTPException, ValueError, LookupError) as fault:  # the last two: of a charset that is none
        why = fault.detail if isinstance(fault, HTTPException) else "its charset"
        raise InvalidRequest(f"found a form that cannot be read ({why}), expected multipart/form-data") from fault
    parts = _parts(form)
    files = [(_whole(part.filename or ""), await part.read()) for part in parts]
    catalog, questions = _beside(files)
    given = _given(form)
    uploads = [
        Upload(
            name,
            data,
            _metadata(name, catalog, given),
            tuple(q for q in questions if q.file == _plain(name)),
            part.content_type,
        )
        for part, (name, data) in zip(parts, files, strict=True)
        if _plain(name) not in (CATALOG, QUESTIONS)
    ]
    if not uploads:
        raise InvalidRequest("found no file, expected at least one part with a filename; name the form's field file")
    return uploads


def _parts(form: FormData) -> list[UploadFile]:
    return [value for _, value in form.multi_items() if isinstance(value, UploadFile)]


def _beside(files: list[tuple[str, bytes]]) -> tuple[dict[str, Metadata], list[PassageQuestions]]:
    """Return what a catalogue and a file of index-time questions among the files say of the others."""
    catalog: dict[str, Metadata] = {}
    questions: list[PassageQuestions] = []
    for name, data in files:
        try:
            if _plain(name) == CATALOG:
                catalog |= parse_catalog(data, CATALOG)
            elif _plain(name) == QUESTIONS:
                questions += parse_questions(data, QUESTIONS)
        except SettingsError as fault:
            raise InvalidRequest(str(fault)) from fault
    return catalog, questions


def _given(form: FormData) -> dict[str, Any]:
    """Return the facts that the form's fields state: one field each, or all as JSON in the field `metadata`."""
    unknown = sorted(
        {name for name, value in form.multi_items() if isinstance(value, str)} - {*_FIELDS, "metadata", "file"}
    )
    if unknown:
        raise InvalidRequest(
            f"found the field {unknown[0][:40]!r}, expected one of file, {', '.join(_FIELDS)}, metadata; correct it"
        )
    given: dict[str, Any] = {name: form[name] for name in _FIELDS if isinstance(form.get(name), str)}
    stated = form.get("metadata")
    if isinstance(stated, str):
        try:
            table = json.loads(stated)
        except (ValueError, RecursionError) as fault:
            raise InvalidRequest(f"metadata: found no well-formed JSON ({fault}), expected an object") from fault
        if not isinstance(table, dict):
            raise InvalidRequest("metadata: found something else, expected a JSON object")
        given |= table
    return given


def _metadata(name: str, catalog: dict[str, Metadata], given: dict[str, Any]) -> Metadata | None:
    """Return the form's facts, else the catalogue's; None when neither says anything."""
    return metadata_of(given) if given else catalog.get(_plain(name))


def _whole(name: str) -> str:
    """Return a name without lone surrogates, which a form's charset can bring and no file can have."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _plain(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name
