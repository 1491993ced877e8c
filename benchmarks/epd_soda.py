"""A declaration as the JSON that soda4LCA serves and lcax reads, for side-by-side measurements."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from catalog.records import EpdRecord, EpdResultRecord
from importers.epd.ilcd_amounts import definition_of
from importers.epd.tables import indicators

_ROWS = {"impact": ("LCIAResults", "LCIAResult", "referenceToLCIAMethodDataSet")}
_FLOWS = ("exchanges", "exchange", "referenceToFlowDataSet")


def as_soda(record: EpdRecord) -> dict[str, Any]:
    """Return a declaration with every amount and as much of a header as lcax asks for."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    groups: dict[tuple[str, str | None], list[EpdResultRecord]] = defaultdict(list)
    for result in record.results:
        groups[result.indicator, result.method].append(result)
    for (key, method), results in groups.items():
        known = definition_of(indicators().get(key), method)
        if known is None:
            raise KeyError(f"ILCD has no name for {key} of {method}")
        indicator, definition = known
        part, row, tag = _ROWS.get(indicator.group, _FLOWS)
        found[part, row].append(
            {
                tag: _reference(f"{indicator.name_en} ({indicator.symbol})", definition.uuid),
                "other": {"anies": [*map(_amount, results), _unit(results[0].unit or "")]},
                **({} if part == "LCIAResults" else _FILLING),
            }
        )
    return {
        "version": "1.1",
        "processInformation": {
            "dataSetInformation": {
                "UUID": record.identifier,
                "name": {"baseName": [{"value": one.text, "lang": "en"} for one in record.names]},
                "classificationInformation": {"classification": []},
            },
            "quantitativeReference": {"referenceToReferenceFlow": [0]},
            "time": {"referenceYear": 2022, "dataSetValidUntil": 2027},
            "geography": {"locationOfOperationSupplyOrProduction": {"location": "DE"}},
        },
        "modellingAndValidation": {
            "LCIMethodAndAllocation": {"typeOfDataSet": "EPD", "other": {"anies": []}},
            "complianceDeclarations": {
                "compliance": [{"referenceToComplianceSystem": _reference("EN 15804+A2", None)}]
            },
        },
        "administrativeInformation": {"publicationAndOwnership": {"dataSetVersion": "00.01.000"}},
        **{part: {row: rows} for (part, row), rows in found.items()},
    }


_FILLING = {"meanAmount": 0.0, "resultingflowAmount": 0.0, "typeOfFlow": "Other flow"}


def _amount(result: EpdResultRecord) -> dict[str, str]:
    stated = {"value": str(result.amount), "module": result.module}
    return stated | ({"scenario": result.scenario} if result.scenario else {})


def _unit(unit: str) -> dict[str, Any]:
    return {"name": "referenceToUnitGroupDataSet", "value": _reference(unit, None)}


def _reference(name: str, uuid: str | None) -> dict[str, Any]:
    return {
        "type": "data set",
        "refObjectId": uuid or "00000000-0000-0000-0000-000000000000",
        "version": "00.01.000",
        "uri": "",
        "shortDescription": [{"value": name, "lang": "en"}],
    }
