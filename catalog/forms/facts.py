"""All that the form of a result is made of, read beforehand."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from catalog.rules.packs import RatioPack, ThresholdPack
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import EvidenceKind
from catalog.rules.units import UnitTable
from catalog.views.forms import FormLine, FormPaper
from catalog.views.projects import BuildingView, CategoryView, DivisionView, ProjectView, ResultView
from catalog.views.proofs import TestReportView
from catalog.views.rules import RuleChoiceView


class ResultFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A result with its trace, its lines by the names the trace gives them, and their papers.

    ``building`` is None where it was withdrawn; ``pack`` and ``thresholds`` are those it went by.
    """

    result: ResultView
    is_current: bool
    trace: RatioResult
    pack: RatioPack
    thresholds: ThresholdPack
    choice: RuleChoiceView | None
    project: ProjectView
    building: BuildingView | None
    division: DivisionView | None
    categories: Mapping[str, CategoryView]
    places: Mapping[str, tuple[str, str]]
    units: UnitTable
    lines: Mapping[str, RatioLine]
    sources: Mapping[str, FormLine]
    papers: Mapping[int, FormPaper]
    reports: Mapping[int, TestReportView]
    evidence: Mapping[EvidenceKind, list[tuple[int, str]]]

    def sign_of(self, unit: str) -> str:
        """Return the sign of a unit; what is no unit of ours is shown as it was written."""
        known = self.units.find(unit)
        return known.symbol if known else unit
