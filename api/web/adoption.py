"""The page from which everything about adoption is found: for anyone, and for those signed in."""

from __future__ import annotations

from litestar import Controller, get
from litestar.response import Template

from api.web.page import PageRequest, page


class AdoptionPages(Controller):
    """The ways into adoption."""

    path = "/adoption"

    @get(name="adoption:index", sync_to_thread=False)
    def index(self, request: PageRequest) -> Template:
        """Say how a product is adopted, and lead to what the reader may see and do."""
        return page(request, "adoption/index.html")
