"""The page of a building's wordings, with what there is to choose and what was just done."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

import msgspec
from litestar.response import Template
from sqlalchemy import Connection

from api.parameters import day_or_today
from api.rest.matching import matching_words
from api.web.i18n import language_of
from api.web.matching_form import OTHER, AnswerForm, Place, needs_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from catalog.db import Database
from catalog.errors import CatalogError
from catalog.permissions import Thing
from catalog.rules.matching_words import NOT_MATERIAL, OUTSIDE, Strengths
from catalog.services import applying, deciding, owning, projects, results, wordings
from catalog.views.matching import AppliedRunView, DecisionView, Need, SureView, WordingView

_RUNS = 10


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says beside its list.

    ``over`` is the percentage for which a person asks how much could be accepted; ``run``,
    ``settled`` (a number of wordings) and ``sign`` tell what was just decided; ``answered`` is a
    form that was refused for ``error``.
    """

    over: int | None = None
    run: int | None = None
    sign: str = ""
    settled: int | None = None
    is_undone: bool = False
    answered: AnswerForm | None = None
    error: CatalogError | None = None
    has_changed: bool = False


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A wording as it is shown: with what its form holds, and why that was refused."""

    wording: WordingView
    choice: str
    other: str
    place: str
    product: str
    refusal: str | None


def matching_page(
    request: PageRequest,
    database: Database,
    key: str,
    building: str,
    place: Place,
    told: Told,
) -> Template:
    """Return the page of a building's wordings where the reader stands."""
    words, today, language = matching_words(), day_or_today(None), language_of(request)
    with database.reading() as connection:
        project = projects.get_project(connection, key)
        found = wordings.browse_wordings(
            connection,
            words,
            building,
            on=today,
            wanted=needs_of(place.need),
            limit=PAGE_SIZE,
            offset=offset(place.page_number),
        )
        runs = applying.applied_runs(connection, building, limit=_RUNS)
        return page(
            request,
            "matching/index.html",
            status_code=HTTPStatus.CONFLICT if _is_refused(told) else HTTPStatus.OK,
            project=project,
            building=projects.get_building(connection, key, building),
            found=found,
            cards=[_card(wording, told, language) for wording in found.items],
            paging=Paging(found.offset // PAGE_SIZE + 1, PAGE_SIZE, found.total),
            needs=list(Need),
            names=names_of(connection, on=today),
            categories=list(words.dimensions),
            no_category=(OUTSIDE, NOT_MATERIAL),
            other=OTHER,
            units=results.basis(connection).units,
            surety=lambda confidence: _surety(words.worth.strengths, confidence),
            told=told,
            refusal=told.error.text(language) if told.error and not told.answered else None,
            usual_percent=percent(words.worth.thresholds.propose),
            sure=_sure(connection, building, told, today),
            just=_just(runs, told),
            remembered=_remembered(connection, building, told),
            runs=runs,
            whose=owning.whose_project(connection, key),
            shared_memory=Thing(),
            shows_synthetic=project.is_synthetic,
        )


def percent(confidence: float) -> int:
    """Return a confidence as a whole percentage, cut, so that none seems to reach a threshold."""
    # Confidences have four digits, which a float does not keep exactly.
    return round(confidence * 10_000) // 100


def _surety(strengths: Strengths, confidence: float) -> tuple[str, int]:
    """Return a confidence as the key of a word and as a percentage."""
    ranks = ("sure", "likely", "hint")
    rank = next((rank for rank in ranks if confidence >= strengths.of(rank)), "faint")
    return rank, percent(confidence)


def _is_refused(told: Told) -> bool:
    return told.error is not None or told.has_changed


def _card(wording: WordingView, told: Told, language: str) -> Card:
    form = told.answered
    if form is not None and form.sign == wording.match.line.signature:
        return Card(
            wording=wording,
            choice=form.choice,
            other=form.other,
            place=form.place,
            product=form.product,
            refusal=told.error.text(language) if told.error else None,
        )
    first = wordings.proposal(wording)
    kinds = wording.match.kinds
    return Card(
        wording=wording,
        choice=kinds[0].key if kinds else "",
        other="",
        place=first.place or "",
        product=first.product or "",
        refusal=None,
    )


def _sure(connection: Connection, building: str, told: Told, today: dt.date) -> SureView | None:
    if told.over is None:
        return None
    return wordings.sure_wordings(
        connection, matching_words(), building, on=today, least=told.over / 100
    )


def _just(runs: list[AppliedRunView], told: Told) -> AppliedRunView | None:
    """Return the run that was just made, unless it was taken back meanwhile."""
    return next((run for run in runs if run.run == told.run), None)


def _remembered(connection: Connection, building: str, told: Told) -> DecisionView | None:
    """Return the decision that was just made and changed no line."""
    # Of words that the building doesn't have nobody learns here what its owner made of them.
    if not told.sign or wordings.find_line(connection, building, told.sign) is None:
        return None
    memory = owning.memory_of_building(connection, building)
    return deciding.decisions_now(connection, {told.sign}, memory=memory).get(told.sign)
