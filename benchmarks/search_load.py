"""Eight clients that ask a web server one page after another, and how long each page took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

CLIENTS = 8


class Load(NamedTuple):
    """Milliseconds for each answer, and the answers a second of all clients together."""

    milliseconds: list[float]
    pace: float


def share(milliseconds: Sequence[float], percent: float) -> float:
    """Return the time that this share of the answers stayed within."""
    ordered = sorted(milliseconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def get(path: str) -> bytes:
    """Return a request as it goes over the line."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: identity\r\n\r\n".encode()


def post(path: str, body: bytes, key: str) -> bytes:
    """Return a request with a JSON body as it goes over the line."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: identity\r\n"
        f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def load(port: int, requests: Sequence[bytes]) -> Load:
    """Let the clients share the requests; each waits for its answer before the next."""
    return asyncio.run(_load(port, requests))


async def _load(port: int, requests: Sequence[bytes]) -> Load:
    waiting = iter(requests)
    taken: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            started = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            taken.append((time.perf_counter() - started) * 1000)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return Load(taken, len(requests) / (time.perf_counter() - started))


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise ValueError(head)
    lowered = head.lower()
    if b"content-length:" in lowered:
        await reader.readexactly(int(lowered.split(b"content-length:")[1].split(b"\r\n")[0]))
        return
    while (size := int(await reader.readline(), 16)) > 0:
        await reader.readexactly(size + 2)
    await reader.readline()
