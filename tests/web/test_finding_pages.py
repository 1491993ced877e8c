"""Findings are read and judged at the pages by those whom they concern, and by nobody else."""

from __future__ import annotations

from decimal import Decimal

from litestar import Litestar
from litestar.testing import TestClient

from catalog.permissions import Role
from tests.accounts import sign_out, signed_in
from tests.builders import a_delivery, a_project, bring
from tests.web.conftest import HOSTILE


def test_a_bureau_runs_the_checks_and_judges(client: TestClient[Litestar]) -> None:
    database = client.app.state.database
    bring(database, [a_project(), a_project("P-2", name=HOSTILE)])
    bring(database, [
        a_delivery(supplier=HOSTILE), a_delivery(project="P-2", supplier=HOSTILE,
                                                 quantity=Decimal(3)),
    ])  # fmt: skip
    signed_in(client, role=Role.CORPS_BUREAU)
    assert client.post("/findings/run").status_code == 200
    page = client.get("/findings")
    assert page.status_code == 200 and "同一送货单重复出现" in page.text
    assert "<script>alert" not in page.text
    found = client.get("/api/v1/findings")
    assert found.status_code in (200, 401)
    key = page.text.partition('href="/findings/')[2].partition('"')[0]
    shown = client.get(f"/findings/{key}", headers={"Accept-Language": "en"})
    assert shown.status_code == 200 and "A delivery note twice" in shown.text
    judged = client.post(f"/findings/{key}", data={"verdict": "confirmed", "reason": "重复报送"})
    assert judged.status_code == 200 and "重复报送" in judged.text and "撤回结论" in judged.text
    again = client.post(f"/findings/{key}", data={"verdict": "dismissed", "reason": "x"})
    assert again.status_code == 409
    assert client.post(f"/findings/{key}/reopen", data={"reason": "重查"}).status_code == 200
    signed_in(client, role=Role.DIVISION_BUREAU, division="03")
    assert client.get(f"/findings/{key}").status_code == 404
    signed_in(client, role=Role.OWNER)
    assert client.get("/findings").status_code == 403
    sign_out(client)
    assert client.get("/findings", follow_redirects=False).status_code == 303
