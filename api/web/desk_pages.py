"""The import desk: hand a file in, see what it is, try it, import it, watch it."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePath
from typing import Annotated, BinaryIO, cast

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import MultipartBody, PathParameter, URLEncodedBody
from litestar.response import Redirect, Template

from api.desk import OpenDesk, opened
from api.web.asked import Text, day, plain
from api.web.i18n import language_of
from api.web.import_templates import kinds_with_template
from api.web.page import PageRequest, address, page
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import ImportRefusedError
from catalog.permissions import Action, Actor
from catalog.rules.terms import BillStage
from importers.inspecting import Inspection, format_texts
from importers.issues import explain, issue_of
from importers.mapping import Confirmed
from importers.report import Answers
from importers.source import Placement

_LONGEST_NAME = 200
_MEGABYTE = 2**20
HashInPath = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}$")]


class Upload(msgspec.Struct):
    """The file that was handed in."""

    file: UploadFile


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What a person says beside a file, and whether it is to be tried or imported."""

    act: str = "try"
    source: str = ""
    project: str = ""
    building: str = ""
    stage: str = ""
    note_number: str = ""
    delivered_on: str = ""
    of_materials: str = ""

    def placement(self) -> Placement | None:
        """Return where the lines belong, if that was said.

        Raises:
            ValidationException: The stage or the day is none.
        """
        project, building = said(self.project), said(self.building)
        if self.stage and self.stage not in list(BillStage):
            raise ValidationException(extra=[{"key": "stage", "message": "not understood"}])
        delivered_on = day(self.delivered_on, name="delivered_on")
        if not (project and building):
            return None
        return Placement(
            project=project,
            building=building,
            stage=BillStage(self.stage) if self.stage else None,
            note_number=said(self.note_number),
            delivered_on=delivered_on,
            of_materials=bool(self.of_materials),
        )


def _upload_page(
    request: PageRequest, refusal: str | None, *, status: HTTPStatus = HTTPStatus.OK
) -> Template:
    return page(
        request,
        "imports/new.html",
        status_code=status,
        refusal=refusal,
        has_desk=request.app.state.has_desk,
        limit_mb=request.app.state.upload_limit // _MEGABYTE,
        templates=kinds_with_template(),
    )


class DeskPages(Controller):
    """Bring files in."""

    path = "/imports"

    @get("/new", name="desk:new", sync_to_thread=False)
    def new(self, request: PageRequest) -> Template:
        """Ask for a file."""
        return _upload_page(request, None)

    @post("/new", name="desk:upload", sync_to_thread=True, dependencies=who_may(Action.IMPORT))
    def upload(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        desk: OpenDesk,
        data: MultipartBody[Upload],
    ) -> Redirect | Template:
        """Keep the file and look at it."""
        name = plain(PurePath(data.file.filename).name)[-_LONGEST_NAME:] or "file"
        try:
            # A file spooled in memory or on disk has all that a reader of bytes needs.
            sha256 = opened(desk).take(cast("BinaryIO", data.file.file), name=name, actor=actor)
        except ImportRefusedError as error:
            said = " ".join(explain(issue_of(error), language_of(request)))
            return _upload_page(request, said, status=HTTPStatus.BAD_REQUEST)
        path = request.app.route_reverse("desk:file", sha256=sha256)
        return Redirect(path, status_code=303)

    @get(
        "/files/{sha256:str}",
        name="desk:file",
        sync_to_thread=True,
        dependencies=who_may(Action.IMPORT),
    )
    def file(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        desk: OpenDesk,
        sha256: HashInPath,
        sender: Text = "",
    ) -> Template | Redirect:
        """Show what the file is, how it begins, and what has to be said beside it."""
        here = opened(desk)
        found = here.seen(sha256, actor)
        if not found.needs_mapping:
            return _file_page(request, found, sha256, Asked(), missing=[], confirmed=None)
        with database.reading() as connection:
            confirmed = here.confirmed(connection, sha256, sender=said(sender), actor=actor)
        if confirmed is None:
            return to_columns(request, sha256, said(sender))
        asked = Asked(source=confirmed.sender)
        return _file_page(request, found, sha256, asked, missing=[], confirmed=confirmed)

    @post(
        "/files/{sha256:str}",
        name="desk:ask",
        sync_to_thread=True,
        dependencies=who_may(Action.IMPORT),
    )
    def ask(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        desk: OpenDesk,
        sha256: HashInPath,
        data: URLEncodedBody[Asked],
    ) -> Redirect | Template:
        """Have the file tried or imported."""
        here = opened(desk)
        found = here.seen(sha256, actor)
        placement, source = data.placement(), said(data.source)
        if data.act not in ("try", "import"):
            raise ValidationException(extra=[{"key": "act", "message": "not understood"}])
        names = ("project", "building")
        missing = [name for name in names if not said(getattr(data, name))]
        if (found.needs_placement and missing) or len(missing) == 1:
            return _file_page(request, found, sha256, data, missing=missing, confirmed=None)
        mapping = None
        if found.needs_mapping:
            with database.reading() as connection:
                confirmed = here.confirmed(connection, sha256, sender=source, actor=actor)
            if confirmed is None:
                return to_columns(request, sha256, source)
            mapping = confirmed.mapping
        job = here.ask(
            sha256,
            actor=actor,
            is_dry_run=data.act == "try",
            source=source,
            answers=Answers(placement=placement, mapping=mapping),
        )
        return Redirect(
            request.app.route_reverse("desk:job", job_id=job.id),
            status_code=303,
        )


def to_columns(request: PageRequest, sha256: str, sender: str | None) -> Redirect:
    """Send a browser to where the columns of a file are named."""
    path = request.app.route_reverse("desk:columns", sha256=sha256)
    return Redirect(address(path, sender=sender), status_code=303)


def _file_page(
    request: PageRequest,
    found: Inspection,
    sha256: str,
    asked: Asked,
    *,
    missing: list[str],
    confirmed: Confirmed | None,
) -> Template:
    language = language_of(request)
    fields = list(dict.fromkeys(name for record in found.records for name in record))
    refusal = found.refusal if confirmed is None else None
    return page(
        request,
        "imports/file.html",
        status_code=HTTPStatus.BAD_REQUEST if missing else HTTPStatus.OK,
        sha256=sha256,
        found=found,
        kind=confirmed.mapping.kind if confirmed else found.kind,
        text=format_texts().get(found.format or ""),
        confirmed=confirmed,
        why=confirmed.reason.text(language) if confirmed else None,
        refusal=explain(refusal, language) if refusal else None,
        fields=fields,
        asked=asked,
        missing=missing,
        stages=list(BillStage),
    )


def said(text: str) -> str | None:
    """Return what was typed, in one line; None if that is nothing."""
    return plain(text)[:_LONGEST_NAME] or None
