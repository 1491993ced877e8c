"""Receive projects with their buildings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from catalog.models.division import Division
from catalog.models.project import Building, Project
from catalog.models.revision import Entity
from catalog.records import ProjectRecord
from catalog.repositories import bulk
from catalog.rules.keys import building_key, project_key
from catalog.services.receiving import entities
from catalog.services.receiving.receipt import Receipt

_PROJECT = bulk.table_of(Project)
_BUILDING = bulk.table_of(Building)


def receive_projects(receipt: Receipt, records: Sequence[ProjectRecord]) -> None:
    """Take a batch of projects in; rows of one project add its buildings."""
    divisions = {
        row.key: row.id for row in receipt.session.execute(select(Division.key, Division.id))
    }
    wanted: dict[str, dict[str, Any]] = {}
    for record in records:
        stated = {
            "code": record.code,
            "name": record.name,
            "division_id": divisions[record.division],
            "owner": record.owner,
            "kinds": record.kinds or None,
            "stage": record.stage,
            "floor_area_m2": record.floor_area_m2,
            "star_target": record.star_target,
            "star_award": record.star_award,
            "prefabricated_share": record.prefabricated_share,
            "designed_on": record.designed_on,
            "started_on": record.started_on,
            "completed_on": record.completed_on,
        }
        entities.merge(wanted, project_key(record.code), stated)
    projects = entities.upsert(
        receipt, _PROJECT, Entity.PROJECT, wanted, fixed={"is_synthetic": receipt.is_synthetic}
    )
    receipt.footprint.speak_of_rows(
        _PROJECT, ((projects.ids[key], columns) for key, columns in wanted.items())
    )
    rows: list[tuple[str, str | None]] = []
    buildings_wanted: dict[str, dict[str, Any]] = {}
    for record in records:
        project = project_key(record.code)
        building = record.building
        rows.append((project, building_key(project, building.code) if building else None))
        if building:
            of_building = {
                "project_id": projects.ids[project],
                "code": building.code,
                "name": building.name,
                "floor_area_m2": building.floor_area_m2,
                "storeys": building.storeys,
                "completed_on": building.completed_on,
            }
            entities.merge(buildings_wanted, building_key(project, building.code), of_building)
    buildings = entities.upsert(receipt, _BUILDING, Entity.BUILDING, buildings_wanted, fixed={})
    receipt.footprint.speak_of_rows(
        _BUILDING, ((buildings.ids[key], columns) for key, columns in buildings_wanted.items())
    )
    # A result holds its building's area, division and year.
    changed_projects = {projects.ids[key] for key in projects.changed}
    stale = {buildings.ids[key] for key in buildings.changed}
    stale |= {
        row["id"]
        for row in bulk.rows_where_in(receipt.session, _BUILDING, "project_id", changed_projects)
    }
    entities.note_stale_buildings(receipt, stale)
    for project, key in rows:
        if project in projects.new or key in buildings.new:
            receipt.created += 1
        elif project in projects.changed or key in buildings.changed:
            receipt.changed += 1
        else:
            receipt.unchanged += 1
