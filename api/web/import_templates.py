"""The empty tables to fill in, as files of the import page."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter

from api.sending import XLSX
from api.web.i18n import language_of
from api.web.page import PageRequest
from catalog.records import Kind
from importers.table.columns import layout
from importers.table.template import template

KindInPath = Annotated[str, PathParameter(max_length=40)]


def kinds_with_template() -> tuple[Kind, ...]:
    """Return the kinds of files that have an empty table, in the order of the chain."""
    return tuple(kind for kind in Kind if kind in layout().kinds)


class ImportTemplatePages(Controller):
    """Give out empty tables."""

    path = "/imports/templates"

    @get("/{kind:str}", name="imports:template", sync_to_thread=True)
    def send(self, request: PageRequest, kind: KindInPath) -> Response[bytes]:
        """Send the empty workbook of a kind, in the reader's language."""
        if kind not in kinds_with_template():
            raise NotFoundException
        language = language_of(request)
        name = f"lucai-{kind}-{language}.xlsx"
        return Response(
            template(Kind(kind), language, "xlsx"),
            media_type=XLSX,
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Content-Language": language,
                "Vary": "Accept-Language, Cookie",
            },
        )
