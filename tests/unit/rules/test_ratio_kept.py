"""The lines that a result is kept with, and what becomes of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.proof import Proof, Remark
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.kept import decoded, encoded, encoded_many, is_encoded
from catalog.rules.ratio.lines import RatioLine, Role, line_id, line_number
from catalog.rules.ratio.placing import by_situation
from catalog.rules.standing import Standing
from catalog.rules.terms import Stage
from catalog.rules.units import Declared
from tests.unit.rules.lines import billed
from tests.unit.rules.seeds import ratio_pack, unit_table

PROOFS = [
    Proof(green=True, reason="valid", certificate_id=7, effective_on=dt.date(2024, 1, 1)),
    Proof(green=True, reason="report", report_id=3, remarks=(Remark.SCOPE_NOT_JUDGED,)),
    Proof(green=False, reason="expired", certificate_id=8, effective_on=dt.date(2020, 2, 29)),
    Proof(green=False, reason="no-product"),
    Proof(green=None, reason="day-unsure", certificate_id=7, effective_on=dt.date(2024, 1, 1)),
    Proof(green=True, reason="valid", certificate_id=7, standing=Standing.ADOPTED, adoption_id=4),
    Proof(green=False, reason="no-product", standing=Standing.NO_ADOPTION),
    Proof(green=False, reason="no-product"),
]
COLUMNS = {
    "building": pl.Int64(), "number": pl.Int64(), "situation": pl.Int32(),
    "quantity_micro": pl.Int64(), "green_quantity_micro": pl.Int64(), "proof": pl.Int32(),
}  # fmt: skip
DENSITY = Declared(amount=Decimal("2310.50"), unit="kg", per="m3", by='厂家 "甲"')
amounts = st.integers(-(10**12), 10**12).map(lambda n: Decimal(n).scaleb(-6))


@st.composite
def a_line(draw: st.DrawFn) -> RatioLine:
    role = draw(st.sampled_from(Role))
    is_delivered = role is Role.DELIVERED
    proof = draw(st.sampled_from(PROOFS)) if is_delivered else None
    return RatioLine(
        id=line_id(draw(st.integers(1, 10**6)), is_delivered=is_delivered),
        category=draw(st.sampled_from(["ready-mixed-concrete", "taps", None])),
        place=draw(st.sampled_from(["partition", None])),
        unit=draw(st.sampled_from(["m3", "t", "个 “件”"])),
        quantity=draw(amounts),
        role=role,
        green=proof.green if proof else None,
        green_reason=proof.reason if proof else None,
        green_quantity=None if is_delivered else draw(st.none() | amounts),
        proof=proof,
        declared=draw(st.sampled_from([(), (DENSITY,)])),
    )


buildings = st.lists(a_line(), max_size=10, unique_by=lambda line: line.id)


def by_name(lines: list[RatioLine]) -> list[RatioLine]:
    return sorted(lines, key=lambda line: line.id)


@given(lines=buildings)
def test_gives_the_lines_back(lines: list[RatioLine]) -> None:
    text = encoded(lines)
    assert is_encoded(text)
    assert by_name(decoded(text)) == by_name(lines)


@given(lines=buildings, data=st.data())
def test_is_the_same_text_in_any_order(lines: list[RatioLine], data: st.DataObject) -> None:
    assert encoded(data.draw(st.permutations(lines))) == encoded(lines)


@given(country=st.lists(buildings, max_size=3))
def test_many_buildings_are_kept_as_each_by_itself(country: list[list[RatioLine]]) -> None:
    situations = [each for lines in country for each in by_situation(lines)]
    rows = [
        (
            number,
            line_number(line),
            situations.index(situation),
            int(line.quantity * 10**6),
            None if line.green_quantity is None else int(line.green_quantity * 10**6),
            None if line.proof is None else PROOFS.index(line.proof),
        )
        for number, lines in enumerate(country)
        for situation, members in by_situation(lines).items()
        for line in members
    ]
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    texts = dict(encoded_many(frame, situations, PROOFS).iter_rows())
    assert texts == {n: encoded(lines) for n, lines in enumerate(country) if lines}


def test_a_result_from_kept_lines_is_the_result() -> None:
    pack = ratio_pack("ratio-b-2021")
    lines = [billed("bill-line-1", "masonry", "60", green="60"), billed("bill-line-2", None)]
    again = calculate(pack, decoded(encoded(lines)), unit_table(), Stage.DESIGN)
    assert again == calculate(pack, lines, unit_table(), Stage.DESIGN)


@pytest.mark.parametrize(
    "line",
    [billed("7", "masonry"), billed("delivery-7", "masonry"),
     billed("bill-line-7", "masonry", "0.0000001")],
    ids=["a bare number", "the name of another kind", "parts of a millionth"],
)  # fmt: skip
def test_refuses_what_no_store_holds(line: RatioLine) -> None:
    with pytest.raises(ValueError, match=r"name of a stored line|parts of a millionth"):
        encoded([line])


def test_knows_a_trace_of_an_earlier_version() -> None:
    assert not is_encoded('{"pack":"ratio-b-2021"}')


def test_writes_what_tells_nothing_of_adoption_as_it_was_always_written() -> None:
    line = msgspec.structs.replace(
        billed("delivery-7", "masonry"), role=Role.DELIVERED, green=True, green_reason="valid",
        proof=PROOFS[0],
    )  # fmt: skip
    kept = (
        '[[true,"masonry",null,"m3",[],true,"valid",[7,"2024-01-01",null,[]],[7],[100000000],[]]]'
    )
    assert encoded([line]) == kept
    assert decoded(kept)[0].proof == PROOFS[0]
