"""The files that were handed in, kept as they came under the hash of their bytes."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from importers.issues import refusal
from importers.source import Limits, SourceFile

FILES = "files"
"""The folder of the kept files, in the data folder."""

_CHUNK = 1 << 20
_MEGABYTE = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")


class FileStore:
    """A folder of files; each is written once and never changed."""

    def __init__(self, folder: Path, *, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()

    def keep(self, stream: BinaryIO, *, name: str) -> str:
        """Keep what the stream gives and return its hash; the same bytes are kept once.

        Raises:
            ImportRefusedError: It is empty, or larger than the limit.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with NamedTemporaryFile(dir=self.folder, prefix="new-", delete=False) as file:
            path = Path(file.name)
            try:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > self.limits.max_bytes:
                        raise self._too_large(name, size)
                    digest.update(chunk)
                    file.write(chunk)
                if not size:
                    raise refusal("file-empty", name=name)
            except BaseException:
                path.unlink()
                raise
        sha256 = digest.hexdigest()
        # The name is only taken when every byte is there: nobody ever sees half a file.
        os.replace(path, self._path(sha256))
        return sha256

    def find(self, sha256: str, *, name: str) -> SourceFile | None:
        """Return the file with this hash, under the name that it had, if it is kept."""
        if not _HASH.fullmatch(sha256):
            return None
        path = self._path(sha256)
        return SourceFile(name, path, limits=self.limits) if path.is_file() else None

    def kept(self) -> list[Path]:
        """Return where each kept file is, in order of hash."""
        return sorted(path for path in self.folder.glob("*") if _HASH.fullmatch(path.name))

    def remove(self, sha256: str) -> None:
        """Remove a kept file, what a first look at it told, and whose it is."""
        self._path(sha256).unlink(missing_ok=True)
        self._owners(sha256).unlink(missing_ok=True)
        self.sheet(sha256).unlink(missing_ok=True)

    def sheet(self, sha256: str) -> Path:
        """Return where that is kept which a first look at a file told."""
        return self.folder / f"{sha256}.json"

    def give(self, sha256: str, organisation: str) -> None:
        """Take note that an organisation handed the file in; several may, the same bytes."""
        with self._owners(sha256).open("a", encoding="utf-8") as file:
            file.write(f"{organisation}\n")

    def is_of(self, sha256: str, organisation: str | None) -> bool:
        """Tell whether the organisation handed the file in."""
        path = self._owners(sha256)
        if organisation is None or not path.is_file():
            return False
        return organisation in path.read_text(encoding="utf-8").splitlines()

    def _owners(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.owners"

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256

    def _too_large(self, name: str, size: int) -> Exception:
        return refusal(
            "file-too-large",
            name=name,
            size=str(-(-size // _MEGABYTE)),
            limit=str(self.limits.max_bytes // _MEGABYTE),
        )
