"""Use cases: verbs of the trade, and the only code that changes data."""
