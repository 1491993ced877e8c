"""What the demo's Corps bureau does in public: editions of both lists, and a draw of experts."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from hashlib import blake2b

from catalog.db import Database
from catalog.errors import EditionRefusedError
from catalog.permissions import Actor, Rank, Role
from catalog.rules.draw import Seats
from catalog.rules.periods import CHINA
from catalog.rules.terms import EditionKind
from catalog.sealing import Sealer
from catalog.services import drawing, editions, panel
from catalog.services.drawing import NewDraw
from catalog.services.editions import NewEdition
from catalog.services.panel import NewExpert
from seed_data.demo.cast import CORPS

DAYS = (dt.date(2025, 12, 31), dt.date(2026, 11, 13))
"""As of which days the lists are published, so that the later one shows what changed."""

_EXPERTS = 12
_FIELDS_OF_EACH = 2
_SEATS = 3
_CLERK = Actor(
    name="兵团复核人甲（演示）", role=Role.CORPS_BUREAU, organisation=CORPS, rank=Rank.CLERK
)


def publish_lists(database: Database, *, now: dt.datetime) -> int:
    """Publish each list as of the demo's days that are over; return how many editions."""
    days = [day for day in DAYS if day <= now.astimezone(CHINA).date()]
    published = 0
    for kind in EditionKind:
        for day in days:
            new = NewEdition(kind=kind, as_of=day, note="演示数据")
            # In a small demo nobody may be on a list yet.
            with suppress(EditionRefusedError):
                with database.transaction() as session:
                    editions.publish_edition(session, new, actor=_CLERK, now=now)
                published += 1
    return published


def draw_experts(database: Database, sealer: Sealer, seed: int, *, now: dt.datetime) -> str:
    """Fill the panel, announce a draw and reveal it; return its key, for anyone to verify."""
    secret = blake2b(f"draw:{seed}".encode(), digest_size=32).hexdigest()
    with database.transaction() as session:
        fields = panel.fields(session.connection())
        for number in range(_EXPERTS):
            known = {fields[(number + step) % len(fields)] for step in range(_FIELDS_OF_EACH)}
            new = NewExpert(
                name=f"评审专家{number + 1:02}（演示）",
                employer=f"检测中心{number % 5 + 1}（演示）",
                fields=(*sorted(known), fields[0]),
                since=DAYS[0],
            )
            panel.add_expert(session, new, actor=_CLERK, now=now)
    with database.transaction() as session:
        announced = drawing.announce(
            session,
            sealer,
            NewDraw(title="采信入库复核专家抽取（演示）", seats=(Seats(fields[0], _SEATS),)),
            seed=secret,
            actor=_CLERK,
            now=now,
        )
    with database.transaction() as session:
        drawing.reveal(session, sealer, announced.head.key, actor=_CLERK, now=now)
    return announced.head.key
