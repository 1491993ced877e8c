"""The way that a pack's method gives a group its points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from catalog.rules.pack_parts import Group
from catalog.rules.packs import RatioPack
from catalog.rules.ratio import method_a, method_b
from catalog.rules.ratio.judging import Verdict
from catalog.rules.ratio.tally import Judged
from catalog.rules.ratio.trace import GroupResult

# Method C is a table of fixed points as method A is: what differs between them is data.
_GROUP_POINTS = {
    "A": method_a.group_points,
    "B": method_b.group_points,
    "C": method_a.group_points,
}
_POINTS_OF = {"A": method_a.points_of, "B": method_b.points_of, "C": method_a.points_of}


def group_points(
    pack: RatioPack, group: Group, measures: Mapping[str, list[Judged]]
) -> tuple[Fraction, GroupResult]:
    """Return the points that a group of the pack earns, and how."""
    return _GROUP_POINTS[pack.method](group, measures, pack.policies)


def points_of(pack: RatioPack, group: Group, found: Sequence[Verdict]) -> Fraction:
    """Return the points alone that a group of the pack earns whose items are judged so."""
    return _POINTS_OF[pack.method](group, found, pack.policies)
