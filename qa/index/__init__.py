"""The index: derived from the library, kept in immutable segments, made current by one atomic rename."""
