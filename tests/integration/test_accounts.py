"""People are let in, known again and let go; organisations register and are judged."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
from sqlalchemy import select

from catalog.db import Database
from catalog.errors import (
    MembershipRefusedError,
    OrganisationNotFoundError,
    PasswordRefusedError,
    PermissionDeniedError,
    RegistrationJudgedError,
    RegistrationRefusedError,
    SignInFailedError,
    TokenRefusedError,
    TooManyGuessesError,
)
from catalog.models.account import Account
from catalog.permissions import Action, Actor, Rank, Role
from catalog.rules.terms import OrganisationState
from catalog.services import accounts, members, organisations, second_factor, signing_in, tokens
from catalog.services.accounts import NewAccount
from catalog.services.members import NewInvitation
from catalog.services.organisations import NewOrganisation
from catalog.services.signing_in import Attempt
from catalog.services.tokens import NewToken
from catalog.views.accounts import Member
from tests.accounts import GATE, MAKER, PASSWORD, an_account, an_organisation

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
LOGIN = "ada@example.org"
NOBODY = Actor(name="anyone", role=Role.ANYONE)
BUREAU = Actor(name="局", role=Role.DIVISION_BUREAU, organisation="bureau", division="08")
ELSEWHERE = Actor(name="局", role=Role.DIVISION_BUREAU, organisation="bureau-3", division="03")


def a_code(body: str = "91659001MA77ABCD0") -> str:
    """Return a credit code with a right check character."""
    from stdnum.cn import uscc  # noqa: PLC0415  Only this one line needs it.

    return body + str(uscc.calc_check_digit(body))


def guess(
    database: Database,
    password: str = PASSWORD,
    *,
    login: str = LOGIN,
    address: str = "203.0.113.5",
    device: str | None = None,
    code: str = "",
    secret: str = "s",
    now: dt.datetime = NOW,
) -> None:
    attempt = Attempt(login=login, password=password, code=code, address=address, device=device)
    signing_in.sign_in(
        database, GATE, attempt, secret=secret, device=device or "a new browser", now=now
    )


def who(database: Database, secret: str = "s", *, now: dt.datetime = NOW) -> Member | None:
    with database.reading() as connection:
        return signing_in.member_of(connection, GATE, secret, now=now)


def member(database: Database, secret: str = "s", *, now: dt.datetime = NOW) -> Member:
    found = who(database, secret, now=now)
    assert found is not None
    return found


def test_a_browser_is_known_until_idle_or_old(database: Database) -> None:
    key = an_account(database, LOGIN, organisation=an_organisation(database))
    guess(database, login=" ADA@Example.org ")
    actor = member(database).actor
    assert (actor.account, actor.role, actor.rank) == (key, Role.OPERATOR, Rank.ADMINISTRATOR)
    assert actor.name == "Tester · operator"
    assert who(database, "another") is None
    assert who(database, now=NOW + GATE.idle - MINUTE) is not None
    assert who(database, now=NOW + GATE.idle) is None
    moment = NOW
    while moment < NOW + GATE.lasting - MINUTE:
        with database.transaction() as session:
            signing_in.see(session, member(database, now=moment), now=moment)
        moment += GATE.idle - MINUTE
    assert who(database, now=NOW + GATE.lasting) is None
    guess(database, secret="again")
    with database.transaction() as session:
        signing_in.sign_out(session, member(database, "again"), now=NOW)
    assert who(database, "again") is None


def test_guesses_slow_strangers_and_never_the_owner(database: Database) -> None:
    an_account(database, LOGIN, organisation=an_organisation(database))
    guess(database, device="my browser")
    for n in range(GATE.limits.per_login):
        with pytest.raises(SignInFailedError):
            guess(database, "wrong", address=f"198.51.100.{n}")
    with pytest.raises(TooManyGuessesError) as slowed:
        guess(database, address="198.51.100.99", device="a stranger's browser")
    assert slowed.value.facts["seconds"] == 15 * 60
    guess(database, device="my browser", secret="mine")
    assert who(database, "mine") is not None
    later = NOW + GATE.limits.window
    guess(database, address="198.51.100.99", secret="later", now=later)
    assert who(database, "later", now=later) is not None


def test_one_address_cannot_try_many_logins(database: Database) -> None:
    for n in range(GATE.limits.per_whence):
        with pytest.raises(SignInFailedError):
            guess(database, login=f"nobody{n}@example.org")
    with pytest.raises(TooManyGuessesError):
        guess(database, login="somebody@example.org")


def test_a_login_that_nobody_has_is_refused_like_a_wrong_password(database: Database) -> None:
    an_account(database, LOGIN)
    said = set()
    for login in (LOGIN, "nobody@example.org", "no address", "\x00", "绿" * 400):
        with pytest.raises(SignInFailedError) as refusal:
            guess(database, "wrong", login=login, address=f"203.0.113.{len(login) % 250}")
        said.add(refusal.value.text("zh"))
    assert len(said) == 1


def test_a_one_time_password_lets_nobody_work_and_expires(database: Database) -> None:
    an_account(database, LOGIN, organisation=an_organisation(database))
    with database.transaction() as session:
        accounts.reset_account(
            session, LOGIN, password_hash=GATE.passwords.hash("given by hand"), gate=GATE,
            actor=MAKER, now=NOW,
        )  # fmt: skip
    with pytest.raises(SignInFailedError):
        guess(database, "given by hand", now=NOW + GATE.reset_lasting)
    guess(database, "given by hand")
    assert member(database).actor.role is Role.ANYONE
    old = Attempt(login=LOGIN, password="given by hand", address="203.0.113.5")
    with pytest.raises(PasswordRefusedError):
        accounts.change_password(database, GATE, member(database), old, "short", now=NOW)
    accounts.change_password(database, GATE, member(database), old, "nine blue rivers", now=NOW)
    assert member(database).actor.role is Role.OPERATOR
    with pytest.raises(SignInFailedError):
        guess(database, "given by hand")


def test_a_closed_account_is_out_at_once(database: Database) -> None:
    an_account(database, LOGIN)
    guess(database)
    with database.transaction() as session:
        accounts.close_account(session, LOGIN, actor=MAKER, now=NOW)
    assert who(database) is None
    with pytest.raises(SignInFailedError):
        guess(database)
    with database.transaction() as session, pytest.raises(PermissionDeniedError):
        accounts.close_account(session, LOGIN, actor=BUREAU, now=NOW)


def test_a_code_or_a_recovery_code_is_asked_and_counts_once(database: Database) -> None:
    an_account(database, LOGIN)
    guess(database)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    maker = pyotp.TOTP(secret)
    with database.transaction() as session:
        address = second_factor.begin_second_factor(
            session, GATE, member(database), secret=secret, now=NOW
        )
        assert secret in address
        second_factor.turn_on(
            session, GATE, member(database), code=maker.at(NOW),
            recovery_codes=["ABCD-EFGH-IJKL-MNOP"], now=NOW,
        )  # fmt: skip
    with database.transaction() as session:
        kept = session.scalars(select(Account.second_factor).where(Account.login == LOGIN)).one()
    assert kept is not None and secret not in kept
    for wrong in ("", "000000", maker.at(NOW)):
        with pytest.raises(SignInFailedError):
            guess(database, code=wrong)
    later = NOW + MINUTE
    guess(database, code=maker.at(later), secret="by code", now=later)
    guess(database, code="abcd efgh ijkl mnop", secret="by recovery", now=later)
    with pytest.raises(SignInFailedError):
        guess(database, code="ABCD-EFGH-IJKL-MNOP", now=later)


def register(database: Database, name: str, code: str, *, key: str, login: str) -> None:
    person = NewAccount(key=f"{key}-person", login=login, name="李四", password="nine blue rivers")
    new = NewOrganisation(role=Role.MANUFACTURER, name=name, credit_code=code, division="08")
    accounts.register_company(database, GATE, new, person, key=key, actor=NOBODY, now=NOW)


def test_a_company_is_nobody_until_its_bureau_proves_it(database: Database) -> None:
    register(database, "天山板材有限公司", a_code(), key="board", login=LOGIN)
    guess(database, "nine blue rivers")
    assert member(database).actor.role is Role.ANYONE
    with database.transaction() as session, pytest.raises(OrganisationNotFoundError):
        organisations.prove(session, "board", reason="看过执照", actor=ELSEWHERE, now=NOW)
    with database.transaction() as session, pytest.raises(PermissionDeniedError):
        organisations.prove(session, "board", reason="我自己", actor=NOBODY, now=NOW)
    with database.transaction() as session, pytest.raises(RegistrationRefusedError):
        organisations.prove(session, "board", reason=" ", actor=BUREAU, now=NOW)
    with database.transaction() as session:
        proved = organisations.prove(session, "board", reason="看过执照", actor=BUREAU, now=NOW)
    assert (proved.state, proved.judged_by) == (OrganisationState.PROVED, "局")
    actor = member(database).actor
    assert (actor.role, actor.organisation, actor.division) == (Role.MANUFACTURER, "board", "08")
    with database.transaction() as session, pytest.raises(RegistrationJudgedError):
        organisations.refuse(session, "board", reason="再看", actor=BUREAU, now=NOW)


def test_a_wrong_code_a_taken_code_and_a_taken_name_are_refused(database: Database) -> None:
    register(database, "天山板材有限公司", a_code(), key="board", login=LOGIN)
    for name, code in (
        ("别的有限公司", a_code()[:-1] + ("1" if a_code()[-1] != "1" else "2")),
        ("别的有限公司", "123"),
        ("别的有限公司", a_code()),
        ("", a_code("91659001MA77ABCD1")),
        ("长" * 121, a_code("91659001MA77ABCD1")),
    ):
        with pytest.raises(RegistrationRefusedError):
            register(database, name, code, key="other", login="eve@example.org")
    with database.transaction() as session:
        organisations.prove(session, "board", reason="看过执照", actor=BUREAU, now=NOW)
    with pytest.raises(RegistrationRefusedError):
        register(
            database, "天山板材 有限公司", a_code("91659001MA77ABCD1"), key="x", login="e@x.cn"
        )
    register(database, "天山板村有限公司", a_code("91659001MA77ABCD1"), key="fake", login="e@x.cn")
    with database.reading() as connection:
        found = organisations.get_registration(connection, "fake", actor=BUREAU)
    assert [other.key for other in found.alike] == ["board"]


def test_a_taken_login_is_not_told_to_a_stranger(database: Database) -> None:
    an_account(database, LOGIN)
    register(database, "天山板材有限公司", a_code(), key="board", login=LOGIN)
    with database.reading() as connection, pytest.raises(OrganisationNotFoundError):
        organisations.get_registration(connection, "board", actor=BUREAU)


def test_people_are_asked_in_and_the_last_administrator_stays(database: Database) -> None:
    key = an_organisation(database, role=Role.OWNER, name="建设单位")
    first = an_account(database, LOGIN, organisation=key)
    guess(database)
    actor = member(database).actor
    new = NewInvitation(login="Bob@example.org", rank=Rank.CLERK, key="inv", secret="one-time")
    with database.transaction() as session:
        members.invite(session, key, new, gate=GATE, actor=actor, now=NOW)
    bob = NewAccount(key="bob", login="bob@example.org", name="鲍勃", password="seven red lakes")
    eve = NewAccount(key="eve", login="eve@example.org", name="伊", password="seven red lakes")
    for who_joins, secret, moment in (
        (eve, "one-time", NOW),
        (bob, "guessed", NOW),
        (bob, "one-time", NOW + GATE.invitation_lasting),
    ):
        with pytest.raises(MembershipRefusedError):
            accounts.accept_invitation(database, GATE, secret, who_joins, actor=NOBODY, now=moment)
    accounts.accept_invitation(database, GATE, "one-time", bob, actor=NOBODY, now=NOW)
    with pytest.raises(MembershipRefusedError):
        accounts.accept_invitation(database, GATE, "one-time", eve, actor=NOBODY, now=NOW)
    for undo in (members.remove_member,):
        with database.transaction() as session, pytest.raises(MembershipRefusedError):
            undo(session, key, first, actor=actor, now=NOW)
    with database.transaction() as session, pytest.raises(OrganisationNotFoundError):
        members.remove_member(session, key, "bob", actor=BUREAU, now=NOW)
    with database.transaction() as session:
        members.change_rank(session, key, "bob", Rank.ADMINISTRATOR, actor=actor, now=NOW)
        members.remove_member(session, key, first, actor=actor, now=NOW)
    assert member(database).actor.organisation is None


def test_a_token_may_what_it_is_for_and_ends(database: Database) -> None:
    key = an_organisation(database, role=Role.OWNER, name="建设单位")
    an_account(database, LOGIN, organisation=key)
    guess(database)
    actor = member(database).actor

    def make(scopes: frozenset[Action], days: int, name: str = "抄表") -> str:
        new = NewToken(
            name=name, scopes=scopes, lasting=dt.timedelta(days=days), key=f"k{days}", secret="z"
        )
        with database.transaction() as session:
            return tokens.make_token(session, key, new, gate=GATE, actor=actor, now=NOW).secret

    def shown(secret: str, now: dt.datetime = NOW) -> Actor | None:
        with database.reading() as connection:
            found = tokens.shown_token(connection, secret, now=now)
        return found.actor if found else None

    may_see = frozenset({Action.SEE_EVIDENCE})
    for scopes, days, name in (
        (frozenset[Action](), 9, "a"),
        (frozenset({Action.CHOOSE_RULES}), 9, "a"),
        (frozenset({Action.KEEP_TOKENS}), 9, "a"),
        (may_see, 0, "a"),
        (may_see, 367, "a"),
        (may_see, 9, " "),
    ):
        with pytest.raises(TokenRefusedError):
            make(scopes, days, name)
    secret = make(may_see, 30)
    program = shown(secret)
    assert program is not None and program.scopes == may_see and program.organisation == key
    assert shown(secret + "x") is None and shown("") is None
    assert shown(secret, NOW + dt.timedelta(days=30)) is None
    with database.transaction() as session, pytest.raises(OrganisationNotFoundError):
        tokens.revoke_token(session, key, "k30", actor=BUREAU, now=NOW)
    with database.transaction() as session:
        tokens.revoke_token(session, key, "k30", actor=actor, now=NOW)
    assert shown(secret) is None
