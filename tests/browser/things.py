"""Things of every kind that have a page of their own: frozen, published, drawn, judged, opened."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.permissions import Actor, Rank, Role
from catalog.rules.annual_report.steps import ReportStep
from catalog.rules.draw import Seats
from catalog.rules.terms import EditionKind, Route
from catalog.sealing import Sealer
from catalog.services import drawing, editions, findings, panel, publishing, reporting
from catalog.services.cases.opening import open_case
from catalog.services.drawing import NewDraw
from catalog.services.editions import NewEdition
from catalog.services.panel import NewExpert
from catalog.services.publishing import NewPublication
from catalog.services.submissions import submitting
from catalog.views.reporting import ReportTexts
from catalog.views.submissions import SubmissionDraft
from tests.builders import a_building, a_delivery, a_project, bring, day
from tests.casework import a_file
from tests.declarations import a_declaration

REPORT_YEAR = 2025
_SEED = hashlib.sha256(b"seed").hexdigest()


def bring_things(database: Database, *, division: str, maker: str, product: str) -> None:
    """Put them in: a division's report and the Corps' draft, editions, a draw, a case, findings."""
    now = dt.datetime.now(dt.UTC)
    corps = Actor(name="corps", role=Role.CORPS_BUREAU, rank=Rank.ADMINISTRATOR)
    bureau = Actor(name="bureau", role=Role.DIVISION_BUREAU, division=division,
                   rank=Rank.ADMINISTRATOR)  # fmt: skip
    bring(database, [a_declaration()], source="soda")
    # One note that two sites hand in does not fit together.
    done = day("2025-06-30")
    site = a_project("P-8", name="示例中学", division=division, completed_on=done,
                     building=a_building(completed_on=done))  # fmt: skip
    bring(database, [site])
    twice = {"note_number": "SH-77", "supplier": "示例建材商行", "delivered_on": day("2025-03-01")}
    bring(database, [a_delivery("1", project=project, **twice) for project in ("P-8", "P-2")])
    checker = Actor(name="checks", role=Role.OPERATOR)
    findings.run_checks(database, checker, now=now)
    with database.transaction() as session:
        _reports(session, bureau, corps, now)
        figures = NewPublication(year=REPORT_YEAR, division=division)
        publishing.publish_figures(session, figures, actor=corps, now=now)
        for as_of in ("2025-06-30", "2025-12-31"):
            new = NewEdition(kind=EditionKind.CATALOGUE, as_of=day(as_of))
            editions.publish_edition(session, new, actor=corps, now=now)
        field = panel.fields(session.connection())[0]
        for number in range(3):
            expert = NewExpert(name=f"专家{number}", employer=f"研究院{number}", fields=(field,),
                               since=day("2026-01-01"))  # fmt: skip
            panel.add_expert(session, expert, actor=corps, now=now)
        draw = NewDraw(title="第一批", seats=(Seats(field, 1),))
        drawing.announce(session, Sealer("nobody opens it"), draw, seed=_SEED, actor=corps, now=now)
        applicant = Actor(name="maker", role=Role.MANUFACTURER, organisation=maker,
                          division=division, rank=Rank.ADMINISTRATOR)  # fmt: skip
        open_case(session, product, Route.CERTIFICATE, actor=applicant, now=now)
    _a_submission(database, applicant, maker, now)


def _a_submission(database: Database, applicant: Actor, maker: str, now: dt.datetime) -> None:
    """A product that a company has handed in, and whose proof has a clock."""
    scan = a_file(database, maker)
    draft = SubmissionDraft(name="防水卷材", category="waterproof-sheet", model="SBS I PY 4mm",
                            body="示例认证中心", number="CTC-2026-777", valid_from="2026-01-15",
                            valid_to="2031-01-14")  # fmt: skip
    with database.transaction() as session:
        begun = submitting.begin(session, draft, key="handed-in", actor=applicant, now=now)
        kept = submitting.change(session, begun.key, draft, version=begun.version,
                                 actor=applicant, now=now, scan=scan)  # fmt: skip
        submitting.submit(session, begun.key, is_pledged=True, version=kept.version,
                          actor=applicant, now=now)  # fmt: skip


def _reports(session: Session, bureau: Actor, corps: Actor, now: dt.datetime) -> None:
    """A report that is frozen, and a draft that is written on."""
    for division, actor in ((bureau.division, bureau), (None, corps)):
        head = reporting.open_report(
            session, year=REPORT_YEAR, division=division, actor=actor, now=now
        )
        texts = ReportTexts(progress="当年新增绿色建材应用项目 1 个。")
        head = reporting.save_texts(
            session, head.key, texts, version=head.version, actor=actor, now=now
        )
        if division is not None:
            reporting.take_step(
                session, head.key, ReportStep.FREEZE, version=head.version, actor=actor, now=now
            )
