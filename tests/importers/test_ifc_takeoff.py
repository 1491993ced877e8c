"""Taking models off: what is stated, in its own unit, once, and never guessed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.errors import ImportRefusedError
from catalog.records import BillLineRecord, Issue, Record, Severity
from catalog.rules.terms import BillStage
from importers.ifc import is_ifc, read_ifc
from importers.ifc.words import words
from importers.lookups import Lookups
from importers.source import Limits, Placement, SourceFile
from tests.builders import a_project, bring
from tests.importers.lists import bill_lines, found_in
from tests.importers.models import METRES, MILLIMETRES, element, made_of, model, parts_of, stated

PLACE = Placement(project="P-1", building="1#")
CONCRETE = "#50=IFCMATERIAL('C30',$,$);"
LAYERS = (
    "#50=IFCMATERIAL('Brick',$,$);",
    "#51=IFCMATERIAL('Wool',$,$);",
    "#52=IFCMATERIALLAYER(#50,{},$,$,$,$,$);",
    "#53=IFCMATERIALLAYER(#51,{},.F.,$,$,$,$);",
    "#54=IFCMATERIALLAYER($,0.02,.T.,$,$,$,$);",
    "#55=IFCMATERIALLAYERSET((#52,#54,#53),'Wall',$);",
    "#56=IFCMATERIALLAYERSETUSAGE(#55,.AXIS2.,.POSITIVE.,0.,$);",
)


def take_off(content: bytes, lookups: Lookups) -> tuple[list[BillLineRecord], list[Issue]]:
    assert is_ifc(SourceFile("model", content))
    records, issues = found_in(content, read_ifc, lookups, PLACE)
    return bill_lines(records), issues


def amounts(lines: list[BillLineRecord]) -> list[tuple[str, Decimal, str]]:
    return [(line.name, line.quantity, line.unit) for line in lines]


def one(issues: list[Issue], code: str) -> Issue:
    (found,) = [issue for issue in issues if issue.code == code]
    return found


def codes(issues: list[Issue]) -> set[str]:
    return {issue.code for issue in issues}


def test_adds_alike_elements_of_one_material_to_one_line(lookups: Lookups) -> None:
    content = model(
        element(10, "Wall:Concrete:310001"), element(11, "Wall:Concrete:310002"),
        element(12, "Wall:Other:310003"), CONCRETE, made_of(60, 50, 10, 11, 12),
        *stated(20, 10, 12, volume_NetVolume="1.5", length_Perimeter="9."),
        *stated(30, 11, volume_NetVolume="0.1"),
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert amounts(lines) == [
        ("Wall:Concrete", Decimal("1.6"), "m3"), ("Wall:Other", Decimal("1.5"), "m3")
    ]  # fmt: skip
    assert lines[0].specification == "C30; IFCWALL; 2 × 10, 11"
    assert (lines[0].row, lines[0].stage, lines[0].building) == (14, BillStage.DESIGN, "1#")
    assert codes(issues) == {"ifc-summary", "ifc-quantities-not-used"}
    assert one(issues, "ifc-quantities-not-used").facts == {"count": "2", "names": "Perimeter"}


def test_a_line_keeps_its_number_when_the_model_comes_again(lookups: Lookups) -> None:
    wall = (element(10, "W"), *stated(20, 10, volume_NetVolume="1."))
    before, _ = take_off(model(*wall), lookups)
    after, _ = take_off(model(element(9, "A", "DOOR"), *wall), lookups)
    assert before[0].line_number in [line.line_number for line in after]


def test_the_same_model_twice_changes_nothing(database: Database, lookups: Lookups) -> None:
    bring(database, [a_project()])
    content = model(
        element(10, "W"), *stated(20, 10, volume_NetVolume="1."), element(11, "W", "DOOR")
    )
    first = bring(database, take_off(content, lookups)[0])
    assert (first.created, first.refused) == (2, 0)
    again = bring(database, take_off(content, lookups)[0])
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)


def test_a_second_model_of_a_building_does_not_replace_the_first(
    database: Database, lookups: Lookups
) -> None:
    bring(database, [a_project()])
    for identifier, volume in (("architecture", "1."), ("structure", "2.")):
        units = (*METRES[:5], f"#6=IFCPROJECT('{identifier}',$,'P',$,$,$,$,$,#5);")
        wall = (element(10, "W"), *stated(20, 10, volume_NetVolume=volume))
        receipt = bring(database, take_off(model(*wall, units=units), lookups)[0])
        assert (receipt.created, receipt.changed) == (1, 0)


def test_reads_each_quantity_in_its_unit(lookups: Lookups) -> None:
    content = model(
        element(10, "R", "RAILING"), *stated(20, 10, length_Length="6500."),
        element(11, "W"), *stated(30, 11, volume_NetVolume="9.36"),
        "#40=IFCSIUNIT(*,.VOLUMEUNIT.,.DECI.,.CUBIC_METRE.);",
        element(12, "X"), *stated(70, 12, unit=40, volume_NetVolume="2500."),
        units=MILLIMETRES,
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert amounts(lines) == [
        ("R", Decimal("6.5"), "m"), ("W", Decimal("9.36"), "m3"), ("X", Decimal("2.5"), "m3")
    ]  # fmt: skip
    assert [i.facts["factor"] for i in issues if i.code == "ifc-converted"] == ["0.001", "0.001"]


def test_reads_feet_and_pounds(lookups: Lookups) -> None:
    units = (
        *METRES[:4],
        "#5=IFCUNITASSIGNMENT((#92,#94,#96));",
        METRES[5],
        "#91=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#1);",
        "#92=IFCCONVERSIONBASEDUNIT($,.LENGTHUNIT.,'FOOT',#91);",
        "#93=IFCMEASUREWITHUNIT(IFCVOLUMEMEASURE(0.028316846592),#3);",
        "#94=IFCCONVERSIONBASEDUNIT($,.VOLUMEUNIT.,'CUBIC FOOT',#93);",
        "#95=IFCMEASUREWITHUNIT(IFCMASSMEASURE(453.59237),#97);",
        "#96=IFCCONVERSIONBASEDUNIT($,.MASSUNIT.,'POUND',#95);",
        "#97=IFCSIUNIT(*,.MASSUNIT.,$,.GRAM.);",
    )
    content = model(
        element(10, "R", "RAILING"), *stated(20, 10, length_Length="10."),
        element(11, "W"), *stated(30, 11, volume_NetVolume="100."),
        element(12, "B", "REINFORCINGBAR"), *stated(40, 12, weight_Weight="2."),
        units=units,
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert [(line.quantity, line.unit) for line in lines] == [
        (Decimal("3.048"), "m"), (Decimal("2.831685"), "m3"), (Decimal("0.907185"), "kg")
    ]  # fmt: skip
    assert "FOOT" in [i.facts["from"] for i in issues if i.code == "ifc-converted"]


def test_guesses_no_unit_where_only_a_length_unit_is_declared(lookups: Lookups) -> None:
    units = (METRES[0], "#5=IFCUNITASSIGNMENT((#1));", METRES[5])
    content = model(element(10, "W"), *stated(20, 10, volume_NetVolume="9."), units=units)
    lines, issues = take_off(content, lookups)
    assert lines == []
    assert one(issues, "ifc-no-unit").facts["stated"] == "9"
    assert one(issues, "ifc-no-quantity").severity is Severity.ERROR


def test_a_unit_that_leads_back_to_itself_is_none(lookups: Lookups) -> None:
    units = (
        "#1=IFCCONVERSIONBASEDUNIT($,.VOLUMEUNIT.,'X',#2);",
        "#2=IFCMEASUREWITHUNIT(IFCVOLUMEMEASURE(2.),#1);",
        "#5=IFCUNITASSIGNMENT((#1));",
    )
    content = model(element(10, "W"), *stated(20, 10, volume_NetVolume="9."), units=units)
    assert "ifc-no-unit" in codes(take_off(content, lookups)[1])


def test_keeps_out_a_volume_a_thousand_times_too_big_and_shows_both_figures(
    lookups: Lookups,
) -> None:
    content = model(
        element(10, "Floor", "SLAB"),
        *stated(20, 10, area_GrossArea="75.64", volume_GrossVolume="11346.", length_Width="150."),
        units=MILLIMETRES,
    )
    lines, issues = take_off(content, lookups)
    assert lines == []
    issue = one(issues, "ifc-kept-out")
    assert (issue.severity, issue.column, issue.row) == (Severity.ERROR, "GrossVolume", 14)
    assert issue.facts["stated"] == "11346 m3"
    assert issue.facts["path"] == "GrossArea 75.64 m2 × Width 0.15 m"
    assert (issue.facts["found"], issue.facts["times"]) == ("11.346 m3", "1000")


def test_takes_the_volume_that_the_other_figures_bear_out(lookups: Lookups) -> None:
    content = model(
        element(10, "Floor", "SLAB"),
        *stated(
            20, 10, area_GrossArea="67.24", volume_GrossVolume="10086.", length_Width="0.15",
            volume_NetVolume="10.086",
        ),
        element(11, "Wall"),
        *stated(
            30, 11, area_GrossFootprintArea="1.64", length_Height="3.85", volume_NetVolume="6.3E9"
        ),
        *stated(40, 11, volume_NetVolume="5.64422"),
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert [line.quantity for line in lines] == [Decimal("10.086"), Decimal("5.64422")]
    doubted = [issue for issue in issues if issue.code == "ifc-figure-doubted"]
    assert [issue.column for issue in doubted] == ["GrossVolume", "NetVolume"]
    assert all(issue.severity is Severity.WARNING for issue in issues)
    assert one(issues, "ifc-quantity-twice").facts["other"] == "5.64422 m3"


def test_parts_layers_by_area_and_thickness(lookups: Lookups) -> None:
    layers = [text.format("200.") if "#52" in text else text.format("50.") for text in LAYERS]
    content = model(
        element(10, "Wall"), *layers, made_of(60, 56, 10), *stated(20, 10, area_NetSideArea="10."),
        units=MILLIMETRES,
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert [(line.specification, line.quantity, line.unit) for line in lines] == [
        ("Brick; 200 mm; IFCWALL; 1 × 10", Decimal(2), "m3"),
        ("Wool; 50 mm; IFCWALL; 1 × 10", Decimal("0.5"), "m3"),
    ]
    assert one(issues, "ifc-volume-of-layers").facts["thickness"] == "0.2 m + 0.05 m"
    assert one(issues, "ifc-layer-left-out").facts["layers"] == "1"


def test_parts_layers_by_the_area_that_fits_the_stated_volume(lookups: Lookups) -> None:
    layers = [text.format("0.15") for text in LAYERS]
    wall = (element(10, "Wall"), *layers, made_of(60, 56, 10))
    areas = {"area_NetSideArea": "9.", "area_GrossSideArea": "10."}
    lines, issues = take_off(
        model(*wall, *stated(20, 10, **areas, volume_GrossVolume="3.2")), lookups
    )
    assert [line.quantity for line in lines] == [Decimal("1.5"), Decimal("1.5")]
    assert "ifc-layers-differ" not in codes(issues)
    lines, issues = take_off(
        model(*wall, *stated(20, 10, **areas, volume_NetVolume="2.4")), lookups
    )
    assert [line.quantity for line in lines] == [Decimal("1.35"), Decimal("1.35")]
    facts = one(issues, "ifc-layers-differ").facts
    assert (facts["stated"], facts["found"]) == ("2.4 m3", "2.88 m3")


def test_parts_no_layers_without_an_area(lookups: Lookups) -> None:
    layers = [text.format("0.2") for text in LAYERS]
    wall = (element(10, "Wall"), *layers, made_of(60, 56, 10))
    lines, issues = take_off(model(*wall), lookups)
    assert lines == [] and "ifc-no-quantity" in codes(issues)
    lines, issues = take_off(model(*wall, *stated(20, 10, volume_NetVolume="4.")), lookups)
    assert amounts(lines) == [("Wall", Decimal(4), "m3")]
    assert one(issues, "ifc-materials-together").facts["materials"] == "Brick + Wool"


@pytest.mark.parametrize(
    ("shares", "found"),
    [
        (("0.75", "0.25"), [("A", Decimal(3)), ("B", Decimal(1))]),
        (("0.75", "$"), [("A + B", Decimal(4))]),
        (("0.75", "0.75"), [("A + B", Decimal(4))]),
    ],
)
def test_parts_constituents_only_by_shares_that_make_one_whole(
    lookups: Lookups, shares: tuple[str, str], found: list[tuple[str, Decimal]]
) -> None:
    content = model(
        element(10, "Wall"), "#50=IFCMATERIAL('A',$,$);", "#51=IFCMATERIAL('B',$,$);",
        f"#52=IFCMATERIALCONSTITUENT('a',$,#50,{shares[0]},$);",
        f"#53=IFCMATERIALCONSTITUENT('b',$,#51,{shares[1]},$);",
        "#54=IFCMATERIALCONSTITUENTSET('s',$,(#52,#53));",
        made_of(60, 54, 10), *stated(20, 10, volume_NetVolume="4."),
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert [((line.specification or "").split(";")[0], line.quantity) for line in lines] == found
    assert ("ifc-materials-together" in codes(issues)) is (len(found) == 1)


def test_takes_material_and_quantities_of_the_type(lookups: Lookups) -> None:
    content = model(
        element(10, "Wall-1"), "#40=IFCWALLTYPE('t',$,'Brick 240',$,$,(#20),$,$,$,.STANDARD.);",
        "#41=IFCRELDEFINESBYTYPE('r',$,$,$,(#10),#40);", CONCRETE, made_of(60, 50, 40),
        "#20=IFCELEMENTQUANTITY('q',$,'Qto_WallBaseQuantities',$,$,(#22));",
        "#22=IFCQUANTITYVOLUME('NetVolume',$,$,2.);",
    )  # fmt: skip
    lines, _ = take_off(content, lookups)
    assert amounts(lines) == [("Brick 240", Decimal(2), "m3")]
    assert lines[0].specification == "C30; IFCWALL; 1 × Wall-1"


def test_numbered_elements_are_one_type_only_as_a_series(lookups: Lookups) -> None:
    names = ["Rafter-1", "Rafter-2", "Rafter-3", "HEB-100", "HEB-200", "HEB-300"]
    content = model(
        *(element(10 + place, name, "MEMBER") for place, name in enumerate(names)),
        *stated(20, *range(10, 16), volume_NetVolume="1."),
    )
    lines, _ = take_off(content, lookups)
    assert [(line.name, line.quantity) for line in lines] == [
        ("Rafter", 3), ("HEB-100", 1), ("HEB-200", 1), ("HEB-300", 1)
    ]  # fmt: skip


def test_counts_an_assembly_by_its_parts_or_as_a_whole(lookups: Lookups) -> None:
    frame = (element(10, "Whole", "ELEMENTASSEMBLY"), element(11, "A", "BEAM"),
             element(12, "B", "BEAM"), parts_of(60, 10, 11, 12))  # fmt: skip
    whole = stated(20, 10, volume_NetVolume="3.")
    first = stated(30, 11, volume_NetVolume="1.")
    both = stated(30, 11, 12, volume_NetVolume="1.")
    lines, issues = take_off(model(*frame, *whole, *both), lookups)
    assert amounts(lines) == [("A", Decimal(1), "m3"), ("B", Decimal(1), "m3")]
    assert "ifc-whole-not-counted" in codes(issues)
    lines, issues = take_off(model(*frame, *whole, *first), lookups)
    assert amounts(lines) == [("Whole", Decimal(3), "m3")]
    assert one(issues, "ifc-parts-not-counted").facts["parts"] == "2"
    lines, issues = take_off(model(*frame, *first), lookups)
    assert amounts(lines) == [("A", Decimal(1), "m3")]
    assert one(issues, "ifc-no-quantity").value == "B"
    facts = one(issues, "ifc-summary").facts
    assert (facts["elements"], facts["counted"], facts["by_parts"], facts["kept_out"]) == (
        "3", "1", "1", "1"
    )  # fmt: skip


def test_keeps_out_elements_that_are_parts_of_one_another(lookups: Lookups) -> None:
    content = model(
        element(10, "A"), element(11, "B"), element(12, "C"), parts_of(60, 10, 11, 12),
        parts_of(61, 11, 10), *stated(20, 10, 11, 12, volume_NetVolume="1."),
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert lines == []
    assert [issue.value for issue in issues if issue.code == "ifc-parts-in-circle"] == [
        "A", "B", "C"
    ]  # fmt: skip


def test_openings_and_rooms_are_no_goods(lookups: Lookups) -> None:
    content = model(
        element(10, "Hole", "OPENINGELEMENT"), element(11, "Room", "SPACE"), element(12, "W"),
        *stated(20, 10, 11, 12, volume_NetVolume="1."),
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert amounts(lines) == [("W", Decimal(1), "m3")]
    assert one(issues, "ifc-summary").facts["others"] == "2"


def test_doors_come_by_the_piece_where_their_area_is_not_that_of_the_leaf(
    lookups: Lookups,
) -> None:
    content = model(
        element(10, "A", "DOOR"),
        *stated(20, 10, area_Area="1.5", length_Height="2.", length_Width="0.75"),
        element(11, "B", "DOOR"),
        *stated(30, 11, area_Area="2.63", length_Height="2.", length_Width="0.75"),
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert amounts(lines) == [("A", Decimal("1.5"), "m2"), ("B", Decimal(1), "piece")]
    assert one(issues, "ifc-figure-doubted").facts["found"] == "1.5 m2"


@pytest.mark.parametrize("value", ["$", "0.", "-3."])
def test_unknown_is_not_zero(lookups: Lookups, value: str) -> None:
    content = model(element(10, "W"), *stated(20, 10, volume_NetVolume=value))
    lines, issues = take_off(content, lookups)
    assert lines == [] and codes(issues) == {
        "ifc-figure-not-used", "ifc-no-quantity", "ifc-summary"
    }  # fmt: skip


def test_refuses_a_line_beyond_belief_and_one_with_lost_signs(lookups: Lookups) -> None:
    content = model(
        element(10, "W"), *stated(20, 10, volume_NetVolume="1.E20"),
        element(11, r"\X2\D800\X0\ "), *stated(30, 11, volume_NetVolume="1."),
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert lines == []
    assert {"absurd-number", "control-character"} < codes(issues)


def test_tells_of_objects_that_it_does_not_know(lookups: Lookups) -> None:
    content = model(
        element(10, "W"), *stated(20, 10, 99, volume_NetVolume="1."),
        "#40=IFCSPACESHIP('s',$,'S');",
        "#41=IFCRELCONTAINEDINSPATIALSTRUCTURE('r',$,$,$,(#10,#40),#42);",
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    assert len(lines) == 1
    assert one(issues, "ifc-unknown-class").facts == {"count": "1", "number": "#40"}
    assert one(issues, "ifc-dangling").severity is Severity.WARNING


def test_tells_of_damage(lookups: Lookups) -> None:
    whole = model(element(10, "W"), "#11=IFCWALL(;", *stated(20, 10, volume_NetVolume="1."))
    lines, issues = take_off(whole.replace(b"END-ISO-10303-21;", b""), lookups)
    assert len(lines) == 1
    assert {"ifc-broken", "ifc-cut-off"} < codes(issues)


@pytest.mark.parametrize(
    ("content", "placement", "code"),
    [
        (model(element(10, "W")), None, "placement-needed"),
        (model(), PLACE, "ifc-without-elements"),
        (model(element(10, "W"), schema="AP214"), PLACE, "ifc-not-a-model"),
        (b"nonsense", PLACE, "ifc-not-a-model"),
    ],
)
def test_refuses_a_file_that_brings_nothing(
    lookups: Lookups, content: bytes, placement: Placement | None, code: str
) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        list(read_ifc(SourceFile("model", content), lookups, placement=placement))
    assert refused.value.facts["reason_code"] == code


def test_refuses_a_model_that_does_not_fit_into_memory(lookups: Lookups) -> None:
    source = SourceFile("model", model(element(10, "W")), limits=Limits(max_unpacked_bytes=2048))
    with pytest.raises(ImportRefusedError) as refused:
        list(read_ifc(source, lookups, placement=PLACE))
    assert refused.value.facts["reason_code"] == "ifc-too-large"


@pytest.mark.parametrize("content", [b"", b"ISO-10303-21;", model(schema="AP214"), b"{}"])
def test_recognises_only_models(content: bytes) -> None:
    assert not is_ifc(SourceFile("model", content))


def test_every_class_has_one_sort() -> None:
    listed = [name for sort in words().sorts.values() for name in sort.classes]
    listed += words().without_goods.classes
    assert len(listed) == len(set(listed))


def test_reads_a_small_building(
    lookups: Lookups, expect_golden: Callable[[str, list[Record | Issue]], None]
) -> None:
    layers = [text.format("200.") if "#52" in text else text.format("50.") for text in LAYERS]
    content = model(
        element(10, r"\X2\5899\X0\:\X2\5E3889C4\X0\ - 200mm:310001"), *layers,
        made_of(70, 56, 10), *stated(20, 10, area_NetSideArea="10.", length_Length="4000.",
                                     length_Height="2500."),
        element(11, "Floor:150mm:310002", "SLAB"),
        *stated(30, 11, area_GrossArea="75.64", volume_GrossVolume="11346.", length_Width="150."),
        element(12, "Window:900:310003", "WINDOW"), element(13, "Window:900:310004", "WINDOW"),
        element(14, "Hole", "OPENINGELEMENT"), element(15, "Roof", "ROOF"),
        units=MILLIMETRES,
    )  # fmt: skip
    lines, issues = take_off(content, lookups)
    expect_golden("ifc-building", [*lines, *issues])
