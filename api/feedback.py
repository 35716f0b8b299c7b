"""/v1/feedback: visitors judge answers and may take that back; who may write documents reads, exports and removes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.context import Context, context_of
from api.errors import FeedbackOff
from api.feedback_schemas import (
    Counts,
    FeedbackGiven,
    FeedbackItem,
    FeedbackList,
    FeedbackRequest,
    Removed,
    SentCitation,
)
from api.guard import Writer, refuse_foreign_pages, takes_feedback
from api.json_route import JsonRoute
from api.limits import Rate, check_rate
from qa.errors import InvalidRequest, NotFound
from qa.feedback.candidates import ready, ready_lines, review_lines, to_review
from qa.feedback.records import CitedPlace
from qa.library import Library

router = APIRouter(route_class=JsonRoute, tags=["feedback"])
EACH, TOGETHER = Rate(10), Rate(120)
_OFF = "found feedback, expected none: answers are not judged here; the operator lets visitors do so with JIANGHAI_QA_FEEDBACK=on"
Limit = Annotated[int, Query(ge=1, le=100, description="how many on a page")]
Cursor = Annotated[str | None, Query(max_length=20, description="`next_cursor` of the page before")]
Review = Annotated[bool, Query(description="those that a person has to complete, instead of those that are ready")]


def from_a_visitor(request: Request) -> Context:
    """Return the context; raise `Forbidden` for another site's page, `TooManyRequests` for who comes too often."""
    context = context_of(request)
    refuse_foreign_pages(request)
    check_rate(request.scope, context.feedback_limit)
    return context


def from_a_judge(request: Request) -> Context:
    """Return the context as `from_a_visitor` does; raise `FeedbackOff` where answers are not judged."""
    if not takes_feedback(context_of(request).settings):
        raise FeedbackOff(_OFF)
    return from_a_visitor(request)


Visitor = Annotated[Context, Depends(from_a_visitor)]
Judge = Annotated[Context, Depends(from_a_judge)]


@router.post("/v1/feedback", summary="Judge an answer", status_code=201)
def give_feedback(request: FeedbackRequest, context: Judge) -> FeedbackGiven:
    """Keep a verdict on an answer or a refusal, with the question and the answer, and no word of who gave it.

    Numbers of telephones and cards, e-mail addresses and number plates are masked first. A citation counts when it stands in a
    document letter for letter; others are left out, and `citations` says how many were kept. `id` is told this once: who has
    it may take the feedback back.
    """
    places = _standing(request.citations, context.service.library) if request.answerable else ()
    id_ = context.feedback.give(request.record(places))
    context.metrics.count_feedback(request.verdict)
    return FeedbackGiven(id=id_, citations=len(places))


@router.delete("/v1/feedback/{feedback_id}", summary="Take feedback back")
def take_back(feedback_id: str, context: Visitor) -> Removed:
    """Remove feedback whose secret id is known; its words are in no file any more when this answers."""
    context.feedback.remove([feedback_id])
    return Removed(removed=1)


@router.get("/v1/feedback", summary="Read the feedback")
def list_feedback(context: Writer, limit: Limit = 20, cursor: Cursor = None) -> FeedbackList:
    """Return one page of the feedback, the newest first; only for who may change documents."""
    found = context.feedback.newest(limit=limit + 1, before=_number(cursor))
    page = found[:limit]
    return FeedbackList(
        feedback=[FeedbackItem.of(one) for one in page],
        next_cursor=str(page[-1].number) if len(found) > limit else None,
        counts=Counts(**{verdict.value: n for verdict, n in context.feedback.count().items()}),
    )


@router.get(
    "/v1/feedback/export",
    summary="Export feedback as test questions",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}, "description": "JSON lines"}},
)
def export_feedback(context: Writer, review: Review = False) -> Response:
    """Return test questions, one a line: those judged right and never wrong, with the quotes that were cited.

    These questions work already, so they favour what works. With `review` those that a person has to complete first:
    `candidate` says why, `accepted` is false.
    """
    found = context.feedback.all()
    lines = review_lines(to_review(found)) if review else ready_lines(ready(found))
    name = "feedback-to-review.jsonl" if review else "feedback.jsonl"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response("".join(lines), media_type="application/x-ndjson", headers=headers)


@router.delete("/v1/feedback", summary="Remove all feedback")
def clear_feedback(context: Writer) -> Removed:
    """Remove all feedback, so that none of its words is in a file any more; only for who may change documents."""
    return Removed(removed=context.feedback.clear())


def _standing(sent: list[SentCitation], library: Library) -> tuple[CitedPlace, ...]:
    """Return those citations whose spans of a stored text are their quote: what a client says of documents is not believed."""
    places: list[CitedPlace] = []
    for one in sent:
        try:
            document = library.document(one.document_id)
        except NotFound:
            continue
        edges = [edge for span in one.spans for edge in span]
        apart = all(start < end for start, end in one.spans) and edges == sorted(edges)
        if not apart or edges[-1] > len(document.text):
            continue
        if "".join(document.text[start:end] for start, end in one.spans) == one.quote:
            places.append(CitedPlace(document.id, document.file, tuple(one.spans), one.quote))
    return tuple(places)


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise InvalidRequest(
            f"found the cursor {cursor!r}, expected the next_cursor of an earlier page; begin without one"
        )
    return int(cursor)
