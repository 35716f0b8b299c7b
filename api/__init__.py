"""HTTP API, reading page and chat page over the question-answering service."""
