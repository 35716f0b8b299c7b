"""Measure retrieval and answers with test questions: read them, judge what is found, compute the field's measures.

A reading tour: `queries` (the project's own form), `reading` (every form: also `sheets` and `topics`), `nearest` (what a
quote that stands nowhere probably meant), `judging` (what counts as relevant), `measures` (Success@k, RR@10, nDCG@10), `runs`
(ask a retriever or a server every question), `collection`, `beir` and `trec` (public forms), `tables` (what is shown).
Of answers: `answers` (is the evidence cited, is refused what must be), `calibration` (is the confidence right as often as
it says), `answer_runs` (ask for them), `answer_tables` (what is shown).
"""
