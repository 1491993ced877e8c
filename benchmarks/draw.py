"""A draw from a large panel: order and seats, and the proof repeated."""

from __future__ import annotations

import hashlib
import time

from benchmarks.report import show
from catalog.rules.draw import (
    ALGORITHM,
    DrawRecord,
    Member,
    Party,
    Seats,
    barred_by_employer,
    commitment_of,
    draw,
    order_of,
    panel_hash_of,
    verify,
)

_FIELDS = tuple(f"field-{n}" for n in range(7))
_PARTIES = tuple(Party(name=f"企业{n}有限公司") for n in range(20))
_ALLOWED_SECONDS = 1.0


def _drawn(size: int, seats: int) -> DrawRecord:
    """Return a revealed draw from a panel of this size."""
    panel = tuple(
        Member(
            key=hashlib.sha256(str(n).encode()).hexdigest()[:16],
            name=f"专家{n}",
            employer=f"单位{n}设计研究院",
            employer_code=None,
            fields=(_FIELDS[n % 7], _FIELDS[n % 3]),
        )
        for n in range(size)
    )
    wanted = tuple(Seats(field, seats) for field in _FIELDS)
    seed = hashlib.sha256(b"benchmark").hexdigest()
    fields = {m.key: m.fields for m in panel if barred_by_employer(m, _PARTIES) is None}
    order = order_of(seed, "7", fields)
    return DrawRecord(
        algorithm=ALGORITHM, key="2026-0001", title="", announced_at="", announced_by="",
        cases=(), parties=_PARTIES, seats=wanted, commitment=commitment_of(seed),
        panel_hash=panel_hash_of(panel), panel_size=size, public_source="", seed=seed,
        public_value="7", panel=panel, order=order, drawn=draw(order, fields, wanted),
    )  # fmt: skip


def main() -> None:
    """Draw and verify, and print the seconds of the processor that each takes."""
    rows = []
    for size, seats in ((300, 5), (3_000, 9), (30_000, 9)):
        began = time.process_time()
        record = _drawn(size, seats)
        between = time.process_time()
        flaws = verify(record)
        ended = time.process_time()
        spent = ended - began
        is_met = not flaws and spent <= _ALLOWED_SECONDS
        rows.append([f"{size:,} experts, {7 * seats} seats", between - began, ended - between,
                     "yes" if is_met else "no"])  # fmt: skip
    show("Draw: experts drawn, and the proof repeated", ["panel", "draw s", "verify s", "≤ 1 s"],
         rows)  # fmt: skip


if __name__ == "__main__":
    main()
