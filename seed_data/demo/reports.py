"""The demo's reports: what divisions handed in over the years, examples, last year's evaluation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy.orm import Session

from catalog.permissions import Actor, Rank, Role
from catalog.rules.annual_report.steps import ReportStep
from catalog.rules.annual_report.terms import DemonstrationKind
from catalog.rules.terms import ProjectKind, ProjectStage
from catalog.services import demonstrations, filings, projects, report_reading, reporting
from catalog.services.demonstrations import NewDemonstration
from catalog.services.filings import NewFiling
from catalog.services.report_content import reporting_pack
from catalog.views.reporting import ReportHead, ReportTexts
from seed_data.demo.cast import CORPS, Demo, bureau_of

YEAR = 2026
_DIVISIONS = [f"{number:02d}" for number in range(1, 15)]
_FILED = {"01": 10, "06": 12, "08": 13, "12": 18}
"""The divisions that handed this year's report in, and on which day of November."""
_ACCEPTED, _DRAFT = ("01", "08"), "03"
_LATE = {
    ("plan", 2021, "09"): 6,
    ("annual-report", 2023, "14"): 11,
    ("annual-report", 2025, "10"): 3,
}
_MISSING = {("annual-report", 2024, "11")}
_MOST_PROJECTS = 300
_TEXTS = ReportTexts(
    progress=(
        "（演示文字）本年新开工政府投资工程在设计阶段全部编制绿色建材应用比例计划，"
        "竣工项目逐栋核算并公布依据。\n"
        "优先采用采信应用数据库中的产品，预拌混凝土、预拌砂浆、保温材料和门窗基本做到应用尽用。"
    ),
    problems="（演示文字）部分项目进场验收资料不全，少数单体建筑面积和项目类别没有填报，影响核算。",
    plan="（演示文字）补齐在建项目的进场资料；组织建设、施工、监理单位学习核算规则；推荐示范项目。",
)


def play_reports(
    demo: Demo, *, now: dt.datetime, show: Callable[[int], None] = lambda _: None
) -> int:
    """Put the demo's filings, examples and reports on record; return how many reports it made.

    Nothing happens where it happened before, or before the year's reports could be there.
    """
    with demo.database.reading() as connection:
        if now.date() <= dt.date(YEAR, 11, 18) or report_reading.browse_reports(
            connection, _clerk(None)
        ):
            return 0
    with demo.database.transaction() as session:
        _hand_in(session, now)
        _name_examples(session, now)
    made = 0
    for division, day in _FILED.items():
        head = _signed(demo, YEAR, division, now)
        with demo.database.transaction() as session:
            head = reporting.take_step(
                session, head.key, ReportStep.FILE, version=head.version,
                actor=_clerk(division), now=now, filed_on=dt.date(YEAR, 11, day),
            )  # fmt: skip
            if division in _ACCEPTED:
                reporting.take_step(
                    session, head.key, ReportStep.ACCEPT, version=head.version,
                    actor=_clerk(None), now=now,
                )  # fmt: skip
        made += 1
        show(made)
    with demo.database.transaction() as session:
        _written(session, YEAR, _DRAFT, now)
    head = _signed(demo, YEAR - 1, None, now)
    with demo.database.transaction() as session:
        reporting.take_step(
            session, head.key, ReportStep.PUBLISH, version=head.version, actor=_clerk(None), now=now
        )
    show(made + 2)
    return made + 2


def _clerk(division: str | None, rank: Rank = Rank.CLERK) -> Actor:
    """Return somebody of a division's bureau, or of the Corps'; of another name for each rank."""
    title = "负责人" if rank is Rank.ADMINISTRATOR else "经办人"
    if division is None:
        return Actor(
            name=f"兵团{title}（演示）", role=Role.CORPS_BUREAU, organisation=CORPS, rank=rank
        )
    return Actor(
        name=f"{division} 师{title}（演示）",
        role=Role.DIVISION_BUREAU,
        organisation=bureau_of(division),
        division=division,
        rank=rank,
    )


def _written(session: Session, year: int, division: str | None, now: dt.datetime) -> ReportHead:
    actor = _clerk(division)
    head = reporting.open_report(session, year=year, division=division, actor=actor, now=now)
    return reporting.save_texts(
        session, head.key, _TEXTS, version=head.version, actor=actor, now=now
    )


def _signed(demo: Demo, year: int, division: str | None, now: dt.datetime) -> ReportHead:
    """Write a report, freeze it, and have a second person sign it."""
    with demo.database.transaction() as session:
        head = _written(session, year, division, now)
        head = reporting.take_step(
            session, head.key, ReportStep.FREEZE, version=head.version, actor=_clerk(division),
            now=now,
        )  # fmt: skip
        return reporting.take_step(
            session, head.key, ReportStep.SIGN, version=head.version,
            actor=_clerk(division, Rank.ADMINISTRATOR), now=now,
        )  # fmt: skip


def _hand_in(session: Session, now: dt.datetime) -> None:
    """Put on record what was handed in on paper, most of it in time."""
    pack, _ = reporting_pack(session.connection(), now.date())
    duties = [("plan", 2021), *(("annual-report", year) for year in range(2021, YEAR))]
    for duty, year in duties:
        due = dt.date(year, 3, 15) if duty == "plan" else dt.date(year, 11, 15)
        for place, division in enumerate(_DIVISIONS):
            if (duty, year, division) in _MISSING:
                continue
            late = _LATE.get((duty, year, division))
            on = due + dt.timedelta(days=late if late else -1 - place % 5)
            new = NewFiling(
                division=division, duty=duty, year=year, filed_on=on, note="书面报送（演示）"
            )
            filings.record_filing(session, pack, new, actor=_clerk(None), now=now)


def _name_examples(session: Session, now: dt.datetime) -> None:
    """Name some finished green projects, and two bases; withdraw one of them."""
    connection = session.connection()
    every = projects.browse_projects(
        connection, words="", division=None, limit=_MOST_PROJECTS, offset=0
    ).items
    fit = [
        each
        for each in every
        if each.stage is ProjectStage.COMPLETED and ProjectKind.GREEN in each.kinds
    ]
    corps = _clerk(None)
    named = []
    for number, project in enumerate(sorted(fit, key=lambda each: each.key)[:5], start=1):
        year = YEAR - number % 2
        new = NewDemonstration(
            kind=DemonstrationKind.PROJECT,
            project=project.key,
            document=f"兵建示（演示）〔{year}〕{number} 号",
            named_on=dt.date(year, 4 + number, 9),
        )
        named.append(demonstrations.name_demonstration(session, new, actor=corps, now=now))
    for number, division in enumerate(("06", "08"), start=1):
        new = NewDemonstration(
            kind=DemonstrationKind.BASE,
            name=f"绿色建材生产示范基地 {number}（演示）",
            division=division,
            document=f"兵建示（演示）〔{YEAR - 1}〕{10 + number} 号",
            named_on=dt.date(YEAR - 1, 6, 20),
        )
        demonstrations.name_demonstration(session, new, actor=corps, now=now)
    if named:
        demonstrations.withdraw_demonstration(
            session, named[-1].key, on=dt.date(YEAR, 10, 12), reason="抽查不符（演示）",
            actor=corps, now=now,
        )  # fmt: skip
