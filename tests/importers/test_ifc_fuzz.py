"""Models with damage done to them: only lines, issues, or a refusal come out."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import ImportRefusedError
from importers.ifc import is_ifc, read_ifc
from importers.issues import explain
from importers.lookups import Lookups
from importers.source import Placement, SourceFile
from tests.importers.models import MILLIMETRES, element, made_of, model, parts_of, stated
from tests.importers.test_fuzz import damaged

PLACE = Placement(project="P-1", building="1#")
MODEL = model(
    element(10, r"\X2\5899\X0\:200:310001"), element(11, "Slab-1", "SLAB"),
    element(12, "Door", "DOOR"), element(13, "Roof", "ROOF"), parts_of(60, 13, 11),
    "#50=IFCMATERIAL('Brick',$,$);", "#52=IFCMATERIALLAYER(#50,200.,$,$,$,$,$);",
    "#55=IFCMATERIALLAYERSET((#52,#52),'Wall',$);",
    "#56=IFCMATERIALLAYERSETUSAGE(#55,.AXIS2.,.POSITIVE.,0.,$);", made_of(70, 56, 10),
    *stated(20, 10, area_NetSideArea="10.", length_Length="4000.", length_Height="2500."),
    *stated(30, 11, area_GrossArea="75.64", volume_GrossVolume="11.346", length_Width="150."),
    "#91=IFCMEASUREWITHUNIT(IFCLENGTHMEASURE(0.3048),#1);",
    "#92=IFCCONVERSIONBASEDUNIT($,.LENGTHUNIT.,'FOOT',#91);",
    *stated(40, 12, unit=92, length_Height="7."),
    units=MILLIMETRES,
)  # fmt: skip


def check(content: bytes, lookups: Lookups) -> None:
    source = SourceFile("fuzz", content)
    assert is_ifc(source) in (True, False)
    with suppress(ImportRefusedError):
        for outcome in read_ifc(source, lookups, placement=PLACE):
            for issue in outcome.issues:
                assert "…" not in explain(issue, "en")[0].replace("…)", "")
                assert all(explain(issue, "zh"))


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_never_crashes_on_damaged_models(lookups: Lookups, data: st.DataObject) -> None:
    check(data.draw(damaged(MODEL)), lookups)


@pytest.mark.parametrize(
    "tail",
    [b"'" * 400_001, b"/*" * 200_000, b"(" * 400_000 + b";", b"#1=IFCWALL" + b"((" * 100_000 + b";",
     b"#1=IFCSLAB(" + b"'a'," * 100_000 + b");", b"#1=IFCSLAB(" + b"9" * 400_000 + b");",
     b"/" * 400_000, b" " * 400_000 + b"#", b"#1=IFCWALL(" + b" " * 400_000],
    ids=["quotes", "comments", "brackets", "lists", "texts", "digits", "slashes", "blanks", "open"],
)  # fmt: skip
def test_a_hostile_file_costs_little_more_than_its_length(lookups: Lookups, tail: bytes) -> None:
    start = time.thread_time()
    check(MODEL + tail, lookups)
    assert time.thread_time() - start < 2


def test_a_deep_pile_of_parts_is_no_trouble(lookups: Lookups) -> None:
    deep = range(1000, 6000)
    content = model(
        *(element(number, f"P{number}") for number in deep),
        *(parts_of(number + 10_000, number, number + 1) for number in deep[:-1]),
        *stated(20, deep[-1], volume_NetVolume="1."),
    )
    check(content, lookups)
