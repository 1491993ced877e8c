"""Damaged tables and pages that are not ours: proposed, read or refused, and nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import ImportRefusedError
from importers.issues import explain
from importers.lookups import Lookups
from importers.mapping import propose
from importers.reader import Limits, SourceFile, read_batches
from tests.importers.conftest import DATA
from tests.importers.test_fuzz import damaged
from tests.importers.test_mapping import SUPPLIER, a_supplier_workbook

LIMITS = Limits(max_cells=100_000)
FILES = {
    "csv": SUPPLIER.encode(),
    "units": (DATA / "inverters.csv").read_bytes(),
    "page": (DATA / "registry_page.html").read_bytes(),
    "workbook": a_supplier_workbook(),
}


def check(content: bytes, lookups: Lookups) -> None:
    source = SourceFile("fuzz", content, limits=LIMITS)
    with suppress(ImportRefusedError):
        proposal = propose(source, lookups)
        for choice in proposal.choices:
            assert 0 < choice.confidence <= 1
            assert all(reason.text("zh") for reason in choice.reasons)
        columns = {choice.field: choice.column.header for choice in proposal.choices}
        constants = {"category": "砌体材料"} if "category" in proposal.missing else {}
        for outcome in read_batches(source, lookups, mapping=proposal.answered(columns, constants)):
            for issue in outcome.issues:
                assert all(explain(issue, "zh")) and all(explain(issue, "en"))


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_never_crashes_on_a_damaged_strangers_table(
    name: str, lookups: Lookups, data: st.DataObject
) -> None:
    check(data.draw(damaged(FILES[name])), lookups)


@given(text=st.text(st.sampled_from('证书编号单位m3,;\t\n"12/公司 <>tdr\x00\u202e'), max_size=400))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_never_crashes_on_any_text(text: str, lookups: Lookups) -> None:
    check(text.encode(), lookups)
