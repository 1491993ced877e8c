"""The pages of the score: they show what is known and what is not, and whose policy ranks."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Rank, Role
from tests.accounts import signed_in
from tests.builders import a_certificate, a_product, bring
from tests.web.places import CERTIFICATE, MORTAR, PRODUCT

ON = "2026-06-01"
KEPT_POLICY = "preview=1&star=2&unknown=falls-out&weight-star=200"


@pytest.fixture
def desk(database: Database, client: TestClient[Litestar]) -> TestClient[Litestar]:
    """A browser over a store of its own, which it may change."""
    mortar = a_product("示例砂浆（演示）", model="M10", category="ready-mixed-mortar")
    bring(database, [a_product(certificate=a_certificate()), mortar])
    return client


def test_a_product_shows_its_points_and_what_would_raise_them(pages: TestClient[Litestar]) -> None:
    shown = pages.get(f"/products/{PRODUCT}?on={ON}").text
    assert "评分只用于排序和说明" in shown and "没有证据" in shown and "怎样提高" in shown


def test_a_day_before_every_pack_has_no_score(pages: TestClient[Litestar]) -> None:
    shown = pages.get(f"/products/{PRODUCT}/score?on=2020-01-01").text
    assert "这一天没有适用的评分规则包" in shown
    assert "这一天没有适用的评分规则包" in pages.get("/score?on=2020-01-01").text


def test_the_ranking_shows_the_pack_that_makes_it(pages: TestClient[Litestar]) -> None:
    shown = pages.get(f"/score?on={ON}").text
    assert shown.index(PRODUCT) < shown.index(MORTAR)
    assert "分值由本库自拟" in shown and "第三方认证证书" in shown


@pytest.mark.parametrize("query", ["category=%00", "on=yesterday", "site=A B", "page=0"])
def test_refuses_what_nobody_can_mean(pages: TestClient[Litestar], query: str) -> None:
    assert pages.get(f"/score?{query}").status_code == 400


def test_a_site_that_is_no_project_is_not_found(pages: TestClient[Litestar]) -> None:
    assert pages.get("/score?site=nowhere").status_code == 404


def test_a_bureau_records_a_visit_and_a_check(desk: TestClient[Litestar]) -> None:
    signed_in(desk, role=Role.CORPS_BUREAU, rank=Rank.CLERK)
    here = f"/products/{PRODUCT}"
    assert "登记抽查" in desk.get(f"{here}/score").text
    said = {"on": "2026-01-05", "outcome": "passed", "source": "通报"}
    visit = desk.post(f"{here}/surveillance-visits", data={**said, "certificate": CERTIFICATE})
    check = desk.post(f"{here}/spot-checks", data={**said, "authority": "市场监督管理局"})
    assert visit.status_code == check.status_code == 200
    shown = desk.get(f"{here}/score?on={ON}").text
    assert "市场监督管理局" in shown and "按时" in shown and "均合格" in shown
    for wrong in ({"on": "soon"}, {"outcome": "perhaps"}):
        sent = {**said, "authority": "局", **wrong}
        assert desk.post(f"{here}/spot-checks", data=sent).status_code == 400


def test_who_may_not_record_sees_no_form_and_is_refused(desk: TestClient[Litestar]) -> None:
    signed_in(desk, role=Role.OWNER)
    assert "登记抽查" not in desk.get(f"/products/{PRODUCT}/score").text
    said = {"on": "2026-01-05", "outcome": "passed", "source": "通报", "authority": "局"}
    assert desk.post(f"/products/{PRODUCT}/spot-checks", data=said).status_code == 403


def test_an_owner_previews_a_policy_sets_it_and_sees_its_effect(
    desk: TestClient[Litestar],
) -> None:
    signed_in(desk, role=Role.OWNER)
    preview = desk.get(f"/score/policy?{KEPT_POLICY}").text
    assert "被排除，原因如下" in preview and MORTAR in preview
    content = (
        '{"weights":{"star":200},"requirements":'
        '[{"fact":"star","at_least":2,"unknown":"falls-out"}]}'
    )
    kept = desk.post("/score/policy", data={"content": content, "pack": "score-2026@2026.1"})
    assert kept.status_code == 200 and "现行第 1 版" in kept.text
    own = desk.get("/score?own=true").text
    assert PRODUCT in own and MORTAR not in own and "按本单位自定规则第 1 版排序" in own
    assert MORTAR in desk.get("/score").text
    withdrawn = desk.post("/score/policy/withdraw").text
    assert "现行第 1 版" not in withdrawn and "第 1 版" in withdrawn


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("preview=1&weight-star=abc", 400),
        ("preview=1&weight-star=9999", 409),
        ("preview=1&weight-colour=10", 409),
        ("preview=1&exclusions=company", 400),
        ("preview=1&exclusions=planet+x+y", 409),
    ],
)
def test_refuses_a_policy_that_cannot_be(
    desk: TestClient[Litestar], query: str, status: int
) -> None:
    signed_in(desk, role=Role.OWNER)
    assert desk.get(f"/score/policy?{query}").status_code == status


def test_refuses_a_content_that_is_no_policy(desk: TestClient[Litestar]) -> None:
    signed_in(desk, role=Role.OWNER)
    for content, status in (("[", 403), ("[]", 403), ('{"weights":{"star":-1}}', 409)):
        answer = desk.post("/score/policy", data={"content": content, "pack": ""})
        assert answer.status_code == status


def test_only_owners_have_a_policy(desk: TestClient[Litestar]) -> None:
    signed_in(desk, role=Role.MANUFACTURER)
    assert desk.get("/score/policy").status_code == 403
