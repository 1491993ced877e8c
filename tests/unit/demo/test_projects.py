"""Demo projects, bills and deliveries: the same every time, exact, in order of time, plausible."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import islice

from catalog.records import BillLineRecord, DeliveryRecord, ProjectRecord
from catalog.rules.packs import RatioPack, parse_pack
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.terms import (
    BillStage,
    EvidenceKind,
    ProjectKind,
    ProjectStage,
    Stage,
)
from catalog.rules.units import UnitTable
from seed_data import read_toml
from seed_data.demo import (
    ProductPool,
    generate_deliveries,
    generate_lines,
    generate_products,
    generate_projects,
)
from seed_data.demo.bills import amount
from seed_data.demo.certificates import is_valid

SEED, PROJECTS, PRODUCTS = 7, 60, 900
TODAY = dt.date(2026, 11, 15)
CENT = Decimal("0.01")


@cache
def pool() -> ProductPool:
    return ProductPool(SEED, PRODUCTS)


@cache
def projects() -> tuple[ProjectRecord, ...]:
    return tuple(generate_projects(SEED, PROJECTS, TODAY))


@cache
def lines() -> tuple[BillLineRecord, ...]:
    return tuple(generate_lines(SEED, PROJECTS, pool(), TODAY))


@cache
def deliveries() -> tuple[DeliveryRecord, ...]:
    return tuple(generate_deliveries(SEED, PROJECTS, pool(), TODAY))


def same(one: Iterable[object], other: Iterator[object]) -> bool:
    shorter = list(one)
    return bool(shorter) and list(islice(other, len(shorter))) == shorter


def test_more_projects_leave_the_first_ones_as_they_are() -> None:
    assert same(projects(), generate_projects(SEED, PROJECTS + 9, TODAY))
    assert same(lines(), generate_lines(SEED, PROJECTS + 9, ProductPool(SEED, PRODUCTS), TODAY))
    assert same(
        deliveries(), generate_deliveries(SEED, PROJECTS + 9, ProductPool(SEED, PRODUCTS), TODAY)
    )


def test_projects_lie_in_every_division_and_at_the_corps_level() -> None:
    many = list(generate_projects(SEED, 600, TODAY))
    assert {record.division for record in many} == {f"{n:02d}" for n in range(15)}
    assert {record.stage for record in many} == set(ProjectStage)
    assert set().union(*(record.kinds for record in many)) == set(ProjectKind)
    assert {record.star_target for record in many} == {None, 1, 2, 3}


def test_projects_say_that_they_are_synthetic_and_have_a_code_each() -> None:
    codes: dict[str, str] = {}
    for record in projects():
        assert "（演示）" in record.name and "（演示）" in (record.owner or "")
        assert codes.setdefault(record.code, record.name) == record.name
        assert record.code.startswith(f"YS-{record.division}-20")
    assert len(codes) == PROJECTS


def test_a_division_is_called_what_it_was_called_when_the_project_was_designed() -> None:
    for record in generate_projects(SEED, 900, TODAY):
        if record.division == "09" and record.designed_on:
            is_city = record.name.startswith("第九师白杨市")
            assert is_city == (record.designed_on >= dt.date(2023, 4, 1))


def test_a_project_is_as_large_as_its_buildings() -> None:
    areas = defaultdict(Decimal)
    stated = {}
    for record in projects():
        assert record.building and record.building.floor_area_m2
        assert 1000 <= record.building.floor_area_m2 <= 40000
        areas[record.code] += record.building.floor_area_m2
        stated[record.code] = record.floor_area_m2
    assert dict(areas) == stated


def test_projects_are_designed_then_started_then_completed_and_never_in_the_future() -> None:
    for record in generate_projects(SEED, 600, TODAY):
        days = [record.designed_on, record.started_on, record.completed_on]
        known = [day for day in days if day is not None]
        assert known == sorted(known) and all(day <= TODAY for day in known)
        assert len(known) == list(ProjectStage).index(record.stage or ProjectStage.PLANNED)
        assert record.building is not None
        assert (record.building.completed_on is None) == (record.completed_on is None)


def test_a_bill_has_twenty_to_sixty_lines_and_no_line_twice() -> None:
    counts = Counter((r.project, r.building) for r in lines() if r.stage is BillStage.DESIGN)
    assert all(20 <= count <= 60 for count in counts.values())
    keys = Counter((r.project, r.building, r.stage, r.line_number) for r in lines())
    assert set(keys.values()) == {1}


def test_amounts_are_quantity_times_price_rounded_once() -> None:
    for line in lines():
        assert line.unit_price is not None
        exact = (line.quantity * line.unit_price).quantize(CENT, ROUND_HALF_UP)
        assert line.amount == exact
        assert line.quantity > 0 and line.item_code and len(line.item_code) == 12


def test_half_a_cent_goes_away_from_zero() -> None:
    assert (amount(50, 1), amount(-50, 1), amount(49, 1)) == (1, -1, 0)


def test_planned_green_is_within_the_plan_or_not_stated() -> None:
    design = [line for line in lines() if line.stage is BillStage.DESIGN]
    assert all(
        line.planned_green_quantity is None or 0 <= line.planned_green_quantity <= line.quantity
        for line in design
    )
    stated = sum(line.planned_green_quantity is not None for line in design)
    assert 0.8 < stated / len(design) < 0.98
    settled = [line for line in lines() if line.stage is BillStage.SETTLEMENT]
    assert settled and all(line.planned_green_quantity is None for line in settled)


def test_bills_use_known_words_and_show_what_no_ratio_takes() -> None:
    categories = {
        category["key"]
        for name in ("catalogue_2020", "catalogue_later")
        for category in read_toml(f"taxonomy/{name}.toml")["categories"]
    }
    places = {place["key"] for place in read_toml("places/places.toml")["places"]}
    units = {unit["key"] for unit in read_toml("units/units.toml")["units"]}
    used = {line["category"] for line in read_toml("demo/bill.toml")["lines"] if "category" in line}
    assert used <= categories
    assert {line.place for line in lines()} <= places | {None}
    assert {line.unit for line in lines()} <= units
    assert {"1000-bricks", "100m2", "bag"} <= {line.unit for line in lines()}
    assert None in {line.category for line in lines()}
    later = {c["key"] for c in read_toml("taxonomy/catalogue_later.toml")["categories"]}
    assert later & {line.category for line in lines()}


def test_deliveries_come_between_start_and_completion() -> None:
    spans = {
        (r.code, r.building.code): (r.started_on, r.building.completed_on or TODAY)
        for r in projects()
        if r.building
    }
    for record in deliveries():
        started, completed = spans[record.project, record.building]
        assert started is not None and started <= record.delivered_on <= completed


def test_a_delivery_note_names_a_line_once_and_returns_are_negative() -> None:
    keys = Counter((r.project, r.building, r.note_number, r.line_number) for r in deliveries())
    assert set(keys.values()) == {1}
    returns = [record for record in deliveries() if record.quantity < 0]
    assert returns and all(record.amount is not None and record.amount < 0 for record in returns)
    assert len(returns) < len(deliveries()) / 20


def test_deliveries_bring_evidence_and_almost_what_was_settled() -> None:
    kinds = {proof.kind for record in deliveries() for proof in record.evidence}
    assert kinds == {
        EvidenceKind.ENTRY_ACCEPTANCE,
        EvidenceKind.CONTRACT_OR_INVOICE,
        EvidenceKind.CERTIFICATE,
    }
    done = {r.code for r in projects() if r.stage is ProjectStage.COMPLETED}
    delivered = defaultdict(Decimal)
    for record in deliveries():
        delivered[record.project, record.building, record.line_number[:3]] += record.quantity
    for line in lines():
        if line.stage is BillStage.SETTLEMENT and line.category and line.project in done:
            share = delivered[line.project, line.building, line.line_number] / line.quantity
            assert Decimal("0.8") < share < Decimal("1.1")


def test_deliveries_name_products_that_exist_some_not_valid_that_day() -> None:
    papers = {
        (r.certificate.body, r.certificate.number): r.certificate
        for r in generate_products(SEED, PRODUCTS)
        if r.certificate
    }
    found: Counter[str] = Counter()
    for record in deliveries():
        if record.product is None:
            found["no product"] += 1
        elif record.product.certificate_number is None:
            assert record.product.key
            found["no certificate"] += 1
        else:
            paper = papers[record.product.body or "", record.product.certificate_number]
            found["valid" if is_valid(paper, record.delivered_on) else "not valid"] += 1
    assert found["valid"] > found["not valid"] > 0
    assert found["no product"] > 0 and found["no certificate"] > 0


def test_methods_a_and_b_find_plausible_and_different_ratios() -> None:
    units = UnitTable.from_rows(read_toml("units/units.toml"))
    done = {r.code for r in projects() if r.stage is ProjectStage.COMPLETED}
    papers = {
        (r.certificate.body, r.certificate.number): r.certificate
        for r in generate_products(SEED, PRODUCTS)
        if r.certificate
    }
    of_building: dict[tuple[str, str], list[RatioLine]] = defaultdict(list)
    settled = [r for r in lines() if r.stage is BillStage.SETTLEMENT]
    for record in (*settled, *deliveries()):
        if record.project not in done:
            continue
        delivered = isinstance(record, DeliveryRecord)
        named = record.product and record.product.certificate_number
        paper = papers[record.product.body or "", named] if record.product and named else None
        of_building[record.project, record.building].append(
            RatioLine(
                id=f"{'d' if delivered else 'b'}{record.line_number}",
                category=record.category,
                place=record.place,
                unit=record.unit,
                quantity=record.quantity,
                role=Role.DELIVERED if delivered else Role.TOTAL,
                green=is_valid(paper, record.delivered_on) if delivered and paper else False,
            )
        )
    percents: dict[str, list[Decimal]] = {}
    for name in ("ratio-a-2019", "ratio-b-2021"):
        pack = parse_pack(read_toml(f"rules/{name}.toml"))
        assert isinstance(pack, RatioPack)
        percents[pack.method] = [
            calculate(pack, own, units, Stage.COMPLETION).percent for own in of_building.values()
        ]
    for found in percents.values():
        usual = sum(25 <= percent <= 85 for percent in found)
        assert usual > len(found) * 0.7
        assert min(found) < 30 and max(found) > 60
    assert percents["A"] != percents["B"]
