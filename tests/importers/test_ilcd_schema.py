"""What we write as ILCD+EPD is valid against the schema of ILCD, in the one word that EPD adds.

The schema is read from the package ``tidas-tools``, which has it whole; what ILCD+EPD adds besides
stands in places that the schema leaves open.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from catalog.records import EpdOrganisation, EpdRecord, LocalText
from importers import epd
from importers.epd.write import Form, write_epds
from importers.lookups import Lookups
from importers.source import SourceFile
from tests.declarations import a_declaration, an_amount, on_day, year

TABLE = Path(__file__).parents[3] / "shared" / "data" / "lca" / "OBD_2020_II.csv"
PROCESS = "{http://lca.jrc.it/ILCD/Process}"
KINDS = {"processDataSet": "ILCD_ProcessDataSet.xsd", "flowDataSet": "ILCD_FlowDataSet.xsd"}
OURS = '<xs:enumeration value="EPD"/>'
FIRST_OF_THEIRS = '<xs:enumeration value="Unit process, single operation"'

DECLARATIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "all parties": {
        "owner": EpdOrganisation(name="Holz", identifier="302ccdb9-f9a4-46a2-8ffa-596d78b7dbdf"),
        "verifier": EpdOrganisation(name="Rina"),
        "operator": EpdOrganisation(name="IBU"),
        "product_code": "3234567890126",
        "product_rules": "PCR wood",
        "url": "https://example.org/epd",
        "valid_until": on_day("2027-04-22"),
        "compliance": ("EN 15804+A1", "ISO 14025"),
    },
    "year, two languages, own version": {
        "issued_on": year(2022),
        "version": "v2",
        "names": (LocalText("en", "Board"), LocalText("de", "Platte")),
        "classes": ("A: b / c", "d"),
    },
    "nothing declared": {"results": (), "scenarios": (), "declared_unit": None},
    "materials": {
        "properties": {"gross density kg/m3": Decimal(600), "layer thickness m": Decimal("0.01")}
    },
    "indicators of both parts": {
        "results": (
            an_amount("1.5E-7", indicator="odp", unit="kg CFC-11e"),
            an_amount("-3", indicator="pere", method=None, unit="MJ"),
            an_amount("0", indicator="pere", method=None, unit="MJ", module="D", scenario="S1"),
        )
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> dict[str, etree.XMLSchema]:
    """The schemas of the data sets that we write, with the kind of data set that EPD adds."""
    package = find_spec("tidas_tools")
    if package is None or not package.submodule_search_locations:
        pytest.skip("the package tidas-tools, which has the schema of ILCD, is not installed")
    folder = tmp_path_factory.mktemp("schemas")
    source = Path(package.submodule_search_locations[0]) / "eilcd" / "schemas"
    shutil.copytree(source, folder, dirs_exist_ok=True)
    path = folder / "ILCD_Common_EnumerationValues.xsd"
    text = path.read_text(encoding="utf-8")
    assert text.count(FIRST_OF_THEIRS) == 1
    path.write_text(text.replace(FIRST_OF_THEIRS, OURS + FIRST_OF_THEIRS), encoding="utf-8")
    return {kind: etree.XMLSchema(file=str(folder / name)) for kind, name in KINDS.items()}


@pytest.fixture
def errors_of(schemas: dict[str, etree.XMLSchema]) -> Callable[[etree._Element], list[str]]:
    """What the schema says against a data set."""

    def found(root: etree._Element) -> list[str]:
        schema = schemas[etree.QName(root).localname]
        schema.validate(root)
        return [f"{error.line}: {error.message}" for error in schema.error_log]

    return found


def written(record: EpdRecord) -> list[etree._Element]:
    """Return every data set that is written for a declaration."""
    file = write_epds([record], Form.ILCD, language="en")
    if file.ending == "xml":
        return [etree.fromstring(file.content)]
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        return [etree.fromstring(archive.read(name)) for name in archive.namelist()]


@pytest.mark.parametrize("name", DECLARATIONS)
def test_what_is_written_is_valid(
    name: str, errors_of: Callable[[etree._Element], list[str]]
) -> None:
    for root in written(a_declaration(**DECLARATIONS[name])):
        assert errors_of(root) == []


def test_a_row_without_what_the_schema_wants_is_not_valid(
    errors_of: Callable[[etree._Element], list[str]],
) -> None:
    root = written(a_declaration())[0]
    amount = next(root.iter(f"{PROCESS}LCIAResult")).find(f"{PROCESS}meanAmount")
    assert amount is not None
    amount.getparent().remove(amount)  # type: ignore[union-attr]  # It stands in its row.
    assert len(errors_of(root)) == 1


def test_every_data_set_of_a_real_table_is_valid(
    errors_of: Callable[[etree._Element], list[str]],
) -> None:
    if not TABLE.exists():
        pytest.skip(f"the real declarations are not here: {TABLE}")
    outcomes = epd.read_oekobaudat(SourceFile(TABLE.name, TABLE), Lookups.from_seed())
    records = [one for outcome in outcomes for one in outcome.records]
    assert records
    for record in records:
        assert isinstance(record, EpdRecord)
        for root in written(record):
            assert errors_of(root) == []
