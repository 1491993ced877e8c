"""Editions: frozen lists that can be made again, compared and corrected, and never change."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

import msgspec
import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import update

from catalog.db import Database
from catalog.errors import EditionNotFoundError, EditionRefusedError, PermissionDeniedError
from catalog.forms.edition_form import edition_form, edition_rows, edition_sheet
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import workbook_of, write_workbook
from catalog.models.edition import EditionLine
from catalog.permissions import Actor, Role
from catalog.rules.terms import AdoptionState, CertificateState, EditionKind
from catalog.services import edition_comparing, editions
from catalog.services.editions import NewEdition
from catalog.views.editions import EditionDifference, EditionSheet, EditionView
from tests.adoptions import an_adoption
from tests.builders import NOW, a_certificate, a_product, bring, day, making_up

CORPS = Actor(name="兵团", role=Role.CORPS_BUREAU, organisation="corps")
DIVISION = Actor(name="师", role=Role.DIVISION_BUREAU, organisation="bureau", division="08")
CATALOGUE, ADOPTIONS = EditionKind.CATALOGUE, EditionKind.ADOPTIONS


@pytest.fixture
def store(database: Database) -> Database:
    bring(
        database,
        [
            a_product(certificate=a_certificate("CTC-2024-001")),
            a_product(model="C40", certificate=a_certificate("CTC-2024-002")),
            a_product(
                model="C50", certificate=a_certificate("CTC-2019-003", valid_to=day("2025-01-31"))
            ),
        ],
        now=NOW,
    )
    return database


def published(
    store: Database,
    kind: EditionKind = CATALOGUE,
    *,
    as_of: str = "2026-06-01",
    now: dt.datetime = NOW,
) -> EditionView:
    new = NewEdition(kind=kind, as_of=day(as_of))
    with store.transaction() as session:
        return editions.publish_edition(session, new, actor=CORPS, now=now)


def read(store: Database, key: str, words: str = "") -> EditionSheet:
    with store.reading() as connection:
        return editions.get_edition(connection, key, words=words, limit=50, offset=0)


def compared(store: Database, older: str, newer: str) -> EditionDifference:
    with store.reading() as connection:
        return edition_comparing.difference(connection, older, newer)


def keys(store: Database) -> dict[str, str]:
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT model, key FROM product")
        return {row[0]: row[1] for row in rows}


def test_lists_what_has_a_valid_certificate_on_the_day(store: Database) -> None:
    view = published(store)
    sheet = read(store, view.key)
    assert [(e.model, e.certificate_number) for e in sheet.entries] == [
        ("C30 P6", "CTC-2024-001"),
        ("C40", "CTC-2024-002"),
    ]
    assert (view.key, view.entries, view.year, view.number) == ("catalogue-2026-1", 2, 2026, 1)
    assert sheet.head.categories["ready-mixed-concrete"][0]


def test_the_hash_is_of_the_bytes_that_are_sent(store: Database) -> None:
    view = published(store)
    with store.reading() as connection:
        content = b"".join(editions.edition_pieces(connection, view.key))
    assert hashlib.sha256(content).hexdigest() == view.content_hash
    again = msgspec.json.Encoder(order="sorted").encode(msgspec.json.decode(content))
    assert again == content


def test_is_made_again_to_the_same_hash_whatever_came_later(store: Database) -> None:
    view = published(store)
    later = NOW + dt.timedelta(days=3)
    bring(
        store,
        [
            a_product(name="预拌混凝土", model="C60", certificate=a_certificate("CTC-2024-009")),
            a_product(
                certificate=a_certificate(
                    "CTC-2024-001", state=CertificateState.REVOKED, state_on=day("2026-05-01")
                )
            ),
        ],
        now=later,
    )
    with store.reading() as connection:
        found = edition_comparing.rebuild(connection, view.key)
    assert found.is_same
    assert read(store, view.key).edition == view
    newer = published(store, as_of="2026-06-04", now=later)
    assert newer.content_hash != view.content_hash and newer.number == 2


def test_an_altered_entry_is_noticed(store: Database) -> None:
    view = published(store)
    with making_up(store) as session:
        session.execute(
            update(EditionLine)
            .where(EditionLine.position == 0)
            .values(content=EditionLine.content.op("||")(" "))
        )
    with store.reading() as connection:
        found = edition_comparing.rebuild(connection, view.key)
    assert not found.is_same and found.rebuilt_hash == view.content_hash != found.kept_hash


def test_tells_what_came_what_went_and_why(store: Database) -> None:
    older = published(store)
    later = NOW + dt.timedelta(days=3)
    bring(
        store,
        [
            a_product(name="预拌混凝土", model="C60", certificate=a_certificate("CTC-2024-009")),
            a_product(
                certificate=a_certificate(
                    "CTC-2024-001", state=CertificateState.REVOKED, state_on=day("2026-06-02")
                )
            ),
            a_product(model="C40", brand="新牌", certificate=a_certificate("CTC-2024-002", star=3)),
        ],
        now=later,
    )
    newer = published(store, as_of="2026-06-04", now=later)
    found = compared(store, older.key, newer.key)
    assert [entry.model for entry in found.added] == ["C60"]
    assert [(gone.entry.model, gone.standing) for gone in found.removed] == [("C30 P6", "revoked")]
    changes = {each.field: (each.before, each.after) for each in found.changed[0].fields}
    assert changes["brand"][1] == "新牌" and changes["star"] == ("2", "3")
    assert found.unchanged == 0


def test_a_look_ahead_tells_what_is_published_then_and_keeps_nothing(store: Database) -> None:
    older = published(store)
    later = NOW + dt.timedelta(days=3)
    bring(
        store,
        [
            a_product(name="预拌混凝土", model="C60", certificate=a_certificate("CTC-2024-009")),
            a_product(model="C40", certificate=a_certificate("CTC-2024-002", star=3)),
        ],
        now=later,
    )
    new = NewEdition(kind=CATALOGUE, as_of=day("2026-06-04"))
    with store.reading() as connection:
        seen = edition_comparing.look_ahead(connection, new, actor=CORPS, now=later)
        with pytest.raises(PermissionDeniedError):
            edition_comparing.look_ahead(connection, new, actor=DIVISION, now=later)
        assert editions.browse_editions(connection, kind=None, limit=9, offset=0).total == 1
    newer = published(store, as_of="2026-06-04", now=later)
    found = compared(store, older.key, newer.key)
    assert seen.last == older and seen.number == newer.number == 2
    assert (seen.entries, seen.unchanged) == (newer.entries, found.unchanged)
    assert seen.first_added == found.added and len(found.added) == seen.added == 1
    assert seen.first_removed == found.removed and seen.removed == len(found.removed)
    assert seen.first_changed == found.changed and len(found.changed) == seen.changed == 1


def test_the_adoption_list_holds_what_stands_adopted(store: Database) -> None:
    product = keys(store)
    adopted = an_adoption(store, product["C30 P6"], certificate="CTC-2024-001")
    reported = an_adoption(
        store, product["C50"], certificate=None, valid_to="2027-05-31", organisation="other"
    )
    an_adoption(
        store,
        product["C40"],
        certificate="CTC-2024-002",
        decided=((AdoptionState.REMOVED, "2026-05-01"),),
        organisation="third",
    )
    view = published(store, ADOPTIONS)
    sheet = read(store, view.key)
    assert {entry.key for entry in sheet.entries} == {adopted, reported}
    by_key = {entry.key: entry for entry in sheet.entries}
    assert by_key[reported].valid_to == day("2027-05-31")
    assert by_key[reported].certificate is None
    assert by_key[adopted].case_number and by_key[adopted].division == "08"
    with store.reading() as connection:
        assert edition_comparing.rebuild(connection, view.key).is_same


def test_an_adoption_that_went_says_its_ground(store: Database) -> None:
    product = keys(store)
    gone = an_adoption(store, product["C30 P6"], certificate="CTC-2024-001")
    an_adoption(store, product["C40"], certificate="CTC-2024-002", organisation="other")
    older = published(store, ADOPTIONS)
    later = NOW + dt.timedelta(days=3)
    bring(
        store,
        [
            a_product(
                certificate=a_certificate(
                    "CTC-2024-001", state=CertificateState.SUSPENDED, state_on=day("2026-06-02")
                )
            )
        ],
        now=later,
    )
    newer = published(store, ADOPTIONS, as_of="2026-06-04", now=later)
    found = compared(store, older.key, newer.key)
    assert [(each.entry.key, each.standing) for each in found.removed] == [
        (gone, "certificate-suspended")
    ]


@pytest.mark.parametrize(
    ("words", "models"),
    [
        ("c40", ["C40"]),
        ("绿洲 CTC-2024-001", ["C30 P6"]),
        ("Ｃ４０", ["C40"]),
        ("100%", []),
        ("_", []),
        ("'; DROP TABLE edition;--", []),
    ],
    ids=["model", "two-words", "full-width", "percent", "underscore", "quote"],
)
def test_is_searched_for_words(store: Database, words: str, models: list[str]) -> None:
    view = published(store)
    assert [entry.model for entry in read(store, view.key, words).entries] == models


def test_a_correction_stands_beside_and_changes_nothing(store: Database) -> None:
    view = published(store)
    with store.transaction() as session:
        sheet = editions.annotate(session, view.key, text="第 1 项有误", actor=CORPS, now=NOW)
    assert [note.text for note in sheet.notes] == ["第 1 项有误"]
    assert sheet.edition == view
    with store.transaction() as session, pytest.raises(EditionRefusedError):
        editions.annotate(session, view.key, text="  ", actor=CORPS, now=NOW)


def test_one_list_has_one_edition_a_day_and_none_of_tomorrow(store: Database) -> None:
    published(store)
    for as_of in ("2026-06-01", "2026-05-01"):
        with pytest.raises(EditionRefusedError, match="later than the last"):
            published(store, as_of=as_of)
    with pytest.raises(EditionRefusedError, match="yet to come"):
        published(store, as_of="2026-06-02")
    with pytest.raises(EditionRefusedError, match="nothing is on the list"):
        published(store, ADOPTIONS)


def test_only_the_corps_publishes(store: Database) -> None:
    new = NewEdition(kind=CATALOGUE, as_of=day("2026-06-01"))
    with store.transaction() as session, pytest.raises(PermissionDeniedError):
        editions.publish_edition(session, new, actor=DIVISION, now=NOW)


def test_compares_only_in_order_and_within_one_list(store: Database) -> None:
    view = published(store)
    with pytest.raises(EditionRefusedError):
        compared(store, view.key, view.key)
    with pytest.raises(EditionNotFoundError):
        compared(store, view.key, "catalogue-2026-9")


def test_prints_as_pages_and_as_a_workbook(store: Database) -> None:
    view = published(store)
    with store.reading() as connection:
        _, head, entries = editions.all_entries(connection, view.key)
        notes = editions.notes_of(connection, view.key)
    form = edition_form(view, head, entries, notes, "zh")
    pages = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(form))).pages)
    assert "绿色建材产品名录" in pages and "CTC-2024-002" in pages and view.content_hash in pages
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(form)))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert "2026 年第 1 期" in cells and "CTC-2024-001" in cells
    english = edition_form(view, head, entries, notes, "en")
    assert english.title.gloss == "Catalogue of green building materials"


def test_a_workbook_written_row_by_row_says_the_same_and_calculates_nothing(
    store: Database,
) -> None:
    formula = '=HYPERLINK("https://example.org")'
    bring(store, [a_product(formula, a_certificate("CTC-2024-009"), model="＝1+1")])
    view = published(store)
    streamed = io.BytesIO()
    with store.reading() as connection:
        _, head, read = editions.read_entries(connection, view.key)
        rows = edition_rows(view, head, read, "en")
        write_workbook(edition_sheet(view, [], "en"), rows, streamed)
        _, _, entries = editions.all_entries(connection, view.key)
    whole = io.BytesIO(workbook_of(edition_form(view, head, entries, [], "en")))
    assert cells_of(streamed) == cells_of(whole)
    texts = {value: kind for _, value, kind in cells_of(streamed)}
    assert texts[formula] == texts["＝1+1"] == "s"


def cells_of(book: io.BytesIO) -> list[tuple[str, object, str]]:
    """Return where each cell is, what it says, and as what kind of cell."""
    sheet = openpyxl.load_workbook(book).worksheets[0]
    return [(cell.coordinate, cell.value, cell.data_type) for row in sheet for cell in row]
