"""Know a reader again without an account: by a secret that only their browser keeps."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets

from litestar.datastructures import Cookie

from api.web.page import PageRequest
from catalog.permissions import Actor, Role

COOKIE = "lucai_owner"
_PATH = "/searches"
_AGE = dt.timedelta(days=400)  # Browsers keep no cookie longer.
_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def token_of(request: PageRequest) -> str | None:
    """Return the secret that the browser shows, if it shows one of ours."""
    shown = request.cookies.get(COOKIE, "")
    return shown if _TOKEN.fullmatch(shown) else None


def new_token() -> str:
    """Return a secret that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def visitor(token: str) -> Actor:
    """Return who the secret stands for; whoever reads the name cannot tell the secret."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return Actor(name=f"visitor:{digest}", role=Role.VISITOR)


def owner_cookie(request: PageRequest, token: str) -> Cookie:
    """Return the cookie that keeps the secret; no script can read it and no other site sends it."""
    schemes = (request.url.scheme, request.headers.get("x-forwarded-proto"))
    return Cookie(
        COOKIE,
        value=token,
        path=_PATH,
        max_age=int(_AGE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure="https" in schemes,
    )
