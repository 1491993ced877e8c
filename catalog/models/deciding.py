"""What people decided while importing, remembered for the next file."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key, LongText, Name, Paragraph, PrimaryKey
from catalog.records import Kind


class ColumnMapping(Base, kw_only=True):
    """How a sender's columns are to be read; ``header`` is the hash of the header's words.

    ``columns`` is JSON: each of our fields and the header that names it in this sender's files. An
    earlier mapping of the same header stays on record, superseded.
    """

    __tablename__ = "column_mapping"
    __table_args__ = (
        Index(
            "uq_column_mapping_current",
            "sender",
            "kind",
            "header",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    sender: Mapped[Name]
    kind: Mapped[Kind]
    header: Mapped[Key]
    columns: Mapped[LongText]
    actor: Mapped[Name]
    decided_at: Mapped[dt.datetime]
    superseded_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class LineDecision(Base, kw_only=True):
    """What a person took a line's words to mean; null means that it was left open.

    ``signature`` is the hash of the line's name, specification and unit in normal form; the three
    are kept as written beside it. An earlier decision stays on record, superseded.
    """

    __tablename__ = "line_decision"
    __table_args__ = (
        Index(
            "uq_line_decision_current",
            "signature",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

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
    superseded_at: Mapped[dt.datetime | None] = mapped_column(default=None)
