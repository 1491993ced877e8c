"""Queries for the change feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from catalog.models.adoption import Adoption
from catalog.models.certificate import Certificate
from catalog.models.company import Company
from catalog.models.edition import Edition
from catalog.models.epd import Epd
from catalog.models.product import Product
from catalog.models.public_change import PublicChange
from catalog.models.published import PublishedFigure
from catalog.rules.terms import PublicThing

_LAST: Select[*tuple[Any, ...]] = select(func.max(PublicChange.number))
_FOLLOWING: Select[*tuple[Any, ...]] = (
    select(PublicChange.number, PublicChange.thing, PublicChange.thing_id, PublicChange.recorded_at)
    .where(PublicChange.number > bindparam("since"))
    .order_by(PublicChange.number)
    .limit(bindparam("limit"))
)
_IDS: Any = bindparam("ids", expanding=True)
# Of each thing its key, and whether it is listed: an adoption or edition that is there stays there.
_KEYS: Mapping[PublicThing, Select[*tuple[Any, ...]]] = {
    PublicThing.COMPANY: select(Company.id, Company.key, Company.withdrawn_at.is_(None)),
    PublicThing.PRODUCT: select(Product.id, Product.key, Product.withdrawn_at.is_(None)),
    PublicThing.CERTIFICATE: select(
        Certificate.id, Certificate.key, Certificate.withdrawn_at.is_(None)
    ),
    PublicThing.ADOPTION: select(Adoption.id, Adoption.key, Adoption.id.is_not(None)),
    PublicThing.DECLARATION: select(Epd.id, Epd.key, Epd.withdrawn_at.is_(None)),
    PublicThing.EDITION: select(Edition.id, Edition.key, Edition.id.is_not(None)),
    PublicThing.FIGURE: select(
        PublishedFigure.id, PublishedFigure.content_hash, PublishedFigure.id.is_not(None)
    ),
}
Row = tuple[int, PublicThing, int, Any]


def last_number(connection: Connection) -> int:
    """Return the number of the last change, 0 before the first."""
    return connection.scalar(_LAST) or 0


def following(
    connection: Connection, since: int, *, things: Collection[PublicThing], limit: int
) -> list[Row]:
    """Return the changes behind a number, in order; of some kinds of things if any are named."""
    asked = _FOLLOWING
    if things:
        asked = asked.where(PublicChange.thing.in_(sorted(things)))
    return [tuple(row) for row in connection.execute(asked, {"since": since, "limit": limit})]


def named(
    connection: Connection, rows: Sequence[Row]
) -> dict[tuple[PublicThing, int], tuple[str, bool]]:
    """Return the key of each thing, and whether it is listed."""
    wanted: dict[PublicThing, set[int]] = defaultdict(set)
    for _, thing, number, _ in rows:
        wanted[thing].add(number)
    return {
        (thing, number): (key, bool(is_listed))
        for thing, ids in wanted.items()
        for number, key, is_listed in connection.execute(
            _KEYS[thing].where(_KEYS[thing].selected_columns[0].in_(_IDS)), {"ids": sorted(ids)}
        )
    }
