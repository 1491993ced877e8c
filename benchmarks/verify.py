"""Verify 1,000 certificate numbers in a store of 100,000, one in twenty of them with a slip."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from benchmarks.report import show
from catalog import audit
from catalog.db import Database
from catalog.models.certificate import Certificate, CertificateVersion, CertificationBody
from catalog.services.migrating import migrate
from catalog.services.verifying import verify

CERTIFICATES = 100_000
NUMBERS = 1_000
SLIPS = 50
RUNS = 5
_NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
_DAY = dt.date(2026, 6, 1)


def fill(database: Database) -> list[str]:
    """Write the certificates, and return their numbers."""
    numbers = [f"CTC-{2020 + n % 6}-GBM-{n:07}" for n in range(CERTIFICATES)]
    with database.engine.begin() as connection:
        audit.waive(connection)
        connection.execute(insert(CertificationBody), [{"key": "body", "name": "示例认证中心"}])
        connection.execute(
            insert(Certificate),
            [
                {
                    "key": f"c{n}",
                    "body_id": 1,
                    "number": number,
                    "number_normal": number,
                    "is_synthetic": True,
                    "recorded_at": _NOW,
                }
                for n, number in enumerate(numbers)
            ],
        )
        connection.execute(
            insert(CertificateVersion),
            [
                {
                    "certificate_id": n + 1,
                    "effective_on": dt.date(2024, 1, 1),
                    "valid_from": dt.date(2024, 1, 1),
                    "valid_to": dt.date(2028, 12, 31),
                    "star": 2,
                    "source": "benchmark",
                    "recorded_at": _NOW,
                }
                for n in range(CERTIFICATES)
            ],
        )
    return numbers


def main() -> None:
    """Print the processor time of one list."""
    drawn = random.Random(1)  # noqa: S311  The same list every time; nothing is secret.
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'verify.db'}")
        migrate(database)
        asked = drawn.sample(fill(database), NUMBERS)
        asked[:SLIPS] = [number.replace("GBM", "GMB") for number in asked[:SLIPS]]
        spent = []
        with database.reading() as connection:
            for _ in range(RUNS):
                start = time.process_time()
                found = verify(connection, asked, on=_DAY)
                spent.append(time.process_time() - start)
        database.close()
    near = sum(1 for item in found.items if item.near)
    show(
        "verify",
        ["certificates", "numbers", "found by a slip", "processor seconds (at most 0.5)"],
        [[CERTIFICATES, NUMBERS, near, round(min(spent), 3)]],
    )


if __name__ == "__main__":
    main()
