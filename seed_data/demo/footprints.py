"""Demo environmental product declarations: openEPD documents about some of the demo's products."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from catalog.records import ProductRecord
from catalog.rules.keys import company_key, product_key
from catalog.rules.numbers import normal_number
from seed_data import read_toml
from seed_data.demo.draws import SPAN, Draws, between, draws_of, one_of
from seed_data.demo.products import Catalogue

_ALL = 1000
_END_OF_LIFE = {"C1": "0.1", "C2": "0.3", "C3": "0.2", "C4": "0.4"}


class Footprint(NamedTuple):
    """A declaration as an openEPD document; ``product`` is the key of what it is about.

    ``product`` is None where nobody has said so.
    """

    document: Mapping[str, Any]
    product: str | None


@cache
def _words() -> dict[str, Any]:
    return read_toml("demo/footprints.toml")


def link_reason() -> str:
    """Return why the demo's declarations are linked to their products."""
    return str(_words()["reason"])


def generate_footprints(seed: int, count: int) -> Iterator[Footprint]:
    """Yield the declarations about the first ``count`` demo products, up to a fixed number."""
    words = _words()
    draw = draws_of(seed, "footprint")
    catalogue = Catalogue(seed)
    made = 0
    for index in range(count):
        draws = draw(index)
        if made == words["most"] or _share(draws[0]) >= words["with_declaration"]:
            continue
        record = catalogue.record(index, row=1)
        if record.category not in words["kinds"]:
            continue
        made += 1
        is_linked = _share(draws[1]) >= words["unlinked"]
        yield Footprint(_document(record, index, draws), _key(record) if is_linked else None)


def _share(draw: int) -> int:
    return draw * _ALL // SPAN


def _key(record: ProductRecord) -> str:
    number = normal_number(record.certificate.number) if record.certificate else None
    company = company_key(record.company.name, record.company.credit_code)
    return product_key(company, record.name, record.model, number)


def _document(record: ProductRecord, index: int, draws: Draws) -> dict[str, Any]:
    words = _words()
    kind = words["kinds"][record.category]
    is_english = _share(draws[2]) < words["in_english"]
    first = words["first_issue"]
    issued = first + dt.timedelta(days=between(0, (words["last_issue"] - first).days, draws[3]))
    until = issued.replace(year=issued.year + words["validity_years"], day=min(issued.day, 28))
    low, high = (Decimal(str(each)) for each in kind["fossil"])
    fossil = _rounded(low + (high - low) * draws[4] / SPAN)
    name = f"{kind['english']} {record.model or ''}".strip() if is_english else record.name
    return {
        "doctype": "openEPD",
        "id": f"dm{index:06d}",
        "version": 1,
        "language": "en" if is_english else "zh",
        "product_name": name,
        "product_description": words["note_en" if is_english else "note_zh"],
        "product_sku": record.model,
        "manufacturer": {"name": record.company.name},
        "program_operator": words["operator"],
        "program_operator_doc_id": f"YS-EPD-{index + 1:06d}",
        "third_party_verifier": {"name": words["verifier"]},
        "compliance": [{"short_name": words["rules"]}],
        "date_of_issue": f"{issued.isoformat()}T00:00:00Z",
        "valid_until": f"{until.isoformat()}T00:00:00Z",
        "declared_unit": {"qty": kind["quantity"], "unit": kind["unit"]},
        "kg_per_declared_unit": {"qty": Decimal(str(kind["mass_kg"])), "unit": "kg"},
        "impacts": {one_of(words["methods"], draws[5]): _impacts(kind, fossil)},
        "resource_uses": _sums(words["resources"], fossil),
    }


def _impacts(kind: Mapping[str, Any], fossil: Decimal) -> dict[str, Any]:
    """Return what is declared of each impact; the carbon in plants comes in and goes out again."""
    stored = Decimal(str(kind.get("stored", 0)))
    carbon = dict(_modules(kind, fossil))
    biogenic = {"A1A2A3": -stored, "C3": stored} if stored else {}
    land = {"A1A2A3": _rounded(fossil / 400)}
    total = {
        module: value + biogenic.get(module, 0) + land.get(module, 0)
        for module, value in carbon.items()
    }
    return {
        "gwp": _said(total, "kgCO2e"),
        "gwp-fossil": _said(carbon, "kgCO2e"),
        # What holds nothing grown declares nothing: not declared is not zero.
        **({"gwp-biogenic": _said(biogenic, "kgCO2e")} if biogenic else {}),
        "gwp-luluc": _said(land, "kgCO2e"),
        **_sums(_words()["impacts"], fossil),
    }


def _modules(kind: Mapping[str, Any], fossil: Decimal) -> Iterator[tuple[str, Decimal]]:
    end = fossil * Decimal(str(kind["end"]))
    yield "A1A2A3", fossil
    yield "A4", _rounded(fossil * Decimal(str(kind["transport"])))
    for module, part in _END_OF_LIFE.items():
        yield module, _rounded(end * Decimal(part))
    if kind["credit"]:
        yield "D", -_rounded(fossil * Decimal(str(kind["credit"])))


def _sums(table: Mapping[str, Any], fossil: Decimal) -> dict[str, Any]:
    return {
        name: _said({"A1A2A3": _rounded(fossil * Decimal(str(factor)))}, unit)
        for name, (unit, factor) in table.items()
    }


def _said(amounts: Mapping[str, Decimal], unit: str) -> dict[str, Any]:
    return {module: {"mean": amount, "unit": unit} for module, amount in amounts.items()}


def _rounded(amount: Decimal) -> Decimal:
    """Return the amount with three digits that count, as programmes print them."""
    return amount if not amount else round(amount, 2 - amount.adjusted())
