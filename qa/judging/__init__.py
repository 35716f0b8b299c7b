"""Judge whether the passages that were found answer a question, and which of their statements do."""
