"""Government procurement: what is known decides, what is not stays open."""

from __future__ import annotations

import copy
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.pack_measures import ProcurementPack
from catalog.rules.packs import parse_pack
from catalog.rules.ratio.demands import Answer
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.procurement import ProcurementResult, judge
from catalog.rules.ratio.trace import Exclusion
from catalog.rules.terms import Stage
from catalog.rules.units import Declared
from tests.unit.rules.lines import billed, delivered
from tests.unit.rules.seeds import content, procurement_pack, unit_table

PACK = procurement_pack()
CHOICES = {"concrete": "must", "mortar": "must"}
MUST = delivered("concrete", "ready-mixed-concrete")
KINDS = [
    ("masonry", "m3"),
    ("waterproof-sheet", "m2"),
    ("insulation", "m3"),
    ("ceiling-systems", "m2"),
    ("wallpaper", "m2"),
]


def known(choices: dict[str, str], of: str = "optional-kinds") -> ProcurementPack:
    """Return the pack as if the standard said which classes must be chosen, and of what 40 %."""
    told: dict[str, Any] = copy.deepcopy(content("procurement-2025@2025.2"))
    told["optional_kinds"]["of"] = of
    for section in told["sections"]:
        for each in section["classes"]:
            if each.get("listed", True):
                each["choice"] = choices.get(each["key"], "optional")
    pack = parse_pack(told)
    assert isinstance(pack, ProcurementPack)
    return pack


KNOWN = known(CHOICES)
OF_ALL = known(CHOICES, of="all-kinds")


def judged(
    lines: list[RatioLine], pack: ProcurementPack = KNOWN, stage: Stage = Stage.COMPLETION
) -> ProcurementResult:
    return judge(pack, lines, unit_table(), stage)


def optional(*greens: bool | None) -> list[RatioLine]:
    return [
        delivered(category, category, "10", unit, green=green)
        for (category, unit), green in zip(KINDS, greens, strict=False)
    ]


@pytest.mark.parametrize(
    ("greens", "answer", "share"),
    [
        ([True, True, False, False, False], Answer.YES, "2/5"),
        ([True, False, False], Answer.NO, "1/3"),
        ([True, True, None, False, False], Answer.YES, "2/5"),
        ([True, None, False, False, False], Answer.OPEN, "1/5"),
        ([None, False, False], Answer.NO, "0"),
    ],
)
def test_asks_two_fifths_of_the_optional_kinds(
    greens: list[bool | None], answer: Answer, share: str
) -> None:
    found = judged([MUST, *optional(*greens)])
    assert (found.must, found.optional, found.least_optional) == (Answer.YES, answer, share)
    assert found.verdict is answer


@pytest.mark.parametrize(
    ("greens", "answer", "share"),
    [
        ([True, True, False, False], Answer.YES, "2/5"),
        ([True, True, False, False, False], Answer.NO, "1/3"),
        ([True, True, None, False, False], Answer.OPEN, "1/3"),
        ([], Answer.NO, "0"),
    ],
)
def test_asks_two_fifths_of_all_kinds_where_the_pack_reads_it_so(
    greens: list[bool | None], answer: Answer, share: str
) -> None:
    found = judged([MUST, *optional(*greens)], OF_ALL)
    assert (found.must, found.optional, found.least_optional) == (Answer.YES, answer, share)
    assert (found.verdict, found.share_of) == (answer, "all-kinds")


def test_a_pack_that_does_not_say_of_what_means_the_optional_kinds() -> None:
    before = parse_pack(content("procurement-2025"))
    assert isinstance(before, ProcurementPack) and before.version == "2025.1"
    assert judged(optional(True, False), before).share_of == "optional-kinds"


def test_asks_all_of_what_must_be_chosen() -> None:
    lines = [MUST, delivered("rest", "ready-mixed-concrete", "0.000001", green=False)]
    found = judged([*lines, *optional(True)])
    assert (found.must, found.verdict) == (Answer.NO, Answer.NO)
    (concrete,) = [each for each in found.classes if each.key == "concrete"]
    assert concrete.least_exact == str(Fraction(100_000_000, 100_000_001))
    assert (concrete.green_lines, concrete.lines) == (("concrete",), ("concrete", "rest"))


def test_a_kind_green_in_part_is_neither_counted_nor_denied() -> None:
    lines = [delivered("a", "masonry", "9"), delivered("b", "masonry", "1", green=False)]
    found = judged(lines)
    (kind,) = found.classes
    assert (kind.as_kind, kind.least) == (Answer.OPEN, Decimal("0.9"))
    assert (found.least_optional, found.most_optional) == ("0", "1")
    assert found.verdict is Answer.OPEN


def test_a_building_of_classes_that_must_be_chosen_asks_no_optional_kind() -> None:
    found = judged([MUST])
    assert (found.verdict, found.least_optional, found.kinds) == (Answer.YES, None, 1)


def test_lines_that_nobody_placed_are_no_proof_that_all_is_green() -> None:
    nobody_knows = msgspec.structs.replace(MUST, category=None)
    answer = judged([nobody_knows])
    assert (answer.verdict, answer.must, answer.optional) == (Answer.OPEN,) * 3
    outside = judged([delivered("line", "no-such-category")])
    assert outside.verdict is Answer.YES


def test_what_is_billed_and_not_delivered_is_not_proven() -> None:
    assert judged([billed("bill", "ready-mixed-concrete", "101"), MUST]).must is Answer.NO
    assert judged([billed("bill", "ready-mixed-concrete", "100"), MUST]).must is Answer.YES


def test_a_bill_in_another_dimension_denies_nothing() -> None:
    lines = [
        billed("bill", "waterproof-coating", "300", "m2"),
        delivered("note", "waterproof-coating", "600", "kg"),
    ]
    (kind,) = judged(lines).classes
    assert kind.as_kind is Answer.OPEN


def test_a_declared_factor_brings_both_together() -> None:
    spread = Declared(amount=Decimal(2), unit="kg", per="m2", by="产品说明")
    line = RatioLine(
        id="bill",
        category="waterproof-coating",
        place=None,
        unit="m2",
        quantity=Decimal(300),
        role=billed("x", None).role,
        declared=(spread,),
    )
    enough = delivered("note", "waterproof-coating", "600", "kg")
    short = delivered("note", "waterproof-coating", "599", "kg")
    assert judged([line, enough]).classes[0].as_kind is Answer.YES
    assert judged([line, short]).classes[0].as_kind is Answer.OPEN


def test_goods_that_all_went_back_are_no_kind() -> None:
    lines = [delivered("in", "masonry", "40"), delivered("out", "masonry", "-40")]
    assert judged(lines).classes == ()


def test_design_goes_by_the_planned_green_quantity() -> None:
    lines = [
        billed("a", "ready-mixed-concrete", green="100"),
        billed("b", "masonry", green="100"),
        billed("c", "insulation"),
        delivered("d", "masonry"),
    ]
    found = judged(lines, stage=Stage.DESIGN)
    assert (found.must, found.optional) == (Answer.YES, Answer.YES)
    assert (found.least_optional, found.most_optional) == ("1/2", "1")
    assert [line.reason for line in found.excluded] == [Exclusion.OTHER_STAGE]


def test_a_class_goes_by_place_of_use() -> None:
    lines = [
        delivered("wall", "building-ceramics", "5", "m2", place="interior-wall"),
        delivered("floor", "building-ceramics", "5", "m2", place="floor"),
        delivered("lost", "building-ceramics", "5", "m2"),
        delivered("drops", "water-reducer", "5", "t"),
    ]
    found = judged(lines)
    assert [each.key for each in found.classes] == ["wall-tiles", "floor-tiles"]
    assert {line.line: line.reason for line in found.excluded} == {
        "lost": Exclusion.NO_PLACE,
        "drops": Exclusion.NOT_IN_METHOD,
    }


def test_where_all_is_green_the_unknown_choices_do_not_matter() -> None:
    found = judged([MUST, *optional(True, True, True)], PACK)
    assert (found.verdict, found.unknown_choices) == (Answer.YES, 4)


def test_where_something_is_not_green_the_unknown_choices_leave_it_open() -> None:
    found = judged([MUST, *optional(True, False)], PACK)
    assert (found.verdict, found.must) == (Answer.OPEN, Answer.OPEN)


def test_too_few_green_kinds_fail_whichever_must_be_chosen() -> None:
    found = judged([MUST, *optional(False, False, False)], PACK)
    assert found.verdict is Answer.NO


def test_a_class_that_was_read_nowhere_may_be_outside_the_standard() -> None:
    lamps = delivered("lamps", "led-lighting", "5", "piece", green=False)
    assert judged([MUST, lamps], PACK).verdict is Answer.OPEN
    assert judged([lamps], PACK).verdict is Answer.OPEN


def _brute_force(result: ProcurementResult, pack: ProcurementPack) -> Answer:
    """Answer by trying every choice of every class and every outcome of what is open."""
    if not result.classes and any(line.reason is Exclusion.NO_PLACE for line in result.excluded):
        return Answer.OPEN
    worlds = []
    for each in result.classes:
        ways: list[tuple[str, bool]] = []
        roles = {"must": ["must"], "optional": ["optional"]}.get(
            each.choice, ["must", "optional", *([] if each.listed else ["absent"])]
        )
        for role in roles:
            answer = each.as_must if role == "must" else each.as_kind
            outcomes = [True, False] if answer is Answer.OPEN else [answer is Answer.YES]
            ways += [(role, outcome) for outcome in outcomes]
        worlds.append(ways)
    asked = Fraction(pack.optional_kinds.share)
    is_of_all = pack.optional_kinds.of == "all-kinds"
    counted = ["must", "optional"] if is_of_all else ["optional"]
    verdicts = set()
    for world in product(*worlds):
        chosen = [green for role, green in world if role == "optional"]
        met = all(green for role, green in world if role == "must")
        kinds = [role for role, _ in world if role in counted]
        enough = not kinds or Fraction(sum(chosen), len(kinds)) >= asked
        verdicts.add(met and enough)
    if verdicts == {True}:
        return Answer.YES
    return Answer.NO if verdicts == {False} else Answer.OPEN


PARTLY = {"concrete": "must", "masonry": "optional", "insulation": "unknown",
          "waterproof-sheet": "unknown", "mortar": "must"}  # fmt: skip
PARTIAL, PARTIAL_OF_ALL = known(PARTLY), known(PARTLY, of="all-kinds")
goods = st.sampled_from(
    ["ready-mixed-concrete", "ready-mixed-mortar", "masonry", "insulation", "waterproof-sheet",
     "led-lighting", "wallpaper", "taps"]
)  # fmt: skip
some_lines = st.lists(
    st.builds(
        lambda category, quantity, green: delivered("", category, str(quantity), green=green),
        goods,
        st.integers(1, 3),
        st.sampled_from([True, False, None]),
    ),
    max_size=9,
)


@given(lines=some_lines, pack=st.sampled_from([PACK, KNOWN, PARTIAL, OF_ALL, PARTIAL_OF_ALL]))
def test_the_answer_is_what_every_possible_standard_says(
    lines: list[RatioLine], pack: ProcurementPack
) -> None:
    found = judged(lines, pack)
    assert found.verdict is _brute_force(found, pack)


@given(lines=some_lines, data=st.data())
def test_order_changes_nothing(lines: list[RatioLine], data: st.DataObject) -> None:
    assert judged(data.draw(st.permutations(lines)), PACK) == judged(lines, PACK)


@given(lines=some_lines, part=st.integers(1, 9))
def test_splitting_a_line_and_writing_it_in_litres_change_nothing(
    lines: list[RatioLine], part: int
) -> None:
    pieces = []
    for line in lines:
        first = line.quantity * part / 10
        for quantity in (first, line.quantity - first):
            pieces.append(msgspec.structs.replace(line, unit="L", quantity=quantity * 1000))
    split, whole = judged(pieces, PACK), judged(lines, PACK)
    assert (split.verdict, split.least_optional) == (whole.verdict, whole.least_optional)
    assert [(each.key, each.least_exact, each.most_exact) for each in split.classes] == [
        (each.key, each.least_exact, each.most_exact) for each in whole.classes
    ]


@given(lines=some_lines, category=goods)
def test_what_is_found_to_be_green_never_turns_the_answer_to_no(
    lines: list[RatioLine], category: str
) -> None:
    """Knowing that what was unknown is green settles an open answer or leaves it as it is."""
    known_green = [
        msgspec.structs.replace(line, green=True)
        if line.category == category and line.green is None
        else line
        for line in lines
    ]
    before, after = judged(lines, KNOWN).verdict, judged(known_green, KNOWN).verdict
    assert before is Answer.OPEN or after is before
    assert before is Answer.NO or after is not Answer.NO
