"""Files come in and go out again over HTTP, for the operator only."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from search.sync import drain_once
from tests.conftest import TOKEN

PRODUCTS = (
    "企业名称,产品名称,产品类别,规格型号,认证机构,证书编号,星级,有效期起,有效期止\n"
    "石河子示例混凝土有限公司,预拌混凝土,预拌混凝土,C30 P6,"
    "示例认证中心,YS-(2024)-001,3,2024-01-10,2029-01-09\n"
    "石河子示例混凝土有限公司,预拌混凝土,不存在的类别,C40,"
    "示例认证中心,YS-(2024)-002,3,2024-01-10,2029-01-09\n"
)


@pytest.fixture
def operator(client: TestClient[Litestar]) -> TestClient[Litestar]:
    client.headers["Authorization"] = f"Bearer {TOKEN}"
    return client


def bring(client: TestClient[Litestar], text: str, **asked: str) -> dict[str, Any]:
    answer = client.post(
        "/api/v1/imports", params={"name": "p.csv", **asked}, content=text.encode()
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_brings_the_good_rows_in_and_names_the_bad(operator: TestClient[Litestar]) -> None:
    report = bring(operator, PRODUCTS)
    assert (report["read"], report["created"], report["refused"]) == (2, 1, 1)
    assert operator.get(f"/api/v1/imports/{report['run']}").json()["read"] == 2
    [issue] = [i for i in report["issues"] if i["severity"] == "error"]
    assert (issue["row"], issue["value"]) == (3, "不存在的类别")
    assert issue["reason"] and issue["cure"]
    page = operator.get("/api/v1/products").json()
    assert [p["model"] for p in page["items"]] == ["C30 P6"]


def test_a_row_with_two_errors_is_one_row_that_stays_out(
    operator: TestClient[Litestar],
) -> None:
    twice_wrong = PRODUCTS.replace("YS-(2024)-002,3,", "YS-(2024)-002,9,")
    report = bring(operator, twice_wrong)
    assert (report["read"], report["created"], report["refused"]) == (2, 1, 1)
    assert sum(issue["severity"] == "error" for issue in report["issues"]) == 2


def test_a_second_time_changes_nothing(operator: TestClient[Litestar]) -> None:
    bring(operator, PRODUCTS)
    again = bring(operator, PRODUCTS)
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 1)


def test_a_dry_run_writes_nothing(operator: TestClient[Litestar]) -> None:
    report = bring(operator, PRODUCTS, dry_run="true")
    assert report["run"] is None
    assert {c["entity"] for c in report["changes"]} == {"company", "product", "certificate"}
    assert operator.get("/api/v1/products").json()["items"] == []
    assert operator.get("/api/v1/imports").json() == []


def test_all_or_nothing_brings_nothing_if_a_row_is_refused(operator: TestClient[Litestar]) -> None:
    report = bring(operator, PRODUCTS, all_or_nothing="true")
    assert report["is_refused"] is True
    assert operator.get("/api/v1/products").json()["items"] == []
    [run] = operator.get("/api/v1/imports").json()
    assert run["state"] == "refused"


def test_an_import_can_be_taken_back(operator: TestClient[Litestar]) -> None:
    run = bring(operator, PRODUCTS)["run"]
    assert operator.post(f"/api/v1/imports/{run}/undo").json()["state"] == "undone"
    assert operator.get("/api/v1/products").json()["items"] == []
    again = operator.post(f"/api/v1/imports/{run}/undo")
    assert (again.status_code, again.json()["type"]) == (409, "already-undone")
    assert operator.post("/api/v1/imports/99/undo").status_code == 404


def test_what_came_in_is_found_and_counted(
    operator: TestClient[Litestar], database: Database, search_engine: TantivyEngine
) -> None:
    bring(operator, PRODUCTS)
    assert drain_once(database, search_engine) == 1
    found = operator.get("/api/v1/search", params={"q": "混凝土", "valid_on": "2026-01-01"}).json()
    assert found["page"]["total"] == 1
    assert found["page"]["facets"]["star"] == [{"key": "3", "count": 1}]
    key = found["page"]["hits"][0]["document"]["key"]
    [paper] = operator.get(f"/api/v1/products/{key}/certificates?on=2029-01-10").json()
    assert paper["validity"] == "expired"
    number = operator.get("/api/v1/certificates", params={"number": "ＹＳ－（2024）－001"}).json()
    assert [c["key"] for c in number] == [paper["key"]]


@pytest.mark.parametrize("method", ["/api/v1/imports?name=p.csv", "/api/v1/imports/1/undo"])
def test_anyone_may_not_write(client: TestClient[Litestar], method: str) -> None:
    answer = client.post(method, content=b"x")
    assert (answer.status_code, answer.json()["type"]) == (401, "http-401")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_wrong_token_is_told_so(client: TestClient[Litestar]) -> None:
    answer = client.post(
        "/api/v1/imports?name=p.csv", content=b"x", headers={"Authorization": "Bearer wrong"}
    )
    assert (answer.status_code, answer.json()["type"]) == (401, "http-401")


@pytest.mark.parametrize(
    ("content", "word"), [(b"\x00\x01\x02" * 50, "binary"), (b"a,b\n1,2\n", "recogni")]
)
def test_refuses_what_is_no_list_of_ours(
    operator: TestClient[Litestar], content: bytes, word: str
) -> None:
    answer = operator.post("/api/v1/imports?name=x.csv", content=content)
    assert (answer.status_code, answer.json()["type"]) == (400, "import-refused")
    zh = operator.post(
        "/api/v1/imports?name=x.csv", content=content, headers={"Accept-Language": "zh-CN"}
    )
    assert zh.json()["detail"].startswith("未导入")
