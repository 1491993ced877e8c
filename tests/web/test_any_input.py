"""Whatever a person sends is answered with a page; nothing is a server error."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from tests.web.places import BUILDING_PATH, PRODUCT

PARAMETERS = {
    "/products": ["q", "category", "group", "star", "division", "company", "body", "valid_on",
                  "sort", "page", "lang"],
    "/products/compare": ["key", "on", "only"],
    "/searches": ["saved", "deleted"],
    "/searches/new": ["q", "category", "star", "body", "valid_on", "sort"],
    "/certificates": ["number", "on"],
    f"/products/{PRODUCT}": ["on"],
    "/projects": ["q", "division", "page"],
    f"{BUILDING_PATH}/matching": ["need", "over", "run", "sign", "settled", "undone", "page"],
    "/divisions": ["method", "stage"],
    "/divisions/08": ["method", "stage", "year", "page"],
    "/imports": ["page", "q", "kind", "state"],
    "/sign-in": ["back"],
    "/imports/1": ["page"],
    "/rules": ["place", "on"],
    "/rules/ratio-a-2019": ["version"],
}  # fmt: skip
TRAPS = ["", " ", "\x00", "\ud7ff", "'", '"', "%", "_", "\\", "*", "(", "name:(", "a AND", "[1 TO",
         "-1", "0", "9" * 30, "1e9", "NaN", "０", "²", "2026-02-30", "0001-01-01", "9999-12-31",
         "2026-W01-1", "<script>", "../..", "\u202e", "\U0001f600", "绿" * 199,
         "x" * 5000]  # fmt: skip


@pytest.mark.parametrize("path", sorted(PARAMETERS))
def test_answers_any_parameter(pages: TestClient[Litestar], path: str) -> None:
    for name, trap in product(PARAMETERS[path], TRAPS):
        answer = pages.get(path, params={name: trap})
        assert answer.status_code in {200, 400, 404}, (name, trap)
        assert answer.text.count("<h1") == 1


@given(words=st.text(max_size=60))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_any_words(pages: TestClient[Litestar], words: str) -> None:
    encodable = words.encode("utf-8", "replace").decode()
    for path, name in (("/products", "q"), ("/certificates", "number"), ("/projects", "q")):
        assert pages.get(path, params={name: encodable}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/products/none", 404),
        ("/products/%00", 400),
        ("/products/NONE!", 400),
        ("/products/%ff", 400),
        ("/companies/none", 404),
        ("/certificates/none", 404),
        ("/projects/none", 404),
        ("/projects/none/buildings/none", 404),
        ("/results/999999", 404),
        ("/results/x", 404),
        ("/results/0", 400),
        (f"/results/{10**30}", 400),
        ("/imports/999999", 404),
        ("/rules/none", 404),
        ("/divisions/08?year=80", 400),
        ("/products?valid_on=tomorrow", 400),
        ("/products?star=4", 400),
        ("/products?page=10001", 400),
    ],
)
def test_an_error_is_a_page_that_leads_on(
    pages: TestClient[Litestar], path: str, status: int
) -> None:
    for language in ("zh", "en"):
        answer = pages.get(path, headers={"Accept-Language": language})
        assert answer.status_code == status
        assert 'role="alert"' in answer.text and 'action="/products"' in answer.text


def test_an_error_names_the_parameter(pages: TestClient[Litestar]) -> None:
    assert "<code>valid_on</code>" in pages.get("/products?valid_on=tomorrow").text


def test_a_post_to_a_page_is_refused_with_a_page(pages: TestClient[Litestar]) -> None:
    answer = pages.post("/products")
    assert answer.status_code == 405 and 'role="alert"' in answer.text
