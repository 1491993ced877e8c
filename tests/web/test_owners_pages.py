"""The owner's desk: a project by page, its deliveries from site, its tender and its documents."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.parameters import day_or_today
from catalog.db import Database
from catalog.permissions import Role
from catalog.rules.keys import building_key
from catalog.rules.terms import BillStage
from catalog.services import findings
from search.engines.tantivy import TantivyEngine
from tests.accounts import GATE, signed_in
from tests.apps import create_app
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    bring,
    by_number,
)
from tests.evidence import a_png

OWNER = "示例建设中心"
PROJECT, BUILDING = "xm-1", building_key("xm-1", "1#")
SITE = f"/projects/{PROJECT}/buildings/{BUILDING}"


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    """An owner's browser on a store that has one product."""
    bring(database, [a_product(certificate=a_certificate())])
    app = create_app(database, TantivyEngine(None), data_dir=tmp_path, gate=GATE)
    with TestClient(app) as client:
        signed_in(client, role=Role.OWNER, division="08", name=OWNER)
        yield client


def a_site(desk: TestClient[Litestar]) -> None:
    made = desk.post(
        "/desk/projects/new",
        data={"code": "XM-1", "name": "示例小学", "division": "08", "kinds": "government"},
    )
    assert made.status_code == 200 and str(made.url).endswith("/buildings/new")
    desk.post(f"/desk/projects/{PROJECT}/buildings/new", data={"code": "1#", "name": "教学楼"})


def a_note(**stated: str) -> dict[str, str]:
    return {
        "name": "预拌混凝土 C30", "certificate": "CTC-2024-001", "quantity": "１,2５0.5",
        "unit": "m³", "note_number": "SH-1", "delivered_on": "2025-05-01",
    } | stated  # fmt: skip


def test_a_form_with_odd_numbers_and_texts_is_answered_in_words(desk: TestClient[Litestar]) -> None:
    a_site(desk)
    odd = desk.post(f"/desk/projects/{PROJECT}/undo", data={"run": "9" * 30})
    assert odd.status_code == 403  # There is nothing to undo, so the page has no such form.
    kept = desk.post(
        f"{SITE}/deliveries/new",
        data=a_note(kept="other|\x00SG-1"),
        files={"photo": ("", b"")},
        follow_redirects=False,
    )
    assert kept.status_code == 303
    assert "SG-1" in desk.get(f"{SITE}/deliveries").text


def test_begins_with_nothing_and_says_what_is_next(desk: TestClient[Litestar]) -> None:
    assert "还没有项目" in desk.get("/desk/projects").text
    a_site(desk)
    page = desk.get("/desk/projects").text
    assert "教学楼" in page and "上传清单" in page
    bring(desk.app.state.database, [a_bill_line(project="XM-1")])
    desk.post(f"/desk/projects/{PROJECT}/target", data={"method": "B", "percent": "70"})
    assert "70%" in desk.get(f"/desk/projects/{PROJECT}").text


def test_shows_what_was_found_and_what_ends_before_it_came(desk: TestClient[Litestar]) -> None:
    a_site(desk)
    database: Database = desk.app.state.database
    soon = day_or_today(None) + dt.timedelta(days=20)
    bring(database, [a_product("岩棉板", a_certificate("YM-1", valid_to=soon), model="TR10")])
    planned = a_bill_line(project="XM-1", stage=BillStage.DESIGN, product=by_number("YM-1"))
    bring(database, [planned])
    twice = [a_delivery(line, project="XM-1", supplier="甲站") for line in ("1", "2")]
    bring(database, twice)
    assert findings.run_checks(database, OPERATOR, now=NOW).new == 1
    listed = desk.get("/desk/projects").text
    assert "核查发现要核对：1" in listed and "30 天内 1" in listed
    page = desk.get(f"/desk/projects/{PROJECT}").text
    assert "同一送货单重复出现" in page and "重复登记的撤回" in page and "TR10" in page
    assert "30 天内 1" in desk.get(SITE).text
    signed_in(desk, role=Role.OWNER, division="08", name="另一建设中心")
    assert "30 天内 1" not in desk.get(SITE).text


def test_says_beside_the_field_what_is_wrong(desk: TestClient[Litestar]) -> None:
    answer = desk.post("/desk/projects/new", data={"code": "", "name": "x", "star_target": "9"})
    assert answer.status_code == 400
    assert "请填写" in answer.text and "应在 1 到 3 之间" in answer.text


def test_a_new_project_asks_for_three_things_and_folds_the_rest(
    desk: TestClient[Litestar],
) -> None:
    folded = '<details class="later">'
    assert folded in desk.get("/desk/projects/new").text
    asked = {"code": "XM-9", "name": "x", "division": ""}
    assert folded in desk.post("/desk/projects/new", data=asked).text
    wrong = desk.post("/desk/projects/new", data=asked | {"star_target": "9"}).text
    assert '<details class="later" open>' in wrong and folded not in wrong


def test_keeps_a_delivery_with_its_photo_and_takes_it_back(desk: TestClient[Litestar]) -> None:
    a_site(desk)
    bring(desk.app.state.database, [a_bill_line(project="XM-1")])
    note = a_note(number="once")
    for _ in range(2):
        answer = desk.post(
            f"{SITE}/deliveries/new", data=note, files={"photo": ("a.png", a_png(7), "image/png")}
        )
        assert answer.status_code == 200, answer.text[-600:]
    listed = desk.get(f"{SITE}/deliveries").text
    assert listed.count('class="site-item"') == 1
    assert "1,250.5" in listed and "证明是绿色建材" in listed and "<img" in listed
    run = str(answer.url).partition("undo=")[2]
    back = f"{SITE}/deliveries"
    desk.post(f"/desk/projects/{PROJECT}/undo", data={"run": run, "back": back})
    assert "还没有进场记录" in desk.get(back).text


def test_says_why_a_delivery_is_not_kept(desk: TestClient[Litestar]) -> None:
    a_site(desk)
    answer = desk.post(
        f"{SITE}/deliveries/new", data=a_note(certificate="XX-9"), files={"photo": ("", b"")}
    )
    assert answer.status_code == 400 and "XX-9" in answer.text
    assert "SH-1" in answer.text


def test_finds_the_product_of_an_address_and_of_a_number(desk: TestClient[Litestar]) -> None:
    a_site(desk)
    found = desk.get(f"{SITE}/deliveries/new", params={"code": "CTC-2024-001"}).text
    assert "site-chosen" in found and "C30 P6" in found
    assert "证书有效" in found and "未采信" in found, "Before it is recorded, not after."
    nothing = desk.get(f"{SITE}/deliveries/new", params={"code": "CTC-0"}).text
    assert "没有对应的产品" in nothing


def test_another_owner_is_kept_out(desk: TestClient[Litestar]) -> None:
    a_site(desk)
    signed_in(desk, role=Role.OWNER, division="08", name="另一建设中心")
    assert desk.get(f"{SITE}/deliveries").status_code == 403
    assert desk.get(f"/desk/projects/{PROJECT}").status_code == 403
    entered = desk.post(f"{SITE}/deliveries/new", data=a_note(), files={"photo": ("", b"")})
    assert entered.status_code == 403


def test_gives_the_clause_as_a_document_and_the_products_as_a_list(
    desk: TestClient[Litestar],
) -> None:
    a_site(desk)
    bring(desk.app.state.database, [a_bill_line(project="XM-1")])
    assert "有的要求满足的生产厂不足 3 家" in desk.get(f"{SITE}/tender").text
    document = zipfile.ZipFile(io.BytesIO(desk.get(f"{SITE}/tender.docx").content))
    text = document.read("word/document.xml").decode()
    assert "取得绿色建材产品认证证书" in text and "1. 预拌混凝土。" in text
    assert "绿洲混凝土有限公司" not in text
    assert "绿洲混凝土有限公司" in desk.get(f"{SITE}/tender.csv").text
    assert desk.get(f"{SITE}/tender.pdf").content.startswith(b"%PDF")
    left = "left=ready-mixed-concrete"
    page = desk.get(f"{SITE}/tender?{left}").text
    assert "不足 3 家，没有写成要求。" in page and f"tender.xlsx?{left}" in page
    assert "有的要求满足的生产厂不足 3 家" in page, "The warning stays."
    document = zipfile.ZipFile(io.BytesIO(desk.get(f"{SITE}/tender.docx?{left}").content))
    text = document.read("word/document.xml").decode()
    assert "1. 预拌混凝土。" not in text and "没有写成要求的类别" in text
    assert "没有写成要求" in desk.get(f"{SITE}/tender.csv?{left}").text


def test_tries_a_bill_before_anything_comes_in(desk: TestClient[Litestar]) -> None:
    a_site(desk)
    bill = "项目代码,单体编号,清单阶段,序号,材料名称,单位,工程量\nXM-1,1#,设计,1,预拌混凝土,m3,5\n"
    path = f"/desk/projects/{PROJECT}/bill"
    nothing = desk.post(path, data={"building": BUILDING}, files={"file": ("", b"")})
    assert nothing.status_code == 400
    answer = desk.post(
        path,
        data={"building": BUILDING, "stage": "design"},
        files={"file": ("bill.csv", bill.encode())},
        follow_redirects=False,
    )
    assert answer.headers["location"].startswith("/imports/jobs/")
    job = answer.headers["location"]
    assert desk.get(job).status_code == 200
    kept = desk.app.state.desk.jobs.find(job.rpartition("/")[2])
    assert kept.is_dry_run and not kept.imports_if_clean, "Nobody asked for it."
    signed_in(desk, role=Role.OWNER, division="08", name="另一建设中心")
    assert desk.get(job).status_code == 404
