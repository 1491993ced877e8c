"""Owners' policies: the preview is the effect, every version stays, and each is its owner's own."""

from __future__ import annotations

from itertools import count
from typing import Any

import msgspec
import pytest

from catalog.db import Database
from catalog.errors import OrganisationNotFoundError, PermissionDeniedError, PolicyRefusedError
from catalog.permissions import Actor, Rank, Role
from catalog.rules.score.policy import Policy
from catalog.services import audit, policies
from catalog.services.ranking import ranking
from catalog.services.scoring import Asked
from catalog.views.audit import AuditQuestion
from tests.adoptions import an_organisation
from tests.builders import NOW, OPERATOR, a_certificate, a_company, a_product, bring, day

ON = day("2026-06-01")
_numbers = count(1)
CHOOSY = {
    "weights": {"star": 300, "proof": 0},
    "requirements": [{"fact": "star", "at_least": 2, "unknown": "falls-out"}],
    "exclusions": [],
}


@pytest.fixture
def shop(database: Database) -> Database:
    """Six products: certified with each star, certified no more, and not at all."""
    papers = [
        *(a_certificate(f"CTC-{star}", star=star) for star in (1, 2, 3)),
        a_certificate("CTC-4", star=3, valid_to=day("2025-12-31")),
        None,
        None,
    ]
    products = [
        a_product(f"产品{n}", paper, company=a_company(f"第{n}建材厂"), model=f"M{n}")
        for n, paper in enumerate(papers)
    ]
    bring(database, products)
    return database


def an_owner(database: Database, **stated: Any) -> Actor:
    key = f"owner-{next(_numbers)}"
    an_organisation(database, key, Role.OWNER)
    return Actor(**({"name": "业主", "role": Role.OWNER, "organisation": key} | stated))


def keys_of(database: Database, actor: Actor | None = None) -> list[str]:
    with database.reading() as connection:
        asked = Asked(on=ON)
        if actor is None:
            found = ranking(connection, asked, category=None, limit=100, offset=0)
        else:
            own = policies.own_ranking(connection, actor, asked, category=None, limit=100, offset=0)
            assert own is not None
            found = own
        return [row.product for row in found.items]


def set_to(database: Database, actor: Actor, content: dict[str, Any], **stated: Any) -> None:
    asked = {"organisation": actor.organisation, "pack": None} | stated
    with database.transaction() as session:
        policies.set_policy(session, content, actor=actor, now=NOW, **asked)


@pytest.mark.parametrize("unknown", ["kept", "falls-out"])
def test_the_preview_is_the_effect(shop: Database, unknown: str) -> None:
    owner = an_owner(shop)
    content: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(CHOOSY))
    content["requirements"][0]["unknown"] = unknown
    everything = keys_of(shop)
    first = everything[0]
    content["exclusions"] = [{"of": "product", "key": first, "reason": "不合用"}]
    with shop.reading() as connection:
        seen = policies.preview(
            connection, Policy.model_validate(content), Asked(on=ON), category=None, limit=100
        )
    set_to(shop, owner, content)
    kept = keys_of(shop, owner)
    fallen = {row.product for row in seen.products}
    assert fallen == set(everything) - set(kept) and first in fallen
    assert (seen.shortlisted, seen.fallen) == (6, len(fallen))
    assert seen.fallen == (3 if unknown == "kept" else 5)
    assert [r.products for r in seen.reasons] == [seen.fallen - 1, 1]
    assert sum(r.alone for r in seen.reasons) == seen.fallen
    assert keys_of(shop) == everything


def test_every_version_stays_and_is_on_record(shop: Database) -> None:
    owner = an_owner(shop)
    set_to(shop, owner, CHOOSY)
    set_to(shop, owner, {"weights": {"uses": 50}})
    assert owner.organisation is not None
    with shop.transaction() as session:
        assert policies.withdraw_policy(
            session, organisation=owner.organisation, actor=owner, now=NOW
        )
    with shop.transaction() as session:
        assert not policies.withdraw_policy(
            session, organisation=owner.organisation, actor=owner, now=NOW
        )
    with shop.reading() as connection:
        kept = policies.policies_of(connection, owner.organisation, owner)
        assert policies.standing_policy(connection, owner) is None
        asked = AuditQuestion(thing="score-policy", key=owner.organisation)
        entries = audit.browse_record(connection, asked, actor=OPERATOR, limit=10, offset=0)
    assert [(view.version, view.ended_at) for view in kept] == [(2, NOW), (1, NOW)]
    assert len(entries.items) == 3


def test_a_policy_is_its_owners_own_affair(shop: Database) -> None:
    owner, other = an_owner(shop), an_owner(shop)
    set_to(shop, owner, CHOOSY)
    with shop.reading() as connection, pytest.raises(PermissionDeniedError):
        policies.policies_of(connection, str(owner.organisation), other)
    for actor, of in (
        (other, owner.organisation),
        (an_owner(shop, rank=Rank.READER), None),
        (Actor(name="企业", role=Role.MANUFACTURER, organisation=other.organisation), None),
    ):
        with pytest.raises(PermissionDeniedError):
            set_to(shop, actor, CHOOSY, organisation=of or actor.organisation)
    with pytest.raises(OrganisationNotFoundError):
        set_to(shop, OPERATOR, CHOOSY, organisation="nobody")


@pytest.mark.parametrize(
    "content",
    [
        {"weights": {"colour": 50}},
        {"weights": {"star": 1001}},
        {"requirements": [{"fact": "star", "one_of": ["certificate"], "unknown": "kept"}]},
        {"exclusions": [{"of": "planet", "key": "x", "reason": "y"}]},
        {"favourites": ["x"]},
    ],
    ids=["no such criterion", "too heavy", "word of a number", "no such thing", "no such field"],
)
def test_refuses_what_no_policy_can_say(shop: Database, content: dict[str, Any]) -> None:
    with pytest.raises(PolicyRefusedError):
        set_to(shop, an_owner(shop), content)
