"""Every error of the API has the same shape, and every error of ours a status."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.problems import STATUS_OF
from catalog.errors import CatalogError

KEYS = {"type", "title", "status", "detail", "fields"}


def all_errors(root: type[CatalogError]) -> set[type[CatalogError]]:
    below = set(root.__subclasses__())
    return below.union(*(all_errors(error) for error in below))


def test_every_error_of_ours_has_a_status() -> None:
    assert all_errors(CatalogError) - set(STATUS_OF) == set()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/nothing", 404),
        ("/api/v1/products/none", 404),
        ("/api/v1/products/%00", 400),
        ("/api/v1/products/Hemp!", 400),
        ("/api/v1/products?limit=0", 400),
        ("/api/v1/products?offset=-1", 400),
        ("/api/v1/products/none/certificates?on=2021-13-40", 400),
        ("/api/v1/search?valid_on=yesterday", 400),
        ("/api/v1/search?q=%00", 400),
        ("/api/v1/ratios?method=Z", 400),
        ("/api/v1/ratios?method=A&method=B", 400),
        ("/api/v1/ratios?method=A&stage=design&stage=completion", 400),
        ("/api/v1/ratios", 400),
        ("/api/v1/results/0", 400),
        ("/api/v1/results/7", 404),
        ("/api/v1/results/99999999999999999999", 400),
        ("/api/v1/imports/7", 404),
        ("/api/v1/projects/none/buildings", 404),
        ("/api/v1/certificates/none", 404),
        ("/api/v1/certificates", 400),
    ],
)
def test_errors_are_problems(client: TestClient[Litestar], path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == KEYS
    assert answer.json()["status"] == status and answer.json()["detail"]


def test_errors_speak_the_readers_language(client: TestClient[Litestar]) -> None:
    zh = client.get("/api/v1/products/none", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "没有编号为" in zh.json()["detail"]
    assert "There is no product" in client.get("/api/v1/products/none").json()["detail"]


def test_health_tells_what_works(client: TestClient[Litestar]) -> None:
    assert client.get("/health").json() == {
        "database": "ok",
        "search": "ok",
        "search_trouble": None,
        "index_backlog": 0,
        "index_trouble": None,
        "documents": 0,
    }


def test_every_page_and_answer_carries_the_security_headers(client: TestClient[Litestar]) -> None:
    for path in ("/api/v1/products", "/api/v1/nothing", "/health"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
