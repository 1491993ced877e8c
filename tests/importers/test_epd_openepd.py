"""openEPD documents: names in every spelling, units never mixed, and the document kept whole."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from catalog.errors import ImportRefusedError
from catalog.records import EpdOrganisation, LocalText, Severity, StatedDate
from importers.epd import is_openepd, is_openepd_bundle, read_openepd, read_openepd_bundle
from importers.reader import SourceFile
from tests.importers.epd_files import a_zip, an_openepd, codes, read, stated, text_of, the_only


def impacts(**found: Any) -> dict[str, Any]:
    return an_openepd(impacts={"TRACI 2.1": found})


def test_reads_a_document() -> None:
    record = the_only(
        read_openepd,
        text_of(
            an_openepd(
                product_sku="X1",
                program_operator_doc_id="D-7",
                product_classes={"EC3": "Concrete", "MasterFormat": ["03 30 00", "03 31 00"]},
                third_party_verifier={"web_domain": "check.example"},
                third_party_verifier_name="A. Person",
                pcr={"id": "ec3cs2k2", "name": "Concrete PCR"},
                kg_per_declared_unit={"qty": 2.4, "unit": "t"},
                kg_C_per_declared_unit={"qty": 8.5, "unit": "kg"},
                product_service_life_years=60,
            )
        ),
    )
    assert (record.identifier, record.version, record.product_code) == ("ec300001", "2", "X1")
    assert record.names == (LocalText("en", "Ready mix 30"),)
    assert record.manufacturer == EpdOrganisation(name="Betonwerk", identifier="betonwerk.example")
    assert record.verifier == EpdOrganisation(name="A. Person", identifier="check.example")
    assert record.classes == ("EC3: Concrete", "MasterFormat: 03 30 00", "MasterFormat: 03 31 00")
    assert (record.registration_number, record.product_rules) == ("D-7", "Concrete PCR")
    assert record.valid_until == StatedDate(day=dt.date(2029, 2, 11))
    assert (record.declared_quantity, record.declared_unit) == (Decimal(1), "m3")
    assert record.mass_kg == Decimal(2400)
    assert record.properties == {"carbon kg": Decimal("8.5"), "service life a": Decimal(60)}


def test_keeps_the_text_of_the_document_to_the_letter() -> None:
    text = ' {"doctype":"OpenEPD","id":"ec300001","product_name":"P","ext":{"a":1.50},"x":1E2}'
    records, issues = read(read_openepd, text)
    assert records[0].document == text.strip()
    assert [issue.column for issue in issues if issue.code == "unknown-field"] == ["x"]


def test_reads_amounts_exactly_as_written() -> None:
    text = text_of(an_openepd()).replace(b"250.5", b"250.500000000000000001")
    assert stated(the_only(read_openepd, text)) == {("A1-A3", None): "250.500000000000000001"}


@pytest.mark.parametrize("name", ["ep-fresh", "ep_fresh", "EP-fresh"])
def test_takes_hyphens_and_underscores_alike(name: str) -> None:
    content = impacts(**{name: {"A1A2A3": {"mean": 1, "unit": "kgPO4e"}}})
    (result,) = the_only(read_openepd, text_of(content)).results
    # The name is that of ILCD's indicator, the unit is not: they are never compared.
    assert (result.indicator, result.unit, result.method) == (
        "ep-freshwater", "kg PO4e", "TRACI 2.1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("ap", "kgSO2e", "kg SO2e"),
        ("ap", "molHe", "mol H+e"),
        ("pocp", "kgO3e", "kg O3e"),
        ("pocp", "kgNMVOCe", "kg NMVOCe"),
        ("ep", "kgNe", "kg Ne"),
    ],
)
def test_keeps_the_units_of_one_name_apart(name: str, unit: str, expected: str) -> None:
    content = impacts(**{name: {"A1A2A3": {"mean": 1, "unit": unit}}})
    assert the_only(read_openepd, text_of(content)).results[0].unit == expected


def test_reads_an_absent_or_empty_scope_as_not_declared() -> None:
    scopes = {
        "A1A2A3": {"mean": 0, "unit": "kgCO2e"},
        "A4": None,
        "A5": {"mean": None, "unit": "kgCO2e"},
        "B1_years": 10,
        "ext": {"x": 1},
    }
    record = the_only(read_openepd, text_of(impacts(gwp=scopes)))
    assert stated(record) == {("A1-A3", None): "0"}


def test_reads_scenarios_of_the_end_of_life() -> None:
    scopes = {
        "C3": {"mean": 1, "unit": "kgCO2e"},
        "C_scenarios": [
            {"name": "S1", "C3": {"mean": 11.88, "unit": "kgCO2e"}, "likelihood": 0.5},
            {"name": "S2", "C3": {"mean": 11.76, "unit": "kgCO2e"}},
        ],
    }
    record = the_only(read_openepd, text_of(impacts(gwp=scopes)))
    assert stated(record) == {("C3", None): "1", ("C3", "S1"): "11.88", ("C3", "S2"): "11.76"}
    assert [scenario.name for scenario in record.scenarios] == ["S1", "S2"]


def test_reads_resources_in_mixed_case_without_taking_them_for_another() -> None:
    content = an_openepd(
        impacts={},
        resource_uses={
            "RPRe": {"A1": {"mean": 3, "unit": "MJ"}},
            "pere": {"A1": {"mean": 4, "unit": "MJ"}},
        },
    )
    found = {one.indicator: one for one in the_only(read_openepd, text_of(content)).results}
    assert (str(found["rpre"].amount), str(found["pere"].amount)) == ("3", "4")
    assert found["rpre"].method is None


def test_keeps_an_unknown_indicator_under_its_own_name() -> None:
    content = impacts(newthing={"A1A2A3": {"mean": 3, "unit": "foo"}})
    records, issues = read(read_openepd, text_of(content))
    assert (records[0].results[0].indicator, records[0].results[0].unit) == ("newthing", "foo")
    assert {"epd-unknown-indicator", "epd-unknown-unit"} <= codes(issues)


def test_makes_an_identifier_that_stays_when_the_amounts_change() -> None:
    first = the_only(read_openepd, text_of(an_openepd(id=None)))
    changed = the_only(read_openepd, text_of(an_openepd(id=None, impacts={}, version=3)))
    other = the_only(read_openepd, text_of(an_openepd(id=None, product_name="Ready mix 35")))
    assert first.identifier == changed.identifier != other.identifier
    _, issues = read(read_openepd, text_of(an_openepd(id="")))
    assert "epd-identifier-made" in codes(issues)


@pytest.mark.parametrize(
    ("written", "is_odd"),
    [("ec3c0h02", False), ("EC300001", False), ("Ec3000001", True), ("abc", True)],
)
def test_remarks_an_odd_identifier(written: str, is_odd: bool) -> None:
    records, issues = read(read_openepd, text_of(an_openepd(id=written)))
    assert records[0].identifier == (written if is_odd else written.lower())
    assert ("epd-odd-identifier" in codes(issues)) is is_odd


@pytest.mark.parametrize(
    "document",
    [
        {"name": "Maker", "web_domain": "maker.example"},
        {"id": "865P2W3V+3W.maker.example", "name": "Works", "address": "A street"},
        {"doctype": "openPCR", "name": "Rules"},
        {"issuer": {}, "issuer_doc_id": "1", "web_domain": None},
        {"doctype": "something new"},
    ],
)
def test_explains_documents_of_other_kinds(document: dict[str, Any]) -> None:
    records, issues = read(read_openepd, text_of(document))
    assert records == []
    assert codes(issues) == {"epd-other-document"}


def test_reads_a_list_and_says_which_entry_is_meant() -> None:
    content = text_of(an_openepd(), {"web_domain": "a.example"}, "text", an_openepd(id="ec300002"))
    records, issues = read(read_openepd, content)
    assert [(one.row, one.identifier) for one in records] == [(1, "ec300001"), (4, "ec300002")]
    errors = [(one.row, one.code) for one in issues if one.severity is Severity.ERROR]
    assert errors == [(2, "epd-other-document"), (3, "epd-not-a-document")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"product_name": None}, "epd-no-name"),
        ({"product_name": 5}, "not-text"),
        ({"impacts": []}, "epd-wrong-shape"),
        ({"impacts": {"M": {"gwp": {"A1": 5}}}}, "epd-wrong-shape"),
        ({"impacts": {"M": {"gwp": {"A1": {"mean": "much", "unit": "kgCO2e"}}}}}, "epd-bad-amount"),
        ({"valid_until": "soon"}, "bad-date"),
        ({"valid_until": "2024-02-30"}, "bad-date"),
        ({"declared_unit": "1 m3"}, "epd-wrong-shape"),
    ],
)
def test_keeps_out_what_cannot_be_understood(fields: dict[str, Any], code: str) -> None:
    records, issues = read(read_openepd, text_of(an_openepd(**fields)))
    assert records == [] and code in codes(issues)


def test_refuses_to_choose_between_two_fields_of_one_name() -> None:
    records, issues = read(
        read_openepd, '{"doctype":"openEPD","product_name":"A","product_name":"B"}'
    )
    assert records == [] and codes(issues) == {"json-field-twice"}


def test_reads_a_bundle_and_leaves_its_pictures() -> None:
    content = a_zip(
        {
            "manifest": "{}",
            "toc": '"ref","name"',
            "epd/000001.json": text_of(an_openepd()),
            "org/000001.json": text_of({"web_domain": "a.example"}),
            "epd/000002.json": "{broken",
            "blob/000001.pdf": b"%PDF",
        }
    )
    assert is_openepd_bundle(SourceFile("file", content))
    records, issues = read(read_openepd_bundle, content)
    assert [(one.sheet, one.format) for one in records] == [("epd/000001.json", "openepd-bundle")]
    assert codes(issues) == {"zip-entries-not-read", "epd-other-document", "json-broken"}


def test_refuses_an_empty_list_and_an_empty_bundle() -> None:
    for reader, content in (
        (read_openepd, b"[]"),
        (read_openepd_bundle, a_zip({"manifest": "{}", "toc": ""})),
    ):
        with pytest.raises(ImportRefusedError):
            read(reader, content)


def test_recognises_only_its_own() -> None:
    assert is_openepd(SourceFile("file", b"\xef\xbb\xbf " + text_of(an_openepd())))
    for other in (
        b"",
        b'[{"licno": "doctype"}]',
        b"doctype",
        json.dumps({"a": "impacts"}).encode(),
    ):
        assert not is_openepd(SourceFile("file", other))
        assert not is_openepd_bundle(SourceFile("file", other))
