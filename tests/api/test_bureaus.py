"""What a bureau does on its pages, its own system does over the API."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import time

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.web.examples import WRITING
from catalog.db import Database
from catalog.permissions import Rank
from catalog.rules.annual_report.steps import ReportStep
from catalog.rules.keys import project_key
from catalog.services import reporting
from search.engines.tantivy import TantivyEngine
from tests.accounts import GATE
from tests.apps import create_app
from tests.builders import a_project, bring
from tests.casework import APPLICANT, OTHER_REVIEWER, REREVIEWER, REVIEWER, in_business
from tests.evidence import a_pdf
from tests.programs import As

REPORTS = "/api/v1/annual-reports"
REPORT = f"{REPORTS}/2026/08"
FILING = {"division": "08", "duty": "plan", "year": 2021, "filed_on": "2021-03-12"}


@pytest.fixture
def bureau(client: TestClient[Litestar], database: Database) -> As:
    """The bureau of the eighth division, in a store where everybody is in business."""
    in_business(database)
    return As(client, REVIEWER)


def test_a_report_is_written_frozen_filed_and_accepted(
    client: TestClient[Litestar], database: Database, bureau: As
) -> None:
    corps, neighbour = As(client, REREVIEWER), As(client, OTHER_REVIEWER)
    head = bureau.post(REPORTS, {"year": 2026, "scope": "08"}).json()
    assert bureau.post(REPORTS, {"year": 2026, "scope": "08"}).json() == head
    assert neighbour.post(REPORTS, {"year": 2026, "scope": "08"}).status_code == 403
    assert [who.get(f"{REPORT}/texts").status_code for who in (neighbour, corps)] == [404, 404]
    early = bureau.post(f"{REPORT}/steps", {"version": head["version"], "step": "freeze"})
    assert (early.status_code, early.json()["type"]) == (409, "report-refused")
    texts = {"version": head["version"], "progress": "全部核算。\n无遗漏。"}
    head = bureau.put(f"{REPORT}/texts", texts).json()
    stale = bureau.put(f"{REPORT}/texts", {**texts, "progress": "另一稿"})
    assert (stale.status_code, stale.json()["type"]) == (409, "changed-meanwhile")
    written = bureau.get(f"{REPORT}/texts").json()
    assert written["texts"]["progress"] == "全部核算。\n无遗漏。" and len(written["earlier"]) == 2
    assert bureau.get(f"{REPORT}/steps").json()["steps"] == ["freeze"]
    head = bureau.post(f"{REPORT}/steps", {"version": head["version"], "step": "freeze"}).json()
    assert (head["state"], len(head["content_hash"])) == ("frozen", 64)
    by_program = {"version": head["version"], "step": "sign"}
    assert bureau.post(f"{REPORT}/steps", by_program).status_code == 403, "People sign."
    signer = dataclasses.replace(REVIEWER, name="局长", account="ju", rank=Rank.ADMINISTRATOR)
    with database.transaction() as session:
        now = dt.datetime.now(dt.UTC)
        signed = reporting.take_step(
            session, head["key"], ReportStep.SIGN, version=head["version"], actor=signer, now=now
        )
    head = bureau.post(f"{REPORT}/steps", {"version": signed.version, "step": "file"}).json()
    asked = corps.get("/api/v1/bureau/queues").json()
    assert [(each["division"], each["state"]) for each in asked["reports"]] == [("08", "filed")]
    accepted = corps.post(f"{REPORT}/steps", {"version": head["version"], "step": "accept"})
    assert accepted.json()["state"] == "accepted"
    checks = client.get(REPORT).json()["content"]["checks"]
    assert "lowest-tier" in [each["check"] for each in checks]
    assert bureau.get(f"{REPORT}/checks/lowest-tier").json()["items"] == []
    assert client.get(f"{REPORT}/content").content.startswith(b"{")
    assert client.get(f"{REPORT}/changes").json()["head"]["state"] == "accepted"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_freezing_that_takes_a_while_is_followed_by_its_job(
    database: Database, search_engine: TantivyEngine
) -> None:
    in_business(database)
    with TestClient(create_app(database, search_engine, gate=GATE, patience_s=0)) as client:
        bureau = As(client, REVIEWER)
        head = bureau.post(REPORTS, {"year": 2026, "scope": "08"}).json()
        texts = {"version": head["version"], "progress": "全部核算。"}
        head = bureau.put(f"{REPORT}/texts", texts).json()
        begun = bureau.post(f"{REPORT}/steps", {"version": head["version"], "step": "freeze"})
        assert begun.status_code == 202
        path = f"/api/v1/jobs/{begun.json()['id']}"
        assert As(client, OTHER_REVIEWER).get(path).status_code == 404
        for _ in range(600):
            job = bureau.get(path).json()
            if job["ended_at"] is not None:
                break
            time.sleep(0.05)
        assert (job["state"], job["result"]) == ("finished", "/reports/2026/08")
        assert bureau.get(REPORT).json()["head"]["state"] == "frozen"
        assert bureau.post(f"{path}/cancel", {}).json()["state"] == "finished"


def test_the_examples_of_the_guide_do_what_they_say(bureau: As) -> None:
    *_, filed, begun, written = WRITING
    said = [json.loads(each.body) for each in (filed, begun, written)]
    assert bureau.post(filed.path, said[0]).json()["duty"] == "plan"
    assert bureau.post(begun.path, said[1]).json()["version"] == said[2]["version"]
    assert bureau.put(written.path, said[2]).json()["version"] == said[2]["version"] + 1
    told = bureau.get("/api/v1/annual-reports").json()["items"]
    assert [each["key"] for each in told] == ["2026-08-1"]


def test_a_paper_is_filed_with_its_file_once_and_taken_back(
    client: TestClient[Litestar], bureau: As
) -> None:
    new = {**FILING, "evidence": bureau.keep("方案.pdf", a_pdf("实施方案")), "note": " 扫描件 "}
    one = bureau.post("/api/v1/filings", new).json()
    assert bureau.post("/api/v1/filings", new).json()["key"] == one["key"]
    corps, neighbour = As(client, REREVIEWER), As(client, OTHER_REVIEWER)
    assert neighbour.post("/api/v1/filings", new).status_code == 403
    exemption = {"division": "07", "duty": "plan", "year": 2021, "reason": "机构调整"}
    let_off = corps.post("/api/v1/filings/exemptions", exemption).json()

    def told(who: As | TestClient[Litestar]) -> tuple[list[str], list[str], str, str]:
        rows = who.get("/api/v1/filings").json()["items"]
        row = next(row for row in rows if (row["duty"], row["year"]) == ("plan", 2021))
        stands = [row["standings"][key]["punctuality"] for key in ("08", "07")]
        return [e["key"] for e in row["filings"]], [e["key"] for e in row["exemptions"]], *stands

    assert told(bureau) == ([one["key"]], [], "on-time", "exempt")
    assert told(corps) == ([one["key"]], [let_off["key"]], "on-time", "exempt")
    assert told(client) == ([], [], "on-time", "exempt")
    back = bureau.post(f"/api/v1/filings/{one['key']}/withdraw", {"reason": "登错"}).json()
    assert back["withdrawn_reason"] == "登错"
    ended = f"/api/v1/filings/exemptions/{let_off['key']}/end"
    assert [corps.post(ended, {}).status_code for _ in range(2)] == [200, 404]
    assert told(client)[2:] == ("missing", "missing")


def test_targets_and_examples_are_set_and_withdrawn(
    client: TestClient[Litestar], database: Database, bureau: As
) -> None:
    bring(database, [a_project()])
    corps = As(client, REREVIEWER)
    target = {"division": "08", "year": 2026, "percent": "50", "document": "师建〔2026〕1号"}
    one = bureau.post("/api/v1/targets", target).json()
    assert bureau.post("/api/v1/targets", target).json() == one, "The same again is the same."
    assert bureau.post("/api/v1/targets", {**target, "division": None}).status_code == 403
    figures = bureau.get("/api/v1/bureau/figures?year=2026").json()
    assert (figures["division"], figures["target"]["percent"]) == ("08", "50")
    assert bureau.get("/api/v1/bureau/figures?division=07").status_code == 403
    assert corps.get("/api/v1/bureau/figures?division=99").status_code == 404
    assert len(corps.get("/api/v1/bureau/figures").json()["divisions"]) > 10
    withdraw = f"/api/v1/targets/{one['key']}/withdraw"
    assert bureau.post(withdraw, {"reason": "文件废止"}).status_code == 200
    assert bureau.get("/api/v1/bureau/figures?year=2026").json()["target"] is None
    assert client.get("/api/v1/targets").json()["items"][0]["withdrawn_reason"] == "文件废止"
    example = {"kind": "project", "project": project_key("P-1"), "document": "兵建示〔2026〕1号",
               "named_on": "2026-03-01"}  # fmt: skip
    assert bureau.post("/api/v1/demonstrations", example).status_code == 403
    named = corps.post("/api/v1/demonstrations", example).json()
    base = {"kind": "base", "name": "示范基地", "division": "08", "document": "兵建示〔2026〕2号",
            "named_on": "2026-03-01"}  # fmt: skip
    assert [corps.post("/api/v1/demonstrations", base).status_code for _ in range(2)] == [200, 409]
    ended = {"on": "2026-04-01", "reason": "抽查不符"}
    path = f"/api/v1/demonstrations/{named['key']}/withdraw"
    assert [corps.post(path, ended).status_code for _ in range(2)] == [200, 404]
    shown = client.get("/api/v1/demonstrations").json()["items"]
    assert {each["kind"]: each["withdrawn_on"] for each in shown} == {
        "project": "2026-04-01", "base": None,
    }  # fmt: skip


def test_the_desk_of_a_bureau_is_nobody_else_s(client: TestClient[Litestar], bureau: As) -> None:
    assert bureau.get("/api/v1/bureau/queues").json()["cases"]["total"] == 0
    assert As(client, APPLICANT).get("/api/v1/bureau/queues").status_code == 403
    assert client.get("/api/v1/bureau/queues").status_code == 401
