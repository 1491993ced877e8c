"""A first look at a file: what it is, how that is known, and how it begins."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Kind, Record
from catalog.rules.terms import BillStage
from importers.formats import format_of
from importers.issues import issue_of
from importers.lookups import Lookups
from importers.reader import read_batches, recognise
from importers.remarks import without_remarks
from importers.source import Placement, SourceFile
from importers.table.read import sheets_of

_ROWS = 12
_CELL = 120
_FIRST_BATCH = 50
_NEEDED = "placement-needed"
# Tables whose columns a person can name.
_MAPPABLE = frozenset({"unknown-table", "missing-column"})
_PLACED = frozenset(Placement.__struct_fields__)
_SOMEWHERE = Placement(
    project="-",
    building="-",
    stage=BillStage.DESIGN,
    note_number="-",
    delivered_on=dt.date(2000, 1, 1),
)


class FormatText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a form of file is called, and by what it was recognised."""

    name_zh: str
    name_en: str
    mark_zh: str
    mark_en: str


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """What a first look at a file tells; ``refusal`` says why it cannot be imported as it is.

    ``rows`` are the first as they are written, of a table only; ``records`` what was made of the
    first, field by field.
    """

    name: str
    size: int
    format: str | None = None
    kind: Kind | None = None
    asks_placement: bool = False
    needs_placement: bool = False
    needs_mapping: bool = False
    sheet: str | None = None
    rows: list[list[str]] = []
    records: list[dict[str, str]] = []
    refusal: Issue | None = None


@cache
def format_texts() -> Mapping[str, FormatText]:
    """Return the words for every form of file, by its key."""
    path = resources.files("importers") / "lookups" / "formats.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, FormatText])


def inspect(source: SourceFile, lookups: Lookups) -> Inspection:
    """Look at a file without taking anything in."""
    found = Inspection(name=source.name, size=source.size)
    try:
        form = format_of(without_remarks(source))
        found = msgspec.structs.replace(
            found,
            kind=recognise(source),
            format=form.key if form else "table",
            asks_placement=form is not None and form.takes_placement,
        )
        found = _with_first_rows(found, source)
        try:
            records = _first_records(source, lookups, None)
        except ImportRefusedError as error:
            if issue_of(error).code != _NEEDED:
                raise
            found = msgspec.structs.replace(found, asks_placement=True, needs_placement=True)
            records = _first_records(source, lookups, _SOMEWHERE)
    except ImportRefusedError as error:
        found = _with_first_rows(found, source)
        issue = issue_of(error)
        return msgspec.structs.replace(found, refusal=issue, needs_mapping=issue.code in _MAPPABLE)
    shown = [_shown(record) for record in records]
    if found.needs_placement:
        # What nobody has said yet is not shown as if the file said it.
        shown = [{k: v for k, v in each.items() if k not in _PLACED} for each in shown]
    return msgspec.structs.replace(found, records=shown)


def _with_first_rows(found: Inspection, source: SourceFile) -> Inspection:
    if found.rows or found.format not in (None, "table"):
        return found
    try:
        sheets = sheets_of(without_remarks(source))
    except ImportRefusedError:
        return found
    for sheet in sheets:
        rows = [[cell[:_CELL] for cell in row] for row in sheet.preview()[:_ROWS]]
        if any(rows):
            return msgspec.structs.replace(found, sheet=sheet.name, rows=rows)
    return found


def _first_records(
    source: SourceFile, lookups: Lookups, placement: Placement | None
) -> list[Record]:
    """Return what the first rows bring; a reader may have to look far for them."""
    for outcome in read_batches(source, lookups, placement=placement, batch_rows=_FIRST_BATCH):
        if outcome.records:
            return outcome.records[:_ROWS]
    return []


def _shown(record: Record) -> dict[str, str]:
    """Return the fields that say something, those of parts after their part's name."""
    shown: dict[str, str] = {}
    _show(shown, "", msgspec.to_builtins(record))
    return {name: text for name, text in shown.items() if name not in ("row", "sheet")}


def _show(shown: dict[str, str], name: str, value: object) -> None:
    if isinstance(value, dict):
        for key, part in value.items():
            _show(shown, f"{name}.{key}" if name else str(key), part)
    elif isinstance(value, list | tuple):
        simple = [str(part) for part in value if not isinstance(part, dict | list | tuple)]
        if simple:
            shown[name] = "、".join(simple)[:_CELL]
        elif value:
            shown[name] = f"{len(value)} ×"
    elif value is not None and name != "document":
        shown[name] = str(value)[:_CELL]
