"""The operator at the pages: signs in once with the token, and is known by a signed cookie."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from itsdangerous import BadSignature, TimestampSigner
from litestar import Controller, get, post
from litestar.datastructures import Cookie
from litestar.di import Provide
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from api.web.page import PageRequest, address, page
from catalog.permissions import Actor, Role

COOKIE = "lucai_operator"
PATH = "/operator"
_AGE = dt.timedelta(hours=8)  # A working day.
_NAME = "operator"
_LARGEST_FORM = 2**16
_HOME = "/imports"
# Guesses, right or wrong, from one address; a token has far more than this many possibilities.
_GUESSES = RateLimitConfig(rate_limit=("minute", 10), set_rate_limit_headers=False)
Back = Annotated[str, QueryParameter(max_length=500)]


class SignInNeededError(Exception):
    """Whoever asks has not shown the operator's token."""


class SignInForm(msgspec.Struct, forbid_unknown_fields=True):
    """The token, and where to go then."""

    token: str = ""
    back: str = _HOME


def can_write(request: PageRequest) -> bool:
    """Tell whether there is an operator at all: without a token the pages only read."""
    return bool(request.app.state.api_token)


def is_operator(request: PageRequest) -> bool:
    """Tell whether the browser shows a cookie that we signed, and not too long ago."""
    shown = request.cookies.get(COOKIE, "")
    if not can_write(request) or not shown:
        return False
    try:
        name = _signer(request).unsign(shown, max_age=int(_AGE.total_seconds()))
    except BadSignature:
        return False
    return name == _NAME.encode()


def _actor(request: PageRequest) -> Actor:
    """Return the operator.

    Raises:
        SignInNeededError: The browser has not signed in, or too long ago.
    """
    if not is_operator(request):
        raise SignInNeededError
    return Actor(name="web:operator", role=Role.OPERATOR)


operator_of = {"actor": Provide(_actor, sync_to_thread=False)}


def to_sign_in(request: PageRequest, _: SignInNeededError) -> Redirect:
    """Send a browser to the sign-in page, from where it comes back."""
    reads = request.method in ("GET", "HEAD")
    query = f"?{request.url.query}" if request.url.query else ""
    back = f"{request.url.path}{query}" if reads else _HOME
    return Redirect(address(PATH, back=back), status_code=303)


HANDLERS: dict[int | type[Exception], Any] = {SignInNeededError: to_sign_in}


class OperatorPages(Controller):
    """Sign in and out."""

    path = PATH
    request_max_body_size = _LARGEST_FORM

    @get(name="operator:show", sync_to_thread=False)
    def show(self, request: PageRequest, back: Back = _HOME) -> Template:
        """Ask for the token, or say how there comes to be one."""
        return self._page(request, back, is_wrong=False)

    @post(name="operator:sign-in", sync_to_thread=False, middleware=[_GUESSES.middleware])
    def sign_in(
        self, request: PageRequest, data: URLEncodedBody[SignInForm]
    ) -> Redirect | Template:
        """Compare the token in constant time, and remember the browser."""
        expected = request.app.state.api_token
        if not expected or not hmac.compare_digest(data.token.strip().encode(), expected.encode()):
            return self._page(request, data.back, is_wrong=True)
        signed = _signer(request).sign(_NAME).decode()
        return Redirect(
            _own(data.back),
            status_code=303,
            cookies=[_cookie(request, signed, int(_AGE.total_seconds()))],
        )

    @post("/leave", name="operator:leave", sync_to_thread=False)
    def leave(self, request: PageRequest) -> Redirect:
        """Forget the browser."""
        return Redirect(_HOME, status_code=303, cookies=[_cookie(request, "", 0)])

    def _page(self, request: PageRequest, back: str, *, is_wrong: bool) -> Template:
        return page(
            request,
            "operator/show.html",
            status_code=HTTPStatus.FORBIDDEN if is_wrong else HTTPStatus.OK,
            back=_own(back),
            is_wrong=is_wrong,
            can_write=can_write(request),
            is_operator=is_operator(request),
        )


def _signer(request: PageRequest) -> TimestampSigner:
    """Return what signs the cookie; a new token makes every cookie worthless."""
    return TimestampSigner(
        request.app.state.api_token,
        salt="lucai.operator",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )


def _own(path: str) -> str:
    """Return a path of our own site, whatever was asked for."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and path[1:2] not in ("/", "\\") and not parts.netloc
    return path if is_ours and path.isprintable() else _HOME


def _cookie(request: PageRequest, value: str, age_s: int) -> Cookie:
    schemes = (request.url.scheme, request.headers.get("x-forwarded-proto"))
    return Cookie(
        COOKIE,
        value=value,
        path="/",
        max_age=age_s,
        httponly=True,
        samesite="strict",
        secure="https" in schemes,
    )
