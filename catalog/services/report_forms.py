"""Make the form of an annual report, and say what changed of a frozen one."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import msgspec
from sqlalchemy import Connection

from catalog.forms.annual_report import report_form
from catalog.forms.form import Form, Language, Said, Tongue
from catalog.forms.report_words import ReportWords
from catalog.permissions import Actor
from catalog.repositories import reference
from catalog.rules.admission import AdmissionPack
from catalog.rules.periods import CHINA
from catalog.services import report_reading
from catalog.services.jobs import Tell, tell_nobody
from catalog.views.reporting import ReportContent, ReportHead


class ReportChange(msgspec.Struct, frozen=True):
    """A cell of a frozen report that would say something else now."""

    section: str
    row: str
    column: str
    then: str
    now: str


def form_of_report(
    connection: Connection, head: ReportHead, content: ReportContent, language: Language
) -> Form:
    """Return the form of a report, under the names that were in use when it was known."""
    on = content.known_at.astimezone(CHINA).date()
    grounds = {
        ground.key: (ground.name_zh, ground.name_en)
        for pack in reference.packs(connection)
        if isinstance(pack, AdmissionPack)
        for ground in pack.grounds
    }
    words = ReportWords(
        tongue=Tongue(language),
        divisions={
            each.key: (each.name_zh, each.name_en)
            for each in reference.divisions(connection, on=on)
        },
        categories={
            each.key: (each.name_zh, each.name_en) for each in reference.categories(connection)
        },
        grounds=grounds,
        units=reference.unit_table(connection),
    )
    return report_form(head, content, words)


def changes_since(
    connection: Connection,
    actor: Actor,
    *,
    year: int,
    scope: str,
    language: Language,
    now: dt.datetime,
    tell: Tell = tell_nobody,
) -> tuple[ReportHead, list[ReportChange]]:
    """Return what a frozen report would say otherwise now, cell by cell.

    Raises:
        ReportNotFoundError: There is none, or the actor may not know of it yet.
        ReportRefusedError: It is not frozen yet.
    """
    head, then, current = report_reading.restated(
        connection, actor, year=year, scope=scope, now=now, tell=tell
    )
    before = _cells(form_of_report(connection, head, then, language))
    after = _cells(form_of_report(connection, head, current, language))
    return head, [
        ReportChange(*place, then=before.get(place, "—"), now=after.get(place, "—"))
        for place in dict.fromkeys([*before, *after])
        if before.get(place) != after.get(place)
    ]


def _cells(form: Form) -> dict[tuple[str, str, str], str]:
    """Return what every cell says, by section, row and column in the reader's language."""
    found: dict[tuple[str, str, str], str] = {}
    for section in form.sections:
        named: Counter[str] = Counter()
        for row in section.table.rows if section.table else ():
            label = _shown(row.cells[0].said)
            named[label] += 1
            # Rows of one name are told apart by their place among each other.
            label = f"{label} ({named[label]})" if named[label] > 1 else label
            columns = section.table.columns[-len(row.cells) :] if section.table else ()
            for column, cell in list(zip(columns, row.cells, strict=True))[1:]:
                found[_shown(section.title), label, _shown(column.said)] = _shown(cell.said)
    return found


def _shown(said: Said) -> str:
    return said.gloss or said.text
