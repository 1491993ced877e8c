"""A store with a product and everybody who has a say in its case, and shorthands for their days."""

from __future__ import annotations

import datetime as dt
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.models.account import Organisation
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.evidence import Evidence
from catalog.models.product import Product
from catalog.permissions import Actor, Rank, Role
from catalog.rules.keys import body_key, certificate_key
from catalog.rules.numbers import normal_number
from catalog.rules.terms import CaseState, OrganisationState, Route
from catalog.rules.workflow.steps import Step
from catalog.services.cases.forms import NewObjection, StepForm
from catalog.services.cases.opening import open_case
from catalog.services.cases.papers import add_paper, edit_case
from catalog.services.cases.stepping import take_step
from catalog.views.cases import CaseDraft, CaseStanding
from tests.builders import a_certificate, a_company, a_product, bring, making_up

MAKER, RIVAL, BUREAU_8, BUREAU_7, CORPS = "maker", "rival", "bureau-08", "bureau-07", "corps"
START = dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)
_files = count(1)


def actor(organisation: str, role: Role, person: str, division: str | None = None) -> Actor:
    return Actor(
        name=f"{person} · {organisation}",
        role=role,
        account=person,
        organisation=organisation,
        division=division,
        rank=Rank.CLERK,
    )


APPLICANT = actor(MAKER, Role.MANUFACTURER, "zhao", "08")
OTHER_MAKER = actor(RIVAL, Role.MANUFACTURER, "qian", "08")
REVIEWER = actor(BUREAU_8, Role.DIVISION_BUREAU, "sun", "08")
OTHER_REVIEWER = actor(BUREAU_7, Role.DIVISION_BUREAU, "li", "07")
REREVIEWER = actor(CORPS, Role.CORPS_BUREAU, "zhou")
SECOND_REREVIEWER = actor(CORPS, Role.CORPS_BUREAU, "wu")
OPERATOR = actor("operator", Role.OPERATOR, "zheng")
OBJECTION = StepForm(
    new_objection=NewObjection(is_unit=True, name="某公司", identity="sealed", text="证书型号不符")
)


def in_business(database: Database, *, organisation: OrganisationState | None = None) -> str:
    """Bring a product and the organisations in; return the product's key."""
    bring(
        database,
        [
            a_product(certificate=a_certificate(), company=a_company(credit_code=None)),
            a_product(name="别家的砂浆", model="M10", company=a_company("别家建材有限公司")),
        ],
    )
    with making_up(database) as session:
        products = {product.name: product for product in session.scalars(select(Product))}
        maker = products["预拌混凝土"].company_id
        rival = products["别家的砂浆"].company_id
        proved = organisation or OrganisationState.PROVED
        _organisation(session, MAKER, Role.MANUFACTURER, "08", company=maker, state=proved)
        _organisation(session, RIVAL, Role.MANUFACTURER, "08", company=rival)
        _organisation(session, BUREAU_8, Role.DIVISION_BUREAU, "08")
        _organisation(session, BUREAU_7, Role.DIVISION_BUREAU, "07")
        _organisation(session, CORPS, Role.CORPS_BUREAU, None)
        return products["预拌混凝土"].key


def _organisation(
    session: Session,
    key: str,
    role: Role,
    division: str | None,
    *,
    company: int | None = None,
    state: OrganisationState = OrganisationState.PROVED,
) -> None:
    name = session.get_one(Company, company).name if company else key
    place = session.scalar(select(Division.id).where(Division.key == division))
    session.add(
        Organisation(
            key=key,
            role=role,
            name=name,
            name_folded=name,
            credit_code=None,
            division_id=place,
            company_id=company,
            body_id=None,
            state=state,
            registered_at=START,
        )
    )
    session.flush()


def a_file(database: Database, organisation: str = MAKER, *, of_division: bool = True) -> str:
    """Put a file's entry in the store, as if it had been kept; return its key."""
    number = next(_files)
    with making_up(database) as session:
        owner = session.scalar(select(Organisation).where(Organisation.key == organisation))
        assert owner is not None
        session.add(
            Evidence(
                key=f"file-{number}",
                sha256=f"{number:064x}",
                size=1,
                media_type="application/pdf",
                name="文件.pdf",
                note=None,
                organisation_id=owner.id,
                division_id=owner.division_id if of_division else None,
                uploaded_by="test",
                uploaded_at=START,
            )
        )
    return f"file-{number}"


def opened(
    database: Database,
    product: str,
    *,
    route: Route = Route.CERTIFICATE,
    now: dt.datetime = START,
) -> CaseStanding:
    """Open a case."""
    with database.transaction() as session:
        return open_case(session, product, route, actor=APPLICANT, now=now)


def filled_in(
    database: Database,
    product: str,
    *,
    route: Route = Route.CERTIFICATE,
    certificate: str | None = "",
    dated_on: dt.date | None = None,
    now: dt.datetime = START,
) -> CaseStanding:
    """Open a case and hand in all the papers that its route asks for."""
    case = opened(database, product, route=route, now=now)
    kinds = {
        Route.CERTIFICATE: ["application-form", "business-licence", "certificate"],
        Route.TEST_REPORT: [
            "application-form", "business-licence", "type-test-report", "demand-standard-report",
        ],
    }[route]  # fmt: skip
    with database.transaction() as session:
        case = edit_case(
            session,
            case.number,
            CaseDraft(contact="赵工", telephone="0993-1234567"),
            certificate=CERTIFICATE if certificate == "" else certificate,
            version=case.version,
            actor=APPLICANT,
            now=now,
        )
    for kind in kinds:
        file = a_file(database)
        with database.transaction() as session:
            case = add_paper(
                session,
                case.number,
                file,
                kind,
                dated_on=dated_on if "report" in kind else None,
                version=case.version,
                actor=APPLICANT,
                now=now,
            )
    return case


def stepped(
    database: Database,
    case: CaseStanding,
    step: Step,
    by: Actor,
    form: StepForm | None = None,
    *,
    now: dt.datetime = START,
) -> CaseStanding:
    """Take a step."""
    with database.transaction() as session:
        return take_step(
            session,
            case.number,
            step,
            StepForm(reason="理由") if form is None else form,
            version=case.version,
            actor=by,
            now=now,
        )


PLEDGED = StepForm(is_pledged=True)
NOTICE_OVER = dt.timedelta(days=21)
CERTIFICATE = certificate_key(body_key("示例认证中心"), normal_number("CTC-2024-001"))


def adopted(database: Database, case: CaseStanding) -> CaseStanding:
    """Take a filled-in case from its submission to its adoption."""
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    case = stepped(database, case, Step.ACCEPT, REVIEWER)
    case = stepped(database, case, Step.ANNOUNCE, REREVIEWER)
    case = stepped(database, case, Step.ADOPT, REREVIEWER, now=START + NOTICE_OVER)
    assert case.state is CaseState.ADOPTED
    return case
