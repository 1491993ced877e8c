"""Government procurement: all that must be chosen is green, and enough kinds of the rest.

Which classes must be chosen is not known for every standard, and a class may be green in part:
the answer is then given for all that could be true, and is open where that differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import msgspec

from catalog.rules.pack_measures import KindsDemand, ProcurementPack
from catalog.rules.pack_parts import CategoryMapping
from catalog.rules.ratio.demands import Answer, both
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.procurement_classes import ClassResult, class_result
from catalog.rules.ratio.trace import ExcludedLine, Exclusion
from catalog.rules.terms import Stage
from catalog.rules.units import UnitTable

_UNPLACED = frozenset({Exclusion.NO_CATEGORY, Exclusion.NO_PLACE})


class ProcurementResult(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one building at one stage, with the classes that it stands on.

    ``must`` and ``optional`` answer each demand. ``least_optional`` and ``most_optional`` are the
    share that green optional kinds are of the kinds ``share_of``; None where there are none.
    """

    pack: str
    pack_version: str
    stage: Stage
    verdict: Answer
    must: Answer
    optional: Answer
    kinds: int
    green_kinds: int
    unknown_choices: int
    share_of: str
    least_optional: str | None
    most_optional: str | None
    classes: tuple[ClassResult, ...]
    excluded: tuple[ExcludedLine, ...]


def judge(
    pack: ProcurementPack, lines: Iterable[RatioLine], units: UnitTable, stage: Stage
) -> ProcurementResult:
    """Judge a building's lines; the order of the lines changes nothing."""
    found, excluded = _sorted_lines(pack, lines, stage)
    asked = Fraction(pack.must_green.share)
    results = [
        result
        for section in pack.sections
        for each in section.classes
        if each.key in found
        and (result := class_result(each, found[each.key], units, stage, asked=asked))
    ]
    must = _must(results)
    optional, least, most = _optional(results, pack.optional_kinds)
    if not results and any(line.reason in _UNPLACED for line in excluded):
        # Nothing is shown to be there yet, so that all of it is green proves nothing.
        must = optional = Answer.OPEN
    return ProcurementResult(
        pack=pack.key,
        pack_version=pack.version,
        stage=stage,
        verdict=both(must, optional),
        must=must,
        optional=optional,
        kinds=len(results),
        green_kinds=sum(each.as_kind is Answer.YES for each in results),
        unknown_choices=sum(each.choice == "unknown" for each in results),
        share_of=pack.optional_kinds.of,
        least_optional=None if least is None else str(least),
        most_optional=None if most is None else str(most),
        classes=tuple(results),
        excluded=tuple(sorted(excluded, key=lambda line: line.line)),
    )


def _sorted_lines(
    pack: ProcurementPack, lines: Iterable[RatioLine], stage: Stage
) -> tuple[Mapping[str, list[RatioLine]], list[ExcludedLine]]:
    found: dict[str, list[RatioLine]] = {}
    excluded = []
    for line in lines:
        placed = _class_of(pack, line, stage)
        if isinstance(placed, ExcludedLine):
            excluded.append(placed)
        else:
            found.setdefault(placed, []).append(line)
    return found, excluded


def _class_of(pack: ProcurementPack, line: RatioLine, stage: Stage) -> str | ExcludedLine:
    if stage is Stage.DESIGN and line.role is Role.DELIVERED:
        return ExcludedLine(line=line.id, reason=Exclusion.OTHER_STAGE)
    if line.category is None:
        return ExcludedLine(line=line.id, reason=Exclusion.NO_CATEGORY)
    facts = {"category": line.category}
    entry = pack.mapped.get(line.category)
    if entry is not None and entry.targets:
        return entry.item or _class_by_place(entry, line, facts)
    if entry is not None:
        facts |= {"why_zh": entry.none_zh or "", "why_en": entry.none_en or ""}
    return ExcludedLine(line=line.id, reason=Exclusion.NOT_IN_METHOD, facts=facts)


def _class_by_place(
    entry: CategoryMapping, line: RatioLine, facts: dict[str, str]
) -> str | ExcludedLine:
    facts["places"] = " ".join(sorted(entry.places))
    if line.place is None:
        return ExcludedLine(line=line.id, reason=Exclusion.NO_PLACE, facts=facts)
    if line.place not in entry.places:
        facts["place"] = line.place
        return ExcludedLine(line=line.id, reason=Exclusion.PLACE_NOT_IN_METHOD, facts=facts)
    return entry.places[line.place]


def _must(results: list[ClassResult]) -> Answer:
    """Every class that must be chosen, and every one that perhaps must, has to be green."""
    surely = [each.as_must for each in results if each.choice == "must"]
    perhaps = [each.as_must for each in results if each.choice == "unknown"]
    if Answer.NO in surely:
        return Answer.NO
    return Answer.YES if {*surely, *perhaps} <= {Answer.YES} else Answer.OPEN


def _optional(
    results: list[ClassResult], demand: KindsDemand
) -> tuple[Answer, Fraction | None, Fraction | None]:
    """Return the verdict on the optional kinds, and the bounds of their green share.

    Both bounds run over all that could be true of the classes of unknown choice. The least takes
    those that are green for classes that must be chosen, so that they do not help here. The most
    takes the other demand as met: what is not green is then an optional kind, or is in no part
    of the standard at all if it was read in none.
    """
    share = Fraction(demand.share)
    optional = [each for each in results if each.choice == "optional"]
    unknown = [each for each in results if each.choice == "unknown"]
    low = [each.as_kind is Answer.YES for each in optional]
    low += [False for each in unknown if each.as_kind is not Answer.YES]
    high = [each.as_kind is not Answer.NO for each in optional]
    high += [
        each.as_kind is not Answer.NO
        for each in unknown
        if each.listed or each.as_kind is not Answer.NO
    ]
    if demand.of == "all-kinds":
        # What must be chosen is a kind in use that can never be a green optional one, and so is,
        # at the least, what is green and may have to be chosen.
        low += [False for each in results if each.choice == "must"]
        low += [False for each in unknown if each.as_kind is Answer.YES]
        high += [False for each in results if each.choice == "must"]
    least, most = _share(low), _share(high)
    if (least is None or least >= share) and (most is None or most >= share):
        return Answer.YES, least, most
    if most is not None and most < share:
        return Answer.NO, least, most
    return Answer.OPEN, least, most


def _share(green: list[bool]) -> Fraction | None:
    return Fraction(sum(green), len(green)) if green else None
