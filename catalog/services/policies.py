"""An owner's own policy over the shared score: preview it, set it, take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
import polars as pl
from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import OrganisationNotFoundError, PolicyRefusedError
from catalog.models.policy import OwnerPolicy
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk, policies, products
from catalog.rules.pack_score import ScorePack
from catalog.rules.packs import named
from catalog.rules.periods import CHINA
from catalog.rules.score.policy import (
    Exclusion,
    Policy,
    laid_over,
    policy_faults,
    reason_columns,
)
from catalog.services.audit import record
from catalog.services.ranking import ranking, score_frame
from catalog.services.scoring import Asked, pack_of
from catalog.views.score import (
    FallenProduct,
    PolicyPreview,
    PolicyReason,
    PolicyView,
    Ranking,
)


def read_policy(content: Mapping[str, Any], pack: ScorePack) -> Policy:
    """Return the policy that a content describes.

    Raises:
        PolicyRefusedError: It says what a policy cannot say, or weighs what the pack has not.
    """
    try:
        policy = Policy.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'policy'}: {problem['msg']}"
            for problem in error.errors(include_url=False)
        )
        raise PolicyRefusedError(faults=faults, pack=named(pack)) from error
    ensure_fits(policy, pack)
    return policy


def ensure_fits(policy: Policy, pack: ScorePack) -> None:
    """Let a policy pass that weighs nothing but what the pack has.

    Raises:
        PolicyRefusedError: It weighs a criterion that the pack does not have.
    """
    lost = policy_faults(policy, pack)
    if lost:
        raise PolicyRefusedError(
            faults=", ".join(f"weights.{key}" for key in lost), pack=named(pack)
        )


def policies_of(connection: Connection, organisation: str, actor: Actor) -> list[PolicyView]:
    """Return every version of an organisation's policy, the latest first; it is its own affair.

    Raises:
        PermissionDeniedError: The actor may not set this organisation's policy.
    """
    ensure(actor, Action.SET_SCORE_POLICY, Thing(organisation=organisation))
    return policies.of_organisation(connection, organisation)


def standing_policy(connection: Connection, actor: Actor) -> tuple[PolicyView, Policy] | None:
    """Return the policy that stands for those whom the actor acts for, or None."""
    if actor.organisation is None:
        return None
    for view in policies.of_organisation(connection, actor.organisation):
        if view.ended_at is None:
            return view, Policy.model_validate_json(bytes(view.content))
    return None


def own_ranking(
    connection: Connection,
    actor: Actor,
    asked: Asked,
    *,
    category: str | None,
    limit: int,
    offset: int,
) -> Ranking | None:
    """Return the ranking by the policy of those whom the actor acts for; None if none stands.

    Raises:
        ProjectNotFoundError: The site is no project.
    """
    found = standing_policy(connection, actor)
    if found is None:
        return None
    view, policy = found
    own = msgspec.structs.replace(asked, pack=view.pack)
    return ranking(
        connection,
        own,
        category=category,
        limit=limit,
        offset=offset,
        policy=(view.version, policy),
    )


def preview(
    connection: Connection,
    policy: Policy,
    asked: Asked,
    *,
    category: str | None,
    limit: int,
) -> PolicyPreview:
    """Return which products of a category, or of all, would fall out by a policy, and why.

    Raises:
        ProjectNotFoundError: The site is no project.
        RulePackNotFoundError: No such pack is published, or none is in force on the day.
    """
    pack = pack_of(connection, asked)
    frame = score_frame(connection, pack, asked, category)
    laid = laid_over(policy, pack, frame, has_site=asked.site is not None).collect()
    columns = list(reason_columns(policy))
    # The zero is for a policy without a single demand: it has no columns to add up.
    hits = pl.sum_horizontal(pl.lit(0), *(pl.col(column).cast(pl.Int64) for column, _ in columns))
    fallen = laid.filter("falls_out").sort("key")
    counted = fallen.with_columns(hits=hits if columns else pl.lit(0))
    shown = fallen.head(limit)
    views = products.by_keys(connection, shown["key"])
    return PolicyPreview(
        pack=named(pack),
        on=asked.on,
        category=category,
        shortlisted=laid.height,
        fallen=fallen.height,
        reasons=[
            PolicyReason(
                kind="exclusion" if isinstance(why, Exclusion) else "requirement",
                position=int(column.rsplit("-", 1)[1]),
                products=int(counted[column].sum()),
                alone=counted.filter(pl.col(column) & (pl.col("hits") == 1)).height,
            )
            for column, why in columns
        ],
        products=[
            FallenProduct(
                product=row["key"],
                name=views[row["key"]].name,
                company_name=views[row["key"]].company_name,
                is_synthetic=views[row["key"]].is_synthetic,
                reasons=[n for n, (column, _) in enumerate(columns) if row[column]],
            )
            for row in shown.iter_rows(named=True)
            if row["key"] in views
        ],
    )


def set_policy(
    session: Session,
    content: Mapping[str, Any],
    *,
    organisation: str,
    pack: str | None,
    actor: Actor,
    now: dt.datetime,
) -> PolicyView:
    """Let an organisation's policy be this from now on; the one before it stays on record.

    ``pack`` is ``key@version``; by default the policy is laid over the pack in force today.

    Raises:
        PermissionDeniedError: The actor may not set this organisation's policy.
        OrganisationNotFoundError: There is no such organisation.
        PolicyRefusedError: It says what a policy cannot say, or weighs what the pack has not.
        RulePackNotFoundError: No such pack is published, or none is in force.
    """
    whose = Thing(organisation=organisation)
    ensure(actor, Action.SET_SCORE_POLICY, whose)
    connection = session.connection()
    shared = pack_of(connection, Asked(on=_day_of(now), pack=pack))
    policy = read_policy(content, shared)
    number = policies.organisation_id(connection, organisation)
    if number is None:
        raise OrganisationNotFoundError(key=organisation)
    bulk.take_turns(session)
    before = _ended(session, number, now)
    version = 1 + max((v.version for v in policies.of_organisation(connection, organisation)),
                      default=0)  # fmt: skip
    stated = policy.model_dump(mode="json", exclude_defaults=True)
    session.add(
        OwnerPolicy(
            organisation_id=number,
            version=version,
            pack=named(shared),
            content=msgspec.json.encode(stated).decode(),
            set_by=actor.name,
            set_at=now,
        )
    )
    session.flush()
    record(
        session,
        actor,
        action=Action.SET_SCORE_POLICY,
        thing="score-policy",
        key=organisation,
        now=now,
        before=before,
        after={"version": version, "pack": named(shared), "policy": stated},
        whose=whose,
    )
    return policies.of_organisation(connection, organisation)[0]


def withdraw_policy(session: Session, *, organisation: str, actor: Actor, now: dt.datetime) -> bool:
    """Let an organisation go by the shared score again; return whether a policy stood.

    Raises:
        PermissionDeniedError: The actor may not set this organisation's policy.
        OrganisationNotFoundError: There is no such organisation.
    """
    whose = Thing(organisation=organisation)
    ensure(actor, Action.SET_SCORE_POLICY, whose)
    number = policies.organisation_id(session.connection(), organisation)
    if number is None:
        raise OrganisationNotFoundError(key=organisation)
    before = _ended(session, number, now)
    if before is None:
        return False
    record(
        session,
        actor,
        action=Action.SET_SCORE_POLICY,
        thing="score-policy",
        key=organisation,
        now=now,
        before=before,
        after=None,
        whose=whose,
    )
    return True


def _ended(session: Session, organisation_id: int, now: dt.datetime) -> dict[str, Any] | None:
    """End the policy that stands; return what it said, None if none stood."""
    held = policies.standing(session, organisation_id)
    if held is None:
        return None
    held.ended_at = now
    # The index lets one policy stand at a time, so the old one must be ended first.
    session.flush()
    return {
        "version": held.version,
        "pack": held.pack,
        "policy": msgspec.json.decode(held.content),
    }


def _day_of(now: dt.datetime) -> dt.date:
    return now.astimezone(CHINA).date()
