"""Checks across projects: what does not fit together, listed with its evidence for a person."""
