"""Every seeded fraud is found, nothing honest is, and what people judged stays as they left it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.errors import (
    CertificateNotFoundError,
    FindingJudgedError,
    FindingNotFoundError,
    PermissionDeniedError,
)
from catalog.models.audit import AuditEntry
from catalog.models.evidence import Evidence
from catalog.permissions import Actor, Role
from catalog.rules.checks.kinds import FindingKind, FindingStanding, Verdict
from catalog.rules.terms import CertificateState, DatePrecision, EvidenceKind
from catalog.services import findings
from catalog.views.findings import CheckRun, FindingRow
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    evidence,
    making_up,
    undo,
)

CORPS = Actor(name="兵团", role=Role.CORPS_BUREAU)
EIGHTH = Actor(name="八师", role=Role.DIVISION_BUREAU, division="08")
FIRST = Actor(name="一师", role=Role.DIVISION_BUREAU, division="01")
OWNER = Actor(name="建设单位", role=Role.OWNER, organisation="o")
INVOICE = EvidenceKind.CONTRACT_OR_INVOICE
K = FindingKind


@pytest.fixture
def honest(database: Database) -> Database:
    """Three projects in two divisions whose records fit together."""
    bring(database, [
        a_product(certificate=a_certificate(factory="一厂"), scope="C20–C50"),
        a_product("岩棉板", a_certificate("YM-1", state=CertificateState.SUSPENDED,
                  state_on=day("2025-06-01")), category="insulation", model="TR10"),
    ])  # fmt: skip
    bring(database, [
        a_project(), a_project("P-2", name="示例医院"),
        a_project("P-3", name="示例宿舍", division="01"),
        a_project(building=a_building("2#")),
    ])  # fmt: skip
    bring(database, [
        a_bill_line("1"), a_bill_line("2", name="混凝土 C35", quantity=Decimal(50)),
        a_bill_line("1", project="P-2"), a_bill_line("1", building="2#"),
        a_bill_line("1", project="P-3"),
        a_bill_line("2", project="P-2", name="门", category="insulation", unit="m2"),
    ])  # fmt: skip
    bring(database, [
        # One note of several lines, one invoice for two deliveries, a return, and a note number
        # that two suppliers use, or that two unknown ones do for other goods.
        a_delivery("1", supplier="甲站", product=by_number(), factory="一厂",
                   specification="C30", evidence=(evidence("FP-1", INVOICE),)),
        a_delivery("2", supplier="甲站", product=by_number(), quantity=Decimal(40),
                   evidence=(evidence("FP-1", INVOICE),)),
        a_delivery("3", supplier="甲站", quantity=Decimal(-5)),
        a_delivery("1", project="P-2", supplier="乙站", evidence=(evidence("FP-1", INVOICE),)),
        a_delivery("1", note_number="7", project="P-3", quantity=Decimal(9)),
        a_delivery("1", note_number="7", building="2#", quantity=Decimal(8)),
        a_delivery("1", note_number="8", building="2#", quantity=Decimal(97)),
        a_delivery("1", note_number="9", project="P-2", name="岩棉板", category="insulation",
                   unit="m2", product=by_number("YM-1"), delivered_on=day("2025-05-01"),
                   delivered_precision=DatePrecision.MONTH),
    ])  # fmt: skip
    return database


def run(database: Database) -> CheckRun:
    return findings.run_checks(database, OPERATOR, now=NOW)


def found(
    database: Database,
    actor: Actor = OPERATOR,
    standing: FindingStanding | None = FindingStanding.OPEN,
) -> list[FindingRow]:
    with database.reading() as connection:
        page = findings.browse_findings(connection, actor, limit=100, offset=0, standing=standing)
    assert page.total == len(page.items)
    return page.items


def kinds(database: Database) -> Counter[FindingKind]:
    return Counter(row.kind for row in found(database))


def test_finds_nothing_where_everything_fits(honest: Database) -> None:
    assert run(honest) == CheckRun(0, 0, 0, 0, 2)
    assert found(honest) == []


def test_every_seeded_fraud_is_found_and_nothing_else(honest: Database) -> None:
    bring(honest, [
        # The first note again in another division, written otherwise; and a line of it twice.
        a_delivery("1", note_number="sh－１", project="P-3", supplier=" 甲站", quantity=Decimal(3)),
        a_delivery("5", note_number="N-5", project="P-3", quantity=Decimal(2)),
        a_delivery("6", note_number="N-5", project="P-3", quantity=Decimal(2)),
        # An unknown supplier's note in two projects: same goods, quantity and day.
        a_delivery("1", note_number="N-6", project="P-3", quantity=Decimal(4)),
        a_delivery("1", note_number="N-6", project="P-2", quantity=Decimal(4)),
        # One supplier's invoice in two projects.
        a_delivery("1", note_number="N-7", supplier="丙厂", quantity=Decimal(1),
                   evidence=(evidence("发票 88-1", INVOICE),)),
        a_delivery("1", note_number="N-8", project="P-2", supplier="丙厂", quantity=Decimal(1),
                   evidence=(evidence("发票88-1", INVOICE),)),
        # More than the settled bill has, by more than the tolerance (97 + 8 was 105 of 100).
        a_delivery("1", note_number="N-9", building="2#", quantity=Decimal(1)),
        # While suspended; of a strength, and from a factory, that the certificate is not for.
        a_delivery("1", note_number="N-10", project="P-2", name="岩棉板", category="insulation",
                   unit="m2", quantity=Decimal(1), product=by_number("YM-1"),
                   delivered_on=day("2025-07-01")),
        a_delivery("1", note_number="N-11", project="P-3", product=by_number(),
                   quantity=Decimal(1), specification="C60"),
        a_delivery("1", note_number="N-12", project="P-3", product=by_number(),
                   quantity=Decimal(1), factory="北山建材厂", specification="C30"),
    ])  # fmt: skip
    with honest.transaction() as session:
        findings.state_output(
            session, _certificate(honest), Decimal(140), "m3", source="证书附件", actor=OPERATOR,
            now=NOW,
        )  # fmt: skip
    with making_up(honest) as session:
        for key, altered, missing in (("e1", NOW, None), ("e2", None, NOW), ("e3", None, None)):
            session.add(Evidence(
                key=key, sha256=key * 8, size=1, media_type="application/pdf", name=f"{key}.pdf",
                note=None, organisation_id=None, division_id=None, uploaded_by="x",
                uploaded_at=NOW, altered_since=altered, missing_since=missing,
            ))  # fmt: skip
    done = run(honest)
    assert kinds(honest) == {
        K.NOTE_TWICE: 3,
        K.INVOICE_TWICE: 1,
        K.OVER_BILLED: 1,
        K.OVER_OUTPUT: 1,
        K.OUTSIDE_VALIDITY: 1,
        K.OUTSIDE_SCOPE: 1,
        K.OTHER_SITE: 1,
        K.FILE_ALTERED: 1,
        K.FILE_MISSING: 1,
    }
    assert (done.new, done.gone, done.unchecked_certificates) == (11, 0, 1)
    by_kind = {row.kind: row for row in found(honest)}
    over = by_kind[K.OVER_BILLED].facts
    assert (over["billed"], over["delivered"], over["unit"]) == ("100", "106", "m3")
    output = by_kind[K.OVER_OUTPUT].facts
    assert (output["output"], output["delivered"], output["year"]) == ("140", "142", "2025")
    assert by_kind[K.OUTSIDE_VALIDITY].facts["reason"] == "suspended"
    assert by_kind[K.OUTSIDE_SCOPE].facts["specification"] == "C60"
    assert by_kind[K.OTHER_SITE].facts["factory"] == "北山建材厂"


def _certificate(database: Database) -> str:
    from tests.web.places import CERTIFICATE  # noqa: PLC0415  Its key alone.

    return CERTIFICATE


def seeded(database: Database) -> int:
    """Bring one note twice in, and return the run that did."""
    receipt = bring(database, [
        a_delivery("1", note_number="SH-1", project="P-3", supplier="甲站", quantity=Decimal(3)),
    ])  # fmt: skip
    run(database)
    return receipt.run_id


def test_each_finding_shows_the_lines_it_stands_on(honest: Database) -> None:
    seeded(honest)
    with honest.reading() as connection:
        detail = findings.get_finding(connection, OPERATOR, found(honest)[0].key)
    assert [(d.project, d.note, d.line, d.quantity) for d in detail.deliveries] == [
        ("p-1", "SH-1", "1", Decimal(100)),
        ("p-1", "SH-1", "2", Decimal(40)),
        ("p-3", "SH-1", "1", Decimal(3)),
    ]
    assert detail.finding.divisions == ("01", "08")


def test_a_second_run_finds_the_same_and_changes_nothing(honest: Database) -> None:
    seeded(honest)
    before = found(honest)
    assert run(honest) == CheckRun(1, 0, 0, 0, 2)
    assert found(honest) == before


def test_a_finding_whose_cause_is_gone_closes_and_comes_back_with_it(honest: Database) -> None:
    run_id = seeded(honest)
    key = found(honest)[0].key
    undo(honest, run_id)
    assert run(honest).gone == 1
    assert found(honest) == []
    gone = found(honest, standing=FindingStanding.GONE)
    assert [row.key for row in gone] == [key]
    seeded(honest)
    assert [row.key for row in found(honest)] == [key]


def test_what_a_person_judged_is_never_touched(honest: Database) -> None:
    run_id = seeded(honest)
    key = found(honest)[0].key
    judge(honest, key, Verdict.DISMISSED, "同车两地卸货", EIGHTH)
    assert run(honest).judged == 1
    undo(honest, run_id)
    assert run(honest).gone == 0
    (row,) = found(honest, standing=FindingStanding.DISMISSED)
    assert (row.key, row.reason, row.judged_by, row.gone_at) == (
        key, "同车两地卸货", "八师", None,
    )  # fmt: skip


def judge(database: Database, key: str, verdict: Verdict, reason: str, actor: Actor) -> None:
    with database.transaction() as session:
        findings.judge(session, key, verdict, reason=reason, actor=actor, now=NOW)


def test_a_verdict_is_on_record_and_can_be_taken_back(honest: Database) -> None:
    seeded(honest)
    key = found(honest)[0].key
    judge(honest, key, Verdict.CONFIRMED, "重复报送", CORPS)
    with pytest.raises(FindingJudgedError):
        judge(honest, key, Verdict.DISMISSED, "不是", EIGHTH)
    with honest.transaction() as session:
        findings.reopen(session, key, reason="重查", actor=CORPS, now=NOW)
    with pytest.raises(FindingJudgedError), honest.transaction() as session:
        findings.reopen(session, key, reason="重查", actor=CORPS, now=NOW)
    with pytest.raises(FindingJudgedError):
        judge(honest, key, Verdict.CONFIRMED, "  ", CORPS)
    assert [row.key for row in found(honest)] == [key]
    with honest.transaction() as session:
        entries = session.query(AuditEntry).filter_by(thing="finding").order_by("number")
        assert [(e.actor, e.reason, e.thing_key) for e in entries] == [
            ("兵团", "重复报送", key), ("兵团", "重查", key),
        ]  # fmt: skip


def test_only_those_whom_a_finding_concerns_see_and_judge_it(honest: Database) -> None:
    seeded(honest)
    key = found(honest)[0].key
    other = Actor(name="三师", role=Role.DIVISION_BUREAU, division="03")
    assert [row.key for row in found(honest, EIGHTH)] == [key]
    assert [row.key for row in found(honest, FIRST)] == [key]
    assert found(honest, other) == []
    assert found(honest, Actor(name="x", role=Role.DIVISION_BUREAU)) == []
    with pytest.raises(FindingNotFoundError):
        judge(honest, key, Verdict.CONFIRMED, "x", other)
    with pytest.raises(FindingNotFoundError), honest.reading() as connection:
        findings.get_finding(connection, other, key)
    with pytest.raises(PermissionDeniedError):
        found(honest, OWNER)
    # Whoever runs the machine sees all and decides nothing.
    with pytest.raises(PermissionDeniedError):
        judge(honest, key, Verdict.CONFIRMED, "x", OPERATOR)
    for actor in (EIGHTH, OWNER):
        with pytest.raises(PermissionDeniedError):
            findings.run_checks(honest, actor, now=NOW)
    assert found(honest)[0].verdict is None


def test_a_stated_output_replaces_the_one_before(honest: Database) -> None:
    for amount in (100, 200):
        with honest.transaction() as session:
            findings.state_output(
                session, _certificate(honest), Decimal(amount), "m3", source="附件",
                actor=OPERATOR, now=NOW,
            )  # fmt: skip
    with honest.reading() as connection:
        stated = findings.get_output(connection, _certificate(honest))
    assert stated is not None and stated.amount_per_year == 200
    with pytest.raises(CertificateNotFoundError), honest.transaction() as session:
        findings.state_output(
            session, "nobody", Decimal(1), "m3", source="x", actor=OPERATOR, now=NOW
        )
    assert run(honest).unchecked_certificates == 1
