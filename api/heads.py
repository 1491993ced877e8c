"""HEAD is answered as GET is, without the body: for link checkers, caches and download managers."""

from __future__ import annotations

from typing import cast

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import (
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)


class Site(Litestar):
    """The application; whatever can be asked for can be asked for without its body."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Answer a request; of a HEAD the headers alone are sent."""
        if scope["type"] != ScopeType.HTTP or cast("HTTPScope", scope)["method"] != "HEAD":
            await super().__call__(scope, receive, send)
            return
        go_on = cast("Send", send)

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await go_on(message)

        asked = cast("HTTPScope", {**scope, "method": "GET"})
        await super().__call__(asked, receive, send_head)
