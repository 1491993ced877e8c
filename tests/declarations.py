"""Declarations as a reader would yield them, with true defaults."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from catalog.records import (
    EpdOrganisation,
    EpdRecord,
    EpdResultRecord,
    EpdScenario,
    LocalText,
    StatedDate,
)
from catalog.rules.terms import DatePrecision

EPD = "57a4ae65-d305-421e-b21f-a3f0c35b8abe"


def an_amount(amount: str = "6.529", **stated: Any) -> EpdResultRecord:
    defaults: dict[str, Any] = {
        "indicator": "gwp",
        "method": "EN 15804+A1",
        "unit": "kg CO2e",
        "module": "A1-A3",
    }
    return EpdResultRecord(amount=Decimal(amount), **(defaults | stated))


def year(number: int) -> StatedDate:
    return StatedDate(day=dt.date(number, 1, 1), precision=DatePrecision.YEAR)


def on_day(text: str) -> StatedDate:
    return StatedDate(day=dt.date.fromisoformat(text))


def a_declaration(identifier: str = EPD, **stated: Any) -> EpdRecord:
    defaults: dict[str, Any] = {
        "row": 1,
        "format": "soda-json",
        "version": "00.02.000",
        "names": (LocalText("de", "Holzpanel"), LocalText("en", "Wood panel")),
        "descriptions": (LocalText("en", "Two layers.\nGlued."),),
        "subtype": "specific dataset",
        "classes": ("OEKOBAU.DAT: Holz / Platten",),
        "manufacturer": EpdOrganisation(name="绿洲木业有限公司"),
        "operator": EpdOrganisation(name="IBU"),
        "registration_number": "EPD-HAM-20220212",
        "compliance": ("EN 15804", "ISO 14025"),
        "location": "DE",
        "reference_year": 2022,
        "issued_on": on_day("2022-10-10"),
        "valid_until": year(2027),
        "declared_quantity": Decimal(1),
        "declared_unit": "m2",
        "mass_kg": Decimal("7.7"),
        "properties": {"layer thickness m": Decimal("0.0135")},
        "scenarios": (
            EpdScenario(name="S1", description=(LocalText("en", "100% recycling"),)),
            EpdScenario(name="S2", group="EoL", is_default=True),
        ),
        "results": (
            an_amount(),
            an_amount("0", module="A4"),
            an_amount("11.88", module="C3", scenario="S1"),
            an_amount("11.76", module="C3", scenario="S2"),
            an_amount("-4.877", module="D", scenario="S1"),
            an_amount("0.0001176", indicator="ep", unit="kg PO4e"),
            an_amount("198.063810485965", indicator="pere", method=None, unit="MJ"),
        ),
        "document": "{}",
    }
    return EpdRecord(identifier=identifier, **(defaults | stated))
