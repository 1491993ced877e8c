"""What is published stays as it was, is made again byte for byte, and says what changed since."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from catalog.db import Database
from catalog.errors import (
    DivisionNotFoundError,
    FiguresUnsettledError,
    IncompleteImportError,
    NothingToPublishError,
    PermissionDeniedError,
    PublishedFigureNotFoundError,
    RuleChoiceRefusedError,
    UndoRefusedError,
)
from catalog.models.published import PublishedFigure
from catalog.models.usage import Delivery
from catalog.permissions import ANYONE
from catalog.records import DeliveryRecord, Kind, Record, TestReportRecord
from catalog.rules.periods import Basis
from catalog.rules.publication import fingerprint
from catalog.rules.terms import BillStage, CertificateState, Stage
from catalog.services import choosing, divisions, publishing, restating, results
from catalog.services.publishing import NewPublication
from catalog.services.receiving import runs
from catalog.views.figures import Question, ResultFigure
from catalog.views.published import PublishedView, Rebuilt
from catalog.views.restating import Cause, Change, Restatement
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
    making_up,
    recalculated,
    undo,
)
from tests.integration.picture import rows_of

HOUR = dt.timedelta(hours=1)
PUBLISHED = NOW + HOUR
LATER = NOW + 2 * HOUR
LATEST = NOW + 3 * HOUR


@pytest.fixture
def site(database: Database) -> Database:
    """Two buildings of division 08 and one of 07, finished in 2025; green concrete in each."""
    bring(database, [a_product(certificate=a_certificate())])
    second = a_building("2#", floor_area_m2=Decimal(3000))
    bring(database, [a_project(), a_project(building=second), a_project("P-2", division="07")])
    bring(database, [a_bill_line(), a_bill_line("1", stage=BillStage.DESIGN)])
    bring(
        database,
        [
            came("60", "2025-03-12", amount=Decimal(600)),
            came("40", "2025-08-01", amount=Decimal(400)),
            came("100", building="2#", product=None),
            came("10", project="P-2"),
        ],
    )
    recalculated(database)
    return database


def came(quantity: str, on: str = "2025-03-12", **stated: object) -> DeliveryRecord:
    number = f"{on}/{stated.pop('line', quantity)}"
    known = {"product": by_number()} | stated
    return a_delivery(number, quantity=Decimal(quantity), delivered_on=day(on), **known)


def published(database: Database, *, now: dt.datetime = PUBLISHED, **stated: Any) -> PublishedView:
    known: dict[str, Any] = {"year": 2025, "division": "08"} | stated
    new = NewPublication(**known)
    with database.transaction() as session:
        return publishing.publish_figures(session, new, actor=OPERATOR, now=now)


def rebuilt(database: Database, view: PublishedView) -> Rebuilt:
    with database.reading() as connection:
        return publishing.rebuild(connection, view.head.content_hash)


def revoke(database: Database, on: str, *, now: dt.datetime = LATER) -> int:
    """Learn that the certificate is revoked from a day on, and calculate what that changes."""
    paper = a_certificate(state=CertificateState.REVOKED, state_on=day(on))
    run = bring(database, [a_product(certificate=paper)], now=now).run_id
    recalculated(database, now=now)
    return run


def figures(database: Database, known_at: dt.datetime | None = None) -> list[ResultFigure]:
    question = Question(stage=Stage.COMPLETION)
    with database.reading() as connection:
        return divisions.result_figures(connection, question, methods=["B"], known_at=known_at)


def test_freezes_numerator_denominator_and_what_is_behind_them(site: Database) -> None:
    view = published(site, note="2025 年报")
    figure = view.content.figure
    assert view.is_new and view.head.note == "2025 年报"
    # 45 % of 1,000 m² and 0 % of 3,000 m² make 11.25 % of 4,000 m².
    assert (figure.green_area_m2, figure.weighed_area_m2) == (Decimal(450), Decimal(4000))
    assert figure.ratio_by_area == Decimal("11.25")
    assert (figure.green_amount, figure.total_amount) == (Decimal(1000), Decimal(1000))
    assert [result.lines for result in view.content.results] == [3, 1]
    assert [paper.number for paper in view.content.papers] == ["CTC-2024-001"]
    assert {pack.pack.split("@")[0] for pack in view.content.packs} == {
        "ratio-b-2021", "thresholds-2024",
    }  # fmt: skip
    for result in view.content.results:
        with site.reading() as connection:
            kept = results.get_result(connection, result.id)
        assert (kept.content_hash, kept.ratio) == (result.content_hash, result.ratio)


def test_the_hash_is_that_of_the_bytes(site: Database) -> None:
    view = published(site)
    with site.reading() as connection:
        spelled = publishing.published_bytes(connection, view.head.content_hash)
    assert fingerprint(spelled) == view.head.content_hash


def test_the_same_figures_are_published_once(site: Database) -> None:
    first = published(site)
    again = published(site, now=LATER)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.head == first.head
    assert len(rows_of(site, "published_figure")) == 1


def test_the_corps_takes_in_every_division(site: Database) -> None:
    content = published(site, division=None).content
    assert [figure.division for figure in content.divisions] == ["07", "08"]
    assert content.figure.buildings == 3
    assert [result.division for result in content.results].count("08") == 2


def test_a_report_year_takes_in_the_days_up_to_its_close(site: Database) -> None:
    with pytest.raises(NothingToPublishError):
        published(site, basis=Basis.REPORT)
    content = published(site, basis=Basis.REPORT, year=2026).content
    assert (content.scope.first, content.scope.last) == (day("2025-11-16"), day("2026-11-15"))
    assert content.figure.buildings == 2


def test_a_design_is_published_by_itself(site: Database) -> None:
    content = published(site, stage=Stage.DESIGN, year=2024).content
    assert content.figure.buildings == 1


def test_calculates_what_is_out_of_date_before_it_publishes(site: Database) -> None:
    bring(site, [came("60", product=None)], now=NOW)
    content = published(site).content
    assert content.figure.ratio_by_area == 0
    with site.reading() as connection:
        current = results.results_of_project(connection, "p-1")
    ids = {view.id for view in current if view.method == "B" and view.stage is Stage.COMPLETION}
    assert {result.id for result in content.results} == ids


def test_is_made_again_to_the_byte_whatever_came_later(site: Database) -> None:
    view = published(site)
    everything = published(site, division=None)
    assert rebuilt(site, view).is_same
    run = bring(site, [came("60", product=None), came("7", "2025-09-01")], now=LATER).run_id
    revoke(site, "2025-05-01")
    bring(site, [a_project(completed_on=day("2026-02-01"), division="07")], now=LATER)
    bring(
        site,
        [a_product(certificate=a_certificate(), category="ready-mixed-mortar", scope="C30")],
        now=LATER,
    )
    recalculated(site, now=LATER)
    assert figures(site) != figures(site, PUBLISHED)
    for each in (view, everything):
        found = rebuilt(site, each)
        assert (found.is_same, found.path) == (True, None), found
    assert run


def test_is_made_again_after_an_import_was_undone(site: Database) -> None:
    run = bring(site, [came("60", product=None)], now=NOW).run_id
    recalculated(site)
    view = published(site)
    undo(site, run, now=LATER)
    recalculated(site, now=LATER)
    assert rebuilt(site, view).is_same


def test_says_where_what_is_made_again_differs(site: Database) -> None:
    view = published(site)
    with making_up(site) as session:
        session.execute(update(Delivery).values(quantity=Decimal(1)))
    found = rebuilt(site, view)
    assert not found.is_same
    assert found.rebuilt_hash != view.head.content_hash
    assert found.path == "$.figure.buildings_passing"


def test_notices_when_somebody_changed_what_is_stored(site: Database) -> None:
    view = published(site)
    table = PublishedFigure.__table__
    with making_up(site) as session:
        content = session.scalar(select(PublishedFigure.content)) or ""
        forged = content.replace('"ratio_by_area":"11.25"', '"ratio_by_area":"12.25"')
        assert forged != content
        session.execute(update(PublishedFigure).values(content=forged))
    found = rebuilt(site, view)
    assert (found.is_same, found.path) == (False, "$.figure.ratio_by_area")
    with making_up(site) as session:
        session.execute(delete(table))  # type: ignore[arg-type]  # A mapped class's table.
    with pytest.raises(PublishedFigureNotFoundError):
        rebuilt(site, view)


def test_figures_of_a_past_moment_are_those_that_were_shown_then(site: Database) -> None:
    before = figures(site)
    revoke(site, "2025-01-01")
    after = figures(site)
    assert before != after
    assert figures(site, PUBLISHED) == before
    assert figures(site, LATEST) == after
    assert figures(site, NOW - HOUR) == []


def test_results_of_a_past_moment_are_those_that_stood_then(site: Database) -> None:
    question = Question(stage=Stage.COMPLETION, division="08", year=2025)

    def behind(known_at: dt.datetime | None) -> list[Decimal]:
        with site.reading() as connection:
            found = divisions.results_behind(
                connection, question, method="B", limit=10, offset=0, known_at=known_at
            )
        return [view.ratio for view in found]

    def of_project(known_at: dt.datetime | None) -> set[Decimal]:
        with site.reading() as connection:
            found = results.results_of_project(connection, "p-1", known_at=known_at)
        return {v.ratio for v in found if v.method == "B" and v.stage is Stage.COMPLETION}

    revoke(site, "2025-01-01")
    assert behind(None) == [0, 0]
    assert behind(PUBLISHED) == [45, 0]
    assert of_project(None) == {Decimal(0)}
    assert of_project(PUBLISHED) == {Decimal(0), Decimal(45)}


def test_refuses_while_an_import_is_half_done(site: Database) -> None:
    new = runs.NewRun(kind=Kind.PRODUCTS, source="x", file_name="x.csv", file_hash="x")
    with site.transaction() as session:
        runs.open_run(session, new, actor=OPERATOR, now=NOW)
    with pytest.raises(IncompleteImportError):
        published(site)


def test_refuses_a_division_that_is_none(site: Database) -> None:
    with pytest.raises(DivisionNotFoundError):
        published(site, division="99")


def test_refuses_whoever_may_not_publish(site: Database) -> None:
    with pytest.raises(PermissionDeniedError), site.transaction() as session:
        publishing.publish_figures(session, NewPublication(year=2025), actor=ANYONE, now=NOW)
    assert rows_of(site, "published_figure") == []


def restated(database: Database, view: PublishedView) -> Restatement:
    with database.reading() as connection:
        return restating.restate(connection, view.head.content_hash)


def causes(found: Restatement) -> list[tuple[Cause, str | None]]:
    return [(change.cause, change.name) for each in found.buildings for change in each.changes]


def only_change(found: Restatement) -> Change:
    (building,) = found.buildings
    (change,) = building.changes
    return change


def test_what_did_not_change_is_restated_as_it_was(site: Database) -> None:
    view = published(site)
    found = restated(site, view)
    assert (found.buildings, found.unchanged, found.waiting) == ([], 2, 0)
    assert found.now is not None
    assert (found.now.ratio_by_area, found.then.ratio_by_area) == (Decimal("11.25"),) * 2


def test_a_backdated_revocation_leaves_what_was_published_and_explains_what_is_now(
    site: Database,
) -> None:
    view = published(site)
    run = revoke(site, "2025-05-01")
    with site.reading() as connection:
        kept = publishing.get_published(connection, view.head.content_hash)
    assert kept.content == view.content
    assert rebuilt(site, view).is_same
    found = restated(site, view)
    # 60 of 100 m³ are below the 80 % that the item asks for: nothing of its 45 points is left.
    assert (found.then.ratio_by_area, found.now and found.now.ratio_by_area) == (
        Decimal("11.25"), Decimal(0),
    )  # fmt: skip
    (building,) = found.buildings
    assert (building.ratio_then, building.ratio_now) == (Decimal(45), Decimal(0))
    change = only_change(found)
    assert change.cause is Cause.PROOF_CHANGED
    assert (change.number, change.before, change.after) == (
        "SH-1/2025-08-01/40", "valid", "revoked",
    )  # fmt: skip
    assert change.certificate_number == "CTC-2024-001"
    assert (change.state, change.from_on) == ("revoked", day("2025-05-01"))
    assert (change.run, change.recorded_at) == (run, LATER)


def test_a_new_delivery_is_named_with_the_import_that_brought_it(site: Database) -> None:
    view = published(site)
    run = bring(site, [came("5", "2025-09-09")], now=LATER).run_id
    recalculated(site, now=LATER)
    change = only_change(restated(site, view))
    assert (change.cause, change.after, change.run) == (Cause.LINE_ADDED, "5 m3", run)


def test_a_corrected_line_is_shown_before_and_after(site: Database) -> None:
    view = published(site)
    run = bring(site, [came("70", line="60", amount=Decimal(600))], now=LATER).run_id
    recalculated(site, now=LATER)
    change = only_change(restated(site, view))
    assert (change.cause, change.before, change.after) == (
        Cause.LINE_CORRECTED, "60 m3", "70 m3",
    )  # fmt: skip
    assert change.run == run


def test_an_undone_import_is_named(site: Database) -> None:
    run = bring(site, [came("30", "2025-09-09")]).run_id
    recalculated(site)
    view = published(site)
    undo(site, run, now=LATER)
    recalculated(site, now=LATER)
    change = only_change(restated(site, view))
    assert (change.cause, change.before, change.run) == (Cause.IMPORT_UNDONE, "30 m3", run)


def test_a_building_that_moved_counts_no_more(site: Database) -> None:
    view = published(site)
    moved = a_project(completed_on=day("2026-02-01"), building=a_building(
        floor_area_m2=Decimal(900)))  # fmt: skip
    bring(site, [moved], now=LATER)
    recalculated(site, now=LATER)
    found = restated(site, view)
    assert found.now is None
    assert [building.ratio_now for building in found.buildings] == [None, None]
    assert causes(found) == [
        (Cause.COUNTS_NO_MORE, None),
        (Cause.AREA_CHANGED, None),
        (Cause.COUNTS_NO_MORE, None),
    ]


def test_a_building_that_came_later_counts_now(site: Database) -> None:
    view = published(site)
    bring(site, [a_project("P-3")], now=LATER)
    bring(site, [came("1", project="P-3")], now=LATER)
    assert restated(site, view).waiting == 0
    recalculated(site, now=LATER)
    found = restated(site, view)
    assert causes(found) == [(Cause.COUNTS_NOW, None)]
    assert found.unchanged == 2


def test_a_product_of_another_category_is_read_otherwise(site: Database) -> None:
    bring(site, [came("10", "2025-10-01", category=None)])
    recalculated(site)
    view = published(site)
    paper = a_certificate()
    bring(site, [a_product(certificate=paper, category="ready-mixed-mortar")], now=LATER)
    recalculated(site, now=LATER)
    change = only_change(restated(site, view))
    assert (change.cause, change.before, change.after) == (
        Cause.LINE_READ_OTHERWISE, "ready-mixed-concrete", "ready-mixed-mortar",
    )  # fmt: skip


def test_says_how_many_buildings_wait_to_be_calculated(site: Database) -> None:
    view = published(site)
    bring(site, [came("5", "2025-09-09")], now=LATER)
    assert restated(site, view).waiting == 1


def test_refuses_results_that_are_dated_after_now(site: Database) -> None:
    bring(site, [a_project("P-3")])
    bring(site, [came("9", "2025-09-09", project="P-3")])
    recalculated(site, now=LATEST)
    with pytest.raises(FiguresUnsettledError):
        published(site, now=PUBLISHED)
    assert rows_of(site, "published_figure") == []


steps = st.lists(
    st.one_of(
        st.tuples(st.just("delivery"), st.integers(-20, 90)),
        st.tuples(st.just("area"), st.integers(1, 9000)),
        st.tuples(st.just("category"), st.sampled_from(["ready-mixed-mortar", "insulation"])),
        st.tuples(st.just("state"), st.sampled_from(list(CertificateState))),
        st.tuples(st.just("moved"), st.sampled_from(["07", "03"])),
        st.tuples(st.just("pack"), st.just("ratio-b-chengdu-2024")),
        st.tuples(st.just("report"), st.just("JC-1")),
        st.tuples(st.just("undo"), st.none()),
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_is_made_again_to_the_byte_after_any_sequence_of_changes(
    site: Database, steps: list[tuple[str, Any]]
) -> None:
    """Each example goes on from where the last one left the store."""
    clock = max(row["recorded_at"] for row in rows_of(site, "revision"))
    clock = max(clock, *(row["computed_at"] for row in rows_of(site, "result"))) + HOUR
    recalculated(site, now=clock)
    try:
        views = [published(site, now=clock + HOUR, division=key) for key in (None, "08")]
    except NothingToPublishError:
        views = [published(site, now=clock + HOUR, division=None)]
    runs_brought: list[int] = []
    for number, (what, value) in enumerate(steps):
        now = clock + HOUR * (number + 2)
        _change(site, what, value, runs_brought, now)
        recalculated(site, now=now)
    for view in views:
        found = rebuilt(site, view)
        assert found.is_same, (found.path, found.published, found.rebuilt)
        restated(site, view)


def _change(site: Database, what: str, value: Any, brought: list[int], now: dt.datetime) -> None:
    if what == "undo":
        if brought:
            with suppress(UndoRefusedError):
                undo(site, brought.pop(), now=now)
        return
    if what == "pack":
        with suppress(RuleChoiceRefusedError), site.transaction() as session:
            choosing.choose_pack(session, "p-1", value, reason="试点", actor=OPERATOR, now=now)
        return
    brought.append(bring(site, _stated(what, value), now=now).run_id)


def _stated(what: str, value: Any) -> list[Record]:
    paper = a_certificate()
    if what == "delivery":
        return [came(str(value), line="h"), came("5", "2025-06-06", product=None)]
    if what == "area":
        return [a_project(building=a_building(floor_area_m2=Decimal(value)))]
    if what == "category":
        return [a_product(certificate=paper, category=value, scope="C20–C50")]
    if what == "state":
        return [a_product(certificate=a_certificate(state=value, state_on=day("2025-04-01")))]
    if what == "moved":
        return [a_project(division=value)]
    report = TestReportRecord(number=value, laboratory="示例检测", issued_on=day("2025-01-10"))
    return [a_product(certificate=paper, report=report)]
