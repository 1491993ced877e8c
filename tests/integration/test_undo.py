"""An import is taken back: what is known is as it was before, and nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.errors import (
    AlreadyUndoneError,
    ImportRunNotFoundError,
    IncompleteImportError,
    PermissionDeniedError,
    UndoRefusedError,
)
from catalog.permissions import ANYONE
from catalog.records import Kind, ProductReference, Record
from catalog.rules.terms import BillStage, CertificateState, ProjectKind
from catalog.services.receiving import runs
from catalog.services.receiving.undoing import undo_run
from tests.builders import (
    NOW,
    OPERATOR,
    OWN,
    REGISTRY,
    a_bill_line,
    a_building,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    evidence,
    recalculated,
    undo,
)
from tests.declarations import a_declaration
from tests.integration.picture import current, picture, row_counts, rows_of, stale_products

CODE = "91659001MA7TE5T017"
Steps = Sequence[tuple[str, Sequence[Record]]]

GROUND: Steps = [
    (OWN, [
        a_product(brand="旧牌", company=a_company(address="旧址"), certificate=a_certificate()),
        a_product(model="C40", certificate=a_certificate(categories=("tabc-healthy",))),
    ]),
    (OWN, [a_project(owner="旧主"), a_project(building=a_building("2#"))]),
    (OWN, [a_bill_line(), a_bill_line(stage=BillStage.DESIGN)]),
    (OWN, [a_delivery(product=by_number(model="C40"), evidence=(evidence("YS-1"),))]),
]  # fmt: skip

RUNS: dict[str, tuple[str, Sequence[Record]]] = {
    "products": (OWN, [
        a_product(brand="新牌", company=a_company(address="新址", division="08"),
                  certificate=a_certificate(star=3)),
        a_product(model="C50", certificate=a_certificate("CTC-9"), company=a_company("新公司")),
        a_product(certificate=a_certificate(reissued_on=day("2025-02-01"))),
        a_product(certificate=a_certificate(state=CertificateState.SUSPENDED)),
    ]),
    "registry": (REGISTRY, [
        a_product(certificate=a_certificate(star=1, categories=("tabc-recycled",), url="u")),
        a_product("再生砖", a_certificate("GBM1", categories=("tabc-m-wall",)), model=None),
    ]),
    "projects": (OWN, [
        a_project(division="07", kinds=frozenset({ProjectKind.KEY}), owner="新主",
                  building=a_building(floor_area_m2=Decimal("1.5"), storeys=3)),
        a_project("P-2"),
    ]),
    "lines": (OWN, [
        a_bill_line(quantity=Decimal(90)), a_bill_line("2"), a_bill_line(building="2#"),
    ]),
    "deliveries": (OWN, [
        a_delivery(quantity=Decimal(90), evidence=(evidence("YS-1"), evidence("YS-2"))),
        a_delivery("2", product=by_number(model="C30 P6")),
    ]),
}  # fmt: skip


def laid(database: Database, steps: Steps = GROUND) -> None:
    for source, records in steps:
        bring(database, records, source=source)
    recalculated(database)


def ratios(database: Database) -> list[tuple[str, ...]]:
    """Return the current results without numbers that follow from the rows' ids."""
    buildings = {row["id"]: row["code"] for row in rows_of(database, "building")}
    names = ("year", "stage", "method", "ratio", "points", "floor_area_m2", "division_id")
    return sorted(
        (buildings[row["building_id"]], *(str(row[name]) for name in names))
        for row in current(database, "result")
    )


@pytest.mark.parametrize("name", RUNS)
def test_what_is_known_is_as_it_was_before(database: Database, name: str) -> None:
    laid(database)
    before, figures = picture(database), ratios(database)
    source, records = RUNS[name]
    for _ in range(2):  # taken back, brought again, taken back
        receipt = bring(database, records, source=source)
        recalculated(database)
        after = picture(database)
        assert receipt.refused == 0 and after != before
        undo(database, receipt.run_id)
        recalculated(database)
        assert picture(database) == before
        assert ratios(database) == figures
    bring(database, records, source=source)
    assert picture(database) == after


def test_everything_can_be_taken_back_from_the_latest_on(database: Database) -> None:
    laid(database)
    pictures, counts = [], row_counts(database)
    for source, records in RUNS.values():
        pictures.append(picture(database))
        bring(database, records, source=source)
    for run in [row["id"] for row in reversed(rows_of(database, "import_run"))]:
        undo(database, run)
        if pictures:
            assert picture(database) == pictures.pop()
        grown = row_counts(database)
        assert all(grown[name] >= counts[name] for name in counts)
        counts = grown
    assert picture(database) == ""
    recalculated(database)
    assert current(database, "result") == []


def test_results_of_a_withdrawn_building_are_closed(database: Database) -> None:
    laid(database)
    assert current(database, "result") != []
    for run in (4, 3, 2):  # deliveries, lines, projects: nothing is calculated in between
        undo(database, run)
    recalculated(database)
    assert current(database, "result") == []
    assert rows_of(database, "result") != []


def test_a_restored_project_gives_its_results_back(database: Database) -> None:
    laid(database)
    figures = ratios(database)
    run = bring(database, [a_project(division="07", completed_on=day("2026-01-31"))]).run_id
    recalculated(database)
    assert ratios(database) != figures
    undo(database, run)
    recalculated(database)
    assert ratios(database) == figures


def test_the_index_learns_of_every_product_that_changed_back(database: Database) -> None:
    laid(database)
    run = bring(database, [a_product(certificate=a_certificate(star=3))]).run_id
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox_entry")
    undo(database, run)
    assert stale_products(database) == {row["key"] for row in current(database, "product")}


PRODUCT = a_product(certificate=a_certificate())
OTHER = a_product(model="C40", certificate=a_certificate("CTC-2"))
REVOKED = a_product(
    certificate=a_certificate(state=CertificateState.REVOKED, state_on=day("2025-03-01"))
)
HEALTHY = a_product(certificate=a_certificate(categories=("tabc-healthy",)))
ONE_STAR = a_product(certificate=a_certificate(star=1))
LARGE = a_project(building=a_building(floor_area_m2=Decimal(9)))
Case = tuple[list[list[Record]], int, list[Record], str]
STANDS_ON: dict[str, Case] = {
    "a later change of the product": ([[PRODUCT]], 1, [a_product(brand="新牌")], OWN),
    "a later change of the company": (
        [[PRODUCT]], 1, [a_product("砂浆", company=a_company(address="新址"))], OWN,
    ),
    "another product of the company": ([[PRODUCT]], 1, [a_product("砂浆")], OWN),
    "a later version of the certificate": (
        [[PRODUCT]], 1, [a_product(certificate=a_certificate(star=3))], OWN,
    ),
    "a later state of the certificate": (
        [[PRODUCT]], 1,
        [a_product(certificate=a_certificate(state=CertificateState.REVOKED))], OWN,
    ),
    "a later claim about the certificate": (
        [[PRODUCT]], 1, [a_product(certificate=a_certificate(categories=("tabc-healthy",)))], OWN,
    ),
    "a contradiction about the certificate": (
        [[PRODUCT]], 1, [a_product(certificate=a_certificate(star=1))], REGISTRY,
    ),
    "another product under the certificate": (
        [[a_product()], [PRODUCT]], 2, [a_product(model="C40", certificate=a_certificate())], OWN,
    ),
    "a delivery of the product": (
        [[a_project()], [PRODUCT]], 2, [a_delivery(product=by_number())], OWN,
    ),
    "a delivery under the certificate of a known product": (
        [[a_project()], [a_product()], [PRODUCT]], 3, [a_delivery(product=by_number())], OWN,
    ),
    "a bill line with the product": (
        [[a_project()], [PRODUCT]], 2, [a_bill_line(product=by_number())], OWN,
    ),
    "a line of the building": ([[a_project()]], 1, [a_bill_line()], OWN),
    "a delivery to the building": ([[a_project()]], 1, [a_delivery()], OWN),
    "another building of the project": (
        [[a_project()]], 1, [a_project(building=a_building("2#"))], OWN,
    ),
    "the same product again": ([[PRODUCT]], 1, [PRODUCT], OWN),
    "the same product from another source": ([[PRODUCT]], 1, [PRODUCT], REGISTRY),
    "the same detail of a product that was known": (
        [[a_product()], [a_product(brand="新牌")]], 2, [a_product(brand="新牌")], OWN,
    ),
    "the same state again": (
        [[PRODUCT], [REVOKED]], 2, [REVOKED], OWN,
    ),
    "the same category again": ([[PRODUCT], [HEALTHY]], 2, [HEALTHY], OWN),
    "the same contradiction again": (
        [[PRODUCT], [ONE_STAR]], 2, [ONE_STAR], REGISTRY,
    ),
    "the same bill line again": ([[a_project()], [a_bill_line()]], 2, [a_bill_line()], OWN),
    "the same delivery again": ([[a_project()], [a_delivery()]], 2, [a_delivery()], OWN),
    "the same declaration again": ([[a_declaration()]], 1, [a_declaration()], OWN),
    "the same project again": ([[a_project()]], 1, [a_project()], OWN),
    "the same floor area again": (
        [[a_project()], [LARGE]], 2, [LARGE], OWN,
    ),
    "a company that is known by the name it brought": (
        [[a_product("砂浆", company=a_company(credit_code=CODE))],
         [a_product("砖", company=a_company("旧名", credit_code=CODE))]], 2,
        [a_product("瓦", company=a_company("旧名"))], OWN,
    ),
    "a changed bill line": (
        [[a_project()], [a_bill_line()]], 2, [a_bill_line(quantity=Decimal(1))], OWN,
    ),
    "a changed delivery": (
        [[a_project()], [a_delivery()]], 2, [a_delivery(quantity=Decimal(1))], OWN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STANDS_ON)
def test_refuses_while_later_work_stands_on_it_and_names_it(database: Database, name: str) -> None:
    ground, run, later, source = STANDS_ON[name]
    for records in ground:
        bring(database, records)
    before = picture(database)
    user = bring(database, later, source=source).run_id
    used = picture(database)
    with pytest.raises(UndoRefusedError) as refusal:
        undo(database, run)
    assert refusal.value.facts == {"run": run, "later": f"#{user}"}
    assert picture(database) == used
    undo(database, user)
    assert picture(database) == before
    undo(database, run)


def test_what_nobody_uses_may_go_before_the_latest(database: Database) -> None:
    run = bring(database, [PRODUCT]).run_id
    bring(database, [a_product(company=a_company("别家"), certificate=a_certificate("CTC-2"))])
    undo(database, run)
    assert [row["number"] for row in current(database, "certificate")] == ["CTC-2"]


def test_what_a_later_run_is_silent_of_may_go_before_it(database: Database) -> None:
    bring(database, [PRODUCT])
    before = picture(database)
    run = bring(database, [a_product(company=a_company(address="新址"))]).run_id
    bring(database, [PRODUCT])
    undo(database, run)
    assert picture(database) == before


def test_what_is_left_of_two_equal_runs_is_what_the_first_alone_brings(database: Database) -> None:
    first = bring(database, [PRODUCT]).run_id
    alone = picture(database)
    second = bring(database, [PRODUCT]).run_id
    undo(database, second)
    assert picture(database) == alone
    third = bring(database, [PRODUCT]).run_id
    with pytest.raises(UndoRefusedError, match=f"#{third}"):
        undo(database, first)


def test_a_refused_run_stands_on_nothing(database: Database) -> None:
    first = bring(database, [a_product(brand="旧牌")]).run_id
    new = runs.NewRun(kind=Kind.PRODUCTS, source=OWN, file_name="f.csv", file_hash="refused")
    with database.transaction() as session:
        run = runs.open_run(session, new, actor=OPERATOR, now=NOW)
        record = a_product(brand="新牌", certificate=a_certificate())
        runs.receive_batch(
            session, run.id, [record], [], actor=OPERATOR, batch=0, is_synthetic=False, now=NOW
        )
        runs.refuse_run(session, run.id, [], actor=OPERATOR, now=NOW)
    undo(database, first)
    assert picture(database) == ""


def test_a_product_named_by_its_key_keeps_its_delivery_when_a_certificate_goes(
    database: Database,
) -> None:
    bring(database, [a_product()])
    bring(database, [a_project()])
    (product,) = current(database, "product")
    run = bring(database, [PRODUCT]).run_id
    bring(database, [a_bill_line()])
    bring(database, [a_delivery(product=ProductReference(key=product["key"]))])
    recalculated(database)
    assert {row["ratio"] for row in current(database, "result")} != {Decimal(0)}
    undo(database, run)
    recalculated(database)
    assert {row["ratio"] for row in current(database, "result")} == {Decimal(0)}


def test_refuses_what_is_unknown_undone_or_unfinished(database: Database) -> None:
    run = bring(database, [PRODUCT]).run_id
    undo(database, run)
    with pytest.raises(AlreadyUndoneError):
        undo(database, run)
    with pytest.raises(ImportRunNotFoundError):
        undo(database, 99)
    new = runs.NewRun(kind=Kind.PRODUCTS, source=OWN, file_name="f.csv", file_hash="cut off")
    with database.transaction() as session:
        cut_off = runs.open_run(session, new, actor=OPERATOR, now=NOW)
    with pytest.raises(IncompleteImportError):
        undo(database, cut_off.id)


def test_refuses_whoever_may_not(database: Database) -> None:
    run = bring(database, [PRODUCT]).run_id
    with pytest.raises(PermissionDeniedError), database.transaction() as session:
        undo_run(session, run, actor=ANYONE, now=NOW)
