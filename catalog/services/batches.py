"""Many buildings at once: the same ratios, and the same kept lines, as of one after another."""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import Connection

from catalog.models.base import decimal_of_millionths
from catalog.repositories.building_facts import BuildingFacts
from catalog.repositories.calculating import Reader
from catalog.repositories.line_frames import Frames, frames_of
from catalog.rules.greenness import accepted_by
from catalog.rules.packs import PackInUse, RatioPack, ThresholdPack, named
from catalog.rules.proof import Accepted, Proof
from catalog.rules.ratio.figures import figures_by
from catalog.rules.ratio.kept import encoded_many
from catalog.rules.ratio.placing import Situation
from catalog.rules.ratio.thresholds import standing
from catalog.rules.terms import BillStage, Stage
from catalog.services.calculation import Basis, Figure, Proving

_LINES = [
    "building", "number", "situation", "quantity_micro", "green", "green_quantity_micro", "proof",
]  # fmt: skip


class Calculated(msgspec.Struct, frozen=True):
    """A figure of a building, and the lines that it was made of as they are kept."""

    facts: BuildingFacts
    figure: Figure
    kept: str


class _Asked(msgspec.Struct, frozen=True):
    """A building's ratio by one pack, before it is calculated."""

    facts: BuildingFacts
    used: PackInUse
    pack: RatioPack
    thresholds: ThresholdPack
    done_on: dt.date | None


class Counting(msgspec.Struct, frozen=True):
    """What the buildings have that go by the same evidence: kept lines and amounts, by id."""

    lines: pl.DataFrame
    kept: dict[int, str]
    amounts: dict[int, tuple[int | None, int | None]]


def calculate_batch(  # One read serves every stage and method.
    connection: Connection,
    reader: Reader,
    building_ids: Sequence[int],
    basis: Basis,
    *,
    today: dt.date,
    methods: Sequence[str],
    stages: Sequence[Stage] = tuple(Stage),
) -> Iterator[Calculated]:
    """Yield what ``calculate_building`` says of each building, stage by stage."""
    buildings = reader.buildings_of(building_ids)
    frames = frames_of(connection, reader, building_ids)
    for stage in stages:
        asked = _asked(buildings, basis, stage, today, methods)
        for accepted, by_pack in asked.items():
            counted = counted_at(frames, stage, basis.proving(accepted))
            for asking in by_pack.values():
                yield from _figures(asking, counted, frames.situations, basis, stage)


def rows_of(
    connection: Connection,
    reader: Reader,
    building_ids: Sequence[int],
    basis: Basis,
    *,
    methods: Sequence[str],
    now: dt.datetime,
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the columns and the trace of each of the buildings' results."""
    for found in calculate_batch(
        connection, reader, building_ids, basis, today=now.date(), methods=methods
    ):
        yield row_of(found, now), found.kept


def row_of(found: Calculated, now: dt.datetime) -> dict[str, Any]:
    """Return a result's columns; its content is these and its trace, but not the moment."""
    facts, figure = found.facts, found.figure
    columns = {
        "building_id": facts.id,
        "project_id": facts.project_id,
        "division_id": facts.division_id,
        "kinds": facts.kinds,
        "done_on": figure.done_on,
        "year": figure.done_on.year if figure.done_on else None,
        "stage": figure.stage,
        "method": figure.pack.method,
        "pack": named(figure.pack),
        "choice_id": figure.choice.id if figure.choice else None,
        "thresholds": named(figure.thresholds),
        "ratio": figure.percent,
        "points": figure.points,
        "gate_star": figure.gate_star,
        "floor_area_m2": facts.floor_area_m2,
        "green_amount": figure.green_amount,
        "total_amount": figure.total_amount,
    }
    content = msgspec.json.encode(columns) + found.kept.encode()
    return {
        **columns,
        "content_hash": hashlib.sha256(content).hexdigest(),
        "computed_at": now,
        "superseded_at": None,
    }


def _asked(
    buildings: Sequence[BuildingFacts],
    basis: Basis,
    stage: Stage,
    today: dt.date,
    methods: Sequence[str],
) -> dict[Accepted, dict[tuple[str, str], list[_Asked]]]:
    """Return what is to be calculated, by the evidence that counts and by pack."""
    found: dict[Accepted, dict[tuple[str, str], list[_Asked]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for facts in buildings:
        done_on = facts.designed_on if stage is Stage.DESIGN else facts.completed_on
        on = done_on or today
        thresholds = basis.pack_for(facts, "thresholds", on)
        if thresholds is None or not isinstance(thresholds.pack, ThresholdPack):
            continue
        for method in methods:
            used = basis.pack_for(facts, "ratio", on, method)
            if used is None or not isinstance(used.pack, RatioPack):
                continue
            pack = used.pack
            asking = _Asked(facts, used, pack, thresholds.pack, done_on)
            found[accepted_by(pack.policies)][pack.key, pack.version].append(asking)
    return found


def counted_at(frames: Frames, stage: Stage, proving: Proving) -> Counting:
    """Return what counts at the stage, each delivery proven green or not."""
    if stage is Stage.DESIGN:
        lines = _bill(frames, BillStage.DESIGN, pl.col("green_quantity_micro"))
        return Counting(lines, _kept(lines, frames.situations, []), {})
    bill = _bill(frames, BillStage.SETTLEMENT, pl.lit(None, dtype=pl.Int64))
    proofs, of_rows = _proofs(frames, proving)
    greens = pl.Series([proof.green for proof in proofs], dtype=pl.Boolean)
    place_of = pl.Series("proof", of_rows, dtype=pl.Int32)
    came = frames.deliveries.with_columns(
        place_of,
        greens.gather(place_of).alias("green"),
        pl.lit(None, dtype=pl.Int64).alias("green_quantity_micro"),
    )
    lines = pl.concat([bill, came.select(_LINES)])
    amount = pl.col("amount_micro")
    stated = (
        came.filter(amount.is_not_null())
        .group_by("building")
        .agg(
            pl.when("green").then(amount).otherwise(0).cast(pl.Int128).sum().alias("green"),
            amount.cast(pl.Int128).sum().alias("total"),
        )
    )
    amounts = {building: (green, total) for building, green, total in stated.iter_rows()}
    return Counting(lines, _kept(lines, frames.situations, proofs), amounts)


def _proofs(frames: Frames, proving: Proving) -> tuple[list[Proof], list[int]]:
    """Return the proofs there are, and the position of each delivery's among them."""
    proofs: list[Proof] = []
    places: dict[int, int] = {}

    def place_of(proof: Proof) -> int:
        place = places.get(id(proof))
        if place is None:
            place = places[id(proof)] = len(proofs)
            proofs.append(proof)
        return place

    known = [proving.proofs_of(goods) for goods in frames.goods]
    # One day is what nearly all of them state: it is looked up in a bare list of days.
    steps = [
        ([day for day, _ in each.steps], [place_of(proof) for _, proof in each.steps])
        for each in known
    ]
    of_rows = []
    for number, (first, last) in zip(frames.goods_of, frames.days, strict=True):
        if first is last:
            days, on_days = steps[number]
            of_rows.append(on_days[bisect_right(days, first) - 1])
        else:
            of_rows.append(place_of(known[number].during((first, last))))
    return proofs, of_rows


def _bill(frames: Frames, stage: BillStage, green: pl.Expr) -> pl.DataFrame:
    return (
        frames.bill.filter(pl.col("stage") == stage.value)
        .with_columns(
            pl.lit(None, dtype=pl.Boolean).alias("green"),
            pl.lit(None, dtype=pl.Int32).alias("proof"),
            green.alias("green_quantity_micro"),
        )
        .select(_LINES)
    )


def _kept(
    lines: pl.DataFrame, situations: Sequence[Situation], proofs: Sequence[Proof]
) -> dict[int, str]:
    texts = encoded_many(lines, situations, proofs)
    return dict(zip(texts["building"], texts["text"], strict=True))


def _figures(
    asking: Sequence[_Asked],
    counted: Counting,
    situations: Sequence[Situation],
    basis: Basis,
    stage: Stage,
) -> Iterator[Calculated]:
    """Yield the figures of the buildings that go by one pack and have lines at the stage."""
    wanted = pl.Series([each.facts.id for each in asking], dtype=pl.Int64)
    lines = counted.lines.filter(pl.col("building").is_in(wanted.implode()))
    figures = figures_by(basis.calculator(asking[0].pack, stage), lines, situations)
    percents = dict(zip(figures["building"], figures["p_micro_percent"], strict=True))
    for each in asking:
        micro = percents.get(each.facts.id)
        if micro is None:
            continue
        percent = decimal_of_millionths(micro)
        worth = standing(each.thresholds, percent)
        green, total = counted.amounts.get(each.facts.id, (None, None))
        figure = Figure(
            stage=stage,
            pack=each.pack,
            choice=each.used.choice,
            thresholds=each.thresholds,
            percent=percent,
            points=worth.points,
            gate_star=worth.star,
            done_on=each.done_on,
            green_amount=_decimal(green),
            total_amount=_decimal(total),
        )
        yield Calculated(each.facts, figure, counted.kept[each.facts.id])


def _decimal(millionths: int | None) -> Decimal | None:
    return None if millionths is None else decimal_of_millionths(millionths)
