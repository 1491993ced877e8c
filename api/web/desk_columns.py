"""The columns of a table that is not ours: proposed, shown with their reasons, confirmed."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from api.desk import OpenDesk, opened
from api.moment import now
from api.web.asked import Short, Text
from api.web.desk_pages import HashInPath, said
from api.web.i18n import language_of
from api.web.page import PageRequest, address, page
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import ImportRefusedError
from catalog.permissions import Action, Actor
from catalog.records import Kind
from importers.inspecting import Inspection
from importers.issues import explain, issue_of
from importers.lookups import Lookups
from importers.mapping import Proposal, remember
from importers.reader import read_batches
from importers.table.columns import columns_of, layout

_SEEN_ROWS = 50


class Field(msgspec.Struct, frozen=True):
    """One of our fields, with the column and the value for every row as proposed or answered."""

    key: str
    label: str
    note: str
    is_required: bool
    is_counted: bool
    header: str
    constant: str
    percent: int | None
    reasons: tuple[str, ...]


class ColumnPages(Controller):
    """Name the columns of a table."""

    path = "/imports/files/{sha256:str}/columns"
    dependencies = who_may(Action.IMPORT)

    @get(name="desk:columns", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        desk: OpenDesk,
        sha256: HashInPath,
        sender: Text = "",
        kind: Short = "",
    ) -> Template:
        """Show what each column might be, and why."""
        here = opened(desk)
        found = here.seen(sha256, actor)
        with database.reading() as connection:
            proposal = here.proposal(
                connection, sha256, sender=said(sender), actor=actor, kind=_kind(kind)
            )
        return _page(request, found, sha256, proposal, said(sender), {}, None)

    @post(name="desk:confirm", sync_to_thread=True)
    def confirm(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        desk: OpenDesk,
        sha256: HashInPath,
        data: URLEncodedBody[dict[str, str]],
    ) -> Redirect | Template:
        """Try the columns on the first rows, and keep them for the next file of the sender."""
        here = opened(desk)
        found = here.seen(sha256, actor)
        sender, kind = said(data.get("sender", "")), _kind(data.get("kind", ""))
        with database.reading() as connection:
            proposal = here.proposal(connection, sha256, sender=None, actor=actor, kind=kind)
        answers = {name: said(text) or "" for name, text in data.items()}
        if sender is None:
            return _page(request, found, sha256, proposal, None, answers, None)
        try:
            mapping = proposal.answered(_of(answers, "column."), _of(answers, "value."))
            source = here.file(sha256, actor)
            batches = read_batches(
                source, Lookups.from_seed(), mapping=mapping, batch_rows=_SEEN_ROWS
            )
            next(iter(batches), None)
        except ImportRefusedError as error:
            return _page(request, found, sha256, proposal, sender, answers, error)
        with database.transaction() as session:
            remember(session, proposal, mapping, sender=sender, actor=actor, now=now())
        path = request.app.route_reverse("desk:file", sha256=sha256)
        return Redirect(address(path, sender=sender), status_code=303)


def _kind(text: str) -> Kind | None:
    """Return the kind that was named, if any.

    Raises:
        ValidationException: There are no tables of that kind.
    """
    if not text:
        return None
    if text not in {kind.value for kind in layout().kinds}:
        raise ValidationException(extra=[{"key": "kind", "message": "not understood"}])
    return Kind(text)


def _of(answers: dict[str, str], start: str) -> dict[str, str]:
    return {
        name.removeprefix(start): text for name, text in answers.items() if name.startswith(start)
    }


def _page(
    request: PageRequest,
    found: Inspection,
    sha256: str,
    proposal: Proposal,
    sender: str | None,
    answers: dict[str, str],
    error: ImportRefusedError | None,
) -> Template:
    language = language_of(request)
    return page(
        request,
        "imports/columns.html",
        status_code=HTTPStatus.BAD_REQUEST if answers else HTTPStatus.OK,
        sha256=sha256,
        found=found,
        proposal=proposal,
        sender=sender,
        lacks_sender=bool(answers) and sender is None,
        refusal=explain(issue_of(error), language) if error else None,
        kinds=list(layout().kinds),
        fields=_fields(proposal, answers, language),
        taken={choice.column.header for choice in proposal.choices},
    )


def _fields(proposal: Proposal, answers: dict[str, str], language: str) -> list[Field]:
    choices = {choice.field: choice for choice in proposal.choices}
    given = {each.field: each for each in proposal.given}
    confirmed = proposal.confirmed.mapping if proposal.confirmed else None
    fields = []
    for key, column in columns_of(proposal.kind).items():
        choice = choices.get(key)
        header = choice.column.header if choice else ""
        constant = given[key].text if key in given else ""
        reasons = choice.reasons if choice else given[key].reasons if key in given else ()
        if confirmed:
            header = confirmed.columns[key].header if key in confirmed.columns else ""
            constant = confirmed.constants.get(key, "")
        fields.append(
            Field(
                key=key,
                label=column.header(language),
                note=column.note(language),
                is_required=column.required,
                is_counted=key in proposal.counted,
                header=answers.get(f"column.{key}", header),
                constant=answers.get(f"value.{key}", constant),
                percent=round(choice.confidence * 100) if choice else None,
                reasons=tuple(reason.text(language) for reason in reasons),
            )
        )
    return fields
