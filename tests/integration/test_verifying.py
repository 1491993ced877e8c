"""Numbers are verified in any writing, on any day, and nothing is said of what is not known."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from catalog.db import Database
from catalog.errors import TooManyNumbersError
from catalog.forms.lists import csv_of, workbook_of_list
from catalog.forms.verification import verification_list
from catalog.rules.standing import Standing
from catalog.rules.terms import CertificateState
from catalog.rules.verifying import AdoptedOf, Answer, near_numbers, numbers_in
from catalog.services.verifying import MOST_NUMBERS, verify
from catalog.views.verification import Verification, Verified
from importers.numbers import numbers_of
from importers.source import SourceFile
from tests.builders import NOW, a_certificate, a_product, bring, day

TODAY = day("2026-06-01")


@pytest.fixture
def filled(database: Database) -> Database:
    bring(database, [
        a_product(certificate=a_certificate()),
        a_product("岩棉板", a_certificate("示例-01(02)-(2025)-CGP-035"), category="insulation"),
        a_product("砂浆", a_certificate("YS-2024-77", state=CertificateState.REVOKED,
                                       state_on=day("2025-02-01"), state_reason="抽检不合格")),
        a_product("甲", a_certificate("TWICE-1", body="甲中心")),
        a_product("乙", a_certificate("TWICE-1", body="乙中心", valid_to=day("2025-12-31"))),
    ])  # fmt: skip
    return database


def asked(database: Database, *numbers: str, on: str = "2026-06-01") -> Verification:
    with database.reading() as connection:
        return verify(connection, numbers, on=day(on))


def one(database: Database, number: str, on: str = "2026-06-01") -> Verified:
    return asked(database, number, on=on).items[0]


@pytest.mark.parametrize(
    "writing",
    ["CTC-2024-001", "ctc-2024-001", " ＣＴＣ－2024－００1 ", "CTC—2024—001", "CTC-2024-001（续）"],
    ids=range(5),
)
def test_finds_a_number_in_any_writing(filled: Database, writing: str) -> None:
    found = one(filled, writing)
    assert found.asked == writing and found.answer is Answer.VALID
    assert [paper.number for paper in found.certificates] == ["CTC-2024-001"]
    assert found.certificates[0].valid_to == day("2028-12-31")


def test_says_what_a_number_was_on_the_day_and_why(filled: Database) -> None:
    assert one(filled, "YS-2024-77", on="2025-01-31").answer is Answer.VALID
    found = one(filled, "YS-2024-77", on="2025-02-01")
    assert found.answer is Answer.REVOKED
    assert (found.certificates[0].since, found.certificates[0].reason) == (
        day("2025-02-01"), "抽检不合格",
    )  # fmt: skip
    assert one(filled, "CTC-2024-001", on="2023-12-31").answer is Answer.NOT_YET
    assert one(filled, "CTC-2024-001", on="2029-01-01").answer is Answer.EXPIRED


def test_an_unknown_number_is_not_known_and_never_invalid(filled: Database) -> None:
    found = asked(filled, "NIE-GESEHEN-1", "CTC-2024-001")
    assert found.items[0].answer is Answer.NOT_KNOWN
    assert found.items[0].adopted is AdoptedOf.NO_PRODUCT
    assert (found.known, found.unknown, found.valid) == (1, 1, 1)


@pytest.mark.parametrize(
    "slip", ["CTC-2024-0O1", "CTC-2024-01", "CTC-2024-0011", "CTC-2042-001", "TC-2024-001"]
)
def test_suggests_the_number_that_is_one_slip_away(filled: Database, slip: str) -> None:
    found = one(filled, slip)
    assert found.answer is Answer.NOT_KNOWN and not found.certificates
    assert [near.number for near in found.near] == ["CTC-2024-001"]


def test_a_slip_leads_back() -> None:
    for other in near_numbers("CTC-2024-001"):
        if other.isascii() and other.isalnum():
            assert "CTC-2024-001" in near_numbers(other), other


def test_says_that_two_bodies_give_one_number_and_differ(filled: Database) -> None:
    found = one(filled, "TWICE-1")
    assert found.answer is Answer.DIFFERS and len(found.certificates) == 2
    assert one(filled, "TWICE-1", on="2025-06-01").answer is Answer.VALID


def test_a_product_without_an_adoption_is_in_none(filled: Database) -> None:
    found = one(filled, "CTC-2024-001")
    assert found.adopted is AdoptedOf.NONE
    assert [p.standing for p in found.certificates[0].products] == [Standing.NO_ADOPTION]


def test_keeps_order_and_repeats(filled: Database) -> None:
    found = asked(filled, "YS-2024-77", "CTC-2024-001", "YS-2024-77")
    assert [(item.row, item.asked) for item in found.items] == [
        (1, "YS-2024-77"), (2, "CTC-2024-001"), (3, "YS-2024-77"),
    ]  # fmt: skip


def test_refuses_more_numbers_than_are_verified_at_once(filled: Database) -> None:
    with pytest.raises(TooManyNumbersError):
        asked(filled, *["X"] * (MOST_NUMBERS + 1))


def test_takes_any_text_for_a_number(filled: Database) -> None:
    found = asked(filled, "", "\x00", "'; DROP TABLE certificate; --", "%", "绿" * 5_000)
    assert {item.answer for item in found.items} == {Answer.NOT_KNOWN}


def test_a_pasted_list_is_parted_by_lines_and_commas() -> None:
    assert numbers_in("甲-1\r\n甲-2，甲-3、甲-4;甲-5\t 甲 6 \n\n“甲-7”") == [
        "甲-1", "甲-2", "甲-3", "甲-4", "甲-5", "甲 6", "甲-7",
    ]  # fmt: skip


def test_reads_numbers_from_files_of_every_kind(tmp_path: Path) -> None:
    def read(name: str, content: bytes) -> list[str]:
        return numbers_of(SourceFile(name, content), most=100)

    assert read("a.txt", "CTC-1-2024\n甲-2024-2、CTC-3-2024".encode("gb18030")) == [
        "CTC-1-2024", "甲-2024-2", "CTC-3-2024",
    ]  # fmt: skip
    assert read("a.csv", "序号,证书编号\n1,CTC-1-2024\n2,CTC-2-2024\n".encode()) == [
        "CTC-1-2024", "CTC-2-2024",
    ]  # fmt: skip
    assert read("a.txt", b"CTC-1-2024,CTC-2-2024") == ["CTC-1-2024", "CTC-2-2024"]
    listed = verification_list(
        Verification(on=TODAY, items=(), known=0, valid=0, adopted=0, unknown=0, looked_near=0),
        "zh",
    )
    rows = [[1, "CTC-1-2024", "x", "CTC-9-2024", *[None] * 14]]
    book = workbook_of_list(
        type(listed)(title="T", notes=(), header=listed.header, rows=rows), made_at=NOW
    )
    assert read("a.xlsx", book) == ["CTC-9-2024"]


def test_the_downloads_hold_no_formula(filled: Database) -> None:
    listed = verification_list(asked(filled, "=1+1", "+CTC", "CTC-2024-001"), "zh")
    rows = list(csv.reader(io.StringIO(csv_of(listed).decode("utf-8-sig"))))
    assert rows[1][1] == "'=1+1" and rows[2][1] == "'+CTC" and rows[3][3] == "CTC-2024-001"
    sheet = load_workbook(io.BytesIO(workbook_of_list(listed, made_at=NOW))).worksheets[0]
    cells = {cell.value: cell.data_type for row in sheet.rows for cell in row}
    assert cells["=1+1"] == "s" and cells["本库未收录"] == "s"
    assert workbook_of_list(listed, made_at=NOW) == workbook_of_list(listed, made_at=NOW)


def test_each_row_has_as_many_cells_as_there_are_columns(filled: Database) -> None:
    for language in ("zh", "en"):
        listed = verification_list(asked(filled, "TWICE-1", "NIE-1", "YS-2024-77"), language)
        assert {len(row) for row in listed.rows} == {len(listed.header)}
        assert len(listed.rows) == 4
