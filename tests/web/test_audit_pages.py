"""The record is read by bureaus, each its own part, with every difference."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.web.account_words import ACCOUNT_WORDS
from api.web.audit_words import AUDIT_WORDS
from catalog.db import Database
from catalog.permissions import Action, Role, Thing
from catalog.services.audit import record
from search.engines.tantivy import TantivyEngine
from tests.accounts import signed_in
from tests.apps import create_app
from tests.builders import NOW, OPERATOR, a_product, bring

HOSTILE = "<script>alert('绿')</script>"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> Iterator[TestClient[Litestar]]:
    """A browser on a store in which two divisions' things were changed."""
    bring(database, [a_product()])
    with database.transaction() as session:
        for key, division in (("p-08", "08"), ("p-01", "01")):
            record(
                session, OPERATOR, action=Action.CHOOSE_RULES, thing="project", key=key, now=NOW,
                reason=HOSTILE, before={"pack": "a@1"}, after={"pack": HOSTILE},
                whose=Thing(division=division),
            )  # fmt: skip
    with TestClient(create_app(database, search_engine)) as client:
        client.headers["Accept-Language"] = "zh"
        yield client


def test_shows_each_change_with_its_difference(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.CORPS_BUREAU)
    page = site.get("/audit", params={"thing": "project"}).text
    assert "p-08" in page and "p-01" in page
    assert "<td>a@1</td>" in page
    assert "为项目选用规则" in page
    assert HOSTILE not in page and "&lt;script&gt;" in page


def test_a_division_sees_its_own_and_does_not_learn_of_others(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.CORPS_BUREAU)
    other = site.get("/audit", params={"key": "p-01"}).text
    number = other.split('id="c')[1].split('"')[0]
    assert site.get(f"/audit/{number}").status_code == 200
    signed_in(site, role=Role.DIVISION_BUREAU, division="08")
    page = site.get("/audit").text
    assert "p-08" in page and "p-01" not in page
    assert site.get(f"/audit/{number}").status_code == 404
    assert site.get("/audit/999999").status_code == 404


def test_is_found_by_who_what_thing_and_days(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.CORPS_BUREAU)
    day = "2026-06-01"
    for asked, is_found in (
        ({"who": "TEST"}, True),
        ({"who": "nobody"}, False),
        ({"action": "choose-rules"}, True),
        ({"action": "import", "thing": "project"}, False),
        ({"key": "p-08", "first": day, "last": day}, True),
        ({"key": "p-08", "first": "2026-06-02"}, False),
        ({"key": "p-08", "last": "2026-05-31"}, False),
    ):
        page = site.get("/audit", params=asked)
        assert page.status_code == 200
        found = page.text.split("</main>")[0].split("</form>")[-1]
        assert ("p-08" in found) is is_found, asked
    assert site.get("/audit", params={"first": "yesterday"}).status_code == 400


def test_whoever_may_not_read_it_is_sent_to_sign_in_or_refused(site: TestClient[Litestar]) -> None:
    answer = site.get("/audit", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    signed_in(site, role=Role.MANUFACTURER)
    assert site.get("/audit").status_code == 403
    assert site.get("/audit/1").status_code == 403


def test_one_entry_is_shown_whole_with_what_seals_it(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.CORPS_BUREAU)
    page = site.get("/audit/2", headers=ENGLISH).text
    assert "The entry before" in page
    assert page.count('<code class="hash">') == 2


def test_every_action_and_role_has_its_word() -> None:
    assert set(AUDIT_WORDS["audit-action"]) >= set(Action)
    assert set(ACCOUNT_WORDS["action"]) >= set(Action)
    assert set(AUDIT_WORDS["audit-role"]) >= set(Role)


def test_days_on_record_are_in_the_form_of_the_reader(
    site: TestClient[Litestar], database: Database
) -> None:
    kept = {
        "expires_at": "2026-11-22T20:49:22.236143+00:00",
        "valid_to": "2031-01-14",
        "note": "2026-02-30",
    }
    with database.transaction() as session:
        record(
            session, OPERATOR, action=Action.KEEP_TOKENS, thing="token", key="t-1", now=NOW,
            reason="到期", before={}, after=kept, whose=Thing(division="08"),
        )  # fmt: skip
    signed_in(site, role=Role.OPERATOR)
    page = site.get("/audit?thing=token&key=t-1", headers=ENGLISH).text
    assert "11/23/26, 4:49" in page and "Jan 14, 2031" in page
    assert ">2026-02-30<" in page
