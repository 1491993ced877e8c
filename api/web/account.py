"""The pages of one's own account: name, password, second factor, browsers, for whom one acts."""

from __future__ import annotations

import datetime as dt
from functools import partial
from http import HTTPStatus

import msgspec
import pyotp
import segno
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.turns import Turns
from api.web.browser import device_secret
from api.web.i18n import LANGUAGES, language_of
from api.web.page import PageRequest, page
from api.web.signed_in import CHANGE_PATH, DESK, own_account
from api.web.signing_in import LARGEST_FORM
from api.web.whence import whence
from catalog.db import Database
from catalog.errors import (
    AccountRefusedError,
    CatalogError,
    PasswordRefusedError,
    SignInFailedError,
    TooManyGuessesError,
)
from catalog.rules.credentials import shown_recovery_code
from catalog.services import accounts, second_factor, signing_in
from catalog.services.gate import Gate
from catalog.services.signing_in import Attempt
from catalog.views.accounts import Member

PATH = "/account"
_RECOVERY_CODES = 10
_REFUSALS = (AccountRefusedError, PasswordRefusedError, SignInFailedError, TooManyGuessesError)


class NameForm(msgspec.Struct, forbid_unknown_fields=True):
    """Another name, or language."""

    name: str = ""
    language: str = "zh"


class PasswordForm(msgspec.Struct, forbid_unknown_fields=True):
    """The password that was, and the one that shall be."""

    old: str = ""
    new: str = ""
    again: str = ""


class CodeForm(msgspec.Struct, forbid_unknown_fields=True):
    """A code of the second factor."""

    code: str = ""


class ProofForm(msgspec.Struct, forbid_unknown_fields=True):
    """The password, shown again."""

    password: str = ""


class BrowserForm(msgspec.Struct, forbid_unknown_fields=True):
    """Which other browser to sign out; all others where none is named."""

    browser: int | None = None


class ActingForm(msgspec.Struct, forbid_unknown_fields=True):
    """For whom to act."""

    membership: int


class AccountPages(Controller):
    """Keep one's account."""

    path = PATH
    request_max_body_size = LARGEST_FORM
    dependencies = own_account

    @get(name="account:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        member: NamedDependency[SkipValidation[Member]],
    ) -> Template:
        """Show the account."""
        return _page(request, database, gate, member)

    @post("/name", name="account:rename", sync_to_thread=True)
    def rename(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        member: NamedDependency[SkipValidation[Member]],
        data: URLEncodedBody[NameForm],
    ) -> Redirect | Template:
        """Change the name and the language."""
        language = data.language if data.language in LANGUAGES else LANGUAGES[0]
        try:
            with database.transaction() as session:
                accounts.rename(session, member, name=data.name, language=language, now=_now())
        except AccountRefusedError as error:
            return _page(request, database, gate, member, error)
        return _back()

    @get("/password", name="account:password", sync_to_thread=False)
    def password(
        self, request: PageRequest, member: NamedDependency[SkipValidation[Member]]
    ) -> Template:
        """Ask for a new password."""
        return _password_page(request)

    @post("/password", name="account:password-changed")
    async def change_password(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        sign_in_turns: NamedDependency[SkipValidation[Turns]],
        member: NamedDependency[SkipValidation[Member]],
        data: URLEncodedBody[PasswordForm],
    ) -> Redirect | Template:
        """Change the password, and sign out every other browser."""
        attempt = _attempt(request, member, data.old)
        try:
            if data.new != data.again:
                raise AccountRefusedError(
                    reason_zh="两次输入的新密码不同", reason_en="the new passwords differ"
                )
            await sign_in_turns.take(
                partial(
                    accounts.change_password,
                    database,
                    gate,
                    member,
                    attempt,
                    data.new,
                    now=_now(),
                )
            )
        except _REFUSALS as error:
            return _password_page(request, error)
        # Whoever had to change it was on the way to work.
        return Redirect(DESK, status_code=303) if member.account.must_change_password else _back()

    @post("/second-factor/begin", name="account:second-factor", sync_to_thread=True)
    def begin_second_factor(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        member: NamedDependency[SkipValidation[Member]],
    ) -> Redirect | Template:
        """Make a secret for an app that shows codes."""
        try:
            with database.transaction() as session:
                second_factor.begin_second_factor(
                    session, gate, member, secret=pyotp.random_base32(), now=_now()
                )
        except AccountRefusedError as error:
            return _page(request, database, gate, member, error)
        return _back()

    @post("/second-factor/on", name="account:second-factor-on", sync_to_thread=True)
    def turn_on(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        member: NamedDependency[SkipValidation[Member]],
        data: URLEncodedBody[CodeForm],
    ) -> Template:
        """Ask for codes from now on; show the recovery codes, once."""
        codes = [shown_recovery_code(pyotp.random_base32()[:16]) for _ in range(_RECOVERY_CODES)]
        try:
            with database.transaction() as session:
                second_factor.turn_on(
                    session, gate, member, code=data.code, recovery_codes=codes, now=_now()
                )
        except AccountRefusedError as error:
            return _page(request, database, gate, member, error)
        return page(request, "account/recovery_codes.html", codes=codes)

    @post("/second-factor/off", name="account:second-factor-off")
    async def turn_off(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        sign_in_turns: NamedDependency[SkipValidation[Turns]],
        member: NamedDependency[SkipValidation[Member]],
        data: URLEncodedBody[ProofForm],
    ) -> Redirect | Template:
        """Ask for codes no more."""
        attempt = _attempt(request, member, data.password)
        try:
            await sign_in_turns.take(
                partial(second_factor.turn_off, database, gate, member, attempt, now=_now())
            )
        except _REFUSALS as error:
            return await sign_in_turns.take(partial(_page, request, database, gate, member, error))
        return _back()

    @post("/browsers", name="account:browsers", sync_to_thread=True)
    def sign_out_elsewhere(
        self,
        database: NamedDependency[Database],
        member: NamedDependency[SkipValidation[Member]],
        data: URLEncodedBody[BrowserForm],
    ) -> Redirect:
        """Sign out other browsers."""
        with database.transaction() as session:
            signing_in.sign_out_elsewhere(session, member, browser=data.browser, now=_now())
        return _back()

    @post("/acting", name="account:acting", sync_to_thread=True)
    def act_for(
        self,
        database: NamedDependency[Database],
        member: NamedDependency[SkipValidation[Member]],
        data: URLEncodedBody[ActingForm],
    ) -> Redirect:
        """Act for another organisation."""
        with database.transaction() as session:
            signing_in.act_for(session, member, data.membership)
        return _back()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _back() -> Redirect:
    return Redirect(PATH, status_code=303)


def _attempt(request: PageRequest, member: Member, password: str) -> Attempt:
    return Attempt(
        login=member.account.login,
        password=password[: 2**10],
        address=whence(request),
        device=device_secret(request),
    )


def _page(
    request: PageRequest,
    database: Database,
    gate: Gate,
    member: Member,
    error: CatalogError | None = None,
) -> Template:
    with database.reading() as connection:
        address = second_factor.pending_address(connection, gate, member)
        return page(
            request,
            "account/show.html",
            status_code=_status(error),
            browsers=signing_in.browsers(connection, gate, member, now=_now()),
            memberships=signing_in.memberships(connection, member.actor),
            codes_left=second_factor.recovery_codes_left(connection, member),
            qr=segno.make(address, micro=False).svg_data_uri(scale=4) if address else None,
            pending_secret=pyotp.parse_uri(address).secret if address else None,
            longest_name=accounts.LONGEST_NAME,
            refusal=error.text(language_of(request)) if error else None,
        )


def _password_page(request: PageRequest, error: CatalogError | None = None) -> Template:
    return page(
        request,
        "account/password.html",
        status_code=_status(error),
        shortest=request.app.state.gate.policy.shortest,
        path=CHANGE_PATH,
        refusal=error.text(language_of(request)) if error else None,
    )


def _status(error: CatalogError | None) -> HTTPStatus:
    if error is None:
        return HTTPStatus.OK
    if isinstance(error, TooManyGuessesError):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.BAD_REQUEST
