"""What the demo's Corps bureau does in public: papers opened, lists published, experts drawn."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from hashlib import blake2b

from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import EditionRefusedError
from catalog.permissions import Actor, Rank, Role
from catalog.rules.draw import Seats
from catalog.rules.periods import CHINA
from catalog.rules.terms import EditionKind
from catalog.sealing import Sealer
from catalog.services import drawing, editions, evidence, panel
from catalog.services.cases import reading
from catalog.services.drawing import NewDraw
from catalog.services.editions import NewEdition
from catalog.services.panel import NewExpert
from seed_data.demo.cast import CORPS

DAYS = (dt.date(2025, 12, 31), dt.date(2026, 11, 13))
"""As of which days the lists are published, so that the later one shows what changed."""

PUBLIC_PAPERS = frozenset({"certificate", "type-test-report", "demand-standard-report"})
"""The kinds of papers that anyone may open once their product is adopted."""

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


def open_papers(session: Session, case: str, *, actor: Actor, now: dt.datetime) -> None:
    """Let anyone open what an adoption stands on: the certificate, or the reports."""
    for paper in reading.get_case(session.connection(), case, actor, on=now.date()).evidence:
        if paper.kind in PUBLIC_PAPERS:
            evidence.set_public(
                session,
                paper.evidence,
                is_public=True,
                reason="采信依据向社会公开（演示）",
                actor=actor,
                now=now,
            )


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
