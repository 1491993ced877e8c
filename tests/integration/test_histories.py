"""What files brought of a thing is read by whose division it is, and not by others."""

from __future__ import annotations

import pytest

from catalog.db import Database
from catalog.errors import PermissionDeniedError
from catalog.permissions import Actor
from catalog.services.histories import states_of_thing
from tests.builders import (
    OPERATOR,
    a_certificate,
    a_company,
    a_product,
    a_project,
    bring,
)
from tests.casework import APPLICANT, OTHER_REVIEWER, REREVIEWER, REVIEWER
from tests.integration.picture import rows_of


def readable(database: Database, actor: Actor, thing: str, key: str) -> bool:
    with database.reading() as connection:
        return bool(states_of_thing(connection, thing, key, actor=actor))


def test_a_division_reads_the_states_of_its_own_things_alone(database: Database) -> None:
    certificate = a_certificate()
    company = a_company(credit_code="91650100MA00000000", division="08")
    bring(database, [a_product(certificate=certificate, company=company)])
    bring(database, [a_project()])
    things = things_of(database)
    for thing, key in things.items():
        seen = [
            readable(database, actor, thing, key)
            for actor in (REVIEWER, OTHER_REVIEWER, REREVIEWER, OPERATOR)
        ]
        assert seen == [True, False, True, True], thing
    with pytest.raises(PermissionDeniedError):
        readable(database, APPLICANT, "project", things["project"])


def things_of(database: Database) -> dict[str, str]:
    """Return one key of each kind of thing that is in the store."""
    return {
        thing: rows_of(database, thing)[0]["key"]
        for thing in ("company", "product", "project", "building")
    }
