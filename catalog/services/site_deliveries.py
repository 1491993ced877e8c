"""Keep what comes to site: record, correct and withdraw it, and say at once what it is worth."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import DeliveryNotFoundError, EntryRefusedError
from catalog.models.usage import Delivery
from catalog.permissions import Action, Actor
from catalog.records import DeliveryRecord, EvidenceRecord, Kind, ProductReference
from catalog.repositories import bulk, projects, site
from catalog.repositories import products as product_rows
from catalog.repositories.building_facts import BuildingFacts, DeliveredLine
from catalog.repositories.calculating import Reader
from catalog.rules.exact import rounded_half_up
from catalog.rules.greenness import accepted_by
from catalog.rules.keys import normal_name
from catalog.rules.numbers import normal_number
from catalog.rules.packs import RatioPack
from catalog.rules.terms import DatePrecision, EvidenceKind
from catalog.rules.units import UnitMismatch
from catalog.services import audit, evidence, owning, results
from catalog.services.calculation import METHODS, Basis, Proving, basis
from catalog.services.receiving import by_page, entities, facts, lines
from catalog.services.receiving.by_page import Entry
from catalog.services.receiving.lengths import keepable
from catalog.services.receiving.receipt import Receipt
from catalog.views.owner import Conversion, DeliveryCheck, DeliveryDraft, SiteDelivery
from catalog.views.projects import BillLineView, DeliveryView

_DELIVERY = bulk.table_of(Delivery)
_PLACES = 6


def record_delivery(
    session: Session,
    building: str,
    draft: DeliveryDraft,
    *,
    number: str = "",
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Keep a line of a delivery note, and return the run by which it is undone.

    The same form sent twice is kept once: its ``number`` tells.

    Raises:
        ProjectNotFoundError: There is no such building.
        PermissionDeniedError: It is somebody else's.
        EntryRefusedError: Something in it cannot be kept; ``issues`` say what.
    """
    _, named = projects.named_building(session.connection(), building)
    owning.ensure_building(session.connection(), building, actor=actor)
    # Who looks before it is its turn gives the next line of a note out twice.
    bulk.take_turns(session)
    # New photos have new keys each time, so that only their number tells one sending from another.
    said = msgspec.structs.replace(draft, evidence=())
    number = by_page.number_of(number, building, said, len(draft.evidence))
    if (before := by_page.entered_before(session, number)) is not None:
        return before
    line = site.next_line(session.connection(), building, draft.note_number)
    made = _record(session, building, draft, line)

    def receive(receipt: Receipt) -> None:
        _receive(receipt, made)

    label = f"{named.name} {draft.note_number}/{line}"
    run = by_page.enter(
        session, Entry(Kind.DELIVERIES, label, "", number), receive, actor=actor, now=now
    )
    _tell(session, actor, building, f"{draft.note_number}/{line}", now=now, after=draft)
    results.calculate_project(session, named.project, actor=actor, now=now)
    return run


def correct_delivery(
    session: Session,
    building: str,
    delivery: int,
    draft: DeliveryDraft,
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Keep another statement in place of one; the earlier one stays on record.

    Raises:
        DeliveryNotFoundError: There is no such delivery to the building, or not any more.
        PermissionDeniedError: The building is somebody else's.
        EntryRefusedError: No reason is given, nothing would change, or it cannot be kept so.
    """
    held, project = _own(session, building, delivery, actor)
    why = by_page.reason_of(reason)
    is_same_note = held.note_number == draft.note_number
    line = (
        held.line_number
        if is_same_note
        else site.next_line(session.connection(), building, draft.note_number)
    )
    made = msgspec.structs.replace(
        _record(session, building, draft, line),
        factory=held.factory,
        transport_km=held.transport_km,
        declared=tuple(held.declared),
    )

    def receive(receipt: Receipt) -> None:
        if not is_same_note:
            _close(receipt, held.id)
        _receive(receipt, made)

    label = f"{draft.note_number}/{line}"
    run = by_page.enter(
        session, Entry(Kind.DELIVERIES, label, why, ""), receive, actor=actor, now=now
    )
    _tell(session, actor, building, label, now=now, reason=why, before=held, after=draft)
    results.calculate_project(session, project, actor=actor, now=now)
    return run


def withdraw_delivery(
    session: Session,
    building: str,
    delivery: int,
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> int:
    """Let a delivery count no longer; return the run by which it comes back.

    Raises:
        DeliveryNotFoundError: There is no such delivery to the building, or not any more.
        PermissionDeniedError: The building is somebody else's.
        EntryRefusedError: No reason is given.
    """
    held, project = _own(session, building, delivery, actor)
    why = by_page.reason_of(reason)

    def receive(receipt: Receipt) -> None:
        _close(receipt, held.id)
        receipt.changed += 1

    label = f"{held.note_number}/{held.line_number}"
    run = by_page.enter(
        session, Entry(Kind.DELIVERIES, label, why, ""), receive, actor=actor, now=now
    )
    _tell(session, actor, building, label, now=now, reason=why, before=held)
    results.calculate_project(session, project, actor=actor, now=now)
    return run


def delivery_to(connection: Connection, building: str, delivery: int) -> DeliveryView:
    """Return a current delivery to a building.

    Raises:
        DeliveryNotFoundError: There is none of this number, or not any more.
    """
    for view in projects.deliveries_of(connection, building):
        if view.id == delivery:
            return view
    raise DeliveryNotFoundError(key=delivery)


def deliveries_on_site(
    connection: Connection, building: str, *, actor: Actor, on: dt.date, method: str
) -> list[SiteDelivery]:
    """Return what came to a building, the latest first, each with what is to be said of it.

    Raises:
        ProjectNotFoundError: There is no such building.
        PermissionDeniedError: It is somebody else's.
    """
    building_id, _ = projects.named_building(connection, building)
    owning.ensure_building(connection, building, actor=actor)
    views = projects.deliveries_of(connection, building)
    rules = basis(connection)
    (known,) = Reader(connection).facts_of([building_id])
    delivered = {line.id: line for line in known.deliveries}
    proving = _proving(known, rules, on, method)
    goods = product_rows.by_keys(connection, sorted({v.product for v in views if v.product}))
    named = {e.reference for v in views for e in v.evidence}
    files = evidence.seen_by_keys(connection, named, actor=actor)
    billed = projects.bill_lines_of(connection, building)
    repeated = Counter(map(_sameness, views))
    return [
        SiteDelivery(
            delivery=view,
            product=goods.get(view.product or ""),
            files=[(e.reference, files.get(e.reference)) for e in view.evidence],
            check=DeliveryCheck(
                proof=proving.of(delivered[view.id]) if proving else None,
                is_repeated=repeated[_sameness(view)] > 1,
                has_evidence=bool(view.evidence),
                conversions=_conversions(delivered[view.id], billed, rules),
            ),
        )
        for view in reversed(views)
    ]


def _proving(facts: BuildingFacts, rules: Basis, on: dt.date, method: str) -> Proving | None:
    """Return what proves deliveries by the building's own rules; None where it has none."""
    for each in (method, *METHODS):
        used = rules.pack_for(facts, "ratio", facts.completed_on or on, each)
        if used is not None and isinstance(used.pack, RatioPack):
            return rules.proving(accepted_by(used.pack.policies))
    return None


def _sameness(view: DeliveryView) -> tuple[object, ...]:
    """Return what makes two lines of a note the same goods a second time."""
    return (
        normal_number(view.note_number),
        normal_name(view.supplier or ""),
        normal_name(view.name),
        view.specification,
        view.unit,
        view.quantity,
        view.delivered_on,
    )


def _conversions(
    line: DeliveredLine, billed: Sequence[BillLineView], rules: Basis
) -> list[Conversion]:
    """Return what was delivered in each other unit in which the bill asks for its category."""
    found: dict[str, Conversion] = {}
    own = rules.units.find(line.unit)
    for each in billed:
        unit = rules.units.find(each.unit)
        if each.category is None or each.category != line.category or unit is None or unit is own:
            continue
        factors = (*line.declared, *each.declared)
        answer = rules.units.convert(line.quantity, line.unit, each.unit, declared=factors)
        if isinstance(answer, UnitMismatch):
            found.setdefault(unit.key, Conversion(each.name, unit.key, None, None, answer.missing))
        else:
            value = rounded_half_up(answer.value, _PLACES)
            found[unit.key] = Conversion(each.name, unit.key, value, answer.path, None)
    return list(found.values())


def _record(session: Session, building: str, draft: DeliveryDraft, line: str) -> DeliveryRecord:
    code, _, project, _ = site.place_of(session.connection(), building)
    reference = None
    if draft.product or draft.certificate:
        reference = ProductReference(key=draft.product, certificate_number=draft.certificate)
    made = DeliveryRecord(
        row=1,
        project=project,
        building=code,
        note_number=draft.note_number,
        line_number=line,
        delivered_on=draft.delivered_on,
        name=draft.name,
        unit=draft.unit,
        quantity=draft.quantity,
        specification=draft.specification,
        category=draft.category,
        place=draft.place,
        amount=draft.amount,
        supplier=draft.supplier,
        delivered_precision=DatePrecision.DAY,
        product=reference,
        evidence=tuple(
            EvidenceRecord(kind=kind, reference=key) for kind, key in dict.fromkeys(draft.evidence)
        ),
    )
    if made.quantity == 0:
        raise EntryRefusedError(reason_zh="数量不能是零", reason_en="the quantity can't be zero")
    return made


def _receive(receipt: Receipt, made: DeliveryRecord) -> None:
    kept, overlong = keepable([made])
    for issue in overlong:
        receipt.report(issue)
    lines.receive_deliveries(receipt, [each for each in kept if isinstance(each, DeliveryRecord)])


def _close(receipt: Receipt, delivery: int) -> None:
    """Let a delivery count no longer, and its building wait to be calculated."""
    (row,) = bulk.rows_where_in(receipt.session, _DELIVERY, "id", [delivery])
    facts.close(receipt, _DELIVERY, [delivery])
    natural = (row["building_id"], row["note_number"], row["line_number"])
    receipt.footprint.speak(_DELIVERY.name, *natural)
    entities.note_stale_buildings(receipt, {row["building_id"]})


def _own(session: Session, building: str, delivery: int, actor: Actor) -> tuple[DeliveryView, str]:
    _, named = projects.named_building(session.connection(), building)
    owning.ensure_building(session.connection(), building, actor=actor)
    bulk.take_turns(session)
    return delivery_to(session.connection(), building, delivery), named.project


def _tell(
    session: Session,
    actor: Actor,
    building: str,
    line: str,
    *,
    now: dt.datetime,
    reason: str = "",
    before: DeliveryView | None = None,
    after: DeliveryDraft | None = None,
) -> None:
    _, named = projects.named_building(session.connection(), building)
    audit.record(
        session,
        actor,
        action=Action.IMPORT,
        thing="delivery",
        key=f"{building}/{line}",
        now=now,
        reason=reason or None,
        before=None if before is None else _said(before),
        after=None if after is None else _said(after),
        whose=owning.whose_project(session.connection(), named.project),
    )


def _said(statement: DeliveryView | DeliveryDraft) -> dict[str, object]:
    names = set(DeliveryDraft.__struct_fields__) - {"evidence"}
    said = {name: getattr(statement, name) for name in sorted(names)}
    said["evidence"] = [
        f"{EvidenceKind(kind).value} {reference}"
        for kind, reference in (
            ((e.kind, e.reference) for e in statement.evidence)
            if isinstance(statement, DeliveryView)
            else statement.evidence
        )
    ]
    return said
