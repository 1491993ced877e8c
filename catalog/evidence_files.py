"""Where the files of evidence are: outside the database, under their hash, never executed."""

from __future__ import annotations

import hashlib
import mmap
import os
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO

import msgspec
import puremagic

from catalog.errors import EvidenceRefusedError
from catalog.rules.file_kinds import FileFlaw, FileKind, is_heic, kind_of

EVIDENCE = "evidence"
"""The folder of evidence, in the data folder."""

MEGABYTE = 1 << 20
_PIECE = 1 << 18
_HASH = re.compile(r"[0-9a-f]{64}")
_HEAD = 2048
_REASONS = {
    FileFlaw.EMPTY: ("文件是空的", "the file is empty"),
    FileFlaw.TOO_LARGE: (
        "文件超过 {limit} MB，请压缩扫描件或分成几个文件",
        "it is larger than {limit} MB; scan it at a lower resolution or split it",
    ),
    FileFlaw.OTHER_KIND: (
        "只收 PDF、PNG、JPEG 和 WebP 文件，而这个文件的内容是：{seen_zh}",
        "only PDF, PNG, JPEG and WebP files are kept, and by its content this is: {seen_en}",
    ),
    FileFlaw.BROKEN: (
        "文件不完整或已损坏，请重新导出或扫描后再上传",
        "it is damaged or not complete; export or scan it again",
    ),
    FileFlaw.TWO_KINDS: (
        "文件里还藏有另一种文件（压缩包、网页或文档），请只上传原始扫描件",
        "it hides another file (an archive, a web page or a document); hand in the plain scan",
    ),
}

HEIC = (
    "这是 HEIC 格式的照片，请在手机的“设置 - 相机 - 格式”里选“兼容性最佳”后再拍，或把照片截一张屏",
    "this is a HEIC photo; choose “Most Compatible” in the phone’s Settings - Camera - Formats and"
    " take it again, or take a screenshot of it",
)
"""What to do about a photo that few programs can read, in Chinese and English."""


class Taken(msgspec.Struct, frozen=True):
    """A file that the folder holds now: the SHA-256 of its bytes, how many, and what they are."""

    sha256: str
    size: int
    kind: FileKind


class FileState(StrEnum):
    """Whether a kept file is still what was handed in."""

    WHOLE = "whole"
    MISSING = "missing"
    ALTERED = "altered"


class EvidenceFolder:
    """A folder of files that only the server's own user may read; each is written once.

    Nothing in it has a name that a person chose, or an ending, or may be executed.
    """

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def take(self, stream: BinaryIO) -> Taken:
        """Keep what the stream gives; the same bytes are kept once, and mend an altered file.

        Raises:
            EvidenceRefusedError: It is empty, too large, broken, or no kind of evidence.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Only its owner may read or write such a file, and nobody may execute it.
        with NamedTemporaryFile(dir=self.folder, prefix="new-", delete=False) as file:
            path = Path(file.name)
            try:
                taken = self._written(stream, file)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                path.unlink()
                raise
        place = self._path(taken.sha256)
        place.parent.mkdir(exist_ok=True, mode=0o700)
        # The name is only taken when every byte is there: nobody ever sees half a file.
        os.replace(path, place)
        return taken

    def state(self, sha256: str) -> FileState:
        """Return whether the file of this hash is there and still has it."""
        try:
            with self._path(sha256).open("rb") as file:
                is_whole = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return FileState.MISSING
        return FileState.WHOLE if is_whole else FileState.ALTERED

    def open(self, sha256: str) -> tuple[FileState, BinaryIO | None]:
        """Return the file of this hash if it still has it, opened at its beginning.

        The bytes that are compared and those that are read come from one opening.
        """
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError:
            return FileState.MISSING, None
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            file.close()
            return FileState.ALTERED, None
        file.seek(0)
        return FileState.WHOLE, file

    def kept(self) -> Iterator[str]:
        """Yield the names of all kept files, in order: their hashes, as they were."""
        for path in sorted(self.folder.glob("??/*")):
            if _HASH.fullmatch(path.name):
                yield path.name

    def _written(self, stream: BinaryIO, file: IO[bytes]) -> Taken:
        digest, size = hashlib.sha256(), 0
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > self.max_bytes:
                raise self._refused(FileFlaw.TOO_LARGE, b"")
            digest.update(piece)
            file.write(piece)
        if not size:
            raise self._refused(FileFlaw.EMPTY, b"")
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = kind_of(data)
            head = data[:_HEAD]
        if isinstance(found, FileFlaw):
            raise self._refused(found, head)
        return Taken(digest.hexdigest(), size, found)

    def _refused(self, flaw: FileFlaw, head: bytes) -> EvidenceRefusedError:
        seen = _seen(head) if flaw is FileFlaw.OTHER_KIND else None
        facts = {
            "limit": self.max_bytes // MEGABYTE,
            "seen_zh": seen or "认不出的内容",
            "seen_en": seen or "nothing that is known",
        }
        zh, en = HEIC if flaw is FileFlaw.OTHER_KIND and is_heic(head) else _REASONS[flaw]
        return EvidenceRefusedError(
            flaw=flaw.value, reason_zh=zh.format(**facts), reason_en=en.format(**facts)
        )

    def _path(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        return self.folder / sha256[:2] / sha256


def _seen(head: bytes) -> str | None:
    """Return what a file of another kind seems to be, in the words of the trade."""
    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        return None
    return found[0].name if found else None
