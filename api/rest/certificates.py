"""/api/v1/certificates."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.parameters import TEXT, Day, KeyInPath, day_or_today
from api.problems import problem_responses
from api.reading import read
from catalog.db import Database
from catalog.services import catalogue
from catalog.views.products import CertificateView


class CertificatesController(Controller):
    """Certificates: looked up by number, valid or not on a day."""

    path = "/"
    tags = ("certificates",)

    @read("/certificates", operation_id="find_certificates", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        number: Annotated[str, QueryParameter(min_length=1, max_length=200, pattern=TEXT)],
        on: Day = None,
    ) -> list[CertificateView]:
        """Return the certificates that bear a number, however it is written."""
        with database.reading() as connection:
            return catalogue.certificates_by_number(connection, number, on=day_or_today(on))

    @read(
        "/certificates/{key:str}",
        operation_id="get_certificate",
        responses=problem_responses(400, 404),
    )
    def show(
        self, database: NamedDependency[Database], key: KeyInPath, on: Day = None
    ) -> CertificateView:
        """Return one certificate with its validity on a day."""
        with database.reading() as connection:
            return catalogue.get_certificate(connection, key, on=day_or_today(on))
