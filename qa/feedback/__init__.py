"""What visitors say of answers: kept in a file of its own beside the library, without a trace of who said it."""
