"""The pages about products: find them, and read one."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation
from litestar.response import Template
from sqlalchemy import Connection

from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.turns import Turns
from api.web import asked as asking
from api.web.asked import PageNumber, Short, Text, Texts
from api.web.epd_table import shown_amount
from api.web.home import EXAMPLES
from api.web.i18n import language_of, translate, zh
from api.web.interest import note_interest
from api.web.names import Names, named, names_of
from api.web.page import PageRequest, page, wants_fragment
from api.web.paging import PAGE_SIZE, Paging
from api.web.searching import Asked, Choice, Label, day_number, facet_lists
from api.web.timeline import timeline
from api.web.ways_out import WayOut, nearest_choices, ways_out
from api.web.words import word
from catalog.db import Database
from catalog.errors import SearchUnavailableError
from catalog.rules.standing import Standing
from catalog.rules.terms import InterestKind
from catalog.services import adoptions, catalogue, companies, epds, proofs, scoring
from catalog.services.scoring import Asked as ScoreAsked
from catalog.signing_keys import SigningKeys
from search.engine import SearchEngine
from search.query import Facet, FacetCount, SearchPage, SearchQuery, Sort
from search.service import SearchAnswer, search_products
from search.suggestions import suggest

_USES = 200
_SUGGESTIONS = 8
_ALIKE = 6
_OR = " / "
_OTHER_GROUP = zh("其他类别")
Stars = Annotated[list[Literal["1", "2", "3"]] | None, QueryParameter(max_items=3)]
Adoptions = Annotated[list[Standing] | None, QueryParameter(max_items=len(Standing))]


class ProductPages(Controller):
    """Find and read products."""

    path = "/products"

    @get(name="products:index")
    async def index(  # One parameter for each thing that a search can be narrowed by.
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        turns: NamedDependency[SkipValidation[Turns]],
        q: Text = "",
        category: Texts = None,
        group: Texts = None,
        star: Stars = None,
        division: Texts = None,
        company: Texts = None,
        bodies: Annotated[list[str] | None, QueryParameter(name="body", max_items=100)] = None,
        adoption: Adoptions = None,
        valid_on: Short = "",
        adopted_on: Short = "",
        adoption_on: Short = "",
        sort: Annotated[Sort, QueryParameter()] = Sort.RELEVANCE,
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the search page, or only its results to a script."""
        values = (category, group, star, adoption, division, company, bodies)
        asked = Asked(
            q=asking.plain(q),
            chosen={
                facet: asking.plain_texts([*chosen] if chosen else None)
                for facet, chosen in zip(Facet, values, strict=True)
            },
            valid_on=asking.day(valid_on, name="valid_on"),
            adopted_on=asking.day(adopted_on, name="adopted_on"),
            adoption_on=asking.day(adoption_on, name="adoption_on"),
            sort=sort,
            page=page_number,
        )
        return await turns.take(partial(_found, request, database, search_engine, asked))

    @get("/suggestions", name="products:suggestions")
    async def suggestions(
        self,
        request: PageRequest,
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        turns: NamedDependency[SkipValidation[Turns]],
        q: Text = "",
    ) -> Template:
        """Show to a script what the words may become; nothing while the index is away."""
        try:
            found = await turns.take(
                partial(suggest, search_engine, asking.plain(q), limit=_SUGGESTIONS)
            )
        except SearchUnavailableError:
            found = ()
        return page(request, "products/_suggestions.html", suggestions=found)

    @read("/{key:str}", name="products:show")
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
        key: KeyInPath,
        on: Short = "",
    ) -> Template:
        """Show one product with its certificates on a day and where it was used."""
        chosen = day_or_today(asking.day(on))
        with database.reading() as connection:
            product = catalogue.get_product(connection, key)
            note_interest(request, [key], InterestKind.VIEWED)
            certificates = catalogue.certificates_of_product(connection, product, on=chosen)
            stated = proofs.proofs_of_product(connection, product)
            return page(
                request,
                "products/show.html",
                product=product,
                certificates=[(paper, timeline(paper)) for paper in certificates],
                epds=epds.epds_of_product(connection, product, on=chosen),
                proofs=stated,
                units=catalogue.units(connection) if stated.declared else None,
                amount=shown_amount,
                score=scoring.score_if_any(connection, key, ScoreAsked(on=chosen)),
                uses=catalogue.uses_of_product(connection, product, limit=_USES),
                adoption=adoptions.of_product(connection, key, on=chosen),
                alike=companies.adopted_alike(connection, product, on=chosen, limit=_ALIKE),
                has_code=bool(signing_keys.public()),
                names=names_of(connection, on=chosen),
                on=chosen,
                shows_synthetic=product.is_synthetic
                or any(paper.is_synthetic for paper in certificates),
            )


def _companies(connection: Connection, asked: Asked, answer: SearchAnswer) -> dict[str, str]:
    """Return the names of the companies that were chosen or counted, by key."""
    chosen = asked.chosen[Facet.COMPANY]
    counted = answer.page.facets.get(Facet.COMPANY, ())
    # An address may name a company that is not there: its key is shown then.
    return {key: key for key in chosen} | catalogue.companies_by_keys(
        connection, [*chosen, *(count.key for count in counted)]
    )


def _found(
    request: PageRequest, database: Database, search_engine: SearchEngine, asked: Asked
) -> Template:
    answer = search_products(database, search_engine, asked.query())
    with database.reading() as connection:
        names = names_of(connection, on=day_or_today(None))
        companies = _companies(connection, asked, answer)

    def search(query: SearchQuery) -> SearchPage | None:
        try:
            return None if answer.is_degraded else search_engine.search(query)
        except SearchUnavailableError:
            return None

    is_empty = not answer.page.total
    ways = ways_out(asked, search) if is_empty else []
    nearest = nearest_choices(asked, names, search) if is_empty else []
    return _results(request, asked, answer, names, companies, ways=ways, nearest=nearest)


def _results(
    request: PageRequest,
    asked: Asked,
    answer: SearchAnswer,
    names: Names,
    companies: dict[str, str],
    *,
    ways: list[WayOut],
    nearest: list[FacetCount],
) -> Template:
    language = language_of(request)
    today = day_or_today(None)

    def heading(category: str) -> str:
        group = names.group_of.get(category)
        return named(names.groups, group, language) if group else translate(_OTHER_GROUP, language)

    label = _labels(names, companies, language)
    facets = facet_lists(answer.page.facets, asked, label, heading)
    chosen = [
        Choice(facet, value, label(facet, value), None, True)
        for facet in Facet
        for value in asked.chosen[facet]
    ]
    fragment = wants_fragment(request)
    return page(
        request,
        "products/_results.html" if fragment else "products/index.html",
        headers={"HX-Push-Url": asked.address(page=asked.page)} if fragment else None,
        is_fragment=fragment,
        asked=asked,
        found=answer.page,
        is_degraded=answer.is_degraded,
        index_backlog=answer.index_backlog,
        did_you_mean=answer.did_you_mean,
        ways=ways,
        nearest=nearest,
        facets=facets,
        chosen=chosen,
        labels_of={
            facet.value: _OR.join(choice.label for choice in chosen if choice.facet is facet)
            for facet in Facet
        },
        names=names,
        paging=Paging(asked.page, PAGE_SIZE, answer.page.total),
        sorts=list(Sort),
        today=today,
        on=day_number(asked.valid_on or asked.adopted_on or today),
        judged_on=day_number(asked.judged_on),
        examples=EXAMPLES,
        shows_synthetic=any(hit.document.synthetic for hit in answer.page.hits),
    )


def _labels(names: Names, companies: dict[str, str], language: str) -> Label:
    pairs = {
        Facet.CATEGORY: names.categories,
        Facet.GROUP: names.groups,
        Facet.DIVISION: names.divisions,
    }
    words = {Facet.STAR: "star", Facet.ADOPTION: "adoption-standing"}

    def label(facet: Facet, value: str) -> str:
        if facet in pairs:
            return named(pairs[facet], value, language)
        if facet in words:
            return translate(word(words[facet], value), language)
        return companies.get(value, value) if facet is Facet.COMPANY else value

    return label
