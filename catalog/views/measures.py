"""What a reader sees of the measures of a building beside its ratio."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.ratio.local_materials import LocalMaterialsResult
from catalog.rules.ratio.procurement import ProcurementResult


class MeasuresView(msgspec.Struct, frozen=True):
    """A building's procurement measure at each stage that has lines, and its local materials.

    ``on`` is the day whose rules were asked for where the building has none of its own. ``lines``
    names the lines that the answers stand on. ``choices`` gives the reason for each pack that
    was chosen, by ``key@version``.
    """

    building: str
    building_name: str
    project: str
    project_name: str
    is_synthetic: bool
    on: dt.date
    procurement: list[ProcurementResult]
    local_materials: LocalMaterialsResult | None
    lines: dict[str, str]
    choices: dict[str, str]
