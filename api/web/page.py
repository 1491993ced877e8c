"""Answer with a page, in the reader's language, whole or in part."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from litestar import MediaType, Request, Response
from litestar.response import Template

from api.web.browser import form_field, member_of, who_asks
from api.web.i18n import LANGUAGES, language_cookie, language_of
from api.web.preferences import preferences_of
from catalog.evidence_files import MEGABYTE
from catalog.services import notices
from catalog.views.accounts import Member

PageRequest = Request[Any, Any, Any]


def page(
    request: PageRequest,
    template: str,
    *,
    status_code: int = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
    **context: object,
) -> Template:
    """Return a template's answer; a language asked for in the address is remembered.

    A page for somebody who is signed in is kept by nobody on its way, nor by a shared computer.
    """
    language = language_of(request)
    member = member_of(request)
    cookies = []
    if request.query_params.get("lang") in LANGUAGES:
        cookies.append(language_cookie(language))
    return Template(
        template,
        status_code=status_code,
        cookies=cookies,
        headers={
            "Content-Language": "zh-Hans" if language == "zh" else "en",
            "Vary": "Accept-Language, Cookie, HX-Request",
            **(headers or {}),
            **({"Cache-Control": "private, no-store"} if member else {}),
        },
        context={
            "language": language,
            "display": preferences_of(request),
            "here": _here(request),
            "switch": _switch(request, language),
            "section": request.url.path.strip("/").split("/")[0],
            "shows_synthetic": False,
            "member": member,
            "actor": who_asks(request),
            "form_token": form_field(request),
            "unread": _unread(request, member),
            "evidence_mb": request.app.state.evidence_files.max_bytes // MEGABYTE,
            **context,
        },
    )


def drawn(request: PageRequest, found: Template) -> Response[bytes]:
    """Return a page that is drawn already: a long one, by whatever thread asks."""
    answer = found.to_asgi_response(None, request)
    return Response(
        answer.body,
        status_code=found.status_code or HTTPStatus.OK,
        headers=found.headers,
        cookies=found.cookies,
        media_type=MediaType.HTML,
    )


def _unread(request: PageRequest, member: Member | None) -> int:
    """Return how many notices whoever is signed in has not read."""
    if member is None:
        return 0
    with request.app.state.database.reading() as connection:
        return notices.unread(connection, actor=member.actor)


def wants_fragment(request: PageRequest) -> bool:
    """Tell whether a script asks for a part; going back in history asks for the whole."""
    headers = request.headers
    return headers.get("hx-request") == "true" and "hx-history-restore-request" not in headers


def address(path: str, **parameters: object) -> str:
    """Return a path with those parameters that say something; lists repeat."""
    said = {name: value for name, value in parameters.items() if value not in (None, "", (), [])}
    return f"{path}?{urlencode(said, doseq=True)}" if said else path


def _here(request: PageRequest) -> str:
    """Return the address of this page, to come back to; of what cannot be read again, the front."""
    if request.method != "GET":
        return "/"
    kept = [pair for pair in parse_qsl(request.url.query) if pair[0] != "lang"]
    return quote(request.url.path) + (f"?{urlencode(kept)}" if kept else "")


def _switch(request: PageRequest, language: str) -> str:
    """Return the address of this page in the other language."""
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    kept = [pair for pair in parse_qsl(request.url.query) if pair[0] != "lang"]
    return f"{quote(request.url.path)}?{urlencode([*kept, ('lang', other)])}"
