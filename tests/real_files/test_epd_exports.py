"""Real declarations go out and come back, in each form, with every amount that they had."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import msgspec
import pytest

from catalog.records import EpdRecord
from importers import epd
from importers.epd.results_reading import read_results_table
from importers.epd.write import Form, write_epds
from importers.formats import Reader
from importers.lookups import Lookups
from importers.source import SourceFile

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "lca"
READERS = {
    "openepd/epd.json": epd.read_openepd,
    "ilcd/ibu_with_dependencies.zip": epd.read_ilcd_zip,
    "ilcd/environdec_with_dependencies.zip": epd.read_ilcd_zip,
    "ilcd/sample_data/processes/EPDv1.3_example_57a4ae65-d305-421e-b21f-a3f0c35b8abe.xml": (
        epd.read_ilcd_xml
    ),
    "OBD_2020_II.csv": epd.read_oekobaudat,
}
_EVERY = 25  # Of the thousand data sets of one file some will do.


@pytest.fixture(params=READERS)
def records(request: pytest.FixtureRequest) -> list[EpdRecord]:
    """Some declarations of a real file."""
    path = FOLDER / request.param
    if not path.exists():
        pytest.skip(f"the real declarations are not here: {path}")
    return _read(READERS[request.param], path.name, path)[::_EVERY]


def _read(reader: Reader, name: str, content: Path | bytes) -> list[EpdRecord]:
    found = [
        record
        for outcome in reader(SourceFile(name, content), Lookups.from_seed())
        for record in outcome.records
    ]
    assert all(isinstance(record, EpdRecord) for record in found)
    return found  # type: ignore[return-value]  # As asserted.


def _stated(record: EpdRecord) -> EpdRecord:
    return msgspec.structs.replace(
        record,
        row=None,
        sheet=None,
        format="",
        document="",
        results=tuple(sorted(record.results, key=repr)),
        scenarios=tuple(sorted(record.scenarios, key=repr)),
    )


@pytest.mark.parametrize("form", [Form.CSV, Form.XLSX])
def test_our_own_table_brings_every_declaration_back_whole(
    records: list[EpdRecord], form: Form
) -> None:
    written = write_epds(records, form, language="zh")
    back = _read(read_results_table, f"x.{written.ending}", written.content)
    assert [_stated(one) for one in back] == [_stated(one) for one in records]


def test_the_form_that_it_came_in_brings_it_back_whole(records: list[EpdRecord]) -> None:
    for record in records:
        if record.format == "openepd-json":
            written = write_epds([record], Form.OPENEPD, language="en")
            assert json.loads(written.content) == json.loads(record.document)
        elif record.format in ("ilcd-xml", "ilcd-zip"):
            written = write_epds([record], Form.ILCD, language="en")
            reader = epd.read_ilcd_zip if written.ending == "zip" else epd.read_ilcd_xml
            (back,) = _read(reader, "x", written.content)
            assert _stated(back) == _stated(record)
        else:
            written = write_epds([record], Form.ILCD, language="en")
            (back,) = _read(epd.read_ilcd_zip, "x", written.content)
            assert _stated(back) == _stated(record)
        assert written.issues == ()


def test_openepd_gains_no_amount_and_changes_none(records: list[EpdRecord]) -> None:
    for record in records:
        written = write_epds([record], Form.OPENEPD, language="en")
        (back,) = _read(epd.read_openepd, "x.json", written.content)
        sent = {(r.indicator, r.unit, r.module, r.scenario, r.amount) for r in record.results}
        came = {(r.indicator, r.unit, r.module, r.scenario, r.amount) for r in back.results}
        assert came <= sent
        kept = json.loads(written.content).get("ext", {}).get("lucai", {}).get("results", [])
        assert len(back.results) + len(kept) == len(record.results)


def test_an_archive_of_many_is_one_archive(records: list[EpdRecord]) -> None:
    written = write_epds([*records, *records], Form.ILCD, language="en")
    names = zipfile.ZipFile(io.BytesIO(written.content)).namelist()
    assert len(names) == len(set(names))
