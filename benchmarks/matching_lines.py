"""Lines whose kind is known: real ones labelled by hand, and the demo's, their words disturbed."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.search_slips import SHAPES
from benchmarks.search_synonyms import SYNONYMS
from catalog.records import BillLineRecord, ProductRecord
from catalog.rules.matching_text import signature
from catalog.rules.terms import BillStage
from catalog.views.matching import LineSort, LineView
from importers.bill import is_tender, read_bill_table, read_tender
from importers.lookups import Lookups
from importers.source import Placement, SourceFile
from seed_data import demo

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "boq"
_LABELS = Path(__file__).with_name("matching_labels.toml")
_TODAY = dt.date(2026, 6, 1)
_PROJECTS = 60
# What the demo's lines without a category are.
_NO_CATEGORY = {
    "挖一般土方": "not-material",
    "综合脚手架": "not-material",
    "安全文明施工费": "not-material",
    "现浇构件钢筋": "outside-catalogue",
    "钢质防火门": "outside-catalogue",
}
_LOOSE = ("建筑用", "建筑", "安装", "一般", "（", "墙面", "普通")


class Labelled(NamedTuple):
    """A line and the kinds that it may rightly be called."""

    line: LineView
    kinds: tuple[str, ...]
    place: str | None = None


def a_line(number: int, name: str, unit: str, **stated: str | None) -> LineView:
    """Return a line of a bill that states no more than its words."""
    specification = stated.get("specification")
    return LineView(
        sort=LineSort.BILL_LINE,
        id=number,
        number=str(number),
        item_code=stated.get("item_code"),
        name=name,
        specification=specification,
        unit=unit,
        quantity=Decimal(1),
        supplier=stated.get("supplier"),
        category=None,
        place=None,
        product=None,
        signature=signature(name, specification, unit),
    )


def real_lines() -> dict[str, list[Labelled]]:
    """Return the lines of the bills in the test data, by the name of their table of labels."""
    lookups = Lookups.from_seed()
    found = {}
    for name, table in tomllib.loads(_LABELS.read_text("utf-8")).items():
        source = SourceFile(table["file"], FOLDER / table["file"])
        placement = Placement(
            project="P",
            building="1",
            stage=BillStage.DESIGN,
            of_materials=table.get("of_materials", False),
        )
        reader = read_tender if is_tender(source) else read_bill_table
        records = [
            record
            for outcome in reader(source, lookups, placement=placement)
            for record in outcome.records
            if isinstance(record, BillLineRecord)
        ]
        lines = [_of_record(number, record) for number, record in enumerate(records)]
        found[name] = [
            Labelled(line, tuple(kinds.split()))
            for line, kinds in zip(lines, table["lines"], strict=True)
        ]
    return found


def demo_lines(seed: int) -> list[Labelled]:
    """Return the distinct lines of the demo's bills, without their category and product."""
    pool = demo.ProductPool(seed, 3_000)
    seen: dict[tuple[str | None, ...], Labelled] = {}
    for record in demo.generate_lines(seed, _PROJECTS, pool, _TODAY):
        key = (record.name, record.specification, record.unit, record.item_code)
        kind = record.category or _NO_CATEGORY[record.name]
        seen.setdefault(key, Labelled(_of_record(len(seen), record), (kind,), record.place))
    return list(seen.values())


def product_lines(seed: int, count: int) -> Iterator[tuple[LineView, ProductRecord]]:
    """Yield lines of a material list that mean a product: its name and model, and who sells it."""
    for number, product in enumerate(demo.generate_products(seed, count)):
        line = a_line(
            number,
            product.name,
            "m2",
            specification=product.model,
            supplier=product.company.name,
        )
        yield line, product


def _of_record(number: int, record: BillLineRecord) -> LineView:
    return a_line(
        number,
        record.name,
        record.unit,
        specification=record.specification,
        item_code=record.item_code,
    )


def without_code(line: LineView, draw: Random) -> LineView:
    """Return the line as a list of materials has it, without an item code."""
    return _changed(line, line.name, line.specification, None)


def without_details(line: LineView, draw: Random) -> LineView:
    """Return the line with its name alone, neither code nor specification."""
    return _changed(line, line.name, None, None)


def in_site_words(line: LineView, draw: Random) -> LineView:
    """Return the line as people on site say it, where they have a word of their own."""
    name, details = line.name, line.specification or ""
    for synonym in SYNONYMS:
        for means in synonym.means:
            name, details = (text.replace(means, synonym.said) for text in (name, details))
    return _changed(line, name, details or None, None)


def with_a_slip(line: LineView, draw: Random) -> LineView:
    """Return the line with one character of its name wrong, missing, or swapped with the next."""
    name, at = line.name, draw.randrange(len(line.name))
    match draw.randrange(3):
        case 0:
            name = name[:at] + SHAPES.get(name[at], draw.choice("的了一是")) + name[at + 1 :]
        case 1 if len(name) > 2:
            name = name[:at] + name[at + 1 :]
        case _:
            name = name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
    return _changed(line, name, line.specification, None)


def shortened(line: LineView, draw: Random) -> LineView:
    """Return the line with its name cut short, as in a column that is too narrow."""
    name = line.name
    for word in _LOOSE:
        name = name.split("（")[0] if word == "（" else name.replace(word, "")
    return _changed(line, name[: max(3, len(name) - 1)] or line.name, line.specification, None)


def _changed(
    line: LineView, name: str, specification: str | None, item_code: str | None
) -> LineView:
    return a_line(line.id, name, line.unit, specification=specification, item_code=item_code)


DISTURBANCES: dict[str, Callable[[LineView, Random], LineView]] = {
    "without code": without_code,
    "name alone": without_details,
    "site words, no code": in_site_words,
    "a slip, no code": with_a_slip,
    "cut short, no code": shortened,
}
