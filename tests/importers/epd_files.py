"""Small environmental product declarations in every form, built with the faults a test needs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from catalog.records import EpdRecord, Issue
from importers.lookups import Lookups
from importers.reader import Limits, SourceFile
from importers.source import ReadOutcome

Reader = Callable[..., Iterator[ReadOutcome]]
Amount = tuple[str, str | None, str]

PROCESS_ID = "0f0e0d0c-0001-4000-8000-000000000001"
FLOW_ID = "0f0e0d0c-0002-4000-8000-000000000002"
AREA = "93a60a56-a3c8-19da-a746-0800200c9a66"
MASS = "93a60a56-a3c8-11da-a746-0800200b9a66"
GWP_A1 = "77e416eb-a363-4258-a04e-171d843a6460"
GWP_EF30 = "6a37f984-a4b3-458a-a20a-64418c145fa2"
GWP_EF31 = "a7ea142a-9749-11ed-a8fc-0242ac120002"
AP_EF = "b5c611c6-def3-11e6-bf01-fe55135034f3"
EP_FRESHWATER = "b53ec18f-7377-4ad3-86eb-cc3f4f276b2b"
PERE = "20f32be5-0398-4288-9b6d-accddd195317"
A1 = "b00f9ec0-7874-11e3-981f-0800200c9a66"
EF30 = "c0016b33-8cf7-415c-ac6e-deba0d21440d"
EF31 = "d4aa3ec7-b1d7-4a4a-a6cb-37af88dcc902"

NAMESPACES = (
    'xmlns="http://lca.jrc.it/ILCD/Process" xmlns:common="http://lca.jrc.it/ILCD/Common" '
    'xmlns:epd="http://www.iai.kit.edu/EPD/2013" xmlns:e2="http://www.indata.network/EPD/2019" '
    'xmlns:e24="http://www.indata.network/EPD/2024"'
)


def amounts(
    uuid: str, unit: str, *found: Amount, name: str = "An indicator", tag: str = "LCIAResult"
) -> str:
    """Return one row of amounts: module, scenario and text of each."""
    reference = {
        "LCIAResult": "referenceToLCIAMethodDataSet",
        "exchange": "referenceToFlowDataSet",
    }[tag]
    parts = "".join(
        f'<epd:amount epd:module="{module}"'
        + (f' epd:scenario="{scenario}"' if scenario else "")
        + f">{text}</epd:amount>"
        for module, scenario, text in found
    )
    return (
        f'<{tag}><{reference} refObjectId="{uuid}"><common:shortDescription xml:lang="en">{name}'
        f"</common:shortDescription></{reference}><common:other>{parts}"
        f"<epd:referenceToUnitGroupDataSet><common:shortDescription>{unit}"
        "</common:shortDescription></epd:referenceToUnitGroupDataSet></common:other>"
        f"</{tag}>"
    )


def a_process(
    *rows: str,
    uuid: str = PROCESS_ID,
    name: str = '<baseName xml:lang="en">Plasterboard </baseName>',
    info: str = "",
    time: str = "<common:dataSetValidUntil>2027</common:dataSetValidUntil>",
    kind: str = "EPD",
    standard: str = EF30,
    version: str = "00.01.000",
    publication: str = "",
    exchanges: str = "",
    before: str = '<?xml version="1.0" encoding="utf-8"?>\n',
) -> str:
    """Return an ILCD+EPD process data set."""
    results = "".join(rows) or amounts(GWP_EF30, "kg CO2 eqv.", ("A1-A3", None, "2.5"))
    return (
        f"{before}<processDataSet {NAMESPACES}><processInformation><dataSetInformation>"
        f"<common:UUID>{uuid}</common:UUID><name>{name}</name>{info}</dataSetInformation>"
        "<quantitativeReference><referenceToReferenceFlow>7</referenceToReferenceFlow>"
        f"</quantitativeReference><time>{time}</time></processInformation>"
        f"<modellingAndValidation><LCIMethodAndAllocation><typeOfDataSet>{kind}</typeOfDataSet>"
        "</LCIMethodAndAllocation><complianceDeclarations><compliance>"
        f'<common:referenceToComplianceSystem refObjectId="{standard}">'
        "<common:shortDescription>EN 15804</common:shortDescription>"
        "</common:referenceToComplianceSystem></compliance></complianceDeclarations>"
        "</modellingAndValidation><administrativeInformation><publicationAndOwnership>"
        f"<common:dataSetVersion>{version}</common:dataSetVersion>{publication}"
        "</publicationAndOwnership></administrativeInformation><exchanges>"
        f'<exchange dataSetInternalID="7"><referenceToFlowDataSet refObjectId="{FLOW_ID}"/>'
        f"<meanAmount>2</meanAmount></exchange>{exchanges}</exchanges>"
        f"<LCIAResults>{results}</LCIAResults></processDataSet>"
    )


def a_flow(*, properties: str = "", more: str = "", reference: str = AREA) -> str:
    """Return a flow data set whose reference property is an area of 1.5."""
    return (
        '<flowDataSet xmlns="http://lca.jrc.it/ILCD/Flow" '
        'xmlns:common="http://lca.jrc.it/ILCD/Common"><flowInformation><dataSetInformation>'
        f"<common:UUID>{FLOW_ID}</common:UUID>{properties}</dataSetInformation>"
        "<quantitativeReference><referenceToReferenceFlowProperty>0"
        "</referenceToReferenceFlowProperty></quantitativeReference></flowInformation>"
        '<flowProperties><flowProperty dataSetInternalID="0">'
        f'<referenceToFlowPropertyDataSet refObjectId="{reference}"/>'
        f"<meanValue>1.5</meanValue></flowProperty>{more}</flowProperties></flowDataSet>"
    )


def a_material(**values: str) -> str:
    """Return material properties; underscores in a name stand for spaces."""
    data = "".join(
        f'<PropertyData property="p{number}"><Data>{value}</Data></PropertyData>'
        for number, value in enumerate(values.values())
    )
    names = "".join(
        f'<PropertyDetails id="p{number}"><Name>{name.replace("_", " ")}</Name></PropertyDetails>'
        for number, name in enumerate(values)
    )
    return f'<common:other><M xmlns="http://www.matml.org/">{data}{names}</M></common:other>'


def a_zip(entries: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of these entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def an_ilcd_zip(process: str | None = None, flow: str | None = None, **more: str) -> bytes:
    """Return an archive of a process, its flow, and others by the names of their folders."""
    entries = {
        f"ILCD/processes/{PROCESS_ID}_00.01.000.xml": process or a_process(),
        f"ILCD/flows/{FLOW_ID}_00.00.001.xml": flow or a_flow(),
    }
    return a_zip({**entries, **{f"ILCD/{name}.xml": text for name, text in more.items()}})


def an_openepd(**fields: Any) -> dict[str, Any]:
    """Return an openEPD document; a field that is None is left out."""
    document = {
        "doctype": "openEPD",
        "id": "ec300001",
        "version": 2,
        "language": "en",
        "product_name": "Ready mix 30",
        "manufacturer": {"name": "Betonwerk", "web_domain": "betonwerk.example"},
        "date_of_issue": "2024-02-11T00:00:00Z",
        "valid_until": "2029-02-11T00:00:00Z",
        "declared_unit": {"qty": 1, "unit": "m3"},
        "impacts": {"EF 3.0": {"gwp": {"A1A2A3": {"mean": 250.5, "unit": "kgCO2e"}}}},
        **fields,
    }
    return {name: value for name, value in document.items() if value is not None}


def text_of(*documents: object) -> bytes:
    """Return one document as JSON, or several as a list."""
    return json.dumps(documents[0] if len(documents) == 1 else documents).encode()


def a_soda(**changes: Any) -> dict[str, Any]:
    """Return a data set as soda4LCA writes it."""
    return {
        "processInformation": {
            "dataSetInformation": {
                "UUID": PROCESS_ID,
                "name": {"baseName": [{"value": "Massivholzplatte ", "lang": "de"}]},
                "synonyms": [{"lang": "de"}],
                "other": {
                    "anies": [
                        {
                            "scenario": [
                                {
                                    "name": "S1",
                                    "default": True,
                                    "description": [{"value": "thermisch", "lang": "de"}],
                                }
                            ]
                        }
                    ]
                },
            },
            "quantitativeReference": {"referenceToReferenceFlow": [0]},
            "time": {"referenceYear": 2020, "dataSetValidUntil": 2025},
        },
        "modellingAndValidation": {
            "LCIMethodAndAllocation": {
                "typeOfDataSet": "EPD",
                "other": {"anies": [{"name": "subType"}]},
            },
            "complianceDeclarations": {
                "compliance": [
                    {
                        "referenceToComplianceSystem": {
                            "refObjectId": A1,
                            "shortDescription": [{"value": "EN 15804", "lang": "en"}],
                        }
                    }
                ]
            },
        },
        "administrativeInformation": {
            "dataEntryBy": {"timeStamp": 1623098354962},
            "publicationAndOwnership": {"dataSetVersion": "00.00.025"},
        },
        "exchanges": {
            "exchange": [
                {
                    "referenceToFlowDataSet": {"refObjectId": FLOW_ID},
                    "meanAmount": 1.0,
                    "dataSetInternalID": 0,
                    "referenceFlow": True,
                    "flowProperties": [
                        {"uuid": MASS, "meanValue": 510.45},
                        {
                            "uuid": "93a60a56-a3c8-22da-a746-0800200c9a66",
                            "referenceFlowProperty": True,
                            "meanValue": 1.0,
                            "referenceUnit": "m3",
                        },
                    ],
                    "materialProperties": [{"name": "gross density", "value": "510.45"}],
                }
            ]
        },
        "LCIAResults": {
            "LCIAResult": [
                {
                    "referenceToLCIAMethodDataSet": {"refObjectId": GWP_A1},
                    "other": {
                        "anies": [
                            {"value": "-647.42", "module": "A1-A3"},
                            {"value": "810.12", "module": "C3", "scenario": "S1"},
                            {"module": "B1"},
                            {
                                "name": "referenceToUnitGroupDataSet",
                                "value": {"shortDescription": [{"value": "kg CO2-Äqv."}]},
                            },
                        ]
                    },
                }
            ]
        },
        **changes,
    }


HEADER = (
    "UUID;Version;Name (de);Konformität;Typ;Gueltig bis;Bezugsgroesse;Bezugseinheit;"
    "Referenzfluss-UUID;Referenzfluss-Name;Rohdichte (kg/m3);Umrechungsfaktor auf 1kg;"
    "Modul;Szenario;Szenariobeschreibung;GWP;PERE;GWPtotal (A2);"
)


def a_row(
    module: str = "A1-A3",
    gwp: str = "10.68",
    *,
    uuid: str = PROCESS_ID,
    name: str = "Türblatt",
    scenario: str = "",
    flow: tuple[str, ...] = ("", "", "2400", ""),
    quantity: str = "1",
    pere: str = "",
    a2: str = "",
) -> str:
    """Return one row of a table; ``flow`` are the cells from the reference flow to the module."""
    cells = (
        uuid, "00.01.000", name, "'EN 15804+A2' / 'ISO 14025'", "generic dataset", "2024",
        quantity, "qm", *flow, module, scenario, "", gwp, pere, a2, "",
    )  # fmt: skip
    return ";".join(cells)


def a_table(*rows: str, header: str = HEADER, encoding: str = "cp1252") -> bytes:
    """Return a table."""
    return ("\r\n".join([header, *rows]) + "\r\n").encode(encoding)


def read(
    reader: Reader, content: bytes | str, *, limits: Limits | None = None
) -> tuple[list[EpdRecord], list[Issue]]:
    """Return the declarations and the issues of a file."""
    raw = content.encode() if isinstance(content, str) else content
    outcomes = list(reader(SourceFile("file", raw, limits=limits), Lookups.from_seed()))
    records = [record for outcome in outcomes for record in outcome.records]
    assert all(isinstance(record, EpdRecord) for record in records)
    return (
        [record for record in records if isinstance(record, EpdRecord)],
        [issue for outcome in outcomes for issue in outcome.issues],
    )


def the_only(reader: Reader, content: bytes | str) -> EpdRecord:
    """Return the one declaration of a file."""
    records, issues = read(reader, content)
    assert len(records) == 1, issues
    return records[0]


def codes(issues: Iterable[Issue]) -> set[str]:
    """Return the codes of issues."""
    return {issue.code for issue in issues}


def stated(record: EpdRecord, indicator: str = "gwp") -> dict[tuple[str, str | None], str]:
    """Return the amounts of one indicator by module and scenario, as written."""
    return {
        (result.module, result.scenario): str(result.amount)
        for result in record.results
        if result.indicator == indicator
    }
