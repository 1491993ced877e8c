"""Annual reports add up, count nothing after the close, and stay what was frozen."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from sqlalchemy import update

from catalog.db import Database
from catalog.errors import (
    ChangedMeanwhileError,
    PermissionDeniedError,
    ReportNotFoundError,
    ReportRefusedError,
)
from catalog.forms.docx import document_of
from catalog.forms.workbook import workbook_of
from catalog.models.reporting import AnnualReport
from catalog.permissions import ANYONE, Actor, Rank, Role
from catalog.rules.annual_report.checks import MustCheck
from catalog.rules.annual_report.steps import ReportState, ReportStep
from catalog.rules.annual_report.terms import CORPS, DemonstrationKind, Punctuality
from catalog.rules.publication import canonical, fingerprint
from catalog.rules.ratio.demands import Answer
from catalog.rules.terms import ProjectKind, ProjectStage
from catalog.rules.units import Declared
from catalog.services import (
    demonstrations,
    exemptions,
    filings,
    measures,
    report_reading,
    reporting,
    targets,
)
from catalog.services.demonstrations import NewDemonstration
from catalog.services.filings import NewFiling
from catalog.services.findings import run_checks
from catalog.services.report_content import reporting_pack
from catalog.services.report_forms import changes_since, form_of_report
from catalog.services.targets import NewTarget
from catalog.views.reporting import (
    CheckedBuilding,
    ReportContent,
    ReportHead,
    ReportTexts,
    ReportView,
)
from tests.builders import (
    a_bill_line,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    making_up,
    recalculated,
)

START = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
LATER = START + dt.timedelta(days=3)
_TONNE = Declared(amount=Decimal(2350), unit="kg", per="m3", by="试验")
DECEMBER = dt.datetime(2026, 12, 3, 2, tzinfo=dt.UTC)


def bureau(name: str, division: str | None = "08", rank: Rank = Rank.CLERK) -> Actor:
    role = Role.DIVISION_BUREAU if division else Role.CORPS_BUREAU
    return Actor(name=name, role=role, account=name, organisation=f"bureau-{division}",
                 division=division, rank=rank)  # fmt: skip


CLERK, HEAD = bureau("clerk"), bureau("head", rank=Rank.ADMINISTRATOR)
NEIGHBOUR = bureau("neighbour", "07", Rank.ADMINISTRATOR)
CORPS_CLERK, CORPS_HEAD = bureau("corps", None), bureau("chief", None, Rank.ADMINISTRATOR)


def came(quantity: str, on: str, **stated: object) -> Any:
    known = {"product": by_number(), "amount": Decimal(quantity) * 10} | stated
    return a_delivery(f"{on}/{quantity}", quantity=Decimal(quantity), delivered_on=day(on), **known)


@pytest.fixture
def site(database: Database) -> Database:
    """Division 08 finished a green project and one of unknown kind in time, one after the close;
    division 07 finished one too. All was known at the start.
    """
    green = frozenset({ProjectKind.GREEN})
    done: dict[str, Any] = {"stage": ProjectStage.COMPLETED, "completed_on": day("2026-09-30")}
    late: dict[str, Any] = {"stage": ProjectStage.COMPLETED, "completed_on": day("2026-11-16")}
    bring(database, [a_product(certificate=a_certificate())], now=START)
    bring(
        database,
        [
            a_project(kinds=green, floor_area_m2=Decimal(6000), star_award=2, **done),
            a_project("P-2", kinds=frozenset(), floor_area_m2=Decimal(2000),
                      building=a_building(completed_on=day("2026-09-30")), **done),
            a_project("P-3", kinds=green, floor_area_m2=Decimal(50_000),
                      building=a_building(completed_on=day("2026-11-16")), **late),
            a_project("P-4", division="07", kinds=green, floor_area_m2=Decimal(1000), **done),
        ],
        now=START,
    )  # fmt: skip
    bring(database, [a_bill_line(), a_bill_line(project="P-4")], now=START)
    bring(
        database,
        [
            came("60", "2026-03-12"),
            came("40", "2026-11-15"),
            came("70", "2026-11-16"),
            came("10", "2026-05-05", project="P-4"),
        ],
        now=START,
    )
    recalculated(database, now=START)
    return database


def opened(
    site: Database, *, division: str | None = "08", actor: Actor = CLERK, text: str = "已完成。"
) -> ReportHead:
    with site.transaction() as session:
        head = reporting.open_report(session, year=2026, division=division, actor=actor, now=START)
        return reporting.save_texts(
            session, head.key, ReportTexts(progress=text), version=head.version, actor=actor,
            now=START,
        )  # fmt: skip


def step(
    site: Database, head: ReportHead, step: ReportStep, actor: Actor = CLERK,
    *, now: dt.datetime = LATER, **stated: Any,
) -> ReportHead:  # fmt: skip
    with site.transaction() as session:
        return reporting.take_step(
            session, head.key, step, version=head.version, actor=actor, now=now, **stated
        )


def seen(
    site: Database, actor: Actor = CLERK, *, scope: str = "08", now: dt.datetime = DECEMBER
) -> ReportView:
    with site.reading() as connection:
        return report_reading.get_report(connection, actor, year=2026, scope=scope, now=now)


def test_a_draft_that_was_looked_at_follows_when_figures_are_calculated_anew(
    site: Database,
) -> None:
    opened(site)
    bring(site, [a_bill_line("2", quantity=Decimal(300))], now=LATER)
    waiting = seen(site).content.figure
    assert seen(site).content.figure == waiting
    recalculated(site, now=LATER)
    assert seen(site).content.figure != waiting


def filed(site: Database) -> ReportHead:
    head = step(site, opened(site), ReportStep.FREEZE)
    head = step(site, head, ReportStep.SIGN, HEAD)
    return step(site, head, ReportStep.FILE)


def corps_content(site: Database) -> ReportContent:
    opened(site, division=None, actor=CORPS_CLERK)
    return seen(site, CORPS_CLERK, scope=CORPS).content


def test_counts_nothing_after_the_close_and_gives_what_is_unknown_as_bounds(
    site: Database,
) -> None:
    opened(site)
    content = seen(site).content
    assert (content.first, content.last) == (day("2025-11-16"), day("2026-11-15"))
    # 6,000 m² are green, of 2,000 m² nobody knows; what was done a day late is not there.
    green = content.shares.green
    assert (green.low, green.high) == (Decimal(75), Decimal(100))
    assert [goal.is_reached for goal in content.goals] == [None]
    assert content.shares.starred.low == Decimal(75) and content.figure is not None
    assert content.figure.buildings == 1
    (usage,) = content.usage
    assert (usage.lines, usage.amount) == (2, Decimal(1000))
    stages = {(row.kind, row.stage): row.projects for row in content.projects}
    assert stages["all", "completed"] == 2 and stages["all", "designed"] == 1


def test_divisions_add_up_to_the_corps(site: Database) -> None:
    whole = corps_content(site)
    parts = [row for row in whole.divisions if row.figure]
    assert whole.figure is not None and len(parts) == 2
    for name in ("buildings", "projects", "area_m2", "green_area_m2", "weighed_area_m2"):
        added = sum(getattr(row.figure, name) for row in parts)
        assert added == getattr(whole.figure, name), name
    areas = [row.shares.green.yes_m2 for row in whole.divisions]
    assert sum(areas) == whole.shares.green.yes_m2 == Decimal(7000)
    opened(site)
    own = seen(site).content
    mine = next(row for row in whole.divisions if row.division == "08")
    assert (own.figure, own.shares) == (
        None if mine.figure is None or own.figure is None
        else mine.figure.__class__(**{**_fields(mine.figure), "division": own.figure.division}),
        mine.shares,
    )  # fmt: skip


def _fields(figure: Any) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in figure.__struct_fields__}


def test_a_frozen_report_stays_and_is_made_again_byte_for_byte(site: Database) -> None:
    head = step(site, opened(site), ReportStep.FREEZE)
    before = seen(site)
    with site.reading() as connection:
        frozen = report_reading.report_bytes(connection, CLERK, year=2026, scope="08")
    assert fingerprint(frozen) == head.content_hash and before.content.figure_hash
    bring(
        site,
        [a_project("P-5", kinds=frozenset({ProjectKind.KEY}), floor_area_m2=Decimal(12_000),
                   stage=ProjectStage.COMPLETED, completed_on=day("2026-10-01"))],
        now=DECEMBER,
    )  # fmt: skip
    recalculated(site, now=DECEMBER)
    later = DECEMBER + dt.timedelta(hours=1)
    assert seen(site, now=later).content == before.content
    with site.reading() as connection:
        again = report_reading.rebuild(connection, CLERK, year=2026, scope="08")
        _, changes = changes_since(
            connection, CLERK, year=2026, scope="08", language="en", now=later
        )
    assert again.is_same, again.path
    assert any(each.row == "Green buildings" and each.column == "No (m²)" for each in changes)


def test_two_people_answer_for_a_report_and_the_corps_does_not_write_it(site: Database) -> None:
    head = opened(site)
    for stranger in (NEIGHBOUR, ANYONE):
        with pytest.raises(ReportNotFoundError):
            step(site, head, ReportStep.FREEZE, stranger)
    with pytest.raises(PermissionDeniedError):
        step(site, head, ReportStep.FREEZE, CORPS_CLERK)
    with pytest.raises(ReportNotFoundError):
        seen(site, CORPS_CLERK)
    frozen = step(site, head, ReportStep.FREEZE, HEAD)
    with pytest.raises(ReportRefusedError):
        step(site, frozen, ReportStep.SIGN, HEAD)
    with pytest.raises(PermissionDeniedError):
        step(site, frozen, ReportStep.SIGN, CLERK)
    with pytest.raises(ChangedMeanwhileError):
        step(site, head, ReportStep.REOPEN, reason="写错了")
    with pytest.raises(ReportRefusedError):
        step(site, frozen, ReportStep.REOPEN)
    again = step(site, frozen, ReportStep.REOPEN, reason="写错了")
    assert again.state is ReportState.DRAFT and again.content_hash is None


def test_what_is_sent_back_begins_again_with_its_texts_and_was_not_late_for_that(
    site: Database,
) -> None:
    head = filed(site)
    with pytest.raises(ReportNotFoundError):
        seen(site, ANYONE)
    step(site, head, ReportStep.SEND_BACK, CORPS_CLERK, reason="缺少问题部分")
    draft = seen(site)
    assert (draft.head.revision, draft.head.state) == (2, ReportState.DRAFT)
    assert draft.content.texts.progress == "已完成。" and len(draft.revisions) == 2
    second = step(site, draft.head, ReportStep.FREEZE)
    second = step(site, second, ReportStep.SIGN, HEAD)
    second = step(site, second, ReportStep.FILE, now=DECEMBER)
    step(site, second, ReportStep.ACCEPT, CORPS_CLERK)
    public = seen(site, ANYONE)
    assert public.head.revision == 2 and public.steps == []
    with site.reading() as connection:
        pack, _ = reporting_pack(connection, DECEMBER.date())
        rows = filings.register(connection, pack, now=DECEMBER)
    found = next(row for row in rows if (row.duty, row.year) == ("annual-report", 2026))
    # Due on the 15th and first handed in on the 23rd of November.
    assert found.standings["08"].late_days == 8
    assert found.standings["07"].punctuality is Punctuality.MISSING
    assert "00" not in found.standings


def test_a_bureau_learns_nothing_of_another_s_draft_by_trying_to_move_it(site: Database) -> None:
    head = opened(site)
    for version in (head.version, 99):
        with site.transaction() as session, pytest.raises(ReportNotFoundError):
            reporting.take_step(
                session, head.key, ReportStep.FREEZE, version=version, actor=NEIGHBOUR, now=LATER
            )


def test_a_report_that_two_begin_at_once_is_one(site: Database) -> None:
    def begin(actor: Actor) -> ReportHead:
        with site.transaction() as session:
            return reporting.open_report(session, year=2026, division="08", actor=actor, now=START)

    with ThreadPoolExecutor(1) as others:
        with site.transaction() as session:
            first = reporting.open_report(session, year=2026, division="08", actor=CLERK, now=START)
            late = others.submit(begin, HEAD)
            wait([late], timeout=0.5)
        assert late.result(timeout=30).key == first.key


def test_the_corps_publishes_its_own_over_all_divisions(site: Database) -> None:
    filed(site)
    head = opened(site, division=None, actor=CORPS_CLERK)
    head = step(site, head, ReportStep.FREEZE, CORPS_CLERK)
    with pytest.raises(ReportRefusedError):
        step(site, head, ReportStep.FILE, CORPS_CLERK)
    head = step(site, head, ReportStep.SIGN, CORPS_HEAD)
    step(site, head, ReportStep.PUBLISH, CORPS_CLERK)
    content = seen(site, ANYONE, scope=CORPS).content
    assert content.figure is not None and content.figure.projects == 2
    standing = {row.division: row.punctuality for row in content.filings}
    assert standing["08"] is Punctuality.LATE and standing["07"] is Punctuality.MISSING


def test_one_content_makes_the_same_files_twice(site: Database) -> None:
    head = step(site, opened(site), ReportStep.FREEZE)
    view = seen(site)
    with site.reading() as connection:
        forms = [form_of_report(connection, head, view.content, "en") for _ in range(2)]
    assert forms[0] == forms[1]
    documents = [document_of(form) for form in forms]
    assert documents[0] == documents[1] and workbook_of(forms[0]) == workbook_of(forms[1])
    with ZipFile(BytesIO(documents[0])) as archive:
        body = archive.read("word/document.xml").decode()
        styles = archive.read("word/styles.xml").decode()
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
    assert "当年进展情况和成效" in body and len(pictures) >= 3
    # A word processor finds its way: headings, rows repeated on each page, the letters' language.
    assert 'w:val="Heading1"' in body and "<w:tblHeader" in body
    assert 'w:eastAsia="zh-CN"' in styles and "4F81BD" not in _style(styles, "Heading1")


def _style(styles: str, name: str) -> str:
    return styles.partition(f'w:styleId="{name}"')[2].partition("</w:style>")[0]


def test_a_target_is_a_bureau_s_and_holds_from_when_it_was_set(site: Database) -> None:
    opened(site)
    new = NewTarget(
        division=None, year=2026, method="B", percent=Decimal("40"), document="兵建发〔2025〕1号"
    )
    with site.transaction() as session:
        with pytest.raises(PermissionDeniedError):
            targets.set_target(session, new, actor=HEAD, now=LATER)
        assert seen(site).content.target is None
        targets.set_target(session, new, actor=CORPS_CLERK, now=LATER)
    target = seen(site).content.target
    assert target is not None and target.percent == 40 and target.is_reached is not None
    with site.reading() as connection:
        assert targets.find_target(connection, "08", 2026, "B", known_at=START) is None


def test_an_example_is_on_the_report_until_it_is_withdrawn(site: Database) -> None:
    with site.reading() as connection:
        project = connection.exec_driver_sql("SELECT key FROM project WHERE code = 'P-1'").scalar()
    new = NewDemonstration(
        kind=DemonstrationKind.PROJECT, project=project, document="兵建示〔2025〕3号",
        named_on=day("2026-06-01"),
    )  # fmt: skip
    with site.transaction() as session:
        made = demonstrations.name_demonstration(session, new, actor=CORPS_CLERK, now=START)
    opened(site)
    (row,) = seen(site).content.demonstrations
    assert row.is_new and row.withdrawn_on is None and row.division == "08"
    with site.transaction() as session:
        demonstrations.withdraw_demonstration(
            session, made.key, on=day("2026-11-18"), reason="质量问题", actor=CORPS_CLERK,
            now=LATER,
        )  # fmt: skip
    # It stood on the closing day: what came after belongs to the next report.
    (row,) = seen(site).content.demonstrations
    assert row.withdrawn_on is None


def test_a_paper_that_was_handed_in_is_put_on_record_and_taken_back(site: Database) -> None:
    plan = NewFiling(division="08", duty="plan", year=2021, filed_on=day("2021-03-20"))
    with site.transaction() as session:
        pack, _ = reporting_pack(session.connection(), START.date())
        made = filings.record_filing(session, pack, plan, actor=CLERK, now=START)
        with pytest.raises(PermissionDeniedError):
            filings.record_filing(session, pack, plan, actor=NEIGHBOUR, now=START)
    with site.reading() as connection:
        row = filings.register(connection, pack, now=LATER)[-1]
    assert row.standings["08"].late_days == 5
    with site.transaction() as session:
        filings.withdraw_filing(session, made.key, reason="登错师市", actor=CLERK, now=LATER)
        exemptions.exempt(session, pack, division="08", duty="plan", year=2021, reason="新组建",
                          actor=CORPS_CLERK, now=LATER)  # fmt: skip
    with site.reading() as connection:
        row = filings.register(connection, pack, now=DECEMBER)[-1]
    assert row.standings["08"].punctuality is Punctuality.EXEMPT


def checks_of(content: ReportContent) -> dict[MustCheck, tuple[int, int | None, int]]:
    assert content.checks is not msgspec.UNSET
    return {row.check: (row.of, row.failed, row.open) for row in content.checks}


def unmet(
    site: Database, now: dt.datetime, check: MustCheck = MustCheck.LOCAL_MATERIALS
) -> list[CheckedBuilding]:
    with site.reading() as connection:
        return report_reading.unmet_of(
            connection, CLERK, year=2026, scope="08", check=check, now=now
        )[1]


def test_tells_what_failed_and_what_nobody_could_check(site: Database) -> None:
    # P-1 was awarded two stars and P-2 none; only P-1 has a ratio, and what came to it came from
    # nobody knows how far.
    opened(site)
    found = checks_of(seen(site).content)
    assert found[MustCheck.LOWEST_TIER] == (2, 0, 1)
    assert found[MustCheck.STAR_GATE] == (1, 0, 0)
    assert found[MustCheck.MUST_CHOOSE] == (2, None, 2)
    assert found[MustCheck.LOCAL_MATERIALS] == (2, None, 2)
    assert found[MustCheck.FINDING] == (0, None, 0)
    far = {"transport_km": Decimal(900), "declared": (_TONNE,)}
    rows = unmet(site, DECEMBER)
    assert [row.answer for row in rows] == [Answer.OPEN, Answer.OPEN]
    bring(site, [came("500", "2026-03-13", **far)], now=DECEMBER)
    bring(site, [came("10", "2026-03-14", project="P-2", **far | {"transport_km": Decimal(1)})],
          now=DECEMBER)  # fmt: skip
    bring(
        site, [came("3", "2026-03-15", project="P-2", name="现场搅拌混凝土", **far)], now=DECEMBER
    )
    run_checks(site, Actor(name="checks", role=Role.OPERATOR), now=DECEMBER)
    later = DECEMBER + dt.timedelta(hours=1)
    content = seen(site, now=later).content
    assert checks_of(content)[MustCheck.FINDING] == (0, 0, 0)
    rows = unmet(site, later)
    assert [row.answer for row in rows] == [Answer.NO, Answer.OPEN]
    with site.reading() as connection:
        told = {row.building: row.answer for row in rows}
        for row in rows:
            measured = measures.measures_of_building(connection, row.building, on=later.date())
            assert measured.local_materials is not None
            assert measured.local_materials.verdict is told[row.building]
    with pytest.raises(ReportNotFoundError):
        unmet(site, later, MustCheck.FINDING)


def test_a_report_of_before_checks_were_told_is_made_again_as_it_was_written(
    site: Database,
) -> None:
    head = step(site, opened(site), ReportStep.FREEZE)
    content = msgspec.structs.replace(
        seen(site).content, format="lucai-annual-report-1", checks=msgspec.UNSET
    )
    spelling = canonical(content)
    with making_up(site) as session:
        session.execute(
            update(AnnualReport)
            .where(AnnualReport.key == head.key)
            .values(content=spelling.decode(), content_hash=fingerprint(spelling))
        )
    with site.reading() as connection:
        again = report_reading.rebuild(connection, CLERK, year=2026, scope="08")
        form = form_of_report(connection, head, seen(site).content, "zh")
    assert again.is_same, again.path
    assert all(section.name.text != "必查项" for section in form.sections)
