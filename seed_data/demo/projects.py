"""Demo projects of the fourteen divisions and the Corps level, one record for each building."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from catalog.records import BuildingRecord, ProjectRecord
from catalog.rules.terms import ProjectStage
from seed_data.demo.sites import BuildingSite, Site, sites_of

HUNDREDTH = Decimal("0.01")


def generate_projects(seed: int, count: int, today: dt.date) -> Iterator[ProjectRecord]:
    """Yield ``count`` projects as they stand today; a project takes a row for each building."""
    site_at = sites_of(seed, today)
    row = 0
    for index in range(count):
        site = site_at(index)
        area = Decimal(sum(building.area for building in site.buildings)) * HUNDREDTH
        for building in site.buildings:
            row += 1
            yield _record(site, building, area, row)


def _record(site: Site, building: BuildingSite, area: Decimal, row: int) -> ProjectRecord:
    has_design = site.stage is not ProjectStage.PLANNED
    has_site = site.stage in (ProjectStage.BUILDING, ProjectStage.COMPLETED)
    return ProjectRecord(
        row=row,
        code=site.code,
        name=site.name,
        division=site.division,
        owner=site.owner,
        kinds=site.kinds,
        stage=site.stage,
        floor_area_m2=area,
        star_target=site.star_target,
        star_award=site.star_award,
        prefabricated_share=site.prefabricated_percent * HUNDREDTH,
        designed_on=site.designed_on if has_design else None,
        started_on=site.started_on if has_site else None,
        completed_on=site.ends_on if site.stage is ProjectStage.COMPLETED else None,
        building=BuildingRecord(
            code=building.code,
            name=building.name,
            floor_area_m2=Decimal(building.area) * HUNDREDTH,
            storeys=building.storeys,
            completed_on=building.completed_on,
        ),
    )
