"""Alembic's entry: run the migrations over the connection that the caller hands in."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from catalog.models import Base


def render_item(kind: str, item: Any, _: object) -> str | Literal[False]:  # noqa: ANN401  Alembic's
    """Write our own column types as what they are in the database: migrations outlive classes."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}" if item.__class__.__module__.startswith("catalog.") else False
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
