"""What the page and the API do with drafts and judgements: one service over the library and the file of what was made."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from qa.errors import Conflict, InvalidRequest, NotFound
from qa.language_model import LanguageModel
from qa.library import Library
from qa.testing.drafting import lang_of
from qa.testing.placing import Place, longest_piece, place
from qa.testing.proposing import propose_questions
from qa.testing.records import Draft, JudgedQuestion, Judgement, Proposal, State
from qa.testing.sentences import Tagger
from qa.testing.store import TestingStore, question_id, today

MOST_AT_ONCE = 10
_SECONDS = 60.0  # after which the model is asked about no further passage


class QuestionMaker:
    """Propose, correct and judge test questions; safe to use from several threads."""

    def __init__(self, library: Library, store: TestingStore, tag: Tagger, model: LanguageModel | None) -> None:
        self.library, self.store, self.model = library, store, model
        self._tag = tag
        self._drafting = threading.Lock()

    def propose(self, count: int, document_ids: Sequence[str] = ()) -> list[Draft]:
        """Keep up to `count` new drafts and return them, none when the documents give no more.

        Raises `Conflict` while others are being made, `NotFound` for a document, `LanguageModelError`.
        """
        for id_ in document_ids:
            if not self.library.has(id_):
                raise NotFound(f"no document has the id {id_!r}; list the documents to see those that exist")
        if not self._drafting.acquire(blocking=False):
            raise Conflict(
                "found drafts that are being made at this moment, expected none; try again when they are there"
            )
        try:
            known = [draft.proposal.question for draft in self.store.drafts()]
            proposals = propose_questions(
                self.library,
                count,
                tag=self._tag,
                model=self.model,
                document_ids=document_ids,
                known=known,
                seed=len(known),
                seconds=_SECONDS,
            )
            return self.store.add(proposals)
        finally:
            self._drafting.release()

    def place_of(self, draft: Draft) -> Place | None:
        """Return where a draft's quote stands; None for one without a quote, or whose document is gone or another now."""
        if not draft.proposal.quote:
            return None
        try:
            return place(self.library, draft.proposal.document_id, draft.proposal.quote)
        except (NotFound, InvalidRequest):
            return None

    def change(
        self, id_: str, changes: dict[str, str | bool], state: State | None = None, note: str | None = None
    ) -> Draft:
        """Correct fields of a draft's proposal, accept or reject it.

        Raises `QuoteNotFound` when it is answerable and its quote does not stand in the document: for a change of quote, and
        for accepting one whose document was changed.
        """
        old = self.store.draft(id_).proposal
        new = replace(old, **changes)  # type: ignore[arg-type]  # the names and types are the caller's to check
        if "question" in changes:
            new = replace(new, lang=lang_of(new.question))
        if new.answerable and (new.quote != old.quote or not old.answerable or state is State.ACCEPTED):
            new = replace(new, quote=self._printed(new))
        return self.store.change(id_, proposal=new if new != old else None, state=state, note=note)

    def _printed(self, proposal: Proposal) -> str:
        if not proposal.quote.strip():
            raise InvalidRequest("found no quote, expected the words of the document that answer; or say that none do")
        return place(self.library, proposal.document_id, proposal.quote).quote

    def judge(self, question: str, passage_id: str, grade: int) -> JudgedQuestion:
        """Keep what a person says of a passage for a question; raise `NotFound` for a passage that is not there."""
        with self.library.snapshot():
            passage = self.library.passage(passage_id)
            document = self.library.document(passage.document_id)
        quote = longest_piece(document.text, passage)
        id_ = self._id_of(question)
        judgement = Judgement(
            id_, question, passage.id, document.id, document.file, passage.spans, quote, grade, today()
        )
        self.store.judge(judgement, lang_of(question))
        return self.store.judged_question(id_)

    def mark_unanswerable(self, question: str, *, unanswerable: bool) -> JudgedQuestion:
        """Keep that no passage answers a question, or take that back."""
        return self.store.mark_unanswerable(
            self._id_of(question), question, lang_of(question), unanswerable=unanswerable
        )

    def judged(self, question: str) -> JudgedQuestion | None:
        """Return what was judged for a question, None when nothing was."""
        return next(iter(self.store.judged(self._id_of(question))), None)

    def next_question(self) -> tuple[str | None, int]:
        """Return the first accepted question for which nothing was judged, and how many of those there are."""
        done = {one.id for one in self.store.judged()}
        left = [draft for draft in self.store.drafts(State.ACCEPTED) if draft.id not in done]
        return (left[0].proposal.question if left else None), len(left)

    def _id_of(self, question: str) -> str:
        """Return the id of a question: its draft's, where a draft asks the same (whose words may have been corrected)."""
        own = question_id(question)
        same = (d.id for d in self.store.drafts(State.ACCEPTED) if question_id(d.proposal.question) == own)
        return next(same, own)
