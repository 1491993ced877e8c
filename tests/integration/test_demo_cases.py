"""The demo's year of cases: everything occurs, and its totals are those of the record."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog.db import Database
from catalog.evidence_files import EvidenceFolder
from catalog.models.account import Organisation
from catalog.models.adoption import AdoptionStatus, Case, CaseStep
from catalog.models.audit import AuditEntry
from catalog.models.submission import ProductSubmission
from catalog.permissions import Actor, Role
from catalog.rules.admission import AdmissionPack
from catalog.rules.packs import parse_pack
from catalog.rules.terms import CaseState, SubmissionState
from catalog.rules.workflow.steps import RULES, Step
from catalog.sealing import Sealer
from catalog.services.submissions import reading as submissions
from seed_data import read_toml
from seed_data.demo import generate_products
from seed_data.demo.cases import play_year
from seed_data.demo.cast import Demo, maker_of
from seed_data.demo.submissions import play_submissions
from tests.builders import bring, day
from tests.conftest import OPERATOR

BUREAUS = Actor(name="test", role=Role.CORPS_BUREAU)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_lets_everything_happen_in_a_year_and_all_on_record(
    database: Database, tmp_path: Path
) -> None:
    bring(database, list(generate_products(7, 450)), is_synthetic=True)
    folder = EvidenceFolder(tmp_path / "evidence", max_bytes=2**20)
    demo = Demo(database, folder, Sealer("a key that only this test has"), OPERATOR)
    played = play_year(demo, 7)
    assert played is not None and played.cases > 40
    assert play_year(demo, 7) is None
    pack = parse_pack(read_toml("rules/admission-xpcc-2025.toml"))
    assert isinstance(pack, AdmissionPack)
    with database.reading() as connection:
        states = set(connection.scalars(select(Case.state).distinct()))
        grounds = set(connection.scalars(select(AdoptionStatus.ground).distinct())) - {None}
        steps = connection.execute(
            select(CaseStep.step, CaseStep.from_state, CaseStep.to_state, CaseStep.taken_at)
        ).all()
        told = connection.scalars(
            select(AuditEntry.after).where(AuditEntry.thing == "case").order_by(AuditEntry.number)
        ).all()
        cases = connection.scalar(select(func.count()).select_from(Case))
    assert states == set(CaseState)
    assert grounds == set(pack.by_ground)
    known = {
        (rule.step.value, start, to) for rule in RULES for start in rule.start for to in rule.to
    }
    assert {(step, start, to) for step, start, to, _ in steps} <= known
    taken = Counter(step for step, _, _, _ in steps)
    assert set(taken) == {step.value for step in Step}
    recorded = [json.loads(after or "{}") for after in told]
    assert Counter(each["step"] for each in recorded if "step" in each) == taken
    assert taken[Step.OPEN.value] == cases == played.cases
    days = sorted(moment.date().isoformat() for _, _, _, moment in steps)
    assert days[0] >= "2025-11-03" and days[-1] <= "2026-11-13"
    assert play_submissions(demo, 7, played.makers) == 20
    with database.reading() as connection:
        rows = submissions.browse(connection, actor=BUREAUS, on=day("2026-11-23"), limit=100).items
        waiting = [row.due_on for row in rows if row.due_on is not None]
        own = connection.scalars(
            select(ProductSubmission.state)
            .join(Organisation, Organisation.id == ProductSubmission.organisation_id)
            .where(Organisation.key == maker_of(played.makers[0]))
        ).all()
    assert set(own) == set(SubmissionState), "Its maker's desk shows them all."
    assert min(waiting) < day("2026-11-23") <= max(waiting), "Some are late, some are not."
    assert {row.product is not None for row in rows if row.state is SubmissionState.PROVED} == {
        True
    }
