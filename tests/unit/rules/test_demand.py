"""Where products are used is told without telling which project used them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.demand import Group, grouped

ROWS = st.dictionaries(
    st.sampled_from("甲乙丙丁戊己"),
    st.dictionaries(st.integers(1, 9), st.integers(1, 5), min_size=1, max_size=6),
    max_size=6,
)


@given(ROWS, st.integers(2, 5))
def test_no_figure_is_of_fewer_projects_than_allowed_nor_is_what_is_left_over(
    rows: dict[str, dict[int, int]], smallest: int
) -> None:
    found = grouped(rows, smallest=smallest)
    assert all(group.projects >= smallest for group in found.groups)
    assert found.rest is None or found.rest.projects >= smallest
    told = [*found.groups, *([found.rest] if found.rest else [])]
    whole = sum(sum(projects.values()) for projects in rows.values())
    if found.is_withheld:
        assert not told, "What is shown beside something withheld could be subtracted."
    else:
        assert sum(group.deliveries for group in told) == whole


def test_a_small_group_is_hidden_with_the_smallest_that_could_be_told() -> None:
    rows = {"甲": {1: 1, 2: 1, 3: 1, 4: 1}, "乙": {5: 2, 6: 1, 7: 1}, "丙": {8: 9}}
    found = grouped(rows, smallest=3)
    assert found.groups == [Group("甲", 4, 4)]
    assert found.rest == Group("", 4, 13) and found.rest_labels == 2


def test_nothing_is_told_of_a_single_project() -> None:
    found = grouped({"甲": {1: 40}}, smallest=3)
    assert (found.groups, found.rest, found.is_withheld) == ([], None, True)
