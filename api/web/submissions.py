"""The pages where companies submit their products, and where bureaus prove them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Annotated, BinaryIO, cast

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, QueryParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.web.asked import PageNumber, Text, plain
from api.web.names import Names, names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import actor_of, who_may
from catalog.db import Database
from catalog.errors import SubmissionRefusedError
from catalog.evidence_files import EvidenceFolder
from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.rules.keys import hashed_key
from catalog.rules.terms import SubmissionState
from catalog.rules.workflow.working_days import working_days_left
from catalog.services import catalogue, evidence
from catalog.services.submissions import proving, reading, submitting
from catalog.services.submissions.submitting import LONGEST, LONGEST_LINE, LONGEST_TEXT
from catalog.views.submissions import SubmissionDraft, SubmissionRow, SubmissionSheet

PATH = "/submissions"
LARGEST_FORM = 2**25
StateAsked = Annotated[str, QueryParameter(max_length=20)]


class DraftPost(msgspec.Struct):
    """What a company fills in, with the scan, and whether it is saved or handed in.

    ``form`` is the new form's own number: the same form sent twice is one submission.
    """

    do: str = "save"
    form: str = ""
    version: int = 0
    pledged: str = ""
    name: str = ""
    category: str = ""
    brand: str = ""
    model: str = ""
    scope: str = ""
    description: str = ""
    body: str = ""
    number: str = ""
    star: str = ""
    standard: str = ""
    issued_on: str = ""
    valid_from: str = ""
    valid_to: str = ""
    factory: str = ""
    factory_address: str = ""
    scan: UploadFile | None = None


class VersionPost(msgspec.Struct):
    """The version that was shown, and a reason where one is asked for."""

    version: int
    reason: str = ""


class SubmissionPages(Controller):
    """Submit products, and prove them."""

    path = PATH
    request_max_body_size = LARGEST_FORM
    dependencies = actor_of

    @get(
        name="submissions:index",
        sync_to_thread=True,
        dependencies=who_may(Action.SEE_SUBMISSIONS),
    )
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        standing: StateAsked = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show what was submitted, what waits for a bureau first."""
        chosen = standing if standing in set(SubmissionState) else ""
        today = day_or_today(None)
        with database.reading() as connection:
            found = reading.browse(
                connection,
                actor=actor,
                on=today,
                states=(SubmissionState(chosen),) if chosen else reading.EVERY_STATE,
                limit=PAGE_SIZE,
                offset=offset(page_number),
            )
            return page(
                request,
                "submissions/index.html",
                found=found,
                chosen=chosen,
                states=list(SubmissionState),
                paging=Paging(page_number, PAGE_SIZE, found.total),
                names=names_of(connection, on=today),
                left=days_left(found.items, today),
                waiting=reading.count_waiting(connection, actor=actor),
                overdue=reading.count_overdue(connection, actor=actor, on=today),
                shows_synthetic=bool(found.items) and catalogue.shows_synthetic(connection),
            )

    @get(
        "/new",
        name="submissions:new",
        sync_to_thread=True,
        dependencies=who_may(Action.SUBMIT_PRODUCTS),
    )
    def new(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        product: Text = "",
    ) -> Template:
        """Ask what a product is, and what certifies it; one that is listed fills the form."""
        ensure(actor, Action.SUBMIT_PRODUCTS)
        with database.reading() as connection:
            return _form(request, connection, _of_product(connection, plain(product)))

    @post(name="submissions:begin", sync_to_thread=True)
    def begin(
        self,
        database: NamedDependency[Database],
        evidence_files: NamedDependency[SkipValidation[EvidenceFolder]],
        actor: NamedDependency[Actor],
        data: MultipartBody[DraftPost],
    ) -> Redirect:
        """Keep a new submission."""
        key = _key(data, actor)
        with database.transaction() as session:
            moment = now()
            kept = submitting.begin(session, _draft(data), key=key, actor=actor, now=moment)
            if kept.version > 1:
                return _back(key)
            scan = _scan(session, evidence_files, data, actor)
            if scan is not None:
                kept = submitting.change(
                    session,
                    key,
                    kept.draft,
                    version=kept.version,
                    actor=actor,
                    now=moment,
                    scan=scan,
                )
        return _handed_in(database, data, key, kept.version, actor)

    @get("/{key:str}", name="submissions:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> Template:
        """Show a submission: its company changes it, its bureau proves it."""
        with database.reading() as connection:
            found = reading.sheet(connection, key, actor=actor, now=now())
            whose = Thing(
                organisation=found.submission.organisation, division=found.submission.division
            )
            if may(actor, Action.SUBMIT_PRODUCTS, whose) and found.submission.state in (
                SubmissionState.DRAFT,
                SubmissionState.RETURNED,
            ):
                return _form(request, connection, found.submission.draft, found)
            names = names_of(connection, on=day_or_today(None))
            shows_synthetic = catalogue.shows_synthetic(connection)
        return page(
            request,
            "submissions/show.html",
            shows_synthetic=shows_synthetic,
            sheet=found,
            one=found.submission,
            proves=may(actor, Action.PROVE_PRODUCTS, whose),
            owns=may(actor, Action.SUBMIT_PRODUCTS, whose),
            names=names,
            left=days_left([found.submission], day_or_today(None)),
            longest=proving.LONGEST_REASON,
        )

    @post("/{key:str}", name="submissions:change", sync_to_thread=True)
    def change(
        self,
        database: NamedDependency[Database],
        evidence_files: NamedDependency[SkipValidation[EvidenceFolder]],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: MultipartBody[DraftPost],
    ) -> Redirect:
        """Keep what was changed, and hand it in if asked."""
        with database.transaction() as session:
            scan = _scan(session, evidence_files, data, actor)
            kept = submitting.change(
                session,
                key,
                _draft(data),
                version=data.version,
                actor=actor,
                now=now(),
                scan=scan,
            )
        return _handed_in(database, data, key, kept.version, actor)

    @post("/{key:str}/withdraw", name="submissions:withdraw", sync_to_thread=True)
    def withdraw(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[VersionPost],
    ) -> Redirect:
        """Take a submission back."""
        with database.transaction() as session:
            submitting.withdraw(session, key, version=data.version, actor=actor, now=now())
        return _back(key)

    @post("/{key:str}/prove", name="submissions:prove", sync_to_thread=True)
    def prove(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[VersionPost],
    ) -> Redirect:
        """Prove a submission: the catalogue lists the product from now on."""
        with database.transaction() as session:
            proving.prove(
                session, key, how=data.reason, version=data.version, actor=actor, now=now()
            )
        return _back(key)

    @post("/{key:str}/give-back", name="submissions:give-back", sync_to_thread=True)
    def give_back(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[VersionPost],
    ) -> Redirect:
        """Give a submission back to its company."""
        with database.transaction() as session:
            proving.give_back(
                session, key, why=data.reason, version=data.version, actor=actor, now=now()
            )
        return _back(key)


def days_left(rows: Iterable[SubmissionRow], on: dt.date) -> dict[str, int]:
    """Return by key the working days that are left for the proof of those that wait for it."""
    return {row.key: working_days_left(on, row.due_on) for row in rows if row.due_on}


def _handed_in(
    database: Database, data: DraftPost, key: str, version: int, actor: Actor
) -> Redirect:
    """Hand in what was saved, if asked; what is missing is listed where it can be mended."""
    if data.do != "submit":
        return Redirect(f"{PATH}/{key}?saved=1", status_code=303)
    try:
        with database.transaction() as session:
            submitting.submit(
                session,
                key,
                is_pledged=bool(data.pledged),
                version=version,
                actor=actor,
                now=now(),
            )
    except SubmissionRefusedError:
        return Redirect(f"{PATH}/{key}?refused=1", status_code=303)
    return _back(key)


def _form(
    request: PageRequest,
    connection: Connection,
    draft: SubmissionDraft,
    sheet: SubmissionSheet | None = None,
) -> Template:
    names = names_of(connection, on=day_or_today(None))
    return page(
        request,
        "submissions/form.html",
        draft=draft,
        sheet=sheet,
        one=sheet.submission if sheet else None,
        form=secrets.token_hex(8),
        faults={fault.field: fault for fault in sheet.faults} if sheet else {},
        is_saved="saved" in request.query_params,
        is_refused="refused" in request.query_params,
        categories=_by_group(connection, names),
        names=names,
        bodies=reading.known_bodies(connection),
        longest=LONGEST,
        longest_line=LONGEST_LINE,
        longest_text=LONGEST_TEXT,
        shows_synthetic=sheet is not None and catalogue.shows_synthetic(connection),
    )


def _by_group(connection: Connection, names: Names) -> list[tuple[str | None, list[str]]]:
    """Return the categories that products can be of, those of a group together."""
    today = day_or_today(None)
    found: dict[str | None, list[str]] = {group: [] for group in names.groups}
    for each in catalogue.categories(connection):
        if each.effective_to is None or each.effective_to >= today:
            found.setdefault(each.group, []).append(each.key)
    return [(group, keys) for group, keys in found.items() if keys]


def _of_product(connection: Connection, key: str) -> SubmissionDraft:
    known = catalogue.products_by_keys(connection, [key]).get(key) if key else None
    if known is None:
        return SubmissionDraft()
    return SubmissionDraft(
        name=known.name,
        category=known.category,
        brand=known.brand or "",
        model=known.model or "",
        scope=known.scope or "",
        description=known.description or "",
    )


def _draft(data: DraftPost) -> SubmissionDraft:
    said = {
        name: getattr(data, name) if name == "description" else plain(getattr(data, name))
        for name in SubmissionDraft.__struct_fields__
    }
    return SubmissionDraft(**said)


def _key(data: DraftPost, actor: Actor) -> str:
    """Return the key of a new submission: the same whenever the same form comes again."""
    said = msgspec.json.encode((_draft(data), data.scan.filename if data.scan else ""))
    whose = actor.organisation or ""
    return hashed_key("submission", whose, data.form or secrets.token_hex(8), said.decode())


def _scan(session: Session, files: EvidenceFolder, data: DraftPost, actor: Actor) -> str | None:
    if data.scan is None or not data.scan.filename:
        return None
    kept = evidence.keep(
        session,
        files,
        cast("BinaryIO", data.scan.file),
        name=data.scan.filename,
        # Its bureau may open it once the submission is handed in.
        whose=Thing(organisation=actor.organisation),
        actor=actor,
        now=now(),
    )
    return kept.key


def _back(key: str) -> Redirect:
    return Redirect(f"{PATH}/{key}", status_code=303)
