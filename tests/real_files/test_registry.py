"""The real registry files that others collected, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.records import Issue, Kind, ProductRecord
from importers.lookups import Lookups
from importers.reader import SourceFile, read, recognise

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "registry"
FILES = {
    "tabc_core_dev_jiankang_600.json": 600,
    "real_floor_all_data.json": 78,
    "real_paint_all_data.json": 68,
    "real_wall_30_data.json": 30,
}


@pytest.fixture(params=FILES)
def source(request: pytest.FixtureRequest) -> SourceFile:
    path = FOLDER / request.param
    if not path.exists():
        pytest.skip(f"the real registry files are not here: {path}")
    return SourceFile(path.name, path)


def test_reads_every_row_without_an_issue(source: SourceFile) -> None:
    assert recognise(source) is Kind.REGISTRY
    found = list(read(source, Lookups.from_seed()))
    assert [entry for entry in found if isinstance(entry, Issue)] == []
    assert len(found) == FILES[source.name]


def test_reads_suffixes_years_and_spaces(source: SourceFile) -> None:
    for record in read(source, Lookups.from_seed()):
        assert isinstance(record, ProductRecord) and record.certificate is not None
        assert record.certificate.number.startswith("GBM") and len(record.certificate.number) == 10
        assert record.certificate.suffix in (None, "renewed", "added", "changed")
        assert 2019 <= record.certificate.valid_from.year <= 2027
        assert record.certificate.valid_from < record.certificate.valid_to
        assert "\u00a0" not in record.name and "\n" not in record.name
