"""Measure a building otherwise than by its ratio: by kinds bought, and by where goods are made."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from catalog.db import Database
from catalog.repositories import projects
from catalog.repositories.building_facts import BuildingFacts
from catalog.repositories.calculating import Reader
from catalog.rules.greenness import accepted_by
from catalog.rules.pack_measures import LocalMaterialsPack, ProcurementPack
from catalog.rules.packs import PackInUse, named
from catalog.rules.ratio import local_materials, procurement
from catalog.rules.ratio.local_materials import LocalMaterialsResult, Shipment
from catalog.rules.ratio.procurement import ProcurementResult
from catalog.rules.terms import Stage
from catalog.services.calculation import Basis, basis, lines_at
from catalog.views.measures import MeasuresView


def read_measures(database: Database, building: str, *, on: dt.date) -> MeasuresView:
    """Return the measures of a building, read in one go.

    Raises:
        ProjectNotFoundError: There is no such building.
    """
    with database.reading() as connection:
        return measures_of_building(connection, building, on=on)


def measures_of_building(connection: Connection, building: str, *, on: dt.date) -> MeasuresView:
    """Return the measures of a building, asked for on a day; nothing of them is stored.

    Raises:
        ProjectNotFoundError: There is no such building.
    """
    building_id, found = projects.named_building(connection, building)
    (facts,) = Reader(connection).facts_of([building_id])
    measuring = _Measuring(basis(connection), facts, on)
    return MeasuresView(
        building=found.key,
        building_name=found.name,
        project=found.project,
        project_name=found.project_name,
        is_synthetic=found.is_synthetic,
        on=on,
        procurement=[
            result for stage in Stage if (result := measuring.procurement(stage)) is not None
        ],
        local_materials=measuring.local_materials(),
        lines={
            **{f"bill-line-{line.id}": line.name for line in facts.bill_lines},
            **{f"delivery-{line.id}": line.name for line in facts.deliveries},
        },
        choices=measuring.choices,
    )


class _Measuring:
    """Measures one building, and notes which packs somebody chose."""

    def __init__(self, rules: Basis, facts: BuildingFacts, on: dt.date) -> None:
        self._rules, self._facts, self._on = rules, facts, on
        self.choices: dict[str, str] = {}

    def procurement(self, stage: Stage) -> ProcurementResult | None:
        """Return the procurement measure at a stage; None without a pack or a line."""
        facts = self._facts
        done_on = facts.designed_on if stage is Stage.DESIGN else facts.completed_on
        pack = self._noted(self._rules.pack_for(facts, "procurement", done_on or self._on))
        if not isinstance(pack, ProcurementPack):
            return None
        lines = lines_at(facts, stage, accepted_by(pack.policies))
        return procurement.judge(pack, lines, self._rules.units, stage) if lines else None

    def local_materials(self) -> LocalMaterialsResult | None:
        """Return the measure of local materials; None without a pack or a delivery."""
        facts = self._facts
        day = facts.completed_on or self._on
        pack = self._noted(self._rules.pack_for(facts, "local-materials", day))
        if not isinstance(pack, LocalMaterialsPack) or not facts.deliveries:
            return None
        shipments = [
            Shipment(
                id=f"delivery-{line.id}",
                name=line.name,
                category=line.category,
                unit=line.unit,
                quantity=line.quantity,
                declared=line.declared,
                transport_km=line.transport_km,
            )
            for line in facts.deliveries
        ]
        return local_materials.judge(pack, shipments, self._rules.units)

    def _noted(self, used: PackInUse | None) -> object:
        if used is None:
            return None
        if used.choice is not None:
            self.choices[named(used.pack)] = used.choice.reason
        return used.pack
