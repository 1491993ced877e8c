"""The registries that others publish as pages and tables, where they are at hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from catalog.errors import ImportRefusedError
from catalog.records import Issue, ProductRecord, Severity
from importers.lookups import Lookups
from importers.mapping import Proposal, propose
from importers.reader import SourceFile, read, read_batches

DATA = Path(__file__).parents[3] / "shared" / "data"
DIVISIONS = [
    "china_areas.csv", "china_cities.csv", "china_provinces.csv", "xinjiang_areas.csv",
    "xinjiang_streets.csv", "xpcc_divisions_two_vintages.csv", "xpcc_regiment_names.csv",
]  # fmt: skip


def the_file(name: str) -> SourceFile:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real files are not here: {path}")
    return SourceFile(path.name, path)


def as_confirmed(
    source: SourceFile, lookups: Lookups, category: str
) -> tuple[Proposal, list[ProductRecord], list[Issue]]:
    proposal = propose(source, lookups)
    assert proposal.missing == ("category",)
    columns = {choice.field: choice.column.header for choice in proposal.choices}
    constants = {given.field: given.text for given in proposal.given} | {"category": category}
    mapping = proposal.answered(columns, constants)
    outcomes = list(read_batches(source, lookups, mapping=mapping))
    records = [r for outcome in outcomes for r in outcome.records if isinstance(r, ProductRecord)]
    return proposal, records, [issue for outcome in outcomes for issue in outcome.issues]


def test_the_page_says_what_the_collection_made_of_it_says(lookups: Lookups) -> None:
    collected = {
        record.certificate.number: record
        for record in read(the_file("registry/real_wall_30_data.json"), lookups)
        if isinstance(record, ProductRecord) and record.certificate
    }
    source = the_file("registry/raw_tabc_search.html")
    _, records, issues = as_confirmed(source, lookups, "健康綠建材")
    assert len(records) == 10
    assert [(issue.code, issue.facts["columns"]) for issue in issues] == [
        ("columns-left-out", "項次")
    ]
    for record in records:
        assert record.certificate is not None
        twin = collected[record.certificate.number]
        assert (record.name, record.company) == (twin.name, twin.company)
        assert twin.certificate is not None
        for field in ("body", "number", "suffix", "valid_from", "valid_to", "applicant"):
            assert getattr(record.certificate, field) == getattr(twin.certificate, field)


def test_the_heat_pumps_come_in_as_far_as_the_table_says(lookups: Lookups) -> None:
    proposal, records, issues = as_confirmed(
        the_file("registry/hplib_database.csv"), lookups, "空气源热泵"
    )
    assert len(proposal.heads.heads) == 47 and len(proposal.left) == 45
    assert ("Mass of Refrigerant [kg]", "kg") in [(h.header, h.unit) for h in proposal.heads.heads]
    assert Counter(issue.code for issue in issues) == {"columns-left-out": 1, "duplicate-row": 5}
    (left,) = [issue for issue in issues if issue.severity is Severity.WARNING]
    assert left.facts["count"] == "45"
    assert len(records) == 511 - 5  # Six rows are of one “Generic” model that is no product.
    assert {record.company.name for record in records} >= {"Advantix", "Mitsubishi"}
    assert all(record.model == record.name and record.certificate is None for record in records)


def test_the_inverters_part_maker_and_model_under_three_header_rows(lookups: Lookups) -> None:
    proposal, records, issues = as_confirmed(
        the_file("registry/sam-library-cec-inverters-2019-03-05.csv"), lookups, "空气源热泵"
    )
    assert (proposal.heads.first_row, proposal.heads.last_row) == (1, 3)
    assert len(proposal.heads.heads) == 17 and len(records) == 3264
    assert [issue.code for issue in issues] == ["columns-left-out"]
    assert (records[0].row, records[0].company.name) == (4, "ABB")
    assert records[0].model == "MICRO-0.25-I-OUTD-US-208 [208V]"
    assert Counter(record.company.name for record in records)["ABB"] == 302


@pytest.mark.parametrize("name", DIVISIONS)
def test_a_list_of_areas_is_named_and_nothing_of_it_is_read(name: str, lookups: Lookups) -> None:
    source = the_file(f"divisions/{name}")
    with pytest.raises(ImportRefusedError) as caught:
        list(read_batches(source, lookups))
    assert caught.value.facts["reason_code"] == "reference-list"
