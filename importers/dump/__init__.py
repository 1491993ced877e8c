"""Dumps: everything public as files that others, and our own importers, can read."""
