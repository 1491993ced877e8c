"""Readers: a file in, records and issues out; no database in sight."""
