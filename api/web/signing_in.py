"""The pages where people sign in and out."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.turns import Turns
from api.web.browser import device_cookie, device_secret, member_of, session_cookie
from api.web.i18n import COOKIE, LANGUAGES, language_of
from api.web.page import PageRequest, page
from api.web.signed_in import CHANGE_PATH, DESK, HOME, PATH, own_path
from api.web.whence import whence
from catalog.db import Database
from catalog.errors import SignInFailedError, TooManyGuessesError
from catalog.services import signing_in
from catalog.services.gate import Gate
from catalog.services.signing_in import Attempt, Begun

LARGEST_FORM = 2**16
_LONGEST = 1000
Back = Annotated[str, QueryParameter(max_length=500)]


class SignInForm(msgspec.Struct, forbid_unknown_fields=True):
    """What proves who somebody is, and where to go then."""

    login: str = ""
    password: str = ""
    code: str = ""
    back: str = DESK


class SignInPages(Controller):
    """Sign in and out."""

    request_max_body_size = LARGEST_FORM

    @get(PATH, name="account:sign-in", sync_to_thread=False)
    def show(self, request: PageRequest, back: Back = DESK) -> Template:
        """Ask who somebody is."""
        return _page(request, back)

    @post(PATH, name="account:signed-in")
    async def sign_in(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        sign_in_turns: NamedDependency[SkipValidation[Turns]],
        data: URLEncodedBody[SignInForm],
    ) -> Redirect | Template:
        """Let somebody in, and give the browser new secrets."""
        secret, device = secrets.token_urlsafe(32), device_secret(request)
        attempt = Attempt(
            login=data.login[:_LONGEST],
            password=data.password[:_LONGEST],
            code=data.code[:_LONGEST],
            address=whence(request),
            device=device,
            browser=request.headers.get("user-agent"),
        )
        device = device or secrets.token_urlsafe(32)
        try:
            begun = await sign_in_turns.take(
                partial(
                    signing_in.sign_in,
                    database,
                    gate,
                    attempt,
                    secret=secret,
                    device=device,
                    now=dt.datetime.now(dt.UTC),
                )
            )
        except SignInFailedError as error:
            said = error.text(language_of(request))
            return _page(request, data.back, data.login, said, status=HTTPStatus.FORBIDDEN)
        except TooManyGuessesError as error:
            return _slowed(request, data, error)
        return _welcome(request, gate, begun, data.back, secret=secret, device=device)

    @post("/sign-out", name="account:sign-out", sync_to_thread=True)
    def sign_out(self, request: PageRequest, database: NamedDependency[Database]) -> Redirect:
        """Forget who uses the browser; it stays known as one that the account used."""
        member = member_of(request)
        if member is not None:
            with database.transaction() as session:
                signing_in.sign_out(session, member, now=dt.datetime.now(dt.UTC))
        answer = Redirect(HOME, status_code=303, cookies=[session_cookie(request, "", 0)])
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer


def _welcome(
    request: PageRequest, gate: Gate, begun: Begun, back: str, *, secret: str, device: str
) -> Redirect:
    cookies = [
        session_cookie(request, secret, int(gate.lasting.total_seconds())),
        device_cookie(request, device, int(gate.device_lasting.total_seconds())),
    ]
    if begun.language in LANGUAGES and COOKIE not in request.cookies:
        cookies.append(Cookie(COOKIE, value=begun.language, samesite="lax", httponly=True))
    to = CHANGE_PATH if begun.must_change_password else own_path(back)
    return Redirect(to, status_code=303, cookies=cookies)


def _slowed(request: PageRequest, data: SignInForm, error: TooManyGuessesError) -> Template:
    return _page(
        request,
        data.back,
        data.login,
        error.text(language_of(request)),
        status=HTTPStatus.TOO_MANY_REQUESTS,
        headers={"Retry-After": str(error.facts["seconds"])},
    )


def _page(
    request: PageRequest,
    back: str,
    login: str = "",
    refusal: str | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
) -> Template:
    return page(
        request,
        "account/sign_in.html",
        status_code=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        back=own_path(back),
        login=login[:200],
        refusal=refusal,
    )
