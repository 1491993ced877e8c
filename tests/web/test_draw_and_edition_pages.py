"""Evidence, draws and editions as people meet them in a browser, without any script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Role
from catalog.services import panel
from search.engines.tantivy import TantivyEngine
from tests.accounts import sign_out, signed_in
from tests.apps import create_app
from tests.builders import a_certificate, a_product, bring
from tests.evidence import a_pdf, a_png

Client = TestClient[Litestar]


@pytest.fixture
def browser(database: Database, tmp_path: Path) -> Iterator[Client]:
    bring(database, [a_product(certificate=a_certificate())])
    app = create_app(database, TantivyEngine(None), data_dir=tmp_path / "data")
    with TestClient(app) as client:
        client.headers["accept-language"] = "zh"
        client.follow_redirects = False
        yield client


def handed_in(browser: Client, data: bytes, name: str = "证书.pdf") -> str:
    answer = browser.post("/evidence", files={"file": (name, data)}, data={"note": "原件"})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_file_is_handed_in_shown_and_sent_so_that_nothing_runs(browser: Client) -> None:
    signed_in(browser, role=Role.MANUFACTURER, division="08")
    place = handed_in(browser, a_png(), "../照片<b>.png")
    sheet = browser.get(place)
    assert "照片&lt;b&gt;.png" in sheet.text and "与上传时一致" in sheet.text
    sent = browser.get(f"{place}/file")
    assert sent.content == a_png() and sent.headers["content-type"] == "image/png"
    assert sent.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert sent.headers["cache-control"] == "private, no-store"
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in sent.headers.get_list("content-security-policy")[0]
    assert (
        browser.get(f"{place}/file?show=true").headers["content-disposition"].startswith("inline")
    )
    document = handed_in(browser, a_pdf())
    shown = browser.get(f"{document}/file?show=true")
    assert shown.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("证书.pdf", b"MZ\x90\0" + bytes(300), "Windows Executable"),
        ("证书.pdf", b"", "文件是空的"),
        ("证书.pdf", b"<html><script>alert(1)</script>", "只收 PDF"),
        ("照片.png", a_png()[:-2], "不完整"),
    ],
    ids=["program", "empty", "web-page", "cut"],
)
def test_what_is_no_evidence_is_refused_with_the_reason(
    browser: Client, name: str, data: bytes, said: str
) -> None:
    signed_in(browser, role=Role.MANUFACTURER, division="08")
    answer = browser.post("/evidence", files={"file": (name, data)})
    assert answer.status_code == 400 and said in answer.text
    assert "还没有材料" in browser.get("/evidence").text


def test_other_peoples_files_are_not_there(browser: Client) -> None:
    signed_in(browser, role=Role.MANUFACTURER, division="08")
    place = handed_in(browser, a_pdf())
    sign_out(browser)
    assert browser.get(place).status_code == 303
    signed_in(browser, role=Role.MANUFACTURER, division="08", name="另一家企业")
    assert browser.get(place).status_code == 404
    assert browser.get(f"{place}/file").status_code == 404
    signed_in(browser, role=Role.DIVISION_BUREAU, division="01")
    assert browser.get(place).status_code == 404
    signed_in(browser, role=Role.DIVISION_BUREAU, division="08")
    assert browser.get(place).status_code == 200


def test_the_corps_draws_experts_and_anyone_reads_it(browser: Client, database: Database) -> None:
    with database.reading() as connection:
        field = panel.fields(connection)[0]
    signed_in(browser, role=Role.CORPS_BUREAU)
    for name in ("张三", "李四", "王五"):
        form = {"name": name, "employer": f"{name}设计院", "fields": field, "since": "2020-01-01"}
        assert browser.post("/panel", data=form).status_code == 303
    assert "张三设计院" in browser.get("/panel").text
    assert browser.get("/draws/new").status_code == 200
    form = {"title": "第一批评审", "field": field, "count": "2", "parties": "王五设计院\r\n"}
    place = browser.post("/draws", data=form).headers["location"]
    before = browser.get(place).text
    assert "第一批评审" in before and "张三" not in before
    assert browser.post(f"{place}/reveal", data={"seed": "another"}).status_code == 409
    assert browser.post(f"{place}/reveal", data={}).status_code == 303
    sign_out(browser)
    after = browser.get(place).text
    assert "张三" in after and "在有关企业任职（王五设计院）" in after
    assert "已按公告重算一遍，结果一致" in after
    record = browser.get(f"/api/v1{place}/record").json()
    assert {each["expert"] for each in record["drawn"]} == set(record["order"])
    assert place.removeprefix("/draws/") in browser.get("/draws").text


@pytest.mark.parametrize("count", ["", "0", "two", "100", "-1", "²"])
def test_seats_that_nobody_can_read_are_refused(browser: Client, count: str) -> None:
    signed_in(browser, role=Role.CORPS_BUREAU)
    form = {"title": "x", "field": ["water", "other-equipment"], "count": [count, ""]}
    answer = browser.post("/draws", data=form)
    assert answer.status_code == 400 and "至少在一个专业填写抽取人数" in answer.text
    answer = browser.post("/draws", data={"title": "x", "field": "no-such-field", "count": "2"})
    assert answer.status_code == 409


def test_only_the_corps_meets_the_panel_and_the_forms(browser: Client) -> None:
    signed_in(browser, role=Role.DIVISION_BUREAU, division="08")
    for path in ("/panel", "/draws/new"):
        assert browser.get(path).status_code == 403
    answer = browser.post("/editions", data={"kind": "catalogue", "as_of": "2026-06-01"})
    assert answer.status_code == 403
    assert "发布一期" not in browser.get("/editions").text


def test_an_edition_is_published_read_searched_and_saved(browser: Client) -> None:
    signed_in(browser, role=Role.CORPS_BUREAU)
    answer = browser.post("/editions", data={"kind": "catalogue", "as_of": "2026-06-01"})
    place = answer.headers["location"]
    sign_out(browser)
    shown = browser.get(place).text
    assert "绿色建材产品名录 2026-1" in shown and "CTC-2024-001" in shown
    found = re.search(r"[0-9a-f]{64}", shown)
    assert found is not None and found[0] in browser.get("/editions").text
    assert "CTC-2024-001" in browser.get(f"{place}?q=c30").text
    assert "本期没有符合的产品" in browser.get(f"{place}?q=nothing").text
    assert "指纹相同" in browser.get(f"{place}/rebuilt").text
    for name, start in (
        ("pdf", b"%PDF"),
        ("xlsx", b"PK"),
        ("json", b"{"),
        ("csv", b"\xef\xbb\xbf"),
    ):
        answer = browser.get(f"{place}/edition.{name}")
        assert answer.status_code == 200 and answer.content.startswith(start)
        assert "attachment" in answer.headers["content-disposition"]


def test_what_would_be_published_is_seen_first(browser: Client, database: Database) -> None:
    signed_in(browser, role=Role.CORPS_BUREAU)
    asked = {"kind": "catalogue", "as_of": "2026-06-01", "note": "第一期"}
    seen = browser.post("/editions/outlook", data=asked)
    assert seen.status_code == 303, seen.text
    shown = browser.get(seen.headers["location"]).text
    assert "将要发布" in shown and "2026-1" in shown and "没有上一期" in shown
    assert "还没有发布过" in browser.get("/editions").text
    again = {**asked, **dict(re.findall(r'name="(kind|as_of|note)" value="([^"]*)"', shown))}
    assert again == asked
    browser.post("/editions", data=again)
    bring(database, [a_product(model="C40", certificate=a_certificate("CTC-2024-007"))])
    later = browser.post("/editions/outlook", data={**asked, "as_of": "2026-06-02"})
    place = later.headers["location"]
    assert "CTC-2024-007" in browser.get(place).text
    refused = browser.post("/editions/outlook", data=asked)
    assert refused.status_code == 409 and "须晚于上一期" in refused.text
    sign_out(browser)
    signed_in(browser, role=Role.CORPS_BUREAU, name="另一位")
    assert browser.get(place).status_code == 404


def test_two_editions_are_compared(browser: Client, database: Database) -> None:
    signed_in(browser, role=Role.CORPS_BUREAU)
    browser.post("/editions", data={"kind": "catalogue", "as_of": "2026-06-01"})
    bring(database, [a_product(model="C40", certificate=a_certificate("CTC-2024-007"))])
    browser.post("/editions", data={"kind": "catalogue", "as_of": "2026-06-02"})
    place = "/editions/catalogue-2026-2/since/catalogue-2026-1"
    shown = browser.get(place)
    assert "新增 1，移出 0，更改 0，未变 1" in shown.text and "CTC-2024-007" in shown.text
    assert "CTC-2024-007" in browser.get(f"{place}/difference.csv").text
    assert browser.get("/editions/catalogue-2026-1/since/catalogue-2026-2").status_code == 409
    corrected = browser.post(
        "/editions/catalogue-2026-1/corrections", data={"text": "型号应为 C35"}
    )
    assert corrected.status_code == 303
    assert "型号应为 C35" in browser.get("/editions/catalogue-2026-1").text
