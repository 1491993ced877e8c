"""What people decided while importing, remembered for the next file of the same organisation."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key, LongText, Name, Paragraph, PrimaryKey
from catalog.records import Kind


def _counts_once(table: str, *columns: str) -> tuple[Index, Index]:
    """Return what lets one of each count at a time: of what is shared, and of an organisation's."""
    shared = text("superseded_at IS NULL AND organisation_id IS NULL")
    own = text("superseded_at IS NULL AND organisation_id IS NOT NULL")
    return (
        Index(
            f"uq_{table}_shared", *columns, unique=True, sqlite_where=shared,
            postgresql_where=shared,
        ),
        Index(
            f"uq_{table}_own", "organisation_id", *columns, unique=True, sqlite_where=own,
            postgresql_where=own,
        ),
    )  # fmt: skip


class ColumnMapping(Base, kw_only=True):
    """How a sender's columns are to be read; ``header`` is the hash of the header's words.

    ``columns`` is JSON: each of our fields and the header that names it in this sender's files. An
    earlier mapping of the same header stays on record, superseded. ``organisation_id`` is whose
    files are read so, null where everybody's are.
    """

    __tablename__ = "column_mapping"
    __table_args__ = _counts_once("column_mapping", "sender", "kind", "header")

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    sender: Mapped[Name]
    kind: Mapped[Kind]
    header: Mapped[Key]
    columns: Mapped[LongText]
    actor: Mapped[Name]
    decided_at: Mapped[dt.datetime]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), default=None)
    superseded_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class LineDecision(Base, kw_only=True):
    """What a person took a line's words to mean; null means that it was left open.

    ``signature`` is the hash of the line's name, specification and unit in normal form; the three
    are kept as written beside it. An earlier decision stays on record, superseded.
    ``organisation_id`` is the owner for whose lines it counts, null where it does for everybody's.
    """

    __tablename__ = "line_decision"
    __table_args__ = _counts_once("line_decision", "signature")

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    signature: Mapped[Key]
    name: Mapped[Name]
    specification: Mapped[Paragraph | None]
    unit: Mapped[Key]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    place: Mapped[Key | None]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    is_material: Mapped[bool]
    actor: Mapped[Name]
    decided_at: Mapped[dt.datetime]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), default=None)
    superseded_at: Mapped[dt.datetime | None] = mapped_column(default=None)
