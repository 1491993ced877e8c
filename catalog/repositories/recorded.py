"""How much was on record at a moment: it changes where something is recorded as known before."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from catalog.models.audit import AuditEntry
from catalog.models.base import UTCDateTime
from catalog.models.result import Result
from catalog.views.published import OnRecord

_AT = bindparam("at", type_=UTCDateTime())
_COUNTS: Select[*tuple[Any, ...]] = select(
    select(func.count()).where(AuditEntry.at <= _AT).scalar_subquery(),
    select(func.count()).where(Result.computed_at <= _AT).scalar_subquery(),
    select(func.count()).where(Result.superseded_at <= _AT).scalar_subquery(),
)


def on_record(connection: Connection, at: dt.datetime) -> OnRecord:
    """Return how many changes, results and results that were replaced are dated until then."""
    return OnRecord(*connection.execute(_COUNTS, {"at": at}).one())
