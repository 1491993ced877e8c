"""An openEPD document as a record."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from catalog.records import EpdOrganisation, EpdRecord, EpdScenario, LocalText
from importers.epd.json_text import value_of
from importers.epd.notes import DataSetError, Notes, Results
from importers.epd.tables import indicators_by_openepd, openepd_word, unit_of, units, words_of

_IDENTIFIER = re.compile(r"[a-z0-9]{8}|[A-Z0-9]{8}")
_GROUPS = ("resource_uses", "output_flows")
_SCENARIOS = "C_scenarios"
_CARBON = {
    "kg_C_per_declared_unit": "carbon kg",
    "kg_C_biogenic_per_declared_unit": "biogenic carbon kg",
}


def read_document(text: str, notes: Notes, *, form: str) -> EpdRecord | None:
    """Return the declaration, or None if what the notes say keeps it out.

    Raises:
        DataSetError: It is no JSON, or a document of another kind.
    """
    content = value_of(text)
    if not isinstance(content, dict):
        notes.refuse("epd-not-a-document", None, content)
        return None
    _refuse_other_kinds(content)
    return _Document(content, notes).record(form, text)


def _refuse_other_kinds(content: Mapping[str, Any]) -> None:
    words = words_of("openepd")
    kind = content.get("doctype")
    if isinstance(kind, str):
        if kind.casefold() in words["declarations"]:
            return
    elif any(name in content for name in words["only_in_declarations"]):
        return
    else:
        fields = words["only_in_others"]
        kind = next((name for name in fields if content.keys() & set(fields[name])), "?")
    names = {name.casefold(): names for name, names in words["other_documents"].items()}
    chinese, english = names.get(kind.casefold(), (kind, kind))
    raise DataSetError("epd-other-document", kind_zh=chinese, kind_en=english)


class _Document:
    """One document of declarations."""

    def __init__(self, content: Mapping[str, Any], notes: Notes) -> None:
        self._content = content
        self._notes = notes

    def record(self, form: str, text: str) -> EpdRecord | None:
        """Read everything."""
        notes = self._notes
        content = self._content
        language = self._text("language")
        name = self._text("product_name") or self._text("name")
        description = self._text("product_description")
        if name is None:
            notes.refuse("epd-no-name", "product_name")
        results, scenarios = self._results()
        quantity, unit = self._measure("declared_unit")
        if quantity is None or unit is None:
            notes.remark("epd-no-declared-unit", "declared_unit")
        verifier = self._organisation("third_party_verifier")
        verifier_name = self._text("third_party_verifier_name")
        if verifier_name and (verifier is None or verifier.name is None):
            verifier = EpdOrganisation(
                name=verifier_name, identifier=verifier.identifier if verifier else None
            )
        record = EpdRecord(
            row=notes.row,
            sheet=notes.sheet,
            format=form,
            identifier=self._identifier(),
            version=self._version(),
            names=(LocalText(language, name),) if name else (),
            descriptions=(LocalText(language, description),) if description else (),
            classes=tuple(self._classes()),
            product_code=self._text("product_sku"),
            manufacturer=self._organisation("manufacturer"),
            operator=self._organisation("program_operator"),
            verifier=verifier,
            registration_number=self._text("program_operator_doc_id"),
            product_rules=self._title("pcr", content.get("pcr")),
            compliance=tuple(
                title
                for one in self._list("compliance")
                if (title := self._title("compliance", one))
            ),
            issued_on=notes.date(content.get("date_of_issue"), "date_of_issue"),
            valid_until=notes.date(content.get("valid_until"), "valid_until"),
            declared_quantity=quantity,
            declared_unit=unit,
            mass_kg=self._mass("kg_per_declared_unit"),
            properties=self._properties(),
            scenarios=scenarios,
            results=results,
            url=self._text("declaration_url"),
            document=text,
        )
        known = {*words_of("openepd")["read"], *words_of("openepd")["kept"]}
        for field in sorted(content.keys() - known):
            notes.remark("unknown-field", field, content[field])
        return None if notes.is_refused else record

    def _text(self, field: str) -> str | None:
        return self._notes.text(self._content.get(field), field)

    def _list(self, field: str) -> list[Any]:
        value = self._content.get(field)
        if value is not None and not isinstance(value, list):
            self._notes.refuse("epd-wrong-shape", field, value)
        return value if isinstance(value, list) else []

    def _object(self, field: str, value: object) -> dict[str, Any]:
        if value is not None and not isinstance(value, dict):
            self._notes.refuse("epd-wrong-shape", field, value)
        return value if isinstance(value, dict) else {}

    def _version(self) -> str | None:
        """Return the version, a whole number or whatever text stands in its place."""
        value = self._content.get("version")
        return str(value) if isinstance(value, Decimal) else self._text("version")

    def _identifier(self) -> str:
        """Return the id or, where there is none, what tells this declaration from any other."""
        stated = self._text("id")
        if stated is not None:
            if not _IDENTIFIER.fullmatch(stated):
                self._notes.remark("epd-odd-identifier", "id", stated)
                return stated
            return stated.lower()
        parties = [self._organisation(one) for one in ("manufacturer", "program_operator")]
        telling = [
            *(((one.identifier or one.name) if one else None) for one in parties),
            *(
                self._text(one)
                for one in ("program_operator_doc_id", "product_name", "product_sku")
            ),
        ]
        self._notes.remark("epd-identifier-made", "id")
        digest = hashlib.sha256("\n".join(one or "" for one in telling).encode("utf-8", "replace"))
        return f"openepd:{digest.hexdigest()[:32]}"

    def _organisation(self, field: str) -> EpdOrganisation | None:
        value = self._object(field, self._content.get(field))
        name = self._notes.text(value.get("name"), field)
        domain = self._notes.text(value.get("web_domain"), field)
        return EpdOrganisation(name=name, identifier=domain) if name or domain else None

    def _title(self, field: str, value: object) -> str | None:
        content = self._object(field, value)
        for part in ("name", "short_name", "ref", "id"):
            if title := self._notes.text(content.get(part), field):
                return title
        return None

    def _classes(self) -> Iterator[str]:
        field = "product_classes"
        for system, value in self._object(field, self._content.get(field)).items():
            for one in value if isinstance(value, list) else [value]:
                if name := self._notes.text(one, field):
                    yield f"{system}: {name}"

    def _measure(self, field: str) -> tuple[Decimal | None, str | None]:
        content = self._object(field, self._content.get(field))
        quantity = self._notes.number(content.get("qty"), field)
        written = self._notes.text(content.get("unit"), field)
        unit = unit_of(written) if written else None
        if written and unit is None:
            self._notes.remark("epd-unknown-unit", field, written)
        return quantity, unit or written

    def _mass(self, field: str) -> Decimal | None:
        quantity, unit = self._measure(field)
        if quantity is None:
            return None
        kg = units()[unit].kg if unit in units() else None
        if kg is None:
            self._notes.remark("epd-no-mass", field, unit)
            return None
        return quantity * Decimal(kg)

    def _properties(self) -> dict[str, Decimal]:
        found = {name: self._mass(field) for field, name in _CARBON.items()}
        years = "product_service_life_years"
        found["service life a"] = self._notes.number(self._content.get(years), years)
        return {name: value for name, value in found.items() if value is not None}

    def _results(self) -> tuple[Any, tuple[EpdScenario, ...]]:
        results = Results(self._notes)
        for method, sets in self._object("impacts", self._content.get("impacts")).items():
            self._take_sets(results, method, self._object(f"impacts {method}", sets))
        for group in _GROUPS:
            self._take_sets(results, None, self._object(group, self._content.get(group)))
        names = results.scenarios()
        return results.all(), tuple(EpdScenario(name=name) for name in names)

    def _take_sets(self, results: Results, method: str | None, sets: Mapping[str, Any]) -> None:
        words = words_of("openepd")
        for written, scopes in sets.items():
            if written == "ext":
                continue
            known = indicators_by_openepd().get(openepd_word(written))
            if known is None:
                self._notes.remark("epd-unknown-indicator", written)
            key = known.key if known else written
            for scope, said in self._object(written, scopes).items():
                if scope in words["kept_scopes"]:
                    continue
                for module, scenario, amount in self._amounts(key, scope, said):
                    if measured := self._amount(key, amount):
                        text, unit = measured
                        results.take(key, method, unit, [(module, scenario, text)])

    def _amounts(
        self, key: str, scope: str, said: object
    ) -> Iterator[tuple[str, str | None, object]]:
        """Yield the module, the scenario and the amount of everything under one scope."""
        if scope != _SCENARIOS:
            yield words_of("openepd")["modules"].get(scope, scope), None, said
            return
        for one in said if isinstance(said, list) else [said]:
            content = self._object(_SCENARIOS, one)
            name = self._notes.text(content.get("name"), _SCENARIOS)
            if content and name is None:
                self._notes.refuse("epd-scenario-without-name", key)
            for module, amount in content.items():
                if module not in ("name", "likelihood", "ext"):
                    yield module, name, amount

    def _amount(self, key: str, said: object) -> tuple[str, str | None] | None:
        """Return the number as written and its unit, None if nothing is declared."""
        content = self._object(key, said)
        known = {"mean", "unit", *words_of("openepd")["kept_of_amount"]}
        for part in sorted(content.keys() - known):
            self._notes.remark("unknown-field", f"{key} {part}")
        if content.get("mean") is None:
            return None
        written = self._notes.text(content.get("unit"), key)
        unit = unit_of(written) if written else None
        if written is None:
            self._notes.remark("epd-no-unit", key)
        elif unit is None:
            self._notes.remark("epd-unknown-unit", key, written)
        return str(content["mean"]), unit or written
