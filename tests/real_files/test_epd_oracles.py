"""Every total that we read of the real declarations is the one that independent readers read.

``docs/explain/declarations.md`` lists where they differ from us, and why.
"""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from catalog.records import EpdRecord
from importers import epd
from importers.epd.write import Form, write_epds
from importers.formats import Reader
from importers.lookups import Lookups
from importers.source import SourceFile

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "lca"
SAMPLES = FOLDER / "ilcd" / "sample_data"
PROCESS = "{http://lca.jrc.it/ILCD/Process}"
COMMON = "{http://lca.jrc.it/ILCD/Common}"
EPD = "{http://www.iai.kit.edu/EPD/2013}"
ILCD_FILES = [
    "ilcd/ibu_with_dependencies.zip",
    "ilcd/environdec_with_dependencies.zip",
    "ilcd/sample_data/processes/EPDv1.3_example_57a4ae65-d305-421e-b21f-a3f0c35b8abe.xml",
    "ilcd/sample_data/processes/Heizkoerper.xml",
    "ilcd/sample_data/processes/Kalk_(CaO__Feinkalk).xml",
    "ilcd/sample_data/processes/sample_EPD.xml",
]
_EVERY = 10  # Of the thousand data sets of one file some will do.
_LANGUAGES = ["en", "de", None]

Totals = dict[str, list[float]]
"""The total global warming potentials of each module, in order of size."""


def find(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the real declarations are not here: {path}")
    return path


def library(name: str) -> Any:
    return pytest.importorskip(name, reason=f"the reader {name} is not installed")


def read(reader: Reader, name: str, content: Path | bytes) -> list[EpdRecord]:
    outcomes = reader(SourceFile(name, content), Lookups.from_seed())
    records = [one for outcome in outcomes for one in outcome.records]
    assert all(isinstance(one, EpdRecord) for one in records)
    return records  # type: ignore[return-value]  # As asserted.


def read_ilcd(path: Path) -> EpdRecord:
    reader = epd.read_ilcd_zip if path.suffix == ".zip" else epd.read_ilcd_xml
    (record,) = read(reader, path.name, path)
    return record


def totals(stated: Iterable[tuple[str, Any]]) -> Totals:
    found: Totals = defaultdict(list)
    for module, amount in stated:
        found[module].append(float(amount))
    return {module: sorted(amounts) for module, amounts in found.items()}


def ours(record: EpdRecord) -> Totals:
    return totals((one.module, one.amount) for one in record.results if one.indicator == "gwp")


def of_openepd(impacts: dict[str, Any]) -> Totals:
    """Return the totals of all methods of an openEPD document, as its own library has them."""
    stated: list[tuple[str, Any]] = []
    for indicators in impacts.values():
        scopes = dict((indicators or {}).get("gwp") or {})
        for scenario in scopes.pop("C_scenarios", None) or []:
            stated += [(part, one["mean"]) for part, one in scenario.items() if _is_amount(one)]
        stated += [(part, one["mean"]) for part, one in scopes.items() if _is_amount(one)]
    return totals((part.replace("A1A2A3", "A1-A3"), amount) for part, amount in stated)


def _is_amount(one: object) -> bool:
    return isinstance(one, dict) and one.get("mean") is not None


def known_to_ilcdlib(record: EpdRecord) -> Totals:
    """Return our totals without those that ilcdlib leaves out.

    Of a module in scenarios it takes only those of the end of life, and only where the scenario
    is described.
    """
    described = {one.name for one in record.scenarios if one.description}
    return totals(
        (one.module, one.amount)
        for one in record.results
        if one.indicator == "gwp"
        and (one.scenario is None or (one.module[0] in "CD" and one.scenario in described))
    )


def by_ilcdlib(content: bytes) -> Totals:
    reader, medium = library("ilcdlib.epd.reader"), library("ilcdlib.medium.archive")
    archive = medium.ZipIlcdReader(io.BytesIO(content))
    found = reader.IlcdEpdReader(None, None, archive).to_openepd_epd(
        _LANGUAGES, "https://example.org"
    )
    return of_openepd(found.model_dump(mode="json").get("impacts") or {})


def as_archive(path: Path) -> bytes:
    """Return a process with the data sets around it, as ilcdlib wants it."""
    if path.suffix == ".zip":
        return path.read_bytes()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.write(path, f"ILCD/processes/{path.name}")
        for one in SAMPLES.glob("*/*.xml"):
            if one.parent.name != "processes":
                archive.write(one, f"ILCD/{one.parent.name}/{one.name}")
    return stream.getvalue()


def process_in(path: Path) -> bytes:
    if path.suffix != ".zip":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        (name,) = (one for one in archive.namelist() if "/processes/" in one and one[-1] != "/")
        return archive.read(name)


def as_soda(content: bytes) -> dict[str, Any]:
    """Return the impacts of a process as the JSON that lcax reads, with a header to suit it."""
    rows = []
    for row in ET.fromstring(content).iter(f"{PROCESS}LCIAResult"):  # noqa: S314  Known files.
        method = row.find(f"{PROCESS}referenceToLCIAMethodDataSet")
        assert method is not None
        amounts = [
            {
                "value": (one.text or "").strip() or None,
                "module": one.get(f"{EPD}module"),
                "scenario": one.get(f"{EPD}scenario"),
            }
            for one in row.iter(f"{EPD}amount")
        ]
        kept = [
            {name: value for name, value in one.items() if value is not None} for one in amounts
        ]
        rows.append(
            {
                "referenceToLCIAMethodDataSet": _reference(
                    method.findtext(f"{COMMON}shortDescription"), method.get("refObjectId")
                ),
                "other": {
                    "anies": [
                        *kept,
                        {"name": "referenceToUnitGroupDataSet", "value": _reference("kg CO2e")},
                    ]
                },
            }
        )
    return {
        "version": "1.1",
        "processInformation": {
            "dataSetInformation": {
                "UUID": "0f0e0d0c-0001-4000-8000-000000000001",
                "name": {"baseName": [{"value": "Board", "lang": "en"}]},
                "classificationInformation": {"classification": []},
            },
            "quantitativeReference": {"referenceToReferenceFlow": [0]},
            "time": {"referenceYear": 2020, "dataSetValidUntil": 2025},
            "geography": {"locationOfOperationSupplyOrProduction": {"location": "DE"}},
        },
        "modellingAndValidation": {
            "LCIMethodAndAllocation": {"typeOfDataSet": "EPD", "other": {"anies": []}},
            "complianceDeclarations": {
                "compliance": [{"referenceToComplianceSystem": _reference("EN 15804+A2")}]
            },
        },
        "administrativeInformation": {"publicationAndOwnership": {"dataSetVersion": "00.00.001"}},
        "exchanges": {"exchange": []},
        "LCIAResults": {"LCIAResult": rows},
    }


def _reference(name: str | None, uuid: str | None = None) -> dict[str, Any]:
    return {
        "type": "data set",
        "refObjectId": uuid or "00000000-0000-0000-0000-000000000000",
        "version": "00.00.001",
        "uri": "",
        "shortDescription": [{"value": name or "", "lang": "en"}],
    }


@pytest.mark.parametrize("name", ILCD_FILES)
def test_every_total_of_an_ilcd_file_that_ilcdlib_takes_is_ours(name: str) -> None:
    path = find(name)
    assert by_ilcdlib(as_archive(path)) == known_to_ilcdlib(read_ilcd(path))


@pytest.mark.parametrize("name", ILCD_FILES)
def test_every_total_of_an_ilcd_file_is_what_lcax_reads(name: str) -> None:
    lcax = library("lcax")
    path = find(name)
    answer = json.loads(lcax.convert_ilcd(json.dumps(as_soda(process_in(path)))).dumps())
    theirs = {
        module.upper().replace("A1A3", "A1-A3"): amount
        for module, amount in (answer["impacts"].get("gwp") or {}).items()
        if amount is not None
    }
    expected = ours(read_ilcd(path))
    assert set(theirs) == set(expected)
    for module, amount in theirs.items():
        # Of a module in several scenarios lcax keeps one; it has no place for the others.
        assert amount in expected[module]


def test_every_total_of_an_openepd_document_is_what_openepd_reads() -> None:
    model = library("openepd.model.epd")
    path = find("openepd/epd.json")
    (record,) = read(epd.read_openepd, path.name, path)
    theirs = model.Epd.model_validate(json.loads(path.read_text(encoding="utf-8")))
    expected = of_openepd(theirs.model_dump(mode="json")["impacts"])
    assert ours(record) == expected and expected


@pytest.fixture(scope="module")
def rows_of_a_table() -> list[EpdRecord]:
    """Some declarations of the ÖKOBAUDAT table, which none of these libraries reads."""
    path = find("OBD_2020_II.csv")
    return read(epd.read_oekobaudat, path.name, path)[::_EVERY]


def test_ilcdlib_reads_the_totals_that_we_write(rows_of_a_table: list[EpdRecord]) -> None:
    for record in rows_of_a_table:
        written = write_epds([record], Form.ILCD, language="en")
        if written.ending == "zip":
            assert by_ilcdlib(written.content) == known_to_ilcdlib(record)


def test_openepd_accepts_what_we_write_and_reads_every_total(
    rows_of_a_table: list[EpdRecord],
) -> None:
    model = library("openepd.model.epd")
    for record in rows_of_a_table:
        written = json.loads(write_epds([record], Form.OPENEPD, language="en").content)
        theirs = model.Epd.model_validate(written).model_dump(mode="json")
        kept = written["ext"]["lucai"].get("results", [])
        found = totals((one["module"], one["amount"]) for one in kept if one["indicator"] == "gwp")
        for module, amounts in of_openepd(theirs.get("impacts") or {}).items():
            found[module] = sorted([*found.get(module, []), *amounts])
        assert found == ours(record)
