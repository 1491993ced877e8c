"""Who takes part in the demo year: bureaus, applicants, and the papers that they hand in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from catalog.db import Database
from catalog.evidence_files import EvidenceFolder
from catalog.permissions import Actor, Rank, Role
from catalog.repositories import owned
from catalog.rules.terms import CaseState
from catalog.rules.workflow.steps import RULES, Right, Step
from catalog.sealing import Sealer
from catalog.services import organisations
from catalog.services.cases.candidates import Candidate
from catalog.services.organisations import NewOrganisation
from seed_data.demo.trade import names

CORPS, OWNER, BODY, OPERATOR = "demo-corps", "demo-owner", "demo-body", "demo-operator"


class Demo(NamedTuple):
    """What the demo year stands in: the store, where files go, what seals, and who sets it up."""

    database: Database
    files: EvidenceFolder
    sealer: Sealer
    operator: Actor


class Cast(NamedTuple):
    """Who takes the steps of a case."""

    applicant: Actor
    reviewer: Actor
    rereviewer: Actor
    judge: Actor


def set_up(demo: Demo, chosen: Sequence[Candidate], *, start: dt.datetime) -> None:
    """Make the bureaus, and an organisation for each company that applies."""
    with demo.database.transaction() as session:

        def make(key: str, new: NewOrganisation) -> None:
            organisations.make_organisation(session, new, key=key, actor=demo.operator, now=start)

        make(CORPS, NewOrganisation(role=Role.CORPS_BUREAU, name="兵团住房和城乡建设局（演示）"))
        # The one with the most projects, so that its desk has something on it.
        owner = owned.busiest_owner(session.connection()) or "建设单位（演示）"
        make(OWNER, NewOrganisation(role=Role.OWNER, name=owner))
        make(BODY, NewOrganisation(role=Role.CERTIFICATION_BODY, name=names().bodies[0].name))
        make(OPERATOR, NewOrganisation(role=Role.OPERATOR, name="平台运营（演示）"))
        for division in sorted({candidate.division for candidate in chosen}):
            name = f"{division} 师住房和城乡建设局（演示）"
            new = NewOrganisation(role=Role.DIVISION_BUREAU, name=name, division=division)
            make(bureau_of(division), new)
        known = set()
        for candidate in chosen:
            if candidate.company not in known:
                known.add(candidate.company)
                make(
                    maker_of(candidate),
                    NewOrganisation(
                        role=Role.MANUFACTURER,
                        name=candidate.company_name,
                        credit_code=candidate.credit_code,
                        division=candidate.division,
                    ),
                )


def bureau_of(division: str) -> str:
    """Return the key of a division's demo bureau."""
    return f"demo-bureau-{division}"


def maker_of(candidate: Candidate) -> str:
    """Return the key of the organisation of a demo company."""
    return f"demo-{candidate.company}"[:80].rstrip("-.")


def cast_of(candidate: Candidate) -> Cast:
    """Return who takes the steps of a candidate's case."""

    def clerk(name: str, role: Role, organisation: str, division: str | None) -> Actor:
        return Actor(
            name=f"{name}（演示）",
            role=role,
            organisation=organisation,
            division=division,
            rank=Rank.CLERK,
        )

    division = candidate.division
    return Cast(
        clerk("企业经办人", Role.MANUFACTURER, maker_of(candidate), division),
        clerk(f"{division} 师初审人", Role.DIVISION_BUREAU, bureau_of(division), division),
        clerk("兵团复核人甲", Role.CORPS_BUREAU, CORPS, None),
        clerk("兵团复核人乙", Role.CORPS_BUREAU, CORPS, None),
    )


def who_takes(step: Step, state: CaseState, cast: Cast) -> Actor:
    """Return whoever of the cast has the right to the step."""
    right = next(rule.right for rule in RULES if rule.step is step and state in rule.start)
    if step in (Step.GRANT_APPEAL, Step.REJECT_APPEAL):
        return cast.judge
    return {
        Right.APPLY: cast.applicant,
        Right.REVIEW: cast.reviewer,
        Right.RECORD_OBJECTIONS: cast.reviewer,
    }.get(right, cast.rereviewer)


def pdf_of(text: str) -> bytes:
    """Return a page that says what it stands for, so that no two papers are the same file."""
    stream = f"BT /F1 14 Tf 72 720 Td (DEMO, synthetic: {text}) Tj ET".encode("ascii", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, starts = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        starts.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return (
        content + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (table, len(content))
    )
