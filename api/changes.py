"""Add, replace and remove documents: POST, PUT and DELETE of /v1/documents, and /v1/jobs for long work."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.context import Given, Links
from api.guard import Writer
from api.uploads import NewDocument, read_uploads
from api.urls import Urls
from qa import jobs
from qa.changes import Changed
from qa.errors import InvalidRequest
from qa.forms.convert import takes_long

router = APIRouter(tags=["change documents"])
_NOT_TAKEN = (
    "this content is there already; what was stated of it was not taken: PUT the file to its id with what is to change"
)


class Written(BaseModel):
    """A change that is on disk: `index_version` is the version from which searches see it."""

    id: str
    index_version: int


class Added(Written):
    """A document that was added or replaced."""

    file: str
    created: bool = Field(description="false when this content was there already, or replaced another")
    url: str = Field(description="its reading page")
    note: str | None = Field(description="what of the request was not taken, and what to do about it")

    @classmethod
    def of(cls, changed: Changed, urls: Urls, note: str | None = None) -> Added:
        """Return what became of an upload."""
        return cls(
            id=changed.id,
            index_version=changed.index_version,
            file=changed.file,
            created=changed.created,
            url=urls.document(changed.id),
            note=note,
        )


class JobFault(BaseModel):
    """Why a file was refused."""

    code: str
    message: str


class JobFile(BaseModel):
    """What became of one file of a job; all is null while nothing has."""

    name: str
    id: str | None
    created: bool | None
    index_version: int | None
    error: JobFault | None

    @classmethod
    def of(cls, outcome: jobs.FileOutcome) -> JobFile:
        """Return what became of a file."""
        error = JobFault(code=outcome.error, message=outcome.message or "") if outcome.error else None
        return cls(
            name=outcome.name,
            id=outcome.id,
            created=outcome.created,
            index_version=outcome.index_version,
            error=error,
        )


class Job(BaseModel):
    """Long work: its files are added one after the other; each with an outcome is durable and searchable."""

    id: str
    status: str = Field(description="queued, running or done")
    created_at: str
    started_at: str | None
    finished_at: str | None
    total: int = Field(description="files in all")
    read: int = Field(description="files that have been read")
    done: int = Field(description="files with an outcome")
    failed: int = Field(description="files that were refused")
    files: list[JobFile]
    url: str

    @classmethod
    def of(cls, job: jobs.Job, urls: Urls) -> Job:
        """Return how far a job has got."""
        return cls(
            id=job.id,
            status=job.status,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            total=len(job.files),
            read=max(job.read, job.done),
            done=job.done,
            failed=sum(f.error is not None for f in job.files),
            files=[JobFile.of(f) for f in job.files],
            url=urls.of(f"/v1/jobs/{job.id}"),
        )


_FILES = {
    "type": "object",
    "properties": {
        "file": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "one file or several",
        },
        "publication": {"type": "string"},
        "section": {"type": "string"},
        "published": {"type": "string", "description": "YYYY, YYYY-MM or YYYY-MM-DD"},
        "published_basis": {"type": "string"},
        "metadata": {"type": "string", "description": "the same and errata as a JSON object"},
    },
    "required": ["file"],
}
_EXAMPLE = {
    "name": "2023-09-04.txt",
    "text": "礼乐龙舟赛开桨\n\n江门日报讯(记者/张三)9月3日,第三十八届礼乐龙舟赛在礼乐河开桨。\n",
    "metadata": {"publication": "江门日报", "published": "2023-09-04"},
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": NewDocument.model_json_schema(), "example": _EXAMPLE},
            "multipart/form-data": {"schema": _FILES},
        },
    }
}


@router.post(
    "/v1/documents",
    summary="Add a document, or several",
    status_code=201,
    response_model=Added,
    responses={
        200: {"model": Added, "description": "this content is there already"},
        202: {"model": Job, "description": "several files, `Prefer: respond-async`, a scan: a job that adds them"},
    },
    openapi_extra=_BODY,
)
async def add_documents(request: Request, context: Writer, urls: Links) -> Response:
    """Add one document and answer when it is durable; searches see it from `index_version`.

    Several files, one with the header `Prefer: respond-async`, and a picture whose letters are to be read become a job that
    is kept on disk: 202 with its address.
    A part named catalog.toml or questions.jsonl says something of the other files, as it does in a folder.
    """
    uploads = await read_uploads(request)
    first = uploads[0]
    patient = "respond-async" not in request.headers.get("prefer", "").lower()
    if len(uploads) > 1 or not patient or takes_long(first.data, first.name, first.media_type):
        job = Job.of(await run_in_threadpool(context.jobs.accept, uploads), urls)
        return JSONResponse(job.model_dump(), status_code=202, headers={"location": job.url})
    changed = await run_in_threadpool(context.service.changes.add, first)
    headers = {"location": urls.of(f"/v1/documents/{changed.id}")}
    note = None if changed.created or first.metadata is None else _NOT_TAKEN
    body = Added.of(changed, urls, note).model_dump()
    return JSONResponse(body, status_code=201 if changed.created else 200, headers=headers)


@router.put("/v1/documents/{document_id}", summary="Replace a document", response_model=Added, openapi_extra=_BODY)
async def replace_document(document_id: str, request: Request, context: Writer, urls: Links) -> Added:
    """Replace a document's content and answer when that is durable; its id stays, and no search finds the old text.

    What is not stated of publication, date and misprints stays as it was known; the same content again with other facts
    changes those alone.
    """
    uploads = await read_uploads(request)
    if len(uploads) != 1:
        raise InvalidRequest(f"found {len(uploads)} files, expected the one that replaces {document_id}; send one")
    return Added.of(await run_in_threadpool(context.service.changes.replace, document_id, uploads[0]), urls)


@router.delete("/v1/documents/{document_id}", summary="Remove a document")
def remove_document(document_id: str, context: Writer) -> Written:
    """Remove a document and answer when that is durable; no search finds it from then on."""
    return Written(id=document_id, index_version=context.service.changes.remove(document_id))


@router.get("/v1/jobs/{job_id}", summary="See how far long work has got")
def read_job(job_id: str, context: Given, urls: Links) -> Job:
    """Return a job with what became of each file; it is kept for a week after its end."""
    return Job.of(context.jobs.job(job_id), urls)
