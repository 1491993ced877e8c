"""Make the entries of an edition from the facts, as they were known at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection

from catalog.models.revision import Entity
from catalog.repositories import adoptions, editions, proofs, published, reference, revisions
from catalog.rules.editions import FORMAT, EditionEntry, EditionHead, in_order
from catalog.rules.proof import Paper
from catalog.rules.standing import Standing, standing_on
from catalog.rules.terms import EditionKind
from catalog.rules.validity import Validity, validity_on
from catalog.services.garbage import collecting_rarely
from catalog.services.jobs import Step, Tell, tell_nobody

_CHUNK = 5_000


class _Known(msgspec.Struct, frozen=True):
    """What was known at the moment of everything that entries name, by id."""

    products: Mapping[int, Mapping[str, Any]]
    companies: Mapping[int, Mapping[str, Any]]
    certificates: Mapping[int, Any]
    versions: Mapping[int, Sequence[Any]]
    categories: Mapping[int, str]
    divisions: Mapping[int, str]


@collecting_rarely()
def compose(
    connection: Connection,
    kind: EditionKind,
    as_of: dt.date,
    known_at: dt.datetime,
    *,
    tell: Tell = tell_nobody,
) -> list[EditionEntry]:
    """Return the entries of a list as of a day, from what was known at the moment.

    The catalogue holds every listed product with each certificate that is valid on the day; the
    adoption list what stands adopted on it. What nobody can tell is in neither.
    """
    if kind is EditionKind.CATALOGUE:
        return in_order(_certified(connection, as_of, known_at, tell))
    return in_order(_adopted(connection, as_of, known_at, tell))


def standings(
    connection: Connection,
    kind: EditionKind,
    entries: Sequence[EditionEntry],
    as_of: dt.date,
    known_at: dt.datetime,
) -> dict[str, str]:
    """Return what became of entries by a day: a standing, a validity or ``not-listed``."""
    found: dict[str, str] = {}
    if kind is EditionKind.ADOPTIONS:
        ids = adoptions.product_ids(connection, {entry.product for entry in entries})
        known = adoptions.entries(connection, ids.values(), known_at=known_at)
        numbers = [each.id for every in known.values() for each in every]
        keys = {number: row.key for number, row in _heads(connection, numbers).items()}
        for every in known.values():
            for each in every:
                found[keys[each.id]] = standing_on(each, as_of).value
    else:
        covered = editions.covered(connection, known_at)
        known_then = _known(connection, covered, known_at)
        papers = _papers(connection, {paper for _, paper in covered}, known_at)
        for product_id, paper_id in covered:
            key = _paired(known_then, product_id, paper_id)
            if key is not None:
                found[key] = _validity(papers[paper_id], as_of).value
    return {entry.key: found.get(entry.key, "not-listed") for entry in entries}


def head_of(
    connection: Connection,
    kind: EditionKind,
    as_of: dt.date,
    *,
    number: int,
    entries: Sequence[EditionEntry],
    known_at: dt.datetime,
) -> EditionHead:
    """Return what stands before the entries, with the names of the categories and divisions."""
    used = {entry.category for entry in entries}
    places = {entry.division for entry in entries}
    divisions = reference.divisions(connection, on=as_of)
    return EditionHead(
        format=FORMAT,
        kind=kind,
        year=as_of.year,
        number=number,
        as_of=as_of,
        known_at=known_at,
        categories={
            each.key: (each.name_zh, each.name_en)
            for each in reference.categories(connection)
            if each.key in used
        },
        divisions={
            each.key: (each.name_zh, each.name_en) for each in divisions if each.key in places
        },
    )


def _certified(
    connection: Connection, as_of: dt.date, known_at: dt.datetime, tell: Tell
) -> Iterable[EditionEntry]:
    covered = editions.covered(connection, known_at)
    papers = _papers(connection, {paper for _, paper in covered}, known_at, tell)
    valid = [
        (product, paper)
        for product, paper in covered
        if _validity(papers[paper], as_of) is Validity.VALID
    ]
    known = _known(connection, valid, known_at)
    for done, (product_id, paper_id) in enumerate(valid):
        tell(Step(name="entries", done=done, total=len(valid)))
        key = _paired(known, product_id, paper_id)
        if key is not None:
            yield EditionEntry(key=key, **_stated(known, product_id, paper_id, as_of))


def _adopted(
    connection: Connection, as_of: dt.date, known_at: dt.datetime, tell: Tell
) -> Iterable[EditionEntry]:
    ids = editions.adopted_products(connection, known_at)
    standing = [
        (product_id, each)
        for product_id, every in adoptions.entries(connection, ids, known_at=known_at).items()
        for each in every
        if standing_on(each, as_of) is Standing.ADOPTED
    ]
    known = _known(
        connection, [(product, each.certificate_id or 0) for product, each in standing], known_at
    )
    heads = _heads(connection, [each.id for _, each in standing])
    for done, (product_id, each) in enumerate(standing):
        tell(Step(name="entries", done=done, total=len(standing)))
        head = heads[each.id]
        if known.products.get(product_id) is None:
            continue
        stated = _stated(known, product_id, each.certificate_id or 0, as_of)
        stated |= {
            "division": head.division,
            "valid_to": each.valid_to or stated["valid_to"],
            "is_synthetic": head.is_synthetic or stated["is_synthetic"],
        }
        yield EditionEntry(
            key=head.key,
            route=each.route,
            case_number=head.case_number,
            adopted_on=each.adopted_on,
            report_issued_on=head.report_issued_on,
            **stated,
        )


def _known(
    connection: Connection, pairs: Sequence[tuple[int, int]], known_at: dt.datetime
) -> _Known:
    """Read what was known then of products, with their companies, and of certificates."""
    states = revisions.states_at(connection, Entity.PRODUCT, {pair[0] for pair in pairs}, known_at)
    products = {i: state for i, state in states.items() if state.get("withdrawn_at") is None}
    papers = {pair[1] for pair in pairs if pair[1]}
    companies = {state["company_id"] for state in products.values()}
    return _Known(
        products=products,
        companies=revisions.states_at(connection, Entity.COMPANY, companies, known_at),
        certificates=editions.certificates(connection, papers, known_at),
        versions=editions.versions(connection, papers, known_at),
        categories=editions.categories(connection),
        divisions=published.division_keys(connection),
    )


def _paired(known: _Known, product_id: int, paper_id: int) -> str | None:
    """Return the key of a product under a certificate, None where either is not listed."""
    product, paper = known.products.get(product_id), known.certificates.get(paper_id)
    return None if product is None or paper is None else f"{product['key']}.{paper.key}"


def _stated(known: _Known, product_id: int, paper_id: int, as_of: dt.date) -> dict[str, Any]:
    product = known.products[product_id]
    company = known.companies[product["company_id"]]
    paper = known.certificates.get(paper_id)
    version = _version(known.versions.get(paper_id, ()), as_of) if paper else None
    division = company["division_id"]
    return {
        "product": product["key"],
        "name": product["name"],
        "brand": product["brand"],
        "model": product["model"],
        "scope": product["scope"],
        "category": known.categories[product["category_id"]],
        "company": company["key"],
        "company_name": company["name"],
        "credit_code": company["credit_code"],
        "division": None if division is None else known.divisions[division],
        "certificate": paper.key if paper else None,
        "certificate_number": paper.number if paper else None,
        "body": paper.body if paper else None,
        "star": version.star if version else None,
        "standard": version.standard if version else None,
        "factory": version.factory if version else None,
        "valid_from": version.valid_from if version else None,
        "valid_to": version.valid_to if version else None,
        "is_synthetic": bool(product["is_synthetic"] or (paper and paper.is_synthetic)),
    }


def _version(versions: Sequence[Any], as_of: dt.date) -> Any:  # noqa: ANN401  A row.
    """Return what a certificate states on a day: its last version by then, or its first."""
    then = [version for version in versions if version.effective_on <= as_of]
    return (then or versions[:1])[-1] if versions else None


def _validity(paper: Paper, as_of: dt.date) -> Validity:
    windows = [(version.valid_from, version.valid_to) for version in paper.versions]
    return validity_on(windows, paper.states, as_of)


def _papers(
    connection: Connection, ids: Iterable[int], known_at: dt.datetime, tell: Tell = tell_nobody
) -> dict[int, Paper]:
    wanted = sorted(set(ids))
    found: dict[int, Paper] = {}
    for start in range(0, len(wanted), _CHUNK):
        tell(Step(name="papers", done=start, total=len(wanted)))
        part = wanted[start : start + _CHUNK]
        found |= proofs.papers_of(connection, part, known_at=known_at)
    return found


def _heads(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(ids), _CHUNK):
        found |= adoptions.heads(connection, ids[start : start + _CHUNK])
    return found
