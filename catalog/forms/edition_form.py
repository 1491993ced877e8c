"""The printed edition of a list: a head as official lists have it, entries by category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from catalog.forms.form import (
    UNKNOWN,
    Cell,
    Column,
    Fact,
    Form,
    Language,
    Row,
    RowKind,
    Said,
    Section,
    Table,
    Tongue,
    plain,
)
from catalog.rules.editions import EditionEntry, EditionHead
from catalog.rules.periods import CHINA
from catalog.rules.terms import EditionKind, Route
from catalog.views.editions import EditionNoteView, EditionView

_TITLES = {
    EditionKind.CATALOGUE: ("绿色建材产品名录", "Catalogue of green building materials"),
    EditionKind.ADOPTIONS: ("绿色建材采信产品名单", "List of adopted green building materials"),
}
_ROUTES = {
    Route.CERTIFICATE: ("认证证书", "certificate"),
    Route.TEST_REPORT: ("检验报告", "test report"),
}


VOLUME = 2_500
"""How many entries a printed volume has; the typesetter's time and memory grow with them."""


def volumes(entries: int) -> int:
    """Return how many volumes print so many entries: one at least."""
    return max(1, -(-entries // VOLUME))


def edition_form(
    view: EditionView,
    head: EditionHead,
    entries: Sequence[EditionEntry],
    notes: Sequence[EditionNoteView],
    language: Language,
    *,
    volume: int | None = None,
) -> Form:
    """Return an edition as a form, or one volume of it: the same edition makes the same form.

    ``entries`` are all of the edition's; volumes count from 1.
    """
    tongue = Tongue(language)
    first = 0 if volume is None else (volume - 1) * VOLUME
    printed = entries if volume is None else entries[first : first + VOLUME]
    title = _title(view, tongue)
    if volume is not None and volumes(len(entries)) > 1:
        of = volumes(len(entries))
        title = tongue.say(
            f"名单（共 {view.entries} 项；第 {volume} 册，共 {of} 册）",
            f"{view.entries} entries; volume {volume} of {of}",
        )
    rows = tuple(_rows(view.kind, head, printed, tongue, number=first))
    return _form(view, notes, tongue, title, rows)


def edition_sheet(view: EditionView, notes: Sequence[EditionNoteView], language: Language) -> Form:
    """Return the form of a whole edition without its rows, which ``edition_rows`` yields."""
    tongue = Tongue(language)
    return _form(view, notes, tongue, _title(view, tongue), ())


def edition_rows(
    view: EditionView, head: EditionHead, entries: Iterable[EditionEntry], language: Language
) -> Iterator[Row]:
    """Yield the rows of an edition one by one, as its entries come."""
    return _rows(view.kind, head, entries, Tongue(language), number=0)


def _title(view: EditionView, tongue: Tongue) -> Said:
    return tongue.say(f"名单（{view.entries} 项）", f"{view.entries} entries")


def _form(
    view: EditionView,
    notes: Sequence[EditionNoteView],
    tongue: Tongue,
    title: Said,
    rows: tuple[Row, ...],
) -> Form:
    say = tongue.say
    return Form(
        title=say(*_TITLES[view.kind]),
        subtitle=say(f"{view.year} 年第 {view.number} 期", f"Edition {view.year}-{view.number}"),
        language=tongue.language,
        made_at=view.published_at,
        notices=tuple(_notices(view, notes, tongue)),
        facts=tuple(_facts(view, tongue)),
        sections=(
            Section(
                name=say("名单", "List"),
                title=title,
                table=Table(columns=_columns(view.kind, tongue), rows=rows),
            ),
        ),
        footer=f"绿采 Lücai · {view.key} · SHA-256 {view.content_hash}",
    )


def _notices(view: EditionView, notes: Sequence[EditionNoteView], tongue: Tongue) -> Iterator[Said]:
    if view.is_synthetic:
        yield tongue.say(
            "演示数据：本名单含程序生成的示例，非真实证书，不得作为采购依据",
            "Demo data: synthetic entries, no real certificates; not a basis for procurement",
        )
    for note in notes:
        day = f"{note.written_at.astimezone(CHINA):%Y-%m-%d}"
        yield tongue.say(f"更正（{day}）：{note.text}", f"Correction of {day}, as beside")


def _facts(view: EditionView, tongue: Tongue) -> Iterator[Fact]:
    say = tongue.say
    yield Fact(say("截止日期", "As of"), Said(view.as_of.isoformat()))
    published = f"{view.published_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    yield Fact(say("发布时间", "Published"), Said(published))
    yield Fact(say("发布人", "Published by"), Said(view.published_by))
    yield Fact(say("备注", "Note"), Said(view.note or UNKNOWN))


def _columns(kind: EditionKind, tongue: Tongue) -> tuple[Column, ...]:
    say = tongue.say
    columns = [
        Column(say("序号", "No."), 5, has_figures=True),
        Column(say("产品名称", "Product"), 22),
        Column(say("规格型号", "Model"), 20),
        Column(say("企业名称", "Company"), 28),
        Column(say("证书编号", "Certificate"), 26),
        Column(say("星级", "Stars"), 6),
        Column(say("有效期至", "Valid to"), 12),
    ]
    if kind is EditionKind.ADOPTIONS:
        columns[4:4] = [
            Column(say("师市", "Division"), 16),
            Column(say("途径", "Route"), 10),
            Column(say("采信日期", "Adopted"), 12),
        ]
    return tuple(columns)


def _rows(
    kind: EditionKind,
    head: EditionHead,
    entries: Iterable[EditionEntry],
    tongue: Tongue,
    *,
    number: int,
) -> Iterator[Row]:
    """Yield the rows of the entries; ``number`` is that of the entry before the first."""
    width = len(_columns(kind, tongue))
    for category, of_category in groupby(entries, key=lambda entry: entry.category):
        names = head.categories.get(category, (category, category))
        yield Row(RowKind.GROUP, (tongue.cell(*names, span=width),))
        for entry in of_category:
            number += 1
            cells = _cells(kind, head, entry, tongue)
            yield Row(RowKind.PLAIN, (plain(str(number)), *cells))


def _cells(
    kind: EditionKind, head: EditionHead, entry: EditionEntry, tongue: Tongue
) -> Iterator[Cell]:
    yield plain(" ".join(part for part in (entry.brand, entry.name) if part))
    yield plain(entry.model or entry.scope)
    yield plain(entry.company_name)
    if kind is EditionKind.ADOPTIONS:
        place = head.divisions.get(entry.division or "")
        yield tongue.cell(*place) if place else plain(entry.division)
        yield tongue.cell(*_ROUTES[entry.route]) if entry.route else plain(None)
        yield plain(entry.adopted_on.isoformat() if entry.adopted_on else None)
    yield plain(entry.certificate_number)
    yield plain("★" * entry.star if entry.star else None)
    yield plain(entry.valid_to.isoformat() if entry.valid_to else None)
