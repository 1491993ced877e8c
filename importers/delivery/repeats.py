"""Goods that a list may count twice: one article in two units, or returned more than delivered."""

from __future__ import annotations

from decimal import Decimal

from catalog.records import DeliveryRecord
from importers.bill.notes import LineNotes
from importers.lookups.names import folded_word

_Goods = tuple[str, str, str, str]


class Repeats:
    """What came of each article so far, by its unit."""

    def __init__(self) -> None:
        self._sums: dict[_Goods, dict[str, Decimal]] = {}
        self._first: dict[_Goods, DeliveryRecord] = {}

    def take(
        self,
        record: DeliveryRecord,
        article: str,
        notes: LineNotes,
        *,
        previous: DeliveryRecord | None,
    ) -> bool:
        """Count a delivery, and return whether it may come in.

        The same goods in two units on neighbouring rows of one note are most likely one delivery
        written twice. Only a person can say: the second row stays out until one does.
        """
        goods = _goods(record, article)
        first = self._first.setdefault(goods, record)
        if first.unit != record.unit:
            facts = {
                "first_row": str(first.row),
                "first": f"{first.quantity:f} {first.unit}",
                "second": f"{record.quantity:f} {record.unit}",
            }
            if previous is first:
                notes.refuse("delivery-in-two-units", "unit", record.unit, facts)
                return False
            notes.remark("article-in-two-units", "unit", record.unit, facts)
        sums = self._sums.setdefault(goods, {})
        left = sums[record.unit] = sums.get(record.unit, Decimal(0)) + record.quantity
        if record.quantity < 0 and left < 0:
            facts = {"left": f"{left.normalize():f}", "unit": record.unit}
            notes.remark("returned-more-than-delivered", "quantity", f"{record.quantity:f}", facts)
        return True


def _goods(record: DeliveryRecord, article: str) -> _Goods:
    """Return what makes two rows the same goods: small signs in the name make no difference."""
    name = "".join(sign for sign in folded_word(record.name) if sign.isalnum())
    return record.note_number, folded_word(record.supplier or ""), folded_word(article), name
