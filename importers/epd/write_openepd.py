"""Write a declaration as an openEPD document.

A declaration that came as openEPD goes out as it came. Any other is written from what was
understood of it; what openEPD has no place for is kept under ``ext.lucai`` and said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

import seed_data
from catalog.records import EpdOrganisation, EpdRecord, EpdResultRecord, LocalText, StatedDate
from catalog.rules.terms import DatePrecision
from importers.epd.exported import Exported, LeftOut
from importers.epd.tables import indicators

FORM = "openEPD"
MEDIA_TYPE = "application/json"
_OWN_FORMS = frozenset({"openepd-json", "openepd-bundle"})
_GROUPS = {"resource": "resource_uses", "output": "output_flows"}
_CRADLE_TO_GATE = {"A1-A3": "A1A2A3"}
_KG = {
    "biogenic carbon kg": "kg_C_biogenic_per_declared_unit",
    "carbon kg": "kg_C_per_declared_unit",
}
_YEARS = "service life a"
_LANGUAGE_LETTERS = 2
_encoder = msgspec.json.Encoder(decimal_format="number")
_NO_PLACE = ("owner", "location", "reference_year", "subtype", "version")


def write_openepd(record: EpdRecord) -> Exported:
    """Return a declaration as an openEPD document."""
    if record.format in _OWN_FORMS:
        return Exported(content=record.document.encode(), media_type=MEDIA_TYPE, ending="json")
    writer = _Writer(record)
    content = msgspec.json.format(_encoder.encode(writer.document()), indent=2)
    issues = writer.left_out.issues
    return Exported(content=content, media_type=MEDIA_TYPE, ending="json", issues=issues)


def write_openepds(records: Iterable[EpdRecord]) -> Exported:
    """Return several declarations as one list of openEPD documents."""
    parts = [write_openepd(record) for record in records]
    return Exported(
        content=b"[\n" + b",\n".join(part.content for part in parts) + b"\n]\n",
        media_type=MEDIA_TYPE,
        ending="json",
        issues=tuple(issue for part in parts for issue in part.issues),
    )


class _Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What an openEPD document can hold."""

    source: str
    methods: frozenset[str]
    unknown_method: str
    scenario_modules: frozenset[str]
    modules: frozenset[str]
    longest: dict[str, int]
    words: dict[str, str]
    units: dict[str, list[str]]


@cache
def _limits() -> _Limits:
    return msgspec.convert(seed_data.read_toml("lca/openepd.toml"), _Limits)


class _Writer:
    """Writes one declaration."""

    def __init__(self, record: EpdRecord) -> None:
        self._record = record
        self._ext: dict[str, Any] = {}
        self.left_out = LeftOut(record.names[0].text if record.names else record.identifier, FORM)

    def document(self) -> dict[str, Any]:
        """Return the document's content; what is not known is not in it."""
        record = self._record
        main = _main_text(record.names)
        language = main.language if main and _is_plain(main) else None
        # The identifier of another kind of data set is no open xPD id, and none is made up.
        self._keep("identifier", record.identifier)
        document: dict[str, Any] = {
            "doctype": FORM,
            "openepd_version": "0.1",
            "language": language,
            "product_name": self._text("product_name", record.names, main),
            "product_description": self._text(
                "product_description", record.descriptions, _in_language(record, language)
            ),
            "product_sku": self._short("product_sku", record.product_code),
            "product_classes": self._classes(),
            "manufacturer": self._organisation("manufacturer"),
            "program_operator": self._organisation("operator"),
            "program_operator_doc_id": record.registration_number,
            "third_party_verifier": self._organisation("verifier"),
            "pcr": {"name": record.product_rules} if record.product_rules else None,
            "compliance": [{"name": name} for name in record.compliance],
            "date_of_issue": self._date("date_of_issue", record.issued_on),
            "valid_until": self._date("valid_until", record.valid_until),
            "declared_unit": self._declared_unit(),
            "kg_per_declared_unit": _kg(record.mass_kg),
            "declaration_url": record.url,
            **self._properties(),
            **self._amounts(),
        }
        for name in _NO_PLACE:
            self._keep(name, getattr(record, name))
        if record.scenarios:
            self._keep("scenarios", record.scenarios)
        document = {name: value for name, value in document.items() if value not in (None, [], {})}
        return {**document, "ext": {"lucai": self._ext}}

    def _keep(self, name: str, value: object) -> None:
        """Keep under ``ext`` what has no place of its own."""
        if value is not None:
            self._ext[name] = value
            self.left_out.note("export-in-ext", name)

    def _text(self, field: str, texts: tuple[LocalText, ...], main: LocalText | None) -> str | None:
        others = [text for text in texts if text != main]
        if others:
            self._keep(f"{field} in other languages", others)
        return self._short(field, main.text if main else None)

    def _short(self, field: str, text: str | None) -> str | None:
        """Return a text as openEPD can hold it; if that is not the whole, the whole is kept."""
        limit = _limits().longest[field]
        if text is None or len(text) <= limit:
            return text
        self._ext[field] = text
        self.left_out.note("export-shortened", field, limit=str(limit))
        return f"{text[: limit - 1]}…"

    def _classes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in self._record.classes:
            system, parted, name = one.partition(": ")
            found.setdefault(system if parted else "class", []).append(name if parted else one)
        return found

    def _organisation(self, part: str) -> dict[str, Any] | None:
        party: EpdOrganisation | None = getattr(self._record, part)
        if party is None:
            return None
        if party.identifier is None:
            return {"name": party.name}
        if "." in party.identifier and " " not in party.identifier:
            return {"name": party.name, "web_domain": party.identifier}
        self._keep(f"{part} identifier", party.identifier)
        return {"name": party.name}

    def _date(self, field: str, stated: StatedDate | None) -> str | None:
        if stated is None:
            return None
        if stated.precision is DatePrecision.DAY:
            return f"{stated.day}T00:00:00Z"
        self._ext[f"{field} (year)"] = stated.day.year
        self.left_out.note("export-year-only", field, year=str(stated.day.year))
        return None

    def _declared_unit(self) -> dict[str, Any] | None:
        record = self._record
        if record.declared_quantity is None or record.declared_unit is None:
            return None
        return {"qty": record.declared_quantity, "unit": _word(record.declared_unit)}

    def _properties(self) -> dict[str, Any]:
        properties = dict(self._record.properties)
        found: dict[str, Any] = {
            field: _kg(properties.pop(name)) for name, field in _KG.items() if name in properties
        }
        if _YEARS in properties:
            found["product_service_life_years"] = properties.pop(_YEARS)
        if properties:
            self._keep("properties", properties)
        return found

    def _amounts(self) -> dict[str, Any]:
        """Return the amounts in their places; a module without an amount is not declared."""
        found: dict[str, Any] = {}
        kept: list[EpdResultRecord] = []
        unknown = self._unknown_methods()
        for result in self._record.results:
            obstacle = _obstacle(result)
            if _is_impact(result) and result.method in unknown[1:]:
                obstacle = "export-amount-in-ext"  # Two methods never stand under one name.
            if obstacle is None:
                scopes = found
                for step in self._path(result):
                    scopes = scopes.setdefault(step, {})
                obstacle = _add(scopes, result)
            if obstacle is not None:
                kept.append(result)
                self.left_out.note(obstacle, result.indicator, unit=result.unit or "—")
        if kept:
            self._ext["results"] = kept
        return found

    def _path(self, result: EpdResultRecord) -> tuple[str, ...]:
        """Return where an indicator's amounts stand; a method is never given another's name."""
        known = indicators()[result.indicator]
        if known.group in _GROUPS:
            return _GROUPS[known.group], known.openepd[0]
        named = result.method if result.method in _limits().methods else None
        return "impacts", named or _limits().unknown_method, known.openepd[0]

    def _unknown_methods(self) -> list[str | None]:
        """Return the methods that openEPD has no name for; only the first can be in the file."""
        found = dict.fromkeys(
            result.method
            for result in self._record.results
            if _is_impact(result) and result.method not in _limits().methods
        )
        for method in [*found][:1]:
            self._ext["method"] = method
            self.left_out.note("export-method-unknown", "impacts", method=method or "—")
        return [*found]


def _is_impact(result: EpdResultRecord) -> bool:
    known = indicators().get(result.indicator)
    return known is not None and known.group not in _GROUPS


def _obstacle(result: EpdResultRecord) -> str | None:
    """Return why openEPD has no place for an amount, None if it has one."""
    limits = _limits()
    known = indicators().get(result.indicator)
    if known is None or not known.openepd:
        return "export-unknown-indicator"
    if result.unit is None or result.unit not in limits.units.get(known.key, [result.unit]):
        return "export-unit-not-allowed"
    scope = _CRADLE_TO_GATE.get(result.module, result.module)
    is_known = scope in (limits.scenario_modules if result.scenario else limits.modules)
    is_short = len(result.scenario or "") <= limits.longest["scenario"]
    return None if is_known and is_short else "export-amount-in-ext"


def _add(scopes: dict[str, Any], result: EpdResultRecord) -> str | None:
    """Put an amount where it belongs; return why not if its place is taken, or in another unit."""
    word = _word(result.unit or "")
    if any(unit != word for unit in _units_in(scopes)):
        return "export-amount-in-ext"
    scope = _CRADLE_TO_GATE.get(result.module, result.module)
    if result.scenario is not None:
        scenarios: list[dict[str, Any]] = scopes.setdefault("C_scenarios", [])
        named = [one for one in scenarios if one["name"] == result.scenario]
        if not named:
            named = [{"name": result.scenario}]
            scenarios += named
        scopes = named[0]
    if scope in scopes:
        return "export-amount-in-ext"
    scopes[scope] = {"mean": result.amount, "unit": word}
    return None


def _units_in(scopes: dict[str, Any]) -> Iterator[str]:
    for value in scopes.values():
        for one in value if isinstance(value, list) else [{"": value}]:
            yield from (part["unit"] for part in one.values() if isinstance(part, dict))


def _main_text(texts: tuple[LocalText, ...]) -> LocalText | None:
    """Return the text whose language openEPD can name, English first; else the first."""
    plain = [text for text in texts if _is_plain(text)]
    english = [text for text in plain if text.language == "en"]
    return next(iter([*english, *plain, *texts]), None)


def _in_language(record: EpdRecord, language: str | None) -> LocalText | None:
    """Return the description in the document's language; no other may stand as if it were in it."""
    return next((text for text in record.descriptions if text.language == language), None)


def _is_plain(text: LocalText) -> bool:
    return text.language is not None and len(text.language) == _LANGUAGE_LETTERS


def _kg(mass: object) -> dict[str, Any] | None:
    return None if mass is None else {"qty": mass, "unit": "kg"}


def _word(unit: str) -> str:
    return _limits().words.get(unit, unit)
