"""Ask the application itself, as a program outside would: what a page shows is a real answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from litestar import Litestar
from litestar.types import Message, Scope


class OwnAnswer(msgspec.Struct, frozen=True):
    """An answer of the application: its status and content."""

    status: int
    content: bytes


async def ask(app: Litestar, path: str, body: str | None, *, language: str) -> OwnAnswer:
    """Send a request without a body (GET) or with JSON (POST) and return the whole answer."""
    parts = urlsplit(path)
    said = (body or "").encode()
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET" if body is None else "POST",
        "scheme": "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [
            (b"host", b"localhost"),
            (b"accept-language", language.encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(said)).encode()),
        ],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
        "state": dict(app.state),
    }
    status, pieces = 0, [b""]

    async def receive() -> Any:  # noqa: ANN401  A message of ASGI.
        return {"type": "http.request", "body": said, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))

    asked: Scope = scope
    await app(asked, receive, send)
    return OwnAnswer(status, b"".join(pieces))
