"""Turn passages into an answer; `answerer` is the seam, `extractive` answers with verbatim sentences."""
