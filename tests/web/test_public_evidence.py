"""A file of evidence that is made public is opened by anyone, until it is taken back."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from catalog.db import Database
from catalog.models.adoption import Case, CaseEvidence
from catalog.models.audit import AuditEntry
from catalog.models.certificate import Certificate
from catalog.models.evidence import Evidence
from catalog.permissions import Role
from tests.accounts import sign_out, signed_in
from tests.casework import adopted, filled_in, in_business
from tests.evidence import a_png

Browser = TestClient[Litestar]


@pytest.fixture
def browser(app: Litestar) -> Iterator[Browser]:
    with TestClient(app) as client:
        client.headers["Accept-Language"] = "zh"
        yield client


def choose(browser: Browser, path: str, is_public: str, reason: str = "政府信息公开") -> int:
    data = {"is_public": is_public, "reason": reason}
    return browser.post(f"{path}/public", data=data, follow_redirects=False).status_code


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_its_owner_opens_a_file_to_anyone_and_closes_it(browser: Browser) -> None:
    signed_in(browser, role=Role.MANUFACTURER, division="08", name="演示厂")
    file = {"file": ("合格证.png", a_png(), "image/png")}
    path = browser.post("/evidence", files=file).url.path
    assert "未公开" in browser.get(path).text
    assert choose(browser, path, "true", reason=" ") == 409
    assert choose(browser, path, "true") == 303
    assert choose(browser, path, "true") == 409
    sign_out(browser)
    page = browser.get(path).text
    assert "合格证.png" in page and "政府信息公开" in page and "Tester" not in page
    assert browser.get(f"{path}/file").content == a_png()
    assert browser.get(f"/api/v1{path}").json()["evidence"]["uploaded_by"] is None
    assert choose(browser, path, "false") == 303  # To the sign-in page: nothing is changed.
    assert browser.get(path).url.path == path
    signed_in(browser, role=Role.OPERATOR)
    assert choose(browser, path, "false") == 403
    signed_in(browser, role=Role.DIVISION_BUREAU, division="07")
    assert choose(browser, path, "false") == 403
    signed_in(browser, role=Role.DIVISION_BUREAU, division="08")
    assert choose(browser, path, "false", reason="误公开") == 303
    sign_out(browser)
    assert browser.get(path).url.path == "/sign-in"
    assert browser.get(f"/api/v1{path}/file").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_stands_on_the_page_of_the_product_and_on_the_record(
    browser: Browser, database: Database
) -> None:
    product = in_business(database)
    case = adopted(database, filled_in(database, product))
    with database.reading() as connection:
        keys = list(connection.scalars(select(Evidence.key).order_by(Evidence.id)))
    assert f"/evidence/{keys[0]}" not in browser.get(f"/products/{product}").text
    signed_in(browser, role=Role.DIVISION_BUREAU, division="08")
    assert choose(browser, f"/evidence/{keys[0]}", "true") == 303
    sign_out(browser)
    page = browser.get(f"/products/{product}").text
    assert f"/evidence/{keys[0]}" in page and f"/evidence/{keys[1]}" not in page
    answer = browser.get(f"/api/v1/products/{product}/adoption").json()
    assert [paper["key"] for paper in answer["adoptions"][0]["papers"]] == [keys[0]]
    assert answer["adoptions"][0]["case_number"] == case.number
    with database.reading() as connection:
        told = select(AuditEntry.reason).where(AuditEntry.action == "publish-evidence")
        assert connection.scalars(told).all() == ["政府信息公开"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_leads_from_the_certificate_to_its_file_and_back(
    browser: Browser, database: Database
) -> None:
    product = in_business(database)
    adopted(database, filled_in(database, product))
    with database.reading() as connection:
        paper = connection.execute(
            select(Evidence.key, Certificate.key)
            .join(CaseEvidence, CaseEvidence.evidence_id == Evidence.id)
            .join(Case, Case.id == CaseEvidence.case_id)
            .join(Certificate, Certificate.id == Case.certificate_id)
            .where(CaseEvidence.kind == "certificate")
        ).one()
    of = f"/certificates/{paper[1]}?on=2026-06-01&result=7&line=delivery-3"
    shown = browser.get(of).text
    assert paper[0] not in shown and "没有公开的证书文件" in shown
    signed_in(browser, role=Role.DIVISION_BUREAU, division="08")
    assert choose(browser, f"/evidence/{paper[0]}", "true") == 303
    sign_out(browser)
    link = re.search(rf'href="(/evidence/{paper[0]}[^"]*)"', browser.get(of).text)
    assert link is not None
    back = browser.get(html.unescape(link[1])).text
    assert html.escape(of) in back
    assert 'href="//away"' not in browser.get(f"/evidence/{paper[0]}?back=//away").text
