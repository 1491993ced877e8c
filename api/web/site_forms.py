"""The form of a delivery, as it is typed on site and as it is read."""

from __future__ import annotations

from collections.abc import Container, Iterable
from decimal import Decimal

import msgspec
from litestar.datastructures import UploadFile

from api.web.asked import plain, several
from api.web.filled_in import FilledIn
from catalog.rules.terms import EvidenceKind
from catalog.views.owner import DeliveryDraft
from catalog.views.projects import DeliveryView

_LONGEST_UNIT, _LONGEST_REFERENCE = 40, 200


class DeliveryForm(msgspec.Struct):
    """A delivery as it is typed, up to three photos, and what was kept of earlier evidence."""

    product: str = ""
    certificate: str = ""
    name: str = ""
    specification: str = ""
    category: str = ""
    place: str = ""
    quantity: str = ""
    unit: str = ""
    is_return: str = ""
    delivered_on: str = ""
    note_number: str = ""
    supplier: str = ""
    amount: str = ""
    kind: str = EvidenceKind.ENTRY_ACCEPTANCE.value
    reference: str = ""
    kept: str | list[str] = ""
    photo: UploadFile | None = None
    photo_2: UploadFile | None = None
    photo_3: UploadFile | None = None
    reason: str = ""
    number: str = ""

    @property
    def photos(self) -> list[UploadFile]:
        """The photos that were taken or chosen."""
        return [each for each in (self.photo, self.photo_2, self.photo_3) if each and each.filename]

    @property
    def evidence_kept(self) -> list[tuple[EvidenceKind, str]]:
        """The earlier evidence that stays, and the number of a paper that was typed."""
        found = []
        for each in several(self.kept):
            kind, _, stated = each.partition("|")
            reference = plain(stated)
            if kind in set(EvidenceKind) and reference:
                found.append((EvidenceKind(kind), reference))
        return found


def delivery_of(
    form: DeliveryForm,
    *,
    categories: Container[str],
    places: Container[str],
    language: str,
) -> tuple[DeliveryDraft | None, dict[str, str]]:
    """Return what was typed of a delivery, or None and what is wrong with each field."""
    stated = {
        name: value
        for name in form.__struct_fields__
        if isinstance(value := getattr(form, name), str)
    }
    filled = FilledIn(stated, language)
    quantity = filled.number("quantity", is_needed=True)
    delivered_on = filled.day("delivered_on", is_needed=True)
    reference = filled.text("reference", longest=_LONGEST_REFERENCE)
    kind = filled.choice("kind", set(EvidenceKind)) or EvidenceKind.ENTRY_ACCEPTANCE.value
    evidence = form.evidence_kept + ([(EvidenceKind(kind), reference)] if reference else [])
    note = filled.text("note_number", longest=80, is_needed=True)
    name = filled.text("name", is_needed=True)
    unit = filled.text("unit", longest=_LONGEST_UNIT, is_needed=True)
    specification = filled.text("specification", longest=500) or None
    category = filled.choice("category", categories) or None
    place = filled.choice("place", places) or None
    supplier = filled.text("supplier") or None
    amount = filled.number("amount")
    product = filled.text("product", longest=80) or None
    certificate = filled.text("certificate", longest=80) or None
    if filled.wrong or quantity is None or delivered_on is None:
        return None, filled.wrong
    if form.is_return:
        quantity = -abs(quantity)
        amount = None if amount is None else -abs(amount)
    return DeliveryDraft(
        note_number=note,
        delivered_on=delivered_on,
        name=name,
        unit=unit,
        quantity=quantity,
        specification=specification,
        category=category,
        product=product,
        certificate=certificate,
        place=place,
        supplier=supplier,
        amount=amount,
        evidence=tuple(evidence),
    ), {}


def form_of_delivery(view: DeliveryView, *, certificate: str | None) -> DeliveryForm:
    """Return a delivery's form as it is filled in before anybody corrects it."""
    return DeliveryForm(
        product=view.product or "",
        certificate=certificate or "",
        name=view.name,
        specification=view.specification or "",
        category=view.category or "",
        place=view.place or "",
        quantity=_typed(abs(view.quantity)),
        unit=view.unit,
        is_return="yes" if view.quantity < 0 else "",
        delivered_on=view.delivered_on.isoformat(),
        note_number=view.note_number,
        supplier=view.supplier or "",
        amount=_typed(None if view.amount is None else abs(view.amount)),
        kept=[f"{e.kind}|{e.reference}" for e in view.evidence],
    )


def units_offered(own: Iterable[str], common: Iterable[str]) -> list[str]:
    """Return the units to offer: those that the building's lines are in, then the common ones."""
    return list(dict.fromkeys((*own, *common)))


def _typed(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
