"""The way that a pack's method gives a group its points."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from catalog.rules.pack_parts import Group
from catalog.rules.packs import RatioPack
from catalog.rules.ratio import method_a, method_b
from catalog.rules.ratio.tally import Judged
from catalog.rules.ratio.trace import GroupResult

# Method C is a table of fixed points as method A is: what differs between them is data.
_METHODS = {
    "A": method_a.group_points,
    "B": method_b.group_points,
    "C": method_a.group_points,
}


def group_points(
    pack: RatioPack, group: Group, measures: Mapping[str, list[Judged]]
) -> tuple[Fraction, GroupResult]:
    """Return the points that a group of the pack earns, and how."""
    return _METHODS[pack.method](group, measures, pack.policies)
