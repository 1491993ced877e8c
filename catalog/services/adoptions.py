"""What products are in the adoption database on any day, derived and never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from catalog.errors import ProductNotFoundError
from catalog.repositories import adoptions, evidence
from catalog.rules import standing
from catalog.rules.standing import Entry, Standing
from catalog.views.adoptions import AdoptionView, ProductAdoption


def of_product(connection: Connection, key: str, *, on: dt.date) -> ProductAdoption:
    """Return what a product is in the adoption database on a day, with all its entries.

    Raises:
        ProductNotFoundError: No listed product has this key.
    """
    product_id = adoptions.product_id(connection, key)
    if product_id is None:
        raise ProductNotFoundError(key=key)
    entries = adoptions.entries(connection, [product_id]).get(product_id, ())
    if not entries:
        return ProductAdoption(
            product=key, on=on, standing=standing.found_on((), on).standing, is_adopted=False,
            until=None, because=None, adoptions=[],
        )  # fmt: skip
    ids = [entry.id for entry in entries]
    heads, decided = adoptions.heads(connection, ids), adoptions.decided(connection, ids)
    papers = evidence.public_of_cases(connection, (head.case_number for head in heads.values()))
    found = standing.found_on(entries, on)
    return ProductAdoption(
        product=key,
        on=on,
        standing=found.standing,
        is_adopted=found.standing.is_adopted,
        until=_until(entries, on),
        because=heads[found.adoption_id].key if found.adoption_id is not None else None,
        adoptions=[
            AdoptionView(
                key=heads[entry.id].key,
                case_number=heads[entry.id].case_number,
                division=heads[entry.id].division,
                route=entry.route,
                certificate=heads[entry.id].certificate,
                certificate_number=heads[entry.id].certificate_number,
                report_issued_on=heads[entry.id].report_issued_on,
                adopted_on=entry.adopted_on,
                valid_to=entry.valid_to,
                standing=standing.standing_on(entry, on),
                until=_until([entry], on),
                decided=decided[entry.id],
                papers=papers.get(heads[entry.id].case_number, []),
                is_synthetic=heads[entry.id].is_synthetic,
            )
            for entry in entries
        ],
    )


def standings(
    connection: Connection, product_ids: Iterable[int], *, on: dt.date
) -> Mapping[int, Standing]:
    """Return what each of the products is on a day."""
    wanted = set(product_ids)
    found = adoptions.entries(connection, wanted)
    return {i: standing.found_on(found.get(i, ()), on).standing for i in wanted}


def standings_by_key(
    connection: Connection, keys: Iterable[str], *, on: dt.date
) -> Mapping[str, Standing]:
    """Return what each of the products of these keys is on a day."""
    ids = adoptions.product_ids(connection, keys)
    found = standings(connection, ids.values(), on=on)
    return {key: found[number] for key, number in ids.items()}


def _until(entries: Iterable[Entry], on: dt.date) -> dt.date | None:
    last = standing.adopted_until(list(entries), on)
    return None if last == dt.date.max else last
