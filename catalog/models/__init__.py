"""Tables, one module per family; import this package to know them all."""

from catalog.models import (
    certificate,
    company,
    division,
    importing,
    outbox,
    product,
    project,
    result,
    revision,
    rulebook,
    taxonomy,
    usage,
)
from catalog.models.base import Base

__all__ = [
    "Base",
    "certificate",
    "company",
    "division",
    "importing",
    "outbox",
    "product",
    "project",
    "result",
    "revision",
    "rulebook",
    "taxonomy",
    "usage",
]
