"""Questions answered from a library of newspaper pages, with citations."""
