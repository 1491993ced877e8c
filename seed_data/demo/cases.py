"""A demo year of cases, taken step by step through the services by people who may take them."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import NamedTuple

from sqlalchemy.orm import Session
from stdnum.cn import ric

from catalog.permissions import Actor, Role, Thing
from catalog.rules.periods import CHINA
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow.steps import Step
from catalog.services import evidence
from catalog.services.cases import candidates, opening, papers, reading, stepping
from catalog.services.cases.candidates import Candidate
from catalog.services.cases.forms import StepForm
from catalog.services.cases.objecting import Objector, record_objection
from catalog.views.cases import CaseDraft, CaseStanding
from seed_data.demo.cast import (
    BODY,
    CORPS,
    OPERATOR,
    OWNER,
    Cast,
    Demo,
    bureau_of,
    cast_of,
    maker_of,
    pdf_of,
    set_up,
    who_takes,
)
from seed_data.demo.companies import credit_code
from seed_data.demo.corps import open_papers
from seed_data.demo.draws import Draws, between, draws_of, one_of
from seed_data.demo.stories import COMMON, MISSING, OBJECTION, REASONS, STORIES, Story

FIRST_DAY = dt.date(2025, 11, 3)
LAST_DAY = dt.date(2026, 11, 13)
_LAST_START = dt.date(2026, 2, 2)
_UNDER_WAY_FROM = dt.date(2026, 10, 8)
_MOST_CASES = 120
_EVERY = 3  # One in so many cases goes by test report.
_IN_A_TRANSACTION = 100
_LONG = 5  # Under way for months already, and begun like those that ended.
# The steps that wait until a notice, or the time that somebody had, is over.
_WAITS = frozenset({Step.ADOPT, Step.REMOVE, Step.LAPSE})
# Nobody alive: a made-up identity number must be no living person's.
_OBJECTOR_BODY = "11010119000101001"
_PAPERS = {
    Route.CERTIFICATE: ("application-form", "business-licence", "certificate"),
    Route.TEST_REPORT: (
        "application-form", "business-licence", "type-test-report", "demand-standard-report",
    ),
}  # fmt: skip


class Played(NamedTuple):
    """How many cases the year had, an organisation of each role, and a product of each maker."""

    cases: int
    organisations: list[tuple[Role, str]]
    makers: list[Candidate]


def play_year(
    demo: Demo, seed: int, *, show: Callable[[int], None] = lambda _: None
) -> Played | None:
    """Let a year of cases happen in order of time.

    Where the year was played before, or there is no product to apply for, nothing happens.
    """
    with demo.database.reading() as connection:
        if candidates.was_played(connection, CORPS):
            return None
        found = candidates.candidates(connection, first=FIRST_DAY, last=LAST_DAY)
    chosen = _chosen(found)
    if not chosen:
        return None
    start = _moment(FIRST_DAY, 0) - dt.timedelta(days=7)
    set_up(demo, [candidate for candidate, _, _ in chosen], start=start)
    draw = draws_of(seed, "cases")
    ahead: list[tuple[dt.datetime, int, Iterator[dt.datetime]]] = []
    stage = _Stage(demo)
    for index, (candidate, route, story) in enumerate(chosen):
        play = _play(stage, candidate, route, story, draw(index))
        heapq.heappush(ahead, (next(play), index, play))
    done = 0
    while ahead:
        with demo.database.transaction() as session:
            stage.session = session
            for _ in range(_IN_A_TRANSACTION):
                if not ahead:
                    break
                _, index, play = ahead[0]
                later = next(play, None)
                done += 1
                if later is None or later.astimezone(CHINA).date() > LAST_DAY:
                    heapq.heappop(ahead)
                else:
                    heapq.heapreplace(ahead, (later, index, play))
        show(done)
    first = chosen[0][0]
    makers: dict[str, Candidate] = {}
    for candidate, _, _ in chosen:
        makers.setdefault(candidate.company, candidate)
    return Played(
        len(chosen),
        [
            (Role.MANUFACTURER, maker_of(first)),
            (Role.OWNER, OWNER),
            (Role.CERTIFICATION_BODY, BODY),
            (Role.DIVISION_BUREAU, bureau_of(first.division)),
            (Role.CORPS_BUREAU, CORPS),
            (Role.CORPS_BUREAU, CORPS),
            (Role.OPERATOR, OPERATOR),
        ],
        list(makers.values()),
    )


class _Stage:
    """Where plays happen: the demo, and the transaction that is open just now."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.session: Session

    def keep(self, name: str, actor: Actor, now: dt.datetime) -> str:
        """Keep a file of its own for an applicant; return its key."""
        return evidence.keep(
            self.session,
            self.demo.files,
            BytesIO(pdf_of(name)),
            name=f"{name}.pdf",
            whose=Thing(organisation=actor.organisation, division=actor.division),
            actor=actor,
            now=now,
        ).key


def _chosen(found: list[Candidate]) -> list[tuple[Candidate, Route, Story]]:
    """Pair products with stories: first every story, then the common ones."""
    certified = [each for each in found if each.certificate is not None]
    reported = [each for each in found if each.certificate is None]
    stories = [*STORIES, *COMMON * _MOST_CASES][:_MOST_CASES]
    chosen: list[tuple[Candidate, Route, Story]] = []
    for number, story in enumerate(stories):
        by_report = bool(reported) and (number % _EVERY == _EVERY - 1 or not certified)
        pool = reported if by_report else certified
        if not pool:
            break
        route = Route.TEST_REPORT if by_report else Route.CERTIFICATE
        chosen.append((pool.pop(0), route, story))
    return chosen


def _moment(day: dt.date, minute: int) -> dt.datetime:
    """Return a moment of a day's office hours, which begin at ten in Xinjiang."""
    return dt.datetime.combine(day, dt.time(10), tzinfo=CHINA) + dt.timedelta(minutes=minute)


def _play(
    stage: _Stage, candidate: Candidate, route: Route, story: Story, draws: Draws
) -> Iterator[dt.datetime]:
    """Take the steps of a story one by one; yield when the next one is due to happen."""
    cast = cast_of(candidate)
    spare = iter(draws * 4)
    first, last = (
        (_UNDER_WAY_FROM, LAST_DAY - dt.timedelta(days=24))
        if story.is_under_way and len(story.moves) < _LONG
        else (FIRST_DAY, _LAST_START)
    )
    day = first + dt.timedelta(days=between(0, (last - first).days, next(spare)))
    now = _moment(day, between(0, 420, next(spare)))
    yield now
    case = _filled_in(stage, candidate, route, cast.applicant, now)
    for move in story.moves:
        name, _, ground = move.partition(":")
        step = Step(name)
        day = _next_day(stage, case, step, cast, day=day, wait=between(1, 6, next(spare)))
        now = _moment(day, between(0, 420, next(spare)))
        yield now
        case = _take(stage, case, step, cast, ground=ground or None, now=now, draw=next(spare))


def _next_day(
    stage: _Stage, case: CaseStanding, step: Step, cast: Cast, *, day: dt.date, wait: int
) -> dt.date:
    """Return the day of the next step: some days later, or once a time that runs is over."""
    is_uncorrected = step is Step.START_REMOVAL and case.state is CaseState.CORRECTION
    if step in _WAITS or is_uncorrected:
        found = reading.get_case(stage.session.connection(), case.number, cast.judge, on=day)
        has_corrected = found.steps[-1].step is Step.CORRECT
        if found.due_on is not None and not has_corrected:
            day = max(day, found.due_on)
    if step is Step.OBJECT:
        wait = 1
    return day + dt.timedelta(days=wait)


def _filled_in(
    stage: _Stage, candidate: Candidate, route: Route, applicant: Actor, now: dt.datetime
) -> CaseStanding:
    session = stage.session
    case = opening.open_case(session, candidate.product, route, actor=applicant, now=now)
    case = papers.edit_case(
        session,
        case.number,
        CaseDraft(contact="演示联系人", telephone="0000-0000000", introduction="演示数据。"),
        certificate=candidate.certificate,
        version=case.version,
        actor=applicant,
        now=now,
    )
    for kind in _PAPERS[route]:
        is_report = kind.endswith("-report")
        case = papers.add_paper(
            session,
            case.number,
            stage.keep(f"{case.number} {kind}", applicant, now),
            kind,
            dated_on=now.date() - dt.timedelta(days=60) if is_report else None,
            version=case.version,
            actor=applicant,
            now=now,
        )
    return case


def _take(
    stage: _Stage,
    case: CaseStanding,
    step: Step,
    cast: Cast,
    *,
    ground: str | None,
    now: dt.datetime,
    draw: int,
) -> CaseStanding:
    """Take one step by whoever of the cast has the right to."""
    actor = who_takes(step, case.state, cast)
    if step is Step.OBJECT:
        return _object(stage, case, actor, now, draw)
    objection = None
    if step in (Step.DISMISS, Step.UPHOLD):
        found = reading.get_case(stage.session.connection(), case.number, actor, on=now.date())
        objection = next(each.key for each in found.objections if each.judged_at is None)
    reason = REASONS.get(step.value, "")
    proof: tuple[str, ...] = ()
    if step in (Step.CORRECT, Step.APPEAL):
        proof = (stage.keep(f"{case.number} {step.value} {now:%Y%m%d}", actor, now),)
    form = StepForm(
        reason=reason,
        is_pledged=step is Step.SUBMIT,
        missing=(one_of(MISSING, draw),) if step is Step.RETURN else (),
        ground=ground,
        objection=objection,
        evidence=proof,
    )
    taken = stepping.take_step(
        stage.session, case.number, step, form, version=case.version, actor=actor, now=now
    )
    if step is Step.ADOPT:
        open_papers(stage.session, case.number, actor=actor, now=now)
    return taken


def _object(
    stage: _Stage, case: CaseStanding, actor: Actor, now: dt.datetime, draw: int
) -> CaseStanding:
    is_unit = draw % 2 == 0
    objector = Objector(
        is_unit=is_unit,
        name="演示异议单位" if is_unit else "演示异议人",
        credit_code=credit_code(900_000 + draw) if is_unit else "",
        identity_number=""
        if is_unit
        else _OBJECTOR_BODY + ric.calc_check_digit(f"{_OBJECTOR_BODY}0"),
        telephone="" if is_unit else "0000-0000000",
    )
    return record_objection(
        stage.session,
        case.number,
        objector,
        OBJECTION,
        sealer=stage.demo.sealer,
        version=case.version,
        actor=actor,
        now=now,
    )
