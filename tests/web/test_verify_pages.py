"""Lists of numbers and signed records are checked at the pages, with a script and without."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from openpyxl import load_workbook

from catalog.db import Database
from catalog.rules.terms import CertificateState
from catalog.services import signing
from catalog.signing_keys import SigningKeys
from search.engines.tantivy import TantivyEngine
from tests.apps import create_app
from tests.builders import OPERATOR, a_certificate, a_product, bring, day
from tests.web.conftest import HOSTILE
from tests.web.places import CERTIFICATE, PRODUCT

ENGLISH = {"Accept-Language": "en"}
LINK = re.compile(r'href="[^"]*/verify-offline#([^"]+)"')


@pytest.fixture
def site(
    database: Database, search_engine: TantivyEngine, tmp_path: Path
) -> Iterator[TestClient[Litestar]]:
    """A browser on a store with two certificates and a key that signs."""
    import datetime as dt  # noqa: PLC0415  For the moment alone.

    bring(database, [
        a_product(certificate=a_certificate()),
        a_product(HOSTILE, a_certificate("YS-2024-77", state=CertificateState.REVOKED,
                                         state_on=day("2025-02-01"), state_reason=HOSTILE)),
    ])  # fmt: skip
    keys = SigningKeys(tmp_path)
    with database.transaction() as session:
        signing.make_key(session, keys, actor=OPERATOR, now=dt.datetime.now(dt.UTC))
    with TestClient(create_app(database, search_engine, data_dir=tmp_path)) as client:
        yield client


def test_verifies_a_pasted_list_and_a_file(site: TestClient[Litestar]) -> None:
    answer = site.post(
        "/verify",
        data={"numbers": "ctc-2024-001\nYS-2024-77、NIE-1", "on": "2026-06-01"},
        files={"file": ("list.csv", "证书编号\nCTC-2024-0O1\n".encode(), "text/csv")},
    )
    assert answer.status_code == 200
    page = answer.text
    assert "4 个编号，有效 1 个" in page and "本库未收录 2 个" in page
    assert "<script>alert" not in page
    assert "相近的编号" in page and f"/certificates/{CERTIFICATE}" in page
    assert "撤销" in page and "2025年2月1日" in page


def test_gives_the_answers_along(site: TestClient[Litestar]) -> None:
    asked = {"numbers": "CTC-2024-001\n=1+1", "on": "2026-06-01"}
    text = site.post("/verify/list.csv", data=asked).content.decode("utf-8-sig")
    assert "CTC-2024-001" in text and '"\'=1+1"' in text
    book = site.post("/verify/list.xlsx", data=asked, headers=ENGLISH)
    assert "attachment" in book.headers["content-disposition"]
    sheet = load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert "not known here" in [cell.value for row in sheet.rows for cell in row]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\x00\x01\x02" * 50, "表格或文本"), (b"\xff" * 80, "编码"), (b"%PDF-1.7 x", "")],
    ids=["binary", "encoding", "pdf"],
)
def test_refuses_a_file_that_is_no_list(
    site: TestClient[Litestar], content: bytes, said: str
) -> None:
    answer = site.post("/verify", files={"file": ("x.csv", content, "text/csv")})
    assert answer.status_code == 400 and said in answer.text and 'role="alert"' in answer.text


def test_refuses_too_many_numbers(site: TestClient[Litestar]) -> None:
    answer = site.post("/verify", files={"numbers": (None, "X-1\n" * 2001)})
    assert answer.status_code == 400 and "2000" in answer.text


def test_the_api_answers_in_order_and_refuses_what_is_no_list(
    site: TestClient[Litestar],
) -> None:
    answer = site.post(
        "/api/v1/verifications", json={"numbers": ["NIE-1", "CTC-2024-001"], "on": "2026-06-01"}
    )
    assert answer.status_code == 200
    assert [item["answer"] for item in answer.json()["items"]] == ["not-known", "valid"]
    for numbers in ([], ["x"] * 2001, ["a\x00"], [""]):
        wrong = {"numbers": numbers}
        assert site.post("/api/v1/verifications", json=wrong).status_code == 400


@pytest.mark.parametrize("path", [f"/certificates/{CERTIFICATE}", f"/products/{PRODUCT}"])
def test_a_printed_link_is_checked_without_a_script(site: TestClient[Litestar], path: str) -> None:
    assert f'href="{path}/record"' in site.get(path).text
    page = site.get(f"{path}/record").text
    fragment = LINK.search(page)
    assert fragment is not None
    code = site.get(f"{path}/record.svg")
    assert code.headers["content-type"].startswith("image/svg+xml") and b"<svg" in code.content
    link = f"http://testserver/verify-offline#{unescape(fragment[1])}"
    checked = site.post("/verify-offline", data={"record": link})
    assert checked.status_code == 200
    assert 'data-answer="good"' in checked.text and "CTC-2024-001" in checked.text
    record = site.get(f"{path}/record.json").text
    assert 'data-answer="good"' in site.post("/verify-offline", data={"record": record}).text
    altered = record.replace("CTC-2024-001", "CTC-2024-002")
    assert 'data-answer="altered"' in site.post("/verify-offline", data={"record": altered}).text
    nothing = site.post("/verify-offline", data={"record": "<b>"}).text
    assert 'data-answer="not-signed"' in nothing


def test_keys_list_and_archive_can_be_taken_along(site: TestClient[Litestar]) -> None:
    keys = site.get("/.well-known/lucai-keys.json").json()["keys"]
    assert len(keys) == 1 and keys[0]["until"] is None
    listed = site.get("/revocations.json")
    assert [row[1] for row in listed.json()["content"]["certificates"]] == ["YS-2024-77"]
    archive = zipfile.ZipFile(io.BytesIO(site.get("/verify-offline/lucai-verify.zip").content))
    names = {name.rpartition("/")[2] for name in archive.namelist()}
    assert {"lucai-verify.html", "lucai-verify.js", "lucai-verify.css", "lucai-keys.json",
            "lucai-revocations.json"} <= names  # fmt: skip
    html = archive.read("lucai-verify/lucai-verify.html").decode()
    assert keys[0]["public"] in html and "/static/" not in html and "YS-2024-77" in html
    assert json.loads(archive.read("lucai-verify/lucai-keys.json"))["keys"] == keys


def test_without_a_key_the_page_says_so(client: TestClient[Litestar]) -> None:
    bring(client.app.state.database, [a_product(certificate=a_certificate())])
    page = client.get(f"/certificates/{CERTIFICATE}/record")
    assert page.status_code == 200 and "lucai keys make" in page.text
    assert client.get(f"/certificates/{CERTIFICATE}/record.json").status_code == 404
    assert client.get("/certificates/nobody/record").status_code == 404
    assert client.get("/revocations.json").status_code == 404
    assert client.get("/verify-offline/lucai-verify.zip").status_code == 200
    assert client.get(f"/api/v1/products/{PRODUCT}/record").status_code == 404


NAMING = (
    f"/certificates/{CERTIFICATE}/record", "/feeds/editions.atom", "/feeds/notices.json",
    "/api-guide", "/products/export.csv", "/api/v1/search/export.csv",
)  # fmt: skip


def test_what_leaves_the_site_names_the_address_that_was_set(site: TestClient[Litestar]) -> None:
    strange = {"Host": "strange.example"}
    answers = {path: site.get(path, headers=strange) for path in NAMING}
    for path, answer in answers.items():
        # Nobody told the address: the answer is for that one alone.
        assert "no-store" in answer.headers["cache-control"], path
    assert "http://strange.example/verify-offline#" in answers[NAMING[0]].text
    site.app.state.site_url = "https://lucai.example.org/"
    for path in NAMING:
        answer = site.get(path, headers=strange)
        assert "https://lucai.example.org/" in answer.text, path
        assert "strange.example" not in answer.text, path
        assert "no-store" not in answer.headers.get("cache-control", ""), path
    code = site.get(f"{NAMING[0]}.svg", headers=strange)
    assert code.headers["cache-control"] == "no-cache"
    record = site.get(f"{NAMING[0]}.json", headers=strange)
    assert "example" not in record.text, "What is signed names no address."
