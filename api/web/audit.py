"""The pages of the record: who changed what, when, why, and from what to what."""

from __future__ import annotations

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import IdInPath
from api.reading import read
from api.web import asked as asking
from api.web.asked import PageNumber, Short, Text, plain
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import actor_of
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.record_differences import FieldChange, changes
from catalog.services import audit, histories
from catalog.views.audit import AuditEntryView, AuditQuestion

_SHOWN_IN_LIST = 8
_SHOWN = 500
_STATES = 100
_PAGES = {
    "import": ("imports:show", "run_id"),
    "project": ("projects:show", "key"),
    "product": ("products:show", "key"),
    "certificate": ("certificates:show", "key"),
    "declaration": ("epds:show", "key"),
    "conflict": ("conflicts:show", "id"),
    "published-figure": ("published:show", "hash"),
    "case": ("cases:show", "key"),
    "evidence": ("evidence:show", "key"),
    "finding": ("findings:show", "key"),
    "organisation": ("organisations:show", "key"),
}


class Change(msgspec.Struct, frozen=True):
    """An entry of the record, its first differences, and the page of what was changed."""

    entry: AuditEntryView
    differences: list[FieldChange]
    more: int
    page: tuple[str, dict[str, str | int]] | None


class AuditPages(Controller):
    """Read the record, as far as it is one's own."""

    path = "/audit"
    dependencies = actor_of

    @get(name="audit:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        who: Text = "",
        action: Text = "",
        thing: Text = "",
        key: Text = "",
        first: Short = "",
        last: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the record, the latest change first."""
        question = AuditQuestion(
            words=plain(who) or None,
            action=plain(action) or None,
            thing=plain(thing) or None,
            key=plain(key) or None,
            first=asking.day(first, name="first"),
            last=asking.day(last, name="last"),
        )
        with database.reading() as connection:
            found = audit.browse_record(
                connection, question, actor=actor, limit=PAGE_SIZE, offset=offset(page_number)
            )
            actions, things = audit.words_of_record(connection, actor=actor)
            states = (
                histories.states_of_thing(connection, question.thing, question.key, actor=actor)
                if question.thing and question.key and page_number == 1
                else []
            )
        return page(
            request,
            "audit/index.html",
            changes=[_change(entry, _SHOWN_IN_LIST) for entry in found.items],
            states=states[:_STATES],
            paging=Paging(page_number, PAGE_SIZE, found.total),
            actions=actions,
            things=things,
            chosen={
                "who": question.words or "",
                "action": question.action or "",
                "thing": question.thing or "",
                "key": question.key or "",
                "first": question.first.isoformat() if question.first else "",
                "last": question.last.isoformat() if question.last else "",
            },
        )

    @read("/{number:int}", name="audit:show")
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        number: IdInPath,
    ) -> Template:
        """Show one change whole, and what seals it."""
        with database.reading() as connection:
            entry = audit.get_entry(connection, number, actor=actor)
        return page(request, "audit/show.html", change=_change(entry, _SHOWN))


def _change(entry: AuditEntryView, most: int) -> Change:
    found = changes(entry.before, entry.after)
    return Change(entry, found[:most], max(0, len(found) - most), _page_of(entry))


def _page_of(entry: AuditEntryView) -> tuple[str, dict[str, str | int]] | None:
    """Return the name and the parameter of the page that shows what was changed."""
    name, parameter = _PAGES.get(entry.thing, (None, ""))
    if name is None:
        return None
    is_number = parameter in ("run_id", "id")
    return name, {parameter: int(entry.thing_key) if is_number else entry.thing_key}
