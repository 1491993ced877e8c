"""The import desk as an operator uses it, without a script."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Role
from search.engines.tantivy import TantivyEngine
from tests.accounts import signed_in
from tests.apps import create_app
from tests.builders import a_certificate, a_delivery, a_product, a_project, bring, by_number
from tests.conftest import TOKEN
from tests.integration.picture import rows_of

HEADER = "企业名称,产品名称,产品类别,规格型号\n"
GOOD = f"{HEADER}甲公司,混凝土,预拌混凝土,C30\n甲公司,混凝土,预拌混凝土,C40\n"
MIXED = f"{GOOD}甲公司,砂浆,没有这一类,M5\n"
LIMIT = 2**20


@pytest.fixture
def pages(
    database: Database, search_engine: TantivyEngine, tmp_path: Path
) -> Iterator[TestClient[Litestar]]:
    """A browser at a desk, not signed in."""
    app = create_app(
        database, search_engine, api_token=TOKEN, upload_limit=LIMIT, data_dir=tmp_path
    )
    with TestClient(app) as client:
        yield client


@pytest.fixture
def desk(pages: TestClient[Litestar]) -> TestClient[Litestar]:
    """A browser that has signed in."""
    signed_in(pages)
    return pages


def upload(desk: TestClient[Litestar], content: str | bytes, name: str = "p.csv") -> Response:
    data = content.encode() if isinstance(content, str) else content
    answer: Response = desk.post("/imports/new", files={"file": (name, data)})
    return answer


def asked(desk: TestClient[Litestar], file: Response, act: str, **said: str) -> Response:
    """Send the form of a file's page, and wait for the result."""
    answer: Response = desk.post(str(file.url), data={"act": act, **said})
    deadline = time.monotonic() + 30
    while "http-equiv" in answer.text and time.monotonic() < deadline:
        time.sleep(0.05)
        answer = desk.get(str(answer.url))
    assert answer.status_code == 200 and "http-equiv" not in answer.text
    return answer


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_gives_out_empty_tables_that_it_knows_again(desk: TestClient[Litestar]) -> None:
    ways = re.findall(r'href="(/imports/templates/[^"]+)"', desk.get("/imports/new").text)
    assert len(ways) == 5
    for way in ways:
        empty = desk.get(way)
        page = upload(desk, empty.content, "t.xlsx")
        assert empty.headers["content-disposition"].endswith('.xlsx"')
        assert "/imports/files/" in str(page.url) and page.status_code == 200
    assert desk.get("/imports/templates/registry").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_kept_file_is_opened_by_who_handed_it_in_though_its_hash_is_public(
    pages: TestClient[Litestar],
) -> None:
    signed_in(pages, role=Role.OWNER, division="08", name="甲建设单位")
    there = str(upload(pages, GOOD).url)
    for path in (there, f"{there}/columns"):
        assert pages.get(path).status_code in (200, 400), "It is the owner's own file."
    signed_in(pages, role=Role.OWNER, division="08", name="乙建设单位")
    for path in (there, f"{there}/columns"):
        assert pages.get(path).status_code == 404
    assert pages.post(there, data={"act": "try"}).status_code == 404
    assert pages.post(f"{there}/columns", data={"sender": "乙"}).status_code == 404
    assert upload(pages, GOOD).status_code == 200, "Who has the same file may hand it in."
    assert pages.get(there).status_code == 200


def counts(page: Response) -> dict[str, str]:
    found = re.findall(r"<strong>([^<]*)</strong> <span>([^<]*)</span>", page.text)
    return {label: value for value, label in found}


def test_a_file_is_tried_imported_and_taken_back(
    desk: TestClient[Litestar], database: Database
) -> None:
    file = upload(desk, MIXED)
    assert "本系统的表格" in file.text and "表头里有模板的列名" in file.text and "C40" in file.text
    tried = asked(desk, file, "try")
    assert counts(tried) == {
        "读到": "3", "新增": "2", "更改": "0", "不变": "0", "未导入": "1", "提醒": "0",
        "来源不一致": "0",
    }  # fmt: skip
    assert "没有写入任何数据" in tried.text and rows_of(database, "import_run") == []
    done = asked(desk, file, "import")
    (run,) = rows_of(database, "import_run")
    where = f"/imports/{run['id']}"
    assert str(done.url).endswith(where) and counts(done)["新增"] == "2"
    again = asked(desk, file, "try")
    assert (counts(again)["不变"], counts(again)["新增"]) == ("2", "0")
    asking = desk.get(f"{where}/undo")
    assert "撤销整份导入" in asking.text
    assert "已撤销" in desk.post(f"{where}/undo").text
    twice = desk.post(f"{where}/undo")
    assert twice.status_code == 409 and twice.text.count("<h1") == 1


def test_what_was_tried_is_imported_with_the_same_answers(
    desk: TestClient[Litestar], database: Database
) -> None:
    tried = asked(desk, upload(desk, GOOD), "try", source="某某登记处")
    done = desk.post(f"{tried.url}/import")
    for _ in range(200):
        if "/jobs/" not in str(done.url):
            break
        time.sleep(0.05)
        done = desk.get(str(done.url))
    (run,) = rows_of(database, "import_run")
    assert (run["source"], run["created"]) == ("某某登记处", 2)


def test_a_change_is_shown_field_by_field_and_can_be_downloaded(
    desk: TestClient[Litestar],
) -> None:
    asked(desk, upload(desk, GOOD), "import")
    branded = GOOD.replace("规格型号\n", "规格型号,品牌\n").replace("C30\n", "C30,=牌\n")
    tried = asked(desk, upload(desk, branded.replace("C40\n", "C40,\n")), "try")
    assert counts(tried)["更改"] == "1" and "<td>品牌</td><td>—</td><td>=牌</td>" in tried.text
    listed = desk.get(f"{tried.url}/changes.csv")
    assert listed.headers["content-type"].startswith("text/csv")
    assert "更改,产品" in listed.text and "'=牌" in listed.text


def test_refused_rows_are_mended_and_come_in(
    desk: TestClient[Litestar], database: Database
) -> None:
    asked(desk, upload(desk, MIXED, "清单.csv"), "import")
    page = desk.get("/imports/1").text
    assert "/imports/1/refused" in page and "/imports/1/issues.csv" in page
    back = desk.get("/imports/1/refused")
    assert "清单-未导入的行.csv" in unquote(back.headers["content-disposition"])
    assert "没有这一类" in back.text and "C30" not in back.text
    assert "没有这一类" in desk.get("/imports/1/issues.csv").text
    asked(desk, upload(desk, back.text.replace("没有这一类", "预拌砂浆")), "import")
    assert [run["created"] for run in rows_of(database, "import_run")] == [2, 1]
    tried = asked(desk, upload(desk, MIXED), "try")
    assert "没有这一类" in desk.get(f"{tried.url}/refused").text
    assert "没有这一类" in desk.get(f"{tried.url}/issues.csv").text


def test_what_is_no_file_of_ours_is_told_so(
    desk: TestClient[Litestar],
) -> None:
    bad = upload(desk, b"\x00\x01" * 99, "x.bin")
    assert "没有认出" in bad.text and 'role="alert"' in bad.text
    assert "试运行" not in bad.text


def test_undoing_names_the_later_work_with_links(
    desk: TestClient[Litestar], database: Database
) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    bring(database, [a_delivery(product=by_number())])
    answer = desk.post("/imports/1/undo")
    assert answer.status_code == 409
    assert 'href="/imports/3"' in answer.text.split("要先撤销的导入")[1].split("</ul>")[0]


def test_the_ledger_is_filtered(desk: TestClient[Litestar], database: Database) -> None:
    bring(database, [a_product()])
    asked(desk, upload(desk, GOOD, "某某.csv"), "import")
    for query, expected in (
        ({"q": "某某"}, {"2"}), ({"kind": "products"}, {"1", "2"}), ({"kind": "epds"}, set()),
        ({"state": "undone"}, set()), ({"state": "nonsense"}, {"1", "2"}), ({"q": "%"}, set()),
    ):  # fmt: skip
        page = desk.get("/imports", params=query).text
        assert set(re.findall(r'href="/imports/(\d+)">\d', page)) == expected, query


def test_only_who_signed_in_may_write(pages: TestClient[Litestar]) -> None:
    bring_in = {"file": ("p.csv", GOOD.encode())}
    for answer in (
        pages.post("/imports/new", files=bring_in, follow_redirects=False),
        pages.get(f"/imports/files/{'0' * 64}", follow_redirects=False),
        pages.get("/imports/jobs/0123456789abcdef", follow_redirects=False),
        pages.get("/imports/1/refused", follow_redirects=False),
        pages.get("/imports/1/undo", follow_redirects=False),
        pages.post("/imports/1/undo", follow_redirects=False),
    ):
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?")
    assert "账号登录" in pages.get("/imports/new").text
    back = pages.get("/imports/1/undo")
    assert 'name="back" value="/imports/1/undo"' in unescape(back.text)


def test_who_may_not_import_gets_no_further(pages: TestClient[Litestar]) -> None:
    signed_in(pages, role=Role.MANUFACTURER)
    assert '<form class="upload"' not in pages.get("/imports/new").text
    bring_in = {"file": ("p.csv", GOOD.encode())}
    assert pages.post("/imports/new", files=bring_in).status_code == 403
    for path in (f"/imports/files/{'0' * 64}", "/imports/jobs/0123456789abcdef"):
        assert pages.get(path).status_code == 403


def test_another_site_cannot_send_the_forms(desk: TestClient[Litestar]) -> None:
    for path in ("/imports/new", "/imports/1/undo", "/sign-out"):
        answer = desk.post(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 400), (b"x" * (LIMIT + 1), 413), (b"x" * (2 * LIMIT), 413)]
)
def test_refuses_an_empty_file_and_one_too_large(
    desk: TestClient[Litestar], content: bytes, status: int
) -> None:
    answer = upload(desk, content)
    assert answer.status_code == status and 'role="alert"' in answer.text
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.csv", "绿" * 300, "", "<b>.csv"])
def test_a_name_is_only_a_name(desk: TestClient[Litestar], tmp_path: Path, name: str) -> None:
    answer = upload(desk, GOOD, name)
    assert answer.status_code in (200, 400) and "<b>.csv" not in answer.text
    kept = {path.name for path in (tmp_path / "files").glob("*")}
    assert all(re.fullmatch(r"[0-9a-f]{64}(\.json|\.owners)?", one) for one in kept)


@pytest.mark.parametrize(
    "path",
    ["files/x", f"files/{'0' * 64}", "jobs/x", "jobs/0123456789abcdef",
     "jobs/0123456789abcdef/refused", "99", "99/refused", "99/undo", "99/issues.csv"],
)  # fmt: skip
def test_what_is_not_there_is_answered_with_a_page(desk: TestClient[Litestar], path: str) -> None:
    assert desk.get(f"/imports/{path}").status_code in (400, 404)


@pytest.mark.parametrize(
    "said", [{"act": "nonsense"}, {"stage": "x"}, {"other": "1"}, {"project": "P-1"}]
)
def test_answers_that_make_no_sense_are_refused(
    desk: TestClient[Litestar], said: dict[str, str]
) -> None:
    file = upload(desk, GOOD)
    assert desk.post(str(file.url), data={"act": "try", **said}).status_code == 400


def test_without_a_folder_the_desk_only_reads(
    database: Database, search_engine: TantivyEngine
) -> None:
    with TestClient(create_app(database, search_engine)) as pages:
        signed_in(pages)
        page = pages.get("/imports/new").text
        assert "没有存放文件的目录" in page and '<form class="upload"' not in page


def test_the_way_is_wholly_english_too(desk: TestClient[Litestar]) -> None:
    file = upload(desk, MIXED)
    tried = asked(desk, file, "try")
    for path in (str(file.url), str(tried.url), "/imports/new", "/imports"):
        page = desk.get(path, headers={"Accept-Language": "en"}).text
        shown = re.sub(r"<t[dh].*?</t[dh]>|<style.*?</style>", "", page, flags=re.DOTALL)
        assert not re.search("[\u4e00-\u9fff]", shown.replace(">中文<", "><")), path


FOREIGN = "Maker,Item,Size\nAdvantix,Pump A,6 kW\nAdvantix,Pump B,8 kW\n"


def test_columns_of_a_stranger_are_asked_once(
    desk: TestClient[Litestar], database: Database
) -> None:
    page = upload(desk, FOREIGN, "pumps.csv")
    assert "/columns" in str(page.url) and "各列是什么" in page.text and "Pump A" in page.text
    path = str(page.url).partition("?")[0]
    answers = {
        "kind": "products", "column.company": "Maker", "column.name": "Item",
        "column.model": "Size", "value.category": "空气源热泵",
    }  # fmt: skip
    nobody = desk.post(path, data=answers)
    assert nobody.status_code == 400 and "请写明文件是谁提供的" in nobody.text
    wrong = desk.post(path, data={**answers, "sender": "某厂", "value.category": "没有这一类"})
    assert wrong.status_code == 400 and 'value="没有这一类"' in wrong.text
    strange = desk.post(path, data={**answers, "sender": "某厂", "column.nothing": "Maker"})
    assert strange.status_code == 400
    file = desk.post(path, data={**answers, "sender": "某厂"})
    assert "某厂 的表格" in file.text
    done = asked(desk, file, "import", source="某厂")
    assert counts(done)["新增"] == "2"
    (run,) = rows_of(database, "import_run")
    assert run["source"] == "某厂" and "空气源热泵" in run["options"]
    # The next file with this header is not asked about, if its sender is named.
    more = upload(desk, f"{FOREIGN}Advantix,Pump C,\n,Pump D,\n", "more.csv")
    sha256 = re.search("[0-9a-f]{64}", str(more.url))
    assert sha256 is not None
    known = desk.get(f"/imports/files/{sha256[0]}", params={"sender": "某厂"})
    assert "确认过" in known.text
    done = asked(desk, known, "import", source="某厂")
    assert (counts(done)["新增"], counts(done)["不变"], counts(done)["未导入"]) == ("1", "2", "1")
    back = desk.get("/imports/2/refused").text
    assert "Pump D" in back and "Pump C" not in back


def test_a_bill_without_a_project_is_asked_where_it_belongs(
    desk: TestClient[Litestar], database: Database
) -> None:
    bring(database, [a_project()])
    bill = "序号,项目编码,项目名称,项目特征,计量单位,工程量\n1,010401001001,砖基础,M5,m3,12.5\n"
    file = upload(desk, bill, "bill.csv")
    assert "文件自己没有写明项目和单体" in file.text and "砖基础" in file.text
    missing = desk.post(str(file.url), data={"act": "import", "project": "P-1"})
    assert missing.status_code == 400 and "都要填写" in missing.text
    done = asked(desk, file, "import", project="P-1", building="1#", stage="design")
    assert counts(done)["新增"] == "1" and "P-1 / 1#" in done.text
