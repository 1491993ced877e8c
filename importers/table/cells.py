"""Cells of one column, each distinct text read once: most columns repeat a few texts many times."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import msgspec

from catalog.records import EvidenceRecord
from catalog.rules.numbers import (
    CreditCodeProblem,
    credit_code_problem,
    normal_credit_code,
)
from catalog.rules.terms import (
    BillStage,
    CertificateState,
    EvidenceKind,
    InspectionKind,
    ProjectKind,
    ProjectStage,
)
from importers.lookups import Lookups
from importers.lookups.names import Names
from importers.table import values
from importers.table.values import Remarked, UnreadableError, ValueLimits

Factor = tuple[Decimal, str, str | None]  # So much of a unit per one of another, or by itself.
Parse = Callable[[str], object]

# Beyond this many distinct texts a column hardly repeats, and remembering them all costs memory.
_REMEMBERED = 20_000
_KIND_SEPARATORS = re.compile(r"[、,\uff0c;\uff1b/|]+")
_EVIDENCE_SEPARATORS = re.compile(r"[;\uff1b\n]+")
_FACTOR = re.compile(r"(?P<amount>[\d.,]+)\s*(?P<unit>[^\d/\s.,][^/]*?)\s*(?:/\s*(?P<per>[^/]+))?")
_FIRST_COLON = re.compile(r"\s*[:\uff1a]\s*")

_CREDIT_CODE_ISSUES = {
    CreditCodeProblem.LENGTH: "credit-code-length",
    CreditCodeProblem.CHARACTERS: "credit-code-characters",
    CreditCodeProblem.CHECK_CHARACTER: "credit-code-check",
}


class Finding(msgspec.Struct, frozen=True):
    """What is wrong, or worth a remark, with one text."""

    code: str
    is_error: bool
    facts: dict[str, str]


class CellReader(dict[str, object]):
    """Texts of one column and what they mean; what is wrong with some is in ``findings``."""

    def __init__(self, parse: Parse) -> None:
        super().__init__({"": None})
        self._parse = parse
        self.findings: dict[str, Finding] = {}

    def __missing__(self, text: str) -> object:
        """Read a text that was not met before."""
        if len(self) > _REMEMBERED:
            self.clear()
            self[""] = None
        try:
            value = self._parse(text)
        except UnreadableError as error:
            value = None
            self.findings[text] = Finding(error.code, is_error=True, facts=error.facts)
        else:
            if isinstance(value, Remarked):
                self.findings[text] = Finding(value.code, is_error=False, facts=value.facts)
                value = value.value
        self[text] = value
        return value


def cell_parsers(lookups: Lookups, limits: ValueLimits, *, day_zero: dt.date) -> dict[str, Parse]:
    """Return, for each way of reading a cell except plain text, what reads it."""
    return {
        "quantity": partial(values.quantity, limits=limits),
        "signed-quantity": partial(values.number, limits=limits),
        "positive": partial(values.positive, limits=limits),
        "integer": partial(values.integer, limits=limits),
        "percent": partial(values.percent, limits=limits),
        "date": partial(values.date, limits=limits, day_zero=day_zero),
        "stated-date": partial(values.stated_date, limits=limits, day_zero=day_zero),
        "factors": partial(_factors, lookups.units, limits),
        "credit-code": _credit_code,
        "category": partial(_key, lookups.categories, "unknown-category"),
        "unit": partial(_key, lookups.units, "unknown-unit"),
        "division": partial(_key, lookups.divisions, "unknown-division"),
        "place": partial(_key, lookups.places, "unknown-place"),
        "star": lambda text: int(_key(lookups.stars, "unknown-star", text)),
        "state": lambda text: CertificateState(_key(lookups.states, "unknown-state", text)),
        "project-stage": lambda text: ProjectStage(
            _key(lookups.project_stages, "unknown-project-stage", text)
        ),
        "bill-stage": lambda text: BillStage(_key(lookups.bill_stages, "unknown-bill-stage", text)),
        "inspection-kind": lambda text: InspectionKind(
            _key(lookups.inspection_kinds, "unknown-inspection-kind", text)
        ),
        "inspection-result": lambda text: (
            _key(lookups.inspection_results, "unknown-inspection-result", text) == "passed"
        ),
        "answer": lambda text: _key(lookups.answers, "unknown-answer", text) == "yes",
        "project-kinds": partial(_project_kinds, lookups.project_kinds),
        "evidence": partial(_evidence, lookups.evidence_kinds),
    }


def _key(names: Names, code: str, text: str) -> str:
    found = names.find(text)
    if found is None:
        nearest = names.nearest(text)
        raise UnreadableError(code, **({"nearest": nearest} if nearest else {}))
    return found


def _credit_code(text: str) -> str:
    problem = credit_code_problem(text)
    if problem is not None:
        raise UnreadableError(_CREDIT_CODE_ISSUES[problem])
    return normal_credit_code(text)


def _project_kinds(names: Names, text: str) -> frozenset[ProjectKind]:
    return frozenset(
        ProjectKind(_key(names, "unknown-project-kind", part.strip()))
        for part in _KIND_SEPARATORS.split(text)
        if part.strip()
    )


def _factors(units: Names, limits: ValueLimits, text: str) -> tuple[Factor, ...]:
    """Return factors as they are written: ``25 kg/樘; 0.5 m2/块``."""
    found: list[Factor] = []
    for part in _EVIDENCE_SEPARATORS.split(text):
        if not part.strip():
            continue
        match = _FACTOR.fullmatch(unicodedata.normalize("NFKC", part).strip())
        if match is None:
            raise UnreadableError("bad-factor", part=part.strip())
        amount = values.positive(match["amount"], limits)
        if isinstance(amount, Remarked):
            raise UnreadableError("bad-factor", part=part.strip())
        unit = _key(units, "unknown-unit", match["unit"])
        per = _key(units, "unknown-unit", match["per"]) if match["per"] else None
        found.append((amount, unit, per))
    return tuple(dict.fromkeys(found))


def _evidence(names: Names, text: str) -> tuple[EvidenceRecord, ...]:
    found: list[EvidenceRecord] = []
    for part in _EVIDENCE_SEPARATORS.split(text):
        if not part.strip():
            continue
        kind, *reference = _FIRST_COLON.split(part.strip(), maxsplit=1)
        if not reference or not reference[0]:
            raise UnreadableError("bad-evidence", part=part.strip())
        found.append(
            EvidenceRecord(
                kind=EvidenceKind(_key(names, "unknown-evidence-kind", kind)),
                reference=reference[0],
            )
        )
    return tuple(dict.fromkeys(found))
