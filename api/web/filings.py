"""The register of plans and reports: by when, handed in when, by whom, how late, who is exempt."""

from __future__ import annotations

from http import HTTPStatus
from typing import BinaryIO, cast

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import MultipartBody, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.web import asked as asking
from api.web.asked import Short, plain
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.refused import Refused, refused
from api.web.signed_in import actor_of, reader_of
from catalog.db import Database
from catalog.errors import EvidenceRefusedError, FilingRefusedError
from catalog.evidence_files import MEGABYTE, EvidenceFolder
from catalog.permissions import Action, Actor, Thing, may
from catalog.services import evidence, exemptions, filings
from catalog.services.filings import LONGEST_NOTE, NewFiling
from catalog.services.report_content import reporting_pack

_LARGEST_FORM, _LARGEST_FILE = 2**16, 2**26
Files = NamedDependency[SkipValidation[EvidenceFolder]]
_FILES = 50


class FilingForm(msgspec.Struct, forbid_unknown_fields=True):
    """What was handed in, and when: with a file, or the key of one that was kept before."""

    division: str = ""
    duty: str = ""
    year: str = ""
    filed_on: str = ""
    evidence: str = ""
    note: str = ""
    file: UploadFile | None = None

    @property
    def typed(self) -> dict[str, str]:
        """What was typed and chosen; a browser never gives a chosen file back."""
        return {
            name: value
            for name in self.__struct_fields__
            if isinstance(value := getattr(self, name), str)
        }


class ReasonForm(msgspec.Struct, forbid_unknown_fields=True):
    """Why something is taken back."""

    reason: str = ""


class ExemptionForm(msgspec.Struct, forbid_unknown_fields=True):
    """Who is let off what, and why."""

    division: str = ""
    duty: str = ""
    year: str = ""
    reason: str = ""


class FilingPages(Controller):
    """Read the register; bureaus put into it what was handed in on paper."""

    path = "/filings"
    request_max_body_size = _LARGEST_FORM
    dependencies = reader_of

    @get(name="filings:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        year: Short = "",
    ) -> Template:
        """Show every duty of every year, division by division."""
        return _register(request, database, evidence_files, actor, asking.year(year))

    @post(name="filings:record", sync_to_thread=True, dependencies=actor_of,
          request_max_body_size=_LARGEST_FILE)  # fmt: skip
    def record(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        data: MultipartBody[FilingForm],
    ) -> Redirect | Template:
        """Put on record what was handed in, and keep its file."""
        on = asking.day(data.filed_on, name="filed_on")
        if on is None:
            raise ValidationException(extra=[{"key": "filed_on", "message": "not understood"}])
        new = NewFiling(
            division=plain(data.division),
            duty=plain(data.duty),
            year=_year(data.year),
            filed_on=on,
            evidence=plain(data.evidence) or None,
            note=plain(data.note) or None,
        )
        moment = now()
        try:
            with database.transaction() as session:
                if data.file is not None and data.file.filename:
                    kept = evidence.keep(
                        session,
                        evidence_files,
                        # A file spooled in memory or on disk has all that a reader needs.
                        cast("BinaryIO", data.file.file),
                        name=data.file.filename,
                        note=new.note,
                        whose=Thing(organisation=actor.organisation, division=new.division),
                        actor=actor,
                        now=moment,
                    )
                    new = msgspec.structs.replace(new, evidence=kept.key)
                pack, _ = reporting_pack(session.connection(), day_or_today(None))
                filings.record_filing(session, pack, new, actor=actor, now=moment)
        except (EvidenceRefusedError, FilingRefusedError) as error:
            why = refused(request, error, "record", data.typed)
            return _register(request, database, evidence_files, actor, None, why)
        return Redirect("/filings", status_code=303)

    @post("/{key:str}/withdraw", name="filings:withdraw", sync_to_thread=True,
          dependencies=actor_of)  # fmt: skip
    def withdraw(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[ReasonForm],
    ) -> Redirect:
        """Take an entry back."""
        with database.transaction() as session:
            filings.withdraw_filing(session, key, reason=plain(data.reason), actor=actor, now=now())
        return Redirect("/filings", status_code=303)

    @post("/exemptions", name="filings:exempt", sync_to_thread=True, dependencies=actor_of)
    def exempt(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        data: URLEncodedBody[ExemptionForm],
    ) -> Redirect | Template:
        """Let a division off."""
        year = _year(data.year)
        try:
            with database.transaction() as session:
                pack, _ = reporting_pack(session.connection(), day_or_today(None))
                exemptions.exempt(
                    session,
                    pack,
                    division=plain(data.division),
                    duty=plain(data.duty),
                    year=year,
                    reason=plain(data.reason),
                    actor=actor,
                    now=now(),
                )
        except FilingRefusedError as error:
            why = refused(request, error, "exempt", msgspec.structs.asdict(data))
            return _register(request, database, evidence_files, actor, None, why)
        return Redirect("/filings", status_code=303)

    @post("/exemptions/{key:str}/end", name="filings:end-exemption", sync_to_thread=True,
          dependencies=actor_of)  # fmt: skip
    def end_exemption(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> Redirect:
        """Take an exemption back."""
        with database.transaction() as session:
            exemptions.end_exemption(session, key, actor=actor, now=now())
        return Redirect("/filings", status_code=303)


def _register(
    request: PageRequest,
    database: Database,
    files: EvidenceFolder,
    actor: Actor,
    year: int | None,
    why: Refused | None = None,
) -> Template:
    """Show the register; ``why`` is what came of a form that was refused."""
    today = day_or_today(None)
    with database.reading() as connection:
        pack, _ = reporting_pack(connection, today)
        rows = filings.register(connection, pack, now=now())
        names = names_of(connection, on=today)
        held = (
            evidence.browse(connection, actor=actor, limit=_FILES, offset=0).items
            if may(actor, Action.FILE_REPORT)
            else []
        )
    asked = [key for key in names.divisions if key not in pack.not_asked]
    return page(
        request,
        "reports/filings.html",
        status_code=why.status if why else HTTPStatus.OK,
        refused=why,
        rows=[row for row in rows if year in (None, row.year)],
        years=sorted({row.year for row in rows}, reverse=True),
        year=year,
        pack=pack,
        duties={duty.key: (duty.name_zh, duty.name_en) for duty in pack.duties},
        asked=asked,
        mine=[key for key in asked if may(actor, Action.FILE_REPORT, Thing(division=key))],
        files=held,
        limit_mb=files.max_bytes // MEGABYTE,
        today=today,
        longest=LONGEST_NOTE,
        names=names,
    )


def _year(text: str) -> int:
    found = asking.year(text)
    if not found:
        raise ValidationException(extra=[{"key": "year", "message": "not understood"}])
    return found
