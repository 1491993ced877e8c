"""Talk to a Meilisearch server: one pool of kept connections, and plain reasons when it fails."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
import urllib3

from catalog.errors import SearchTrouble, SearchUnavailableError

_CONNECTIONS = 16
_CONNECT_S = 2.0
_LONG_S = 120.0
_TASK_DEADLINE_S = 600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.05
_OK = range(200, 300)
_NO_KEY, _WRONG_KEY, _NOT_FOUND = 401, 403, 404


Question = dict[str, Any]
_T = TypeVar("_T")


class Stored(msgspec.Struct, frozen=True):
    """What an answer holds of a document: the product, or what it is ordered by."""

    document: str = ""
    id: int = -1
    key: str = ""
    by_name: int | None = None
    by_star: int | None = None
    by_expiry: int | None = None
    by_newest: int | None = None
    stamp: str = ""


class Found(msgspec.Struct, frozen=True, rename="camel"):
    """The answer to one question."""

    hits: list[Stored]
    total_hits: int = 0
    facet_distribution: dict[str, dict[str, int]] | None = None


class _Answers(msgspec.Struct, frozen=True):
    results: list[Found]


class _FacetHit(msgspec.Struct, frozen=True):
    value: str


class _FacetHits(msgspec.Struct, frozen=True, rename="camel"):
    facet_hits: list[_FacetHit]


class _Enqueued(msgspec.Struct, frozen=True, rename="camel"):
    task_uid: int


class _Failure(msgspec.Struct, frozen=True):
    message: str = ""
    code: str = ""


class _Task(msgspec.Struct, frozen=True):
    status: str
    error: _Failure | None = None


class _Index(msgspec.Struct, frozen=True):
    uid: str


class _Indexes(msgspec.Struct, frozen=True):
    results: list[_Index]
    total: int


class Server:
    """A Meilisearch server at a URL. Each method raises SearchUnavailableError if it fails."""

    def __init__(self, url: str, key: str, *, timeout: float) -> None:
        parts = urlsplit(url)
        pool = (
            urllib3.HTTPSConnectionPool if parts.scheme == "https" else urllib3.HTTPConnectionPool
        )
        self._pool = pool(
            parts.hostname or "localhost",
            parts.port,
            maxsize=_CONNECTIONS,
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
                # Compressed answers come in pieces that wait 40 ms for one another.
                "Accept-Encoding": "identity",
            },
            retries=urllib3.Retry(connect=0, read=0, other=0, redirect=0),
        )
        self._path = parts.path.rstrip("/")
        self._timeout = timeout

    def search(self, questions: Sequence[Question], *, is_long: bool = False) -> list[Found]:
        """Return the answers to several questions, in their order."""
        body = _JSON.encode({"queries": questions})
        timeout = _LONG_S if is_long else self._timeout
        return _read(_ANSWERS, self._ask("POST", "/multi-search", body, timeout)).results

    def values_like(self, index: str, attribute: str, word: str) -> list[str]:
        """Return the first values of an attribute that begin with a word, slips allowed."""
        body = _JSON.encode({"facetName": attribute, "facetQuery": word})
        answer = self._ask("POST", f"/indexes/{index}/facet-search", body, self._timeout)
        return [hit.value for hit in _read(_FACET_HITS, answer).facet_hits]

    def create(self, index: str, primary_key: str, settings: dict[str, Any]) -> None:
        """Make an index; it has its settings when this returns."""
        made = self.start("POST", "/indexes", {"uid": index, "primaryKey": primary_key})
        done = self.start("PATCH", f"/indexes/{index}/settings", settings)
        # Another process may have made it meanwhile; then it also sees to the same settings.
        self.finish(made, forgiven="index_already_exists")
        self.finish(done)

    def has(self, index: str) -> bool:
        """Tell whether there is an index of this name."""
        return self._ask("GET", f"/indexes/{index}", None, self._timeout, or_missing=True) != b""

    def indexes(self) -> list[str]:
        """Return the names of all indexes."""
        found: list[str] = []
        while True:
            path = f"/indexes?limit=1000&offset={len(found)}"
            page = _read(_INDEXES, self._ask("GET", path, None, self._timeout))
            found += [index.uid for index in page.results]
            if not page.results or len(found) >= page.total:
                return found

    def start(self, method: str, path: str, body: object = None) -> int:
        """Enqueue a task that is described in JSON; return its number."""
        raw = None if body is None else _JSON.encode(body)
        return _read(_ENQUEUED, self._ask(method, path, raw, _LONG_S)).task_uid

    def add(self, index: str, lines: bytes) -> int:
        """Enqueue adding or replacing documents, one on each line; return the task's number."""
        path = f"/indexes/{index}/documents"
        answer = self._ask("POST", path, lines, _LONG_S, content="application/x-ndjson")
        return _read(_ENQUEUED, answer).task_uid

    def finish(self, task: int, *, forgiven: str = "") -> None:
        """Wait until a task has ended; what it did can be seen from now on."""
        pause, deadline = _FIRST_PAUSE_S, time.monotonic() + _TASK_DEADLINE_S
        while True:
            done = _read(_TASK, self._ask("GET", f"/tasks/{task}", None, self._timeout))
            if done.status == "succeeded":
                return
            if done.status in ("failed", "canceled"):
                failure = done.error or _Failure(message=f"task {task} was {done.status}")
                if failure.code == forgiven:
                    return
                raise _unavailable(failure)
            if time.monotonic() > deadline:
                raise SearchUnavailableError(trouble=SearchTrouble.TIME_OUT)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None,
        timeout: float,
        *,
        content: str = "application/json",
        or_missing: bool = False,
    ) -> bytes:
        headers = {**self._pool.headers, "Content-Type": content}
        try:
            answer = self._pool.urlopen(
                method,
                self._path + path,
                body,
                headers,
                timeout=urllib3.Timeout(connect=min(_CONNECT_S, timeout), read=timeout),
            )
        except urllib3.exceptions.HTTPError as error:
            raise SearchUnavailableError(trouble=_trouble_of(error)) from error
        if answer.status in _OK:
            return answer.data
        if answer.status == _NOT_FOUND and or_missing:
            return b""
        if answer.status in (_NO_KEY, _WRONG_KEY):
            raise SearchUnavailableError(trouble=SearchTrouble.WRONG_KEY)
        raise _unavailable(_failure(answer.data))


_JSON = msgspec.json.Encoder()
_ANSWERS = msgspec.json.Decoder(_Answers)
_FACET_HITS = msgspec.json.Decoder(_FacetHits)
_ENQUEUED = msgspec.json.Decoder(_Enqueued)
_TASK = msgspec.json.Decoder(_Task)
_INDEXES = msgspec.json.Decoder(_Indexes)


def _read(decoder: msgspec.json.Decoder[_T], answer: bytes) -> _T:
    try:
        return decoder.decode(answer)
    except msgspec.MsgspecError as error:
        raise SearchUnavailableError(trouble=SearchTrouble.UNREADABLE) from error


def _trouble_of(error: urllib3.exceptions.HTTPError) -> SearchTrouble:
    is_late = isinstance(error, urllib3.exceptions.TimeoutError)
    # A connection that is refused counts as a time-out to urllib3, but nobody waited.
    if is_late and not isinstance(error, urllib3.exceptions.NewConnectionError):
        return SearchTrouble.TIME_OUT
    return SearchTrouble.AWAY


def _failure(answer: bytes) -> _Failure:
    try:
        return msgspec.json.decode(answer, type=_Failure)
    except msgspec.MsgspecError:
        return _Failure(message=answer[:200].decode(errors="replace"))


def _unavailable(failure: _Failure) -> SearchUnavailableError:
    # What the server said is the cause, by which a full disk is told from other failures.
    error = SearchUnavailableError()
    error.__cause__ = OSError(f"{failure.code}: {failure.message}")
    return error
