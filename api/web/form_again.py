"""A refused form comes back on its own page, with everything that was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote, unquote, urlsplit

import msgspec
from anyio import to_thread
from litestar import MediaType, Request, Response
from litestar.exceptions import NoRouteMatchFoundException
from litestar.response.base import ASGIResponse
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from api.web.browser import FORM_FIELD
from api.web.form_pages import FORM_PAGES
from api.web.i18n import language_of, translate, zh
from api.web.page import PageRequest, wants_fragment
from api.web.refilling import Typed, announced, asks_for, refilled
from api.web.refused import Refused
from api.web.templating import environment
from api.web.too_large import texts_of

_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_MENDED = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, _TOO_LARGE}
_SENT_ON = {b"content-type", b"content-language", b"vary", b"cache-control"}
_OF_THE_BODY = {b"content-length", b"content-type", b"transfer-encoding", b"accept-encoding"}
_NEEDED = zh("请填写")
_UNCLEAR = zh("看不懂这里填写的内容，请检查。")
_SOME_WRONG = zh("有几处需要改正，见下面红字；什么都没有保存。")
_ALL_UNCLEAR = zh("表单没有填完整，或有看不懂的内容；什么都没有保存。请检查后再提交。")
_NOT_NOW = zh("这个表单现在不能提交：您没有这项权限，或这件事已经办完。什么都没有保存。")


class _Answer(msgspec.Struct):
    """What a page answered."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = []
    body: bytes = b""

    @property
    def page(self) -> str | None:
        is_page = dict(self.headers).get(b"content-type", b"").startswith(b"text/html")
        return self.body.decode() if is_page and self.status == HTTPStatus.OK else None


def comes_again(request: PageRequest, status: HTTPStatus) -> bool:
    """Tell whether what was refused is a form that a person can mend on its page."""
    return request.method == "POST" and status in _MENDED and not wants_fragment(request)


class FormAgain(Response[Any]):
    """The page of a refused form; where that page cannot be shown, the other answer.

    ``wrong`` names the fields that were not understood, with what to tell of each: nothing where
    only the framework knows. Without it something else forbids what the form asks for.
    """

    def __init__(
        self, refusal: Refused, otherwise: Response[Any], wrong: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(None, media_type=MediaType.HTML, status_code=refusal.status)
        self.refusal, self.otherwise, self.wrong = refusal, otherwise, wrong

    def to_asgi_response(
        self,
        app: Any,  # noqa: ANN401  The framework's own, and unused.
        request: Request[Any, Any, Any],
        **options: Any,  # noqa: ANN401  The framework's own.
    ) -> ASGIResponse:
        """Return what asks for the page, fills the form in and sends it."""
        return _Sending(self, self.otherwise.to_asgi_response(app, request, **options))


class _Sending(ASGIResponse):
    """Asks for the pages on which the form may stand, and sends the first on which it does."""

    def __init__(self, again: FormAgain, otherwise: ASGIResponse) -> None:
        super().__init__(media_type=MediaType.HTML)
        self._again, self._otherwise = again, otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page with the form; the page without it; or what else can be answered."""
        asked = cast("HTTPScope", scope)
        request: PageRequest = Request(asked, receive, send)
        typed = await self._typed(request)
        answer = None
        for path, query in _whereabouts(request):
            answer = await _asked(asked, path, query)
            if answer.page is None:
                continue
            filled = await to_thread.run_sync(
                partial(self._again_on, answer.page, request, typed), abandon_on_cancel=True
            )
            if filled is not None:
                await _send(send, self._again.refusal.status, answer, filled)
                return
        await self._without_form(request, answer, receive, send)

    async def _typed(self, request: PageRequest) -> Typed | None:
        """Return what was typed; None where so much was sent that nobody can tell."""
        if self._again.refusal.status == _TOO_LARGE:
            typed = await texts_of(request)
            return typed and {name: typed[name] for name in typed if name != FORM_FIELD}
        form = await request.form()
        return {
            name: [value for value in form.getall(name) if isinstance(value, str)]
            for name in form
            if name != FORM_FIELD
        }

    def _again_on(self, page: str, request: PageRequest, typed: Typed | None) -> str | None:
        """Return the page with the form filled in; None where it has no such form."""
        language, path = language_of(request), request.url.path
        if typed is None:
            return announced(page, _notice(self._again.refusal, language))
        said = {name: values[0] for name, values in typed.items() if any(values)}
        refusal = msgspec.structs.replace(self._again.refusal, said=said)
        if refusal.status == _TOO_LARGE:
            of_files = refusal.message if refusal.has_files else ""
            notice = _notice(refusal, language, takes_focus=not of_files)
            return refilled(page, path, typed, {}, notice, of_files=of_files)
        if self._again.wrong is None:
            return refilled(page, path, typed, {}, _notice(refusal, language))
        wrong = {
            name: translate(told or (_UNCLEAR if any(typed.get(name, ())) else _NEEDED), language)
            for name, told in self._again.wrong.items()
        }
        is_beside = asks_for(page, path, wrong)
        message = translate(_SOME_WRONG if is_beside else _ALL_UNCLEAR, language)
        refusal = msgspec.structs.replace(refusal, message=message)
        notice = _notice(refusal, language, takes_focus=not is_beside)
        return refilled(page, path, typed, wrong, notice)

    async def _without_form(
        self, request: PageRequest, answer: _Answer | None, receive: Receive, send: Send
    ) -> None:
        """Answer where the reader's page has no such form: it is not for the reader, or is gone."""
        if answer is None or (answer.page is None and self._again.wrong is None):
            await self._otherwise(request.scope, receive, send)
        elif answer.page is None:
            # Who may not read the page may not know what was wrong with the form either.
            await _send(send, answer.status, answer, answer.body.decode())
        else:
            refusal = self._again.refusal
            if self._again.wrong is not None:
                message = translate(_NOT_NOW, language_of(request))
                refusal = msgspec.structs.replace(
                    refusal, message=message, status=HTTPStatus.FORBIDDEN
                )
            notice = _notice(refusal, language_of(request))
            await _send(send, refusal.status, answer, announced(answer.page, notice))


def _whereabouts(request: PageRequest) -> Iterator[tuple[str, bytes]]:
    """Yield the addresses of the pages that may have sent the form, the likeliest first."""
    sender = urlsplit(request.headers.get("referer", ""))
    if sender.netloc == request.url.netloc and sender.query:
        yield unquote(sender.path), sender.query.encode()
    name = FORM_PAGES.get(request.scope["route_handler"].name or "")
    if name is None:
        return
    with suppress(NoRouteMatchFoundException):
        yield request.app.route_reverse(name, **request.path_params), b""


async def _asked(scope: HTTPScope, path: str, query: bytes) -> _Answer:
    """Return what the application answers whoever sent the form and now asks for a page."""
    answer = _Answer()
    headers = [pair for pair in scope["headers"] if pair[0] not in _OF_THE_BODY]
    asking = {
        **scope,
        "method": "GET",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query,
        "headers": headers,
        "state": {},
    }

    async def nothing() -> Any:  # noqa: ANN401  A message of the protocol.
        return {"type": "http.request", "body": b"", "more_body": False}

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            answer.body += message["body"]

    await scope["litestar_app"](cast("Scope", asking), nothing, keep)
    return answer


def _notice(refusal: Refused, language: str, *, takes_focus: bool = True) -> str:
    """Return why the form was refused; the reader's focus goes there unless to a field."""
    template = environment().get_template("_refused.html")
    return template.render(refused=refusal, language=language, takes_focus=takes_focus)


async def _send(send: Send, status: int, answer: _Answer, page: str) -> None:
    body = page.encode()
    headers = [
        *(pair for pair in answer.headers if pair[0] in _SENT_ON or pair[0] == b"location"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
