"""Buildings to calculate: the demo generator's, written straight into the tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from benchmarks import stores
from catalog import audit
from catalog.db import Database
from catalog.models.certificate import Certificate, ProductCertificate
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery
from catalog.records import BillLineRecord, DeliveryRecord, Kind, ProductReference, Record
from catalog.repositories import bulk
from catalog.services.receiving import runs
from importers.reader import ReadOutcome
from importers.run import ImportReport, receive_in_batches
from seed_data import demo

SEED = 20260601
PRODUCTS = 5_000
TODAY = stores.clock().date()
_BATCH = 20_000
_LATER = {"superseded_at": None, "run_id": None, "superseded_run_id": None}
T = TypeVar("T")


class Keys:
    """The ids that records need, by what the records call them."""

    def __init__(self, session: Session) -> None:
        self.divisions = dict(session.execute(select(Division.key, Division.id)).all())
        self.categories = dict(session.execute(select(Category.key, Category.id)).all())
        self._products = dict(session.execute(select(Product.key, Product.id)).all())
        self._papers = {
            number: (product, paper)
            for number, paper, product in session.execute(
                select(Certificate.number, Certificate.id, ProductCertificate.product_id).join(
                    ProductCertificate, ProductCertificate.certificate_id == Certificate.id
                )
            )
        }
        self.buildings: dict[tuple[str, str], int] = {}

    def product(self, reference: ProductReference | None) -> tuple[int | None, int | None]:
        """Return the ids of the product and of the certificate that the line names."""
        if reference is None:
            return None, None
        if reference.certificate_number is None:
            return self._products.get(reference.key or ""), None
        return self._papers.get(reference.certificate_number, (None, None))


def fill(database: Database, *, buildings: int) -> None:
    """Write the products, and at least so many buildings with their bills and deliveries."""
    _fill_products(database)
    pool = demo.ProductPool(SEED, PRODUCTS)
    projects = buildings // 2  # A demo project has two buildings, more or less.
    with database.transaction() as session:
        audit.waive(session.connection())  # Rows made up for measuring.
        keys = Keys(session)
        _fill_projects(session, keys, projects)
        bills = demo.generate_lines(SEED, projects, pool, TODAY)
        _insert(session, BillLine, (_bill_line(record, keys) for record in bills))
        notes = demo.generate_deliveries(SEED, projects, pool, TODAY)
        _insert(session, Delivery, (_delivery(record, keys) for record in notes))
        session.execute(text("DELETE FROM outbox_entry"))


def _fill_products(database: Database) -> None:
    new = runs.NewRun(kind=Kind.PRODUCTS, source="bench", file_name="bench", file_hash="bench",
                      is_synthetic=True)  # fmt: skip
    products: Iterator[Record] = demo.generate_products(SEED, PRODUCTS)
    outcomes = (
        ReadOutcome(records=batch, issues=[], rows_done=0) for batch in _batches(products, 2_000)
    )
    report = ImportReport(kind=Kind.PRODUCTS, source="bench")
    receive_in_batches(database, new, outcomes, stores.OPERATOR, report, clock=stores.clock)


def _fill_projects(session: Session, keys: Keys, count: int) -> None:
    now = stores.clock()
    ids: dict[str, int] = {}
    for record in demo.generate_projects(SEED, count, TODAY):
        if record.code not in ids:
            project = Project(
                key=record.code.lower(), code=record.code, name=record.name,
                division_id=keys.divisions[record.division], owner=record.owner,
                kinds=record.kinds, stage=record.stage, floor_area_m2=record.floor_area_m2,
                star_target=record.star_target, star_award=record.star_award,
                prefabricated_share=record.prefabricated_share, designed_on=record.designed_on,
                started_on=record.started_on, completed_on=record.completed_on,
                is_synthetic=True, recorded_at=now,
            )  # fmt: skip
            session.add(project)
            session.flush()
            ids[record.code] = project.id
        if record.building:
            building = Building(
                key=f"{record.code}/{record.building.code}".lower(),
                project_id=ids[record.code], code=record.building.code,
                name=record.building.name, floor_area_m2=record.building.floor_area_m2,
                storeys=record.building.storeys, completed_on=record.building.completed_on,
                recorded_at=now, stale_since=now,
            )  # fmt: skip
            session.add(building)
            session.flush()
            keys.buildings[record.code, building.code] = building.id
            session.expunge(building)


def _bill_line(record: BillLineRecord, keys: Keys) -> dict[str, Any]:
    product, _ = keys.product(record.product)
    return {
        **_shared(record, keys),
        "stage": record.stage,
        "item_code": record.item_code,
        "unit_price": record.unit_price,
        "planned_green_quantity": record.planned_green_quantity,
        "product_id": product,
        "certificate_id": None,
    }


def _delivery(record: DeliveryRecord, keys: Keys) -> dict[str, Any]:
    product, paper = keys.product(record.product)
    return {
        **_shared(record, keys),
        "note_number": record.note_number,
        "delivered_on": record.delivered_on,
        "delivered_precision": record.delivered_precision,
        "supplier": record.supplier,
        "factory": record.factory,
        "transport_km": record.transport_km,
        "product_id": product,
        "certificate_id": paper,
    }


def _shared(record: BillLineRecord | DeliveryRecord, keys: Keys) -> dict[str, Any]:
    return {
        "building_id": keys.buildings[record.project, record.building],
        "line_number": record.line_number,
        "name": record.name,
        "specification": record.specification,
        "category_id": keys.categories[record.category] if record.category else None,
        "place": record.place,
        "unit": record.unit,
        "quantity": record.quantity,
        "amount": record.amount,
        "declared": None,
        "recorded_at": stores.clock(),
        **_LATER,
    }


def _insert(session: Session, model: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    for batch in _batches(rows, _BATCH):
        bulk.insert_mappings(session, bulk.table_of(model), batch)


def _batches(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(rows, size)):
        yield batch
