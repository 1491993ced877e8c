"""Who asks for a page: a member who signed in, or anyone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar.di import Provide
from litestar.response import Redirect

from api.web.browser import member_of, who_asks
from api.web.page import PageRequest, address
from catalog.permissions import Action, Actor, ensure
from catalog.views.accounts import Member

PATH = "/sign-in"
CHANGE_PATH = "/account/password"
HOME = "/"
DESK = "/desk"


class SignInNeededError(Exception):
    """Whoever asks has not signed in, or too long ago."""


class PasswordChangeNeededError(Exception):
    """Somebody else knows the password of whoever asks: it must be changed first."""


def _member(request: PageRequest) -> Member:
    """Return who is signed in, whatever she may do.

    Raises:
        SignInNeededError: Nobody is.
    """
    member = member_of(request)
    if member is None:
        raise SignInNeededError
    return member


def _actor(request: PageRequest) -> Actor:
    """Return the actor that is signed in.

    Raises:
        SignInNeededError: Nobody is.
        PasswordChangeNeededError: A one-time password has yet to be changed.
    """
    member = _member(request)
    if member.account.must_change_password:
        raise PasswordChangeNeededError
    return member.actor


actor_of = {"actor": Provide(_actor, sync_to_thread=False)}
"""The dependency ``actor`` of pages that need one: whoever has not signed in is sent to."""
reader_of = {"actor": Provide(who_asks, sync_to_thread=False)}
"""The dependency ``actor`` of pages that anyone may see, some of them more than others."""
own_account = {"member": Provide(_member, sync_to_thread=False)}
"""The dependency ``member`` of the pages of one's own account."""


def who_may(action: Action) -> dict[str, Provide]:
    """Return the dependency ``actor`` of pages that are only for those who may do this."""

    def permitted(request: PageRequest) -> Actor:
        actor = _actor(request)
        ensure(actor, action)
        return actor

    return {"actor": Provide(permitted, sync_to_thread=False)}


def to_sign_in(request: PageRequest, _: SignInNeededError) -> Redirect:
    """Send a browser to the sign-in page, from where it comes back."""
    reads = request.method in ("GET", "HEAD")
    query = f"?{request.url.query}" if request.url.query else ""
    back = f"{request.url.path}{query}" if reads else HOME
    return Redirect(address(PATH, back=back), status_code=303)


def to_password(_: PageRequest, __: PasswordChangeNeededError) -> Redirect:
    """Send a browser to where a password is changed."""
    return Redirect(CHANGE_PATH, status_code=303)


HANDLERS: dict[int | type[Exception], Any] = {
    SignInNeededError: to_sign_in,
    PasswordChangeNeededError: to_password,
}


def own_path(path: str) -> str:
    """Return a path of our own site, whatever was asked for."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and path[1:2] not in ("/", "\\") and not parts.netloc
    return path if is_ours and path.isprintable() else HOME
