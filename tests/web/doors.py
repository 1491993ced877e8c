"""The doors at which the pages are written on, who may knock, and something behind each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from litestar import Litestar
from litestar.testing import TestClient

from catalog.permissions import Role
from catalog.rules.annual_report.terms import CORPS
from tests.accounts import signed_in
from tests.browser.store import BUILDING, COMPANY_NAME, DIVISION, OWNER, PRODUCT, PROJECT
from tests.browser.things import REPORT_YEAR
from tests.evidence import a_pdf

Site = TestClient[Litestar]
Things = Mapping[str, Mapping[str, object]]
_NAMES = {Role.OWNER: OWNER, Role.MANUFACTURER: COMPANY_NAME}
_SECTION = {
    "account": Role.OWNER, "bureau": Role.CORPS_BUREAU, "cases": Role.MANUFACTURER,
    "conflicts": Role.OPERATOR, "demonstrations": Role.CORPS_BUREAU, "desk": Role.OPERATOR,
    "draws": Role.CORPS_BUREAU, "editions": Role.CORPS_BUREAU, "epds": Role.OPERATOR,
    "evidence": Role.MANUFACTURER, "filings": Role.CORPS_BUREAU,
    "findings": Role.CORPS_BUREAU, "imports": Role.OPERATOR, "matching": Role.OWNER,
    "notices": Role.MANUFACTURER, "organisation": Role.OWNER, "organisations": Role.CORPS_BUREAU,
    "owner": Role.OWNER, "panel": Role.CORPS_BUREAU, "policies": Role.OWNER,
    "projects": Role.CORPS_BUREAU, "published": Role.CORPS_BUREAU, "reports": Role.CORPS_BUREAU,
    "score": Role.CORPS_BUREAU, "searches": Role.OWNER, "site": Role.OWNER,
    "submissions": Role.MANUFACTURER, "webhooks": Role.MANUFACTURER, "offline": Role.OWNER,
    "verify": Role.OWNER, "display": Role.OWNER, "operator": Role.OPERATOR,
}  # fmt: skip
# Who alone may send a form of a section whose other forms are another's.
_ALONE = {
    "filings:record": Role.DIVISION_BUREAU, "filings:withdraw": Role.DIVISION_BUREAU,
    "submissions:prove": Role.DIVISION_BUREAU, "submissions:give-back": Role.DIVISION_BUREAU,
}  # fmt: skip
# What is put in at the doors themselves, and where its key is then read: the doors' name, where
# it is sent, what is sent, the page that shows it, and how its key looks there.
_BROUGHT: Mapping[Role, list[tuple[str, str, dict[str, str], str, str]]] = {
    Role.CORPS_BUREAU: [
        ("projects", "/projects/{key}/rules", {"pack": "ratio-a-2019@2019.1", "reason": "合同约定"},
         "/projects/{key}/rules", r"/rules/(?P<choice>\d+)/withdraw"),
        ("organisations", "/register",
         {"role": "manufacturer", "company": "等待核实的企业", "division": "01",
          "credit_code": "91659001MA0000002P"}, "/organisations",
         r'/organisations/(?P<key>[\w-]{8,})"'),
        ("panel", "", {}, "/panel", r"/panel/(?P<key>[\w-]+)/interests"),
        ("panel", "/panel/{key}/interests", {"party": "某企业", "reason": "顾问"}, "/panel",
         r"/interests/(?P<number>\d+)/end"),
        ("draws", "", {}, "/draws", r"/draws/(?P<key>\d+-\d+)"),
        ("editions", "", {}, "/editions", r"/editions/(?P<key>[a-z]+-\d+-\d+)"),
        ("findings", "", {}, "/findings", r'/findings/(?P<key>[\w-]{8,})"'),
        ("bureau:withdraw-target", "/desk/bureau/targets",
         {"year": "2025", "percent": "40", "document": "文件", "division": ""},
         "/desk/bureau/figures", r"/targets/(?P<key>[\w-]+)/withdraw"),
        ("demonstrations:withdraw", "/demonstrations",
         {"kind": "base", "document": "文件", "named_on": "2025-01-01", "name": "示例基地",
          "division": DIVISION}, "/demonstrations", r"/demonstrations/(?P<key>[\w-]+)/withdraw"),
        ("filings:end-exemption", "/filings/exemptions",
         {"division": "03", "duty": "plan", "year": "2021", "reason": "机构调整"},
         "/filings?year=2021", r"/exemptions/(?P<key>[\w-]+)/end"),
    ],
    Role.DIVISION_BUREAU: [
        ("filings:withdraw", "/filings",
         {"division": DIVISION, "duty": "plan", "year": "2021", "filed_on": "2021-03-01",
          "file": "a.pdf"}, "/filings?year=2021", r"/filings/(?P<key>[\w-]+)/withdraw"),
    ],
    Role.MANUFACTURER: [
        ("evidence", "/evidence", {"file": "a.pdf"}, "/evidence",
         r'href="/evidence/(?P<key>[\w-]+)"'),
        ("cases", "", {}, "/cases", r'href="/cases/(?P<key>[\w-]*\d[\w-]*)"'),
        ("cases", "/cases/{key}/papers", {"version": "1", "kind": "other", "file": "a.pdf"},
         "/cases/{key}", r"/papers/(?P<id>\d+)/remove"),
        ("submissions", "/submissions", {"do": "save", "name": "防水卷材", "file": "none"},
         "/submissions", r'href="/submissions/(?!handed-in)(?P<key>[\w-]{6,})"'),
        ("webhooks", "/webhooks", {"url": "https://receiver.example.org/"}, "/webhooks",
         r"/webhooks/(?P<key>[\w-]+)/end"),
        ("webhooks", "/webhooks/{key}/ping", {}, "/webhooks/{key}",
         r"/deliveries/(?P<delivery>[\w-]+)"),
    ],
    Role.OWNER: [
        ("organisation:uninvite", "/organisation/invitations",
         {"login": "new@example.org", "rank": "20"}, "/organisation",
         r"/invitations/(?P<key>[\w-]+)/end"),
        ("organisation:revoke", "/organisation/tokens",
         {"name": "程序", "scope": "import", "days": "30"}, "/organisation",
         r"/tokens/(?P<key>[\w-]+)/end"),
        ("organisation", "", {}, "/organisation", r"/organisation/members/(?P<key>[\w-]+)/end"),
        ("searches", "/searches", {"query": "q=砂浆", "name": "砂浆"}, "/searches",
         r"/searches/(?P<search_id>\d+)/name"),
        ("site", "/projects/{key}/buildings/{building}/deliveries/new",
         {"name": "商砼 C30", "quantity": "2", "unit": "m3", "delivered_on": "2025-06-01",
          "note_number": "SH-1", "file": "a.pdf"},
         "/projects/{key}/buildings/{building}/deliveries", r"/deliveries/(?P<id>\d+)/edit"),
    ],
    Role.OPERATOR: [
        ("operator", "", {}, "/desk/operator/accounts",
         r"/desk/operator/accounts/(?P<key>[\w-]{8,})"),
        ("desk", "/imports/new", {"file": "a.csv"}, "", r"/imports/files/(?P<sha256>\w{64})"),
        ("desk", "/imports/files/{sha256}", {"act": "try"}, "", r"/imports/jobs/(?P<job_id>\w+)"),
    ],
}  # fmt: skip
_TABLE = "企业名称,产品名称,产品类别,规格型号\n甲公司,混凝土,预拌混凝土,C30\n".encode()
_FILES = {"a.pdf": ("a.pdf", a_pdf()), "a.csv": ("a.csv", _TABLE), "none": ("", b"")}


class Door(NamedTuple):
    """A writing route of the pages."""

    name: str
    path: str

    def filled(self, things: Things) -> str:
        """Return its address for a thing that is there."""
        known: dict[str, object] = {"key": PROJECT, "building": BUILDING}
        known |= {**things.get(self.name.partition(":")[0], {}), **things.get(self.name, {})}
        return re.sub(r"\{(\w+):\w+\}", lambda gap: str(known[gap[1]]), self.path)


def doors(app: Litestar, verb: str) -> list[Door]:
    """Every route of the pages that answers to a verb."""
    found = []
    for route in app.routes:
        handler = getattr(route, "route_handler_map", {}).get(verb)
        name = getattr(handler[0] if isinstance(handler, tuple) else handler, "name", None)
        if name and not route.path.startswith(("/api/", "/static", "/schema")):
            found.append(Door(name, route.path))
    return sorted(found)


def come_in(site: Site, role: Role) -> None:
    """Sign in as somebody of the organisation that has the things."""
    is_local = role not in (Role.CORPS_BUREAU, Role.OPERATOR)
    signed_in(site, role=role, division=DIVISION if is_local else None, name=_NAMES.get(role))


def first(site: Site, page: str, pattern: str) -> str:
    found = re.search(pattern, site.get(page).text)
    assert found is not None, f"{page} shows no {pattern}"
    return found[1]


def sender_of(door: Door) -> Role:
    """Return who may send a form."""
    return _ALONE.get(door.name, _SECTION[door.name.partition(":")[0]])


def put_things(site: Site) -> Things:
    """Put in what the doors open on; return its keys, by the doors' names or sections."""
    found: dict[str, dict[str, object]] = {
        "epds": {"key": first(site, "/epds", r'href="/epds/([\w-]+)"')},
        "conflicts": {"id": 1},
        "operator:deed": {"deed": "close"},
        "imports": {"run_id": 1},
        "score": {"key": PRODUCT},
        "reports": {"year": REPORT_YEAR, "whose": CORPS},
        "work": {"job_id": "0" * 16},
    }
    for role, made in _BROUGHT.items():
        come_in(site, role)
        for name, path, fields, page, pattern in made:
            known = {"key": PROJECT, "building": BUILDING, **found.get(name, {})}
            if path:
                file = _FILES.get(fields.get("file", ""))
                data = {k: v for k, v in fields.items() if k != "file"}
                answer = site.post(
                    path.format(**known), data=data, files={"file": file} if file else None
                )
                assert answer.status_code in (200, 303), f"{path}: {answer.status_code}"
            text = site.get(page.format(**known)).text if page else answer.headers["location"]
            match = re.search(pattern, text)
            assert match is not None, f"{page} shows no {pattern}"
            found.setdefault(name, {}).update(match.groupdict())
    return found
