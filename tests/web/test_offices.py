"""The public reads which office did something; the person stays on the record."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Role, office_of
from catalog.records import Kind
from catalog.rules.keys import project_key
from catalog.services.receiving import runs
from search.engines.tantivy import TantivyEngine
from tests.accounts import sign_out, signed_in
from tests.apps import create_app
from tests.builders import NOW, a_certificate, a_product, a_project, bring
from tests.integration.picture import rows_of

PERSON, OFFICE = "Tester", "兵团住建局"
PROJECT = project_key("P-1")
PUBLIC = (
    "/demonstrations", "/api/v1/demonstrations", "/editions", "/api/v1/editions",
    "/editions/catalogue-2026-1", "/api/v1/editions/catalogue-2026-1",
    "/imports/3", "/api/v1/imports", "/api/v1/imports/3",
    f"/projects/{PROJECT}/rules", f"/api/v1/projects/{PROJECT}/rule-choices",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "office"),
    [
        ("张三 · 第八师住建局", "第八师住建局"),
        ("每日导出 · 张三 · 第八师住建局", "第八师住建局"),
        ("shell:zhangsan", "shell"),
        ("lucai", "lucai"),
    ],
    ids=["member", "token", "shell", "machine"],
)
def test_an_office_is_named_without_its_person(name: str, office: str) -> None:
    assert office_of(name) == office


def test_no_public_answer_names_a_person(database: Database, search_engine: TantivyEngine) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    with TestClient(create_app(database, search_engine)) as site:
        act_in_public(site)
        sign_out(site)
        for path in PUBLIC:
            answer = site.get(path)
            assert answer.status_code == 200, path
            told = (PERSON in answer.text, OFFICE in answer.text)
            assert told == (False, True), path
        book = zipfile.ZipFile(BytesIO(site.get("/editions/catalogue-2026-1/edition.xlsx").content))
        said = b"".join(book.read(name) for name in book.namelist()).decode()
    assert (PERSON in said, OFFICE in said) == (False, True)
    by = {row["actor"] for row in rows_of(database, "audit_entry") if row["thing"] == "edition"}
    assert by == {f"{PERSON} · {OFFICE}"}, "Whoever reads the record learns who did it."


def act_in_public(site: TestClient[Litestar]) -> None:
    """Let a clerk do what is shown to everybody afterwards."""
    clerk = signed_in(site, role=Role.CORPS_BUREAU, name=OFFICE)
    for path, form in (
        ("/demonstrations", {"kind": "base", "name": "示范基地", "division": "08",
                             "document": "新兵建发〔2026〕1号", "named_on": "2026-03-01"}),
        ("/editions", {"kind": "catalogue", "as_of": "2026-06-01"}),
        ("/editions/catalogue-2026-1/corrections", {"text": "更正一处"}),
        (f"/projects/{PROJECT}/rules", {"pack": "ratio-b-2021",
                                        "reason": "合同约定"}),
    ):  # fmt: skip
        answer = site.post(path, data=form, follow_redirects=False)
        assert answer.status_code == 303, (path, answer.status_code)
    new = runs.NewRun(kind=Kind.PRODUCTS, source="t", file_name="f.csv", file_hash="f")
    with site.app.state.database.transaction() as session:
        run = runs.open_run(session, new, actor=clerk, now=NOW)
        runs.finish_run(session, run.id, actor=clerk, now=NOW)
