"""A bureau works its desk and its annual report in the pages; others see what is public."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.permissions import Rank, Role
from tests.accounts import sign_out, signed_in
from tests.evidence import a_pdf

YEAR = "2026"
REPORT = f"/reports/{YEAR}/08"


@pytest.fixture(scope="module")
def site(shared_app: Litestar) -> Iterator[TestClient[Litestar]]:
    """A browser on a store of the module's own; its tests begin their own reports."""
    with TestClient(shared_app) as client:
        yield client


def bureau(site: TestClient[Litestar], rank: Rank = Rank.ADMINISTRATOR) -> None:
    signed_in(site, role=Role.DIVISION_BUREAU, division="08", rank=rank)


def corps(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.CORPS_BUREAU)


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def take(site: TestClient[Litestar], step: str, **stated: str) -> int:
    shown = version(site.get(REPORT).text)
    data = {"version": shown, "step": step, **stated}
    return site.post(f"{REPORT}/steps", data=data, follow_redirects=False).status_code


def test_a_report_goes_from_the_desk_to_the_public(site: TestClient[Litestar]) -> None:
    bureau(site)
    assert "没有要写、要报或要审的报告" not in site.get("/desk/bureau").text
    opened = site.post("/reports", data={"year": YEAR, "scope": "08"}, follow_redirects=False)
    assert opened.headers["location"] == f"{REPORT}/writing"
    form = site.get(f"{REPORT}/writing").text
    texts = {"version": version(form), "progress": "全部核算。", "problems": "", "plan": ""}
    assert site.post(f"{REPORT}/writing", data=texts, follow_redirects=False).status_code == 303
    second = site.post(f"{REPORT}/writing", data={**texts, "progress": "另一稿"})
    assert "另一稿" in second.text and "全部核算。" in second.text
    assert take(site, "freeze") == 303
    shown = site.get(REPORT).text
    assert "全部核算。" in shown and "数字已冻结" in shown
    assert take(site, "sign") == 409
    bureau(site)
    assert take(site, "sign") == 303 and take(site, "file") == 303
    sign_out(site)
    assert site.get(REPORT).status_code == 404
    corps(site)
    assert take(site, "accept") == 303
    sign_out(site)
    page = site.get(f"{REPORT}?lang=en").text
    assert "Progress and results of the year" in page and "办理经过" not in page
    for name, start in (("report.pdf", b"%PDF"), ("report.docx", b"PK"), ("report.xlsx", b"PK"),
                        ("content.json", b"{")):  # fmt: skip
        assert site.get(f"{REPORT}/{name}").content.startswith(start), name
    assert (
        "逐字节" in site.get(f"{REPORT}/rebuilt?lang=zh").text
        or "重算一致" in site.get(f"{REPORT}/rebuilt?lang=zh").text
    )
    assert site.get(f"{REPORT}/restated").status_code == 200
    assert site.get(f"{REPORT}/charts/1/list.csv").status_code == 404
    listed = site.get("/api/v1/annual-reports").json()["items"]
    assert [(each["year"], each["division"]) for each in listed] == [(2026, "08")]
    assert site.get(f"/api/v1/annual-reports/{YEAR}/08/rebuilt").json()["is_same"] is True


def test_a_target_shows_on_the_dashboard_once_it_is_set(site: TestClient[Litestar]) -> None:
    corps(site)
    where = "/desk/bureau/figures?year=2026"
    assert "没有目标" in site.get(where).text
    target = {
        "division": "",
        "year": "2026",
        "method": "B",
        "percent": "50%",
        "document": "兵建〔2026〕1号",
    }
    assert site.post("/desk/bureau/targets", data=target, follow_redirects=False).status_code == 303
    assert "兵建〔2026〕1号" in site.get(where).text
    for wrong in ("", "NaN", "1e9", "12.345"):
        answer = site.post("/desk/bureau/targets", data={**target, "percent": wrong})
        assert answer.status_code in (400, 409), wrong
    assert site.get("/desk/bureau/figures/trend/list.csv").status_code == 200


def test_a_bureau_sees_its_own_desk_and_nobody_else_any(site: TestClient[Litestar]) -> None:
    bureau(site, Rank.READER)
    assert site.get("/desk/bureau").status_code == 200
    assert site.get("/desk/bureau/figures?division=07").status_code == 403
    signed_in(site, role=Role.MANUFACTURER)
    assert site.get("/desk/bureau").status_code == 403


def test_papers_and_examples_are_put_on_record_and_taken_back(site: TestClient[Litestar]) -> None:
    corps(site)
    filing = {"division": "07", "duty": "plan", "year": "2021", "filed_on": "2021-03-12"}
    # A browser sends the field of a file that was not chosen with an empty name.
    none = {"file": ("", b"")}
    filed = site.post("/filings", data=filing, files=none, follow_redirects=False)
    assert filed.status_code == 303
    page = site.get("/filings?year=2021").text
    assert 'enctype="multipart/form-data"' in page
    key = re.search(r"/filings/([0-9a-z-]+)/withdraw", page)
    assert key is not None
    exemption = {"division": "06", "duty": "plan", "year": "2021", "reason": "机构调整"}
    assert site.post("/filings/exemptions", data=exemption).status_code == 200
    withdrawn = site.post(f"/filings/{key[1]}/withdraw", data={"reason": "登错"})
    assert withdrawn.status_code == 200 and "机构调整" in withdrawn.text
    base = {"kind": "base", "name": "示例基地", "division": "06", "document": "兵建示〔2026〕2号",
            "named_on": "2026-03-01"}  # fmt: skip
    named = site.post("/demonstrations", data=base)
    assert named.status_code == 200 and "示例基地" in named.text
    assert site.post("/demonstrations", data={**base, "document": ""}).status_code == 409


def test_a_paper_is_filed_with_its_file_at_one_step(site: TestClient[Litestar]) -> None:
    bureau(site)
    filing = {"division": "08", "duty": "plan", "year": "2021", "filed_on": "2021-03-12"}
    scan = ("方案.pdf", a_pdf("实施方案"), "application/pdf")
    refused = site.post("/filings", data={**filing, "note": "扫描件", "year": "2030"},
                        files={"file": scan})  # fmt: skip
    # Nothing of a refused entry is kept, its file neither; what was typed stays.
    assert refused.status_code == 409 and 'value="扫描件"' in refused.text
    assert "方案.pdf" not in site.get("/evidence").text
    broken = site.post("/filings", data=filing, files={"file": ("方案.pdf", b"%PDF-broken")})
    assert "refused" in broken.text and broken.status_code == 400
    made = site.post("/filings", data=filing, files={"file": scan}, follow_redirects=False)
    assert made.status_code == 303 and "方案.pdf" in site.get("/evidence").text
    link = re.search(r'href="(/evidence/[0-9a-z-]+)"', site.get("/filings?year=2021").text)
    assert link is not None and "方案.pdf" in site.get(link[1]).text
