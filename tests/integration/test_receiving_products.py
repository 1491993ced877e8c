"""Products with companies and certificates come in: what is new, what changes, what stays."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest

from catalog.db import Database
from catalog.records import CertificateRecord, ProductRecord
from catalog.rules.terms import CertificateState
from catalog.services.receiving.receipt import Change
from tests.builders import (
    NOW,
    REGISTRY,
    a_certificate,
    a_company,
    a_product,
    bring,
    bring_in_batches,
    day,
    undo,
)
from tests.integration.picture import LEDGER, current, picture, row_counts, rows_of, stale_products

CODE = "91659001MA7TE5T017"
OTHER_CODE = "91659001MA0000002P"


def keys(database: Database, table: str = "product") -> set[str]:
    return {row["key"] for row in current(database, table)}


def version(database: Database) -> dict[str, object]:
    (row,) = current(database, "certificate_version")
    return row


def timeline(database: Database) -> list[tuple[str, str]]:
    states = current(database, "certificate_status")
    return sorted((str(row["from_on"]), row["state"].value) for row in states)


def test_a_new_product_comes_with_company_certificate_and_revisions(database: Database) -> None:
    receipt = bring(database, [a_product(certificate=a_certificate())])
    assert (receipt.created, receipt.changed, receipt.unchanged) == (1, 0, 0)
    (product,) = current(database, "product")
    (certificate,) = current(database, "certificate")
    (link,) = current(database, "product_certificate")
    assert product["name"] == "预拌混凝土" and product["source"] == "template"
    assert certificate["number"] == "CTC-2024-001"
    assert (link["product_id"], link["certificate_id"]) == (product["id"], certificate["id"])
    assert version(database)["valid_to"] == day("2028-12-31")
    assert {row["entity"].value for row in rows_of(database, "revision")} == {"company", "product"}
    assert stale_products(database) == {product["key"]}


def test_the_same_again_changes_nothing_but_the_ledger(database: Database) -> None:
    records = [
        a_product(certificate=a_certificate(state=CertificateState.SUSPENDED)),
        a_product("预拌砂浆", a_certificate("CTC-2"), category="ready-mixed-mortar"),
        a_product("外墙涂料", category="wall-coatings"),
    ]
    bring(database, records)
    before, counts = picture(database), row_counts(database, but=LEDGER)
    receipt = bring(database, records)
    assert (receipt.created, receipt.changed, receipt.unchanged) == (0, 0, 3)
    assert picture(database) == before
    assert row_counts(database, but=LEDGER) == counts


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("brand", "示例牌"),
        ("scope", "C20–C50"),
        ("description", "用于主体结构"),
        ("category", "ready-mixed-mortar"),
    ],
)
def test_a_changed_field_is_changed_and_both_states_are_kept(
    database: Database, field: str, value: str
) -> None:
    first = a_product(brand="旧牌", scope="C30", description="旧")
    bring(database, [first])
    (before,) = current(database, "product")
    changes: list[Change] = []
    changed = msgspec.structs.replace(first, **{field: value})
    receipt = bring(database, [changed], changes=changes)
    (after,) = current(database, "product")
    assert (receipt.changed, receipt.created) == (1, 0)
    column = "category_id" if field == "category" else field
    assert {name for name in after if after[name] != before[name]} == {column}
    states = [json.loads(row["data"]) for row in rows_of(database, "revision", entity="product")]
    assert [state[column] for state in states] == [before[column], after[column]]
    assert [set(change.fields) for change in changes] == [{field}]


def test_a_blank_does_not_overwrite(database: Database) -> None:
    bring(database, [a_product(brand="示例牌", certificate=a_certificate(standard="T/CECS 10047"))])
    before = picture(database)
    receipt = bring(database, [a_product(certificate=a_certificate(star=None))])
    assert receipt.unchanged == 1
    assert picture(database) == before


def test_a_blank_does_not_overwrite_an_earlier_row_of_the_same_file(database: Database) -> None:
    full = a_product(brand="示例牌", certificate=a_certificate(star=3, factory="一厂"))
    blank = a_product(row=3, certificate=a_certificate(star=None))
    bring(database, [full, blank])
    (product,) = current(database, "product")
    assert product["brand"] == "示例牌"
    assert version(database)["star"] == 3 and version(database)["factory"] == "一厂"


def test_a_company_is_known_by_its_code_whatever_its_name(database: Database) -> None:
    bring(database, [a_product(company=a_company("旧名有限公司", credit_code=CODE))])
    bring(database, [a_product(company=a_company("新名有限公司", credit_code=CODE))])
    (company,) = current(database, "company")
    assert company["name"] == "新名有限公司" and company["key"] == CODE.lower()
    assert len(keys(database)) == 1


def test_a_company_without_a_code_is_the_only_one_of_that_name(database: Database) -> None:
    bring(database, [a_product(company=a_company(credit_code=CODE))])
    bring(database, [a_product(company=a_company())])
    assert keys(database, "company") == {CODE.lower()}
    assert len(keys(database)) == 1


def test_a_company_without_a_code_is_its_namesake_in_the_same_file_too(database: Database) -> None:
    records = [a_product(company=a_company()), a_product(company=a_company(credit_code=CODE))]
    bring(database, records)
    assert keys(database, "company") == {CODE.lower()}


def test_of_two_namesakes_none_is_guessed(database: Database) -> None:
    bring(
        database,
        [
            a_product(company=a_company(credit_code=CODE)),
            a_product(company=a_company(credit_code=OTHER_CODE)),
        ],
    )
    bring(database, [a_product(company=a_company())])
    assert len(keys(database, "company")) == 3


def test_a_withdrawn_company_is_nobodys_namesake(database: Database) -> None:
    run = bring(database, [a_product(company=a_company(credit_code=CODE))]).run_id
    undo(database, run)
    bring(database, [a_product(company=a_company())])
    (company,) = current(database, "company")
    assert company["credit_code"] is None


def test_one_certificate_covers_many_products(database: Database) -> None:
    bring(
        database,
        [a_product(model=model, certificate=a_certificate()) for model in ("C30", "C40", "C50")],
    )
    assert len(keys(database)) == 3
    assert len(keys(database, "certificate")) == 1
    assert len(current(database, "product_certificate")) == 3


def test_many_certificates_cover_one_product(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate(f"CTC-{n}")) for n in range(3)])
    assert len(keys(database)) == 1
    assert len(current(database, "product_certificate")) == 3


REISSUED = a_certificate(reissued_on=day("2025-05-01"), factory="二厂")


def test_a_reissue_keeps_the_number_and_adds_a_version(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    receipt = bring(database, [a_product(certificate=REISSUED)])
    assert receipt.changed == 1
    assert len(keys(database, "certificate")) == 1
    versions = current(database, "certificate_version")
    assert [row["effective_on"] for row in versions] == [day("2024-01-01"), day("2025-05-01")]


def test_a_file_may_hold_the_first_issue_and_the_reissue(database: Database) -> None:
    records = [a_product(certificate=a_certificate()), a_product(certificate=REISSUED)]
    bring(database, records)
    versions = current(database, "certificate_version")
    assert [row["effective_on"] for row in versions] == [day("2024-01-01"), day("2025-05-01")]
    counts = row_counts(database, but=LEDGER)
    bring(database, records)
    assert row_counts(database, but=LEDGER) == counts


def test_a_correction_of_the_same_source_supersedes(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate(star=2))])
    later = NOW + dt.timedelta(days=1)
    receipt = bring(database, [a_product(certificate=a_certificate(star=3))], now=later)
    old, new = rows_of(database, "certificate_version")
    assert (old["star"], old["superseded_at"]) == (2, later)
    assert old["superseded_run_id"] == receipt.run_id == new["run_id"]
    assert (new["star"], new["superseded_at"]) == (3, None)


def overlapping() -> list[ProductRecord]:
    """Return rows of one number whose spans overlap and of which none states a re-issue."""
    spans = [("2024-01-01", "2026-12-31"), ("2025-06-01", "2028-05-31")]
    return [
        a_product(certificate=a_certificate(valid_from=day(start), valid_to=day(end), star=star))
        for (start, end), star in zip(spans, (1, 2), strict=True)
    ]


@pytest.mark.parametrize("batch_rows", [1, 2])
@pytest.mark.parametrize("is_turned", [False, True])
def test_overlapping_spans_of_one_file_are_kept_in_any_batches_and_order(
    database: Database, batch_rows: int, is_turned: bool
) -> None:
    records = overlapping()[:: -1 if is_turned else 1]
    bring_in_batches(database, records, batch_rows)
    versions = current(database, "certificate_version")
    assert {(row["effective_on"], row["star"]) for row in versions} == {
        (day("2024-01-01"), 1), (day("2025-06-01"), 2),
    }  # fmt: skip
    counts = row_counts(database, but=LEDGER)
    bring_in_batches(database, records, batch_rows)
    assert row_counts(database, but=LEDGER) == counts


@pytest.mark.parametrize("batch_rows", [1, 2])
def test_a_span_that_is_added_to_a_known_one_replaces_nothing(
    database: Database, batch_rows: int
) -> None:
    first, second = overlapping()
    bring(database, [first])
    bring_in_batches(database, [first, second], batch_rows)
    assert len(current(database, "certificate_version")) == 2


def test_a_corrected_day_in_a_later_file_supersedes(database: Database) -> None:
    first, second = overlapping()
    bring(database, [first])
    bring(database, [second])
    (version,) = current(database, "certificate_version")
    assert version["effective_on"] == day("2025-06-01")


def test_another_source_contradicts_and_nothing_is_overwritten(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate(star=2))])
    offered = [a_product(certificate=a_certificate(star=3, valid_to=day("2029-12-31")))]
    receipt = bring(database, offered, source=REGISTRY)
    assert receipt.conflicts == 2 and receipt.unchanged == 1
    assert version(database)["star"] == 2
    conflicts = {row["field"]: row for row in rows_of(database, "source_conflict")}
    assert set(conflicts) == {"star", "valid_to"}
    star = conflicts["star"]
    assert (star["held_value"], star["held_source"]) == ("2", "template")
    assert (star["offered_value"], star["offered_source"]) == ("3", REGISTRY)
    assert bring(database, offered, source=REGISTRY).conflicts == 0


def test_another_source_fills_gaps(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate(star=None))])
    richer = a_product(certificate=a_certificate(star=3, factory="一厂"), brand="示例牌")
    receipt = bring(database, [richer], source=REGISTRY)
    assert receipt.changed == 1 and receipt.conflicts == 0
    assert version(database)["star"] == 3 and version(database)["factory"] == "一厂"
    (product,) = current(database, "product")
    assert product["brand"] == "示例牌"


def test_another_source_does_not_rename(database: Database) -> None:
    bring(database, [a_product(brand="示例牌")])
    before = picture(database)
    bring(database, [a_product(brand="别牌", category="ready-mixed-mortar")], source=REGISTRY)
    assert picture(database) == before


def a_state(state: CertificateState, on: str | None) -> list[ProductRecord]:
    stated = a_certificate(state=state, state_on=day(on) if on else None)
    return [a_product(certificate=stated)]


def test_states_make_a_timeline(database: Database) -> None:
    bring(database, a_state(CertificateState.SUSPENDED, "2025-01-01"))
    bring(database, a_state(CertificateState.VALID, "2025-03-01"))
    bring(database, a_state(CertificateState.REVOKED, "2025-09-01"))
    assert timeline(database) == [
        ("2025-01-01", "suspended"), ("2025-03-01", "valid"), ("2025-09-01", "revoked"),
    ]  # fmt: skip


def test_an_old_file_again_leaves_the_timeline_alone(database: Database) -> None:
    bring(database, a_state(CertificateState.SUSPENDED, "2025-01-01"))
    bring(database, a_state(CertificateState.VALID, "2025-03-01"))
    before = picture(database)
    receipt = bring(database, a_state(CertificateState.SUSPENDED, "2025-01-01"))
    assert receipt.unchanged == 1
    assert picture(database) == before


def test_a_state_that_is_learnt_late_takes_its_place(database: Database) -> None:
    bring(database, a_state(CertificateState.REVOKED, "2025-09-01"))
    bring(database, a_state(CertificateState.SUSPENDED, "2025-01-01"))
    assert timeline(database) == [("2025-01-01", "suspended"), ("2025-09-01", "revoked")]


def test_a_corrected_day_of_a_state_supersedes(database: Database) -> None:
    bring(database, a_state(CertificateState.SUSPENDED, "2025-03-01"))
    receipt = bring(database, a_state(CertificateState.SUSPENDED, "2025-01-01"))
    assert receipt.changed == 1
    assert timeline(database) == [("2025-01-01", "suspended")]
    assert len(rows_of(database, "certificate_status")) == 2


def test_a_state_without_a_day_counts_from_the_day_it_was_seen(database: Database) -> None:
    bring(database, a_state(CertificateState.SUSPENDED, None))
    later = NOW + dt.timedelta(days=5)
    assert bring(database, a_state(CertificateState.SUSPENDED, None), now=later).unchanged == 1
    assert timeline(database) == [("2026-06-01", "suspended")]


def test_another_source_cannot_bring_back_what_was_revoked(database: Database) -> None:
    bring(database, a_state(CertificateState.REVOKED, "2025-09-01"))
    for on in (None, "2025-09-01", "2025-01-01"):
        bring(database, a_state(CertificateState.VALID, on), source=REGISTRY)
    assert timeline(database) == [("2025-09-01", "revoked")]
    (conflict,) = rows_of(database, "source_conflict")
    assert (conflict["field"], conflict["held_value"]) == ("state", "revoked")


def test_expiry_and_first_validity_need_no_state(database: Database) -> None:
    bring(database, a_state(CertificateState.VALID, "2024-01-01"))
    bring(database, a_state(CertificateState.EXPIRED, "2024-06-01"))
    assert timeline(database) == []


def of_classes(*categories: str) -> list[ProductRecord]:
    return [a_product(certificate=a_certificate(categories=categories))]


def claims(database: Database) -> set[tuple[str, str]]:
    names = {row["id"]: row["key"] for row in rows_of(database, "category")}
    rows = current(database, "certificate_category")
    return {(names[row["category_id"]], row["source"]) for row in rows}


def test_two_sources_may_name_different_categories(database: Database) -> None:
    bring(database, of_classes("tabc-healthy", "tabc-m-wall"), source="one")
    receipt = bring(database, of_classes("tabc-recycled"), source="two")
    assert claims(database) == {
        ("tabc-healthy", "one"), ("tabc-m-wall", "one"), ("tabc-recycled", "two"),
    }  # fmt: skip
    assert receipt.conflicts > 0
    assert bring(database, of_classes("tabc-recycled"), source="two").conflicts == 0


def test_a_source_may_take_its_word_on_a_category_back(database: Database) -> None:
    bring(database, of_classes("tabc-healthy", "tabc-m-wall"), source="one")
    bring(database, of_classes("tabc-healthy"), source="one")
    assert claims(database) == {("tabc-healthy", "one")}


def test_silence_on_categories_takes_nothing_back(database: Database) -> None:
    bring(database, of_classes("tabc-healthy"), source="one")
    others = [a_product(model="C50", certificate=a_certificate("X", categories=("tabc-healthy",)))]
    bring(database, [*of_classes(), *others], source="one")
    assert len(claims(database)) == 1 and len(current(database, "certificate_category")) == 2


@pytest.mark.parametrize(
    "written", ["CTC-01(02)-7", "ＣＴＣ－０１（０２）－７", "ctc-01〔02〕-7", "CTC—01(02) -7"]
)
def test_one_number_in_another_writing_is_the_same_certificate(
    database: Database, written: str
) -> None:
    bring(database, [a_product(certificate=a_certificate("CTC-01(02)-7"))])
    receipt = bring(database, [a_product(certificate=a_certificate(written))])
    assert receipt.unchanged == 1
    (certificate,) = current(database, "certificate")
    assert certificate["number"] == "CTC-01(02)-7"


def test_one_number_of_two_bodies_is_two_certificates(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate(body=body)) for body in ("甲", "乙")])
    assert len(keys(database, "certificate")) == 2


def emptied(database: Database) -> None:
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox_entry")


def test_exactly_the_touched_products_are_noted_for_search(database: Database) -> None:
    shared = a_certificate("SHARED")
    bring(
        database,
        [
            a_product(model="C30", certificate=shared),
            a_product(model="C40", certificate=shared),
            a_product(model="C50", certificate=a_certificate("OWN")),
        ],
    )
    by_model = {row["model"]: row["key"] for row in current(database, "product")}
    emptied(database)
    changed = a_certificate("SHARED", star=3)
    bring(
        database,
        [a_product(model="C30", certificate=changed),
         a_product(model="C50", certificate=a_certificate("OWN"))],
    )  # fmt: skip
    assert stale_products(database) == {by_model["C30"], by_model["C40"]}
    emptied(database)
    bring(database, [a_product(model="C60", company=a_company(address="石河子市"))])
    new = {row["model"]: row["key"] for row in current(database, "product")}["C60"]
    assert stale_products(database) == {*by_model.values(), new}


def test_a_product_that_comes_back_is_as_if_it_were_new(database: Database) -> None:
    rich = a_product(
        brand="旧牌",
        company=a_company(credit_code=CODE, address="旧址", division="08"),
        certificate=a_certificate("ctc-1", star=3, factory="一厂"),
    )
    run = bring(database, [rich], source=REGISTRY, is_synthetic=True).run_id
    undo(database, run)
    plain = a_product(company=a_company(credit_code=CODE), certificate=a_certificate("CTC-1"))
    receipt = bring(database, [plain])
    assert receipt.created + receipt.changed == 1
    (product,) = current(database, "product")
    (company,) = current(database, "company")
    (certificate,) = current(database, "certificate")
    assert (product["brand"], product["source"]) == (None, "template")
    assert (company["address"], company["division_id"]) == (None, None)
    assert certificate["number"] == "CTC-1"
    assert not (product["is_synthetic"] or company["is_synthetic"] or certificate["is_synthetic"])
    assert version(database)["star"] == 2


LONG = "很" * 201


@pytest.mark.parametrize(
    "record",
    [
        a_product(LONG),
        a_product(brand=LONG),
        a_product(company=a_company(LONG)),
        a_product(certificate=a_certificate(LONG)),
        a_product(certificate=a_certificate(body=LONG)),
        a_product(certificate=a_certificate(standard=LONG)),
        a_product(scope="很" * 501),
    ],
)
def test_refuses_a_text_that_the_store_cannot_keep_whole(
    database: Database, record: ProductRecord
) -> None:
    receipt = bring(database, [record, a_product("预拌砂浆", category="ready-mixed-mortar")])
    assert (receipt.created, receipt.refused) == (1, 1)
    (issue,) = receipt.issues
    assert issue.code == "text-too-long" and issue.row == 2
    assert [row["name"] for row in current(database, "product")] == ["预拌砂浆"]


def test_a_new_certificate_of_a_known_product_is_a_change_for_search(database: Database) -> None:
    bring(database, [a_product()])
    emptied(database)
    second: CertificateRecord = a_certificate("CTC-9")
    bring(database, [a_product(certificate=second)])
    assert stale_products(database) == keys(database)


CLASSES = ("tabc-healthy", "tabc-recycled", "tabc-ecological")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (CLASSES[:1], CLASSES[1:2]),
        (CLASSES[:2], CLASSES[2:]),
        (CLASSES[:1], CLASSES[:2]),
        (CLASSES[:2], CLASSES[:1]),
    ],
)
def test_two_unchanged_sources_bring_their_contradiction_once(
    database: Database, one: tuple[str, ...], two: tuple[str, ...]
) -> None:
    found = [
        bring(database, of_classes(*classes), source=source).conflicts
        for source, classes in [("one", one), ("two", two)] * 3
    ]
    assert found == [0, 1, 0, 0, 0, 0]
    assert len(rows_of(database, "source_conflict")) == 1


def test_three_sources_bring_their_contradictions_once(database: Database) -> None:
    said = [("one", CLASSES[:1]), ("two", CLASSES[:1]), ("three", CLASSES[1:2])]
    for source, classes in said:
        bring(database, of_classes(*classes), source=source)
    before = picture(database)
    for source, classes in (*said, *reversed(said)):
        assert bring(database, of_classes(*classes), source=source).conflicts == 0
    assert picture(database) == before


def test_counts_a_row_by_the_paper_of_that_row(database: Database) -> None:
    known = a_product(certificate=a_certificate())
    bring(database, [known, a_product("砂浆", a_certificate("CTC-3"))])
    new = a_product(row=3, certificate=a_certificate("CTC-2"))
    newly_covered = a_product(row=4, certificate=a_certificate("CTC-3"))
    receipt = bring(database, [known, new, newly_covered])
    assert (receipt.created, receipt.changed, receipt.unchanged) == (1, 1, 1)
    changed = a_product(certificate=a_certificate(star=3))
    receipt = bring(database, [changed, new, newly_covered])
    assert (receipt.created, receipt.changed, receipt.unchanged) == (0, 1, 2)


def test_a_product_in_two_rows_of_a_file_is_new_once(database: Database) -> None:
    rows = [a_product(model="9000", description=text) for text in ("甲", "乙", "乙")]
    first = bring(database, rows)
    assert (first.created, first.changed, first.unchanged) == (1, 1, 1)
    again = bring(database, rows)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 3)
