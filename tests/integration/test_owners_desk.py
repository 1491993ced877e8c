"""An owner keeps its own projects, deliveries and targets; nothing of anybody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal

import msgspec
import pytest

from catalog.db import Database
from catalog.errors import EntryRefusedError, PermissionDeniedError, ProjectNotFoundError
from catalog.models.evidence import Evidence
from catalog.permissions import Action, Actor, Role
from catalog.records import Kind, Record
from catalog.repositories import bulk, evidence
from catalog.rules.checks.kinds import FindingKind, Verdict
from catalog.rules.file_kinds import FileKind
from catalog.rules.terms import BillStage, EvidenceKind, ProjectKind
from catalog.services import (
    audit,
    findings,
    keeping_projects,
    own_findings,
    owners_desk,
    project_targets,
    projects,
    results,
    site_deliveries,
)
from catalog.services.audit import verify_record
from catalog.services.receiving import runs
from catalog.services.receiving.receipt import Change
from catalog.services.receiving.undoing import undo_run
from catalog.views.owner import BuildingDraft, DeliveryDraft, ExpiringProduct, ProjectDraft
from tests.accounts import an_organisation
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
)

CORPS = Actor(name="兵团", role=Role.CORPS_BUREAU)
NAME, OTHER = "示例建设中心", "另一建设中心"


def an_owner(database: Database, name: str = NAME) -> Actor:
    key = an_organisation(database, role=Role.OWNER, division="08", name=name)
    return Actor(name=f"{name}经办人", role=Role.OWNER, organisation=key, division="08")


def a_draft(code: str = "P-9", **stated: object) -> ProjectDraft:
    return ProjectDraft(**({"code": code, "name": "示例小学", "division": "08"} | stated))  # type: ignore[arg-type]


def a_note(**stated: object) -> DeliveryDraft:
    defaults: dict[str, object] = {
        "note_number": "SH-1",
        "delivered_on": day("2025-05-01"),
        "name": "预拌混凝土 C30",
        "unit": "m3",
        "quantity": Decimal(80),
        "certificate": "CTC-2024-001",
        "category": "ready-mixed-concrete",
    }
    return DeliveryDraft(**(defaults | stated))  # type: ignore[arg-type]


def a_site(database: Database, owner: Actor) -> tuple[str, str]:
    """Make a project with a building by page; return their keys."""
    with database.transaction() as session:
        project = keeping_projects.create_project(session, a_draft(), actor=owner, now=NOW)
        building = keeping_projects.add_building(
            session, project, BuildingDraft(code="1#", name="教学楼"), actor=owner, now=NOW
        )
    return project, building


def test_an_owner_keeps_a_project_changes_it_and_takes_the_change_back(database: Database) -> None:
    owner = an_owner(database)
    project, building = a_site(database, owner)
    with database.transaction() as session:
        shown = keeping_projects.state_of(session.connection(), project)
        changed = a_draft(name="示例中心小学", kinds=frozenset({ProjectKind.GOVERNMENT}))
        run = keeping_projects.edit_project(
            session, project, changed, shown=shown, actor=owner, now=NOW
        )
    with database.reading() as connection:
        view = projects.get_project(connection, project)
    assert (view.name, view.owner, view.kinds) == ("示例中心小学", NAME, ["government"])
    with database.transaction() as session, pytest.raises(EntryRefusedError):
        keeping_projects.edit_project(
            session, project, a_draft(), shown=shown, actor=owner, now=NOW
        )
    with database.transaction() as session:
        keeping_projects.take_back(session, project, run, actor=owner, now=NOW)
        gone = keeping_projects.withdraw_project(
            session, project, reason="建错了", actor=owner, now=NOW
        )
    with database.reading() as connection, pytest.raises(ProjectNotFoundError):
        projects.get_project(connection, project)
    with database.transaction() as session:
        undo_run(session, gone, actor=owner, now=NOW)
    with database.reading() as connection:
        assert projects.get_project(connection, project).name == "示例小学"
        assert projects.get_building(connection, project, building).name == "教学楼"
    with database.transaction() as session:
        assert verify_record(session).is_whole


def test_a_field_that_is_emptied_is_unknown_afterwards(database: Database) -> None:
    owner = an_owner(database)
    with database.transaction() as session:
        full = a_draft(floor_area_m2=Decimal(900), star_target=2)
        project = keeping_projects.create_project(session, full, actor=owner, now=NOW)
        shown = keeping_projects.state_of(session.connection(), project)
        keeping_projects.edit_project(
            session, project, a_draft(), shown=shown, actor=owner, now=NOW
        )
    with database.reading() as connection:
        view = projects.get_project(connection, project)
    assert (view.floor_area_m2, view.star_target) == (None, None)


def test_nobody_keeps_what_is_anothers(database: Database) -> None:
    owner, other = an_owner(database), an_owner(database, OTHER)
    project, building = a_site(database, owner)
    with database.transaction() as session, pytest.raises(PermissionDeniedError):
        site_deliveries.record_delivery(session, building, a_note(), actor=other, now=NOW)
    with database.transaction() as session, pytest.raises(PermissionDeniedError):
        keeping_projects.withdraw_project(session, project, reason="x", actor=other, now=NOW)
    with database.transaction() as session, pytest.raises(EntryRefusedError):
        keeping_projects.create_project(session, a_draft(), actor=other, now=NOW)


def test_an_owners_file_brings_in_its_own_and_nothing_else(database: Database) -> None:
    owner = an_owner(database)
    bring(database, [a_project("P-1", owner=NAME), a_project("P-2", owner=OTHER)])
    records: list[Record] = [
        a_bill_line("1", project="P-1"),
        a_bill_line("1", project="P-2"),
        a_product(certificate=a_certificate()),
        a_project("P-2", owner=NAME),
        a_project("P-3", owner=NAME),
    ]
    with database.transaction() as session:
        new = runs.NewRun(kind=Kind.BILL_LINES, source="x", file_name="x.xlsx", file_hash="x")
        run = runs.open_run(session, new, actor=owner, now=NOW)
        receipt = runs.receive_batch(
            session, run.id, records, [], actor=owner, batch=0, is_synthetic=False, now=NOW
        )
        runs.finish_run(session, run.id, actor=owner, now=NOW)
    assert [issue.code for issue in receipt.issues] == ["not-your-project"] * 3
    assert receipt.created == 2
    stranger = an_owner(database, OTHER)
    with database.transaction() as session, pytest.raises(PermissionDeniedError):
        undo_run(session, run.id, actor=stranger, now=NOW)
    with database.transaction() as session:
        undo_run(session, run.id, actor=owner, now=NOW)


def test_a_delivery_counts_at_once_is_corrected_and_withdrawn(database: Database) -> None:
    owner = an_owner(database)
    bring(database, [a_product(certificate=a_certificate())])
    project, building = a_site(database, owner)
    bring(database, [a_bill_line(project="P-9", quantity=Decimal(100))])
    with database.transaction() as session:
        once = a_note(evidence=((EvidenceKind.ENTRY_ACCEPTANCE, "abc"),))
        run = site_deliveries.record_delivery(
            session, building, once, number="form-1", actor=owner, now=NOW
        )
        again = site_deliveries.record_delivery(
            session, building, once, number="form-1", actor=owner, now=NOW
        )
    assert run == again
    with database.reading() as connection:
        (item,) = site_deliveries.deliveries_on_site(
            connection, building, actor=owner, on=NOW.date(), method="B"
        )
        assert item.check.proof is not None and item.check.proof.green
        assert not item.check.is_repeated and item.check.has_evidence
        found = {r.method: r for r in results.results_of_project(connection, project)}
        assert found["B"].ratio > 0
    with database.transaction() as session:
        early = a_note(delivered_on=day("2023-05-01"), quantity=Decimal(-5))
        site_deliveries.correct_delivery(
            session, building, item.delivery.id, early, reason="日期写错", actor=owner, now=NOW
        )
    with database.reading() as connection:
        (item,) = site_deliveries.deliveries_on_site(
            connection, building, actor=owner, on=NOW.date(), method="B"
        )
    assert item.check.proof is not None and item.check.proof.reason == "not-yet"
    assert (item.delivery.quantity, item.check.has_evidence) == (Decimal(-5), False)
    with database.transaction() as session:
        gone = site_deliveries.withdraw_delivery(
            session, building, item.delivery.id, reason="重复", actor=owner, now=NOW
        )
        assert not projects.deliveries_to_building(session.connection(), building)
        keeping_projects.take_back(session, project, gone, actor=owner, now=NOW)
        assert len(projects.deliveries_to_building(session.connection(), building)) == 1


def test_two_people_who_record_at_once_lose_nothing_of_each_other(database: Database) -> None:
    owner = an_owner(database)
    _, building = a_site(database, owner)

    def record(number: str, quantity: int) -> None:
        with database.transaction() as session:
            site_deliveries.record_delivery(
                session, building, a_note(quantity=Decimal(quantity), certificate=None),
                number=number, actor=owner, now=NOW,
            )  # fmt: skip

    with ThreadPoolExecutor(2) as others:
        with database.transaction() as session:
            site_deliveries.record_delivery(
                session,
                building,
                a_note(quantity=Decimal(1), certificate=None),
                number="a",
                actor=owner,
                now=NOW,
            )
            late = [others.submit(record, "a", 1), others.submit(record, "b", 2)]
            # Both have time to look at what is there before this transaction ends.
            wait(late, timeout=0.5)
        for each in late:
            each.result(timeout=30)
    with database.reading() as connection:
        found = projects.deliveries_to_building(connection, building)
    assert {each.line_number: each.quantity for each in found} == {"1": 1, "2": 2}


def test_a_form_that_was_changed_and_sent_again_is_another_entry(database: Database) -> None:
    owner = an_owner(database)
    _, building = a_site(database, owner)
    with database.transaction() as session:
        for quantity in (1, 1, 2):
            note = a_note(quantity=Decimal(quantity), certificate=None)
            site_deliveries.record_delivery(
                session, building, note, number="n", actor=owner, now=NOW
            )
        for code in ("P-1", "P-1", "P-2"):
            key = keeping_projects.create_project(
                session, a_draft(code), number="m", actor=owner, now=NOW
            )
            assert projects.get_project(session.connection(), key).code == code
        kept = projects.deliveries_to_building(session.connection(), building)
    assert sorted(each.quantity for each in kept) == [1, 2]


def test_a_file_of_anothers_is_not_told_by_naming_its_key(database: Database) -> None:
    owner, other = an_owner(database), an_owner(database, OTHER)
    _, building = a_site(database, owner)
    files = {"key": "private", "sha256": "0" * 64, "size": 1, "media_type": FileKind.PDF.value,
             "name": "secret.pdf", "uploaded_by": "x", "uploaded_at": NOW}  # fmt: skip
    with database.transaction() as session:
        own = evidence.organisation_id(session.connection(), other.organisation)
        bulk.insert_mappings(session, bulk.table_of(Evidence), [files | {"organisation_id": own}])
        note = a_note(certificate=None, evidence=((EvidenceKind.OTHER, "private"),))
        site_deliveries.record_delivery(session, building, note, actor=owner, now=NOW)
        audit.record(session, OPERATOR, action=Action.UPLOAD_EVIDENCE, thing="evidence",
                     key="private", now=NOW)  # fmt: skip
    with database.reading() as connection:
        (item,) = site_deliveries.deliveries_on_site(
            connection, building, actor=owner, on=day("2026-06-01"), method="B"
        )
    assert item.files == [("private", None)]


def test_a_code_goes_to_the_first_of_two_owners_who_ask_at_once(database: Database) -> None:
    owner, other = an_owner(database), an_owner(database, OTHER)

    def create(actor: Actor) -> None:
        with database.transaction() as session:
            keeping_projects.create_project(session, a_draft(), actor=actor, now=NOW)

    with ThreadPoolExecutor(1) as others:
        with database.transaction() as session:
            key = keeping_projects.create_project(session, a_draft(), actor=owner, now=NOW)
            late = others.submit(create, other)
            wait([late], timeout=0.5)
        with pytest.raises(EntryRefusedError):
            late.result(timeout=30)
    with database.reading() as connection:
        assert projects.get_project(connection, key).owner == NAME


def test_a_target_is_one_of_the_steps_of_the_rules(database: Database) -> None:
    owner = an_owner(database)
    project, _ = a_site(database, owner)
    with database.transaction() as session:
        methods, steps = project_targets.targets_to_choose(
            session.connection(), project, on=NOW.date()
        )
        assert "B" in methods and Decimal(70) in steps
        project_targets.choose_target(
            session, project, method="B", percent=Decimal(70), actor=owner, now=NOW
        )
        found = project_targets.target_of(session.connection(), project)
        assert found is not None and found.percent == Decimal(70)
        with pytest.raises(EntryRefusedError):
            project_targets.choose_target(
                session, project, method="B", percent=Decimal(71), actor=owner, now=NOW
            )
        project_targets.choose_target(
            session, project, method="B", percent=None, actor=owner, now=NOW
        )
        assert project_targets.target_of(session.connection(), project) is None


def test_a_change_list_names_things_in_plain_texts(database: Database) -> None:
    bring(database, [a_project("P-1", owner=NAME)])
    changes: list[Change] = []
    with database.transaction() as session:
        new = runs.NewRun(kind=Kind.BILL_LINES, source="x", file_name="x.csv", file_hash="x")
        run = runs.open_run(session, new, actor=OPERATOR, now=NOW)
        runs.receive_batch(
            session, run.id, [a_bill_line()], [], actor=OPERATOR, batch=0, is_synthetic=False,
            now=NOW, changes=changes,
        )  # fmt: skip
        runs.finish_run(session, run.id, actor=OPERATOR, now=NOW)
    assert [type(change.entity) for change in changes] == [str]


def test_tells_what_has_yet_to_come_while_its_certificate_ends(database: Database) -> None:
    owner = an_owner(database)
    bring(
        database,
        [
            a_product(certificate=a_certificate()),
            a_product("岩棉板", a_certificate("YM-1", valid_to=day("2040-12-31")), model="TR10"),
        ],
    )
    _, building = a_site(database, owner)
    here = {"project": "P-9", "stage": BillStage.DESIGN}
    bring(
        database,
        [
            a_bill_line("1", product=by_number(), **here),
            a_bill_line("2", name="岩棉板", product=by_number("YM-1"), **here),
        ],
    )
    # The certificate ends with 2028; the other one's is years away.
    for on, days_left, step in (("2028-12-01", 30, 30), ("2028-10-02", 90, 90)):
        (soon,) = expiring_on(database, owner, on)[building]
        assert (soon.name, soon.days_left, soon.step) == ("预拌混凝土", days_left, step)
    assert expiring_on(database, owner, "2028-10-01") == {building: []}
    (ended,) = expiring_on(database, owner, "2029-01-10")[building]
    assert (ended.ends_on, ended.step) == (day("2028-12-31"), None)
    for quantity, is_awaited in ((Decimal(80), True), (Decimal(20), False)):
        note = a_note(note_number=f"SH-{quantity}", quantity=quantity)
        with database.transaction() as session:
            site_deliveries.record_delivery(session, building, note, actor=owner, now=NOW)
        assert bool(expiring_on(database, owner, "2028-12-01")[building]) is is_awaited


def expiring_on(database: Database, owner: Actor, on: str) -> dict[str, list[ExpiringProduct]]:
    with database.reading() as connection:
        desk = owners_desk.desk_of(connection, actor=owner, on=day(on), limit=9, offset=0)
    return {each.building.key: each.expiring for own in desk.items for each in own.buildings}


def test_an_owner_is_told_its_side_of_a_finding_and_nothing_of_others(database: Database) -> None:
    owner = an_owner(database)
    bring(database, [a_product(certificate=a_certificate())])
    project, _ = a_site(database, owner)
    bring(database, [a_project("P-2", name="别家的医院", owner=OTHER)])
    for code, line in (("P-9", "1"), ("P-2", "7")):
        bring(database, [a_delivery(line, project=code, supplier="甲站", product=by_number())])
    assert findings.run_checks(database, OPERATOR, now=NOW).new >= 1
    with database.reading() as connection:
        told = own_findings.own_findings(connection, project, actor=owner, limit=9)
        desk = owners_desk.desk_of(connection, actor=owner, on=NOW.date(), limit=9, offset=0)
        with pytest.raises(PermissionDeniedError):
            own_findings.own_findings(connection, "p-2", actor=owner, limit=9)
    assert [own.findings for own in desk.items] == [told.total] == [1]
    (one,) = told.items
    assert (one.kind, one.is_elsewhere) == (FindingKind.NOTE_TWICE, True)
    assert [line.project for line in one.deliveries] == [project]
    said = msgspec.json.encode(told).decode()
    assert "p-2" not in said and "别家" not in said and "projects" not in said
    with database.transaction() as session:
        findings.judge(
            session, one.key, Verdict.DISMISSED, reason="别家的医院写错了单号", actor=CORPS, now=NOW
        )
    with database.reading() as connection:
        assert own_findings.count_findings(connection, [project]) == {}


def test_a_run_that_was_cut_off_is_picked_up_by_its_own_organisation_alone(
    database: Database,
) -> None:
    owner, other = an_owner(database), an_owner(database, OTHER)
    new = runs.NewRun(kind=Kind.PROJECTS, source="t", file_name="f.csv", file_hash="h")
    with database.transaction() as session:
        opened = [
            runs.open_run(session, new, actor=actor, now=NOW).id
            for actor in (OPERATOR, owner, owner, other, CORPS)
        ]
    first, own, again, others, corps = opened
    assert len({first, own, others}) == 3, "An owner would close what somebody else began."
    assert (again, corps) == (own, first)


def test_another_s_project_is_not_an_owner_s_to_calculate(database: Database) -> None:
    owner, other = an_owner(database), an_owner(database, OTHER)
    project, _ = a_site(database, owner)
    with database.transaction() as session:
        results.calculate_project(session, project, actor=owner, now=NOW)
        with pytest.raises(PermissionDeniedError):
            results.calculate_project(session, project, actor=other, now=NOW)
