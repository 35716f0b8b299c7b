"""Make test questions over HTTP: /v1/testing/drafts and /v1/testing/questions, for those who may change documents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response

from api.errors import error_response
from api.guard import may_write
from api.json_route import JsonRoute
from api.schemas import Question
from api.testing_schemas import (
    Counts,
    Draft,
    DraftChange,
    DraftList,
    DraftRequest,
    Form,
    JudgedList,
    JudgedQuestion,
    JudgementRequest,
    QuestionRequest,
)
from api.validation import Detail
from qa.language_model import language_model_of
from qa.service import Service
from qa.settings import Settings
from qa.testing import exporting
from qa.testing.making import QuestionMaker
from qa.testing.placing import QuoteNotFound
from qa.testing.records import State
from qa.testing.sentences import Tagger
from qa.testing.store import MOST_DRAFTS, TestingStore
from qa.testing.trec import trec_of
from qa.words import WordCutter

router = APIRouter(route_class=JsonRoute, tags=["make test questions"])
MOST_SHOWN = 100
Limit = Annotated[int, Query(ge=1, le=MOST_SHOWN)]
Offset = Annotated[int, Query(ge=0, le=MOST_DRAFTS)]
_FILES = {
    "queries": ("test-queries.jsonl", "application/x-ndjson"),
    "qrels": ("qrels.txt", "text/plain; charset=utf-8"),
    "topics": ("topics.tsv", "text/tab-separated-values; charset=utf-8"),
    "csv": ("test-queries.csv", "text/csv; charset=utf-8"),
    "xlsx": ("test-queries.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}

UNANSWERED, ASTRAY = "x-left-out-without-answer", "x-quotes-not-found"
_LEFT_OUT_DESCRIBED = {
    UNANSWERED: {
        "description": "questions left out of qrels and topics, because no passage was found relevant",
        "schema": {"type": "integer"},
    },
    ASTRAY: {
        "description": "accepted drafts whose quote stands in no passage now, so that qrels lack it",
        "schema": {"type": "integer"},
    },
}


def install(app: FastAPI, service: Service, settings: Settings) -> None:
    """Give the application what makes test questions; nothing is read or asked yet."""
    store = TestingStore(settings.data_path)
    tag = Tagger(WordCutter.of(settings.user_dictionary))
    app.state.maker = QuestionMaker(service.library, store, tag, language_model_of(settings))


def _maker(request: Request) -> QuestionMaker:
    """Return what makes test questions; raise `Unauthorized` or `Forbidden` for who may not."""
    may_write(request)
    maker = request.app.state.maker
    if not isinstance(maker, QuestionMaker):
        raise TypeError(f"found {type(maker).__name__}, expected QuestionMaker; use create_app")
    return maker


Maker = Annotated[QuestionMaker, Depends(_maker)]


@router.get("/v1/testing/drafts", summary="List drafts of test questions")
def list_drafts(maker: Maker, state: State | None = None, limit: Limit = 20, offset: Offset = 0) -> DraftList:
    """Return drafts in the order in which they were proposed, all or those of one state."""
    drafts = maker.store.drafts(state, limit=limit, offset=offset)
    return _listed(maker, [Draft.of(draft, maker.place_of(draft)) for draft in drafts])


@router.post("/v1/testing/drafts", summary="Propose further test questions")
def propose_drafts(request: DraftRequest, maker: Maker) -> DraftList:
    """Propose questions unlike those there are, keep them and return them; fewer when the documents give no more.

    With a language model set it proposes them, for up to a minute; else rules do.
    """
    added = maker.propose(request.count, request.document_ids)
    return _listed(maker, [Draft.of(draft, maker.place_of(draft)) for draft in added])


@router.patch("/v1/testing/drafts/{draft_id}", summary="Correct, accept or reject a draft", response_model=Draft)
def change_draft(draft_id: str, change: DraftChange, maker: Maker, request: Request) -> Draft | Response:
    """Change what is given. A quote that does not stand in the document is 422, with the nearest text in `details`."""
    try:
        draft = maker.change(draft_id, change.fields(), change.state, change.note)
    except QuoteNotFound as fault:
        detail = Detail("quote", "words that do not stand in the document", fault.near)
        return error_response(request.scope, 422, fault.code, str(fault), [detail])
    return Draft.of(draft, maker.place_of(draft))


@router.get("/v1/testing/questions", summary="List what was judged")
def list_questions(
    maker: Maker, question: Annotated[Question | None, Query()] = None, limit: Limit = 20, offset: Offset = 0
) -> JudgedList:
    """Return the judged questions, the latest first, or the one with the same words as `question`."""
    if question is None:
        found = maker.store.judged()[::-1]
    else:
        one = maker.judged(question)
        found = [] if one is None else [one]
    following, left = maker.next_question()
    shown = [JudgedQuestion.of(one) for one in found[offset : offset + limit]]
    return JudgedList(questions=shown, total=len(found), next=following, left=left)


@router.put("/v1/testing/questions", summary="Say that nothing answers a question")
def mark_question(request: QuestionRequest, maker: Maker) -> JudgedQuestion:
    """Keep that no passage answers a question, or take that back; passages judged relevant become not relevant."""
    return JudgedQuestion.of(maker.mark_unanswerable(request.question, unanswerable=request.unanswerable))


@router.delete("/v1/testing/questions/{question_id}", summary="Forget a judged question", status_code=204)
def forget_question(question_id: str, maker: Maker) -> None:
    """Forget a question with all that was said of passages for it."""
    maker.store.forget(question_id)


@router.put("/v1/testing/judgements", summary="Judge a passage")
def judge_passage(request: JudgementRequest, maker: Maker) -> JudgedQuestion:
    """Keep what a person says of a passage for a question; it takes the place of what was said of it before."""
    return JudgedQuestion.of(maker.judge(request.question, request.passage_id, request.grade))


@router.delete("/v1/testing/judgements/{question_id}/{passage_id}", summary="Take back a judgement", status_code=204)
def take_back(question_id: str, passage_id: str, maker: Maker) -> None:
    """Forget what was said of a passage for a question."""
    maker.store.take_back(question_id, passage_id)


@router.get(
    "/v1/testing/export",
    summary="Download what was made",
    response_class=Response,
    responses={
        200: {"content": {"application/x-ndjson": {}, "text/plain": {}, "text/csv": {}}, "headers": _LEFT_OUT_DESCRIBED}
    },
)
def export(maker: Maker, form: Form = "queries") -> Response:
    """Return accepted drafts and judged questions as test queries (JSON lines, CSV, XLSX), or as TREC qrels and topics.

    Qrels and topics hold the questions that a passage answers at least partly; the headers say how many others there are.
    """
    name, media_type = _FILES[form]
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    accepted, judged = maker.store.drafts(State.ACCEPTED), maker.store.judged()
    if form in ("qrels", "topics"):
        made = trec_of(maker.library, accepted, judged)
        headers |= {UNANSWERED: str(made.unanswered), ASTRAY: str(made.astray)}
        content = (made.qrels() if form == "qrels" else made.topic_lines()).encode()
    else:
        queries = exporting.queries_made(accepted, judged)
        lines = form == "queries"
        content = (
            exporting.json_lines(queries).encode() if lines else exporting.sheet(f".{form}", queries, accepted=True)
        )
    return Response(content, media_type=media_type, headers=headers)


def _listed(maker: QuestionMaker, drafts: list[Draft]) -> DraftList:
    counts = {state.value: count for state, count in maker.store.counts().items()}
    model = None if maker.model is None else maker.model.name
    return DraftList(drafts=drafts, counts=Counts(**counts), model=model)
