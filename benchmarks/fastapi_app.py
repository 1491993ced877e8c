"""The peer: FastAPI with the SQLAlchemy ORM and Pydantic, as tutorials write it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    mapped_column,
    relationship,
    sessionmaker,
)
from sqlalchemy.schema import ForeignKey

engine = create_engine(
    f"sqlite:///{os.environ['BENCH_DB']}", connect_args={"check_same_thread": False}
)
sessions = sessionmaker(engine)


class Base(DeclarativeBase):
    """Base of the peer's tables."""


class Category(Base):
    """A category."""

    __tablename__ = "category"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]


class Company(Base):
    """A company."""

    __tablename__ = "company"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    name: Mapped[str]


class Product(Base):
    """A product."""

    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    name: Mapped[str]
    brand: Mapped[str | None]
    model: Mapped[str | None]
    scope: Mapped[str | None]
    description: Mapped[str | None]
    is_synthetic: Mapped[bool]
    recorded_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    category: Mapped[Category] = relationship()
    company: Mapped[Company] = relationship()


class CategoryOut(BaseModel):
    """A category as answered."""

    model_config = ConfigDict(from_attributes=True)
    key: str
    name_zh: str
    name_en: str


class CompanyOut(BaseModel):
    """A company as answered."""

    model_config = ConfigDict(from_attributes=True)
    key: str
    name: str


class ProductOut(BaseModel):
    """A product as answered."""

    model_config = ConfigDict(from_attributes=True)
    key: str
    name: str
    brand: str | None
    model: str | None
    scope: str | None
    description: str | None
    category: CategoryOut
    company: CompanyOut
    is_synthetic: bool
    recorded_at: dt.datetime


def session_of_request() -> Iterator[Session]:
    """Yield a session."""
    with sessions() as session:
        yield session


app = FastAPI()
InSession = Annotated[Session, Depends(session_of_request)]
_LOADED = (joinedload(Product.category), joinedload(Product.company))


@app.get("/products/{key}", response_model=ProductOut)
def show(key: str, session: InSession) -> Product:
    """Return one product."""
    product = session.scalar(
        select(Product).options(*_LOADED).where(Product.key == key, Product.withdrawn_at.is_(None))
    )
    if product is None:
        raise HTTPException(404)
    return product


@app.get("/products", response_model=list[ProductOut])
def index(session: InSession, limit: int = 20, offset: int = 0) -> list[Product]:
    """Return one page of products in order of name."""
    found = session.scalars(
        select(Product)
        .options(*_LOADED)
        .where(Product.withdrawn_at.is_(None))
        .order_by(Product.name, Product.id)
        .limit(limit)
        .offset(offset)
    )
    return list(found)
