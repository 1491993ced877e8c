"""A person says what lines are: sees proposals, accepts, refuses, undoes."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.rules.matching_text import signature
from catalog.services import deciding, projects, results
from search.engines.tantivy import TantivyEngine
from tests.accounts import signed_in
from tests.apps import create_app
from tests.builders import (
    a_bill_line,
    a_building,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
)
from tests.conftest import TOKEN
from tests.web.conftest import HOSTILE
from tests.web.places import BUILDING, BUILDING_PATH, PROJECT

PAGE = f"{BUILDING_PATH}/matching"
CONCRETE = signature("商砼 C30 P6", None, "m3")
FEE = signature("安全文明施工费", None, "lump")
RIDDLE = signature("甲供物", None, "set")


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> TestClient[Litestar]:
    """A browser on a building whose lines state no category, but for one delivery."""
    bring(
        database,
        [
            a_product(certificate=a_certificate()),
            a_product(
                "蒸压加气混凝土砌块", model="A3.5 B06", category="masonry",
                company=a_company("天山砌块有限公司"),
            ),
        ],
    )  # fmt: skip
    bring(database, [a_project(building=a_building())])
    bring(
        database,
        [
            a_bill_line("1", name="商砼 C30 P6", category=None),
            a_bill_line("2", name="商砼  Ｃ30 P6", category=None),
            a_bill_line("3", name="安全文明施工费", category=None, unit="lump"),
            a_bill_line("4", name="甲供物", specification=HOSTILE, category=None, unit="set"),
            a_bill_line("5", name="甲供物", category=None, unit="set"),
        ],
    )
    bring(
        database,
        [
            a_delivery("1", name="商砼 C30 P6", category=None, quantity=Decimal(40)),
            a_delivery("2", name="加气混凝土砌块墙", category="masonry", place=None),
        ],
    )
    return TestClient(create_app(database, search_engine, api_token=TOKEN))


@pytest.fixture
def desk(site: TestClient[Litestar]) -> TestClient[Litestar]:
    """The same browser, signed in."""
    signed_in(site)
    return site


def shown(site: TestClient[Litestar], **asked: str) -> str:
    answer = site.get(PAGE, params={"lang": "en", **asked})
    assert answer.status_code == 200
    return answer.text


def names_on(page: str) -> list[str]:
    return re.findall(r'<h2 id="wording-\d+-name"[^>]*>([^<]*)</h2>', page)


def accept_concrete(desk: TestClient[Litestar], **said: str) -> str:
    form = {
        "sign": CONCRETE, "choice": "ready-mixed-concrete", "place": "structure",
        "need": "proposed", **said,
    }  # fmt: skip
    answer = desk.post(PAGE, data=form)
    assert answer.status_code == 200
    return answer.text


def categories(database: Database) -> dict[str, str | None]:
    with database.reading() as connection:
        lines = projects.bill_lines_of_building(connection, BUILDING)
    return {line.line_number: line.category for line in lines}


def test_lists_first_what_nobody_knows(site: TestClient[Litestar]) -> None:
    page = shown(site)
    assert names_on(page) == ["甲供物", "甲供物"]
    assert "The words say nothing." in page
    assert HOSTILE not in page and "&lt;script&gt;" in page


def test_proposes_with_figure_words_and_reasons(site: TestClient[Litestar]) -> None:
    page = shown(site, need="proposed")
    assert names_on(page) == ["商砼 C30 P6", "安全文明施工费"]
    assert re.search(r"very sure \d+%|fairly sure \d+%", page)
    plain = re.sub(r"</?span[^>]*>", "", page)
    assert "the name says “商砼”" in plain and "the unit “m³” is usual for it" in page
    assert "bill 1" in page and "bill 2" in page and "delivery" in page
    assert "Wordings: 2; lines: 4" in page


def test_a_reader_sees_no_buttons(site: TestClient[Litestar]) -> None:
    page = shown(site, need="proposed")
    assert 'name="choice"' not in page and '/matching" method="post"' not in page
    assert "takes an account that may" in page
    away = site.post(PAGE, data={"sign": CONCRETE}, follow_redirects=False)
    assert away.headers["location"].startswith("/sign-in")


def test_each_need_has_its_lines(site: TestClient[Litestar]) -> None:
    assert names_on(shown(site, need="product")) == ["加气混凝土砌块墙"]
    assert names_on(shown(site, need="place")) == ["加气混凝土砌块墙"]
    assert names_on(shown(site, need="decided")) == []
    assert len(names_on(shown(site, need="all"))) == 5
    assert "There are no lines of this sort." in shown(site, need="decided")


def test_what_a_file_states_is_offered_first(desk: TestClient[Litestar]) -> None:
    page = shown(desk, need="product")
    assert re.search(r'value="masonry" checked', page)
    assert "the file itself states it" in page
    assert "蒸压加气混凝土砌块" in page


def test_accepts_one_wording_with_all_its_lines(
    desk: TestClient[Litestar], database: Database
) -> None:
    page = accept_concrete(desk)
    assert "改动的行：3" in page
    assert categories(database)["1"] == categories(database)["2"] == "ready-mixed-concrete"
    with database.reading() as connection:
        found = results.results_of_project(connection, PROJECT)
        delivery = projects.deliveries_to_building(connection, BUILDING)[0]
    assert found and not any(result.is_stale for result in found)
    assert delivery.category == "ready-mixed-concrete"
    assert names_on(shown(desk, need="decided")) == ["商砼 C30 P6"]


def test_a_product_can_be_chosen(desk: TestClient[Litestar], database: Database) -> None:
    found = re.search(r'name="product" value="([^"]+)"', shown(desk, need="proposed"))
    assert found is not None
    accept_concrete(desk, product=found.group(1))
    with database.reading() as connection:
        assert projects.deliveries_to_building(connection, BUILDING)[0].product == found.group(1)


def test_undoes_what_was_just_accepted(desk: TestClient[Litestar], database: Database) -> None:
    run = re.search(r'name="run" value="(\d+)"', accept_concrete(desk))
    assert run is not None
    undone = desk.post(f"{PAGE}/undo", data={"run": run.group(1), "need": "proposed"})
    assert undone.status_code == 200 and "已撤销" in undone.text
    assert set(categories(database).values()) == {None}
    assert "商砼 C30 P6" in names_on(shown(desk, need="proposed"))
    again = desk.post(f"{PAGE}/undo", data={"run": run.group(1)})
    assert again.status_code == 409


def test_an_older_decision_can_be_undone_alone(
    desk: TestClient[Litestar], database: Database
) -> None:
    run = re.search(r'name="run" value="(\d+)"', accept_concrete(desk))
    assert run is not None
    desk.post(PAGE, data={"sign": RIDDLE, "other": "门窗"})
    desk.post(PAGE, data={"sign": RIDDLE, "choice": "stone"})
    assert categories(database)["5"] == "stone"
    assert desk.post(f"{PAGE}/undo", data={"run": run.group(1)}).status_code == 200
    assert categories(database) == {"1": None, "2": None, "3": None, "4": None, "5": "stone"}


def test_undo_in_the_ledger_lets_the_decision_count_no_longer(
    desk: TestClient[Litestar], database: Database
) -> None:
    run = re.search(r'name="run" value="(\d+)"', accept_concrete(desk))
    assert run is not None
    desk.post(f"/imports/{run.group(1)}/undo")
    with database.reading() as connection:
        assert deciding.decisions_now(connection, {CONCRETE}) == {}


@pytest.mark.parametrize("typed", ["Stone", "stone", "石材"])
def test_takes_a_category_by_its_name(
    desk: TestClient[Litestar], database: Database, typed: str
) -> None:
    page = shown(desk)
    offered = re.findall(r'<option value="([^"]*)">', page)
    assert offered
    answer = desk.post(PAGE, data={"sign": RIDDLE, "choice": "outside-catalogue", "other": typed})
    assert answer.status_code in {200, 409}
    known = {name.casefold() for name in offered} | {"stone", "石材"}
    assert (categories(database)["5"] == "stone") is (typed.casefold() in known)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"other": "月球石"}, "月球石"),
        ({"choice": "other"}, "没有选择类别"),
        ({}, "没有选择类别"),
        ({"choice": "no-such-kind"}, "no-such-kind"),
        ({"choice": "stone", "place": "on-the-moon"}, "on-the-moon"),
        ({"choice": "stone", "product": "no-such-product"}, "no-such-product"),
    ],
)
def test_refuses_with_the_reason_and_keeps_what_was_typed(
    desk: TestClient[Litestar], database: Database, said: dict[str, str], told: str
) -> None:
    answer = desk.post(PAGE, data={"sign": RIDDLE, **said})
    assert answer.status_code == 409
    alert = re.search(r'role="alert">([^<]*)<', answer.text)
    assert alert is not None and told in alert.group(1)
    assert said.get("other", "") in answer.text
    assert set(categories(database).values()) == {None}


def test_what_is_no_material_waits_no_longer(
    desk: TestClient[Litestar], database: Database
) -> None:
    answer = desk.post(PAGE, data={"sign": FEE, "choice": "not-material", "place": "roof"})
    assert "已记住" in answer.text
    assert names_on(shown(desk, need="decided")) == ["安全文明施工费"]
    assert "Lines to identify: 5" in desk.get(f"/projects/{PROJECT}?lang=en").text
    desk.post(f"{PAGE}/undo", data={"sign": FEE})
    assert names_on(shown(desk, need="decided")) == []
    with database.reading() as connection:
        assert deciding.decisions_now(connection, {FEE}) == {}


def test_shows_how_many_lines_a_confidence_reaches_and_accepts_them(
    desk: TestClient[Litestar], database: Database
) -> None:
    page = shown(desk, need="proposed", over="60")
    assert "wordings: 2, lines: 4" in page
    answer = desk.post(f"{PAGE}/sure", data={"over": "60", "wordings": "2"})
    assert answer.status_code == 200 and "Lines changed: 3" in answer.text
    assert categories(database)["1"] == "ready-mixed-concrete"
    assert len(names_on(shown(desk, need="decided"))) == 2
    assert "No line reaches a confidence of 60%." in shown(desk, over="60")


def test_accepts_nothing_that_was_not_shown(desk: TestClient[Litestar], database: Database) -> None:
    answer = desk.post(f"{PAGE}/sure", data={"over": "60", "wordings": "7"})
    assert answer.status_code == 409 and "显示之后" in answer.text
    assert set(categories(database).values()) == {None}


def test_a_decision_made_for_one_building_is_proposed_for_the_next(
    desk: TestClient[Litestar], database: Database
) -> None:
    bring(database, [a_project(building=a_building("2#"))])
    bring(database, [a_bill_line("1", building="2#", name="商砼 C30 P6", category=None)])
    accept_concrete(desk)
    with database.reading() as connection:
        other = next(
            b.key for b in projects.buildings_of_project(connection, PROJECT) if b.key != BUILDING
        )
    path = f"/projects/{PROJECT}/buildings/{other}/matching"
    page = desk.get(path, params={"lang": "en"}).text
    assert "decided by operator" in page and "100%" in page
    desk.post(path, data={"sign": CONCRETE, "choice": "ready-mixed-concrete",
                          "place": "structure"})  # fmt: skip
    assert "Lines to identify" in desk.get(f"/projects/{PROJECT}?lang=en").text
    with database.reading() as connection:
        line = projects.bill_lines_of_building(connection, other)[0]
    assert line.category == "ready-mixed-concrete"


def test_the_project_and_the_import_lead_here(site: TestClient[Litestar]) -> None:
    assert "Lines to identify: 6" in site.get(f"/projects/{PROJECT}?lang=en").text
    runs = [site.get(f"/imports/{number}?lang=en").text for number in (3, 4)]
    assert ["Lines to identify: 5" in runs[0], "Lines to identify: 1" in runs[1]] == [True, True]
    assert all(f'href="{PAGE}"' in run for run in runs)


def test_other_words_are_not_found(desk: TestClient[Litestar]) -> None:
    assert desk.post(PAGE, data={"sign": "line-none", "choice": "stone"}).status_code == 404
    assert desk.get(f"/projects/{PROJECT}/buildings/none/matching").status_code == 404
    assert desk.get(PAGE, params={"over": "101"}).status_code == 400


def test_another_site_cannot_decide(desk: TestClient[Litestar]) -> None:
    answer = desk.post(PAGE, data={"sign": FEE, "choice": "not-material"},
                       headers={"Sec-Fetch-Site": "cross-site"})  # fmt: skip
    assert answer.status_code == 403


def test_a_page_beyond_the_last_is_the_last(site: TestClient[Litestar]) -> None:
    assert len(names_on(shown(site, need="all", page="9"))) == 5


def test_says_so_when_a_building_has_no_lines(
    database: Database, search_engine: TantivyEngine
) -> None:
    bring(database, [a_project(building=a_building())])
    page = TestClient(create_app(database, search_engine)).get(PAGE).text
    assert "这个单体还没有清单行或进场记录" in page
