"""HEAD: the headers of GET, and no body."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.web.places import CERTIFICATE


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/certificates/{CERTIFICATE}",
        "/api/v1/divisions",
        "/health",
        "/nowhere",
        "/robots.txt",
    ],
)
def test_a_head_says_what_a_get_would_and_sends_nothing(
    pages: TestClient[Litestar], path: str
) -> None:
    got, head = pages.get(path), pages.head(path)
    assert head.status_code == got.status_code and not head.content
    for name in ("content-type", "content-length", "content-security-policy", "cache-control"):
        assert head.headers.get(name) == got.headers.get(name), name


def test_what_only_writes_has_no_head(pages: TestClient[Litestar]) -> None:
    assert pages.head("/editions/outlook").status_code == 405
