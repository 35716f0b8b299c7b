"""Measurements of speed and memory, each against something it can be compared with in the same run."""
