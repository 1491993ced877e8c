"""ILCD+EPD data sets: what is declared, until when, per what, and never a zero for nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from catalog.errors import ImportRefusedError
from catalog.records import LocalText, Severity, StatedDate
from catalog.rules.terms import DatePrecision
from importers.epd import is_ilcd_xml, is_ilcd_zip, read_ilcd_xml, read_ilcd_zip
from importers.reader import SourceFile
from tests.importers.epd_files import (
    A1,
    AP_EF,
    AREA,
    EF30,
    EF31,
    EP_FRESHWATER,
    FLOW_ID,
    GWP_A1,
    GWP_EF30,
    GWP_EF31,
    MASS,
    PERE,
    a_flow,
    a_material,
    a_process,
    a_zip,
    amounts,
    an_ilcd_zip,
    codes,
    read,
    stated,
    the_only,
)


def test_reads_what_is_not_declared_as_absent_and_never_as_zero() -> None:
    row = amounts(
        GWP_EF30, "kg CO2 eqv.",
        ("A1-A3", None, "2.5"), ("A4", None, ""), ("B1", None, "ND"), ("B2", None, "MNA"),
        ("B3", None, "  "), ("C1", None, "0"), ("C2", None, "0.0"), ("D", None, "-1E-3"),
    )  # fmt: skip
    record = the_only(read_ilcd_xml, a_process(row))
    assert stated(record) == {
        ("A1-A3", None): "2.5",
        ("C1", None): "0",
        ("C2", None): "0.0",
        ("D", None): "-0.001",
    }


def test_keeps_scenarios_of_one_module_apart() -> None:
    row = amounts(
        GWP_EF30, "kg CO2 eqv.", ("C3", "S1", "11.88"), ("C3", "S2", "11.76"), ("D", "S1", "-4.9")
    )
    info = (
        '<common:other><epd:scenarios><epd:scenario epd:name="S1" epd:group="EoL" '
        'epd:default="true"><epd:description xml:lang="en">100% riciclo</epd:description>'
        '</epd:scenario><epd:scenario epd:name="S2"/></epd:scenarios></common:other>'
    )
    record = the_only(read_ilcd_xml, a_process(row, info=info))
    assert stated(record) == {("C3", "S1"): "11.88", ("C3", "S2"): "11.76", ("D", "S1"): "-4.9"}
    first, second = record.scenarios
    assert (first.name, first.group, first.is_default) == ("S1", "EoL", True)
    assert first.description == (LocalText("en", "100% riciclo"),)
    assert not second.is_default


def test_remarks_a_scenario_that_nothing_describes() -> None:
    row = amounts(GWP_EF30, "kg CO2 eqv.", ("C3", "S9", "1"))
    records, issues = read(read_ilcd_xml, a_process(row))
    assert stated(records[0]) == {("C3", "S9"): "1"}
    assert "epd-undescribed-scenario" in codes(issues)


@pytest.mark.parametrize(
    ("uuid", "method"), [(GWP_A1, "EN 15804+A1"), (GWP_EF30, "EF 3.0"), (GWP_EF31, "EF 3.1")]
)
def test_knows_the_total_by_each_of_its_identifiers(uuid: str, method: str) -> None:
    record = the_only(
        read_ilcd_xml, a_process(amounts(uuid, "kg CO_(2)-Äq.", ("A1-A3", None, "1")))
    )
    (result,) = record.results
    assert (result.indicator, result.method, result.unit) == ("gwp", method, "kg CO2e")


@pytest.mark.parametrize(
    ("standard", "method"), [(EF30, "EF 3.0"), (EF31, "EF 3.1"), (A1, "EN 15804+A2")]
)
def test_settles_the_method_of_a_shared_identifier_by_the_standard(
    standard: str, method: str
) -> None:
    row = amounts(AP_EF, "mol H^(+)-Äq.", ("A1-A3", None, "1"))
    (result,) = the_only(read_ilcd_xml, a_process(row, standard=standard)).results
    assert (result.indicator, result.method, result.unit) == ("ap", method, "mol H+e")


def test_gives_resource_use_no_method() -> None:
    row = amounts(PERE, "MJ", ("A1-A3", None, "5.5"), tag="exchange")
    record = the_only(read_ilcd_xml, a_process(exchanges=row))
    found = {result.indicator: result for result in record.results}
    assert (found["pere"].method, found["pere"].unit) == (None, "MJ")


def test_keeps_the_unit_that_a_data_set_states_against_the_standard() -> None:
    row = amounts(EP_FRESHWATER, "kg PO_(4)-Äq.", ("A1-A3", None, "0.0001176"))
    records, issues = read(read_ilcd_xml, a_process(row))
    assert records[0].results[0].unit == "kg PO4e"
    (issue,) = [issue for issue in issues if issue.code == "epd-unit-differs"]
    assert issue.severity is Severity.WARNING and issue.facts["expected"] == "kg Pe"


def test_keeps_an_unknown_indicator_and_an_unknown_unit_under_their_own_names() -> None:
    row = amounts("", "furlong", ("A1-A3", None, "3"), name="Noise")
    records, issues = read(read_ilcd_xml, a_process(row))
    (result,) = records[0].results
    assert (result.indicator, result.method, result.unit) == ("Noise", None, "furlong")
    assert {"epd-unknown-indicator", "epd-unknown-unit"} <= codes(issues)


def test_keeps_out_a_data_set_with_an_amount_that_cannot_be_read() -> None:
    for text in ("1,5", "about 3", "NaN", "1e99999", "9" * 200):
        row = amounts(GWP_EF30, "kg CO2 eqv.", ("A1-A3", None, text))
        records, issues = read(read_ilcd_xml, a_process(row))
        assert records == [] and "epd-bad-amount" in codes(issues)


def test_keeps_out_two_different_amounts_for_one_place() -> None:
    row = amounts(GWP_EF30, "kg CO2 eqv.", ("A1-A3", None, "1"), ("A1-A3", None, "2"))
    records, issues = read(read_ilcd_xml, a_process(row))
    assert records == [] and "epd-amount-twice" in codes(issues)


def test_takes_an_amount_once_that_is_repeated() -> None:
    row = amounts(GWP_EF30, "kg CO2 eqv.", ("A1-A3", None, "1"), ("A1-A3", None, "1"))
    assert stated(the_only(read_ilcd_xml, a_process(row))) == {("A1-A3", None): "1"}


def test_remarks_a_module_that_nobody_knows() -> None:
    row = amounts(GWP_EF30, "kg CO2 eqv.", ("A1-A5", None, "1"))
    records, issues = read(read_ilcd_xml, a_process(row))
    assert stated(records[0]) == {("A1-A5", None): "1"}
    assert "epd-unknown-module" in codes(issues)


def test_holds_a_year_as_a_year() -> None:
    record = the_only(read_ilcd_xml, a_process())
    assert record.valid_until == StatedDate(day=dt.date(2027, 1, 1), precision=DatePrecision.YEAR)
    assert record.issued_on is None


def test_prefers_the_day_and_says_that_the_year_differs() -> None:
    time = (
        "<common:dataSetValidUntil>2025</common:dataSetValidUntil><common:other>"
        "<e2:publicationDateOfEPD>2020-05-08Z</e2:publicationDateOfEPD>"
        "<e24:expirationDateOfEPD>2024-05-08</e24:expirationDateOfEPD></common:other>"
    )
    records, issues = read(read_ilcd_xml, a_process(time=time))
    assert records[0].valid_until == StatedDate(day=dt.date(2024, 5, 8))
    assert records[0].issued_on == StatedDate(day=dt.date(2020, 5, 8))
    assert "epd-dates-differ" in codes(issues)


def test_points_to_a_day_in_a_free_text_without_taking_it() -> None:
    time = (
        "<common:dataSetValidUntil>2025</common:dataSetValidUntil>"
        "<common:timeRepresentativenessDescription>Registration date: 2020-05-06 &#xD;\n"
        "Validity date: 2025-04-22</common:timeRepresentativenessDescription>"
    )
    records, issues = read(read_ilcd_xml, a_process(time=time))
    assert records[0].valid_until == StatedDate(
        day=dt.date(2025, 1, 1), precision=DatePrecision.YEAR
    )
    assert [issue.value for issue in issues if issue.code == "epd-day-in-text"] == ["2025-04-22"]


def test_tidies_spaces_and_line_ends_and_keeps_the_original() -> None:
    comment = "<common:generalComment xml:lang='en'>one&#xD;\ntwo  </common:generalComment>"
    content = a_process(info=comment)
    record = the_only(read_ilcd_xml, content)
    assert record.names == (LocalText("en", "Plasterboard"),)
    assert record.descriptions == (LocalText("en", "one\ntwo"),)
    assert msgspec.json.decode(record.document) == {"process": content}


def test_reads_parties_classes_and_numbers() -> None:
    contact = (
        '<common:{0} refObjectId="{1}"><common:shortDescription>{2}</common:shortDescription>'
        "</common:{0}>"
    )
    publication = (
        contact.format("referenceToRegistrationAuthority", A1, "IBU")
        + "<common:registrationNumber>EPD-1</common:registrationNumber>"
        + contact.format("referenceToOwnershipOfDataSet", EF30, "Maker GmbH")
    )
    info = (
        '<classificationInformation><common:classification name="OEKOBAU.DAT">'
        '<common:class level="0">Holz</common:class><common:class level="1">Parkett</common:class>'
        '</common:classification><common:classification><common:class level="0">Boards'
        "</common:class></common:classification></classificationInformation>"
    )
    record = the_only(read_ilcd_xml, a_process(info=info, publication=publication))
    assert record.classes == ("OEKOBAU.DAT: Holz / Parkett", "Boards")
    assert record.owner is not None and record.owner.name == "Maker GmbH"
    assert record.operator is not None and record.operator.name == "IBU"
    assert (record.registration_number, record.version) == ("EPD-1", "00.01.000")
    assert record.manufacturer is None


def test_reports_an_element_that_nobody_knows() -> None:
    _, issues = read(read_ilcd_xml, a_process(info="<surprise>1</surprise>"))
    assert [issue.column for issue in issues if issue.code == "unknown-field"] == ["surprise"]


def test_matches_namespaces_and_not_prefixes() -> None:
    content = a_process().replace("common:", "c0:").replace("xmlns:common", "xmlns:c0")
    assert stated(the_only(read_ilcd_xml, content)) == {("A1-A3", None): "2.5"}


def test_remarks_that_a_lone_process_states_no_unit() -> None:
    records, issues = read(read_ilcd_xml, a_process())
    assert (records[0].declared_quantity, records[0].declared_unit) == (None, None)
    assert "epd-no-declared-unit" in codes(issues)


def test_finds_the_declared_unit_through_the_flow() -> None:
    record = the_only(read_ilcd_zip, an_ilcd_zip())
    assert (record.declared_quantity, record.declared_unit) == (Decimal("3.0"), "m2")
    assert record.mass_kg is None


def test_finds_the_unit_through_the_property_and_its_group() -> None:
    prop, group = FLOW_ID.replace("2", "3"), FLOW_ID.replace("2", "4")
    head = 'xmlns:common="http://lca.jrc.it/ILCD/Common"'
    content = an_ilcd_zip(
        flow=a_flow(reference=prop),
        **{
            f"flowproperties/{prop}": f'<f xmlns="http://lca.jrc.it/ILCD/FlowProperty" {head}>'
            f'<referenceToReferenceUnitGroup refObjectId="{group}"/></f>',
            f"unitgroups/{group}": f'<u xmlns="http://lca.jrc.it/ILCD/UnitGroup" {head}>'
            "<referenceToReferenceUnit>4</referenceToReferenceUnit><units>"
            '<unit dataSetInternalID="0"><name>kg</name></unit>'
            '<unit dataSetInternalID="4"><name>kt</name></unit></units></u>',
        },
    )
    record = the_only(read_ilcd_zip, content)
    # In ILCD's units of mass "kt" is the metric carat: it stands for nothing we know.
    assert (record.declared_quantity, record.declared_unit) == (Decimal("3.0"), "kt")
    assert record.mass_kg is None


def test_takes_the_mass_from_the_flow_itself() -> None:
    more = (
        f'<flowProperty dataSetInternalID="1"><referenceToFlowPropertyDataSet '
        f'refObjectId="{MASS}"/><meanValue>8.25</meanValue></flowProperty>'
    )
    record = the_only(read_ilcd_zip, an_ilcd_zip(flow=a_flow(more=more)))
    assert record.mass_kg == Decimal("16.50")


def test_takes_the_mass_from_the_density_that_fits_the_unit() -> None:
    material = a_material(Grammage="7.7", Gross_density="&gt; 500", Softness="3")
    records, issues = read(read_ilcd_zip, an_ilcd_zip(flow=a_flow(properties=material)))
    assert records[0].mass_kg == Decimal("23.10")
    assert records[0].properties == {"grammage kg/m2": Decimal("7.7")}
    assert {"epd-property-not-a-number", "epd-unknown-property"} <= codes(issues)


def test_never_makes_a_mass_of_the_conversion_factor() -> None:
    material = a_material(conversion_factor_to_1_kg="2400")
    record = the_only(read_ilcd_zip, an_ilcd_zip(flow=a_flow(properties=material)))
    assert record.mass_kg is None
    assert record.properties == {"conversion factor to 1 kg": Decimal(2400)}


def test_keeps_every_data_set_that_a_process_leads_to_in_the_document() -> None:
    contact = f"contacts/{A1}"
    publication = f'<common:referenceToOwnershipOfDataSet refObjectId="{A1}"/>'
    text = (
        '<c xmlns="http://lca.jrc.it/ILCD/Contact" xmlns:common="http://lca.jrc.it/ILCD/Common">'
        "<common:shortName>Maker GmbH</common:shortName></c>"
    )
    record = the_only(
        read_ilcd_zip, an_ilcd_zip(a_process(publication=publication), **{contact: text})
    )
    document = msgspec.json.decode(record.document)
    assert list(document) == [
        "process",
        f"ILCD/{contact}.xml",
        f"ILCD/flows/{FLOW_ID}_00.00.001.xml",
    ]
    assert document[f"ILCD/{contact}.xml"] == text
    assert record.owner is not None and record.owner.name == "Maker GmbH"


def test_takes_the_version_of_a_flow_that_is_referred_to() -> None:
    process = a_process().replace(
        f'refObjectId="{FLOW_ID}"', f'refObjectId="{FLOW_ID}" version="00.00.002"'
    )
    content = an_ilcd_zip(
        process,
        **{
            f"flows/{FLOW_ID}_00.00.002": a_flow().replace("1.5", "4"),
            f"flows/{FLOW_ID}_00.00.003": a_flow().replace("1.5", "5"),
        },
    )
    assert the_only(read_ilcd_zip, content).declared_quantity == Decimal(8)


def test_finds_a_flow_whose_file_is_named_otherwise() -> None:
    content = a_zip({"processes/one.xml": a_process(), "flows/referenceflow.xml": a_flow()})
    assert the_only(read_ilcd_zip, content).declared_unit == "m2"


def test_reads_the_rest_of_an_archive_around_a_broken_data_set() -> None:
    content = a_zip({"processes/a.xml": "<broken", "processes/b.xml": a_process()})
    records, issues = read(read_ilcd_zip, content)
    assert [record.sheet for record in records] == ["processes/b.xml"]
    assert [(i.code, i.sheet) for i in issues if i.severity is Severity.ERROR] == [
        ("xml-broken", "processes/a.xml")
    ]


def test_takes_one_version_of_a_data_set_once_and_other_versions_beside_it() -> None:
    content = a_zip(
        {
            "processes/a.xml": a_process(),
            "processes/b.xml": a_process(version="00.02.000"),
            "processes/c.xml": a_process(),
        }
    )
    records, issues = read(read_ilcd_zip, content)
    assert [record.version for record in records] == ["00.01.000", "00.02.000"]
    assert "duplicate-row" in codes(issues)


def test_keeps_out_a_data_set_without_name_identifier_or_of_another_type() -> None:
    for content, code in (
        (a_process(name=""), "epd-no-name"),
        (a_process(uuid="none"), "epd-no-identifier"),
        (a_process(kind="LCI result"), "ilcd-not-an-epd"),
    ):
        records, issues = read(read_ilcd_xml, content)
        assert records == [] and code in codes(issues)


def test_refuses_other_data_sets_with_the_reason() -> None:
    for reader, content, code in (
        (read_ilcd_xml, a_flow(), "ilcd-other-data-set"),
        (read_ilcd_zip, a_zip({"flows/a.xml": a_flow()}), "ilcd-no-process"),
    ):
        with pytest.raises(ImportRefusedError) as caught:
            read(reader, content)
        assert caught.value.facts["reason_code"] == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_reads_and_recognises_every_encoding_that_the_file_names(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = a_process(
        name="<baseName>Wärmedämmung</baseName>",
        before=f'<?xml version="1.0" encoding="{declared}"?>\n',
    )
    source = SourceFile("file", text.encode(encoding))
    assert is_ilcd_xml(source)
    assert the_only(read_ilcd_xml, text.encode(encoding)).names == (
        LocalText(None, "Wärmedämmung"),
    )


def test_recognises_only_its_own() -> None:
    archive = SourceFile("file", an_ilcd_zip())
    assert is_ilcd_zip(archive) and not is_ilcd_xml(archive)
    for other in (b"", b"PK", b"<html>", b"{}", a_zip({"xl/workbook.xml": "<a/>"})):
        source = SourceFile("file", other)
        assert not is_ilcd_zip(source) and not is_ilcd_xml(source)


def test_knows_every_area_by_its_shared_identifier() -> None:
    assert the_only(read_ilcd_zip, an_ilcd_zip(flow=a_flow(reference=AREA))).declared_unit == "m2"
