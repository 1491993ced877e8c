"""The declarative base, the column types and the recorded interval that tables share."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    inspect,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

DECIMAL_PLACES = 6
_SCALE = 10**DECIMAL_PLACES


class UTCDateTime(TypeDecorator[dt.datetime]):
    """A moment, stored and returned in UTC; naive datetimes are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a naive moment, turn the rest to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Give SQLite's naive result its time zone back, and turn PostgreSQL's to UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal with six places, kept as a whole number of millionths.

    SQLite has no decimal and would make a float of it; an integer is exact everywhere, and
    analytics read it without conversion.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Scale up; a value with more than six places is a mistake of the caller."""
        if value is None:
            return None
        scaled = value * _SCALE
        whole = int(scaled)
        if whole != scaled:
            raise ValueError(f"{value} has more than {DECIMAL_PLACES} decimal places")
        return whole

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Scale down, without trailing zeros."""
        return None if value is None else decimal_of_millionths(value)


def decimal_of_millionths(value: int) -> Decimal:
    """Return the decimal of a whole number of millionths, without trailing zeros."""
    whole, rest = divmod(value, _SCALE)
    return Decimal(whole) if rest == 0 else Decimal(value).scaleb(-DECIMAL_PLACES).normalize()


# PostgreSQL would sort text by its own language rules, SQLite by bytes: both shall do the latter.
_TEXT = {size: String(size).with_variant(String(size, collation="C"), "postgresql")
         for size in (40, 80, 200, 500, 2000)}  # fmt: skip

PrimaryKey = Annotated[
    int,
    # SQLite numbers a plain INTEGER by itself.
    mapped_column(BigInteger().with_variant(Integer(), "sqlite"), Identity(), primary_key=True),
]
Key = Annotated[str, mapped_column(_TEXT[80])]
Code = Annotated[str, mapped_column(_TEXT[40])]
Name = Annotated[str, mapped_column(_TEXT[200])]
Line = Annotated[str, mapped_column(_TEXT[500])]
Paragraph = Annotated[str, mapped_column(_TEXT[2000])]
LongText = Annotated[str, mapped_column(Text())]
Exact = Annotated[Decimal, mapped_column(ExactDecimal())]


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger().with_variant(Integer(), "sqlite"),
        dt.datetime: UTCDateTime(),
        dt.date: Date(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }

    def __repr__(self) -> str:
        """Name the row without loading anything, even from outside its session."""
        identity = inspect(self).identity
        key = ", ".join(map(str, identity)) if identity else "unsaved"
        return f"<{type(self).__name__} {key}>"


class Recorded(MappedAsDataclass, kw_only=True):
    """A fact with the interval in which it was what we knew (the second clock).

    A fact is never changed or deleted: what replaces it closes it and stands beside it. It is
    current while ``superseded_at`` is null. The run columns name the import that brought it and
    the one that closed it.
    """

    recorded_at: Mapped[dt.datetime]
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_run.id"), default=None, index=True
    )
    superseded_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    superseded_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"), default=None)


def unique_while_current(table: str, *columns: str) -> Index:
    """Return an index that lets one fact at a time be current for these columns."""
    current = text("superseded_at IS NULL")
    return Index(
        f"uq_{table}_current",
        *columns,
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
