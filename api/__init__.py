"""HTTP API, reading page and question page over the question-answering service."""
