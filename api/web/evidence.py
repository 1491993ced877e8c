"""The pages of evidence: hand a file in, list what one may see, look at one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, BinaryIO, cast

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, QueryParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Stream, Template
from pydantic import BaseModel, ConfigDict, Field

from api.moment import now
from api.parameters import KeyInPath
from api.sending import evidence_answer
from api.web.asked import PageNumber, plain
from api.web.i18n import language_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import SignInNeededError, actor_of, own_path, reader_of
from catalog.db import Database
from catalog.errors import (
    EvidenceChoiceRefusedError,
    EvidenceNotFoundError,
    EvidenceRefusedError,
)
from catalog.evidence_files import MEGABYTE, EvidenceFolder
from catalog.permissions import Action, Actor, Thing, may
from catalog.services import evidence
from catalog.services.evidence import LONGEST_NOTE

Files = NamedDependency[SkipValidation[EvidenceFolder]]
Back = Annotated[str, QueryParameter(max_length=400)]
_FORM = 2**16
# The pages that lead to files, by how their addresses begin.
_WAYS = {"/certificates/": "certificate", "/results/": "result", "/projects/": "project"}


class EvidenceForm(BaseModel):
    """A file, and what it proves."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: UploadFile
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class OpeningForm(BaseModel):
    """Whether anyone may open a file, and why."""

    is_public: bool
    reason: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class EvidencePages(Controller):
    """Hand in and look at files of evidence; what is public is there for anyone."""

    path = "/evidence"
    dependencies = reader_of

    @get(name="evidence:index", sync_to_thread=True, dependencies=actor_of)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the files that the reader may see, and the form to hand one in."""
        return _list(request, database, evidence_files, actor, page_number)

    @post(name="evidence:keep", sync_to_thread=True, dependencies=actor_of)
    def keep(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        data: MultipartBody[EvidenceForm],
    ) -> Redirect | Template:
        """Keep a file and show its sheet."""
        try:
            with database.transaction() as session:
                view = evidence.keep(
                    session,
                    evidence_files,
                    # A file spooled in memory or on disk has all that a reader of bytes needs.
                    cast("BinaryIO", data.file.file),
                    name=data.file.filename,
                    note=plain(data.note) or None,
                    whose=Thing(organisation=actor.organisation, division=actor.division),
                    actor=actor,
                    now=now(),
                )
        except EvidenceRefusedError as error:
            said = error.text(language_of(request))
            # A browser never gives a chosen file back, but what was written about it stays.
            return _list(
                request, database, evidence_files, actor, 1, refusal=said, note=plain(data.note)
            )
        return Redirect(f"/evidence/{view.key}", status_code=303)

    @get("/{key:str}", name="evidence:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
        back: Back = "",
    ) -> Template:
        """Show a file's sheet: what it is, whether it is whole, where it was handed in too."""
        return _sheet(request, database, evidence_files, actor, key, back=back)

    @post("/{key:str}/public", name="evidence:public", sync_to_thread=True, dependencies=actor_of)
    def public(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[OpeningForm],
    ) -> Redirect | Template:
        """Let anyone open a file, or no longer."""
        reason = plain(data.reason)
        try:
            with database.transaction() as session:
                evidence.set_public(
                    session, key, is_public=data.is_public, reason=reason, actor=actor, now=now()
                )
        except EvidenceChoiceRefusedError as error:
            said = error.text(language_of(request))
            return _sheet(
                request, database, evidence_files, actor, key, refusal=said, reason=reason
            )
        return Redirect(f"/evidence/{key}", status_code=303)

    @get("/{key:str}/file", name="evidence:file", sync_to_thread=True)
    def file(
        self,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
        show: Annotated[bool, QueryParameter()] = False,
    ) -> Stream:
        """Send the bytes that were handed in, if they still are those."""
        with database.reading() as connection, _signing_in(actor):
            view, file = evidence.open_file(connection, evidence_files, key, actor=actor)
        return evidence_answer(view, file, shows=show)


@contextmanager
def _signing_in(actor: Actor) -> Iterator[None]:
    """Send whoever has not signed in to do so, where a file is not there for anyone."""
    try:
        yield
    except EvidenceNotFoundError:
        if actor.account is None:
            raise SignInNeededError from None
        raise


def _sheet(
    request: PageRequest,
    database: Database,
    files: EvidenceFolder,
    actor: Actor,
    key: str,
    *,
    refusal: str | None = None,
    reason: str = "",
    back: str = "",
) -> Template:
    with database.reading() as connection, _signing_in(actor):
        sheet = evidence.sheet(connection, files, key, actor=actor)
    whose = sheet.evidence.whose
    return page(
        request,
        "evidence/show.html",
        status_code=HTTPStatus.CONFLICT if refusal else HTTPStatus.OK,
        sheet=sheet,
        file=sheet.evidence,
        is_own=may(actor, Action.SEE_EVIDENCE, whose),
        may_publish=may(actor, Action.PUBLISH_EVIDENCE, whose),
        refusal=refusal,
        reason=reason,
        back=_way_back(back),
        longest=LONGEST_NOTE,
    )


def _way_back(path: str) -> tuple[str, str] | None:
    """Return the page that a reader came from and what it is, where it leads to files."""
    own = own_path(path)
    return next(((own, kind) for start, kind in _WAYS.items() if own.startswith(start)), None)


def _list(
    request: PageRequest,
    database: Database,
    files: EvidenceFolder,
    actor: Actor,
    number: int,
    *,
    refusal: str | None = None,
    note: str = "",
) -> Template:
    with database.reading() as connection:
        found = evidence.browse(connection, actor=actor, limit=PAGE_SIZE, offset=offset(number))
    return page(
        request,
        "evidence/index.html",
        status_code=HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
        files=found.items,
        paging=Paging(number, PAGE_SIZE, found.total),
        refusal=refusal,
        note=note,
        longest=LONGEST_NOTE,
        limit_mb=files.max_bytes // MEGABYTE,
        whose=Thing(organisation=actor.organisation, division=actor.division),
    )
