"""A tender's clause of a bill: its list equals the store's, and it warns of too few makers."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import Database
from catalog.forms.docx import document_of
from catalog.forms.tender_form import tender_form
from catalog.rules.keys import building_key
from catalog.rules.terms import BillStage, CertificateState
from catalog.services import catalogue, tender
from catalog.views.products import ProductView
from tests.builders import (
    NOW,
    a_bill_line,
    a_certificate,
    a_company,
    a_product,
    a_project,
    bring,
    day,
)

ON = day("2026-06-01")
BUILDING = building_key("p-1", "1#")
MAKERS = ("甲建材厂", "乙建材厂", "丙建材厂", "丁建材厂")


@pytest.fixture
def market(database: Database) -> Database:
    """Four makers: two of three stars, one of one star, one whose certificate is suspended."""
    stars: list[dict[str, Any]] = [{"star": 3}, {"star": 3}, {"star": 1}, {"star": 3}]
    stars[3] |= {"state": CertificateState.SUSPENDED, "state_on": day("2026-01-01")}
    bring(
        database,
        [
            a_product(
                f"{maker}混凝土",
                a_certificate(f"CTC-{number}", **stated),
                model=f"C3{number}",
                brand=f"{maker}牌",
                company=a_company(maker),
            )
            for number, (maker, stated) in enumerate(zip(MAKERS, stars, strict=True))
        ],
    )
    bring(database, [a_project()])
    bring(
        database,
        [
            a_bill_line("1", stage=BillStage.DESIGN, name=f"{MAKERS[0]}牌预拌混凝土"),
            a_bill_line("2", stage=BillStage.DESIGN, name="钢筋", category=None, unit="t"),
        ],
    )
    return database


def meeting(database: Database, star: int | None) -> list[ProductView]:
    """Find the same products another way: each by its own certificates on the day."""
    with database.reading() as connection:
        every = catalogue.browse_products(connection, limit=100, offset=0).items
        return [
            product
            for product in every
            if any(
                paper.validity.value == "valid" and (star is None or (v.star or 0) >= star)
                for paper in catalogue.certificates_of_product(connection, product, on=ON)
                for v in paper.versions
            )
        ]


@pytest.mark.parametrize(("star", "makers"), [(None, 3), (1, 3), (2, 2), (3, 2)])
def test_lists_all_that_meets_it_and_warns_below_three_makers(
    market: Database, star: int | None, makers: int
) -> None:
    with market.reading() as connection:
        view = tender.tender_of(connection, BUILDING, star=star, on=ON)
    (item,) = view.items
    assert {offer.product for offer in item.offers} == {p.key for p in meeting(market, star)}
    assert (item.makers, item.is_narrow, view.outside) == (makers, makers < 3, 1)


@pytest.mark.parametrize(("star", "is_asked"), [(None, True), (3, False)], ids=["enough", "few"])
def test_leaves_out_only_what_too_few_makers_meet(
    market: Database, star: int | None, is_asked: bool
) -> None:
    left = ["ready-mixed-concrete"]
    with market.reading() as connection:
        view = tender.tender_of(connection, BUILDING, star=star, left_out=left, on=ON)
    assert ([bool(each) for each in (view.asked, view.unasked)]) == [is_asked, not is_asked]
    form = tender_form(view, "en", made_at=NOW)
    told = [text.text for section in form.sections for text in section.paragraphs]
    assert any("有 2 家，不足 3 家" in text for text in told) is not is_asked
    assert any(text.startswith("1. ") for text in told) is is_asked


def test_names_no_maker_and_no_brand(market: Database) -> None:
    with market.reading() as connection:
        view = tender.tender_of(connection, BUILDING, star=None, on=ON)
        every = catalogue.browse_products(connection, limit=100, offset=0).items
    said = " ".join(
        [
            *(text for pair in (*view.before, *view.after) for text in pair),
            *(item.requirement.text_zh + item.requirement.text_en for item in view.items),
        ]
    )
    named = {product.company_name for product in every} | {p.brand for p in every if p.brand}
    assert named and not [name for name in named if name in said]
    form = tender_form(view, "en", made_at=NOW)
    assert document_of(form) == document_of(form)
