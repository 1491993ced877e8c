"""Every door has its entry: what it asks for, and who gets through."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Action, Actor, Role, grantable, may
from search.engines.tantivy import TantivyEngine
from tests.accounts import GATE, a_token, sign_out, signed_in
from tests.apps import create_app

PUBLIC, OWN = "public", "own account"
# Of every route that changes something: the action that it asks for, or who may knock.
WRITING = {
    "POST /account/acting": OWN, "POST /account/browsers": OWN, "POST /account/name": OWN,
    "POST /account/password": OWN, "POST /account/second-factor/begin": OWN,
    "POST /account/second-factor/off": OWN, "POST /account/second-factor/on": OWN,
    "POST /sign-in": PUBLIC, "POST /sign-out": PUBLIC, "POST /join": PUBLIC,
    "POST /display": PUBLIC, "POST /register": PUBLIC, "POST /verify": PUBLIC,
    "POST /verify-offline": PUBLIC,
    "POST /verify/list.csv": PUBLIC, "POST /verify/list.xlsx": PUBLIC,
    "POST /api/v1/verifications": PUBLIC,
    "POST /api/v1/score-policy-previews": "set-score-policy",
    "POST /searches": PUBLIC, "POST /searches/{}/count": PUBLIC, "POST /searches/{}/name": PUBLIC,
    "POST /searches/{}/delete": PUBLIC, "POST /searches/{}/restore": PUBLIC,
    "POST /organisation/invitations": "keep-members",
    "POST /organisation/invitations/{}/end": "keep-members",
    "POST /organisation/members/{}": "keep-members",
    "POST /organisation/members/{}/end": "keep-members",
    "POST /organisation/tokens": "keep-tokens", "POST /organisation/tokens/{}/end": "keep-tokens",
    "POST /organisations/{}/prove": "prove-organisations",
    "POST /organisations/{}/refuse": "prove-organisations",
    "POST /api/v1/organisations/{}/prove": "prove-organisations",
    "POST /api/v1/organisations/{}/refuse": "prove-organisations",
    "POST /submissions": "submit-products", "POST /submissions/{}": "submit-products",
    "POST /submissions/{}/withdraw": "submit-products",
    "POST /submissions/{}/prove": "prove-products",
    "POST /submissions/{}/give-back": "prove-products",
    "POST /api/v1/submissions": "submit-products", "PUT /api/v1/submissions/{}": "submit-products",
    "POST /api/v1/submissions/{}/submit": "submit-products",
    "POST /api/v1/submissions/{}/withdraw": "submit-products",
    "POST /api/v1/submissions/{}/prove": "prove-products",
    "POST /api/v1/submissions/{}/give-back": "prove-products",
    "POST /jobs/{}/cancel": OWN, "POST /desk/operator/stop": "run-system",
    "POST /desk/operator/backup": "run-system", "POST /imports/jobs/{}/retry": "import",
    "POST /desk/operator/accounts/{}/reset": "keep-accounts",
    "POST /desk/operator/accounts/{}/{}": "keep-accounts",
    "POST /desk/operator/tokens/{}/end": "run-system",
    "POST /desk/operator/rebuild": "run-system", "POST /desk/operator/verify": "run-system",
    "POST /cases": "apply", "POST /cases/{}/draft": "apply", "POST /cases/{}/papers": "apply",
    "POST /cases/{}/papers/{}/remove": "apply", "POST /cases/{}/steps": "see-cases",
    "POST /api/v1/cases": "apply", "PUT /api/v1/cases/{}/draft": "apply",
    "POST /api/v1/cases/{}/objections": "record-objections",
    "POST /api/v1/cases/{}/papers": "apply",
    "POST /api/v1/cases/{}/papers/{}/withdraw": "apply",
    "POST /api/v1/cases/{}/steps": "see-cases",
    "POST /api/v1/certificates/{}/surveillance-visits": "record-inspections",
    "POST /api/v1/products/{}/spot-checks": "record-inspections",
    "POST /products/{}/spot-checks": "record-inspections",
    "POST /products/{}/surveillance-visits": "record-inspections",
    "POST /api/v1/conflicts/{}/decide": "decide-conflicts",
    "POST /api/v1/conflicts/{}/reopen": "decide-conflicts",
    "POST /conflicts/{}": "decide-conflicts", "POST /conflicts/{}/reopen": "decide-conflicts",
    "POST /api/v1/draws": "draw-experts", "POST /api/v1/draws/{}/reveal": "draw-experts",
    "POST /api/v1/draws/{}/void": "draw-experts", "POST /draws": "draw-experts",
    "POST /draws/{}/reveal": "draw-experts", "POST /draws/{}/void": "draw-experts",
    "POST /api/v1/editions": "publish-editions",
    "POST /api/v1/editions/{}/corrections": "publish-editions",
    "POST /editions": "publish-editions", "POST /editions/outlook": "publish-editions",
    "POST /editions/{}/corrections": "publish-editions",
    "DELETE /api/v1/epds/{}/products/{}": "link-epds",
    "PUT /api/v1/epds/{}/products/{}": "link-epds", "POST /epds/{}/products": "link-epds",
    "POST /epds/{}/products/end": "link-epds", "POST /api/v1/evidence": "upload-evidence",
    "POST /evidence": "upload-evidence",
    "POST /evidence/{}/public": "publish-evidence",
    "PUT /api/v1/evidence/{}/public": "publish-evidence", "POST /api/v1/experts": "keep-panel",
    "POST /panel": "keep-panel", "POST /panel/{}/end": "keep-panel",
    "POST /panel/{}/interests": "keep-panel", "POST /panel/{}/interests/{}/end": "keep-panel",
    "POST /api/v1/findings/run": "see-findings",
    "POST /api/v1/findings/{}/judge": "judge-findings",
    "POST /api/v1/findings/{}/reopen": "judge-findings", "POST /findings/run": "see-findings",
    "POST /findings/{}": "judge-findings", "POST /findings/{}/reopen": "judge-findings",
    "POST /api/v1/imports": "import", "POST /api/v1/imports/{}/take-back": "import",
    "POST /api/v1/imports/{}/undo": "undo-import", "POST /imports/files/{}": "import",
    "POST /imports/files/{}/columns": "import", "POST /imports/jobs/{}/cancel": "import",
    "POST /imports/jobs/{}/import": "import", "POST /imports/new": "import",
    "POST /imports/{}/undo": "undo-import", "PUT /api/v1/notices/choices": "read-notices",
    "POST /api/v1/notices/read": "read-notices", "POST /notices/choices": "read-notices",
    "POST /notices/read": "read-notices",
    "POST /api/v1/organisations/{}/score-policies": "set-score-policy",
    "POST /score/policy": "set-score-policy", "POST /score/policy/withdraw": "set-score-policy",
    "PUT /api/v1/projects/{}/buildings/{}/matches": "import",
    "POST /projects/{}/buildings/{}/matching": "import",
    "POST /projects/{}/buildings/{}/matching/sure": "import",
    "POST /projects/{}/buildings/{}/matching/undo": "import",
    "POST /api/v1/projects/{}/results": "calculate",
    "POST /api/v1/projects/{}/rule-choices": "choose-rules",
    "POST /api/v1/projects/{}/rule-choices/{}/withdraw": "choose-rules",
    "POST /projects/{}/rules": "choose-rules",
    "POST /projects/{}/rules/{}/withdraw": "choose-rules",
    "POST /api/v1/published-figures": "publish-figures",
    "POST /published-figures": "publish-figures", "POST /api/v1/webhooks": "keep-webhooks",
    "DELETE /api/v1/webhooks/{}": "keep-webhooks",
    "POST /api/v1/webhooks/{}/deliveries": "keep-webhooks",
    "POST /api/v1/webhooks/{}/deliveries/{}": "keep-webhooks", "POST /webhooks": "keep-webhooks",
    "POST /webhooks/{}/deliveries/{}": "keep-webhooks", "POST /webhooks/{}/end": "keep-webhooks",
    "POST /webhooks/{}/ping": "keep-webhooks",
    "POST /desk/projects/new": "import", "POST /desk/projects/{}/edit": "import",
    "POST /desk/projects/{}/withdraw": "import", "POST /desk/projects/{}/target": "import",
    "POST /desk/projects/{}/undo": "import", "POST /desk/projects/{}/bill": "import",
    "POST /desk/projects/{}/buildings/new": "import",
    "POST /desk/projects/{}/buildings/{}/edit": "import",
    "POST /desk/projects/{}/buildings/{}/withdraw": "import",
    "POST /projects/{}/buildings/{}/deliveries/new/label": "import",
    "POST /projects/{}/buildings/{}/deliveries/new": "import",
    "POST /projects/{}/buildings/{}/deliveries/{}/edit": "import",
    "POST /projects/{}/buildings/{}/deliveries/{}/withdraw": "import",
    "POST /api/v1/projects": "import", "PUT /api/v1/projects/{}": "import",
    "POST /api/v1/projects/{}/withdraw": "import", "PUT /api/v1/projects/{}/target": "import",
    "POST /api/v1/projects/{}/entries/{}/undo": "import",
    "POST /api/v1/projects/{}/buildings": "import",
    "PUT /api/v1/projects/{}/buildings/{}": "import",
    "POST /api/v1/projects/{}/buildings/{}/withdraw": "import",
    "POST /api/v1/projects/{}/buildings/{}/deliveries": "import",
    "PUT /api/v1/projects/{}/buildings/{}/deliveries/{}": "import",
    "POST /api/v1/projects/{}/buildings/{}/deliveries/{}/withdraw": "import",
    "POST /reports": "file-report", "POST /reports/{}/{}/writing": "file-report",
    "POST /reports/{}/{}/steps": "see-reports", "POST /filings": "file-report",
    "POST /filings/{}/withdraw": "file-report", "POST /filings/exemptions": "accept-report",
    "POST /filings/exemptions/{}/end": "accept-report",
    "POST /demonstrations": "name-demonstrations",
    "POST /demonstrations/{}/withdraw": "name-demonstrations",
    "POST /api/v1/jobs/{}/cancel": OWN,
    "POST /api/v1/annual-reports": "file-report",
    "PUT /api/v1/annual-reports/{}/{}/texts": "file-report",
    "POST /api/v1/annual-reports/{}/{}/steps": "see-reports",
    "POST /api/v1/filings": "file-report", "POST /api/v1/filings/{}/withdraw": "file-report",
    "POST /api/v1/filings/exemptions": "accept-report",
    "POST /api/v1/filings/exemptions/{}/end": "accept-report",
    "POST /api/v1/demonstrations": "name-demonstrations",
    "POST /api/v1/demonstrations/{}/withdraw": "name-demonstrations",
    "POST /api/v1/targets": "keep-targets", "POST /api/v1/targets/{}/withdraw": "keep-targets",
    "POST /desk/bureau/targets": "keep-targets",
    "POST /desk/bureau/targets/{}/withdraw": "keep-targets",
}  # fmt: skip
_GAP = re.compile(r"\{[^}]*\}")
_FILLED = {"id:int": "99", "sha256:str": "0" * 64, "hash:str": "0" * 64,
           "job_id:str": "0123456789abcdef"}  # fmt: skip
_BARRED = {400, 401, 403, 404, 405, 409, 413, 415, 429}


@pytest.fixture(scope="module")
def site(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient[Litestar]]:
    """A browser on an empty store."""
    folder = tmp_path_factory.mktemp("doors")
    shutil.copy(sqlite_template, folder / "lucai.db")
    database = Database(f"sqlite:///{folder / 'lucai.db'}")
    app = create_app(database, TantivyEngine(None), data_dir=folder, gate=GATE)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def routes(site: TestClient[Litestar]) -> Iterator[tuple[str, str]]:
    for route in site.app.routes:
        for verb in getattr(route, "route_handler_map", {}):
            if verb not in ("OPTIONS", "HEAD"):
                yield verb, route.path


def entry(verb: str, path: str) -> str:
    return f"{verb} {_GAP.sub('{}', path)}"


def filled(path: str) -> str:
    return _GAP.sub(
        lambda gap: _FILLED.get(gap[0][1:-1], "99" if gap[0].endswith(":int}") else "none"), path
    )


def test_no_writing_route_is_without_an_entry(site: TestClient[Litestar]) -> None:
    there = {entry(verb, path) for verb, path in routes(site) if verb != "GET"}
    assert there == set(WRITING), "Say in WRITING what the route asks for."
    assert set(WRITING.values()) <= {*Action, PUBLIC, OWN}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.VISITOR])
def test_who_may_not_is_barred_at_every_door(site: TestClient[Litestar], role: Role) -> None:
    sign_out(site)
    site.cookies.clear()
    actor = Actor(name="anyone", role=Role.ANYONE)
    headers: dict[str, str] = {}
    if role is not Role.ANYONE:
        actor = signed_in(site, role=role, division="08")
        headers["Authorization"] = f"Bearer {a_token(site.app.state.database, actor)}"
    wrong = []
    for verb, path in routes(site):
        needs = WRITING.get(entry(verb, path), PUBLIC)
        if verb == "GET" or needs in (PUBLIC, OWN):
            continue
        is_api = path.startswith("/api/")
        asks = dataclasses.replace(actor, scopes=frozenset(grantable(actor))) if is_api else actor
        answer = site.request(
            verb, filled(path), headers=headers if is_api else {}, follow_redirects=False
        )
        to_sign_in = answer.headers.get("location", "").startswith("/sign-in")
        if not may(asks, Action(needs)) and answer.status_code not in _BARRED and not to_sign_in:
            wrong.append((verb, path, answer.status_code))
        if may(asks, Action(needs)) and (answer.status_code in (401, 500) or to_sign_in):
            wrong.append((verb, path, answer.status_code))
    sign_out(site)
    assert not wrong


def test_one_s_own_account_is_only_for_who_signed_in(site: TestClient[Litestar]) -> None:
    sign_out(site)
    for verb, path in routes(site):
        if WRITING.get(entry(verb, path)) == OWN:
            answer = site.request(verb, filled(path), follow_redirects=False)
            to_sign_in = answer.headers.get("location", "").startswith("/sign-in")
            assert to_sign_in or answer.status_code == 401, path


def test_what_is_private_is_read_only_by_who_signed_in(site: TestClient[Litestar]) -> None:
    sign_out(site)
    private = set()
    for verb, path in routes(site):
        if verb != "GET" or path.startswith(("/static", "/schema")):
            continue
        answer = site.get(filled(path), follow_redirects=False)
        to_sign_in = answer.headers.get("location", "").startswith("/sign-in")
        if answer.status_code in (401, 403) or to_sign_in:
            private.add(_GAP.sub("{}", path))
    assert private == PRIVATE, "Say in PRIVATE who may not read it, or open it."


# What nobody reads who has not signed in or shown a token; every other page is everybody's.
PRIVATE = {
    "/desk", "/desk/company", "/desk/company/demand", "/desk/company/demand.csv",
    "/desk/certification-body", "/editions/outlook/{}",
    "/desk/operator", "/desk/operator/accounts", "/desk/operator/accounts/{}",
    "/desk/operator/tokens", "/jobs/{}", "/submissions", "/submissions/new", "/submissions/{}",
    "/desk/bureau", "/desk/bureau/figures", "/desk/bureau/figures/{}/list.csv",
    "/reports/{}/{}/writing", "/account", "/account/password", "/api/v1/audit",
    "/api/v1/cases", "/api/v1/cases/totals",
    "/api/v1/cases/{}", "/api/v1/cases/{}/objections/{}/identity", "/api/v1/evidence",
    "/api/v1/experts", "/api/v1/findings", "/api/v1/line-decisions",
    "/api/v1/findings/{}", "/api/v1/me", "/api/v1/notices", "/api/v1/notices/choices",
    "/api/v1/organisations", "/api/v1/organisations/{}/score-policies", "/api/v1/watch-list",
    "/api/v1/annual-reports/{}/{}/texts", "/api/v1/annual-reports/{}/{}/steps",
    "/api/v1/annual-reports/{}/{}/checks/{}", "/api/v1/jobs/{}", "/api/v1/bureau/queues",
    "/api/v1/bureau/figures",
    "/api/v1/demand", "/api/v1/submissions", "/api/v1/submissions/{}", "/api/v1/own-projects",
    "/api/v1/own-projects/{}", "/api/v1/own-projects/{}/findings",
    "/api/v1/projects/{}/buildings/{}/site-deliveries",
    "/api/v1/webhooks", "/api/v1/webhooks/{}/deliveries", "/audit", "/audit/{}", "/cases",
    "/cases/new", "/cases/{}", "/cases/{}/objections/{}", "/draws/new", "/evidence",
    "/evidence/{}", "/evidence/{}/file", "/findings", "/findings/{}", "/imports/files/{}",
    "/imports/files/{}/columns", "/imports/jobs/{}", "/imports/jobs/{}/changes.csv",
    "/imports/jobs/{}/issues.csv", "/imports/jobs/{}/refused", "/imports/{}/refused",
    "/imports/{}/undo", "/notices", "/notices/choices", "/organisation", "/organisations",
    "/organisations/{}", "/panel", "/score/policy", "/watch", "/watch/list.csv", "/webhooks",
    "/webhooks/{}",
    "/desk/projects", "/desk/projects/new", "/desk/projects/{}", "/desk/projects/{}/bill",
    "/desk/projects/{}/buildings/new", "/desk/projects/{}/buildings/{}/edit",
    "/desk/projects/{}/edit", "/projects/{}/buildings/{}/deliveries",
    "/projects/{}/buildings/{}/deliveries/new", "/projects/{}/buildings/{}/deliveries/{}/edit",
}  # fmt: skip
