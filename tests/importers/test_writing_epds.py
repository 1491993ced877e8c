"""What goes out comes back: openEPD, ILCD+EPD and our own table, and from one to the other."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from catalog.records import (
    EpdOrganisation,
    EpdRecord,
    EpdResultRecord,
    EpdScenario,
    Issue,
    LocalText,
)
from importers.epd import (
    is_ilcd_zip,
    is_openepd,
    read_ilcd_xml,
    read_ilcd_zip,
    read_openepd,
)
from importers.epd.results_reading import is_results_table, read_results_table
from importers.epd.write import Form, write_epds
from importers.issues import explain
from importers.lookups import Lookups
from importers.source import SourceFile
from tests.declarations import a_declaration, an_amount, on_day, year

_READERS = {
    Form.OPENEPD: read_openepd,
    Form.ILCD: read_ilcd_zip,
    Form.CSV: read_results_table,
    Form.XLSX: read_results_table,
}


def there_and_back(
    records: Sequence[EpdRecord], form: Form, language: str = "en"
) -> tuple[list[EpdRecord], list[Issue]]:
    """Return what is read from what was written, and what the writer said of it."""
    written = write_epds(records, form, language=language)
    source = SourceFile(f"x.{written.ending}", written.content)
    found = [
        record
        for outcome in _READERS[form](source, Lookups.from_seed())
        for record in outcome.records
    ]
    assert all(isinstance(record, EpdRecord) for record in found)
    return found, list(written.issues)  # type: ignore[return-value]  # As asserted.


def stated(record: EpdRecord, **other: Any) -> EpdRecord:
    """Return what a record states, wherever it stood and in whatever order its amounts came."""
    ordered = sorted(record.results, key=repr)
    plain: dict[str, Any] = {"row": None, "sheet": None, "format": "", "document": ""}
    return msgspec.structs.replace(record, results=tuple(ordered), **(plain | other))


OPENEPD = """{"doctype": "openEPD", "id": "ec3c0h02", "version": 3, "language": "en",
 "product_name": "Mix C30", "ext": {"anybody": {"has": [1, 2.50, null]}}, "not_ours": {"a": 1e-7},
 "declared_unit": {"qty": 1, "unit": "m3"},
 "impacts": {"TRACI 2.1": {"gwp": {"A1A2A3": {"mean": 123.40, "unit": "kgCO2e", "rsd": 0.22},
   "B1": null}}}}"""


def test_an_openepd_document_comes_back_as_it_was_ext_and_unknown_fields_too() -> None:
    source = SourceFile("x.json", OPENEPD.encode())
    (outcome,) = read_openepd(source, Lookups.from_seed())
    (record,) = outcome.records
    assert isinstance(record, EpdRecord)
    written = write_epds([record], Form.OPENEPD, language="en")
    assert written.content.decode() == OPENEPD
    assert written.issues == ()


PROCESS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<processDataSet xmlns="http://lca.jrc.it/ILCD/Process" xmlns:c="http://lca.jrc.it/ILCD/Common"
 version="1.1"><processInformation><dataSetInformation>
 <c:UUID>57a4ae65-d305-421e-b21f-a3f0c35b8abe</c:UUID><name><baseName>K\u00f6rper</baseName></name>
 </dataSetInformation></processInformation><modellingAndValidation><LCIMethodAndAllocation>
 <typeOfDataSet>EPD</typeOfDataSet></LCIMethodAndAllocation></modellingAndValidation>
</processDataSet>"""


def test_an_ilcd_data_set_comes_back_byte_for_byte_in_its_own_encoding() -> None:
    content = PROCESS.encode("latin-1")
    (outcome,) = read_ilcd_xml(SourceFile("x.xml", content), Lookups.from_seed())
    (record,) = outcome.records
    assert isinstance(record, EpdRecord)
    written = write_epds([record], Form.ILCD, language="en")
    assert (written.ending, written.content) == ("xml", content)


def test_a_record_comes_back_from_ilcd_with_all_that_it_states() -> None:
    record = a_declaration(
        owner=EpdOrganisation(name="Holz AG", identifier="302ccdb9-f9a4-46a2-8ffa-596d78b7dbdf"),
        verifier=EpdOrganisation(name="Rina"),
        product_code="3234567890126",
        product_rules="PCR wood",
        valid_until=on_day("2027-04-22"),
        url="https://example.org/epd",
    )
    (back,), issues = there_and_back([record], Form.ILCD)
    assert stated(back) == stated(record)
    assert issues == []


def test_ilcd_keeps_a_year_a_year() -> None:
    (back,), _ = there_and_back([a_declaration(valid_until=year(2027))], Form.ILCD)
    assert back.valid_until == year(2027)


def test_ilcd_parts_stand_in_the_order_of_its_schema() -> None:
    written = write_epds([a_declaration()], Form.ILCD, language="en")
    archive = zipfile.ZipFile(io.BytesIO(written.content))
    root = etree.fromstring(archive.read(archive.namelist()[0]))

    def names(path: str) -> list[str]:
        found = root.find(path)
        assert found is not None
        return [etree.QName(child).localname for child in found]

    process = "{http://lca.jrc.it/ILCD/Process}"
    admin = f"{process}administrativeInformation/{process}publicationAndOwnership"
    assert names(".") == [
        "processInformation", "modellingAndValidation", "administrativeInformation", "exchanges",
        "LCIAResults",
    ]  # fmt: skip
    assert names(f"{process}processInformation") == [
        "dataSetInformation", "quantitativeReference", "time", "geography",
    ]  # fmt: skip
    assert names(f"{process}processInformation/{process}dataSetInformation") == [
        "UUID", "name", "classificationInformation", "generalComment", "other",
    ]  # fmt: skip
    assert names(f"{process}processInformation/{process}time") == [
        "referenceYear", "dataSetValidUntil", "other",
    ]  # fmt: skip
    assert names(admin) == [
        "dataSetVersion", "referenceToRegistrationAuthority", "registrationNumber",
    ]  # fmt: skip


def test_the_same_declaration_is_the_same_archive() -> None:
    one, other = (write_epds([a_declaration()], Form.ILCD, language="en") for _ in range(2))
    assert one.content == other.content


def test_several_declarations_go_into_one_file_of_each_form() -> None:
    records = [
        a_declaration(),
        a_declaration("2eb43850-0ab2-4068-afe5-218d69a096f8", scenarios=()),
    ]
    ilcd, _ = there_and_back(records, Form.ILCD)
    assert sorted(one.identifier for one in ilcd) == sorted(one.identifier for one in records)
    openepd, _ = there_and_back(
        [records[0], a_declaration(registration_number="EPD-2")], Form.OPENEPD
    )
    assert [one.registration_number for one in openepd] == ["EPD-HAM-20220212", "EPD-2"]


@pytest.mark.parametrize("form", [Form.CSV, Form.XLSX])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_our_own_table_holds_all_that_is_stated(form: Form, language: str) -> None:
    records = [
        a_declaration(),
        a_declaration("ec3c0h02", version=None, scenarios=(), results=()),
        a_declaration(
            "=1+1",
            names=(LocalText(None, "-10 °C, \"Tür\"; 'x'"),),
            manufacturer=EpdOrganisation(identifier="example.org"),
            results=(an_amount("-1.030E-8", indicator="@own", unit=None),),
            scenarios=(EpdScenario(name="S9", group="EoL"),),
        ),
    ]
    back, _ = there_and_back(records, form, language)
    assert [stated(one) for one in back] == [stated(one) for one in records]


def test_our_own_table_is_known_by_its_header() -> None:
    written = write_epds([a_declaration()], Form.CSV, language="zh")
    assert is_results_table(SourceFile("x", written.content))
    assert not is_results_table(SourceFile("x", b"a;b\n1;2\n"))
    assert not is_results_table(SourceFile("x", b"\x00\x01" * 40))
    assert not is_results_table(SourceFile("x", OPENEPD.encode()))


AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda one: abs(one.adjusted()) < 30 and len(one.as_tuple().digits) < 30
)


@given(
    amounts=st.dictionaries(
        st.tuples(
            st.sampled_from(["gwp", "odp", "ap", "ep", "pocp", "adpe", "adpf"]),
            st.sampled_from(["A1-A3", "A4", "A5", "B1", "C1", "C3", "C4", "D"]),
            st.sampled_from([None, "S1", "100% riciclo"]),
        ),
        AMOUNTS,
        max_size=20,
    )
)
def test_every_amount_comes_back_exactly_and_none_is_added(
    amounts: dict[tuple[str, str, str | None], Decimal],
) -> None:
    units = {
        "gwp": "kg CO2e", "odp": "kg CFC-11e", "ap": "kg SO2e", "ep": "kg PO4e",
        "pocp": "kg C2H4e", "adpe": "kg Sbe", "adpf": "MJ",
    }  # fmt: skip
    results = tuple(
        EpdResultRecord(
            indicator=indicator,
            method="EN 15804+A1",
            unit=units[indicator],
            module=module,
            scenario=scenario,
            amount=amount,
        )
        for (indicator, module, scenario), amount in amounts.items()
    )
    record = a_declaration(results=results, scenarios=())
    for form in (Form.ILCD, Form.CSV):
        (back,), _ = there_and_back([record], form)
        assert sorted(back.results, key=repr) == sorted(results, key=repr)


def openepd_of(record: EpdRecord) -> tuple[dict[str, Any], list[str]]:
    written = write_epds([record], Form.OPENEPD, language="en")
    assert is_openepd(SourceFile("x.json", written.content))
    content = json.loads(written.content, parse_float=Decimal)
    return content, [issue.code for issue in written.issues]


def test_openepd_is_given_what_it_can_hold_and_no_zero_for_what_is_not_declared() -> None:
    content, _ = openepd_of(a_declaration())
    (method,) = content["impacts"]
    gwp = content["impacts"][method]["gwp"]
    assert gwp["A1A2A3"] == {"mean": Decimal("6.529"), "unit": "kgCO2e"}
    assert gwp["A4"]["mean"] == 0
    assert set(gwp) == {"A1A2A3", "A4", "C_scenarios"}
    assert [one["name"] for one in gwp["C_scenarios"]] == ["S1", "S2"]
    assert set(gwp["C_scenarios"][1]) == {"name", "C3"}


def test_openepd_is_given_no_name_of_a_method_that_nobody_stated() -> None:
    content, codes = openepd_of(a_declaration())
    assert list(content["impacts"]) == ["Unknown LCIA"]
    assert content["ext"]["lucai"]["method"] == "EN 15804+A1"
    assert "export-method-unknown" in codes
    known, codes = openepd_of(a_declaration(results=(an_amount(method="EF 3.0"),)))
    assert list(known["impacts"]) == ["EF 3.0"]
    assert "export-method-unknown" not in codes


def test_openepd_never_mixes_two_methods_under_one_name() -> None:
    results = (
        an_amount("1"),
        an_amount("2", method="EN 15804+A2"),
        an_amount("3", method="EN 15804+A2", indicator="odp", unit="kg CFC-11e"),
    )
    content, codes = openepd_of(a_declaration(results=results))
    assert content["impacts"] == {
        "Unknown LCIA": {"gwp": {"A1A2A3": {"mean": 1, "unit": "kgCO2e"}}}
    }
    kept = [(one["indicator"], one["method"]) for one in content["ext"]["lucai"]["results"]]
    assert kept == [("gwp", "EN 15804+A2"), ("odp", "EN 15804+A2")]
    assert codes.count("export-amount-in-ext") == 2


def test_openepd_is_not_given_phosphorus_for_phosphate() -> None:
    results = (
        an_amount("0.1", indicator="ep-freshwater", method="EF 3.0", unit="kg Pe"),
        an_amount("0.2", indicator="ap", method="EF 3.0", unit="mol H+e"),
    )
    content, codes = openepd_of(a_declaration(results=results))
    assert content["impacts"] == {
        "EF 3.0": {"ap": {"A1A2A3": {"mean": Decimal("0.2"), "unit": "molHe"}}}
    }
    assert content["ext"]["lucai"]["results"][0]["unit"] == "kg Pe"
    assert "export-unit-not-allowed" in codes


def test_openepd_is_given_no_day_for_a_year_and_no_text_in_another_language() -> None:
    record = a_declaration(descriptions=(LocalText("de", "Zwei Lagen."),))
    content, codes = openepd_of(record)
    assert content["date_of_issue"] == "2022-10-10T00:00:00Z"
    assert "valid_until" not in content and "product_description" not in content
    assert content["ext"]["lucai"]["valid_until (year)"] == 2027
    assert content["language"] == "en"
    assert "export-year-only" in codes


def test_amounts_come_back_from_openepd_as_they_went() -> None:
    record = a_declaration()
    (back,), _ = there_and_back([record], Form.OPENEPD)
    marks = {
        (one.indicator, one.unit, one.module, one.scenario): one.amount for one in back.results
    }
    sent = {
        (one.indicator, one.unit, one.module, one.scenario): one.amount
        for one in record.results
        if one.indicator != "ep"
    }
    assert marks == sent
    assert (back.mass_kg, back.declared_unit) == (record.mass_kg, record.declared_unit)


def test_from_openepd_to_ilcd_what_only_one_of_them_knows_is_said() -> None:
    (outcome,) = read_openepd(SourceFile("x.json", OPENEPD.encode()), Lookups.from_seed())
    (record,) = outcome.records
    assert isinstance(record, EpdRecord)
    (back,), issues = there_and_back([record], Form.ILCD)
    assert (back.names, back.declared_unit) == (record.names, "m3")
    assert back.results == ()
    codes = {(issue.code, issue.column) for issue in issues}
    assert codes == {
        ("export-made-identifier", "UUID"),
        ("export-version", "dataSetVersion"),
        ("export-unknown-indicator", "gwp"),
    }


def test_the_archive_is_known_for_ilcd() -> None:
    written = write_epds([a_declaration()], Form.ILCD, language="en")
    assert is_ilcd_zip(SourceFile("x.zip", written.content))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_left_out_is_said_in_whole_sentences(language: str) -> None:
    record = a_declaration(
        "own", version="v2", descriptions=(LocalText("en", "x" * 2001),), declared_unit="stère",
        issued_on=year(2022), product_code="x" * 201, properties={"own": Decimal(1)},
        results=(an_amount(method="EF 3.0"), an_amount(indicator="odp", method="EF 3.0",
                 unit="kg CFC-11e"), an_amount(indicator="own"), an_amount(module="A9")),
    )  # fmt: skip
    for form in (Form.OPENEPD, Form.ILCD):
        for issue in write_epds([record], form, language=language).issues:
            assert "…" not in "".join(explain(issue, language))
