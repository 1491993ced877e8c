"""The demo's words: goods, kinds of firm and certificate habits, read from the TOML beside."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import product as combinations
from math import gcd
from typing import NamedTuple

from seed_data import read_toml


class Good(NamedTuple):
    """A product name with one model of it."""

    name: str
    model: str
    scope: str
    description: str


class GoodsOfCategory(NamedTuple):
    """All the goods that the demo knows in one category.

    ``stride`` has no divisor in common with their number: stepping by it meets each of them once.
    """

    key: str
    number: int
    standard: str
    goods: tuple[Good, ...]
    stride: int


class Slot(NamedTuple):
    """A place in a firm's range: the nth product of its category, in one of the trades."""

    trade: int
    category: str
    nth: int


class CertificateHabits(NamedTuple):
    """How the demo's certificates are spread; shares are per thousand."""

    first_day: dt.date
    last_day: dt.date
    validity_years: int
    none: int
    shared: int
    second: int
    reissued: int
    suspended: int
    revoked: int
    cancelled: int


class Body(NamedTuple):
    """A fictional certification body and the grammar of its numbers."""

    name: str
    number: str


class Seat(NamedTuple):
    """Where firms of the demo are at home; None is outside the Corps."""

    place: str
    division: str | None


class Names(NamedTuple):
    """Words for names."""

    first_signs: str
    second_signs: str
    outside: tuple[str, ...]
    roads: tuple[str, ...]
    bodies: tuple[Body, ...]
    reasons: dict[str, tuple[str, ...]]


@cache
def goods() -> dict[str, GoodsOfCategory]:
    """Return the goods of every category of the 2020 catalogue, by its key."""
    found: dict[str, list[Good]] = {}
    for pattern in read_toml("demo/goods.toml")["patterns"]:
        standard = pattern["standard"]
        description = f"演示数据（synthetic demo data）：{pattern['name']}"
        description += f"，产品标准 {standard}。" if standard else "。"
        found.setdefault(pattern["category"], []).extend(
            Good(pattern["name"], pattern["model"].format(*values), pattern["scope"], description)
            for values in combinations(*pattern["parts"])
        )
    return {
        row["key"]: GoodsOfCategory(
            row["key"],
            row["number"],
            row["standard"],
            tuple(found[row["key"]]),
            _stride(len(found[row["key"]])),
        )
        for row in read_toml("taxonomy/catalogue_2020.toml")["categories"]
    }


def _stride(count: int) -> int:
    wanted = max(1, count * 5 // 13)
    return next(step for step in range(wanted, wanted + count + 1) if gcd(step, count) == 1)


@cache
def trade_words() -> tuple[tuple[str, ...], ...]:
    """Return what each kind of firm may call its trade."""
    return tuple(tuple(trade["words"]) for trade in read_toml("demo/trades.toml")["trades"])


@cache
def slots() -> tuple[Slot, ...]:
    """Return the range of one firm of each trade, all trades mixed, as one block of products."""
    content = read_toml("demo/trades.toml")
    block = [
        Slot(number, category, nth)
        for number, trade in enumerate(content["trades"])
        for category, count in trade["goods"].items()
        for nth in range(count)
    ]
    if len(block) != len(content["trades"]) * content["goods_per_company"]:
        raise ValueError("demo/trades.toml: every trade has goods_per_company goods")
    # Stepping by a number without a common divisor mixes the trades, so that even a small demo
    # shows all of them, and needs no table of shuffled places.
    step = next(n for n in range(67, 67 + len(block)) if gcd(n, len(block)) == 1)
    return tuple(block[position * step % len(block)] for position in range(len(block)))


@cache
def positions_of_slots() -> dict[Slot, int]:
    """Return where in a block each slot stands."""
    return {slot: position for position, slot in enumerate(slots())}


@cache
def certificate_habits() -> CertificateHabits:
    """Return how certificates are spread."""
    return CertificateHabits(**read_toml("demo/names.toml")["certificates"])


@cache
def names() -> Names:
    """Return the words for names."""
    content = read_toml("demo/names.toml")
    return Names(
        content["first_signs"],
        content["second_signs"],
        tuple(content["outside"]),
        tuple(content["roads"]),
        tuple(Body(**body) for body in content["bodies"]),
        {state: tuple(reasons) for state, reasons in content["states"].items()},
    )


@cache
def seats() -> tuple[Seat, ...]:
    """Return the seats of the fourteen divisions; one without a city sits where its staff does."""
    fallback = read_toml("demo/names.toml")["seat_without_city"]
    return tuple(
        Seat(row.get("city_zh", fallback).removesuffix("市"), row["key"])
        for row in read_toml("divisions/divisions.toml")["divisions"]
        if row["key"] != "00"
    )
