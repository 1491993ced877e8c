"""Everybody comes to the own desk, and finds there what waits."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import time

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from api.interest import InterestCounter
from api.web.desks import PATHS
from catalog.db import Database
from catalog.models.account import Organisation
from catalog.models.company import Company
from catalog.models.submission import ProductInterest
from catalog.permissions import Role
from catalog.rules.terms import InterestKind, OrganisationState
from catalog.services import catalogue
from catalog.services.demand import demand_for
from tests.accounts import sign_out, signed_in
from tests.builders import (
    NOW,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    making_up,
)
from tests.evidence import a_pdf

PDF = a_pdf()
# Routes and templates are the same whatever the store; the figures are asked of both below.
one_store = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def own_company(database: Database, organisation: str, name: str = "绿洲混凝土有限公司") -> None:
    with making_up(database) as session:
        own = session.scalar(select(Organisation).where(Organisation.key == organisation))
        company = session.scalar(select(Company).where(Company.name == name))
        assert own is not None and company is not None
        own.company_id = company.id


@one_store
def test_each_role_is_led_to_its_desk_and_a_stranger_to_sign_in(
    client: TestClient[Litestar],
) -> None:
    to_sign_in = client.get("/desk", follow_redirects=False).headers["location"]
    assert to_sign_in == "/sign-in?back=%2Fdesk"
    for role, path in PATHS.items():
        signed_in(client, role=role, division="08")
        assert client.get("/desk", follow_redirects=False).headers["location"] == path
        assert client.get(path).status_code == 200, path
        sign_out(client)


@one_store
def test_an_address_that_leads_nowhere_leads_who_is_signed_in_to_the_desk(
    client: TestClient[Litestar],
) -> None:
    assert 'href="/sign-in' in client.get("/nowhere").text
    signed_in(client, role=Role.OWNER, division="08")
    lost = client.get("/nowhere")
    assert lost.status_code == 404 and 'href="/sign-in' not in lost.text
    assert 'href="/desk"' in lost.text


@one_store
def test_a_company_submits_a_product_and_its_bureau_lists_it(client: TestClient[Litestar]) -> None:
    signed_in(client, role=Role.MANUFACTURER, division="08", name="新来的建材有限公司")
    assert "申报第一个产品" in client.get("/desk/company").text
    blank = client.get("/submissions/new").text
    category = re.findall(r'<option value="([a-z][a-z0-9-]+)">', blank)[0]
    said = {"name": "岩棉板", "category": category, "number": "ZX-2026-1", "do": "submit"}
    answer = client.post("/submissions", data=said, files={"scan": ("a.pdf", PDF)})
    path = answer.url.path
    assert "填写发证机构" in answer.text and "已保存，还没有提交" in answer.text
    whole = {
        **said, "version": "2", "pledged": "yes", "body": "示例认证中心",
        "valid_from": "2026-01-01", "valid_to": "2030-12-31",
    }  # fmt: skip
    assert (
        "未核实：这是企业自己的陈述"
        in client.post(path, data=whole, files={"scan": ("", b"")}).text
    )
    assert client.post(f"{path}/prove", data={"version": "4", "reason": "x"}).status_code == 403
    assert "岩棉板" in client.get("/desk/company").text
    sign_out(client)
    signed_in(client, role=Role.DIVISION_BUREAU, division="08")
    assert "岩棉板" in client.get("/submissions").text
    seen = client.get(path).text
    assert "名录里没有这个编号的证书" in seen
    version = re.search(r'name="version" value="(\d+)"', seen)
    assert version is not None
    done = client.post(f"{path}/prove", data={"version": version[1], "reason": "见原件"})
    assert "已核实，产品已进入名录" in done.text
    sign_out(client)
    assert client.get(path, follow_redirects=False).status_code in (302, 303)


@one_store
def test_the_desk_tells_products_certificates_and_what_may_raise_the_score(
    client: TestClient[Litestar],
) -> None:
    database: Database = client.app.state.database
    bring(database, [a_product(certificate=a_certificate())])
    actor = signed_in(client, role=Role.MANUFACTURER, division="08", name="绿洲混凝土有限公司")
    own_company(database, actor.organisation or "")
    shown = client.get("/desk/company").text
    assert "CTC-2024-001" in shown and "预拌混凝土" in shown
    assert "补什么证据，评分可能提高" in shown and "不是承诺" in shown
    other = client.get("/desk/company?lang=en").text
    assert "Certificates and their renewal" in other
    sign_out(client)
    signed_in(client, role=Role.OWNER, division="08")
    assert client.get("/desk/company").status_code == 403


def test_interest_is_added_up_by_day_and_use_hidden_where_projects_are_few(
    database: Database,
) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    codes = [f"P-{n}" for n in range(1, 5)]
    bring(database, [a_project(code, division="08" if n else "07", building=a_building())
                     for n, code in enumerate(codes)])  # fmt: skip
    bring(database, [a_delivery(project=code, product=by_number(), note_number=f"N-{code}")
                     for code in codes])  # fmt: skip
    with making_up(database) as session:
        company = session.scalar(select(Company))
        assert company is not None
        session.add(
            Organisation(
                key="own", role=Role.MANUFACTURER, name="own", name_folded="own",
                credit_code=None, division_id=None, company_id=company.id, body_id=None,
                state=OrganisationState.PROVED, registered_at=NOW,
            )
        )  # fmt: skip
    with database.reading() as connection:
        found = demand_for(connection, "own", on=dt.date(2026, 6, 1))
    assert found is not None
    # One project in 07 alone would be made out: it is told together with the others.
    assert found.uses_by_division.groups == [] and found.uses_by_division.rest is not None
    assert found.uses_by_division.rest.projects == 4
    (product,) = found.names
    counter = InterestCounter(database, lambda: NOW)
    for _ in range(2):
        counter.note([product, "none-such"], InterestKind.VIEWED)
        counter.write()
    with database.reading() as connection:
        again = demand_for(connection, "own", on=dt.date(2026, 6, 1))
    assert again is not None
    assert again.interest_by_product[0].times == {InterestKind.VIEWED: 2}


@one_store
def test_a_look_counts_for_people_and_not_for_robots_or_makers(
    client: TestClient[Litestar],
) -> None:
    database: Database = client.app.state.database
    bring(database, [a_product()])
    with database.reading() as connection:
        key = catalogue.browse_products(connection, limit=1, offset=0).items[0].key
    person = {"user-agent": f"Mozilla/5.0 {secrets.token_hex(2)}"}
    client.get(f"/products/{key}", headers=person)
    client.get(f"/products/{key}", headers={"user-agent": "Baiduspider/2.0"})
    client.get(f"/products/{key}", headers={**person, "sec-purpose": "prefetch"})
    signed_in(client, role=Role.MANUFACTURER)
    client.get(f"/products/{key}", headers=person)
    client.app.state.interest.write()
    with database.reading() as connection:
        assert connection.scalars(select(ProductInterest.times)).all() == [1]


@one_store
def test_the_operator_rebuilds_the_index_and_verifies_the_record(
    client: TestClient[Litestar],
) -> None:
    database: Database = client.app.state.database
    bring(database, [a_product()])
    signed_in(client, role=Role.OPERATOR)
    assert "备份太旧或没有备份" in client.get("/desk/operator").text
    work = client.app.state.upkeep_work
    for path in ("rebuild", "verify"):
        assert client.post(f"/desk/operator/{path}").status_code == 200
        until = time.monotonic() + 30
        while work.is_busy and time.monotonic() < until:
            time.sleep(0.01)
        assert work.last.trouble is None and work.last.done > 0
    shown = client.get("/desk/operator").text
    assert "完好" in shown and client.app.state.search_engine.count() == 1
    sign_out(client)
    signed_in(client, role=Role.CORPS_BUREAU)
    assert client.get("/desk/operator").status_code == 403
