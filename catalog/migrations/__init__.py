"""Alembic migrations; they ship with the models."""

HEAD = "0026"
"""The version that this program needs; a test compares it with the newest migration."""
