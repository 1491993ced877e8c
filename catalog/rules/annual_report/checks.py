"""What a report must check: how many failed, and of how many nobody can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

import msgspec

from catalog.rules.annual_report.terms import Punctuality
from catalog.rules.checks.kinds import FindingKind, FindingStanding
from catalog.rules.pack_measures import ProcurementPack
from catalog.rules.ratio.demands import Answer


class MustCheck(StrEnum):
    """What is checked: of each building done in the year, of each duty, and across projects."""

    LOWEST_TIER = "lowest-tier"
    STAR_GATE = "star-gate"
    MUST_CHOOSE = "must-choose"
    LOCAL_MATERIALS = "local-materials"
    FILING = "filing"
    FINDING = "finding"


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """How a check came out: of ``of`` things ``failed`` fail, and of ``open`` nobody can tell.

    ``failed`` is null where nobody could check a single one: that is not none. ``finding`` is the
    kind of finding, for checks across projects.
    """

    check: MustCheck
    finding: FindingKind | None = None
    of: int
    failed: int | None
    open: int


def reaches_lowest_tier(points: Decimal | None) -> Answer:
    """Tell whether a ratio earns any point; without a ratio nobody can."""
    if points is None:
        return Answer.OPEN
    return Answer.YES if points > 0 else Answer.NO


def passes_star_gate(star_award: int, gate_star: int | None) -> Answer:
    """Tell whether the ratio passes the gate of the star that was awarded.

    Where no rule has gates, or there is no ratio, nobody can.
    """
    if gate_star is None:
        return Answer.OPEN
    return Answer.YES if gate_star >= star_award else Answer.NO


def names_must_choose(pack: ProcurementPack) -> bool:
    """Tell whether a pack marks any class that must be chosen: without one no building can fail."""
    return any(each.choice == "must" for section in pack.sections for each in section.classes)


def of_answers(check: MustCheck, answers: Iterable[Answer]) -> CheckRow:
    """Return the row of a check that was asked of buildings."""
    found = Counter(answers)
    return _row(check, failed=found[Answer.NO], passed=found[Answer.YES], open_=found[Answer.OPEN])


def of_filings(standings: Iterable[Punctuality]) -> CheckRow:
    """Return what was handed in late, or not at all, of what was due: exempt is not asked."""
    found = Counter(standings)
    failed = found[Punctuality.LATE] + found[Punctuality.MISSING]
    return _row(MustCheck.FILING, failed=failed, passed=found[Punctuality.ON_TIME], open_=0)


def of_findings(
    found: Iterable[tuple[FindingKind, FindingStanding, int]], *, was_checked: bool
) -> list[CheckRow]:
    """Return what people confirmed of what the checks found, kind by kind; open ones may be so.

    Where no check ever ran there is one row, and nobody knows.
    """
    counts: dict[FindingKind, Counter[FindingStanding]] = {}
    for kind, standing, count in found:
        counts.setdefault(kind, Counter())[standing] += count
    rows = [
        _row(
            MustCheck.FINDING,
            failed=of[FindingStanding.CONFIRMED],
            passed=of[FindingStanding.DISMISSED],
            open_=of[FindingStanding.OPEN],
            finding=kind,
        )
        for kind, of in sorted(counts.items())
    ]
    if rows:
        return rows
    nothing = CheckRow(check=MustCheck.FINDING, of=0, failed=0 if was_checked else None, open=0)
    return [nothing]


def _row(
    check: MustCheck, *, failed: int, passed: int, open_: int, finding: FindingKind | None = None
) -> CheckRow:
    return CheckRow(
        check=check,
        finding=finding,
        of=failed + passed + open_,
        failed=failed if failed or passed else None,
        open=open_,
    )
