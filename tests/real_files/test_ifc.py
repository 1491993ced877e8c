"""The real models that others published, where they are at hand.

The figures are those that IfcOpenShell reads from the same files; benchmarks/ifc.py compares them
one by one.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from catalog.records import BillLineRecord, Issue, Severity
from importers.ifc import is_ifc, read_ifc
from importers.lookups import Lookups
from importers.source import Placement, SourceFile
from tests.importers.lists import bill_lines, found_in

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "ifc"
PLACE = Placement(project="P-1", building="1#")


def read_real(name: str, lookups: Lookups) -> tuple[list[BillLineRecord], list[Issue]]:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the real models are not here: {path}")
    source = SourceFile(path.name, path)
    assert is_ifc(source)
    records, issues = found_in(source, read_ifc, lookups, PLACE)
    return bill_lines(records), issues


def summary(issues: list[Issue]) -> tuple[int, ...]:
    (facts,) = [issue.facts for issue in issues if issue.code == "ifc-summary"]
    names = ("elements", "counted", "lines", "by_parts", "in_wholes", "kept_out", "others")
    return tuple(int(facts[name]) for name in names)


def line(lines: list[BillLineRecord], name: str) -> tuple[Decimal, str]:
    (found,) = [each for each in lines if each.name == name]
    return found.quantity, found.unit


def test_the_slab_of_11346_cubic_metres_stays_out_with_both_figures(lookups: Lookups) -> None:
    lines, issues = read_real("TestModel_IFC4Add2.ifc", lookups)
    (slab,) = [i for i in issues if i.code == "ifc-kept-out" and i.column == "GrossVolume"]
    assert (slab.severity, slab.value) == (Severity.ERROR, "Floor:常规 - 150mm")
    assert slab.facts["stated"] == "11346 m3" and slab.facts["times"] == "1000"
    assert slab.facts["path"] == "GrossArea 75.64 m2 × Width 0.15 m"
    assert slab.facts["found"] == "11.346 m3"
    assert line(lines, "Basic Wall:常规 - 200mm") == (Decimal("55.43718"), "m3")
    # The other slab states an area only: its volume is that of its layer.
    assert line(lines, "Floor:常规 - 150mm") == (Decimal("11.346"), "m3")
    assert line(lines, "Railing:900mm 圆管") == (Decimal("12.983222"), "m")
    assert summary(issues) == (21, 16, 5, 1, 0, 4, 16)


def test_the_walls_of_the_tower_come_in_by_the_volume_that_fits(lookups: Lookups) -> None:
    lines, issues = read_real("TallBuilding.ifc", lookups)
    assert line(lines, "Basic Wall:Outside wall") == (Decimal("92.998516"), "m3")
    assert line(lines, "Floor:Generic 150mm") == (Decimal("38.424"), "m3")
    assert line(lines, "M_Fixed:0915 x 1830mm") == (Decimal(21), "piece")
    slabs = [i for i in issues if i.code == "ifc-figure-doubted" and i.column == "GrossVolume"]
    assert [issue.facts["times"] for issue in slabs] == ["1000", "1000"]
    assert summary(issues) == (56, 55, 8, 1, 0, 0, 36)


def test_the_house_states_what_the_standard_asks_for(lookups: Lookups) -> None:
    lines, issues = read_real("KIT_FZK-Haus_pavithv.ifc", lookups)
    assert line(lines, "Leichtbeton 102890359 300") == (Decimal("41.348411"), "m3")
    assert line(lines, "Stahlbeton 65690 200") == (Decimal(24), "m3")
    assert line(lines, "Sparren") == (Decimal("3.414218"), "m3")
    assert line(lines, "IFC Fenster - zwei Panele - Vertikal") == (Decimal("21.6"), "m2")
    assert summary(issues) == (82, 80, 15, 0, 0, 2, 45)


def test_nothing_is_guessed_of_layers_without_quantities(lookups: Lookups) -> None:
    lines, issues = read_real("Ifc2x3_Duplex_Architecture.ifc", lookups)
    assert {each.unit for each in lines} == {"piece"}
    assert line(lines, "M_Fixed:750mm x 2200mm:750mm x 2200mm") == (Decimal(4), "piece")
    kept_out = sum(int(i.facts["count"]) for i in issues if i.code == "ifc-no-quantity")
    assert summary(issues) == (218, 99, 23, 3, 0, kept_out, 77)


def test_blocks_come_by_length_where_only_a_length_unit_is_declared(lookups: Lookups) -> None:
    lines, issues = read_real("XELLA-Begane grond.ifc", lookups)
    assert {each.unit for each in lines} == {"m"}
    block = next(each for each in lines if each.name == "300x643x897")
    assert block.quantity == Decimal("96.876")  # 108 blocks of 897 mm.
    assert summary(issues) == (787, 628, 113, 37, 0, 122, 3)
