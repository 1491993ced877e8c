"""The pages of cases, as each role meets them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from catalog.db import Database
from catalog.models.account import Organisation
from catalog.models.company import Company
from catalog.permissions import Role
from catalog.rules.terms import CaseState
from catalog.rules.workflow.steps import Step
from catalog.services.cases import reading
from catalog.views.cases import CaseStanding
from tests.accounts import sign_out, signed_in
from tests.builders import making_up
from tests.casework import (
    APPLICANT,
    CERTIFICATE,
    PLEDGED,
    REREVIEWER,
    REVIEWER,
    filled_in,
    in_business,
    stepped,
)

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99="
    b"\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
Browser = TestClient[Litestar]


@pytest.fixture
def browser(app: Litestar) -> Iterator[Browser]:
    with TestClient(app) as client:
        yield client


def as_maker(browser: Browser, database: Database) -> None:
    """Sign in as a member of the organisation that makes the product."""
    actor = signed_in(browser, role=Role.MANUFACTURER, division="08", name="演示厂")
    with making_up(database) as session:
        own = session.scalar(select(Organisation).where(Organisation.key == actor.organisation))
        company = session.scalar(select(Company).where(Company.name == "绿洲混凝土有限公司"))
        assert own is not None and company is not None
        own.company_id = company.id


def post(
    browser: Browser, path: str, fields: dict[str, str], file: bytes | None = None
) -> tuple[int, str]:
    files = {"file": ("扫描件.png", file, "image/png")} if file is not None else None
    is_multipart = path.endswith(("/steps", "/papers"))
    if is_multipart and files is None:
        files = {"file": ("", b"", "application/octet-stream")}
    answer = browser.post(path, data=fields, files=files, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", "") or answer.text


def version_of(browser: Browser, path: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', browser.get(path).text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_leads_a_maker_from_the_product_to_the_submission(
    browser: Browser, database: Database
) -> None:
    product = in_business(database)
    as_maker(browser, database)
    assert product in browser.get("/cases/new").text
    status, path = post(browser, "/cases", {"product": product, "route": "certificate"})
    assert status == 303
    draft = {"version": version_of(browser, path), "certificate": CERTIFICATE, "contact": "赵工"}
    assert post(browser, f"{path}/draft", draft) == (303, path)
    for kind in ("application-form", "business-licence", "certificate"):
        paper = {"version": version_of(browser, path), "kind": kind}
        assert post(browser, f"{path}/papers", paper, PNG + kind.encode())[0] in (303, 400)
        assert post(browser, f"{path}/papers", paper, PNG)[0] in (303, 409)
    shown = browser.get(path).text
    assert "缺" not in shown.split('id="acts-title"')[0].split("材料</h2>")[1]
    step = {"version": version_of(browser, path), "step": "submit", "pledged": "yes"}
    assert post(browser, f"{path}/steps", step) == (303, path)
    assert post(browser, f"{path}/steps", step) == (303, path)
    status, text = post(browser, f"{path}/steps", {**step, "step": "withdraw"})
    assert status == 409 and "Tester" in text
    assert "师市初审" in browser.get(path).text


@pytest.fixture
def submitted(database: Database) -> CaseStanding:
    case = filled_in(database, in_business(database), now=dt.datetime.now(dt.UTC))
    return stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED, now=dt.datetime.now(dt.UTC))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lets_each_bureau_do_its_part_and_no_other(
    browser: Browser, database: Database, submitted: CaseStanding
) -> None:
    path = f"/cases/{submitted.number}"
    step = {"version": str(submitted.version), "step": "accept"}
    assert browser.get(path, follow_redirects=False).status_code == 303
    signed_in(browser, role=Role.DIVISION_BUREAU, division="07")
    assert browser.get(path).status_code == 404
    assert submitted.number not in browser.get("/cases").text
    assert post(browser, f"{path}/steps", step)[0] == 404
    signed_in(browser, role=Role.CORPS_BUREAU)
    assert "初审通过" not in browser.get(path).text.split("办理过程")[0]
    assert post(browser, f"{path}/steps", step)[0] == 403
    signed_in(browser, role=Role.DIVISION_BUREAU, division="08")
    assert submitted.number in browser.get("/cases?standing=division-review").text
    both = "/cases?standing=division-review&standing=returned"
    assert submitted.number in browser.get(both).text
    assert submitted.number not in browser.get(both.replace("division-review", "adopted")).text
    assert "初审通过" in browser.get(path).text
    assert post(browser, f"{path}/steps", step)[0] == 303
    signed_in(browser, role=Role.CORPS_BUREAU)
    step = {"version": version_of(browser, path), "step": "announce"}
    assert post(browser, f"{path}/steps", step)[0] == 303
    assert "公示期尚未届满" in browser.get(path).text
    sign_out(browser)
    notices = browser.get("/public-notices").text
    assert "预拌混凝土" in notices and "拟入库" in notices


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_keeps_who_objected_for_those_who_judge(
    browser: Browser, database: Database, submitted: CaseStanding
) -> None:
    case = stepped(database, submitted, Step.ACCEPT, REVIEWER, now=dt.datetime.now(dt.UTC))
    stepped(database, case, Step.ANNOUNCE, REREVIEWER, now=dt.datetime.now(dt.UTC))
    path = f"/cases/{case.number}"
    signed_in(browser, role=Role.DIVISION_BUREAU, division="08")
    objection = {
        "version": version_of(browser, path), "step": "object", "objector": "person",
        "name": "钱某", "identity_number": "110101190001010014", "telephone": "0991-1234567",
        "text": "型号不符",
    }  # fmt: skip
    wrong = {**objection, "identity_number": "110101190001010010"}
    assert post(browser, f"{path}/steps", wrong)[0] == 409
    assert post(browser, f"{path}/steps", objection, PNG)[0] == 303
    assert "钱某" in browser.get(path).text and "扫描件" in browser.get(path).text
    with database.reading() as connection:
        found = reading.get_case(connection, case.number, REVIEWER, on=dt.date.today())  # noqa: DTZ011
        own = reading.get_case(connection, case.number, APPLICANT, on=dt.date.today())  # noqa: DTZ011
    assert found.state is CaseState.OBJECTED
    assert len(found.evidence) == len(own.evidence) + 1 and own.objections == []
    identity = f"{path}/objections/{found.objections[0].key}"
    assert browser.get(identity).status_code == 403
    signed_in(browser, role=Role.CORPS_BUREAU)
    assert "110101190001010014" in browser.get(identity).text
    sign_out(browser)
    assert "钱某" not in browser.get("/public-notices").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_refuses_a_file_that_is_no_paper(browser: Browser, database: Database) -> None:
    product = in_business(database)
    as_maker(browser, database)
    _, path = post(browser, "/cases", {"product": product, "route": "test-report"})
    paper = {"version": version_of(browser, path), "kind": "type-test-report"}
    dated = {**paper, "dated_on": "2026-01-05"}
    assert post(browser, f"{path}/papers", dated, b"MZ\x90\x00 program")[0] == 400
    assert post(browser, f"{path}/papers", paper, PNG)[0] == 409
    assert post(browser, f"{path}/papers", {**dated, "kind": "nonsense"}, PNG)[0] == 409
    assert "扫描件" not in browser.get(path).text
    assert post(browser, f"{path}/papers", dated, PNG)[0] == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_refused_form_keeps_what_was_typed(
    browser: Browser, database: Database, submitted: CaseStanding
) -> None:
    path = f"/cases/{submitted.number}"
    signed_in(browser, role=Role.DIVISION_BUREAU, division="08")
    typed = {"step": "return", "missing": "缺型号页\n缺公章", "reason": "请补正后再报"}
    stale = {**typed, "version": str(submitted.version - 1)}
    status, text = post(browser, f"{path}/steps", stale)
    assert status == 409 and 'role="alert"' in text
    assert "缺型号页\n缺公章</textarea>" in text and "请补正后再报</textarea>" in text
    assert f'name="version" value="{submitted.version}"' in text
    status, text = post(browser, f"{path}/steps", {**typed, "version": stale["version"]}, b"no")
    assert status == 400 and "请补正后再报</textarea>" in text
    assert post(browser, f"{path}/steps", {**typed, "version": str(submitted.version)})[0] == 303
    as_maker(browser, database)
    status, text = post(browser, "/cases", {"product": "p-none", "route": "test-report"})
    assert status == 404
