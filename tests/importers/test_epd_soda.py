"""soda4LCA JSON: the same data set in other clothes, with moments for days."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from catalog.records import LocalText, StatedDate
from catalog.rules.terms import DatePrecision
from importers.epd import is_openepd, is_soda, read_soda
from importers.reader import SourceFile
from tests.importers.epd_files import a_soda, an_openepd, codes, read, stated, text_of, the_only


def test_reads_a_data_set() -> None:
    record = the_only(read_soda, text_of(a_soda()))
    assert record.names == (LocalText("de", "Massivholzplatte"),)
    assert stated(record) == {("A1-A3", None): "-647.42", ("C3", "S1"): "810.12"}
    assert {(one.method, one.unit) for one in record.results} == {("EN 15804+A1", "kg CO2e")}
    assert (record.declared_quantity, record.declared_unit) == (Decimal(1), "m3")
    assert record.mass_kg == Decimal("510.45")
    assert record.properties == {"gross density kg/m3": Decimal("510.45")}
    assert record.valid_until == StatedDate(day=dt.date(2025, 1, 1), precision=DatePrecision.YEAR)
    (scenario,) = record.scenarios
    assert (scenario.name, scenario.is_default) == ("S1", True)
    assert scenario.description == (LocalText("de", "thermisch"),)
    assert (record.subtype, record.version) == (None, "00.00.025")


def test_has_nothing_to_remark_on_what_the_service_always_writes() -> None:
    _, issues = read(read_soda, text_of(a_soda()))
    assert issues == []


def test_keeps_the_text_of_the_document() -> None:
    text = text_of(a_soda()).decode()
    assert the_only(read_soda, text).document == text


@pytest.mark.parametrize(
    ("moment", "day", "is_remarked"),
    [
        (1588896000000, dt.date(2020, 5, 8), False),  # midnight in universal time
        (1588888800000, dt.date(2020, 5, 8), True),  # midnight in Berlin, in summer
        (1578524400000, dt.date(2020, 1, 9), True),  # and in winter
    ],
)
def test_reads_a_moment_as_the_day_that_was_meant(
    moment: int, day: dt.date, is_remarked: bool
) -> None:
    content = a_soda()
    anies = [{"name": "publicationDateOfEPD", "value": moment}]
    content["processInformation"]["time"]["other"] = {"anies": anies}
    records, issues = read(read_soda, text_of(content))
    assert records[0].issued_on == StatedDate(day=day)
    assert ("epd-day-from-moment" in codes(issues)) is is_remarked


def test_reports_what_nobody_knows() -> None:
    content = a_soda()
    content["processInformation"]["surprise"] = {"value": 1}
    _, issues = read(read_soda, text_of(content))
    assert [(one.code, one.column) for one in issues] == [("unknown-field", "surprise")]


def test_reads_a_list() -> None:
    records, issues = read(read_soda, text_of(a_soda(), 5, a_soda()))
    assert [one.row for one in records] == [1]
    assert codes(issues) == {"epd-not-a-document", "duplicate-row"}


@pytest.mark.parametrize(
    "changes",
    [
        {"exchanges": 5},
        {"LCIAResults": {"LCIAResult": [[[]], None, "x", {"other": {"anies": "x"}}]}},
        {"processInformation": {"a b": {"<": 1}}},
        {"processInformation": {"dataSetInformation": {"UUID": "\u0000"}}},
    ],
)
def test_never_crashes_on_another_shape(changes: dict[str, Any]) -> None:
    _, issues = read(read_soda, text_of(a_soda(**changes)))
    assert issues


def test_recognises_only_its_own() -> None:
    source = SourceFile("file", text_of(a_soda()))
    assert is_soda(source) and not is_openepd(source)
    assert not is_soda(SourceFile("file", text_of(an_openepd())))
