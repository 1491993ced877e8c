"""Draw experts: announce with a sealed seed, reveal it later, and let anyone repeat the draw."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import DrawRefusedError
from catalog.models.panel import Draw
from catalog.permissions import Action, Actor, ensure, office_of
from catalog.repositories import bulk, panel
from catalog.rules.draw import (
    ALGORITHM,
    DrawRecord,
    Member,
    Seats,
    commitment_of,
    draw,
    order_of,
    panel_hash_of,
    verify,
)
from catalog.rules.periods import CHINA
from catalog.rules.publication import canonical
from catalog.sealing import SealBrokenError, Sealer
from catalog.services.audit import record
from catalog.services.eligible import excluded_of, free_of, members_on, parties_of, seats_of
from catalog.views.panel import DrawPage, DrawView

_TABLE = bulk.table_of(Draw)


class NewDraw(msgspec.Struct, frozen=True, kw_only=True):
    """What experts are drawn for: cases by number, and further companies that it concerns.

    Whoever keeps a seed of their own gives its ``commitment``, and the seed at the reveal.
    """

    title: str
    seats: tuple[Seats, ...]
    cases: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    public_source: str | None = None
    commitment: str | None = None


def announce(
    session: Session, sealer: Sealer, new: NewDraw, *, seed: str, actor: Actor, now: dt.datetime
) -> DrawView:
    """Publish that experts will be drawn, with the hashes of the seed and of today's panel.

    ``seed`` is fresh and secret; it is kept sealed, unless the announcer keeps one.

    Raises:
        PermissionDeniedError: The actor may not draw experts.
        DrawRefusedError: Nothing is to be drawn, a case or a field is none of ours, or the seed
            was used before.
        TooFewExpertsError: The panel of the day cannot fill the seats.
    """
    ensure(actor, Action.DRAW_EXPERTS)
    bulk.take_turns(session)
    connection = session.connection()
    members = members_on(connection, now.astimezone(CHINA).date())
    content = DrawRecord(
        algorithm=ALGORITHM,
        key=f"{now.year}-{panel.draws_of_year(connection, now.year) + 1:04d}",
        title=new.title,
        announced_at=now.isoformat(),
        announced_by=office_of(actor.name),
        cases=tuple(sorted(set(new.cases))),
        parties=parties_of(connection, new.cases, new.parties),
        seats=seats_of(connection, new.seats),
        commitment=new.commitment or commitment_of(seed),
        panel_hash=panel_hash_of(members),
        panel_size=len(members),
        public_source=new.public_source or None,
    )
    # Whether the seats can be filled does not hang on the seed, so any order tells.
    free = free_of(members, excluded_of(connection, members, content.parties))
    draw(sorted(free), free, content.seats)
    row = {
        "key": content.key,
        "title": content.title,
        "commitment": content.commitment,
        "panel_hash": content.panel_hash,
        "panel": canonical(members).decode(),
        "content": canonical(content).decode(),
        "announced_at": now,
        "announced_by": actor.name,
        "sealed_seed": None if new.commitment else sealer.seal(seed),
    }
    if panel.is_committed(connection, content.commitment):
        raise DrawRefusedError(
            reason_zh="这个种子已用过，请另取一个", reason_en="that seed was used before"
        )
    bulk.insert_mappings(session, _TABLE, [row])
    record(
        session,
        actor,
        action=Action.DRAW_EXPERTS,
        thing="draw",
        key=content.key,
        now=now,
        after={name: row[name] for name in ("title", "commitment", "panel_hash", "content")},
    )
    return get_draw(connection, content.key)


def reveal(
    session: Session,
    sealer: Sealer,
    key: str,
    *,
    seed: str | None = None,
    public_value: str | None = None,
    actor: Actor,
    now: dt.datetime,
) -> DrawView:
    """Open the seed and draw; interests that were declared meanwhile bar as well.

    Raises:
        PermissionDeniedError: The actor may not draw experts.
        DrawNotFoundError: There is no such draw.
        DrawRefusedError: It was revealed or voided, the seed is not the announced one, or the
            announced public number is missing.
        TooFewExpertsError: Interests that were declared meanwhile leave too few experts.
    """
    ensure(actor, Action.DRAW_EXPERTS)
    bulk.take_turns(session)
    connection = session.connection()
    row = panel.draw_row(connection, key)
    if row.revealed_at is not None or row.voided_at is not None:
        raise DrawRefusedError(
            reason_zh="它已经揭晓或作废", reason_en="it was revealed or voided before"
        )
    announced = msgspec.json.decode(row.content, type=DrawRecord)
    opened = _seed(sealer, announced, seed, row.sealed_seed)
    value = (public_value or "").strip() or None
    if (announced.public_source is None) != (value is None):
        raise DrawRefusedError(
            reason_zh="公告里写明的公开数字必须填写，没有写明的不能填",
            reason_en="give the public number that was announced, and no other",
        )
    members = msgspec.json.decode(row.panel, type=tuple[Member, ...])
    excluded = excluded_of(connection, members, announced.parties)
    free = free_of(members, excluded)
    order = order_of(opened, value, free)
    content = msgspec.structs.replace(
        announced,
        revealed_at=now.isoformat(),
        revealed_by=office_of(actor.name),
        seed=opened,
        public_value=value,
        panel=members,
        excluded=excluded,
        order=order,
        drawn=draw(order, free, announced.seats),
    )
    changed = {
        "id": row.id,
        "content": canonical(content).decode(),
        "sealed_seed": None,
        "revealed_at": now,
        "revealed_by": actor.name,
    }
    bulk.update_by_id(session, _TABLE, [changed])
    record(
        session,
        actor,
        action=Action.DRAW_EXPERTS,
        thing="draw",
        key=key,
        now=now,
        after={"drawn": [each.expert for each in content.drawn], "content": changed["content"]},
    )
    return get_draw(connection, key)


def void(session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime) -> DrawView:
    """Say that a draw does not count, and why; all of it stays public.

    Raises:
        PermissionDeniedError: The actor may not draw experts.
        DrawNotFoundError: There is no such draw.
        DrawRefusedError: It was voided before, or no reason is given.
    """
    ensure(actor, Action.DRAW_EXPERTS)
    bulk.take_turns(session)
    row = panel.draw_row(session.connection(), key)
    if row.voided_at is not None or not reason.strip():
        raise DrawRefusedError(
            reason_zh="它已经作废，或没有写明理由", reason_en="it was voided before, or say why"
        )
    bulk.update_by_id(
        session,
        _TABLE,
        [
            {
                "id": row.id,
                "voided_at": now,
                "voided_by": actor.name,
                "void_reason": reason.strip(),
                "sealed_seed": None,
            }
        ],
    )
    record(
        session, actor, action=Action.DRAW_EXPERTS, thing="draw", key=key, now=now,
        reason=reason, after={"voided_at": now},
    )  # fmt: skip
    return get_draw(session.connection(), key)


def browse_draws(connection: Connection, *, limit: int, offset: int) -> DrawPage:
    """Return one page of draws, the latest first; draws are public."""
    items, total = panel.draws(connection, limit=limit, offset=offset)
    return DrawPage(items, limit, offset, total)


def get_draw(connection: Connection, key: str) -> DrawView:
    """Return a draw with what is published of it, and whether that agrees with itself.

    Raises:
        DrawNotFoundError: There is no such draw.
    """
    head, content = panel.draw(connection, key)
    published = msgspec.json.decode(content, type=DrawRecord)
    flaws = [] if head.revealed_at is None else verify(published)
    return DrawView(head, published, flaws)


def draw_bytes(connection: Connection, key: str) -> bytes:
    """Return the very bytes that are published of a draw.

    Raises:
        DrawNotFoundError: There is no such draw.
    """
    return panel.draw(connection, key)[1].encode()


def _seed(sealer: Sealer, announced: DrawRecord, given: str | None, sealed: str | None) -> str:
    try:
        seed = given or (sealer.open(sealed) if sealed else None)
    except SealBrokenError:
        seed = None
    if seed is None:
        raise DrawRefusedError(
            reason_zh="请填写公告前保存的种子", reason_en="give the seed that was kept"
        )
    if commitment_of(seed) != announced.commitment:
        raise DrawRefusedError(
            reason_zh="种子与公告的指纹不符，不能改用别的种子",
            reason_en="the seed is not the one whose hash was announced",
        )
    return seed
