"""Rule packs as rows of tables, for ``lucai rules``: every value beside its clause."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.rules.admission import AdmissionPack
from catalog.rules.pack_measures import LocalMaterialsPack, ProcurementPack
from catalog.rules.pack_parts import CategoryMapping, Item
from catalog.rules.pack_policies import ProofPolicies, Rounding
from catalog.rules.packs import RatioPack, ThresholdPack

Row = list[object]


def policy_rows(policies: ProofPolicies) -> list[Row]:
    """Return the policies that a pack states."""
    return [[name, _said(value), policies.clause(name)] for name, value in policies.stated.items()]


def _said(value: object) -> object:
    if isinstance(value, Rounding):
        return f"{value.step}, {value.places}, {value.mode}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


def item_rows(pack: RatioPack, *, chinese: bool) -> list[Row]:
    """Return the rows of a ratio method's table."""
    return [
        [
            f"{group.name_zh if chinese else group.name_en} ({group.points})",
            item.name_zh if chinese else item.name_en,
            ", ".join(item.units) or ("各类别分别计" if chinese else "each kind in its own"),
            f"{item.required * 100:f} %",
            _points(item, chinese=chinese),
            item.clause,
        ]
        for group in pack.groups
        for item in group.items
    ]


def _points(item: Item, *, chinese: bool) -> str:
    if item.interpolation:
        line = item.interpolation
        return (
            f"{line.low_points}–{line.high_points}"
            f" ({line.low_share * 100:f}–{line.high_share * 100:f} %)"
        )
    if item.tiers:
        kinds = "类" if chinese else " kinds"
        return ", ".join(f"{tier.kinds}{kinds}: {tier.points}" for tier in item.tiers)
    if item.points is not None:
        return str(item.points)
    return "与同组各项均分" if chinese else "its part of the group"


KINDS_OF = {"optional-kinds": ("占可选类种数", "of the optional kinds"),
             "all-kinds": ("占全部种数", "of all kinds")}  # fmt: skip
"""What a share of kinds is one of, in Chinese and English."""


def demand_rows(pack: ProcurementPack | LocalMaterialsPack, *, chinese: bool) -> list[Row]:
    """Return what a measure asks for and, of procurement, its classes."""
    if isinstance(pack, LocalMaterialsPack):
        return _local_rows(pack, chinese=chinese)
    rows: list[Row] = [
        [
            "必选类绿色用量" if chinese else "green of what must be chosen",
            f"≥ {pack.must_green.share}",
            pack.must_green.clause,
        ],
        [
            "可选类绿色种数" if chinese else "green optional kinds",
            f"≥ {pack.optional_kinds.share} ({KINDS_OF[pack.optional_kinds.of][not chinese]})",
            pack.optional_kinds.clause,
        ],
    ]
    for section in pack.sections:
        for each in section.classes:
            rows.append([each.name_zh if chinese else each.name_en, each.choice, each.clause])
    return rows


def _local_rows(pack: LocalMaterialsPack, *, chinese: bool) -> list[Row]:
    ready, mixed = ", ".join(pack.ready_mixed), ", ".join(pack.site_mixed)
    rows: list[Row] = [
        ["运输距离" if chinese else "distance", f"≤ {pack.within_km} km", pack.distance_clause],
        ["重量比例" if chinese else "share of weight", f"> {pack.more_than}", pack.share_clause],
        ["预拌" if chinese else "ready-mixed", ready, pack.ready_mixed_clause],
        ["现场拌制字样" if chinese else "mixed on site", mixed, pack.ready_mixed_clause],
    ]
    for band in pack.bands:
        step = "旧版档位" if chinese else "older step"
        rows.append([step, f"≥ {band.at_least_percent} %", band.clause])
    return rows


def admission_rows(pack: AdmissionPack, *, chinese: bool) -> list[Row]:
    """Return the time limits, the papers of each route, and the grounds of removal."""
    rows: list[Row] = [
        [name.replace("_", " "), f"{span.number} {span.unit}", span.clause]
        for name, span in pack.clocks
    ]
    for route in pack.routes:
        for each in route.evidence:
            asked = "required" if each.required else "optional"
            age = f", ≤ {each.age.number} {each.age.unit}" if each.age else ""
            name = each.name_zh if chinese else each.name_en
            rows.append([f"{route.route}: {name}", asked + age, each.clause])
        if route.validity:
            length = f"{route.validity.number} {route.validity.unit}"
            rows.append([f"{route.route}: validity", length, route.validity.clause])
    for ground in pack.grounds:
        way = "correction first" if ground.correction else "at once"
        rows.append([ground.name_zh if chinese else ground.name_en, way, ground.clause])
    return rows


def tier_rows(pack: ThresholdPack, *, chinese: bool) -> list[Row]:
    """Return the tiers and the gates of a threshold pack."""
    points, stars = ("分", "星") if chinese else (" points", " stars")
    return [
        *([tier.at_least_percent, f"{tier.points}{points}", tier.clause] for tier in pack.tiers),
        *([gate.at_least_percent, f"{gate.star}{stars}", gate.clause] for gate in pack.gates),
    ]


def mapping_rows(mapping: Iterable[CategoryMapping]) -> list[Row]:
    """Return where each category counts, one row for each place of use."""
    rows: list[Row] = []
    for entry in mapping:
        if entry.places:
            rows += [[entry.category, place, item, entry.clause]
                     for place, item in entry.places.items()]  # fmt: skip
        else:
            rows.append([entry.category, None, entry.item, entry.clause])
    return rows
