"""Demo deliveries: what came to the sites for every settled line, with its papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from catalog.records import DeliveryRecord, EvidenceRecord
from catalog.rules.terms import DatePrecision, EvidenceKind, ProjectStage
from seed_data.demo.bills import Line, amount, bill
from seed_data.demo.declared import thickness
from seed_data.demo.draws import between
from seed_data.demo.pool import Offer, ProductPool
from seed_data.demo.projects import HUNDREDTH
from seed_data.demo.sites import BuildingSite, Site, sites_of

_DEALER = "本地建材经销部（演示）"
_RETURNED_OF_A_HUNDRED = 3
_UNNAMED_OF_A_HUNDRED = 4
_UNPROVEN_OF_A_HUNDRED = 3
_SHARED_INVOICE_OF_A_THOUSAND = 3
# What notes state beside the goods; the low ends of draws decide, as the high ends have done.
_MONTH_ONLY_OF_A_HUNDRED = 4
_FACTORY_STATED_OF_A_HUNDRED = 60
_OTHER_FACTORY_OF_A_HUNDRED = 2
_DISTANCE_STATED_OF_A_HUNDRED = 80
_AS_BILLED_OF_A_HUNDRED = 10
_MOST_DELIVERIES = 6
_FARTHEST_KM = 900


def generate_deliveries(
    seed: int, project_count: int, products: ProductPool, today: dt.date
) -> Iterator[DeliveryRecord]:
    """Yield what came to the sites of the first ``project_count`` projects up to today."""
    site_at = sites_of(seed, today)
    row = 0
    for index in range(project_count):
        site = site_at(index)
        if site.stage not in (ProjectStage.BUILDING, ProjectStage.COMPLETED):
            continue
        for building in site.buildings:
            for line in bill(seed, site, building, products):
                if line.template.category is None:
                    continue
                for record in _records(site, building, line, today, row):
                    row = record.row
                    yield record


@cache
def _day(ordinal: int) -> tuple[dt.date, str]:
    day = dt.date.fromordinal(ordinal)
    return day, f"{day:%Y%m%d}"


def _records(
    site: Site, building: BuildingSite, line: Line, today: dt.date, row: int
) -> Iterator[DeliveryRecord]:
    template, draws = line.template, line.draws
    stem = f"{site.number + 1:05d}-{building.code}{line.number:03d}"
    invoice = _invoice(site, stem, draws[14])
    for part, (quantity, ordinal) in enumerate(_parts(site, building, line)):
        day, digits = _day(ordinal)
        if day > today:
            continue
        offer = _offer(line, part)
        row += 1
        told = _Told.of(line, part, offer, day, site)
        supplier = offer.supplier if offer else _DEALER
        note = EvidenceRecord(
            kind=EvidenceKind.ENTRY_ACCEPTANCE, reference=f"YS-JCYS-{stem}-{part + 1}"
        )
        if draws[13] * 100 >> 16 < _UNPROVEN_OF_A_HUNDRED and part == 0:
            evidence: tuple[EvidenceRecord, ...] = ()
        elif offer is not None and offer.evidence is not None:
            evidence = (note, invoice, offer.evidence)
        else:
            evidence = (note, invoice)
        yield DeliveryRecord(
            row=row,
            project=site.code,
            building=building.code,
            note_number=f"YS-JC-{site.number + 1:05d}-{building.code}-{told.on(digits)}",
            line_number=f"{line.number:03d}-{part + 1}",
            delivered_on=told.day,
            delivered_precision=told.precision,
            name=template.name,
            unit=template.unit,
            quantity=quantity * HUNDREDTH,
            specification=told.specification,
            category=template.category,
            place=template.place,
            amount=amount(quantity, line.price) * HUNDREDTH,
            supplier=supplier,
            declared=thickness(told.specification) or thickness(line.specification, by=supplier),
            factory=told.factory,
            transport_km=told.transport_km,
            product=offer.reference if offer else None,
            evidence=evidence,
        )


class _Told(NamedTuple):
    """What a delivery note tells beside the goods themselves; None is left out."""

    day: dt.date
    precision: DatePrecision
    specification: str
    factory: str | None
    transport_km: Decimal | None

    @classmethod
    def of(cls, line: Line, part: int, offer: Offer | None, day: dt.date, site: Site) -> _Told:
        """Draw it for one delivery: most say all, some only the month, a few another factory."""
        date, place, other, far, spec = (
            (line.draws[i] + 37 * part) % 100 for i in (10, 11, 12, 13, 14)
        )
        precision = DatePrecision.DAY
        if date < _MONTH_ONLY_OF_A_HUNDRED and day.replace(day=1) >= site.started_on:
            day, precision = day.replace(day=1), DatePrecision.MONTH
        factory = None
        if offer is not None and place < _FACTORY_STATED_OF_A_HUNDRED:
            is_other = other < _OTHER_FACTORY_OF_A_HUNDRED
            factory = offer.other_factory if is_other else offer.factory
        own = offer.model if offer is not None and spec >= _AS_BILLED_OF_A_HUNDRED else None
        km = Decimal(between(3, _FARTHEST_KM, line.draws[9]))
        return cls(
            day=day,
            precision=precision,
            specification=own or line.specification,
            factory=factory,
            transport_km=km if offer is not None and far < _DISTANCE_STATED_OF_A_HUNDRED else None,
        )

    def on(self, digits: str) -> str:
        """Return the digits of the day as far as the note knows it."""
        return digits if self.precision is DatePrecision.DAY else digits[:6]


def _invoice(site: Site, stem: str, draw: int) -> EvidenceRecord:
    """Return the line's invoice; a few bear the number that a line of the last project bears.

    A check across projects has something to find that way.
    """
    if draw * 1000 >> 16 < _SHARED_INVOICE_OF_A_THOUSAND and site.number:
        stem = f"{site.number:05d}{stem[5:]}"
    return EvidenceRecord(kind=EvidenceKind.CONTRACT_OR_INVOICE, reference=f"YS-FP-{stem}")


def _parts(site: Site, building: BuildingSite, line: Line) -> Iterator[tuple[int, int]]:
    """Yield quantity and day of each delivery, and of the return if there is one."""
    template, draws = line.template, line.draws
    total = line.settled
    unit = 100 if template.whole else 1
    if not template.whole:
        total = total * between(975, 1012, draws[11]) // 1000
    count = min(between(1, _MOST_DELIVERIES, draws[10]), max(1, total // unit))
    days = ((building.completed_on or site.ends_on) - site.started_on).days
    first = site.started_on.toordinal() + days * template.first_percent // 100
    span = days * (template.last_percent - template.first_percent) // 100
    for part in range(count):
        quantity = (total // unit * (part + 1) // count - total // unit * part // count) * unit
        yield quantity, first + span * part // count
    back = total // unit * between(10, 50, draws[11]) // 1000 * unit
    if draws[12] * 100 >> 16 < _RETURNED_OF_A_HUNDRED and back:
        yield -back, first + span


def _offer(line: Line, part: int) -> Offer | None:
    """Return the product of one delivery: the main one, but for batches that nobody named."""
    draw = line.draws[15] >> part
    if line.meant:
        return None if part and (draw & 63) * 100 >> 6 < _UNNAMED_OF_A_HUNDRED else line.main
    return line.main if draw & 1 else line.other
