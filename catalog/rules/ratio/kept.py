"""What a result is kept with: the lines as they counted, from which it can be calculated again.

A trace says of every line where it went; all of that follows from the lines and the pack. So the
lines are kept, as small as they can be and still be read: together where they agree. Each part
of the text is what they share, then their numbers, quantities and planned green in millionths.
Where a proof tells of adoption its paper has two entries more; older texts tell nothing of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from operator import itemgetter

import msgspec
import polars as pl

from catalog.rules.proof import Proof, Remark
from catalog.rules.ratio.lines import RatioLine, Role, line_id, line_number
from catalog.rules.ratio.placing import Situation, by_situation
from catalog.rules.standing import Standing
from catalog.rules.units import Declared


class _Paper(msgspec.Struct, frozen=True, array_like=True):
    """The paper that says so, and what could not be judged."""

    certificate_id: int | None
    effective_on: dt.date | None
    report_id: int | None
    remarks: tuple[Remark, ...]


class _PaperAndAdoption(_Paper, frozen=True, array_like=True):
    """The same, and what the product was in the adoption database that day, by which entry."""

    standing: Standing | None = None
    adoption_id: int | None = None


class _Part(msgspec.Struct, frozen=True, array_like=True):
    """What lines agree in, and then what each of them has of its own."""

    is_delivered: bool
    category: str | None
    place: str | None
    unit: str | None
    declared: tuple[Declared, ...]
    green: bool | None
    reason: str | None
    paper: _PaperAndAdoption | None
    numbers: list[int]
    quantities: list[int]
    green_quantities: list[int | None]


class PaperBehind(msgspec.Struct, frozen=True, array_like=True):
    """What proves lines green: a version of a certificate, or a test report."""

    certificate_id: int | None
    effective_on: dt.date | None
    report_id: int | None


class _Head(msgspec.Struct, frozen=True, array_like=True):
    """The beginning of a part, as far as its paper."""

    is_delivered: bool
    category: msgspec.Raw
    place: msgspec.Raw
    unit: msgspec.Raw
    declared: msgspec.Raw
    green: bool | None
    reason: str | None
    paper: PaperBehind | None


_PARTS = msgspec.json.Decoder(list[_Part])
_HEADS = msgspec.json.Decoder(list[_Head])


def encoded(lines: Iterable[RatioLine]) -> str:
    """Return the lines as JSON: the same text for the same lines, however they are ordered.

    Their labels are not kept, because nothing is calculated from them.

    Raises:
        ValueError: A line is not named as ``line_id`` does, or states parts of a millionth.
    """
    parts: dict[str, list[RatioLine]] = {}
    for situation, members in by_situation(lines).items():
        where = _where(situation)
        for line in members:
            head = f"{where},{_told(line.green, line.green_reason, line.proof)}"
            parts.setdefault(head, []).append(line)
    return f"[{','.join(_part(head, parts[head]) for head in sorted(parts))}]"


def encoded_many(
    lines: pl.DataFrame, situations: Sequence[Situation], proofs: Sequence[Proof]
) -> pl.DataFrame:
    """Return for each ``building`` the ``text`` that ``encoded`` makes of its lines.

    Beside it the frame has the columns ``number``, ``quantity_micro``, ``green_quantity_micro``,
    ``situation`` and ``proof``, which are positions in ``situations`` and in ``proofs``, or null.
    """
    shared = lines.select("situation", "proof").unique()
    told: dict[int | None, str] = {None: _told(None, None, None)}
    for place in shared["proof"].drop_nulls().unique():
        proof = proofs[place]
        told[place] = _told(proof.green, proof.reason, proof)
    where = [_where(situation) for situation in situations]
    heads = [f"{where[situation]},{told[proof]}" for situation, proof in shared.iter_rows()]
    ordered = sorted(set(heads))
    places = {head: place for place, head in enumerate(ordered)}
    shared = shared.with_columns(
        pl.Series("head", [places[head] for head in heads], dtype=pl.Int32)
    )
    number, quantity = pl.col("number"), pl.col("quantity_micro")
    green = pl.col("green_quantity_micro")
    # Lists that are joined as columns cost a sixth of what joining within each group does.
    return (
        lines.lazy()
        .join(shared.lazy(), on=["situation", "proof"], nulls_equal=True)
        .sort("number")
        .with_columns(green.cast(pl.String).fill_null("null").alias("green"))
        .group_by("building", "head")
        .agg(number, quantity, "green", green.count().alias("stated"))
        .with_columns(
            _joined(number),
            _joined(quantity),
            pl.when(pl.col("stated") > 0)
            .then(_joined(pl.col("green")))
            .otherwise(pl.lit(""))
            .alias("greens"),
        )
        .sort("building", "head")
        .with_columns(
            pl.concat_str(
                pl.lit(pl.Series(ordered, dtype=pl.String)).gather(pl.col("head")),
                pl.lit(",["), "number", pl.lit("],["), "quantity_micro", pl.lit("],["), "greens",
                pl.lit("]]"),
            ).alias("text")
        )
        .group_by("building", maintain_order=True)
        .agg((pl.lit("[") + pl.col("text").str.join(",") + pl.lit("]")).alias("text"))
        .collect()
    )  # fmt: skip


def is_encoded(text: str) -> bool:
    """Tell whether the text is one that ``encoded`` made; traces were objects once."""
    return text.startswith("[")


def papers_behind(text: str) -> set[PaperBehind]:
    """Return the papers that the lines of a text stand on; it need not be decoded for that."""
    return {head.paper for head in _HEADS.decode(text) if head.paper is not None}


def decoded(text: str) -> list[RatioLine]:
    """Return the lines of a text that ``encoded`` made."""
    found = []
    for part in _PARTS.decode(text):
        proof = _proof(part)
        greens = part.green_quantities or [None] * len(part.numbers)
        for number, quantity, green in zip(part.numbers, part.quantities, greens, strict=True):
            found.append(
                RatioLine(
                    id=line_id(number, is_delivered=part.is_delivered),
                    category=part.category,
                    place=part.place,
                    unit=part.unit,
                    quantity=_decimal(quantity),
                    role=Role.DELIVERED if part.is_delivered else Role.TOTAL,
                    green=part.green,
                    green_reason=part.reason,
                    green_quantity=None if green is None else _decimal(green),
                    proof=proof,
                    declared=part.declared,
                )
            )
    return found


def _joined(lists: pl.Expr) -> pl.Expr:
    return lists.cast(pl.List(pl.String)).list.join(",")


def _where(situation: Situation) -> str:
    """Return the beginning of a part: what decides where its lines count."""
    return msgspec.json.encode(situation).decode().removesuffix("]")


def _told(green: bool | None, reason: str | None, proof: Proof | None) -> str:
    """Return what follows in a part: whether its lines are green, and why."""
    paper = None if proof is None else _paper(proof)
    return msgspec.json.encode((green, reason, paper)).decode()[1:-1]


def _paper(proof: Proof) -> _Paper:
    told = proof.certificate_id, proof.effective_on, proof.report_id, tuple(proof.remarks)
    if proof.standing is None:
        return _Paper(*told)
    return _PaperAndAdoption(*told, proof.standing, proof.adoption_id)


def _part(head: str, lines: list[RatioLine]) -> str:
    rows = sorted(((line_number(line), line) for line in lines), key=itemgetter(0))
    numbers = ",".join(str(number) for number, _ in rows)
    quantities = ",".join(str(_millionths(line.quantity)) for _, line in rows)
    greens = [line.green_quantity for _, line in rows]
    told = ",".join("null" if g is None else str(_millionths(g)) for g in greens)
    stated = told if any(g is not None for g in greens) else ""
    return f"{head},[{numbers}],[{quantities}],[{stated}]]"


def _proof(part: _Part) -> Proof | None:
    if part.paper is None:
        return None
    return Proof(
        green=part.green,
        reason=part.reason or "",
        certificate_id=part.paper.certificate_id,
        effective_on=part.paper.effective_on,
        report_id=part.paper.report_id,
        remarks=part.paper.remarks,
        standing=part.paper.standing,
        adoption_id=part.paper.adoption_id,
    )


def _millionths(value: Decimal) -> int:
    whole = value.scaleb(6)
    if whole != int(whole):
        raise ValueError(f"{value} states parts of a millionth")
    return int(whole)


def _decimal(millionths: int) -> Decimal:
    whole, rest = divmod(millionths, 10**6)
    return Decimal(whole) if rest == 0 else Decimal(millionths).scaleb(-6).normalize()
