"""The pages of a building site: record what comes, by phone; list it, correct it, withdraw it."""

from __future__ import annotations

import datetime as dt
from typing import BinaryIO, cast

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import MultipartBody, URLEncodedBody
from litestar.response import Redirect, Template
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from api.moment import now
from api.parameters import IdInPath, KeyInPath, day_or_today
from api.web.asked import Short
from api.web.evidence import Files
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.owner_desk import saved
from api.web.owner_forms import ReasonForm
from api.web.page import PageRequest, page
from api.web.signed_in import who_may
from api.web.site_forms import DeliveryForm, delivery_of, form_of_delivery
from api.web.site_page import delivery_page
from catalog.db import Database
from catalog.errors import CertificateNotFoundError, EntryRefusedError, EvidenceRefusedError
from catalog.evidence_files import EvidenceFolder
from catalog.permissions import Action, Actor
from catalog.records import Issue
from catalog.rules.terms import EvidenceKind
from catalog.services import (
    catalogue,
    evidence,
    owning,
    project_targets,
    projects,
    results,
    site_deliveries,
)
from catalog.services.receiving.by_page import LONGEST_REASON
from catalog.views.owner import DeliveryDraft
from importers.issues import explain

LARGEST_FORM = 2**27
_METHOD = "B"


class SitePages(Controller):
    """Record and look after what came to one building."""

    path = "/projects/{key:str}/buildings/{building:str}/deliveries"
    request_max_body_size = LARGEST_FORM
    dependencies = who_may(Action.IMPORT)

    @get(name="site:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        undo: Short = "",
    ) -> Template:
        """Show what came, the latest first, with photos and what is to be said of it."""
        today = day_or_today(None)
        with database.reading() as connection:
            project = projects.get_project(connection, key)
            target = project_targets.target_of(connection, key)
            return page(
                request,
                "desks/deliveries.html",
                project=project,
                building=projects.get_building(connection, key, building),
                items=site_deliveries.deliveries_on_site(
                    connection,
                    building,
                    actor=actor,
                    on=today,
                    method=target.method if target else _METHOD,
                ),
                units=results.basis(connection).units,
                names=names_of(connection, on=today),
                undo=int(undo) if undo.isascii() and undo.isdigit() else None,
                longest=LONGEST_REASON,
                shows_synthetic=project.is_synthetic,
            )

    @post("/new", name="site:record", sync_to_thread=True)
    def record(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: MultipartBody[DeliveryForm],
    ) -> Redirect | Template:
        """Keep what came, with its photos."""
        draft, wrong = _read(database, data, building, actor, language_of(request))
        if draft is None:
            return delivery_page(
                request, database, evidence_files, key, building, data, wrong=wrong
            )
        try:
            with database.transaction() as session:
                projects.get_building(session.connection(), key, building)
                moment = now()
                run = site_deliveries.record_delivery(
                    session,
                    building,
                    _with_photos(session, evidence_files, draft, data, key, actor, moment),
                    number=data.number,
                    actor=actor,
                    now=moment,
                )
        except (EntryRefusedError, EvidenceRefusedError) as error:
            said = _said(error, language_of(request))
            return delivery_page(
                request, database, evidence_files, key, building, data, refusal=said
            )
        return saved(request.app.route_reverse("site:index", key=key, building=building), run)

    @get("/{id:int}/edit", name="site:edit", sync_to_thread=True)
    def edit(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        id: IdInPath,
    ) -> Template:
        """Show a delivery as it was recorded, to be corrected."""
        with database.reading() as connection:
            owning.ensure_building(connection, building, actor=actor)
            view = site_deliveries.delivery_to(connection, building, id)
            form = form_of_delivery(view, certificate=_number(connection, view.certificate))
        return delivery_page(request, database, evidence_files, key, building, form, delivery=id)

    @post("/{id:int}/edit", name="site:correct", sync_to_thread=True)
    def correct(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        id: IdInPath,
        data: MultipartBody[DeliveryForm],
    ) -> Redirect | Template:
        """Keep another statement in place of the one that was made."""
        draft, wrong = _read(database, data, building, actor, language_of(request))
        if draft is None:
            return delivery_page(
                request, database, evidence_files, key, building, data, delivery=id, wrong=wrong
            )
        try:
            with database.transaction() as session:
                projects.get_building(session.connection(), key, building)
                moment = now()
                run = site_deliveries.correct_delivery(
                    session,
                    building,
                    id,
                    _with_photos(session, evidence_files, draft, data, key, actor, moment),
                    reason=data.reason,
                    actor=actor,
                    now=moment,
                )
        except (EntryRefusedError, EvidenceRefusedError) as error:
            said = _said(error, language_of(request))
            return delivery_page(
                request, database, evidence_files, key, building, data, delivery=id, refusal=said
            )
        return saved(request.app.route_reverse("site:index", key=key, building=building), run)

    @post("/{id:int}/withdraw", name="site:withdraw", sync_to_thread=True)
    def withdraw(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        id: IdInPath,
        data: URLEncodedBody[ReasonForm],
    ) -> Redirect:
        """Let a delivery count no longer."""
        with database.transaction() as session:
            projects.get_building(session.connection(), key, building)
            run = site_deliveries.withdraw_delivery(
                session, building, id, reason=data.reason, actor=actor, now=now()
            )
        return saved(request.app.route_reverse("site:index", key=key, building=building), run)


def _read(
    database: Database, data: DeliveryForm, building: str, actor: Actor, language: str
) -> tuple[DeliveryDraft | None, dict[str, str]]:
    with database.reading() as connection:
        # Whoever may not record anything here is not told what is wrong with the form either.
        owning.ensure_building(connection, building, actor=actor)
        names = names_of(connection, on=day_or_today(None))
    return delivery_of(data, categories=names.categories, places=names.places, language=language)


def _with_photos(
    session: Session,
    files: EvidenceFolder,
    draft: DeliveryDraft,
    data: DeliveryForm,
    project: str,
    actor: Actor,
    moment: dt.datetime,
) -> DeliveryDraft:
    """Keep the photos as evidence of the project's owner, and name them in the draft."""
    kind = EvidenceKind(data.kind) if data.kind in set(EvidenceKind) else EvidenceKind.OTHER
    kept = []
    for photo in data.photos:
        view = evidence.keep(
            session,
            files,
            # A file spooled in memory or on disk has all that a reader of bytes needs.
            cast("BinaryIO", photo.file),
            name=photo.filename,
            note=f"{draft.note_number} {draft.name}"[: evidence.LONGEST_NOTE],
            whose=owning.whose_project(session.connection(), project),
            actor=actor,
            now=moment,
        )
        kept.append((kind, view.key))
    return msgspec.structs.replace(draft, evidence=(*draft.evidence, *kept))


def _number(connection: Connection, certificate: str | None) -> str | None:
    """Return the number of a certificate that a delivery names by key."""
    if certificate is None:
        return None
    try:
        return catalogue.get_certificate(connection, certificate, on=day_or_today(None)).number
    except CertificateNotFoundError:
        return None


def _said(error: EntryRefusedError | EvidenceRefusedError, language: str) -> str:
    """Return in words why nothing was saved: what an import would say of the same entry."""
    issues = error.issues if isinstance(error, EntryRefusedError) else ()
    known = [issue for issue in issues if isinstance(issue, Issue)]
    if known:
        return " ".join(part for issue in known for part in explain(issue, language))
    return error.text(language)
