"""Products side by side: what differs is seen, what is missing is said, mistakes are helped."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.rules.keys import product_key
from tests.web.conftest import HOSTILE
from tests.web.places import COMPANY, MORTAR, PRODUCT

BOARD = product_key(COMPANY, "岩棉板 1", "TR1", None)
OTHER = product_key(COMPANY, "岩棉板 2", "TR2", None)
PATH = "/products/compare"


def address(*keys: str, **more: str) -> str:
    return (
        PATH + "?" + "&".join([*(f"key={k}" for k in keys), *(f"{a}={b}" for a, b in more.items())])
    )


def rows(page: str) -> dict[str, bool]:
    """Return the attributes shown, and whether they are marked as different."""
    body = page[page.index("<tbody>") :]
    found = re.findall(r'<tr( class="differs")?>\s*<th scope="row">([^<]*)', body)
    return {label.strip(): bool(mark) for mark, label in found}


def test_shows_products_side_by_side(pages: TestClient[Litestar]) -> None:
    page = pages.get(address(PRODUCT, MORTAR, on="2025-06-01")).text
    assert page.count('<th scope="col">') == 2
    assert "CTC-2024-001" in page and "2024年1月1日" in page and "is-valid" in page
    assert "非真实证书" in page


def test_marks_what_differs(pages: TestClient[Litestar]) -> None:
    shown = rows(pages.get(address(BOARD, OTHER)).text)
    assert shown["型号规格"] and not shown["企业"] and not shown["产品类别"]


def test_shows_only_what_differs_on_request(pages: TestClient[Litestar]) -> None:
    page = pages.get(address(BOARD, OTHER, only="differences")).text
    assert rows(page) == {"型号规格": True}
    assert "14 项相同" in page


def test_says_what_is_missing_and_never_zero(pages: TestClient[Litestar]) -> None:
    page = pages.get(address(BOARD, OTHER)).text
    cells = re.findall(r"<td>(.*?)</td>", page[page.index("<tbody>") :], re.DOTALL)
    shown = {re.sub(r"<[^>]*>", "", cell).strip() for cell in cells}
    assert {"未提供", "未知", "没有证书", "没有进场记录"} <= shown
    assert not shown & {"0", "None", "", "—"}


def test_judges_on_the_chosen_day(pages: TestClient[Litestar]) -> None:
    assert "is-expired" in pages.get(address(PRODUCT, BOARD, on="2029-01-01")).text
    assert "is-not-yet" in pages.get(address(PRODUCT, BOARD, on="2023-01-01")).text


def test_counts_where_products_were_used(pages: TestClient[Litestar]) -> None:
    assert "2 个项目，2 个单体" in pages.get(address(PRODUCT, BOARD)).text


def test_a_product_can_be_removed_while_two_remain(pages: TestClient[Litestar]) -> None:
    three = pages.get(address(PRODUCT, MORTAR, BOARD, on="2025-06-01")).text
    assert f'href="{PATH}?key={PRODUCT}&amp;key={BOARD}&amp;on=2025-06-01"' in three
    assert "移除" not in pages.get(address(PRODUCT, MORTAR)).text


def test_one_key_twice_is_one_product(pages: TestClient[Litestar]) -> None:
    assert pages.get(address(PRODUCT, PRODUCT)).status_code == 400


@pytest.mark.parametrize(
    ("keys", "status", "says"),
    [
        ((PRODUCT,), 400, "现在选了 1 个"),
        ((PRODUCT, MORTAR, BOARD, OTHER, product_key(COMPANY, "岩棉板 3", "TR3", None)), 400,
         "最多并排对比 4 个产品，现在选了 5 个"),
        ((PRODUCT, "none"), 404, "<code>none</code>"),
        ((PRODUCT, "%3Cscript%3E"), 404, "&lt;script&gt;"),
        ((PRODUCT, "%00"), 400, "现在选了 1 个"),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_explained(
    pages: TestClient[Litestar], keys: tuple[str, ...], status: int, says: str
) -> None:
    answer = pages.get(address(*keys))
    assert answer.status_code == status
    assert says in answer.text and 'role="alert"' in answer.text
    assert answer.text.count("<h1") == 1 and 'href="/products' in answer.text


def test_without_a_choice_says_how_to_choose(pages: TestClient[Litestar]) -> None:
    answer = pages.get(PATH)
    assert answer.status_code == 200 and "现在选了 0 个" in answer.text
    assert 'role="alert"' not in answer.text


def test_an_unknown_key_can_be_left_out(pages: TestClient[Litestar]) -> None:
    page = pages.get(address(PRODUCT, MORTAR, "none")).text
    assert f'href="{PATH}?key={PRODUCT}&amp;key={MORTAR}"' in page


def test_too_many_can_be_removed_one_by_one(pages: TestClient[Litestar]) -> None:
    five = (PRODUCT, MORTAR, BOARD, OTHER, product_key(COMPANY, "岩棉板 3", "TR3", None))
    page = pages.get(address(*five)).text
    links = [
        link.replace("&amp;", "&") for link in re.findall(r'class="remove" href="([^"]*)"', page)
    ]
    assert len(links) == 5
    assert all(pages.get(link).status_code == 200 for link in links)


def test_hostile_names_stay_text(pages: TestClient[Litestar]) -> None:
    found = pages.get("/api/v1/search?division=08&limit=1").json()["page"]["hits"][0]["document"]
    page = pages.get(address(found["key"], PRODUCT)).text
    assert HOSTILE not in page and "&lt;script&gt;" in page
