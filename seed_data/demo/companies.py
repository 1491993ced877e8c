"""Demo firms: a place, a name, a trade, and a credit code that no real firm can bear."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from stdnum.cn import uscc

from catalog.records import CompanyRecord
from seed_data.demo import trade
from seed_data.demo.draws import SPAN, draws_of, one_of

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_SIGNS = 9
_SHARE_IN_DIVISIONS = SPAN * 6 // 10


class Company(NamedTuple):
    """A firm with the names that stand on its papers."""

    record: CompanyRecord
    brand: str
    seller: str
    second_factory: str
    second_address: str


def credit_code(index: int) -> str:
    """Return the unified social credit code of demo firm number ``index``.

    It begins with 91 (a firm) and the region 990000, which GB/T 2260 assigns to no place: no
    register can have issued it. The organisation part counts the firms, and the last sign is the
    check character of GB 32100, so the code passes every check that looks at the code alone.
    """
    signs = ""
    rest = index
    for _ in range(_ORGANISATION_SIGNS):
        rest, digit = divmod(rest, len(_SIGNS))
        signs = _SIGNS[digit] + signs
    body = f"91990000{signs}"
    return body + uscc.calc_check_digit(body)


def companies_of(seed: int) -> Callable[[int], Company]:
    """Return a function from a firm's index to the firm; firms of one trade never share a name."""
    draw = draws_of(seed, "company")
    words, names, seats = trade.trade_words(), trade.names(), trade.seats()
    pairs = len(names.first_signs) * len(names.second_signs)

    @lru_cache(maxsize=1 << 13)
    def company(index: int) -> Company:
        draws = draw(index)
        block, kind = divmod(index, len(words))
        # 1,201 is prime to 3,600, so the firms of one trade meet all the pairs of signs in turn.
        first, second = divmod((block * 1201 + kind * 271 + seed) % pairs, len(names.second_signs))
        brand = names.first_signs[first] + names.second_signs[second]
        if draws[0] < _SHARE_IN_DIVISIONS:
            place, division = one_of(seats, draws[1])
        else:
            place, division = one_of(names.outside, draws[1]), None
        word = one_of(words[kind], draws[2])
        address = f"{place}{one_of(names.roads, draws[3])}{draws[4] % 300 + 1}号（演示）"
        return Company(
            CompanyRecord(
                name=f"{place}{brand}{word}有限公司（演示）",
                credit_code=credit_code(index),
                division=division,
                address=address,
            ),
            brand,
            f"{place}{brand}建材销售有限公司（演示）",
            f"{place}{brand}{word}有限公司第二分厂（演示）",
            f"{place}{one_of(names.roads, draws[5])}{draws[6] % 300 + 1}号（演示）",
        )

    return company
