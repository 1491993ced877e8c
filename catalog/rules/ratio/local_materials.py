"""Local materials: their share of the weight that came to site, and what came ready mixed.

A weight or a distance that nobody stated widens the share to bounds; it is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import msgspec

from catalog.rules.exact import as_decimal, cut
from catalog.rules.pack_measures import LocalMaterialsPack
from catalog.rules.ratio.demands import Answer, both
from catalog.rules.units import Converted, Declared, UnitTable

_WEIGHT = "kg"


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as this measure needs it; ``transport_km`` of None is not stated."""

    id: str
    name: str
    category: str | None
    unit: str | None
    quantity: Decimal | Fraction
    declared: tuple[Declared, ...] = ()
    transport_km: Decimal | None = None


class LocalMaterialsResult(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one building, with the lines that it stands on.

    ``least`` and ``most`` bound the local share of the weight, cut for showing, with the exact
    fraction beside; None where nothing came. ``band_percent`` is the step of the older
    checklists that is surely reached. Weights are in kg; ``paths`` shows how each was found.
    """

    pack: str
    pack_version: str
    verdict: Answer
    share: Answer
    ready_mixed: Answer
    least: Decimal | None
    least_exact: str | None
    most: Decimal | None
    most_exact: str | None
    band_percent: Decimal | None
    local_kg: Decimal
    far_kg: Decimal
    undistanced_kg: Decimal
    local_lines: tuple[str, ...]
    far_lines: tuple[str, ...]
    undistanced_lines: tuple[str, ...]
    unweighed_lines: tuple[str, ...]
    site_mixed_lines: tuple[str, ...]
    unsorted_lines: tuple[str, ...]
    paths: dict[str, str]


def judge(
    pack: LocalMaterialsPack, shipments: Iterable[Shipment], units: UnitTable
) -> LocalMaterialsResult:
    """Judge what came to a building's site; the order of the shipments changes nothing."""
    came = sorted(shipments, key=lambda shipment: shipment.id)
    paths: dict[str, str] = {}
    weights: dict[str, Fraction] = {}
    for shipment in came:
        found = units.convert(
            shipment.quantity, shipment.unit or "", _WEIGHT, declared=shipment.declared
        )
        if isinstance(found, Converted):
            weights[shipment.id], paths[shipment.id] = found.value, found.path
    local = [each for each in came if _is_local(pack, each)]
    far = [each for each in came if _is_local(pack, each) is False]
    unknown = [each for each in came if _is_local(pack, each) is None]
    least, most = _bounds(local, far, unknown, weights)
    share = _share(pack, least, most)
    ready = _ready_mixed(pack, came)
    return LocalMaterialsResult(
        pack=pack.key,
        pack_version=pack.version,
        verdict=both(share, ready),
        share=share,
        ready_mixed=ready,
        least=None if least is None else cut(least),
        least_exact=None if least is None else str(least),
        most=None if most is None else cut(most),
        most_exact=None if most is None else str(most),
        band_percent=_band(pack, least),
        local_kg=as_decimal(_weight(local, weights)),
        far_kg=as_decimal(_weight(far, weights)),
        undistanced_kg=as_decimal(_weight(unknown, weights)),
        local_lines=_ids(local),
        far_lines=_ids(far),
        undistanced_lines=_ids(unknown),
        unweighed_lines=_ids(each for each in came if each.id not in weights),
        site_mixed_lines=_ids(each for each in came if _is_site_mixed(pack, each)),
        unsorted_lines=_ids(each for each in came if each.category is None),
        paths=paths,
    )


def _ids(shipments: Iterable[Shipment]) -> tuple[str, ...]:
    return tuple(each.id for each in shipments)


def _is_local(pack: LocalMaterialsPack, shipment: Shipment) -> bool | None:
    if shipment.transport_km is None:
        return None
    return shipment.transport_km <= pack.within_km


def _weight(shipments: Iterable[Shipment], weights: dict[str, Fraction]) -> Fraction:
    return sum((weights.get(each.id, Fraction(0)) for each in shipments), Fraction(0))


def _bounds(
    local: list[Shipment],
    far: list[Shipment],
    unknown: list[Shipment],
    weights: dict[str, Fraction],
) -> tuple[Fraction | None, Fraction | None]:
    """Return the least and the most that the local share can be.

    Goods of unknown distance are far in the one and local in the other; if they went back, the
    other way round. Goods without a weight can weigh anything.
    """
    near, away = _weight(local, weights), _weight(far, weights)
    more = sum((max(weights.get(each.id, Fraction(0)), Fraction(0)) for each in unknown),
               Fraction(0))  # fmt: skip
    back = _weight(unknown, weights) - more
    total = near + away + more + back
    no_weight = [each for each in (*local, *far, *unknown) if each.id not in weights]
    if total <= 0:
        return (Fraction(0), Fraction(1)) if no_weight else (None, None)
    least, most = _within((near + back) / total), _within((near + more) / total)
    for each in no_weight:
        may_be_local = each in local or each in unknown
        may_be_far = each in far or each in unknown
        if each.quantity < 0:
            may_be_local, may_be_far = may_be_far, may_be_local
        if may_be_far:
            least = Fraction(0)
        if may_be_local:
            most = Fraction(1)
    return least, most


def _within(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def _share(pack: LocalMaterialsPack, least: Fraction | None, most: Fraction | None) -> Answer:
    """Judge the share: it must be more than the pack says, not as much."""
    asked = Fraction(pack.more_than)
    if least is None or most is None:
        return Answer.OPEN
    if least > asked:
        return Answer.YES
    return Answer.NO if most <= asked else Answer.OPEN


def _is_site_mixed(pack: LocalMaterialsPack, shipment: Shipment) -> bool:
    return any(word in shipment.name for word in pack.site_mixed)


def _ready_mixed(pack: LocalMaterialsPack, came: list[Shipment]) -> Answer:
    """Judge how concrete and mortar came: a line that says it was mixed on site denies it.

    It is proven where some came ready mixed and no line is of unknown category.
    """
    if any(_is_site_mixed(pack, each) for each in came):
        return Answer.NO
    categories = {each.category for each in came}
    if None in categories or not categories & set(pack.ready_mixed):
        return Answer.OPEN
    return Answer.YES


def _band(pack: LocalMaterialsPack, least: Fraction | None) -> Decimal | None:
    if least is None:
        return None
    reached = (band.at_least_percent for band in pack.bands
               if least * 100 >= Fraction(band.at_least_percent))  # fmt: skip
    return max(reached, default=None)
