"""A result's lines, each with its name, where it is kept, and how it counts."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from decimal import Decimal

import msgspec

from api.web.i18n import translate
from api.web.names import Names, named, sign_of
from api.web.words import CONTRADICTING_FACTORS, EXCLUSIONS, MISSING_FACTOR
from catalog.rules.proof import Proof
from catalog.rules.ratio.lines import line_id
from catalog.rules.ratio.trace import ExcludedLine, Measure, RatioResult
from catalog.rules.units import UnitTable
from catalog.services.proofs import Papers
from catalog.views.projects import BillLineView, DeliveryView
from catalog.views.proofs import AdoptionName, CertificateName, TestReportView


class Source(msgspec.Struct, frozen=True):
    """A bill line or a delivery as the building's page shows it; its id is the anchor there.

    ``delivered`` is the delivery itself, None of a bill line. What is not current was corrected
    or taken back since, and stands on no other page.
    """

    name: str
    specification: str | None
    quantity: Decimal
    unit: str
    delivered: DeliveryView | None = None
    is_current: bool = True


class TracedLine(msgspec.Struct, frozen=True):
    """A line of a measure: green, not green, unknown, or part of the whole amount.

    ``certificate`` and ``report`` are the paper that its proof names, if it is still listed;
    ``adoption`` is the product's entry in the adoption database that was looked at.
    """

    id: str
    source: Source | None
    path: str | None
    standing: str
    reason: str | None
    proof: Proof | None
    certificate: CertificateName | None
    report: TestReportView | None
    adoption: AdoptionName | None


def sources_of(
    bill_lines: Iterable[BillLineView], deliveries: Iterable[DeliveryView], current: Container[str]
) -> dict[str, Source]:
    """Return lines by the ids a trace gives them; ``current`` are those not corrected since."""
    found: dict[str, Source] = {}
    for line in bill_lines:
        name = line_id(line.id, is_delivered=False)
        found[name] = Source(
            line.name, line.specification, line.quantity, line.unit, is_current=name in current
        )
    for came in deliveries:
        name = line_id(came.id, is_delivered=True)
        found[name] = Source(
            came.name, came.specification, came.quantity, came.unit, came, name in current
        )
    return found


def papers_of(sources: Mapping[str, Source]) -> set[str]:
    """Return the references of all that proves the deliveries among some lines."""
    arrived = (each.delivered for each in sources.values() if each.delivered is not None)
    return {paper.reference for came in arrived for paper in came.evidence}


def traced_lines(
    measure: Measure, lines: Iterable[str], sources: Mapping[str, Source], papers: Papers
) -> list[TracedLine]:
    """Return some lines of a measure, with how each counts, why, and which paper says so."""
    green = set(measure.numerator_lines)
    others = {line.line: line for line in measure.not_green_lines}
    found = []
    for line in lines:
        standing, reason = "whole", None
        if line in green:
            standing = "green"
        elif line in others:
            standing = "not-green" if others[line].known else "unknown"
            reason = others[line].reason
        proof = measure.proofs.get(line)
        found.append(
            TracedLine(
                id=line,
                source=sources.get(line),
                path=measure.conversions.get(line),
                standing=standing,
                reason=reason,
                proof=proof,
                certificate=papers.certificates.get((proof and proof.certificate_id) or 0),
                report=papers.reports.get((proof and proof.report_id) or 0),
                adoption=papers.adoptions.get((proof and proof.adoption_id) or 0),
            )
        )
    return found


def exclusion(
    excluded: ExcludedLine, *, trace: RatioResult, names: Names, units: UnitTable, language: str
) -> str:
    """Return in words why a line counts nowhere."""
    facts = excluded.facts
    items = {item.key: item for group in trace.groups for item in group.items}
    item = items.get(facts.get("item", ""))
    places = [named(names.places, key, language) for key in facts.get("places", "").split()]
    separator = "、" if language == "zh" else ", "
    text = translate(EXCLUSIONS[excluded.reason], language).format(
        category=named(names.categories, facts.get("category"), language),
        why=facts.get(f"why_{language}", ""),
        places=separator.join(places),
        place=named(names.places, facts.get("place"), language),
        item="" if item is None else getattr(item, f"name_{language}"),
        unit=sign_of(units, facts.get("unit")),
        accepted=separator.join(sign_of(units, u) for u in facts.get("accepted", "").split()),
    )
    gap = "" if language == "zh" else " "
    if "contradicting" in facts:
        ways = facts["contradicting"]
        text += gap + translate(CONTRADICTING_FACTORS, language).format(ways=ways)
    elif "missing" in facts:
        text += gap + translate(MISSING_FACTOR, language).format(missing=facts["missing"])
    return text.strip()
