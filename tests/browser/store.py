"""What the browser's pages show: the filled store, and a person of every role with their things."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from catalog.db import Database
from catalog.permissions import Rank, Role
from catalog.rules.keys import building_key, company_key, product_key, project_key
from catalog.rules.terms import BillStage, ProjectStage
from catalog.services import organisations
from tests.accounts import MAKER, an_account, an_organisation
from tests.browser.things import bring_things
from tests.builders import (
    a_bill_line,
    a_building,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
)
from tests.web.conftest import fill_a_little

DIVISION = "08"
OWNER = "石河子示例建设局"
COMPANY_NAME, CODE = "天山示例建材有限公司", "91659001MA7TE5T017"
PROJECT = project_key("P-9")
BUILDING = building_key(PROJECT, "1#")
PRODUCT = product_key(company_key(COMPANY_NAME, CODE), "抹灰砂浆", "DP M10", None)
LEAVER = "leaver@example.org"
ROLES = [
    Role.OWNER,
    Role.MANUFACTURER,
    Role.CERTIFICATION_BODY,
    Role.DIVISION_BUREAU,
    Role.CORPS_BUREAU,
    Role.OPERATOR,
]


def login_of(role: Role) -> str:
    """Return the login of the person of a role."""
    return f"{role.value}@example.org"


def fill(database: Database) -> None:
    """Put everything in."""
    fill_a_little(database)
    company = a_company(COMPANY_NAME, credit_code=CODE, division=DIVISION)
    bring(database, [
        a_product("抹灰砂浆", a_certificate("TS-2025-001"), company=company, model="DP M10",
                  category="ready-mixed-mortar"),
    ])  # fmt: skip
    _a_project_of_the_owner(database)
    keys: dict[Role, str] = {}
    names = {Role.OWNER: OWNER, Role.MANUFACTURER: COMPANY_NAME}
    for role in ROLES:
        is_local = role in (Role.OWNER, Role.MANUFACTURER, Role.DIVISION_BUREAU)
        organisation = an_organisation(
            database,
            role=role,
            division=DIVISION if is_local else None,
            name=names.get(role),
            credit_code=CODE if role is Role.MANUFACTURER else None,
        )
        keys[role] = organisation
        an_account(database, login_of(role), organisation=organisation, rank=Rank.ADMINISTRATOR)
        if role is Role.MANUFACTURER:
            now = dt.datetime.now(dt.UTC)
            with database.transaction() as session:
                organisations.link_company(session, organisation, actor=MAKER, now=now)
    an_account(database, LEAVER)
    bring_things(database, division=DIVISION, maker=keys[Role.MANUFACTURER], product=PRODUCT)


def _a_project_of_the_owner(database: Database) -> None:
    """A project half built: what was planned, what was delivered, and lines nobody knows yet."""
    bring(database, [
        a_project("P-9", name="示例医院", owner=OWNER, stage=ProjectStage.BUILDING,
                  completed_on=None, building=a_building()),
    ])  # fmt: skip
    lines = [
        a_bill_line("1", project="P-9", stage=BillStage.DESIGN,
                    planned_green_quantity=Decimal(80)),
        *(a_bill_line(str(n), project="P-9", stage=BillStage.DESIGN, name=name, category=None)
          for n, name in enumerate(("商砼 C30", "砌块墙 A3.5", "岩棉板 TR10"), start=2)),
    ]  # fmt: skip
    bring(database, lines)
    bring(database, [
        a_delivery("1", project="P-9", quantity=Decimal(40), amount=Decimal(20000),
                   product=by_number(), delivered_on=day("2025-05-01")),
    ])  # fmt: skip
    recalculated(database)
