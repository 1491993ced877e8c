"""What a browser shows of who uses it: the secrets of its cookies, and the token of its forms."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie
from markupsafe import Markup

from catalog.permissions import ANYONE, Actor
from catalog.services.gate import Gate
from catalog.views.accounts import Member

FORM_FIELD = "form_token"
FORM_HEADER = "x-form-token"
_SESSION = "lucai_session"
_DEVICE = "lucai_device"
_PURPOSE = b"lucai.form.1"
_Asked = Request[Any, Any, Any]


def gate_of(request: _Asked) -> Gate:
    """Return what the server lets people in by."""
    gate: Gate = request.app.state.gate
    return gate


def member_of(request: _Asked) -> Member | None:
    """Return who is signed in, as the request was admitted (``api/web/admission.py``)."""
    member: Member | None = request.state.get("member")
    return member


def who_asks(request: _Asked) -> Actor:
    """Return the actor; whoever has not signed in is anyone."""
    member = member_of(request)
    return member.actor if member else ANYONE


def session_secret(request: _Asked) -> str | None:
    """Return the secret of the browser's session, if it shows one."""
    return request.cookies.get(_named(request, _SESSION)) or None


def device_secret(request: _Asked) -> str | None:
    """Return the secret that tells the browser from those never signed in with."""
    return request.cookies.get(_named(request, _DEVICE)) or None


def session_cookie(request: _Asked, secret: str, age_s: int) -> Cookie:
    """Return the cookie that keeps somebody signed in; an age of 0 forgets."""
    return _cookie(request, _SESSION, secret, age_s)


def device_cookie(request: _Asked, secret: str, age_s: int) -> Cookie:
    """Return the cookie by which the browser is known again."""
    return _cookie(request, _DEVICE, secret, age_s)


def form_token(secret: str) -> str:
    """Return what each form of a session carries: only our own pages can know it."""
    return hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def form_field(request: _Asked) -> Markup:
    """Return the hidden field with the token; nothing for whoever has not signed in."""
    secret = session_secret(request)
    if secret is None or member_of(request) is None:
        return Markup("")
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(FORM_FIELD, form_token(secret))


def _named(request: _Asked, name: str) -> str:
    """Return a cookie's name; the prefix lets no other host or plain connection set it."""
    return f"__Host-{name}" if _is_secure(request) else name


def _is_secure(request: _Asked) -> bool:
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))


def _cookie(request: _Asked, name: str, value: str, age_s: int) -> Cookie:
    return Cookie(
        _named(request, name),
        value=value,
        path="/",
        max_age=age_s,
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )
