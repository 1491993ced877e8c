"""The pages beside a building: plan against settlement, the tender clause, the documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Annotated

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter, SkipValidation
from litestar.response import Stream, Template

from api.form_files import Ending, form_answer, spoken
from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.sending import csv_answer
from api.turns import Turns
from api.web.i18n import language_of, translate, zh
from api.web.names import Names, named, names_of
from api.web.page import PageRequest, page
from api.web.words import word
from catalog.charts.chart import Chart, Mark, Shape
from catalog.db import Database
from catalog.errors import ProjectNotFoundError
from catalog.forms.tender_form import tender_form
from catalog.rules.quantities import Side
from catalog.rules.terms import EvidenceKind, Stage
from catalog.services import owners_desk, projects, quantities, results, tender
from catalog.services.quantities import QuantitiesView
from catalog.views.tender import TenderView

_HUNDRED = Decimal(100)
Star = Annotated[int, QueryParameter(ge=0, le=3)]
Left = Annotated[list[str] | None, QueryParameter()]
_TITLE = zh("进场与结算占计划的比例")
_VALUE = zh("占清单用量的比例（%）")
_CATEGORY = zh("类别")
_UNKNOWN = zh("未知")
_HEADERS = (zh("类别"), zh("产品"), zh("型号"), zh("企业"), zh("星级"), zh("采信"),
            zh("条款"))  # fmt: skip
_YES, _NO = zh("已采信"), zh("未采信")
_ASKED, _LEFT_OUT = zh("写成要求"), zh("没有写成要求")


class AskedClause(msgspec.Struct, frozen=True):
    """Which clause is asked for: of which building, from which star on, and what is left out."""

    project: str
    building: str
    star: int
    left: tuple[str, ...]

    @property
    def choice(self) -> dict[str, object]:
        """What an address says of it."""
        return {"star": self.star or None, "left": self.left}


def _clause(key: KeyInPath, building: KeyInPath, star: Star = 0, left: Left = None) -> AskedClause:
    return AskedClause(key, building, star, tuple(dict.fromkeys(left or ())))


Clause = NamedDependency[SkipValidation[AskedClause]]
Send = Callable[[Ending], Awaitable[Response[bytes]]]
SendClause = NamedDependency[SkipValidation[Send]]


def clause_asked_for(
    request: PageRequest,
    database: NamedDependency[Database],
    turns: NamedDependency[SkipValidation[Turns]],
    clause: Clause,
) -> Send:
    """Return what makes the clause of the building a file, in its turn."""

    def make(ending: Ending) -> Response[bytes]:
        view, _ = _tender(database, clause)
        form = tender_form(view, spoken(language_of(request)), made_at=now())
        return form_answer(form, ending, f"lucai-tender-{clause.building}")

    return lambda ending: turns.take(partial(make, ending))


class BuildingPaperPages(Controller):
    """Read what a building's bill leads to."""

    path = "/projects/{key:str}/buildings/{building:str}"
    dependencies = {  # noqa: RUF012  Litestar's.
        "clause": Provide(_clause, sync_to_thread=False),
        "send_clause": Provide(clause_asked_for, sync_to_thread=False),
    }

    @get("/quantities", name="quantities:show")
    async def quantities(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        building: KeyInPath,
    ) -> Template:
        """Show plan, settlement and delivery side by side, in one unit for each category."""
        return await turns.take(partial(_quantities, request, database, key, building))

    @get("/tender", name="tender:show")
    async def tender(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        clause: Clause,
    ) -> Template:
        """Show the clause, and everything in the catalogue that meets each requirement."""
        return await turns.take(partial(_tender_page, request, database, clause))

    @get("/tender.docx", name="tender:docx")
    async def as_document(self, send_clause: SendClause) -> Response[bytes]:
        """Send the clause as a document of a word processor."""
        return await send_clause(Ending.DOCX)

    @get("/tender.pdf", name="tender:pdf")
    async def as_pdf(self, send_clause: SendClause) -> Response[bytes]:
        """Send the clause as PDF pages."""
        return await send_clause(Ending.PDF)

    @get("/tender.xlsx", name="tender:xlsx")
    async def as_workbook(self, send_clause: SendClause) -> Response[bytes]:
        """Send the clause as a workbook."""
        return await send_clause(Ending.XLSX)

    @get("/tender.csv", name="tender:csv")
    async def as_list(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        clause: Clause,
    ) -> Stream:
        """Send every product that meets the clause, with its maker."""
        view, names = await turns.take(partial(_tender, database, clause))
        language = language_of(request)
        return csv_answer("products.csv", _products(view, names, language))

    @get("/documents", name="documents:show", sync_to_thread=True)
    def documents(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        building: KeyInPath,
    ) -> Template:
        """Show every document of a building in one place, and which evidence is missing."""
        with database.reading() as connection:
            project = projects.get_project(connection, key)
            view = projects.get_building(connection, key, building)
            deliveries = projects.deliveries_to_building(connection, building)
            held = {
                kind: [
                    (line, e) for line in deliveries for e in line.evidence if e.kind == kind.value
                ]
                for kind in EvidenceKind
            }
            found = [
                result
                for result in results.results_of_project(connection, key)
                if result.building == building
            ]
            return page(
                request,
                "projects/documents.html",
                project=project,
                building=view,
                results=sorted(found, key=lambda r: (r.stage is Stage.DESIGN, r.method)),
                stand=owners_desk.stand_of(connection, key, building),
                held=held,
                without=[line for line in deliveries if not line.evidence],
                deliveries=len(deliveries),
                shows_synthetic=project.is_synthetic,
            )


def _quantities(request: PageRequest, database: Database, key: str, building: str) -> Template:
    today = day_or_today(None)
    with database.reading() as connection:
        project = projects.get_project(connection, key)
        place = projects.get_building(connection, key, building)
        view = quantities.quantities_of(connection, building, on=today)
        names = names_of(connection, on=today)
    return page(
        request,
        "projects/quantities.html",
        project=project,
        building=place,
        view=view,
        units=view.units,
        names=names,
        chart=_chart(view, names, language_of(request)),
        shows_synthetic=project.is_synthetic,
    )


def _chart(view: QuantitiesView, names: Names, language: str) -> Chart | None:
    """Return settled and delivered as parts of what was planned, where both are known."""
    marks = []
    for row, _ in view.rows:
        base = row.planned if row.planned is not None else row.settled
        if base is None or base <= 0:
            continue
        for side in (Side.SETTLED, Side.DELIVERED, Side.GREEN):
            value = row.sums.get(side)
            marks.append(
                Mark(
                    named(names.categories, row.category, language),
                    None if value is None else round(value / base * _HUNDRED, 1),
                    translate(word("quantity-side", side), language),
                )
            )
    if not marks:
        return None
    return Chart(
        shape=Shape.BARS,
        title=translate(_TITLE, language),
        label_name=translate(_CATEGORY, language),
        value_name=translate(_VALUE, language),
        marks=tuple(marks),
        unknown=translate(_UNKNOWN, language),
    )


def _tender(database: Database, clause: AskedClause) -> tuple[TenderView, Names]:
    today = day_or_today(None)
    with database.reading() as connection:
        view = tender.tender_of(
            connection,
            clause.building,
            star=clause.star or None,
            left_out=clause.left,
            on=today,
        )
        if view.building.project != clause.project:
            raise ProjectNotFoundError(key=f"{clause.project}/{clause.building}")
        return view, names_of(connection, on=today)


def _tender_page(request: PageRequest, database: Database, clause: AskedClause) -> Template:
    view, names = _tender(database, clause)
    return page(
        request,
        "projects/tender.html",
        view=view,
        star=clause.star,
        choice=clause.choice,
        names=names,
        whole="\n".join(_text(view)),
        shows_synthetic=view.building.is_synthetic
        or any(offer.is_synthetic for item in view.items for offer in item.offers),
    )


def _text(view: TenderView) -> Iterator[str]:
    """Yield the clause line by line, to be copied into a tender: in Chinese, which counts."""
    yield from (text for text, _ in view.before)
    for number, item in enumerate(view.asked, start=1):
        yield f"{number}. {item.requirement.text_zh}"
    yield from (text for text, _ in view.after)


def _products(view: TenderView, names: Names, language: str) -> Iterator[list[str]]:
    yield [translate(header, language) for header in _HEADERS]
    for item in view.items:
        for offer in item.offers:
            yield [
                named(names.categories, item.wanted.category, language),
                offer.name,
                offer.model or "",
                offer.company_name,
                str(offer.star or ""),
                translate(_YES if offer.is_adopted else _NO, language),
                translate(_LEFT_OUT if item.left_out else _ASKED, language),
            ]
