"""Put the demo's surveillance visits and spot checks on record, as a bureau would."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from catalog.services import inspections
from catalog.services.inspections import Finding
from cli.house import clock, operator
from cli.progress import bar

if TYPE_CHECKING:
    from catalog.db import Database


def load_inspections(database: Database, *, products: int, seed: int, today: dt.date) -> None:
    """Record the inspections, unless any is on record already."""
    from seed_data import demo  # noqa: PLC0415  Only the demo needs its word lists.

    now, actor = clock(), operator()
    with database.reading() as connection:
        if inspections.are_any(connection):
            return
    with bar("抽查", "inspections", None) as show, database.transaction() as session:
        done = 0
        for visit in demo.generate_visits(seed, products, today):
            finding = Finding(visit.on, visit.is_passed, demo.SOURCE)
            inspections.record_visit(session, visit.of, finding, actor=actor, now=now)
            done += 1
            show(done)
        for check in demo.generate_checks(seed, products, today):
            finding = Finding(check.on, check.is_passed, demo.SOURCE)
            inspections.record_check(
                session, check.of, finding, authority=demo.AUTHORITY, actor=actor, now=now
            )
            done += 1
            show(done)
