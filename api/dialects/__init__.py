"""The requests and responses of programs that exist already, over the same service: one module a dialect."""
