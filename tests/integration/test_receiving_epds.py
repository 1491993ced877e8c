"""Declarations are kept with their history, by source, and are taken back whole."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import func, select

from catalog.db import Database
from catalog.errors import EpdNotFoundError, PermissionDeniedError, UndoRefusedError
from catalog.models.epd import EpdResult, EpdVersion
from catalog.permissions import ANYONE
from catalog.records import EpdOrganisation, LocalText
from catalog.rules.declarations import Standing
from catalog.services import catalogue, epds
from catalog.services.receiving.receipt import Change
from catalog.views.epds import EpdView
from tests.builders import (
    NOW,
    OPERATOR,
    REGISTRY,
    a_certificate,
    a_company,
    a_product,
    bring,
    day,
    undo,
)
from tests.declarations import EPD, a_declaration, an_amount, on_day, year

TODAY = day("2026-06-01")
LATER = NOW + dt.timedelta(days=1)
MAKER = "绿洲木业有限公司"


def epd_of(database: Database, key: str = EPD, on: dt.date = TODAY) -> EpdView:
    with database.reading() as connection:
        return epds.get_epd(connection, key, on=on)


def rows(database: Database) -> tuple[int, int]:
    with database.reading() as connection:
        counted = [
            connection.scalar(select(func.count()).select_from(model))
            for model in (EpdVersion, EpdResult)
        ]
    return counted[0] or 0, counted[1] or 0


def test_keeps_everything_that_a_record_states(database: Database) -> None:
    record = a_declaration()
    bring(database, [record], source="soda")
    with database.reading() as connection:
        kept = epds.epd_record(connection, EPD)
    assert kept == msgspec.structs.replace(record, row=None)


def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    records = [a_declaration(version="00.01.000"), a_declaration(), a_declaration("ec3c0h02")]
    first = bring(database, records)
    before = rows(database)
    again = bring(database, records, now=LATER)
    assert (first.created, first.changed, first.unchanged) == (3, 0, 0)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)
    assert rows(database) == before


def test_the_same_source_corrects_itself_and_the_old_edition_stays_on_record(
    database: Database,
) -> None:
    bring(database, [a_declaration()])
    changes: list[Change] = []
    newer = a_declaration(version="00.03.000", results=(an_amount("6.5"),))
    receipt = bring(database, [newer], now=LATER, changes=changes)
    epd = epd_of(database)
    assert (receipt.created, receipt.changed) == (0, 1)
    assert [one.version for one in epd.statements] == ["00.03.000"]
    assert [one.version for one in epd.editions] == ["00.02.000"]
    fields = changes[0].fields
    assert fields["gwp · EN 15804+A1 · kg CO2e · A1-A3"] == ("6.529", "6.5")
    assert fields["gwp · EN 15804+A1 · kg CO2e · D · S1"] == ("-4.877", "—")


def test_an_older_edition_that_comes_late_replaces_nothing(database: Database) -> None:
    bring(database, [a_declaration()])
    old = a_declaration(version="00.01.000")
    receipt = bring(database, [old], now=LATER)
    again = bring(database, [old], now=LATER)
    epd = epd_of(database)
    assert [issue.code for issue in receipt.issues] == ["epd-older-edition"]
    assert [one.version for one in epd.statements] == ["00.02.000"]
    assert [one.version for one in epd.editions] == ["00.01.000"]
    assert again.unchanged == 1 and not again.issues


def test_two_contents_of_one_edition_in_one_file_are_one_too_many(database: Database) -> None:
    other = a_declaration(names=(LocalText("en", "Another panel"),), row=2)
    receipt = bring(database, [a_declaration(), other])
    assert [issue.code for issue in receipt.issues] == ["epd-edition-twice"]
    assert (receipt.created, receipt.refused) == (1, 1)
    assert epd_of(database).statements[0].names[1].text == "Wood panel"


def test_another_source_stands_beside_and_contradictions_are_shown(database: Database) -> None:
    bring(database, [a_declaration()], source="soda")
    results = (an_amount("6.6"), an_amount("1", unit="kg SO2e"), an_amount("5", module="C3"))
    other = a_declaration(
        valid_until=on_day("2027-04-22"), issued_on=on_day("2022-10-11"), results=results
    )
    receipt = bring(database, [other], source="obd", now=LATER)
    epd = epd_of(database)
    assert [one.source for one in epd.statements] == ["obd", "soda"]
    # A year and a day in it say the same; other units, modules and scenarios are other amounts.
    found = {(one.amount_of or one.field, one.value, one.other_value) for one in epd.differences}
    assert found == {
        ("issued_on", "2022-10-11", "2022-10-10"),
        ("gwp · EN 15804+A1 · kg CO2e · A1-A3", "6.6", "6.529"),
    }
    assert [issue.code for issue in receipt.issues] == ["epd-sources-differ"]
    assert receipt.issues[0].facts["count"] == "2"


def test_nothing_is_compared_per_declared_unit_where_the_declared_units_differ(
    database: Database,
) -> None:
    bring(database, [a_declaration()], source="soda")
    other = a_declaration(declared_unit="kg", results=(an_amount("0.8"),))
    bring(database, [other], source="obd")
    assert [one.field for one in epd_of(database).differences] == ["declared_unit"]


def test_refuses_a_text_that_the_store_would_have_to_cut_off(database: Database) -> None:
    long_name = a_declaration(names=(LocalText("en", "x" * 501),))
    long_unit = a_declaration("ec3c0h02", results=(an_amount(unit="u" * 81),))
    receipt = bring(database, [long_name, long_unit])
    assert [(one.code, one.column) for one in receipt.issues] == [
        ("text-too-long", "name"),
        ("text-too-long", "unit"),
    ]
    assert rows(database) == (0, 0)


def test_undo_takes_a_declaration_back_and_what_it_replaced_is_known_again(
    database: Database,
) -> None:
    bring(database, [a_declaration()])
    with database.reading() as connection:
        before = epds.epd_record(connection, EPD)
    newer = a_declaration(version="00.03.000", results=(an_amount("6.5"),))
    second = bring(database, [newer, a_declaration("ec3c0h02")], now=LATER)
    undo(database, second.run_id, now=LATER)
    with database.reading() as connection:
        assert epds.epd_record(connection, EPD) == before
        with pytest.raises(EpdNotFoundError):
            epds.get_epd(connection, "ec3c0h02", on=TODAY)
        assert epds.browse_epds(connection, "", on=TODAY, limit=9, offset=0).total == 1
    again = bring(database, [a_declaration("ec3c0h02")], now=LATER)
    assert again.created == 1


def test_undo_is_refused_while_a_later_edition_stands_on_the_first(database: Database) -> None:
    first = bring(database, [a_declaration()])
    second = bring(database, [a_declaration(version="00.03.000")], now=LATER)
    with pytest.raises(UndoRefusedError) as refused:
        undo(database, first.run_id)
    assert refused.value.facts["later"] == f"#{second.run_id}"


def the_products(database: Database, *models: str | None) -> None:
    company = a_company(MAKER)
    bring(database, [a_product("Wood panel", company=company, model=model) for model in models])


def links(database: Database) -> list[tuple[str, str, bool]]:
    return [
        (link.product_name, link.reason, link.is_automatic) for link in epd_of(database).products
    ]


def test_a_product_of_the_same_maker_and_name_is_linked_whichever_comes_first(
    database: Database,
) -> None:
    bring(database, [a_declaration()])
    assert links(database) == []
    the_products(database, "P1")
    assert links(database) == [("Wood panel", "same-maker-and-name", True)]


def test_two_products_that_could_be_meant_are_left_to_a_person(database: Database) -> None:
    the_products(database, "P1", "P2")
    bring(database, [a_declaration()])
    assert links(database) == []


def test_a_link_that_is_no_longer_certain_is_closed(database: Database) -> None:
    the_products(database, "P1")
    bring(database, [a_declaration()])
    assert len(links(database)) == 1
    the_products(database, "P2")
    assert links(database) == []


def test_a_registration_number_that_is_a_certificate_s_links_its_product(
    database: Database,
) -> None:
    paper = a_certificate("EPD-HAM-20220212")
    bring(database, [a_product("复合地板", paper)], source=REGISTRY)
    bring(database, [a_declaration(registration_number="epd－ham－20220212", manufacturer=None)])
    assert links(database) == [("复合地板", "same-number", True)]


def test_a_number_and_a_name_that_speak_of_two_products_link_neither(database: Database) -> None:
    the_products(database, "P1")
    bring(database, [a_product("复合地板", a_certificate("EPD-HAM-20220212"))], source=REGISTRY)
    bring(database, [a_declaration()])
    assert links(database) == []


def test_undo_of_the_products_closes_links_that_nobody_made(database: Database) -> None:
    bring(database, [a_declaration()])
    products = bring(database, [a_product("Wood panel", company=a_company(MAKER))])
    assert len(links(database)) == 1
    undo(database, products.run_id)
    assert links(database) == []


def product_key(database: Database) -> str:
    return epd_of(database).products[0].product


def test_what_a_person_unlinked_no_import_links_again(database: Database) -> None:
    the_products(database, "P1")
    bring(database, [a_declaration()])
    product = product_key(database)
    with database.transaction() as session:
        epds.unlink_product(session, EPD, product, actor=OPERATOR, now=NOW)
    bring(database, [a_declaration(version="00.03.000")], now=LATER)
    epd = epd_of(database)
    assert epd.products == []
    assert [(link.product, link.ended_by) for link in epd.ended_products] == [(product, "test")]
    with database.transaction() as session:
        epds.link_product(session, EPD, product, reason="看过铭牌", actor=OPERATOR, now=LATER)
    assert links(database) == [("Wood panel", "看过铭牌", False)]
    assert epd_of(database).ended_products == []


def test_undo_is_refused_where_a_person_linked_what_would_be_gone(database: Database) -> None:
    bring(database, [a_product("复合地板")])
    run = bring(database, [a_declaration()])
    with database.reading() as connection:
        product = catalogue.browse_products(connection, limit=1, offset=0).items[0].key
    with database.transaction() as session:
        epds.link_product(session, EPD, product, reason="", actor=OPERATOR, now=NOW)
    with pytest.raises(UndoRefusedError) as refused:
        undo(database, run.run_id)
    assert refused.value.facts["later"] == f"EPD {EPD} – {product}"
    with database.transaction() as session:
        epds.unlink_product(session, EPD, product, actor=OPERATOR, now=NOW)
    undo(database, run.run_id)


def test_only_the_operator_links(database: Database) -> None:
    the_products(database, "P1")
    bring(database, [a_declaration()])
    product = product_key(database)
    for act in (
        lambda session: epds.unlink_product(session, EPD, product, actor=ANYONE, now=NOW),
        lambda session: epds.link_product(session, EPD, product, reason="", actor=ANYONE, now=NOW),
    ):
        with database.transaction() as session, pytest.raises(PermissionDeniedError):
            act(session)
    assert len(links(database)) == 1


def test_a_declaration_without_a_day_of_issue_is_known_to_be_issued_when_it_came(
    database: Database,
) -> None:
    bring(database, [a_declaration(issued_on=None, valid_until=year(2027))])
    answers = [
        epd_of(database, on=day(on)).statements[0].standing
        for on in ("2020-01-01", "2026-06-01", "2027-06-01", "2028-01-01")
    ]
    assert answers == [Standing.ASK, Standing.VALID, Standing.ASK, Standing.NOT_VALID]


def test_finds_declarations_by_name_number_and_maker(database: Database) -> None:
    bring(
        database,
        [
            a_declaration(),
            a_declaration(
                "ec3c0h02",
                names=(LocalText("zh", "石膏板 100%"),),
                manufacturer=EpdOrganisation(name="Knauf"),
                registration_number="S-P-01234",
            ),
        ],
    )

    def found(words: str) -> list[str]:
        with database.reading() as connection:
            page = epds.browse_epds(connection, words, on=TODAY, limit=10, offset=0)
        return [row.name for row in page.items]

    assert found("") == ["Wood panel", "石膏板 100%"]
    assert found("knauf 石膏") == ["石膏板 100%"]
    assert found("s-p-01234") == ["石膏板 100%"]
    assert found("绿洲") == ["Wood panel"]
    assert found("100%") == ["石膏板 100%"]
    assert found("_") == []
    assert found("knauf wood") == []


def test_the_list_shows_the_gwp_of_the_product_stage(database: Database) -> None:
    bring(database, [a_declaration()])
    with database.reading() as connection:
        row = epds.browse_epds(connection, "", on=TODAY, limit=10, offset=0).items[0]
    assert [(one.amount, one.unit) for one in row.gwp] == [(Decimal("6.529"), "kg CO2e")]
