"""What gets a building to a target, over a real store: proposals, prices and their sources."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.errors import ProjectNotFoundError
from catalog.rules.keys import building_key, company_key, product_key, project_key
from catalog.rules.swaps.answer import Objective, Obstacle, Reach, SwapPlan
from catalog.rules.terms import BillStage, CertificateState, Stage
from catalog.services.swaps import MOST_PROPOSALS, Question, read_swaps
from catalog.views.swaps import SwapsView
from seed_data.matching import contraries
from tests.adoptions import an_adoption
from tests.builders import (
    a_bill_line,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
)

MORTAR = "ready-mixed-mortar"
BUILDING = building_key(project_key("P-1"), "1#")
TODAY = day("2026-06-01")


@pytest.fixture
def site(database: Database) -> Database:
    """A building planned with 100 m³ of concrete and 50 m³ of mortar, none of it green."""
    bring(database, [a_project()])
    bring(database, [concrete(), mortar()])
    return database


def concrete(**stated: object) -> object:
    planned = {"stage": BillStage.DESIGN, "planned_green_quantity": Decimal(0)}
    return a_bill_line("1", unit_price=Decimal(400), **(planned | stated))


def mortar(**stated: object) -> object:
    planned = {"stage": BillStage.DESIGN, "planned_green_quantity": Decimal(0)}
    stated = {"name": "预拌砂浆 M10", "category": MORTAR, "quantity": Decimal(50)} | stated
    return a_bill_line("2", unit_price=Decimal(300), **(planned | stated))


def asked(
    database: Database,
    target: str | None = "20",
    *,
    method: str = "B",
    stage: Stage = Stage.DESIGN,
    objective: Objective = Objective.FEWEST,
) -> SwapsView:
    question = Question(
        method=method,
        stage=stage,
        target=None if target is None else Decimal(target),
        objective=objective,
    )
    return read_swaps(database, BUILDING, question, on=TODAY, contraries=contraries())


def plan_of(view: SwapsView) -> SwapPlan:
    assert view.plan is not None
    return view.plan


def named(view: SwapsView) -> list[tuple[str, str]]:
    """Return what each swapped line is called, and the product that takes its place."""
    plan = plan_of(view)
    products = {p.product: p.name for line in view.lines.values() for p in line.proposals}
    return [(view.lines[swap.line].name, products[swap.product]) for swap in plan.swaps]


def test_a_product_without_a_certificate_is_not_proposed(site: Database) -> None:
    bring(site, [a_product()])
    plan = plan_of(asked(site))
    assert plan.reach is Reach.OUT_OF_REACH and plan.swaps == ()
    assert {block.obstacle for block in plan.blocks} == {Obstacle.NO_CANDIDATE}


def test_a_certificate_must_be_valid_on_the_day(site: Database) -> None:
    paper = a_certificate(state=CertificateState.SUSPENDED, state_on=day("2026-05-01"))
    bring(site, [a_product(certificate=paper)])
    assert plan_of(asked(site)).reach is Reach.OUT_OF_REACH
    bring(site, [a_product("水泥基砂浆", a_certificate("M"), category=MORTAR, model="M10")])
    view = asked(site)
    assert plan_of(view).reach is Reach.REACHABLE
    assert named(view) == [("预拌砂浆 M10", "水泥基砂浆")]


def test_proposes_only_what_is_adopted_once_anything_is(site: Database) -> None:
    bring(site, [a_product(certificate=a_certificate())])
    bring(site, [a_product("水泥基砂浆", a_certificate("M"), category=MORTAR, model="M10")])
    assert not asked(site).adopted_only
    assert named(asked(site)) == [("预拌混凝土 C30", "预拌混凝土")]
    maker = company_key("绿洲混凝土有限公司", None)
    an_adoption(site, product_key(maker, "水泥基砂浆", "M10", None), certificate="M")
    view = asked(site)
    assert view.adopted_only
    assert named(view) == [("预拌砂浆 M10", "水泥基砂浆")]
    paper = a_certificate("M", state=CertificateState.SUSPENDED, state_on=day("2026-05-01"))
    bring(site, [a_product("水泥基砂浆", paper, category=MORTAR, model="M10")])
    assert plan_of(asked(site)).reach is Reach.OUT_OF_REACH


def test_one_swap_of_two_is_enough_and_says_why_none_is_not(site: Database) -> None:
    bring(site, [a_product(certificate=a_certificate())])
    plan = plan_of(asked(site, "22.5"))
    assert (plan.percent_before, plan.percent_after) == (Decimal(0), Decimal("22.5"))
    assert [swap.quantity for swap in plan.swaps] == [Decimal(100)]
    assert plan.less is not None
    assert (plan.less.at_most, plan.less.percent, plan.is_proven) == (0, 0, True)
    (group,) = plan.groups
    assert (group.points_before, group.points_after) == (0, Decimal("22.5"))


def test_without_a_target_it_is_the_next_step_of_the_thresholds(site: Database) -> None:
    bring(site, [a_product(certificate=a_certificate())])
    view = asked(site, None)
    assert plan_of(view).target == 40
    assert view.targets == [10, 20, 30, 40, 50, 70]


def test_nothing_is_swapped_where_the_target_is_reached(site: Database) -> None:
    bring(site, [concrete(planned_green_quantity=Decimal(100))])
    plan = plan_of(asked(site, "20"))
    assert (plan.reach, plan.swaps, plan.less) == (Reach.REACHED, (), None)


def test_a_building_without_lines_has_no_plan(site: Database) -> None:
    assert asked(site, stage=Stage.COMPLETION).plan is None


def test_an_unknown_building_is_not_found(site: Database) -> None:
    with pytest.raises(ProjectNotFoundError):
        read_swaps(
            site, "nowhere", Question(method="B", stage=Stage.DESIGN), on=TODAY, contraries=()
        )


def test_a_product_of_another_grade_does_not_fit(site: Database) -> None:
    bring(site, [a_product(certificate=a_certificate(), model="C50")])
    assert plan_of(asked(site)).reach is Reach.OUT_OF_REACH


def test_a_basin_is_not_replaced_by_a_toilet(site: Database) -> None:
    bring(site, [
        a_product("节水型坐便器", a_certificate("T"), category="sanitary-ware", model="A"),
        a_product("陶瓷洗面盆", a_certificate("B"), category="sanitary-ware", model="B"),
    ])  # fmt: skip
    planned = {"stage": BillStage.DESIGN, "planned_green_quantity": Decimal(0)}
    bring(
        site, [a_bill_line("3", name="洗脸盆", category="sanitary-ware", unit="piece", **planned)]
    )
    assert named(asked(site, "20")) == [("洗脸盆", "陶瓷洗面盆")]


def other_site(database: Database, *lines: object) -> None:
    bring(database, [a_project("P-2")])
    bring(database, list(lines))


def two_concretes(database: Database) -> None:
    dear = a_company("贵价混凝土有限公司")
    bring(database, [
        a_product(certificate=a_certificate()),
        a_product("高价混凝土", a_certificate("DEAR"), company=dear, model="C30"),
    ])  # fmt: skip


def test_the_latest_price_counts_and_says_where_it_stands(site: Database) -> None:
    two_concretes(site)
    other_site(
        site,
        a_delivery("1", project="P-2", product=by_number(), amount=Decimal(50_000),
                   delivered_on=day("2025-01-01")),
        a_delivery("2", project="P-2", product=by_number(), amount=Decimal(45_000),
                   delivered_on=day("2025-03-01")),
        a_delivery("3", project="P-2", product=by_number("DEAR"), amount=Decimal(60_000)),
    )  # fmt: skip
    view = asked(site)
    (swap,) = plan_of(view).swaps
    assert (swap.price, swap.extra_cost) == (Decimal(450), Decimal(5000))
    (line,) = [line for key, line in view.lines.items() if key == swap.line]
    assert [p.price.price for p in line.proposals if p.price] == [450, 600]
    price = line.proposals[0].price
    assert price is not None
    assert (price.sort, price.on, price.project) == ("delivery", day("2025-03-01"), "p-2")


def test_a_price_in_another_unit_is_no_price(site: Database) -> None:
    bring(site, [a_product(certificate=a_certificate())])
    delivered = a_delivery(
        "1", project="P-2", product=by_number(), unit="t", amount=Decimal(50_000)
    )
    other_site(site, delivered)
    plan = plan_of(asked(site))
    assert [swap.price for swap in plan.swaps] == [None] and plan.extra_cost is None


def test_the_cheapest_plan_takes_another_line_than_the_fewest_may(site: Database) -> None:
    bring(site, [
        a_product(certificate=a_certificate()),
        a_product("水泥基砂浆", a_certificate("M"), category=MORTAR, model="M10"),
    ])  # fmt: skip
    other_site(
        site,
        a_delivery("1", project="P-2", product=by_number(), amount=Decimal(60_000)),
        a_delivery("2", project="P-2", product=by_number("M"), category=MORTAR,
                   amount=Decimal(31_000)),
    )  # fmt: skip
    view = asked(site, objective=Objective.CHEAPEST)
    assert named(view) == [("预拌砂浆 M10", "水泥基砂浆")]
    plan = plan_of(view)
    assert plan.extra_cost == 500
    assert plan.less is not None and plan.less.at_most == Decimal("499.99")


def test_no_more_products_are_proposed_than_a_person_can_weigh(site: Database) -> None:
    bring(site, [
        a_product(f"混凝土 {n:02}", a_certificate(f"N-{n}"), company=a_company(f"{n}号企业"))
        for n in range(20)
    ])  # fmt: skip
    view = asked(site)
    (line,) = view.lines.values()
    assert [p.name for p in line.proposals] == [f"混凝土 {n:02}" for n in range(MOST_PROPOSALS)]


def test_at_completion_only_what_has_not_come_can_be_swapped(site: Database) -> None:
    bring(site, [a_product(certificate=a_certificate())])
    bring(site, [concrete(stage=BillStage.SETTLEMENT, planned_green_quantity=None)])
    bring(site, [a_delivery("1", quantity=Decimal(15))])
    plan = plan_of(asked(site, "40", stage=Stage.COMPLETION))
    assert (plan.percent_before, plan.percent_after) == (0, 45)
    assert [swap.quantity for swap in plan.swaps] == [Decimal(85)]
    bring(site, [a_delivery("2", quantity=Decimal(10))])
    late = plan_of(asked(site, "40", stage=Stage.COMPLETION))
    assert late.reach is Reach.OUT_OF_REACH
    assert [block.obstacle for block in late.blocks] == [Obstacle.DELIVERED, Obstacle.DELIVERED]
