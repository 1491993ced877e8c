"""Meilisearch as people use it: plain documents, its own search, its own HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import msgspec

from benchmarks.search_load import post
from search.documents import ProductDocument

_INDEX = "plain"
_BATCH = 20_000
_FACETS = ["categories", "groups", "star", "division", "company", "bodies"]
_SEARCHED = ["name", "category_names", "brand", "model", "scope", "company_name",
             "certificate_numbers", "standards"]  # fmt: skip


class PlainIndex:
    """An index of the same products beside ours, on the same server."""

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        self.port = parts.port or 7700
        self._key = key
        self._connection = HTTPConnection(parts.hostname or "127.0.0.1", self.port)

    def fill(self, documents: Sequence[ProductDocument]) -> None:
        """Bring the documents in and wait until they are there."""
        self._done("POST", "/indexes", {"uid": _INDEX, "primaryKey": "id"})
        settings = {"searchableAttributes": _SEARCHED, "filterableAttributes": _FACETS}
        self._done("PATCH", f"/indexes/{_INDEX}/settings", settings)
        for start in range(0, len(documents), _BATCH):
            batch = msgspec.to_builtins(documents[start : start + _BATCH])
            self._done("POST", f"/indexes/{_INDEX}/documents", batch)

    def page(self, words: str) -> None:
        """Ask for one page and read all of it."""
        self._ask("POST", f"/indexes/{_INDEX}/search", _page(words))

    def requests(self, typed: Iterable[str]) -> list[bytes]:
        """Return the requests for pages as they go over the line."""
        path = f"/indexes/{_INDEX}/search"
        return [post(path, json.dumps(_page(words)).encode(), self._key) for words in typed]

    def size_mb(self) -> float:
        """Return what the server keeps on disk, of all its indexes."""
        return float(self._ask("GET", "/stats", None)["databaseSize"]) / 1e6

    def close(self) -> None:
        """Remove the index."""
        self._done("DELETE", f"/indexes/{_INDEX}", None)
        self._connection.close()

    def _done(self, method: str, path: str, body: Any) -> None:  # noqa: ANN401  JSON of any kind.
        task = self._ask(method, path, body)["taskUid"]
        while (state := self._ask("GET", f"/tasks/{task}", None))["status"] != "succeeded":
            if state["status"] == "failed":
                raise ValueError(state["error"])
            time.sleep(0.05)

    def _ask(self, method: str, path: str, body: Any) -> Any:  # noqa: ANN401  As above.
        head = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }
        text = None if body is None else json.dumps(body)
        self._connection.request(method, path, text, head)
        answer = self._connection.getresponse()
        content = json.loads(answer.read())
        if answer.status >= 300:
            raise ValueError(content)
        return content


def _page(words: str) -> dict[str, Any]:
    return {"q": words, "limit": 20, "facets": _FACETS}
