"""Rows whose cells are read, made into records; what cells say together is checked here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from catalog.records import (
    BillLineRecord,
    BuildingRecord,
    CertificateRecord,
    CompanyRecord,
    DeliveryRecord,
    InspectionRecord,
    Kind,
    ProductRecord,
    ProductReference,
    ProjectRecord,
    Record,
    TestReportRecord,
)
from catalog.rules.numbers import split_suffix
from catalog.rules.terms import InspectionKind
from importers.declared import declared_words
from importers.table.belonging import (
    BUILDING_FIELDS,
    CERTIFICATE_FIELDS,
    NEEDED_TOGETHER,
    REPORT_FIELDS,
)
from importers.table.checks import is_doubled, require_order, require_together, values_of
from importers.table.factors import FIELDS, declared_in
from importers.table.rows import Rows
from importers.table.seen import Seen

Builder = Callable[[Rows, Seen], Iterator[Record]]


def product_records(rows: Rows, seen: Seen) -> Iterator[Record]:
    """Yield one product per row, with its certificate and its test report if they have numbers."""
    of_certificate, of_report = NEEDED_TOGETHER[Kind.PRODUCTS]
    require_together(rows, *of_certificate, CERTIFICATE_FIELDS)
    require_together(rows, *of_report, REPORT_FIELDS)
    require_order(rows, "valid_from", "valid_to")
    companies: dict[tuple[Any, ...], CompanyRecord] = {}
    columns = values_of(
        rows, "company", "credit_code", "company_division", "company_address", "name", "category",
        "brand", "model", "scope", "description", "certificate_body", "certificate_number", "star",
        "standard", "issued_on", "reissued_on", "valid_from", "valid_to", "state", "state_on",
        "state_reason", "applicant", "manufacturer", "factory", "factory_address", "url",
        "report_number", *REPORT_FIELDS, *FIELDS,
    )  # fmt: skip
    for index, (
        company, credit_code, division, address, name, category,
        brand, model, scope, description, body, number, star,
        standard, issued_on, reissued_on, valid_from, valid_to, state, state_on,
        state_reason, applicant, manufacturer, factory, factory_address, url,
        report_number, laboratory, tested_to, reported_on, report_url, *stated,
    ) in columns:  # fmt: skip
        key = (company, name, model, number, report_number)
        if is_doubled(rows, seen, key, index, "certificate_number" if number else "name"):
            continue
        suffix = None
        if number and not number.isascii():  # A registry's mark, such as 續, is never ASCII.
            number, suffix = _parted(number)  # noqa: PLW2901
        maker = (company, credit_code, division, address)
        if maker not in companies:
            companies[maker] = CompanyRecord(
                name=company, credit_code=credit_code, division=division, address=address
            )
        certificate = number and CertificateRecord(
            body=body,
            number=number,
            suffix=suffix,
            star=star,
            standard=standard,
            issued_on=issued_on,
            reissued_on=reissued_on,
            valid_from=valid_from,
            valid_to=valid_to,
            state=state,
            state_on=state_on,
            state_reason=state_reason,
            applicant=applicant,
            manufacturer=manufacturer,
            factory=factory,
            factory_address=factory_address,
            url=url,
        )
        report = report_number and TestReportRecord(
            number=report_number,
            laboratory=laboratory,
            standard=tested_to,
            issued_on=reported_on,
            url=report_url,
        )
        declared = declared_in(rows, index, stated, by=company)
        if index in rows.refused:
            continue
        yield ProductRecord(
            row=rows.first_row + index,
            sheet=rows.sheet,
            company=companies[maker],
            name=name,
            category=category,
            brand=brand,
            model=model,
            scope=scope,
            description=description,
            certificate=certificate,
            report=report,
            declared=declared,
        )


def project_records(rows: Rows, seen: Seen) -> Iterator[Record]:
    """Yield one project per row, with the building of the row if it has a code."""
    require_together(rows, *NEEDED_TOGETHER[Kind.PROJECTS][0], BUILDING_FIELDS)
    require_order(rows, "started_on", "completed_on")
    columns = values_of(
        rows, "code", "name", "division", "owner", "kinds", "stage", "floor_area_m2",
        "star_target", "star_award", "prefabricated_share", "designed_on", "started_on",
        "completed_on", "building_code", "building_name", "building_area_m2", "storeys",
        "building_completed_on",
    )  # fmt: skip
    for index, (
        code, name, division, owner, kinds, stage, area, star_target, star_award, share,
        designed_on, started_on, completed_on, building_code, building_name, building_area,
        storeys, building_completed_on,
    ) in columns:  # fmt: skip
        field = "building_code" if building_code else "code"
        if is_doubled(rows, seen, (code, building_code), index, field):
            continue
        building = building_code and BuildingRecord(
            code=building_code,
            name=building_name,
            floor_area_m2=building_area,
            storeys=storeys,
            completed_on=building_completed_on,
        )
        yield ProjectRecord(
            row=rows.first_row + index,
            sheet=rows.sheet,
            code=code,
            name=name,
            division=division,
            owner=owner,
            kinds=kinds or frozenset(),
            stage=stage,
            floor_area_m2=area,
            star_target=star_target,
            star_award=star_award,
            prefabricated_share=share,
            designed_on=designed_on,
            started_on=started_on,
            completed_on=completed_on,
            building=building,
        )


def bill_line_records(rows: Rows, seen: Seen) -> Iterator[Record]:
    """Yield one bill line per row."""
    columns = values_of(
        rows, "project", "building", "stage", "line_number", "item_code", "name",
        "specification", "category", "place", "unit", "quantity", "unit_price", "amount",
        "planned_green_quantity", "is_green", "product_key", "certificate_number",
        "certificate_body", "model", *FIELDS,
    )  # fmt: skip
    by = declared_words().by[Kind.BILL_LINES]
    for index, (
        project, building, stage, line_number, item_code, name, specification, category, place,
        unit, quantity, unit_price, amount, planned, is_green, product_key, certificate_number,
        body, model, *stated,
    ) in columns:  # fmt: skip
        green = planned
        if planned is None:
            if is_green is not None:
                green = quantity if is_green else Decimal(0)
        elif planned > quantity:
            facts = {"quantity": f"{quantity:f}"}
            rows.refuse(index, "green-over-quantity", "planned_green_quantity", facts=facts)
            continue
        elif is_green is not None and is_green != (planned > 0):
            facts = {"planned": f"{planned:f}"}
            rows.refuse(index, "green-contradiction", "is_green", facts=facts)
            continue
        key = (project, building, stage, line_number)
        if is_doubled(rows, seen, key, index, "line_number"):
            continue
        declared = declared_in(rows, index, stated, by=by, specification=specification, unit=unit)
        if index in rows.refused:
            continue
        yield BillLineRecord(
            row=rows.first_row + index,
            sheet=rows.sheet,
            project=project,
            building=building,
            stage=stage,
            line_number=line_number,
            name=name,
            unit=unit,
            quantity=quantity,
            item_code=item_code,
            specification=specification,
            category=category,
            place=place,
            unit_price=unit_price,
            amount=amount,
            planned_green_quantity=green,
            declared=declared,
            product=_reference(product_key, certificate_number, body, model),
        )


def delivery_records(rows: Rows, seen: Seen) -> Iterator[Record]:
    """Yield one delivery per row; a return has a negative quantity."""
    columns = values_of(
        rows, "project", "building", "note_number", "line_number", "delivered_on", "name",
        "specification", "category", "place", "unit", "quantity", "amount", "supplier",
        "product_key", "certificate_number", "certificate_body", "model", "evidence", "factory",
        "transport_km", *FIELDS,
    )  # fmt: skip
    for index, (
        project, building, note_number, line_number, delivered_on, name, specification, category,
        place, unit, quantity, amount, supplier, product_key, certificate_number, body, model,
        evidence, factory, transport_km, *stated,
    ) in columns:  # fmt: skip
        if is_doubled(rows, seen, (note_number, line_number), index, "line_number"):
            continue
        by = supplier or declared_words().by[Kind.DELIVERIES]
        declared = declared_in(rows, index, stated, by=by, specification=specification, unit=unit)
        if index in rows.refused:
            continue
        yield DeliveryRecord(
            row=rows.first_row + index,
            sheet=rows.sheet,
            project=project,
            building=building,
            note_number=note_number,
            line_number=line_number,
            delivered_on=delivered_on.day,
            delivered_precision=delivered_on.precision,
            name=name,
            unit=unit,
            quantity=quantity,
            specification=specification,
            category=category,
            place=place,
            amount=amount,
            supplier=supplier,
            declared=declared,
            factory=factory,
            transport_km=transport_km,
            product=_reference(product_key, certificate_number, body, model),
            evidence=evidence or (),
        )


def inspection_records(rows: Rows, seen: Seen) -> Iterator[Record]:
    """Yield one inspection per row; a visit is of a certificate, a check has an authority."""
    columns = values_of(
        rows, "kind", "inspected_on", "is_passed", "certificate_number", "certificate_body",
        "product_key", "model", "authority", "note", "source",
    )  # fmt: skip
    for index, (
        kind, inspected_on, is_passed, number, body, product_key, model, authority, note, source,
    ) in columns:  # fmt: skip
        product = _reference(product_key, number, body, model)
        is_visit = kind is InspectionKind.SURVEILLANCE_VISIT
        if product is None or (is_visit and number is None):
            rows.refuse(index, "missing-value", "certificate_number")
            continue
        if not is_visit and authority is None:
            rows.refuse(index, "missing-value", "authority")
            continue
        of = (number, body) if is_visit else (product_key, number, body, model, authority)
        if is_doubled(rows, seen, (kind, inspected_on, *of), index, "inspected_on"):
            continue
        yield InspectionRecord(
            row=rows.first_row + index,
            sheet=rows.sheet,
            kind=kind,
            inspected_on=inspected_on,
            is_passed=is_passed,
            product=product,
            authority=authority,
            note=note,
            source=source,
        )


BUILDERS: dict[Kind, Builder] = {
    Kind.PRODUCTS: product_records,
    Kind.PROJECTS: project_records,
    Kind.BILL_LINES: bill_line_records,
    Kind.DELIVERIES: delivery_records,
    Kind.INSPECTIONS: inspection_records,
}


def _parted(number: str) -> tuple[str, str | None]:
    parts = split_suffix(number)
    return parts.number, parts.suffix.value if parts.suffix else None


def _reference(
    key: str | None, certificate_number: str | None, body: str | None, model: str | None
) -> ProductReference | None:
    if key is None and certificate_number is None:
        return None
    return ProductReference(key=key, certificate_number=certificate_number, body=body, model=model)
