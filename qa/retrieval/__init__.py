"""Find passages: lexical, dense, soft and hybrid behind one `Retriever`.

A reading tour: `query` (what is searched for), `lexical`, `dense`, `soft` (the three legs, rows and scores), `fusion` (how
they are weighed), `retrievers` (the `Retriever` seam), `collapse` (reprints and near-duplicates become one hit),
`explaining` (why a passage has its score, part by part).
"""
