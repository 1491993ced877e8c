"""Watch-lists: each sees what runs out of its own, by the days of the rule pack."""

from __future__ import annotations

import pytest

from catalog.db import Database
from catalog.errors import PermissionDeniedError
from catalog.models.certificate import Certificate
from catalog.models.inspection import SurveillanceVisit
from catalog.permissions import ANYONE, Actor, Role
from catalog.rules.keys import company_key, product_key
from catalog.rules.terms import CertificateState
from catalog.rules.watching import WatchKind
from catalog.services.watching import watch_list, whole_list
from catalog.views.watching import Watched
from tests.adoptions import a_member, an_adoption, an_organisation
from tests.builders import (
    NOW,
    OPERATOR,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    making_up,
)

COMPANY = company_key("绿洲混凝土有限公司", None)
PRODUCT = product_key(COMPANY, "预拌混凝土", "C30 P6", None)
BUREAU = Actor(name="bureau", role=Role.DIVISION_BUREAU, organisation="b-08", division="08")
OTHER = Actor(name="other", role=Role.DIVISION_BUREAU, organisation="b-01", division="01")


def seen(database: Database, on: str, actor: Actor = OPERATOR) -> dict[WatchKind, Watched]:
    with database.reading() as connection:
        found = whole_list(connection, actor=actor, on=day(on))
    assert len({each.kind for each in found}) == len(found)
    return {each.kind: each for each in found}


@pytest.fixture
def adopted(database: Database) -> Database:
    """A store with one product that is adopted in division 08 by a certificate to end of 2028."""
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)
    return database


@pytest.mark.parametrize(
    ("on", "step"),
    [("2028-10-01", None), ("2028-10-02", 90), ("2028-11-01", 60), ("2028-12-01", 30)],
)
def test_a_certificate_expires_in_steps(adopted: Database, on: str, step: int | None) -> None:
    expiring = seen(adopted, on).get(WatchKind.EXPIRING)
    assert (expiring.step if expiring else None) == step
    if expiring:
        assert expiring.due_on == day("2028-12-31")
        assert expiring.days_left == (day("2028-12-31") - day(on)).days
        assert [own.standing for own in expiring.products] == ["adopted"]


def test_a_renewed_certificate_expires_no_more(adopted: Database) -> None:
    assert WatchKind.RENEWAL_OPEN in seen(adopted, "2028-12-01")
    renewed = a_certificate(valid_from=day("2029-01-01"), valid_to=day("2033-12-31"))
    bring(adopted, [a_product(certificate=renewed)])
    assert not {WatchKind.EXPIRING, WatchKind.RENEWAL_OPEN} & seen(adopted, "2028-12-01").keys()


def test_surveillance_is_unknown_until_a_visit_is_on_record(adopted: Database) -> None:
    unknown = seen(adopted, "2026-06-01")[WatchKind.SURVEILLANCE_UNKNOWN]
    assert (unknown.due_on, unknown.visited_on) == (None, None)
    with making_up(adopted) as session:
        certificate = session.query(Certificate.id).scalar()
        session.add(
            SurveillanceVisit(
                certificate_id=certificate,
                visited_on=day("2025-07-10"),
                is_passed=True,
                note=None,
                source="test",
                evidence_id=None,
                actor="test",
                recorded_at=NOW,
            )
        )
    assert seen(adopted, "2026-05-01") == {}
    due = seen(adopted, "2026-06-01")[WatchKind.SURVEILLANCE_DUE]
    assert (due.due_on, due.visited_on) == (day("2026-07-10"), day("2025-07-10"))
    assert WatchKind.SURVEILLANCE_DUE in seen(adopted, "2026-07-10")
    assert WatchKind.SURVEILLANCE_OVERDUE in seen(adopted, "2026-07-11")


def test_the_first_visit_is_due_a_year_behind_the_issue(adopted: Database) -> None:
    due = seen(adopted, "2024-12-01")[WatchKind.SURVEILLANCE_DUE]
    assert due.due_on == day("2025-01-01")


def test_a_revocation_is_on_the_list_for_its_days(adopted: Database) -> None:
    paper = a_certificate(state=CertificateState.REVOKED, state_on=day("2026-03-01"))
    bring(adopted, [a_product(certificate=paper)], source="registry")
    assert WatchKind.LOST not in seen(adopted, "2026-02-28")
    lost = seen(adopted, "2026-03-01")[WatchKind.LOST]
    assert lost.due_on == day("2026-03-01")
    assert [own.standing for own in lost.products] == ["certificate-revoked"]
    assert WatchKind.LOST in seen(adopted, "2026-03-31")
    assert seen(adopted, "2026-04-01") == {}


def test_a_report_near_its_end_is_on_the_list(database: Database) -> None:
    bring(database, [a_product()])
    an_adoption(database, PRODUCT, certificate=None, valid_to="2027-05-31")
    assert seen(database, "2027-03-01") == {}
    assert seen(database, "2027-03-02")[WatchKind.REPORT_ENDING].days_left == 90
    assert WatchKind.LOST in seen(database, "2027-06-01")


def test_each_sees_what_is_its_own(adopted: Database) -> None:
    on = "2028-12-01"
    rival = a_company("别家建材有限公司")
    bring(adopted, [a_product("砂浆", a_certificate("X-2", body="别的中心"), company=rival)])
    an_organisation(adopted, "owner", Role.OWNER, name="八师建设公司")
    an_organisation(adopted, "rival", Role.MANUFACTURER, company="别家建材有限公司")
    maker = Actor(name="m", role=Role.MANUFACTURER, organisation="maker")
    owner, other = a_member(adopted, "o", "owner"), a_member(adopted, "r", "rival")
    expiring = WatchKind.EXPIRING
    assert expiring in seen(adopted, on, BUREAU)
    assert seen(adopted, on, OTHER) == {}
    assert seen(adopted, on, maker)[expiring].name == "CTC-2024-001"
    assert seen(adopted, on, other)[expiring].name == "X-2"
    assert seen(adopted, on, owner) == {}
    bring(adopted, [a_project(owner="八师建设公司")])
    bring(adopted, [a_delivery(product=by_number())])
    assert seen(adopted, on, owner)[expiring].name == "CTC-2024-001"


def test_pages_and_counts_by_kind(adopted: Database) -> None:
    with adopted.reading() as connection:
        found = watch_list(
            connection,
            actor=OPERATOR,
            on=day("2028-12-01"),
            kinds=[WatchKind.EXPIRING],
            limit=1,
        )
    assert found.total == len(found.items) == 1
    assert found.counts.keys() == {
        WatchKind.EXPIRING, WatchKind.RENEWAL_OPEN, WatchKind.SURVEILLANCE_UNKNOWN
    }  # fmt: skip
    assert found.pack == "watch-2026@2026.2"


def test_shows_nothing_to_anyone(adopted: Database) -> None:
    with adopted.reading() as connection, pytest.raises(PermissionDeniedError):
        whole_list(connection, actor=ANYONE, on=day("2028-12-01"))
