"""Queries for organisations, and for the tokens that programs of theirs show."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, or_, select
from sqlalchemy.orm import Session

from catalog.errors import DivisionNotFoundError, OrganisationNotFoundError, TokenNotFoundError
from catalog.models.account import Account, ApiToken, Membership, Organisation
from catalog.models.certificate import CertificationBody
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.permissions import Action, Role
from catalog.rules.terms import OrganisationState
from catalog.views.accounts import OrganisationPage, OrganisationView, TokenView

_STANDING = (OrganisationState.PENDING, OrganisationState.PROVED)
_VIEW: Select[*tuple[Any, ...]] = (
    select(
        Organisation.key,
        Organisation.role,
        Organisation.name,
        Organisation.credit_code,
        Division.key,
        Company.key,
        Organisation.state,
        Organisation.registered_at,
        Organisation.judged_at,
        Organisation.judged_by,
        Organisation.judged_reason,
    )
    .select_from(Organisation)
    .outerjoin(Division, Division.id == Organisation.division_id)
    .outerjoin(Company, Company.id == Organisation.company_id)
)
_TOKENS: Select[*tuple[Any, ...]] = (
    select(
        ApiToken.key,
        ApiToken.name,
        ApiToken.scopes,
        Account.name,
        ApiToken.made_at,
        ApiToken.expires_at,
        ApiToken.used_at,
        ApiToken.revoked_at,
    )
    .join(Membership, Membership.id == ApiToken.membership_id)
    .join(Account, Account.id == Membership.account_id)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .order_by(ApiToken.made_at.desc(), ApiToken.id.desc())
)


def get_organisation(session: Session, key: str) -> Organisation:
    """Return the organisation, for this transaction alone to change.

    Raises:
        OrganisationNotFoundError: There is none.
    """
    found = select(Organisation).where(Organisation.key == key).with_for_update()
    organisation = session.scalars(found).one_or_none()
    if organisation is None:
        raise OrganisationNotFoundError(key=key)
    return organisation


def get_view(connection: Connection, key: str) -> OrganisationView:
    """Return the organisation as people see it, or raise OrganisationNotFoundError."""
    row = connection.execute(_VIEW.where(Organisation.key == key)).one_or_none()
    if row is None:
        raise OrganisationNotFoundError(key=key)
    return OrganisationView(*row)


def browse(
    connection: Connection,
    *,
    division: str | None,
    state: OrganisationState | None,
    limit: int,
    offset: int,
) -> OrganisationPage:
    """Return organisations of a division (None: of all), those that wait longest first."""
    found = _VIEW
    if division is not None:
        found = found.where(Division.key == division)
    if state is not None:
        found = found.where(Organisation.state == state)
    total = connection.scalar(select(func.count()).select_from(found.subquery())) or 0
    order = (Organisation.registered_at, Organisation.id)
    rows = connection.execute(found.order_by(*order).limit(limit).offset(offset))
    return OrganisationPage([OrganisationView(*row) for row in rows], total)


def alike(connection: Connection, *, name_folded: str, but: str) -> list[OrganisationView]:
    """Return the other organisations whose names look like this one."""
    found = _VIEW.where(Organisation.name_folded == name_folded, Organisation.key != but)
    return [OrganisationView(*row) for row in connection.execute(found.order_by(Organisation.id))]


def standing_names(session: Session, name_folded: str) -> list[tuple[str, OrganisationState]]:
    """Return the names, alike to this one, of organisations that are pending or proved."""
    found = select(Organisation.name, Organisation.state).where(
        Organisation.name_folded == name_folded, Organisation.state.in_(_STANDING)
    )
    return [(name, state) for name, state in session.execute(found)]


def find_standing(session: Session, credit_code: str) -> Organisation | None:
    """Return the pending or proved organisation of a credit code, if there is one."""
    found = select(Organisation).where(
        Organisation.credit_code == credit_code, Organisation.state.in_(_STANDING)
    )
    return session.scalars(found).one_or_none()


def first_of_role(connection: Connection, role: Role) -> str | None:
    """Return the key of the first organisation of a role, if there is one."""
    found = select(Organisation.key).where(Organisation.role == role).order_by(Organisation.id)
    return connection.scalar(found.limit(1))


def company_of_code(connection: Connection, credit_code: str) -> tuple[int, str] | None:
    """Return the id and the name of the catalogue's company of a credit code, if it has one."""
    found = select(Company.id, Company.name).where(
        Company.credit_code == credit_code, Company.withdrawn_at.is_(None)
    )
    row = connection.execute(found).one_or_none()
    return (row[0], row[1]) if row else None


def division_id(connection: Connection, key: str) -> int:
    """Return a division's id, or raise DivisionNotFoundError."""
    found = connection.scalar(select(Division.id).where(Division.key == key))
    if found is None:
        raise DivisionNotFoundError(key=key)
    return int(found)


def division_key(connection: Connection, organisation: Organisation) -> str | None:
    """Return the key of the organisation's division, None of none."""
    return connection.scalar(select(Division.key).where(Division.id == organisation.division_id))


def body_id(connection: Connection, name: str) -> int | None:
    """Return the id of the catalogue's certification body of this name, if it has one."""
    found = select(CertificationBody.id).where(
        or_(CertificationBody.name == name, CertificationBody.key == name)
    )
    return connection.scalar(found.limit(1))


def tokens_of(connection: Connection, organisation: str) -> list[TokenView]:
    """Return the organisation's tokens, newest first; revoked ones stay on record."""
    rows = connection.execute(_TOKENS.where(Organisation.key == organisation))
    return [_token(row) for row in rows]


def token_view(connection: Connection, key: str) -> TokenView:
    """Return one token, or raise TokenNotFoundError."""
    row = connection.execute(_TOKENS.where(ApiToken.key == key)).one_or_none()
    if row is None:
        raise TokenNotFoundError(key=key)
    return _token(row)


def get_token(session: Session, organisation: Organisation, key: str) -> ApiToken:
    """Return the organisation's token, for this transaction alone to change.

    Raises:
        TokenNotFoundError: The organisation has none of this key.
    """
    found = (
        select(ApiToken)
        .join(Membership, Membership.id == ApiToken.membership_id)
        .where(ApiToken.key == key, Membership.organisation_id == organisation.id)
        .with_for_update(of=ApiToken)
    )
    token = session.scalars(found).one_or_none()
    if token is None:
        raise TokenNotFoundError(key=key)
    return token


def _token(row: Any) -> TokenView:  # noqa: ANN401 - a row of _TOKENS.
    key, name, scopes, *rest = row
    return TokenView(key, name, msgspec.json.decode(scopes, type=list[Action]), *rest)
