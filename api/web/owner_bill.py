"""The page where an owner hands in a project's bill: the file, the building, the stage, no more."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePath
from typing import Annotated, BinaryIO, cast

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, QueryParameter
from litestar.response import Redirect, Template

from api.desk import OpenDesk, opened
from api.parameters import KEY, KeyInPath
from api.web.asked import plain
from api.web.desk_pages import to_columns
from api.web.i18n import language_of, translate, zh
from api.web.page import PageRequest, page
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import ImportRefusedError
from catalog.permissions import Action, Actor, ensure
from catalog.rules.terms import BillStage
from catalog.services import owning, projects
from importers.issues import explain, issue_of
from importers.report import Answers
from importers.source import Placement

_LONGEST_NAME = 200
_MEGABYTE = 2**20
_NO_FILE = zh("请选择文件")
Building = Annotated[str, QueryParameter(pattern=f"^$|{KEY}", max_length=80)]


class BillForm(msgspec.Struct):
    """The bill, the building that it is of, and whether it was planned or settled."""

    file: UploadFile
    building: str = ""
    stage: BillStage = BillStage.DESIGN
    of_materials: str = ""
    imports_if_clean: str = ""


class OwnerBillPages(Controller):
    """Hand a bill in."""

    path = "/desk/projects/{key:str}/bill"
    dependencies = who_may(Action.IMPORT)

    @get(name="owner:bill", sync_to_thread=True)
    def ask(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: Building = "",
    ) -> Template:
        """Ask for the file, and of which building it is."""
        return _bill_page(request, database, actor, key, building, None)

    @post(name="owner:hand-in", sync_to_thread=True)
    def hand_in(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        desk: OpenDesk,
        key: KeyInPath,
        data: MultipartBody[BillForm],
    ) -> Redirect | Template:
        """Keep the file and try it, so that its owner sees what would come in."""
        with database.reading() as connection:
            project = projects.get_project(connection, key)
            ensure(actor, Action.IMPORT, owning.whose_project(connection, key))
            building = projects.get_building(connection, key, data.building)
        here = opened(desk)
        name = plain(PurePath(data.file.filename).name)[-_LONGEST_NAME:]
        language = language_of(request)
        if not name:
            said = translate(_NO_FILE, language)
            return _bill_page(request, database, actor, key, data.building, said)
        try:
            # A file spooled in memory or on disk has all that a reader of bytes needs.
            sha256 = here.take(cast("BinaryIO", data.file.file), name=name, actor=actor)
        except ImportRefusedError as error:
            said = " ".join(explain(issue_of(error), language))
            return _bill_page(request, database, actor, key, data.building, said)
        seen = here.seen(sha256, actor)
        if seen.needs_mapping:
            return to_columns(request, sha256, project.owner)
        placement = None
        if seen.needs_placement:
            placement = Placement(
                project=project.code,
                building=building.code,
                stage=data.stage,
                of_materials=bool(data.of_materials),
            )
        job = here.ask(
            sha256,
            actor=actor,
            is_dry_run=True,
            imports_if_clean=bool(data.imports_if_clean),
            source=project.owner,
            answers=Answers(placement=placement),
        )
        path = request.app.route_reverse("desk:job", job_id=job.id)
        return Redirect(path, status_code=303)


def _bill_page(
    request: PageRequest,
    database: Database,
    actor: Actor,
    key: str,
    building: str,
    refusal: str | None,
) -> Template:
    with database.reading() as connection:
        project = projects.get_project(connection, key)
        ensure(actor, Action.IMPORT, owning.whose_project(connection, key))
        return page(
            request,
            "desks/bill.html",
            status_code=HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
            project=project,
            buildings=projects.buildings_of_project(connection, key),
            building=building,
            stages=list(BillStage),
            refusal=refusal,
            has_desk=request.app.state.has_desk,
            limit_mb=request.app.state.upload_limit // _MEGABYTE,
            shows_synthetic=project.is_synthetic,
        )
