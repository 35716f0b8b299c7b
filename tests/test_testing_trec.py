"""Qrels and topics count as the JSON lines do: accepted drafts are in them, what nothing answers is left out and counted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support import GOLDEN, GOLDEN_SENTENCE, Keeper
from test_testing_store import JUDGED, PROPOSAL

from qa.records import PassageRecord
from qa.testing.records import Judgement, Proposal, State
from qa.testing.store import TestingStore, question_id
from qa.testing.trec import Trec, trec_of


@pytest.fixture
def store(keeper: Keeper) -> TestingStore:
    return TestingStore(keeper.data_dir)


@pytest.fixture
def golden(keeper: Keeper) -> PassageRecord:
    """The passage that holds the quote."""
    passages = (p for d in keeper.library.facts() for p in keeper.library.passages(d.id))
    return next(p for p in passages if GOLDEN_SENTENCE in p.text)


@pytest.fixture
def proposal(keeper: Keeper, golden: PassageRecord) -> Proposal:
    file = keeper.library.document(golden.document_id).file
    return replace(PROPOSAL, question=GOLDEN, document_id=golden.document_id, file=file, quote=GOLDEN_SENTENCE)


def accept(store: TestingStore, *proposals: Proposal) -> None:
    for draft in store.add(proposals):
        store.change(draft.id, state=State.ACCEPTED)


def made(keeper: Keeper, store: TestingStore) -> Trec:
    return trec_of(keeper.library, store.drafts(State.ACCEPTED), store.judged())


def judgement(question: str, passage_id: str, grade: int) -> Judgement:
    named = replace(JUDGED, question_id=question_id(question), question=question, quote=passage_id)
    return replace(named, passage_id=passage_id, grade=grade)


def test_an_accepted_draft_has_the_passage_of_its_quote(
    keeper: Keeper, store: TestingStore, golden: PassageRecord, proposal: Proposal
) -> None:
    accept(store, proposal)
    store.add([replace(proposal, question="没人看过的问题?")])
    found = made(keeper, store)
    assert found.qrels() == f"{question_id(GOLDEN)} 0 {golden.id} 2\n"
    assert found.topic_lines() == f"{question_id(GOLDEN)}\t{GOLDEN}\n"
    assert (found.unanswered, found.astray) == (0, 0)


def test_what_was_judged_of_a_draft_adds_to_it_and_never_takes_its_quote_away(
    keeper: Keeper, store: TestingStore, golden: PassageRecord, proposal: Proposal
) -> None:
    accept(store, proposal)
    for passage_id, grade in ((golden.id, 0), ("p1", 3), ("p2", 0)):
        store.judge(judgement(GOLDEN, passage_id, grade), "zh")
    (topic,) = made(keeper, store).topics
    assert topic.grades == {golden.id: 2, "p1": 3, "p2": 0}


def test_what_no_passage_answers_is_left_out_and_counted(
    keeper: Keeper, store: TestingStore, proposal: Proposal
) -> None:
    accept(store, replace(proposal, question="其实没有答案?", answerable=False))
    store.mark_unanswerable(question_id("没有答案的?"), "没有答案的?", "zh", unanswerable=True)
    store.judge(judgement("只有错的?", "p1", 0), "zh")
    store.judge(judgement("有\t一半?", "p1", 1), "zh")
    found = made(keeper, store)
    assert found.topic_lines() == f"{question_id('有 一半?')}\t有 一半?\n"
    assert found.qrels() == f"{question_id('有 一半?')} 0 p1 1\n"
    assert (found.unanswered, found.astray) == (3, 0)


def test_a_draft_whose_quote_stands_nowhere_any_more_is_counted(
    keeper: Keeper, store: TestingStore, proposal: Proposal
) -> None:
    gone = replace(proposal, question="文件没了?", document_id="d0")
    accept(store, replace(proposal, quote="这句话从未印过,哪里也没有"), gone)
    store.judge(judgement("文件没了?", "p1", 2), "zh")
    found = made(keeper, store)
    assert [topic.question for topic in found.topics] == ["文件没了?"]
    assert (found.unanswered, found.astray) == (0, 2)
