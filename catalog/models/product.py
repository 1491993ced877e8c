"""Products."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Key, Line, LongText, Name, PrimaryKey


class Product(Base, kw_only=True):
    """A product as its maker names it; its earlier states are kept in ``revision``.

    ``key`` is made from company, name and model when the product first comes in, and stays.
    ``declared`` is the JSON of the factors its maker declares (``catalog.rules.units.Declared``).
    """

    __tablename__ = "product"
    __table_args__ = (
        # The order in which listed products are browsed.
        Index(
            "ix_product_listed",
            "name",
            "id",
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    name: Mapped[Name]
    brand: Mapped[Name | None]
    model: Mapped[Line | None]
    scope: Mapped[Line | None]
    description: Mapped[LongText | None]
    declared: Mapped[LongText | None] = mapped_column(default=None)
    source: Mapped[Name]
    is_synthetic: Mapped[bool]
    recorded_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)

    @property
    def indexed_product_id(self) -> int:
        """Whose search document a change to this row makes stale."""
        return self.id
