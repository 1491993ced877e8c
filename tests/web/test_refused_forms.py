"""Every form that is refused comes back on its page, for those who may send it and nobody else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from litestar.testing import TestClient

from api.web.form_pages import FORM_PAGES
from catalog.db import Database
from catalog.permissions import Role
from search.engines.tantivy import TantivyEngine
from tests.accounts import GATE, signed_in
from tests.apps import create_app
from tests.browser.store import fill
from tests.web.doors import Site, Things, come_in, doors, first, put_things, sender_of

# After these there is nothing left to write on.
ENDING = {"searches:delete", "organisation:remove", "webhooks:end", "filings:withdraw"}
# Nothing can be done with them for now, so their page has no form; it says why.
GONE = {"conflicts:reopen", "findings:reopen", "webhooks:ping"}
# Not asked here, and why.
SPARED = {
    "account:acting": "who is a member of one organisation chooses none",
    "account:signed-in": "who did not say a password is not let in (403, and the form)",
    "account:second-factor-on": "its form comes when a secret was made; the account's tests ask it",
    "account:second-factor-off": "as above",
    "account:sign-out": "it asks nothing",
    "desk:verify-backup": "a backup is one of those that are listed",
    "editions:publish": "it is sent from the look at what would be published",
    "epds:link": "a product is chosen from those found; without one there is nothing to link",
    "epds:unlink": "as above",
    "imports:undone": "the page itself says why an import cannot be taken back",
    "matching:accept": "its form comes when lines are sure; the matching's tests ask it",
    "operator:end-token": "a token is one of those that are listed, with whose it is",
    "owner:undo": "its form comes after a change; the owners' tests ask it",
    "policies:set": "its form comes with a preview of the policy",
    "submissions:give-back": "a bureau sees a draft when it was handed in",
    "submissions:prove": "as above",
    "work:cancel": "it asks nothing",
}


def said(page: str) -> str:
    """Return what a page says of a form that it refuses, and no more of it."""
    return " ".join(re.findall(r'role="alert"[^>]*>(.{,200})', page, re.DOTALL))


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A browser on a store with something to write on behind every door."""
    folder = tmp_path_factory.mktemp("forms")
    shutil.copy(sqlite_template, folder / "lucai.db")
    database = Database(f"sqlite:///{folder / 'lucai.db'}")
    fill(database)
    app = create_app(database, TantivyEngine(None), data_dir=folder, gate=GATE)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers["accept-language"] = "zh"
        client.follow_redirects = False
        yield client


@pytest.fixture(scope="module")
def things(site: Site) -> Things:
    """What the doors open on."""
    return put_things(site)


def test_every_writing_route_names_the_page_of_its_form(site: Site) -> None:
    writing, shown = doors(site.app, "POST"), dict(doors(site.app, "GET"))
    assert {door.name for door in writing} == set(FORM_PAGES), "Name its page in FORM_PAGES."
    for door in writing:
        needed = re.findall(r"\{(\w+):", shown[FORM_PAGES[door.name]])
        assert set(needed) <= set(re.findall(r"\{(\w+):", door.path)), door.name


def test_an_empty_form_comes_back_to_whoever_may_send_it(site: Site, things: Things) -> None:
    lost = []
    ordered = sorted(
        (door.name in ENDING, sender_of(door), door)
        for door in doors(site.app, "POST")
        if door.name not in SPARED
    )
    for role, group in groupby(ordered, key=lambda each: each[1]):
        come_in(site, role)
        for _, _, door in group:
            path = door.filled(things)
            answer = site.post(path, data={})
            is_again = f'action="{path}"' in answer.text and 'role="alert"' in answer.text
            is_gone = "notice refused" in answer.text and door.name in GONE
            is_refused = answer.status_code in (400, 409) and (is_again or is_gone)
            if not is_refused and answer.status_code not in (200, 303):
                lost.append((door.name, int(answer.status_code), said(answer.text)))
    assert not lost


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANUFACTURER, Role.DIVISION_BUREAU])
def test_permission_is_asked_before_the_form_is_read(
    site: Site, things: Things, role: Role
) -> None:
    told = []
    signed_in(site, role=role, division="03", name=f"别的{role}")
    for door in doors(site.app, "POST"):
        # A search belongs to the browser that kept it, whoever sits before it.
        if "{" not in door.path or door.name.startswith("searches:"):
            continue
        answer = site.post(door.filled(things), data={})
        if answer.status_code not in (403, 404):
            told.append((door.name, int(answer.status_code), said(answer.text)))
    assert not told


@pytest.mark.parametrize(("language", "needed"), [("zh", "请填写"), ("en", "Please fill")])
def test_what_is_wrong_stands_beside_its_field_and_the_rest_as_typed(
    site: Site, language: str, needed: str
) -> None:
    come_in(site, Role.CORPS_BUREAU)
    typed = {
        "title": "",
        "field": ["water", "hvac"],
        "count": ["", "1"],
        "cases": "<b>一</b>\n二",
        "commitment": "abc",
    }
    answer = site.post("/draws", data=typed, headers={"accept-language": language})
    assert answer.status_code == 400
    assert re.search(rf'class="wrong" id="title-again">{needed}[^<]*</span><input', answer.text)
    assert "\n&lt;b&gt;一&lt;/b&gt;\n二</textarea>" in answer.text
    assert re.search(r'<details open><summary>[^<]+</summary>.*value="abc"', answer.text)
    assert 'name="count" min="0" max="99" inputmode="numeric" value="1"' in answer.text
    assert answer.text.count("autofocus") == 1
    assert answer.headers["cache-control"] == "private, no-store"
    assert "&lt;b&gt;一" not in site.get("/draws").text


def test_a_form_comes_back_on_the_very_page_that_sent_it(site: Site, things: Things) -> None:
    come_in(site, Role.CORPS_BUREAU)
    page = "http://testserver.local/editions?kind=adoptions"
    answer = site.post("/editions/outlook", data={"as_of": "2025-13-01"}, headers={"referer": page})
    assert answer.status_code == 400 and 'value="2025-13-01"' in answer.text
    assert "/editions?kind=adoptions&amp;lang=en" in answer.text
    plain = {"referer": "http://testserver.local/editions"}
    answer = site.post("/editions/outlook", data={"as_of": "2025-13-01"}, headers=plain)
    assert 'value="2025-13-01"' in answer.text
    elsewhere = {"referer": "http://elsewhere.example/editions?kind=adoptions"}
    answer = site.post("/editions/outlook", data={"as_of": "2025-13-01"}, headers=elsewhere)
    assert "/editions?lang=en" in answer.text


def test_a_stale_form_says_who_changed_what(site: Site, things: Things) -> None:
    come_in(site, Role.MANUFACTURER)
    path = f"/submissions/{things['submissions']['key']}"
    version = first(site, path, r'name="version" value="(\d+)"')
    form = {"do": "save", "version": version, "name": "防水卷材 A"}
    none = {"file": ("", b"")}
    assert site.post(path, data=form, files=none).status_code == 303
    answer = site.post(path, data={**form, "name": "防水卷材 B"}, files=none)
    assert answer.status_code == 409 and "Tester" in said(answer.text)
    assert 'aria-label="差异"' in answer.text and 'value="防水卷材 B"' in answer.text
    assert f'name="version" value="{int(version) + 1}"' in answer.text


@pytest.mark.parametrize(
    ("language", "needed"), [("zh", "一次最多上传 64 MB"), ("en", "at most 64")]
)
def test_too_large_a_file_leaves_what_was_typed_in_the_form(
    site: Site, language: str, needed: str
) -> None:
    come_in(site, Role.CORPS_BUREAU)
    typed = {"division": "07", "year": "2024", "note": "<b>补交</b>"}
    files = {"file": ("报告.pdf", b"x" * (2**26 + 1))}
    answer = site.post("/filings", data=typed, files=files, headers={"accept-language": language})
    assert answer.status_code == 413
    told = re.search(r'class="wrong" id="file-again">([^<]*)</span><input type="file"', answer.text)
    assert told is not None and needed in told[1]
    assert "&lt;b&gt;补交&lt;/b&gt;" in answer.text and 'value="07" selected' in answer.text
    assert answer.text.count("autofocus") == 1


def test_too_long_a_text_leaves_the_others_in_the_form(site: Site) -> None:
    come_in(site, Role.CORPS_BUREAU)
    answer = site.post("/editions/outlook", data={"as_of": "2025-12-01", "note": "长" * 2**16})
    assert answer.status_code == 413 and "一次最多提交 64 KB" in answer.text
    assert 'value="2025-12-01"' in answer.text
