"""The page on which a delivery is recorded or corrected, with all that there is to choose from."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

import msgspec
from litestar.response import Template
from sqlalchemy import Connection

from api.parameters import day_or_today
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.site_forms import DeliveryForm, units_offered
from catalog.db import Database
from catalog.errors import ProductNotFoundError
from catalog.evidence_files import MEGABYTE, EvidenceFolder
from catalog.rules.standing import Standing
from catalog.rules.terms import EvidenceKind
from catalog.rules.validity import Validity
from catalog.services import adoptions, catalogue, projects, results
from catalog.services.receiving.by_page import LONGEST_REASON
from catalog.views.products import ProductView


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked for, and what that gave.

    ``q`` are words, ``code`` what a code says; ``elsewhere`` is the other site that it leads to;
    ``refusal`` says why a photo tells nothing.
    """

    q: str = ""
    code: str = ""
    found: list[ProductView] = []
    elsewhere: str | None = None
    refusal: str | None = None


class Proof(msgspec.Struct, frozen=True):
    """What a product is on a day: by its certificates, if it has any, and in the database."""

    validity: Validity | None
    standing: Standing


def delivery_page(
    request: PageRequest,
    database: Database,
    files: EvidenceFolder,
    key: str,
    building: str,
    form: DeliveryForm,
    *,
    delivery: int | None = None,
    looked: Looked | None = None,
    wrong: dict[str, str] | None = None,
    refusal: str | None = None,
) -> Template:
    """Return the form of a delivery as it is filled in, and what is wrong with it if anything."""
    today = day_or_today(None)
    asked = looked or Looked()
    is_refused = bool(wrong or refusal or asked.refusal)
    with database.reading() as connection:
        project = projects.get_project(connection, key)
        place = projects.get_building(connection, key, building)
        units = results.basis(connection).units
        lines = projects.bill_lines_of_building(connection, building)
        own = [units.find(line.unit) for line in lines if line.category == form.category]
        chosen = product_of(connection, form.product)
        shown = asked.found if chosen is None else [chosen]
        return page(
            request,
            "desks/delivery_form.html",
            status_code=HTTPStatus.BAD_REQUEST if is_refused else HTTPStatus.OK,
            project=project,
            building=place,
            delivery=delivery,
            form=form,
            chosen=chosen,
            proofs=_proofs(connection, shown, on=today),
            asked=asked,
            wrong=wrong or {},
            refusal=refusal,
            units=units,
            offered=units_offered((unit.key for unit in own if unit), (u.key for u in units)),
            kinds=list(EvidenceKind),
            limit_mb=files.max_bytes // MEGABYTE,
            longest=LONGEST_REASON,
            today=today,
            names=names_of(connection, on=today),
            shows_synthetic=project.is_synthetic,
        )


def _proofs(
    connection: Connection, products: list[ProductView], *, on: dt.date
) -> dict[str, Proof]:
    """Return by key what each of a few products is on a day, for whoever has to choose."""
    standings = adoptions.standings_by_key(connection, [each.key for each in products], on=on)
    found = {}
    for each in products:
        papers = catalogue.certificates_of_product(connection, each, on=on)
        kinds = [paper.validity for paper in papers]
        best = Validity.VALID if Validity.VALID in kinds else next(iter(kinds), None)
        found[each.key] = Proof(best, standings[each.key])
    return found


def product_of(connection: Connection, key: str) -> ProductView | None:
    """Return the product of a key, None where there is none."""
    if not key:
        return None
    try:
        return catalogue.get_product(connection, key)
    except ProductNotFoundError:
        return None
