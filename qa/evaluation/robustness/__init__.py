"""The same questions as people really type them, over the library as it is and as bad scans would have left it.

A reading tour: `typos` and `wordings` (what becomes of a question), `english` (wordings that were written beside the
questions), `damage` (what becomes of a document's text), `copies` (a temporary library of damaged texts), `rows` (the
difference to the clean questions and how sure it is), `suite` (all of it, row by row), `showing` (the table). It measures
and chooses nothing.
"""
