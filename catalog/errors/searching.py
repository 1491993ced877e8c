"""Search is not to be had right now."""

from __future__ import annotations

from enum import StrEnum

from catalog.errors.base import CatalogError


class SearchTrouble(StrEnum):
    """Why the search index cannot do its work."""

    AWAY = "away"
    WRONG_KEY = "wrong key"
    TIME_OUT = "time-out"
    DISK_FULL = "disk full"
    UNREADABLE = "unreadable"


class SearchUnavailableError(CatalogError):
    """The search index cannot answer now; an engine that knows why says so by ``trouble``."""

    code = "search-unavailable"
    zh = "搜索暂不可用，稍后会自动恢复。"
    en = "Search cannot answer right now; it will come back by itself."

    @property
    def trouble(self) -> SearchTrouble:
        """Why, as stated, or as the error says that caused this one."""
        stated = self.facts.get("trouble")
        if isinstance(stated, SearchTrouble):
            return stated
        said = str(self.__cause__)
        if any(words in said for words in _DISK_FULL):
            return SearchTrouble.DISK_FULL
        return SearchTrouble.UNREADABLE


_DISK_FULL = ("No space left on device", "File too large", "Disk quota exceeded")


class IndexLockedError(SearchUnavailableError):
    """Another process writes to the search index; only one may."""

    code = "index-locked"
    zh = "另一个进程正在更新搜索索引，本次更新未执行。请等它结束，或停止多余的 worker。"
    en = (
        "Another process is updating the search index, so this update was not made. "
        "Wait until it ends, or stop the second worker."
    )
