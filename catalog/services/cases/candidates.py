"""Which synthetic products the demo can apply for."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from catalog.repositories import case_candidates
from catalog.views.cases import Candidate

__all__ = ["Candidate", "candidates", "was_played"]

_MOST = 200


def candidates(connection: Connection, *, first: dt.date, last: dt.date) -> list[Candidate]:
    """Return products whose papers hold on all the days, and products that have none."""
    return case_candidates.candidates(connection, first=first, last=last, limit=_MOST)


def was_played(connection: Connection, organisation: str) -> bool:
    """Tell whether the demo's organisations are there already."""
    return case_candidates.has_organisation(connection, organisation)
