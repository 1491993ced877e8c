"""/api/v1/products and /api/v1/companies."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.parameters import Day, KeyInPath, Limit, Offset, day_or_today
from api.problems import problem_responses
from api.reading import read
from catalog.db import Database
from catalog.services import adoptions, catalogue
from catalog.views.adoptions import ProductAdoption
from catalog.views.products import (
    CertificateView,
    CompanyView,
    ProductPage,
    ProductUseView,
    ProductView,
)


class ProductsController(Controller):
    """Products."""

    path = "/products"
    tags = ("products",)

    @read(operation_id="list_products", responses=problem_responses(400))
    def index(
        self, database: NamedDependency[Database], limit: Limit = 20, offset: Offset = 0
    ) -> ProductPage:
        """Return one page of products in order of name."""
        with database.reading() as connection:
            return catalogue.browse_products(connection, limit=limit, offset=offset)

    @read("/{key:str}", operation_id="get_product", responses=problem_responses(400, 404))
    def show(self, database: NamedDependency[Database], key: KeyInPath) -> ProductView:
        """Return one product."""
        with database.reading() as connection:
            return catalogue.get_product(connection, key)

    @read(
        "/{key:str}/certificates",
        operation_id="list_product_certificates",
        responses=problem_responses(400, 404),
    )
    def certificates(
        self, database: NamedDependency[Database], key: KeyInPath, on: Day = None
    ) -> list[CertificateView]:
        """Return the certificates that cover a product, with their validity on a day."""
        with database.reading() as connection:
            return catalogue.certificates_of_product(
                connection, catalogue.get_product(connection, key), on=day_or_today(on)
            )

    @read(
        "/{key:str}/uses", operation_id="list_product_uses", responses=problem_responses(400, 404)
    )
    def uses(
        self,
        database: NamedDependency[Database],
        key: KeyInPath,
        limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
    ) -> list[ProductUseView]:
        """Return the buildings to which a product was delivered, latest first."""
        with database.reading() as connection:
            return catalogue.uses_of_product(
                connection, catalogue.get_product(connection, key), limit=limit
            )


class ProductAdoptionController(Controller):
    """What products are in the adoption database."""

    path = "/products"
    tags = ("products",)

    @read(
        "/{key:str}/adoption",
        operation_id="get_product_adoption",
        responses=problem_responses(400, 404),
    )
    def adoption(
        self, database: NamedDependency[Database], key: KeyInPath, on: Day = None
    ) -> ProductAdoption:
        """Return what a product is in the adoption database on a day, and why."""
        with database.reading() as connection:
            return adoptions.of_product(connection, key, on=day_or_today(on))


class CompaniesController(Controller):
    """Companies."""

    path = "/companies"
    tags = ("companies",)

    @read("/{key:str}", operation_id="get_company", responses=problem_responses(400, 404))
    def show(self, database: NamedDependency[Database], key: KeyInPath) -> CompanyView:
        """Return one company."""
        with database.reading() as connection:
            return catalogue.get_company(connection, key)
