"""What a text says about time: expressions found, resolved to days as far as is known, and kept beside its passages."""
