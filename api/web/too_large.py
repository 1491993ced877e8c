"""A form that was refused because it holds too much: its texts are read, its files are let go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.enums import RequestEncodingType
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from api.web.i18n import language_of, translate, zh
from api.web.refilling import Typed

_MEGABYTE, _KILOBYTE = 2**20, 2**10
# What is larger is not even let go of: the connection ends, and the page comes without the texts.
_MOST_READ = 2**30
_MOST_TEXT = 2**20
_FILES = zh("文件太大：一次最多上传 {limit}。请压缩或拆分文件，再选一次。什么都没有保存。")
_TEXTS = zh("填写的内容太长：一次最多提交 {limit}。请缩短后再提交。什么都没有保存。")


def message(request: Request[Any, Any, Any]) -> str:
    """Return how much may be sent at once, and how to mend it."""
    most = request.route_handler.resolve_request_max_body_size() or 0
    limit = f"{most // _MEGABYTE} MB" if most >= _MEGABYTE else f"{most // _KILOBYTE} KB"
    has_files = request.content_type[0] == RequestEncodingType.MULTI_PART
    return translate(_FILES if has_files else _TEXTS, language_of(request)).format(limit=limit)


async def texts_of(request: Request[Any, Any, Any]) -> Typed | None:
    """Return what was typed, once all that was sent has come; None where that cannot be known.

    A browser shows an answer only when it could send everything, so the files are read too.
    """
    length = request.content_length
    if length is None or length > _MOST_READ:
        return None
    kind, options = request.content_type
    pieces = _pieces(request)
    if kind == RequestEncodingType.MULTI_PART and options.get("boundary"):
        return await _of_parts(pieces, options["boundary"])
    sent = bytearray()
    async for piece in pieces:
        sent += piece[: max(0, _MOST_TEXT - len(sent))]
    if kind != RequestEncodingType.URL_ENCODED or length > _MOST_TEXT:
        return None
    typed = defaultdict(list)
    for name, value in parse_qsl(sent.decode(errors="replace"), keep_blank_values=True):
        typed[name].append(value)
    return typed


async def _of_parts(pieces: AsyncIterator[bytes], boundary: str) -> Typed | None:
    """Return the texts among the parts of a form."""
    typed: dict[str, list[str]] = defaultdict(list)
    part: MultipartSegment | None = None
    text = bytearray()
    with PushMultipartParser(boundary) as parser:
        try:
            async for piece in pieces:
                for event in parser.parse(piece):
                    if isinstance(event, MultipartSegment):
                        part, text = event, bytearray()
                    elif part is None or part.filename is not None:
                        continue
                    elif event is None:
                        typed[part.name].append(text.decode(errors="replace"))
                    else:
                        text += event[: max(0, _MOST_TEXT - len(text))]
        except MultipartError:
            async for _ in pieces:
                pass
            return None
    return typed


async def _pieces(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    while True:
        event = await request.receive()
        if event["type"] != "http.request":
            return
        yield event["body"]
        if not event["more_body"]:
            return
