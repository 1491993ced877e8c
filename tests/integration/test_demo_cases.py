"""The demo's year of cases: everything occurs, and its totals are those of the record."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog.db import Database
from catalog.evidence_files import EvidenceFolder
from catalog.models.adoption import AdoptionStatus, Case, CaseStep
from catalog.models.audit import AuditEntry
from catalog.rules.admission import AdmissionPack
from catalog.rules.packs import parse_pack
from catalog.rules.terms import CaseState
from catalog.rules.workflow.steps import RULES, Step
from catalog.sealing import Sealer
from seed_data import read_toml
from seed_data.demo import generate_products
from seed_data.demo.cases import play_year
from seed_data.demo.cast import Demo
from tests.builders import bring
from tests.conftest import OPERATOR


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
