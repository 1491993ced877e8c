"""One filled store for all pages: they only read, so no test disturbs another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import create_engine, make_url, text

from catalog.db import Database
from catalog.records import Issue, Kind, Severity, TestReportRecord
from catalog.rules.terms import BillStage, CertificateState, DatePrecision
from catalog.rules.units import Declared
from catalog.services.receiving import runs
from search.engines.tantivy import TantivyEngine
from search.sync import drain_once
from tests.apps import create_app
from tests.builders import (
    NOW,
    OPERATOR,
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
)

HOSTILE = "<script>alert('绿')</script> & \"板\""


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def filled_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a database that holds a little of everything."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("pages") / "lucai.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgresql_server")
    template = make_url(request.getfixturevalue("postgresql_template")).database
    name = f"pages_{uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def pages(filled_url: str) -> Iterator[TestClient[Litestar]]:
    """A browser on the filled store; it asks for Chinese unless a test says otherwise."""
    database = Database(filled_url)
    engine = TantivyEngine(None)
    fill_a_little(database)
    while drain_once(database, engine):
        pass
    with TestClient(create_app(database, engine)) as client:
        yield client


@pytest.fixture(autouse=True)
def _no_cookies(request: pytest.FixtureRequest) -> None:
    """Let no test inherit the language that another asked for."""
    if "pages" in request.fixturenames:
        request.getfixturevalue("pages").cookies.clear()


def fill_a_little(database: Database) -> None:
    paper = a_certificate(categories=("ready-mixed-concrete",))
    hostile = a_certificate("<b>X</b>-1", state=CertificateState.SUSPENDED,
                            state_on=day("2025-02-01"), state_reason=HOSTILE)  # fmt: skip
    bring(database, [
        a_product(certificate=paper, report=TestReportRecord(number="JC-1", laboratory=HOSTILE,
                  issued_on=day("2025-01-10")), declared=(Declared(
                      amount=Decimal(2350), unit="kg", per="m3", by=HOSTILE),)),
        a_product(HOSTILE, hostile, model=HOSTILE, category="insulation",
                  company=a_company(HOSTILE, division="08")),
        *(a_product(f"岩棉板 {n}", model=f"TR{n}", category="insulation") for n in range(30)),
    ])  # fmt: skip
    bring(database, [a_product("示例砂浆（演示）", a_certificate("YS-1"), model="M10",
                               category="ready-mixed-mortar")], is_synthetic=True)  # fmt: skip
    bring(database, [a_product(certificate=a_certificate(star=1))], source=REGISTRY)
    bring(database, [a_project(), a_project("P-2", name=HOSTILE, building=a_building(
        name=HOSTILE, floor_area_m2=None))])  # fmt: skip
    bring(database, [a_project("YS-1", name="演示小学（演示）", division="03")], is_synthetic=True)
    bring(database, [
        a_bill_line("1", stage=BillStage.DESIGN, planned_green_quantity=Decimal(90)),
        a_bill_line("2", stage=BillStage.DESIGN, name="未说明的混凝土"),
        a_bill_line("1"),
        a_bill_line("2", name="钢筋", category=None, unit="t"),
        a_bill_line("3", name="袋装砂浆", category="ready-mixed-mortar", unit="bag"),
        a_bill_line("1", project="YS-1"),
        a_bill_line("1", project="P-2"),
    ])  # fmt: skip
    bring(database, [
        a_delivery("1", quantity=Decimal(90), amount=Decimal("45000.50"), product=by_number(),
                   evidence=(evidence("YS-9"),), transport_km=Decimal("35.5")),
        a_delivery("2", quantity=Decimal(12), amount=Decimal(6000), factory=HOSTILE,
                   delivered_on=day("2025-03-01"), delivered_precision=DatePrecision.MONTH),
        a_delivery("3", quantity=Decimal(-2), delivered_on=day("2025-04-01"), name=HOSTILE),
        a_delivery("1", project="YS-1", product=by_number()),
    ])  # fmt: skip
    recalculated(database)
    bring(database, [a_delivery("9", project="P-2", note_number="SH-9")])
    _refuse(database)


def _refuse(database: Database) -> None:
    """Leave a run with issues in the ledger."""
    new = runs.NewRun(
        kind=Kind.PRODUCTS, source="template", file_name=f"{HOSTILE}.csv", file_hash="refused"
    )
    issues = [
        Issue(code="file-empty", facts={"name": HOSTILE}),
        Issue(code="duplicate-column", severity=Severity.WARNING, sheet="表一", row=4,
              column="星级", value=HOSTILE, facts={"columns": HOSTILE}),
    ]  # fmt: skip
    with database.transaction() as session:
        run = runs.open_run(session, new, actor=OPERATOR, now=NOW)
        runs.refuse_run(session, run.id, issues, actor=OPERATOR, now=NOW)
