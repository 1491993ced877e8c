"""The forms of an applicant: open a case, fill it in, hand papers in and take them back."""

from __future__ import annotations

from http import HTTPStatus
from typing import BinaryIO, cast

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import IdInPath, KeyInPath, day_or_today
from api.web import asked as asking
from api.web.asked import Text, plain
from api.web.cases import LARGEST_FORM, back, shown, whose_file
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.refused import Refused, refused
from api.web.signed_in import actor_of, who_may
from catalog.db import Database
from catalog.errors import CaseRefusedError, CatalogError
from catalog.evidence_files import EvidenceFolder
from catalog.permissions import Action, Actor
from catalog.rules.terms import Route
from catalog.services import catalogue, evidence
from catalog.services.cases import opening, papers, reading
from catalog.views.cases import CaseDraft


class OpenPost(msgspec.Struct):
    """The product, the route, and the division if it is not the organisation's."""

    product: str
    route: Route
    division: str = ""


class DraftPost(msgspec.Struct):
    """What the applicant fills in."""

    version: int
    certificate: str = ""
    contact: str = ""
    telephone: str = ""
    product_standard: str = ""
    laboratory: str = ""
    introduction: str = ""


class PaperPost(msgspec.Struct):
    """A file, what kind of paper it is, and which day it bears."""

    version: int
    kind: str
    file: UploadFile
    dated_on: str = ""


class VersionPost(msgspec.Struct):
    """The version of the case that was shown."""

    version: int


class CasePaperPages(Controller):
    """Open a case, fill it in, hand papers in."""

    path = "/cases"
    request_max_body_size = LARGEST_FORM
    dependencies = actor_of

    @get("/new", name="cases:new", sync_to_thread=True, dependencies=who_may(Action.APPLY))
    def new(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        product: Text = "",
    ) -> Template:
        """Ask which product is applied for, and by which route."""
        return _new(request, database, actor, plain(product))

    @post(name="cases:open", sync_to_thread=True)
    def open(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[OpenPost],
    ) -> Redirect | Template:
        """Open the case."""
        product, division = plain(data.product), plain(data.division)
        try:
            if not product:
                raise CaseRefusedError(reason_zh="请选择产品", reason_en="choose a product")
            with database.transaction() as session:
                case = opening.open_case(
                    session,
                    product,
                    data.route,
                    actor=actor,
                    now=now(),
                    division=division or None,
                )
        except CaseRefusedError as error:
            said = {"route": data.route.value, "division": division}
            refusal = refused(request, error, "open", said)
            return _new(request, database, actor, product, refusal)
        return back(case.number)

    @post("/{key:str}/draft", name="cases:edit", sync_to_thread=True)
    def edit(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[DraftPost],
    ) -> Redirect | Template:
        """Keep what was filled in."""
        draft = CaseDraft(
            contact=plain(data.contact),
            telephone=plain(data.telephone),
            product_standard=plain(data.product_standard),
            laboratory=plain(data.laboratory),
            introduction=data.introduction,
        )
        certificate = plain(data.certificate)
        try:
            with database.transaction() as session:
                papers.edit_case(
                    session,
                    key,
                    draft,
                    certificate=certificate or None,
                    version=data.version,
                    actor=actor,
                    now=now(),
                )
        except CatalogError as error:
            said = {"certificate": certificate, **msgspec.structs.asdict(draft)}
            return shown(request, database, actor, key, refused(request, error, "draft", said))
        return back(key)

    @post("/{key:str}/papers", name="cases:add-paper", sync_to_thread=True)
    def add_paper(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: NamedDependency[SkipValidation[EvidenceFolder]],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: MultipartBody[PaperPost],
    ) -> Redirect | Template:
        """Keep a file and hand it in."""
        kind, dated_on = plain(data.kind), asking.day(data.dated_on, name="dated_on")
        try:
            if not data.file.filename:
                raise CaseRefusedError(reason_zh="请选择文件", reason_en="choose a file")
            with database.transaction() as session:
                moment = now()
                case = reading.get_case(session.connection(), key, actor, on=day_or_today(None))
                kept = evidence.keep(
                    session,
                    evidence_files,
                    cast("BinaryIO", data.file.file),
                    name=data.file.filename,
                    whose=whose_file(case, actor),
                    actor=actor,
                    now=moment,
                )
                papers.add_paper(
                    session,
                    key,
                    kept.key,
                    kind,
                    dated_on=dated_on,
                    version=data.version,
                    actor=actor,
                    now=moment,
                )
        except CatalogError as error:
            said = {"kind": kind, "dated_on": dated_on.isoformat() if dated_on else ""}
            return shown(request, database, actor, key, refused(request, error, "paper", said))
        return back(key)

    @post("/{key:str}/papers/{id:int}/remove", name="cases:remove-paper", sync_to_thread=True)
    def take_paper_back(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        id: IdInPath,
        data: URLEncodedBody[VersionPost],
    ) -> Redirect | Template:
        """Take a file out of the case."""
        try:
            with database.transaction() as session:
                papers.take_paper_back(
                    session, key, id, version=data.version, actor=actor, now=now()
                )
        except CatalogError as error:
            return shown(request, database, actor, key, refused(request, error, "papers", {}))
        return back(key)


def _new(
    request: PageRequest,
    database: Database,
    actor: Actor,
    product: str,
    refusal: Refused | None = None,
) -> Template:
    today = day_or_today(None)
    with database.reading() as connection:
        return page(
            request,
            "cases/new.html",
            status_code=refusal.status if refusal else HTTPStatus.OK,
            refused=refusal,
            products=reading.products_to_apply_for(connection, actor),
            product=product,
            routes=list(Route),
            divisions=catalogue.divisions(connection, on=today),
            own_division=actor.division,
            names=names_of(connection, on=today),
        )
