"""Send a large public file so that caches, interrupted downloads and readers of a part are served.

RFC 9110: a strong ETag, Last-Modified, 304 for who has the file, 206 for who asks for a range.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path

import msgspec
from litestar import Response
from litestar.response import Stream

_PIECE = 1 << 18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_MOST_DIGITS = 18


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """A file to send; ``etag`` is made of its content, ``modified`` is an HTTP date."""

    path: Path
    name: str
    media_type: str
    size: int
    etag: str
    modified: str
    cache_control: str


Span = tuple[int, int]


def answer(
    download: Download, asked: Mapping[str, str], *, without_content: bool = False
) -> Stream | Response[bytes]:
    """Return the file, the part of it that the request's headers ask for, or what there is to say.

    Several ranges at once are answered with the whole file, as the standard allows.
    """
    headers = {
        "ETag": download.etag,
        "Last-Modified": download.modified,
        "Accept-Ranges": "bytes",
        "Cache-Control": download.cache_control,
        # It is public: a page of any site may read it.
        "Access-Control-Allow-Origin": "*",
        "Content-Disposition": f'attachment; filename="{download.name}"',
    }
    if _is_held(download, asked):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    span = _span(download, asked)
    if span is not None and span[0] >= span[1]:
        headers["Content-Range"] = f"bytes */{download.size}"
        return Response(
            b"", status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers
        )
    first, end = span or (0, download.size)
    headers["Content-Length"] = str(end - first)
    if span is not None:
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{download.size}"
    return Stream(
        iter(()) if without_content else _pieces(download.path, first, end),
        status_code=HTTPStatus.OK if span is None else HTTPStatus.PARTIAL_CONTENT,
        media_type=download.media_type,
        headers=headers,
    )


def _is_held(download: Download, asked: Mapping[str, str]) -> bool:
    """Tell whether whoever asks has this very file."""
    tags = asked.get("if-none-match")
    if tags is not None:
        held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool(held & {"*", download.etag})
    return _is_since(download, asked.get("if-modified-since"))


def _is_since(download: Download, moment: str | None) -> bool:
    with suppress(TypeError, ValueError, OverflowError):
        return parsedate_to_datetime(moment or "") >= parsedate_to_datetime(download.modified)
    return False


def _span(download: Download, asked: Mapping[str, str]) -> Span | None:
    """Return the first byte and the end of what is asked for; None for the whole file.

    An empty span cannot be satisfied.
    """
    found = _RANGE.fullmatch(asked.get("range", "").strip())
    condition = asked.get("if-range")
    if condition is not None and condition not in (download.etag, download.modified):
        return None
    if found is None or max(map(len, found.groups())) > _MOST_DIGITS or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return max(0, download.size - int(last)), download.size
    if last and int(last) < int(first):
        return None
    return int(first), min(download.size, int(last) + 1 if last else download.size)


def _pieces(path: Path, first: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(first)
        left = end - first
        while left and (piece := stream.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
