"""A commit that fails is an error the client sees."""

from __future__ import annotations

from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import event

from catalog.db import CatalogSession
from tests.conftest import TOKEN

CSV = "项目代码,项目名称,师市,单体编号,单体名称\nP-1,试验项目,第八师石河子市,1#,一号楼\n"


def test_a_failed_commit_is_not_a_success(client: TestClient[Litestar]) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("disk full")

    event.listen(CatalogSession, "before_commit", fail)
    try:
        answer = client.post(
            "/api/v1/imports?name=p.csv",
            content=CSV.encode(),
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
    finally:
        event.remove(CatalogSession, "before_commit", fail)
    assert answer.status_code == 500
    assert client.get("/api/v1/projects/p-1").status_code == 404
    assert client.get("/api/v1/imports").json() == []
