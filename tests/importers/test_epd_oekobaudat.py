"""ÖKOBAUDAT tables: rows of one data set together, displaced cells put back or refused."""

from __future__ import annotations

import datetime as dt
import tracemalloc
from decimal import Decimal

import msgspec
import pytest

from catalog.errors import ImportRefusedError
from catalog.records import LocalText, Severity, StatedDate
from catalog.rules.terms import DatePrecision
from importers.epd import is_oekobaudat, read_oekobaudat
from importers.lookups import Lookups
from importers.reader import SourceFile
from tests.importers.epd_files import (
    HEADER,
    PROCESS_ID,
    a_row,
    a_table,
    codes,
    read,
    stated,
    the_only,
)

OTHER_ID = PROCESS_ID.replace("1", "2")
NO_FLOW = ("", "", "", "")
ONE_SHORT = ("", "", "")


def test_joins_the_rows_of_a_data_set() -> None:
    record = the_only(
        read_oekobaudat,
        a_table(
            a_row("A1-A3", "10.68", pere="3"),
            a_row("C3", "0.002322", scenario="S1"),
            a_row("C3", "0.1", scenario="S2"),
            a_row("D", "-5.507"),
        ),
    )
    assert stated(record) == {
        ("A1-A3", None): "10.68",
        ("C3", "S1"): "0.002322",
        ("C3", "S2"): "0.1",
        ("D", None): "-5.507",
    }
    assert stated(record, "pere") == {("A1-A3", None): "3"}
    assert record.names == (LocalText("de", "Türblatt"),)
    assert record.compliance == ("EN 15804+A2", "ISO 14025")
    assert record.valid_until == StatedDate(day=dt.date(2024, 1, 1), precision=DatePrecision.YEAR)
    assert (record.declared_quantity, record.declared_unit) == (Decimal(1), "m2")
    assert [scenario.name for scenario in record.scenarios] == ["S1", "S2"]
    assert record.row == 2


def test_keeps_both_standards_of_one_row_apart() -> None:
    record = the_only(read_oekobaudat, a_table(a_row(gwp="1", a2="2")))
    assert [(one.method, str(one.amount)) for one in record.results] == [
        ("EN 15804+A1", "1"),
        ("EN 15804+A2", "2"),
    ]


@pytest.mark.parametrize("edition", ["EF 3.0", "EF 3.1"])
def test_takes_the_edition_from_the_standards(edition: str) -> None:
    row = a_row(gwp="", a2="2").replace("EN 15804+A2", f"EN 15804+A2 ({edition})")
    assert the_only(read_oekobaudat, a_table(row)).results[0].method == edition


def test_puts_a_missing_cell_back_where_that_is_proved() -> None:
    whole = the_only(read_oekobaudat, a_table(a_row("C3", flow=NO_FLOW)))
    records, issues = read(read_oekobaudat, a_table(a_row("C3", flow=ONE_SHORT)))
    assert records[0].results == whole.results
    assert records[0].document == whole.document
    assert codes(issues) == {"epd-shift-repaired"}


def test_refuses_a_displaced_row_that_might_be_read_in_two_ways() -> None:
    row = a_row("C3", flow=("", "2400", ""))
    records, issues = read(read_oekobaudat, a_table(row, a_row(uuid=OTHER_ID)))
    assert [one.identifier for one in records] == [OTHER_ID]
    (issue,) = [one for one in issues if one.severity is Severity.ERROR]
    assert (issue.code, issue.row) == ("epd-row-shifted", 2)


def test_keeps_out_a_data_set_with_a_row_cut_off_or_too_long() -> None:
    for row, code in ((a_row() + ";;9", "long-row"), (a_row().rsplit(";", 3)[0], "short-row")):
        records, issues = read(read_oekobaudat, a_table(a_row("D"), row))
        assert records == [] and code in codes(issues)


def test_reads_a_unit_that_is_not_available_as_unknown() -> None:
    records, issues = read(read_oekobaudat, a_table(a_row(quantity="not available")))
    assert (records[0].declared_quantity, records[0].mass_kg) == (None, None)
    assert "epd-no-declared-unit" in codes(issues)


def test_reads_columns_by_name_in_either_language_and_any_order() -> None:
    header = (
        "Module;GWPtotal (A2);A2GWPtotal (A2);Version;Name (en);UUID;Ref. unit;Ref. quantity;News"
    )
    row = f"A1-A3;;7;1;Door;{PROCESS_ID};pcs.;3;x"
    records, issues = read(read_oekobaudat, a_table(row, header=header))
    assert stated(records[0]) == {("A1-A3", None): "7"}
    assert records[0].names == (LocalText("en", "Door"),)
    assert (records[0].declared_quantity, records[0].declared_unit) == (Decimal(3), "pcs")
    assert [one.column for one in issues if one.code == "unknown-column"] == ["News"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_reads_every_encoding(encoding: str) -> None:
    content = a_table(a_row(), encoding=encoding)
    assert is_oekobaudat(SourceFile("file", content))
    assert the_only(read_oekobaudat, content).names[0].text == "Türblatt"


def test_reads_decimal_commas_where_the_file_has_them() -> None:
    content = a_table(a_row("A1-A3", "10,68"), a_row("D", "-5"))
    assert stated(the_only(read_oekobaudat, content)) == {
        ("A1-A3", None): "10.68",
        ("D", None): "-5",
    }


def test_refuses_a_comma_in_a_file_of_dots() -> None:
    records, issues = read(read_oekobaudat, a_table(a_row("A1-A3", "10.68"), a_row("D", "1,234")))
    assert records == [] and "epd-bad-amount" in codes(issues)


def test_joins_rows_that_stand_apart() -> None:
    content = a_table(a_row("A1-A3"), a_row("A1-A3", uuid=OTHER_ID), a_row("D", "-1"))
    records, _ = read(read_oekobaudat, content)
    assert [(one.identifier, len(one.results)) for one in records] == [
        (OTHER_ID, 1),
        (PROCESS_ID, 2),
    ]


def test_keeps_out_rows_that_say_different_things_of_one_data_set() -> None:
    records, issues = read(read_oekobaudat, a_table(a_row(), a_row("D", quantity="2")))
    assert records == []
    (issue,) = issues
    assert (issue.code, issue.column) == ("epd-rows-disagree", "Bezugsgroesse")


def test_takes_a_repeated_row_once_and_refuses_a_contradiction() -> None:
    assert len(the_only(read_oekobaudat, a_table(a_row(), a_row())).results) == 1
    records, issues = read(read_oekobaudat, a_table(a_row(), a_row(gwp="11")))
    assert records == [] and "epd-amount-twice" in codes(issues)


def test_keeps_the_rows_in_the_document() -> None:
    document = msgspec.json.decode(the_only(read_oekobaudat, a_table(a_row())).document)
    assert ";".join(document["columns"]) == HEADER
    assert ";".join(document["rows"][0]) == a_row()


def test_refuses_a_table_without_modules_amounts_or_rows() -> None:
    for content, code in (
        (a_table("x;1", header="UUID;GWP"), "missing-column"),
        (a_table("x;A1", header="UUID;Modul"), "missing-column"),
        (a_table(), "table-without-rows"),
    ):
        with pytest.raises(ImportRefusedError) as caught:
            read(read_oekobaudat, content)
        assert caught.value.facts["reason_code"] == code


def test_recognises_only_its_own() -> None:
    for other in (b"", b"UUID,Modul", b"UUID;Version", b"\x00\xff", "企业;模块".encode()):
        assert not is_oekobaudat(SourceFile("file", other))


def test_holds_no_more_than_a_few_data_sets_at_a_time() -> None:
    def peak(sets: int) -> int:
        content = a_table(
            *(
                a_row(module, uuid=f"{number:036}")
                for number in range(sets)
                for module in ("A1", "D")
            )
        )
        tracemalloc.start()
        for outcome in read_oekobaudat(SourceFile("file", content), Lookups.from_seed()):
            assert len(outcome.records) <= 50
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    # Of each further data set its identifier and last row are held, and not what it says.
    assert (peak(2500) - peak(500)) / 2000 < 1500
    assert len(the_only(read_oekobaudat, a_table(a_row("A1"), a_row("D"))).document) > 500
