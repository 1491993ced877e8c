"""What guards every page: headers, cookies that no script reads, and nothing private kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.permissions import Role
from search.engines.tantivy import TantivyEngine
from tests.accounts import PASSWORD, an_account, an_organisation, sign_out, signed_in
from tests.apps import create_app

PRIVATE = ["/audit", "/account", "/cases", "/findings"]


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> Iterator[TestClient[Litestar]]:
    """A browser on a store with a bureau."""
    with TestClient(create_app(database, search_engine)) as client:
        yield client


def test_no_page_of_a_member_is_kept_on_its_way(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.CORPS_BUREAU)
    for path in ("/", *PRIVATE):
        answer = site.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"] == "private, no-store", path
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    sign_out(site)
    for path in PRIVATE:
        answer = site.get(path, follow_redirects=False)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?back=")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_script_reads_the_cookies_of_a_session(
    site: TestClient[Litestar], database: Database, scheme: str
) -> None:
    organisation = an_organisation(database, role=Role.CORPS_BUREAU)
    an_account(database, "a@example.org", organisation=organisation)
    host = f"{scheme}://testserver.local"
    answer = site.post(
        f"{host}/sign-in",
        data={"login": "a@example.org", "password": PASSWORD, "back": "https://evil.example/"},
        headers={"Origin": host},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/")
    said = answer.headers.get_list("set-cookie")
    kept = [cookie for cookie in said if not cookie.startswith("lucai_language=")]
    assert any("lucai_session=" in cookie for cookie in kept)
    for cookie in kept:
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        assert ("Secure" in cookie) is (scheme == "https")
        assert cookie.startswith("__Host-") is (scheme == "https")


def test_a_form_without_its_token_changes_nothing(site: TestClient[Litestar]) -> None:
    signed_in(site, role=Role.OPERATOR)
    site.headers.pop("x-form-token")
    assert site.post("/conflicts/1", data={"decision": "held"}).status_code == 403
