"""Tables, one module per family; import this package to know them all."""

from sqlalchemy import Index

from catalog.models import (
    account,
    adoption,
    audit,
    certificate,
    company,
    cube,
    deciding,
    division,
    edition,
    epd,
    evidence,
    finding,
    importing,
    inspection,
    notice,
    outbox,
    panel,
    policy,
    product,
    project,
    published,
    report,
    result,
    revision,
    rulebook,
    saved_search,
    taxonomy,
    usage,
)
from catalog.models.base import Base, Recorded

for _fact in Recorded.__subclasses__():
    # An undo asks what a run closed. Few facts are ever closed: only those are in the index.
    _column = _fact.__table__.c.superseded_run_id  # type: ignore[attr-defined]  # Each is mapped.
    Index(
        None,
        _column,
        sqlite_where=_column.is_not(None),
        postgresql_where=_column.is_not(None),
    )

__all__ = [
    "Base",
    "account",
    "adoption",
    "audit",
    "certificate",
    "company",
    "cube",
    "deciding",
    "division",
    "edition",
    "epd",
    "evidence",
    "finding",
    "importing",
    "inspection",
    "notice",
    "outbox",
    "panel",
    "policy",
    "product",
    "project",
    "published",
    "report",
    "result",
    "revision",
    "rulebook",
    "saved_search",
    "taxonomy",
    "usage",
]
