"""Models in IFC: how fast they are taken off, and every quantity against IfcOpenShell's own."""

from __future__ import annotations

import resource
import time
from decimal import Decimal
from pathlib import Path

import ifcopenshell
import ifcopenshell.util.element
import ifcopenshell.util.unit

from benchmarks.report import show
from importers.ifc import read_ifc
from importers.ifc.figures import Figures
from importers.ifc.model import Model, is_wanted
from importers.ifc.notes import Notes
from importers.ifc.step import read_step
from importers.ifc.units import Units
from importers.ifc.words import words
from importers.lookups import Lookups
from importers.source import Placement, SourceFile

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "ifc"
_ALLOWED_SECONDS = 15
_WALLS = 9_000
_NOISE = Decimal("1e-9")


def written_model() -> bytes:
    """Return a model of some 4 MB in which every statement counts."""
    lines = [
        "ISO-10303-21;", "HEADER;", "FILE_SCHEMA(('IFC4'));", "ENDSEC;", "DATA;",
        "#1=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.);",
        "#2=IFCSIUNIT(*,.VOLUMEUNIT.,$,.CUBIC_METRE.);",
        "#3=IFCSIUNIT(*,.AREAUNIT.,$,.SQUARE_METRE.);",
        "#4=IFCUNITASSIGNMENT((#1,#2,#3));", "#5=IFCMATERIAL('C30',$,$);",
    ]  # fmt: skip
    for place in range(_WALLS):
        n = 10 + 10 * place
        lines += [
            f"#{n}=IFCWALL('{n:022}',$,'\\X2\\5899\\X0\\:{place % 50}:{n + 300000}',"
            f"$,$,$,$,'{n}');",
            f"#{n + 1}=IFCELEMENTQUANTITY('{n + 1:022}',$,'Qto_WallBaseQuantities',$,$,"
            f"(#{n + 2},#{n + 3},#{n + 4}));",
            f"#{n + 2}=IFCQUANTITYLENGTH('Width',$,$,200.,$);",
            f"#{n + 3}=IFCQUANTITYAREA('GrossSideArea',$,$,12.5,$);",
            f"#{n + 4}=IFCQUANTITYVOLUME('NetVolume',$,$,2.25,$);",
            f"#{n + 5}=IFCRELDEFINESBYPROPERTIES('{n + 5:022}',$,$,$,(#{n}),#{n + 1});",
            f"#{n + 6}=IFCRELASSOCIATESMATERIAL('{n + 6:022}',$,$,$,(#{n}),#5);",
        ]
    return "\n".join([*lines, "ENDSEC;", "END-ISO-10303-21;", ""]).encode()


def timed(name: str, content: bytes) -> list[object]:
    """Take a model off, and return what it cost."""
    start = time.process_time()
    place = Placement(project="SYN-1", building="1#")
    outcomes = list(read_ifc(SourceFile(name, content), Lookups.from_seed(), placement=place))
    seconds = time.process_time() - start
    lines = sum(len(outcome.records) for outcome in outcomes)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [name, len(content) / 1e6, lines, seconds, f"≤ {_ALLOWED_SECONDS}", memory]


def compared(path: Path) -> list[object]:
    """Compare every figure that we read of a model with IfcOpenShell's."""
    model = Model(read_step(path.read_bytes(), is_wanted))
    figures = Figures(model, Units(model.instances))
    theirs = ifcopenshell.open(str(path))
    equal, different, twice = 0, 0, 0
    for element in model.elements.values():
        sets = ifcopenshell.util.element.get_psets(theirs.by_id(element.number), qtos_only=True)
        for same in figures.of(element, Notes()).values():
            for ours in same:
                factor = _factor(theirs, ours.measure)
                values = [each[ours.written] for each in sets.values() if ours.written in each]
                gaps = [abs(Decimal(repr(value)) * factor - ours.value) for value in values]
                is_equal = any(gap <= _NOISE * ours.value for gap in gaps)
                equal += is_equal
                twice += not is_equal and len(same) > 1
                different += not is_equal and len(same) == 1
    return [path.name, len(model.elements), equal, twice, different]


def _factor(model: ifcopenshell.file, measure: str) -> Decimal:
    kind = words().kinds[measure]
    unit = ifcopenshell.util.unit.get_project_unit(model, kind.unit)
    if unit is None:
        return Decimal(1)
    scale = ifcopenshell.util.unit.calculate_unit_scale(model, kind.unit)
    return Decimal(repr(scale)).scaleb(kind.scale if measure == "mass" else 0)


def main() -> None:
    """Measure and print."""
    real = sorted(FOLDER.glob("*.ifc"))
    rows = [timed("written, 9,000 walls", written_model())]
    rows += [timed(path.name, path.read_bytes()) for path in real]
    columns = ["model", "MB", "lines", "processor s", "allowed s", "peak MB"]
    show("IFC take-off: seconds and memory", columns, rows)
    columns = ["model", "elements", "equal", "stated twice, theirs is the last", "different"]
    show("IFC quantities: against IfcOpenShell", columns, [compared(path) for path in real])
