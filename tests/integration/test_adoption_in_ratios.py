"""Whether a product was adopted on the day it came: told of each line, counted, and summed up."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.rules.proof import Proof
from catalog.rules.ratio.cube import UNKNOWN
from catalog.rules.standing import Standing
from catalog.rules.terms import DatePrecision, Stage
from catalog.rules.workflow.steps import Step
from catalog.services import choosing, cube, divisions, publishing, restating, results
from catalog.services.publishing import NewPublication
from catalog.views.cases import CaseStanding
from catalog.views.figures import CATEGORY, DIVISION, YEAR, Question
from catalog.views.projects import ResultView
from tests.adoptions import an_adoption
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_delivery,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
)
from tests.casework import (
    NOTICE_OVER,
    REREVIEWER,
    START,
    adopted,
    filled_in,
    in_business,
    stepped,
)

# The case is adopted on 23 March 2026, and suspended and brought back from then on.
ADOPTED_ON = START + NOTICE_OVER
SUSPENDED_ON = ADOPTED_ON + dt.timedelta(days=30)
BACK_ON = ADOPTED_ON + dt.timedelta(days=60)
LATEST = BACK_ON + dt.timedelta(days=60)
DAYS = {
    "before": "2026-03-01",
    "adopted": "2026-04-01",
    "suspended": "2026-05-01",
    "back": "2026-06-01",
}
ONLY_ADOPTED = "ratio-b-2021-adopted"


@pytest.fixture
def site(database: Database) -> Database:
    """A building of 2026 with 100 m³ of concrete on each of the days, and one of a whole month."""
    in_business(database)
    bring(database, [a_project(completed_on=day("2026-06-30"))])
    bring(database, [a_bill_line(quantity=Decimal(500))])
    bring(
        database,
        [
            *(
                a_delivery(name, delivered_on=day(on), product=by_number(), amount=Decimal(10))
                for name, on in DAYS.items()
            ),
            a_delivery(
                "month",
                delivered_on=day("2026-03-01"),
                delivered_precision=DatePrecision.MONTH,
                product=by_number(),
                amount=Decimal(10),
            ),
        ],
    )
    recalculated(database, now=START)
    return database


def product_of(database: Database) -> str:
    with database.reading() as connection:
        lines = divisions.lines_behind(connection, ALL, limit=1, offset=0)[0]
    assert lines[0].product is not None
    return lines[0].product


ALL = Question(stage=Stage.COMPLETION, by=())


def a_case_of_all_steps(database: Database) -> CaseStanding:
    """Adopt the product, suspend it and bring it back."""
    case = adopted(database, filled_in(database, product_of(database)))
    check(database)
    case = stepped(database, case, Step.SUSPEND, REREVIEWER, now=SUSPENDED_ON)
    check(database)
    case = stepped(database, case, Step.RESUME, REREVIEWER, now=BACK_ON)
    check(database)
    return case


def check(database: Database) -> None:
    with database.transaction() as session:
        found = cube.verify(session)
    assert found.different == 0, found.differences


def stale(database: Database) -> int:
    with database.reading() as connection:
        return results.how_many_wait(connection)


def result_by_b(database: Database) -> ResultView:
    with database.reading() as connection:
        found = results.results_of_project(connection, "p-1")
    return next(r for r in found if (r.method, r.stage) == ("B", Stage.COMPLETION))


def proofs_of(database: Database, result: ResultView) -> dict[str, Proof]:
    """Return the proof of each delivery, by its line's number."""
    with database.reading() as connection:
        lines = results.lines_of(connection, result.id)
        numbers = {
            f"delivery-{line.id}": line.number
            for line in divisions.lines_behind(connection, ALL, limit=9, offset=0)[0]
        }
    return {numbers[line.id]: line.proof for line in lines if line.proof is not None}


def test_tells_of_each_line_what_its_product_was_that_day(site: Database) -> None:
    a_case_of_all_steps(site)
    assert stale(site) == 1
    recalculated(site, now=LATEST)
    told = proofs_of(site, result_by_b(site))
    assert {name: proof.standing for name, proof in told.items()} == {
        "before": Standing.NO_ADOPTION,
        "adopted": Standing.ADOPTED,
        "suspended": Standing.SUSPENDED,
        "back": Standing.ADOPTED,
        "month": Standing.UNKNOWN,
    }
    assert {name for name, proof in told.items() if proof.adoption_id is None} == {"before"}
    # The pack in force does not ask for it.
    assert all(proof.green for proof in told.values())


def test_counts_adopted_products_only_where_that_was_chosen(site: Database) -> None:
    a_case_of_all_steps(site)
    with site.transaction() as session:
        choosing.choose_pack(
            session, "p-1", ONLY_ADOPTED, reason="师市要求", actor=OPERATOR, now=LATEST
        )
    recalculated(site, now=LATEST)
    result = result_by_b(site)
    assert result.pack == f"{ONLY_ADOPTED}@2026.1"
    green = {name: proof.green for name, proof in proofs_of(site, result).items()}
    assert green == {
        "before": False, "adopted": True, "suspended": False, "back": True, "month": None,
    }  # fmt: skip
    with site.reading() as connection:
        (item,) = (
            item
            for group in results.get_trace(connection, result.id).groups
            for item in group.items
            if item.used
        )
    assert item.ratio == Decimal("0.4")


def test_adds_up_what_was_adopted(site: Database) -> None:
    a_case_of_all_steps(site)
    question = Question(stage=Stage.COMPLETION, by=(DIVISION, YEAR, CATEGORY))
    with site.reading() as connection:
        (figure,) = divisions.usage_figures(connection, question)
        lines, _ = divisions.lines_behind(connection, question, limit=9, offset=0)
    assert (figure.division, figure.year, figure.category) == ("08", 2026, "ready-mixed-concrete")
    assert (figure.adopted_amount, figure.amount) == (20, 50)
    assert figure.adopted_ratio_by_amount == 40
    assert figure.lines_adoption_unknown == 1
    (quantity,) = figure.quantities
    assert (quantity.adopted, quantity.adopted_ratio) == (200, 40)
    assert [line.is_adopted for line in lines] == [False, True, False, True, None]
    assert figure.year != UNKNOWN


def test_publishes_amounts_whose_sum_ends_in_a_nought(site: Database) -> None:
    bring(
        site,
        [
            a_delivery(amount, delivered_on=day("2026-05-02"), amount=Decimal(amount))
            for amount in ("0.45", "0.65")
        ],
    )
    recalculated(site)
    with site.transaction() as session:
        found = publishing.publish_figures(
            session, NewPublication(year=2026), actor=OPERATOR, now=NOW
        )
    assert str(found.content.figure.total_amount) == "51.1"


def test_a_later_adoption_leaves_what_was_published_as_it_was(site: Database) -> None:
    with site.transaction() as session:
        head = publishing.publish_figures(
            session, NewPublication(year=2026), actor=OPERATOR, now=NOW
        ).head
    an_adoption(site, product_of(site), adopted_on="2026-03-23", now=LATEST)
    with site.transaction() as session:
        assert results.calculate_project(session, "p-1", actor=OPERATOR, now=LATEST) > 0
    with site.reading() as connection:
        again = publishing.rebuild(connection, head.content_hash)
        found = restating.restate(connection, head.content_hash)
    assert again.is_same, again
    # Adoption changed no figure: what is told of the lines beside it restates nothing.
    assert (found.unchanged, found.buildings) == (1, [])
