"""What the machine under the server tells: room on the disk, backups, versions of the parts."""

from __future__ import annotations

import datetime as dt
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from catalog.migrations import HEAD
from catalog.services.backups import manifest
from catalog.services.backups.manifest import BackupView

_PARTS = ("lucai", "litestar", "sqlalchemy", "tantivy", "polars")


class Disk(msgspec.Struct, frozen=True):
    """The disk of the data folder, in bytes, and whether little is left."""

    total: int
    used: int
    free: int
    is_nearly_full: bool


class Machine:
    """What can be seen from the server's own folders."""

    def __init__(
        self,
        *,
        data_dir: Path | None,
        backups: Path | None,
        backup_age: dt.timedelta,
        least_free: int,
        search: str,
    ) -> None:
        self._data_dir, self._backups, self._least_free = data_dir, backups, least_free
        self.search = search
        """The name of the search engine."""
        self.backup_age = backup_age
        """How old the newest backup may be before operators are warned."""

    def disk(self) -> Disk | None:
        """Return how full the disk is; None without a data folder."""
        if self._data_dir is None or not self._data_dir.is_dir():
            return None
        usage = shutil.disk_usage(self._data_dir)
        is_nearly_full = usage.free * 100 < usage.total * self._least_free
        return Disk(usage.total, usage.used, usage.free, is_nearly_full)

    def backups(self) -> list[BackupView]:
        """Return the backups in the folder, the latest first."""
        return manifest.listed(self._backups) if self._backups else []

    def backup(self, name: str) -> Path | None:
        """Return where a backup of the folder is, None where there is none of this name."""
        known = {each.name for each in self.backups()}
        return self._backups / name if self._backups and name in known else None

    def is_backup_old(self, found: list[BackupView], now: dt.datetime) -> bool:
        """Tell whether no backup that can be read is young enough."""
        made = [each.made_at for each in found if each.made_at is not None]
        return not made or now - max(made) > self.backup_age

    def versions(self) -> list[tuple[str, str]]:
        """Return the names and versions of what the server is made of."""
        found = [("Python", platform.python_version()), ("schema", HEAD)]
        for part in _PARTS:
            try:
                found.append((part, version(part)))
            except PackageNotFoundError:
                continue
        return found
