"""Make test questions: propose them from documents, let a person accept or correct them, keep what a person judged.

A reading tour: `records` (drafts and judgements), `sentences` (a sentence cut into clauses and words), `facts` (what in it
can be asked for), `wording` (the question), `english` (the same for English), `drafting` (choose few and spread them),
`model_drafts` (let a language model propose), `proposing` (the best way that there is), `placing` (where a quote stands in
its document, or nearly stands), `rows` and `store` (keep it all), `making` (what the page does with it), `exporting` (test
queries, sheets), `trec` (qrels and topics).
"""
