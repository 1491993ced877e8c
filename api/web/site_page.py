"""The page on which a delivery is recorded or corrected, with all that there is to choose from."""

from __future__ import annotations

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
from catalog.rules.terms import EvidenceKind
from catalog.services import catalogue, projects, results
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
        return page(
            request,
            "desks/delivery_form.html",
            status_code=HTTPStatus.BAD_REQUEST if is_refused else HTTPStatus.OK,
            project=project,
            building=place,
            delivery=delivery,
            form=form,
            chosen=product_of(connection, form.product),
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


def product_of(connection: Connection, key: str) -> ProductView | None:
    """Return the product of a key, None where there is none."""
    if not key:
        return None
    try:
        return catalogue.get_product(connection, key)
    except ProductNotFoundError:
        return None
