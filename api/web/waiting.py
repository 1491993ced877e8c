"""The page of an answer that is being worked out: it asks again until the answer is there."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from http import HTTPStatus
from typing import TypeVar

from anyio import to_thread
from litestar.response import Template

from api.answers import Answers, Waiting
from api.web.i18n import language_of, translate
from api.web.page import PageRequest, page, wants_fragment
from catalog.services.jobs import Tell

T = TypeVar("T")
POLL_S = 2


def waiting_page(request: PageRequest, waiting: Waiting, *, title: str, back: str) -> Template:
    """Show how far the answer is; whoever leaves the page ends it."""
    return page(
        request,
        "work/_waiting.html" if wants_fragment(request) else "work/waiting.html",
        status_code=HTTPStatus.OK if wants_fragment(request) else HTTPStatus.ACCEPTED,
        headers={"Cache-Control": "no-store"},
        waiting=waiting,
        title=title,
        back=back,
        poll_s=POLL_S,
    )


async def answered(
    request: PageRequest,
    answers: Answers,
    question: Callable[[], Hashable],
    make: Callable[[Tell], T],
    *,
    title: str,
    back: str,
) -> T | Template:
    """Return an answer, or the page of one that is being worked out; ``title`` is a message."""

    def ask() -> T | Waiting:
        found: T | Waiting = answers.ask(question(), make)
        return found

    found = await to_thread.run_sync(ask)
    if isinstance(found, Waiting):
        told = translate(title, language_of(request))
        return waiting_page(request, found, title=told, back=back)
    return told_to_look(request) if wants_fragment(request) else found


def told_to_look(request: PageRequest) -> Template:
    """Tell a script that asked how far it is to show the page that is there now."""
    return page(request, "work/_waiting.html", headers={"HX-Refresh": "true"}, waiting=None)
