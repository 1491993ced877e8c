"""Demo bill lines: the designer's bill of designed buildings, the settled bill of built ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from catalog.records import BillLineRecord
from catalog.rules.terms import BillStage, ProjectStage
from seed_data.demo.bills import Line, amount, bill
from seed_data.demo.declared import thickness
from seed_data.demo.pool import ProductPool
from seed_data.demo.projects import HUNDREDTH
from seed_data.demo.sites import BuildingSite, Site, sites_of


def generate_lines(
    seed: int, project_count: int, products: ProductPool, today: dt.date
) -> Iterator[BillLineRecord]:
    """Yield the bill lines of the first ``project_count`` projects, building by building.

    A planned project has none; a project under construction or completed has both bills.
    """
    site_at = sites_of(seed, today)
    row = 0
    for index in range(project_count):
        site = site_at(index)
        if site.stage is ProjectStage.PLANNED:
            continue
        stages = [BillStage.DESIGN]
        if site.stage in (ProjectStage.BUILDING, ProjectStage.COMPLETED):
            stages.append(BillStage.SETTLEMENT)
        for building in site.buildings:
            lines = list(bill(seed, site, building, products))
            for stage in stages:
                for line in lines:
                    row += 1
                    yield _record(site, building, line, stage, row)


def _record(
    site: Site, building: BuildingSite, line: Line, stage: BillStage, row: int
) -> BillLineRecord:
    template = line.template
    is_design = stage is BillStage.DESIGN
    quantity = line.planned if is_design else line.settled
    green = line.planned_green if is_design else None
    offer = line.main
    return BillLineRecord(
        row=row,
        project=site.code,
        building=building.code,
        stage=stage,
        line_number=f"{line.number:03d}",
        name=template.name,
        unit=template.unit,
        quantity=quantity * HUNDREDTH,
        item_code=template.item_code,
        specification=line.specification,
        category=template.category,
        place=template.place,
        unit_price=line.price * HUNDREDTH,
        amount=amount(quantity, line.price) * HUNDREDTH,
        planned_green_quantity=None if green is None else green * HUNDREDTH,
        declared=thickness(line.specification),
        product=offer.reference if offer and not is_design else None,
    )
