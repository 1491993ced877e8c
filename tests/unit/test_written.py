"""Numbers as pages say them: cut, in the reader's form, and exact for machines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web import written
from catalog.forms.report_cells import percentage

PERCENTAGES = st.decimals(0, 100, places=6)


@pytest.mark.parametrize(
    ("pattern", "said"), [("0.##", "69.99%"), ("0.00", "69.99%"), ("0.0", "69.9%")]
)
def test_a_percentage_is_cut_once_and_seems_to_reach_nothing(pattern: str, said: str) -> None:
    shown = written.percent("69.999600", pattern, "zh")
    assert str(shown) == f'<data value="69.999600">{said}</data>'


@given(value=PERCENTAGES)
def test_a_page_says_the_same_percentage_as_the_report(value: Decimal) -> None:
    said = percentage(value).said.text
    assert f">{said}<" in written.percent(f"{value:f}", "0.00", "en")
