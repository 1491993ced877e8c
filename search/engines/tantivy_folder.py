"""Where an index lives on disk: versioned folders, and a pointer to the one that answers.

``products-v1-<schema>.current`` holds the name of a folder ``products-v1-<schema>-<token>`` beside
it. Replacing that small file is atomic, so a reader finds the old index or the new one and never a
half. An index of another version or schema has another name, so it is never opened by mistake.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import secrets
import shutil
from pathlib import Path

from search.documents import INDEX_VERSION
from search.engines.tantivy_index import schema

_SCHEMA = hashlib.sha256(pickle.dumps(schema(), protocol=4)).hexdigest()[:8]
PREFIX = f"products-v{INDEX_VERSION}-{_SCHEMA}"


class IndexFolder:
    """The data folder of one engine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._pointer = root / f"{PREFIX}.current"

    def current(self) -> Path:
        """Return the folder that answers; make an empty one if there is none."""
        try:
            return self._root / self._pointer.read_text(encoding="utf-8")
        except FileNotFoundError:
            self._root.mkdir(parents=True, exist_ok=True)
            # Two processes that start at once must agree: whoever links the pointer first wins.
            self._point_to(self.new(), replace=False)
            return self._root / self._pointer.read_text(encoding="utf-8")

    def new(self) -> Path:
        """Return a new empty folder that nobody is pointed to yet."""
        folder = self._root / f"{PREFIX}-{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        return folder

    def make_current(self, folder: Path) -> None:
        """Point readers to a folder, at once and for good."""
        self._point_to(folder, replace=True)

    def state(self) -> tuple[int, int]:
        """Return what changes whenever the pointer is replaced; two system calls at most."""
        status = self._pointer.stat()
        return status.st_ino, status.st_mtime_ns

    def discard(self, folder: Path) -> None:
        """Remove a folder; processes that still read it keep what they have opened."""
        shutil.rmtree(folder, ignore_errors=True)

    def discard_abandoned(self) -> None:
        """Remove what rebuilds that were cut off left behind; nobody else may be rebuilding."""
        current = self.current()
        for folder in self._root.glob(f"{PREFIX}-*"):
            if folder != current and folder.is_dir():
                self.discard(folder)

    def _point_to(self, folder: Path, *, replace: bool) -> None:
        draft = self._root / f".{folder.name}"
        with draft.open("w", encoding="utf-8") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())  # A pointer must not outlive a crash empty.
        if replace:
            draft.replace(self._pointer)
            return
        try:
            os.link(draft, self._pointer)
        except FileExistsError:
            self.discard(folder)
        finally:
            draft.unlink()
