"""Alembic migrations; they ship with the models."""
