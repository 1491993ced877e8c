"""The products behind a sum, listed one by one as the official forms ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import msgspec

from catalog.forms.facts import ResultFacts
from catalog.rules.exact import as_decimal
from catalog.rules.proof import Proof
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.sums import planned_green
from catalog.rules.ratio.trace import Measure
from catalog.rules.terms import Stage
from catalog.rules.units import Converted
from catalog.views.forms import FormLine, FormPaper, PaperVersion


class Standing(StrEnum):
    """How goods count: ``settled`` ones stand only in the bill, and are in no delivery."""

    GREEN = "green"
    NOT_GREEN = "not-green"
    UNKNOWN = "unknown"
    SETTLED = "settled"


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """One product as it counts; quantities are in the unit of the measure, None is none stated.

    ``paper`` is the number of the certificate or report; ``star`` is None where it states no grade.
    A row without a ``name`` stands for bill lines that name no product.
    """

    name: str | None
    specification: str | None
    producer: str | None
    paper: str | None
    star: int | None
    is_report: bool
    standing: Standing
    reason: str | None
    green: Decimal | None
    total: Decimal | None
    settled: Decimal | None
    lines: int


class _Who(msgspec.Struct, frozen=True):
    """What goods must agree in to be listed as one."""

    name: str | None
    specification: str | None
    producer: str | None
    paper: str | None = None
    star: int | None = None
    is_report: bool = False
    standing: Standing = Standing.SETTLED
    reason: str | None = None


@dataclass(slots=True)
class _Amounts:
    product: str | None
    green: list[Fraction] = field(default_factory=list)
    total: list[Fraction] = field(default_factory=list)
    settled: list[Fraction] = field(default_factory=list)
    lines: int = 0


def goods_of(measure: Measure, facts: ResultFacts) -> list[Goods]:
    """Return the products of a measure in order of name, each with how it counts.

    Settled quantities stand beside the deliveries of the same product, where the bill names it.
    """
    is_planned = facts.result.stage is Stage.DESIGN
    found: dict[_Who, _Amounts] = {}
    lines = [facts.lines[name] for name in measure.denominator_lines if name in facts.lines]
    for line in lines:
        if is_planned or line.role is Role.DELIVERED:
            source = facts.sources.get(line.id)
            who = _who(line, source, facts, is_planned=is_planned)
            amounts = found.setdefault(who, _Amounts(source.product if source else None))
            _count(amounts, line, measure, facts, is_planned=is_planned)
    if not is_planned:
        _add_settled(found, lines, measure, facts)
    return [
        Goods(
            **msgspec.structs.asdict(who),
            green=_summed(amounts.green),
            total=_summed(amounts.total),
            settled=_summed(amounts.settled),
            lines=amounts.lines,
        )
        for who, amounts in sorted(found.items(), key=lambda pair: _order(pair[0]))
    ]


def _count(
    amounts: _Amounts, line: RatioLine, measure: Measure, facts: ResultFacts, *, is_planned: bool
) -> None:
    """Add a line that is planned or came to site; green that nobody stated is not added."""
    amounts.lines += 1
    amounts.total.append(_in_unit(line.quantity, line, measure, facts))
    if is_planned and line.green_quantity is not None:
        amounts.green.append(_in_unit(planned_green(line), line, measure, facts))
    elif not is_planned and line.green is not None:
        green = line.quantity if line.green else Decimal(0)
        amounts.green.append(_in_unit(green, line, measure, facts))


def _add_settled(
    found: dict[_Who, _Amounts], lines: list[RatioLine], measure: Measure, facts: ResultFacts
) -> None:
    by_product: dict[str, _Amounts] = {}
    for _, amounts in sorted(found.items(), key=lambda pair: _order(pair[0])):
        if amounts.product:
            by_product.setdefault(amounts.product, amounts)
    for line in lines:
        if line.role is Role.DELIVERED:
            continue
        source = facts.sources.get(line.id)
        product = source.product if source else None
        beside = by_product.get(product) if product else None
        if beside is None:
            who = _Who(None, None, None)
            if product and source:
                who = _Who(source.product_name, _specification(source), source.company_name)
            beside = found.setdefault(who, _Amounts(product))
            beside.lines += 1
        beside.settled.append(_in_unit(line.quantity, line, measure, facts))


def _in_unit(quantity: Decimal, line: RatioLine, measure: Measure, facts: ResultFacts) -> Fraction:
    if line.unit == measure.unit:
        return Fraction(quantity)
    way = facts.units.convert(quantity, line.unit or "", measure.unit, declared=line.declared)
    if not isinstance(way, Converted):
        raise ValueError(f"{line.id} counts in {measure.unit} and does not convert to it")
    return way.value


def _who(line: RatioLine, source: FormLine | None, facts: ResultFacts, *, is_planned: bool) -> _Who:
    standing = _planned(line) if is_planned else _delivered(line)
    reason = None if standing is Standing.GREEN else _reason(line, standing, is_planned=is_planned)
    if source is None:
        return _Who(line.id, None, None, standing=standing, reason=reason)
    number, version, is_report = _paper(line.proof, source, facts)
    maker = (version.factory or version.manufacturer) if version else None
    return _Who(
        name=source.product_name or source.name,
        specification=_specification(source),
        producer=source.factory or maker or source.company_name,
        paper=number,
        star=version.star if version else None,
        is_report=is_report,
        standing=standing,
        reason=reason,
    )


def _specification(source: FormLine) -> str | None:
    return source.model or source.specification


def _paper(
    proof: Proof | None, source: FormLine, facts: ResultFacts
) -> tuple[str | None, PaperVersion | None, bool]:
    """Return the number of the paper that a line rests on, the version, and what paper it is."""
    report = facts.reports.get((proof.report_id if proof else None) or 0)
    if report is not None:
        return report.number, None, True
    named = (proof.certificate_id if proof else None) or source.certificate_id
    paper = facts.papers.get(named or 0)
    if paper is None:
        return None, None, False
    return paper.number, _version(paper, proof), False


def _version(paper: FormPaper, proof: Proof | None) -> PaperVersion | None:
    """Return the version that a proof names, or the latest."""
    day = proof.effective_on if proof else None
    found = [version for version in paper.versions if day is None or version.effective_on == day]
    return found[-1] if found else None


def _delivered(line: RatioLine) -> Standing:
    if line.green is None:
        return Standing.UNKNOWN
    return Standing.GREEN if line.green else Standing.NOT_GREEN


def _planned(line: RatioLine) -> Standing:
    if line.green_quantity is None:
        return Standing.UNKNOWN
    return Standing.GREEN if line.green_quantity else Standing.NOT_GREEN


def _reason(line: RatioLine, standing: Standing, *, is_planned: bool) -> str | None:
    if is_planned and line.green_reason is None:
        return "not-stated" if standing is Standing.UNKNOWN else "planned-without"
    return line.green_reason


_ORDER: Mapping[Standing, int] = {standing: place for place, standing in enumerate(Standing)}


def _order(who: _Who) -> tuple[object, ...]:
    """Named goods by name, the green first of each; what names no product comes last."""
    texts = [who.producer or "", who.paper or "", who.reason or ""]
    goods = (who.name is None, who.name or "", who.specification or "")
    return (*goods, _ORDER[who.standing], *texts, who.star or 0, who.is_report)


def _summed(parts: list[Fraction]) -> Decimal | None:
    return as_decimal(sum(parts, Fraction(0))) if parts else None
