"""The pages of declarations: what is declared, what is not, until when, and by whom."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html
from sqlalchemy import select

from api.web.epd_table import results_table, shown_amount, shown_unit
from catalog.db import Database
from catalog.models.product import Product
from catalog.records import LocalText
from catalog.services import catalogue, epds
from search.engines.tantivy import TantivyEngine
from search.sync import drain_once
from tests.accounts import signed_in
from tests.apps import create_app
from tests.builders import a_company, a_product, bring, day
from tests.conftest import TOKEN
from tests.declarations import EPD, a_declaration, an_amount, on_day

PAGE = f"/epds/{EPD}"
API = "/api/v1/epds"


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> Iterator[TestClient[Litestar]]:
    """A browser on a store with a declaration of two sources, and two products."""
    company = a_company("绿洲木业有限公司")
    bring(database, [a_product("Wood panel", company=company), a_product("岩棉板 <b>")])
    bring(database, [a_declaration()], source="soda")
    other = a_declaration(
        results=(an_amount("6.6"),), valid_until=on_day("2027-04-22"), descriptions=()
    )
    bring(database, [other], source="obd")
    while drain_once(database, search_engine):
        pass
    with TestClient(create_app(database, search_engine, api_token=TOKEN)) as client:
        yield client


def cells(page: str, indicator: str) -> list[str]:
    """Return the cells of an indicator's row in the table of results."""
    (row,) = html.fromstring(page).xpath(
        f"//table[contains(@class, 'epd-results')]//tr[th/abbr[text()='{indicator}']]"
    )
    return [" ".join(cell.text_content().split()) for cell in row.xpath("td")]


def test_lists_declarations_and_finds_them(site: TestClient[Litestar]) -> None:
    page = site.get("/epds?lang=en").text
    assert "Wood panel" in page and "6.6" in page and "kg CO₂e" in page
    assert "Wood panel" in site.get("/epds?q=epd-ham&lang=en").text
    none = site.get("/epds?q=%3Cb%3E&lang=en").text
    assert "No declaration holds “&lt;b&gt;”." in none


def test_a_module_that_is_not_declared_is_nd_and_a_zero_is_a_zero(
    site: TestClient[Litestar],
) -> None:
    page = site.get(f"{PAGE}?source=soda&scenario=S1&lang=en").text
    modules = html.fromstring(page).xpath(
        "//table[contains(@class, 'epd-results')]//th[@class='n']"
    )
    assert [module.text for module in modules] == ["A1-A3", "A4", "C3", "D"]
    assert cells(page, "GWP") == ["EN 15804+A1", "kg CO₂e", "6.529", "0", "11.88", "−4.877"]
    assert cells(page, "EP") == ["EN 15804+A1", "kg PO₄e", "1.176×10⁻⁴", "ND", "ND", "ND"]
    assert 'title="0.0001176"' in page


def test_amounts_of_another_scenario_are_pointed_to_and_never_added(
    site: TestClient[Litestar],
) -> None:
    page = site.get(f"{PAGE}?source=soda&scenario=S2&lang=en").text
    assert cells(page, "GWP")[-2:] == ["11.76", "↗"]
    assert "see scenario S1" in page


def test_the_scenario_that_its_source_calls_default_is_shown_first(
    site: TestClient[Litestar],
) -> None:
    page = site.get(f"{PAGE}?source=soda&lang=en").text
    assert cells(page, "GWP")[-2] == "11.76"


def test_a_year_is_shown_as_a_year_and_asks_for_the_certificate(
    site: TestClient[Litestar],
) -> None:
    page = site.get(f"{PAGE}?source=soda&on=2027-06-01&lang=en").text
    assert "2027 (only the year is stated)" in page and "Check the certificate" in page
    other = site.get(f"{PAGE}?source=obd&on=2027-06-01&lang=en").text
    assert "Not valid" in other and "only the year" not in other
    assert "须查证书" in site.get(f"{PAGE}?source=soda&on=2027-06-01&lang=zh").text


def test_both_sources_are_shown_where_they_differ(site: TestClient[Litestar]) -> None:
    page = site.get(f"{PAGE}?lang=zh").text
    assert (
        "来源不一致" in page and "6.529" in page and "gwp · EN 15804+A1 · kg CO2e · A1-A3" in page
    )


@pytest.mark.parametrize("path", ["/epds", PAGE, f"{PAGE}/products?q=岩棉"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_whole_and_escape_what_others_wrote(
    site: TestClient[Litestar], path: str, language: str
) -> None:
    joint = "&" if "?" in path else "?"
    answer = site.get(f"{path}{joint}lang={language}")
    assert answer.status_code == 200 and "<b>" not in answer.text
    headings = html.fromstring(answer.text).xpath("//h1")
    assert len(headings) == 1


def test_files_are_what_their_forms_say(site: TestClient[Litestar]) -> None:
    openepd = site.get(f"{PAGE}/openepd?source=soda")
    assert json.loads(openepd.content)["product_name"] == "Wood panel"
    assert f'filename="{EPD}.json"' in openepd.headers["content-disposition"]
    archive = site.get(f"{PAGE}/ilcd?source=soda")
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    assert f"ILCD/processes/{EPD}.xml" in names
    table = site.get(f"{PAGE}/csv?source=obd&lang=zh")
    assert table.content.decode("utf-8-sig").startswith("声明标识,")
    assert "6.529" not in table.text
    assert site.get(f"{PAGE}/xlsx").content.startswith(b"PK")
    assert site.get(f"{PAGE}/pdf").status_code == 400
    assert site.get(f"{PAGE}/csv?source=nobody").status_code == 404
    assert site.get("/epds/nothing").status_code == 404


def test_says_beside_a_form_what_it_has_no_place_for(site: TestClient[Litestar]) -> None:
    page = site.get(f"{PAGE}?source=soda&lang=en").text
    assert "Of “valid_until” only the year 2027 is known" in page
    assert "complete" in page


def test_the_product_s_page_shows_its_declaration(
    site: TestClient[Litestar], database: Database
) -> None:
    with database.reading() as connection:
        product = epds.get_epd(connection, EPD, on=day("2026-06-01")).products[0].product
    page = site.get(f"/products/{product}?lang=en").text
    assert f"/epds/{EPD}" in page and "Maker and product name are the same" in page


def test_what_products_declare_stands_side_by_side(
    site: TestClient[Litestar], database: Database
) -> None:
    with database.reading() as connection:
        product = epds.get_epd(connection, EPD, on=day("2026-06-01")).products[0].product
        keys = [row.key for row in connection.execute(select(Product.key))]
    other = next(key for key in keys if key != product)
    page = site.get(
        "/products/compare", params={"key": [product, other], "on": "2026-06-01", "lang": "en"}
    ).text
    (row,) = html.fromstring(page).xpath(
        "//tr[starts-with(normalize-space(th), 'Environmental product declaration')]"
    )
    one, another = (" ".join(cell.text_content().split()) for cell in row.xpath("td"))
    assert "GWP A1–A3 6.6 kg CO₂e / 1 m²" in one
    assert another == "No declaration"


def sign_in(site: TestClient[Litestar]) -> None:
    signed_in(site)


def products(site: TestClient[Litestar]) -> list[tuple[str, str]]:
    found = site.get(f"{API}/{EPD}").json()["products"]
    return [(one["product_name"], one["actor"]) for one in found]


def test_a_person_links_unlinks_and_restores(
    site: TestClient[Litestar], database: Database
) -> None:
    path = f"{PAGE}/products"
    page = site.get(f"{path}?q=岩棉&lang=en").text
    assert "To link products takes an account that may." in page
    with database.reading() as connection:
        listed = catalogue.browse_products(connection, limit=9, offset=0).items
    (board,) = [product.key for product in listed if product.name.startswith("岩棉板")]
    assert f'value="{board}"' not in page
    away = site.post(path, data={"product": board}, follow_redirects=False)
    assert away.headers["location"].startswith("/sign-in")
    sign_in(site)
    assert f'value="{board}"' in site.get(f"{path}?q=岩棉&lang=en").text
    site.post(path, data={"product": board, "reason": "看过 <铭牌>"})
    assert ("岩棉板 <b>", "operator") in products(site)
    assert "看过 &lt;铭牌&gt;" in site.get(path).text
    site.post(f"{path}/end", data={"product": board})
    assert "岩棉板 <b>" not in dict(products(site))
    page = site.get(f"{path}?lang=en").text
    assert "Unlinked by a person" in page and f'value="{board}"' in page
    site.post(path, data={"product": board})
    assert "岩棉板 <b>" in dict(products(site))


def test_another_site_cannot_link(site: TestClient[Litestar]) -> None:
    sign_in(site)
    answer = site.post(
        f"{PAGE}/products",
        data={"product": "x"},
        headers={"Sec-Fetch-Site": "cross-site"},
        follow_redirects=False,
    )
    assert answer.status_code == 403


def test_the_api_answers_with_exact_amounts_and_links_with_a_token(
    site: TestClient[Litestar],
) -> None:
    listed = site.get(API, params={"q": "wood", "on": "2026-06-01"}).json()
    assert (listed["total"], listed["items"][0]["standing"]) == (1, "valid")
    epd = site.get(f"{API}/{EPD}").json()
    assert [one["source"] for one in epd["statements"]] == ["obd", "soda"]
    soda = epd["statements"][1]
    assert soda["results"][5]["amount"] == "0.0001176"
    product = epd["products"][0]["product"]
    assert site.get(f"/api/v1/products/{product}/epds").json()[0]["is_automatic"] is True
    path = f"{API}/{EPD}/products/{product}"
    assert site.delete(path).status_code == 401
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert site.delete(path, headers=bearer).json()["products"] == []
    linked = site.put(path, headers=bearer, json={"reason": "seen"}).json()
    assert [(one["reason"], one["is_automatic"]) for one in linked["products"]] == [("seen", False)]
    assert (
        site.get(f"{API}/{EPD}/files/openepd")
        .headers["content-type"]
        .startswith("application/json")
    )
    assert site.put(f"{API}/{EPD}/products/none", headers=bearer, json={}).status_code == 404


def test_bars_begin_at_zero_and_credits_go_to_the_left(database: Database) -> None:
    amounts = (an_amount("30"), an_amount("0", module="B1"), an_amount("-10", module="D"))
    bring(database, [a_declaration(results=amounts, names=(LocalText("en", "Panel"),))])
    with database.reading() as connection:
        statement = epds.get_epd(connection, EPD, on=day("2026-06-01")).statements[0]
    (chart,) = results_table(statement).charts
    assert [(bar.module, bar.x, bar.width) for bar in chart.bars] == [
        ("A1-A3", 250, 750),
        ("B1", 250, 0),
        ("D", 0, 250),
    ]


def test_amounts_are_shown_with_four_digits_that_count() -> None:
    shown = {
        "0.0": "0", "6.529": "6.529", "-4.8774": "−4.877", "1234567.8": "1.235×10⁶",
        "1.030E-8": "1.03×10⁻⁸", "198.063810485965": "198.1", "12500": "12,500",
        "0.00099999": "0.001",
    }  # fmt: skip
    assert {text: shown_amount(Decimal(text)) for text in shown} == shown


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("kg CO2e", "kg CO₂e"),
        ("m2", "m²"),
        ("m3 world e", "m³ world e"),
        ("kg CFC-11e", "kg CFC-11e"),
        ("kg C2H4e", "kg C₂H₄e"),
        ("kBq U235e", "kBq U235e"),
        ("m2*a", "m²*a"),
        (None, ""),
    ],
)
def test_units_are_printed_with_raised_and_lowered_digits(
    written: str | None, printed: str
) -> None:
    assert shown_unit(written) == printed
