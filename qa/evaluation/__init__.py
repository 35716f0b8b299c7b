"""Measure search and answers with test questions: read them, ask, judge, measure, compare, report, hold a gate.

A reading tour. Questions: `queries` (the project's own form), `reading` (every form: also `sheets` and `topics`), `beir`,
`shelf`, `nearest` and `gaps` (what a quote that stands nowhere probably meant). Judging: `judging` (what counts as relevant),
`measures` (ir-measures), `ranks`. Asking: `contenders` (what is compared), `corpora` (where it is asked: `library_corpus`,
`server_corpus`, `beir_corpus` with `indexing`), `runs`, `asking`, `side_by_side` (in several processes). What follows:
`statistics`, `comparing`, `speed`, `saved` and `trec` (runs on disk), `tables` (on a terminal), `gathering`, `content` and
`report` (the page), `gate_file`, `gate` and `junit`, `robustness`.
Of answers: `answers` (is the evidence cited, is refused what must be), `calibration` (is the confidence right as often as
it says), `answer_runs` (ask for them), `answer_tables` (what is shown).
"""
