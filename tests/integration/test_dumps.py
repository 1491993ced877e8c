"""Dumps hold every public fact, of one moment, whole or not at all; they come back unchanged."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import polars as pl
import pytest
from sqlalchemy import select

from catalog.db import Database
from catalog.models.certificate import CertificateVersion
from catalog.models.product import Product
from catalog.records import EpdRecord, Issue, Kind, ProductRecord, TestReportRecord
from catalog.rules.terms import CertificateState
from catalog.services import changes, epds
from catalog.views.open_data import Dump
from importers.dump.folder import MANIFEST, dumps, find_dump
from importers.dump.words import tables
from importers.dump.write import make_dump
from importers.lookups import Lookups
from importers.reader import SourceFile, read
from tests.adoptions import an_adoption
from tests.builders import NOW, a_certificate, a_company, a_product, bring, day
from tests.declarations import a_declaration, an_amount

LATER = NOW.replace(day=2)
FORMULA = '=HYPERLINK("http://bad.example")'


@pytest.fixture
def store(database: Database) -> Database:
    """Every kind of paper, a model that a spreadsheet would run, a declaration, an adoption."""
    bring(database, [
        a_product(certificate=a_certificate(standard="T/CECS 10047-2019", factory="一厂")),
        a_product(certificate=a_certificate(factory="二厂", reissued_on=day("2026-01-01"), star=3,
                                            state=CertificateState.SUSPENDED,
                                            state_on=day("2026-05-01"), state_reason="抽查")),
        a_product("岩棉板", model="TR10", category="insulation", brand="'牌",
                  company=a_company("石河子保温有限公司", division="08", address="一路1号"),
                  report=TestReportRecord(number="JC-1", laboratory="检测中心",
                                          issued_on=day("2025-01-10"))),
        a_product("没有证书的砂浆", model=FORMULA, category="ready-mixed-mortar"),
    ])  # fmt: skip
    bring(database, [a_declaration(results=(an_amount(), an_amount("0", module="A4")))])
    with database.reading() as connection:
        key = connection.scalar(select(Product.key).where(Product.name == "岩棉板"))
    assert key is not None
    an_adoption(database, key, certificate=None, valid_to="2027-01-01")
    return database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where dumps go; the store's own file lies beside it."""
    return tmp_path / "open-data"


def dumped(store: Database, folder: Path, *, keep: int = 3, now: Any = NOW) -> Dump:
    return make_dump(store, folder, keep=keep, now=now)


def rows_of(folder: Path, dump: Dump, name: str) -> list[dict[str, Any]]:
    lines = (folder / dump.key / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_file_is_what_the_manifest_says(store: Database, folder: Path) -> None:
    dump = dumped(store, folder)
    place = folder / dump.key
    assert {file.name for file in dump.files} | {MANIFEST} == {p.name for p in place.iterdir()}
    for file in dump.files:
        content = (place / file.name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
    assert msgspec.json.decode((place / MANIFEST).read_bytes(), type=Dump) == dump
    assert find_dump(folder, "latest") == dump
    with store.reading() as connection:
        assert dump.changes_since == changes.last_change(connection)


def test_all_forms_of_a_table_hold_the_same(store: Database, folder: Path) -> None:
    dump = dumped(store, folder)
    for table in tables():
        base = folder / dump.key / table.name
        parquet = pl.read_parquet(f"{base}.parquet")
        assert parquet.columns == [column.name for column in table.columns]
        lines = rows_of(folder, dump, table.name)
        said = [
            {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
            for row in parquet.to_dicts()
        ]
        assert [{k: _moment(v) for k, v in row.items()} for row in said] == lines
        assert duckdb.read_csv(f"{base}.csv", all_varchar=True).shape[0] == parquet.height


def _moment(value: Any) -> Any:
    return value.replace("+00:00", "Z") if isinstance(value, str) and "T" in value else value


def test_a_spreadsheet_runs_nothing_and_unknown_is_no_zero(store: Database, folder: Path) -> None:
    dump = dumped(store, folder)
    with (folder / dump.key / "products.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["model"] for row in rows if row["name"] == "没有证书的砂浆"] == [f"'{FORMULA}"]
    assert [row["brand"] for row in rows if row["name"] == "岩棉板"] == ["''牌"]
    exact = {row["name"]: row for row in rows_of(folder, dump, "products")}
    assert exact["没有证书的砂浆"]["model"] == FORMULA
    assert exact["岩棉板"]["declared_factors"] is None
    assert [row["standing"] for row in rows_of(folder, dump, "adoptions")] == ["adopted"]
    assert [row["validity"] for row in rows_of(folder, dump, "certificates")] == ["suspended"]


def test_products_and_certificates_come_back_unchanged(
    store: Database, folder: Path, sqlite_template: Path, lookups: Lookups
) -> None:
    dump = dumped(store, folder)
    content = (folder / dump.key / "products-and-certificates.csv").read_bytes()
    records = list(read(SourceFile("products.csv", content), lookups, kind=Kind.PRODUCTS))
    path = folder.parent / "again.db"
    path.write_bytes(sqlite_template.read_bytes())
    again = Database(f"sqlite:///{path}")
    products = [each for each in records if isinstance(each, ProductRecord)]
    remarks = [each for each in records if isinstance(each, Issue)]
    assert not remarks
    bring(again, products)
    assert _known(again) == _known(store)
    again.close()


def _known(database: Database) -> tuple[list[Any], list[Any]]:
    with database.reading() as connection:
        columns = (Product.key, Product.name, Product.brand, Product.model, Product.declared)
        version = CertificateVersion
        stated = (version.effective_on, version.star, version.standard, version.valid_from,
                  version.valid_to, version.factory, version.reissued_on)  # fmt: skip
        return (
            sorted(map(tuple, connection.execute(select(*columns))), key=str),
            sorted(
                map(
                    tuple,
                    connection.execute(
                        select(*stated).where(version.superseded_at.is_(None), version.star == 3)
                    ),
                ),
                key=str,
            ),
        )


def test_declarations_come_back_unchanged(store: Database, folder: Path, lookups: Lookups) -> None:
    dump = dumped(store, folder)
    with store.reading() as connection:
        (key,) = epds.epd_keys(connection, "")
        record = epds.epd_record(connection, key)
    for name in ("declarations.openepd.json", "declarations.ilcd.zip"):
        content = (folder / dump.key / name).read_bytes()
        found = read(SourceFile(name, content), lookups, kind=Kind.EPDS)
        (again,) = [each for each in found if isinstance(each, EpdRecord)]
        amounts = {(r.indicator, r.module, r.unit): r.amount for r in again.results}
        assert amounts == {(r.indicator, r.module, r.unit): r.amount for r in record.results}


def test_one_that_fails_leaves_nothing_behind(store: Database, folder: Path) -> None:
    first = dumped(store, folder)

    def fail(files: int) -> None:
        if files == 5:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        make_dump(store, folder, keep=3, now=LATER, progress=fail)
    assert [place.name for place in folder.iterdir()] == [first.key]


def test_only_the_last_ones_are_kept(store: Database, folder: Path) -> None:
    made = [dumped(store, folder, keep=2, now=NOW.replace(day=day)) for day in (1, 2, 3)]
    assert [dump.key for dump in dumps(folder)] == [made[2].key, made[1].key]


def test_what_a_program_made_up_says_so_in_every_file(database: Database, folder: Path) -> None:
    bring(database, [a_product(certificate=a_certificate())], is_synthetic=True)
    dump = dumped(database, folder)
    assert dump.contains_synthetic
    for name in ("products", "certificates", "certificate_versions", "product_certificates"):
        assert [row["is_synthetic"] for row in rows_of(folder, dump, name)] == [True], name
    names = {file.name for file in dump.files if file.table == "products-and-certificates"}
    assert names == {"synthetic-products-and-certificates.csv"}
