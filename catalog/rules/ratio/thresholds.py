"""What a ratio is worth: points of the rating, and the star grade whose gate it passes."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from catalog.rules.packs import ThresholdPack


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The points of a ratio, the tier it reached and the next one, and its star gate.

    ``star`` is 0 where a ratio passes no gate, and None where the pack has no gates at all.
    """

    pack: str
    pack_version: str
    percent: Decimal
    points: Decimal
    reached_percent: Decimal | None
    next_percent: Decimal | None
    star: int | None
    clause: str | None


def standing(pack: ThresholdPack, percent: Decimal) -> Standing:
    """Judge a ratio, given in percent; a bound counts as reached."""
    reached = [tier for tier in pack.tiers if percent >= tier.at_least_percent]
    missed = [tier for tier in pack.tiers if percent < tier.at_least_percent]
    stars = [gate.star for gate in pack.gates if percent >= gate.at_least_percent]
    return Standing(
        pack=pack.key,
        pack_version=pack.version,
        percent=percent,
        points=reached[-1].points if reached else Decimal(0),
        reached_percent=reached[-1].at_least_percent if reached else None,
        next_percent=missed[0].at_least_percent if missed else None,
        star=max(stars, default=0) if pack.gates else None,
        clause=reached[-1].clause if reached else None,
    )
