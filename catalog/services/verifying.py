"""Verify certificate numbers, one or a thousand: what each is on a day, and what is adopted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from catalog.errors import TooManyNumbersError
from catalog.repositories import adoptions, verification
from catalog.repositories.verification import PaperRow, Told
from catalog.rules.numbers import normal_number, split_suffix
from catalog.rules.standing import Standing, found_on
from catalog.rules.validity import validity_on
from catalog.rules.verifying import AdoptedOf, Answer, adopted_of, answer_of, near_numbers
from catalog.views.verification import (
    Verification,
    Verified,
    VerifiedCertificate,
    VerifiedProduct,
)

MOST_NUMBERS = 2_000
"""How many numbers are verified at once, so that one caller does not keep the others waiting."""

LONGEST_NUMBER = 200
"""How many signs of a number are looked at: none is longer in the store."""

_LOOKED_NEAR = 50
_NEAR_SHOWN = 5


def verify(connection: Connection, asked: Sequence[str], *, on: dt.date) -> Verification:
    """Return what each number is on a day, in the order asked, repeats and all.

    Near ones are looked for of the first unknown numbers only.

    Raises:
        TooManyNumbersError: There are more than are verified at once.
    """
    if len(asked) > MOST_NUMBERS:
        raise TooManyNumbersError(most=MOST_NUMBERS, count=len(asked))
    plain = [each[:LONGEST_NUMBER] for each in asked]
    found = _found(connection, plain)
    papers = described(connection, [row for rows in found.values() for row in rows], on=on)
    unknown = list(dict.fromkeys(normal_number(each) for each in plain if not found[each]))
    looked = [each for each in unknown if each][:_LOOKED_NEAR]
    near = verification.near(connection, {each: near_numbers(each) for each in looked}, _NEAR_SHOWN)
    items = []
    for row, each in enumerate(plain, start=1):
        certificates = tuple(papers[paper.id] for paper in found[each])
        items.append(
            Verified(
                row=row,
                asked=each,
                answer=answer_of([paper.validity for paper in certificates]),
                adopted=adopted_of(p.standing for paper in certificates for p in paper.products),
                certificates=certificates,
                near=() if certificates else near.get(normal_number(each), ()),
            )
        )
    return Verification(
        on=on,
        items=tuple(items),
        known=sum(item.answer is not Answer.NOT_KNOWN for item in items),
        valid=sum(item.answer is Answer.VALID for item in items),
        adopted=sum(item.adopted in (AdoptedOf.ALL, AdoptedOf.SOME) for item in items),
        unknown=sum(item.answer is Answer.NOT_KNOWN for item in items),
        looked_near=len(looked),
    )


def _found(connection: Connection, asked: Sequence[str]) -> dict[str, list[PaperRow]]:
    """Return the certificates of each writing: as it is, or without a registry's mark behind it."""
    ways = {each: (normal_number(each), normal_number(split_suffix(each).number)) for each in asked}
    known = verification.by_numbers(connection, {way for pair in ways.values() for way in pair})
    return {each: known.get(whole) or known.get(bare, []) for each, (whole, bare) in ways.items()}


def described(
    connection: Connection, rows: Sequence[PaperRow], *, on: dt.date
) -> dict[int, VerifiedCertificate]:
    """Return certificates as they are on a day, with their products, by number in the store."""
    told = verification.told_of(connection, {row.id for row in rows})
    products = {each.id for listed in told.products.values() for each in listed}
    entries = adoptions.entries(connection, products)
    standings = {i: found_on(entries.get(i, ()), on).standing for i in products}
    return {row.id: _described(row, told, standings, on) for row in rows}


def _described(
    row: PaperRow, told: Told, standings: Mapping[int, Standing], on: dt.date
) -> VerifiedCertificate:
    versions, states = told.versions.get(row.id, []), told.states.get(row.id, [])
    # The last version to have begun speaks or, before all of them, the first.
    begun = [each for each in versions if each.valid_from <= on] or versions[:1]
    version = begun[-1] if begun else None
    entered = [each for each in states if each.from_on <= on]
    return VerifiedCertificate(
        key=row.key,
        number=row.number,
        body=row.body,
        validity=validity_on(
            [(each.valid_from, each.valid_to) for each in versions],
            [(each.state, each.from_on) for each in states],
            on,
        ),
        star=version.star if version else None,
        standard=version.standard if version else None,
        valid_from=version.valid_from if version else None,
        valid_to=version.valid_to if version else None,
        factory=version.factory if version else None,
        since=entered[-1].from_on if entered else None,
        reason=entered[-1].reason if entered else None,
        products=tuple(
            VerifiedProduct(
                key=each.key,
                name=each.name,
                model=each.model,
                scope=each.scope,
                company=each.company,
                company_name=each.company_name,
                standing=standings[each.id],
            )
            for each in told.products.get(row.id, [])
        ),
        is_synthetic=row.is_synthetic,
    )
