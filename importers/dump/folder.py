"""The folder of dumps: what lies in it, and what is to be sent of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from catalog.views.open_data import FORMAT, Dump, DumpFile

FOLDER = "open-data"
"""The folder's name inside the data folder."""
MANIFEST = "manifest.json"
LATEST = "latest"
UNFINISHED = ".unfinished-"


def dumps(folder: Path) -> list[Dump]:
    """Return the dumps that are whole, the latest first."""
    found = []
    for place in sorted(folder.glob(f"*/{MANIFEST}"), reverse=True):
        if not place.parent.name.startswith("."):
            try:
                dump = msgspec.json.decode(place.read_bytes(), type=Dump)
            except (msgspec.DecodeError, OSError):  # Of another version, or dropped just now.
                continue
            if dump.format == FORMAT and dump.key == place.parent.name:
                found.append(dump)
    return found


def find_dump(folder: Path, key: str) -> Dump | None:
    """Return the dump of this key, or the latest; None if there is none."""
    return next((dump for dump in dumps(folder) if key in (LATEST, dump.key)), None)


def find_file(dump: Dump, name: str) -> DumpFile | None:
    """Return a file of a dump by its name."""
    return next((file for file in dump.files if file.name == name), None)


def place_of(folder: Path, dump: Dump, name: str) -> Path:
    """Return where a file of a dump lies; the name is one that the dump itself states."""
    return folder / dump.key / name


def drop_old(folder: Path, *, keep: int) -> list[str]:
    """Drop all dumps but the last ones; return the keys of those that are gone."""
    gone = [dump.key for dump in dumps(folder)[keep:]]
    for key in gone:
        shutil.rmtree(folder / key, ignore_errors=True)
    return gone
