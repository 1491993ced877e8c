"""Write deliveries as Parquet files by division and year, for analysis outside the database."""

from __future__ import annotations

import errno
import glob
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
from sqlalchemy import Connection

from catalog.repositories import frames


def write_snapshot(
    connection: Connection, folder: Path, *, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Write ``division=…/year=…/part-….parquet`` below the folder; return the number of rows.

    The folder must not hold a snapshot already: two would be counted as one.

    Raises:
        FileExistsError: The folder is not empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    parts: Counter[tuple[object, ...]] = Counter()
    done = 0
    for frame in frames.delivery_facts(connection):
        for key, part in frame.partition_by("division", "year", as_dict=True).items():
            place = folder / f"division={key[0]}" / f"year={key[1]}"
            place.mkdir(parents=True, exist_ok=True)
            part.write_parquet(place / f"part-{parts[key]:05}.parquet", compression="lz4")
            parts[key] += 1
        done += frame.height
        progress(done)
    return done


def snapshot_files(folder: str, *, division: str | None = None, year: int | None = None) -> str:
    """Return the pattern of a snapshot's files, of one division or year if it is named.

    A folder is a path here, or an address that the engine can open (``s3://…``).

    Raises:
        FileNotFoundError: The folder is here and has no such file.
    """
    is_here = "://" not in folder
    # Whole, because the processes of a cluster work in folders of their own.
    place = glob.escape(str(Path(folder).resolve())) if is_here else folder.rstrip("/")
    pattern = f"{place}/division={division or '*'}/year={year or '*'}/*.parquet"
    if is_here and not glob.glob(pattern):
        raise FileNotFoundError(errno.ENOENT, "no such part of a snapshot", pattern)
    return pattern


def read_snapshot(files: str) -> pl.LazyFrame:
    """Return the facts of a snapshot's files, lazily."""
    return pl.scan_parquet(files, hive_partitioning=False)
