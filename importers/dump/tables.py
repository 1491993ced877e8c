"""Write a table of the open data as CSV, JSON Lines and Parquet, piece by piece."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import polars as pl

CSV, JSON_LINES, PARQUET = "csv", "jsonl", "parquet"
FORMS: Mapping[str, str] = {
    CSV: "text/csv; charset=utf-8",
    JSON_LINES: "application/x-ndjson",
    PARQUET: "application/vnd.apache.parquet",
}
"""The forms of a table, and the media type of each."""

# A spreadsheet program would run a cell that begins so; one more apostrophe is taken off again.
_RUNS = r"^[=+\-@\t\r']"
_MOMENT = pl.Datetime("us", "UTC")
_TYPES: Mapping[type, Any] = {
    str: pl.String,
    int: pl.Int64,
    bool: pl.Boolean,
    dt.date: pl.Date,
    dt.datetime: _MOMENT,
}


def write_table(
    folder: Path,
    name: str,
    columns: Mapping[str, type],
    pieces: Iterable[Sequence[tuple[Any, ...]]],
) -> int:
    """Write all forms of a table to a folder; return how many rows it has.

    In CSV and JSON Lines moments are ISO 8601 in UTC. In CSV an unknown value is an empty cell,
    in the others null; never zero.
    """
    schema = {column: _TYPES[kind] for column, kind in columns.items()}
    frames: list[pl.DataFrame] = []
    with (folder / f"{name}.csv").open("wb") as csv, (folder / f"{name}.jsonl").open("wb") as lines:
        for piece in pieces:
            frame = pl.DataFrame([_plain(row) for row in piece], schema=schema, orient="row")
            shown = frame.with_columns(
                pl.col(_MOMENT).dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            )
            is_first = not frames
            _harmless(shown).write_csv(csv, include_header=is_first, include_bom=is_first)
            shown.write_ndjson(lines)
            frames.append(frame)
        if not frames:
            pl.DataFrame(schema=schema).write_csv(csv, include_bom=True)
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=schema)
    whole.write_parquet(folder / f"{name}.parquet", compression="zstd")
    return whole.height


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.value if isinstance(value, StrEnum) else value for value in row)


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(_RUNS)).then(pl.lit("'") + text).otherwise(text).name.keep()
    )
