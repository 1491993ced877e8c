"""The real declarations that others published, where they are at hand, against known figures."""

from __future__ import annotations

import datetime as dt
import json
import xml.etree.ElementTree as ET
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.records import EpdRecord, Issue, StatedDate
from catalog.rules.terms import DatePrecision
from importers import epd
from importers.lookups import Lookups
from importers.reader import SourceFile
from tests.importers.epd_files import Reader, stated

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "lca"
EPD = "{http://www.iai.kit.edu/EPD/2013}"
PROCESS = "{http://lca.jrc.it/ILCD/Process}"
GWP = {
    "77e416eb-a363-4258-a04e-171d843a6460",
    "6a37f984-a4b3-458a-a20a-64418c145fa2",
    "a7ea142a-9749-11ed-a8fc-0242ac120002",
}
PROCESSES = [
    "EPDv1.3_example_57a4ae65-d305-421e-b21f-a3f0c35b8abe.xml",
    "Heizkoerper.xml",
    "Kalk_(CaO__Feinkalk).xml",
    "sample_EPD.xml",
]


def find(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the real declarations are not here: {path}")
    return path


def read(reader: Reader, name: str) -> tuple[list[EpdRecord], list[Issue]]:
    path = find(name)
    outcomes = list(reader(SourceFile(path.name, path), Lookups.from_seed()))
    records = [one for outcome in outcomes for one in outcome.records]
    assert all(isinstance(one, EpdRecord) for one in records)
    issues = [one for outcome in outcomes for one in outcome.issues]
    return [one for one in records if isinstance(one, EpdRecord)], issues


def year(number: int) -> StatedDate:
    return StatedDate(day=dt.date(number, 1, 1), precision=DatePrecision.YEAR)


def gwp_by_element_tree(content: bytes) -> dict[tuple[str | None, str | None], Decimal]:
    """Return every total GWP of a process, read by another parser and nothing of ours."""
    found = {}
    for row in ET.fromstring(content).iter(f"{PROCESS}LCIAResult"):  # noqa: S314  Known files.
        reference = row.find(f"{PROCESS}referenceToLCIAMethodDataSet")
        if reference is not None and reference.get("refObjectId") in GWP:
            for one in row.iter(f"{EPD}amount"):
                if one.text and one.text.strip():
                    place = (one.get(f"{EPD}module"), one.get(f"{EPD}scenario"))
                    found[place] = Decimal(one.text.strip())
    return found


def test_reads_the_parquet_of_ibu() -> None:
    (record,), issues = read(epd.read_ilcd_zip, "ilcd/ibu_with_dependencies.zip")
    gwp = stated(record)
    assert gwp["A1-A3", None] == "6.529"
    assert (gwp["C3", "S1"], gwp["C3", "S2"]) == ("11.88", "11.76")
    assert (gwp["D", "S1"], gwp["D", "S2"]) == ("-4.877", "-0.2187")
    assert stated(record, "ep-freshwater")["A1-A3", None] == "0.0001176"
    assert (record.declared_quantity, record.declared_unit) == (Decimal(1), "m2")
    assert record.mass_kg == Decimal("7.7")
    assert record.issued_on == StatedDate(day=dt.date(2022, 10, 10))
    assert record.valid_until == year(2027)
    assert record.registration_number == "EPD-HAM-20220202-ICD1-DE"
    assert {one.code for one in issues} == {
        "zip-entries-not-read", "epd-unit-differs", "epd-property-not-a-number",
    }  # fmt: skip


def test_reads_the_plasterboard_of_environdec() -> None:
    (record,), issues = read(epd.read_ilcd_zip, "ilcd/environdec_with_dependencies.zip")
    gwp = stated(record)
    assert gwp["A1-A3", None] == "2.79"
    assert {module for module, _ in gwp} == {"A1-A3", "A4", "A5", "C1", "C2", "C3", "C4"}
    assert record.names[0].text == "12.5 mm Plasterboard Knauf A-ZERO"
    assert (record.declared_quantity, record.declared_unit) == (Decimal(1), "m2")
    assert record.valid_until == year(2025)
    assert [one.value for one in issues if one.code == "epd-day-in-text"] == ["2025-04-22"]


@pytest.mark.parametrize("name", ["ibu", "environdec"])
def test_reads_every_total_as_another_parser_does(name: str) -> None:
    path = f"ilcd/{name}_with_dependencies.zip"
    (record,), _ = read(epd.read_ilcd_zip, path)
    assert record.sheet is not None
    with zipfile.ZipFile(find(path)) as archive:
        expected = gwp_by_element_tree(archive.read(record.sheet))
    found = {(one.module, one.scenario): one.amount for one in record.results
             if one.indicator == "gwp"}  # fmt: skip
    assert found == expected and expected


@pytest.mark.parametrize("name", PROCESSES)
def test_reads_the_sample_processes(name: str) -> None:
    path = f"ilcd/sample_data/processes/{name}"
    (record,), issues = read(epd.read_ilcd_xml, path)
    assert not [one for one in issues if one.severity == "error" or one.code == "unknown-field"]
    expected = gwp_by_element_tree(find(path).read_bytes())
    found = {(one.module, one.scenario): one.amount for one in record.results
             if one.indicator == "gwp"}  # fmt: skip
    assert found == expected
    assert json.loads(record.document)["process"].startswith("<?xml")


def test_reads_the_oekobaudat_table() -> None:
    records, issues = read(epd.read_oekobaudat, "OBD_2020_II.csv")
    assert len(records) == 993
    assert sum(len(json.loads(one.document)["rows"]) for one in records) == 4813
    assert {one.code for one in issues} == {"epd-no-declared-unit"} and len(issues) == 3
    by_start = {one.identifier[:8]: one for one in records}
    door = stated(by_start["c23b2987"])
    assert (door["A1-A3", None], door["C3", None], door["D", None]) == (
        "10.68", "0.002322", "-5.507",
    )  # fmt: skip
    wood = {place: Decimal(text) for place, text in stated(by_start["f63ac879"]).items()}
    assert round(wood["A1-A3", None], 2) == Decimal("-647.42")
    parts = sum(wood[module, None] for module in ("A1", "A2", "A3"))
    assert abs(wood["A1-A3", None] - parts) < Decimal("1e-9")
    assert {scenario for _, scenario in wood} == {None, "energetisch", "stofflich"}


def test_reads_the_openepd_documents() -> None:
    (record,), issues = read(epd.read_openepd, "openepd/epd.json")
    assert stated(record) == {("A1-A3", None): "123"}
    assert (record.declared_quantity, record.declared_unit) == (Decimal(1), "m3")
    assert record.mass_kg == Decimal(12500)
    assert {one.code for one in issues} == {"epd-identifier-made", "epd-unknown-unit"}
    for name in ("manufacturer", "plant", "program_operator", "third_party_verifier"):
        records, issues = read(epd.read_openepd, f"openepd/{name}.json")
        assert records == [] and [one.code for one in issues] == ["epd-other-document"]
