"""Read what the form of a result says, and make the form of it."""

from __future__ import annotations

from sqlalchemy import Connection

from catalog.errors import ProjectNotFoundError, RulePackNotFoundError
from catalog.forms.facts import ResultFacts
from catalog.forms.form import Form, Language
from catalog.forms.ratio_form import ratio_form
from catalog.repositories import forms, proofs, reference
from catalog.repositories import results as stored
from catalog.rules.packs import RatioPack, ThresholdPack, named
from catalog.rules.ratio.lines import RatioLine, Role, line_number
from catalog.services import choosing, projects, results
from catalog.views.forms import FormLine
from catalog.views.projects import BuildingView


def form_of_result(connection: Connection, result_id: int, language: Language) -> Form:
    """Return the form of a result, to be printed and signed.

    Raises:
        ResultNotFoundError: There is no such result.
        RulePackNotFoundError: A pack that it went by is not here.
        TraceOutdatedError: Its lines were not kept, or give another figure today.
    """
    return ratio_form(_facts(connection, result_id), language)


def _facts(connection: Connection, result_id: int) -> ResultFacts:
    view = stored.get_by_id(connection, result_id)
    packs = {named(pack): pack for pack in reference.packs(connection)}
    pack, thresholds = packs.get(view.pack), packs.get(view.thresholds)
    if not isinstance(pack, RatioPack) or not isinstance(thresholds, ThresholdPack):
        raise RulePackNotFoundError(key=view.pack, known=", ".join(sorted(packs)))
    lines = results.lines_of(connection, result_id)
    sources = _sources(connection, lines)
    delivered = [line_number(line) for line in lines if line.role is Role.DELIVERED]
    named_papers = {line.proof.certificate_id for line in lines if line.proof}
    named_papers |= {source.certificate_id for source in sources.values()}
    reports = {line.proof.report_id for line in lines if line.proof}
    divisions = reference.divisions(connection, on=view.computed_at.date())
    return ResultFacts(
        result=view,
        is_current=view.id in {r.id for r in results.results_of_project(connection, view.project)},
        trace=results.get_trace(connection, result_id),
        pack=pack,
        thresholds=thresholds,
        choice=choosing.choice_of_result(connection, result_id),
        project=projects.get_project(connection, view.project),
        building=_building(connection, view.project, view.building),
        division=next((each for each in divisions if each.key == view.division), None),
        categories={each.key: each for each in reference.categories(connection)},
        places={key: (zh, en) for key, zh, en in reference.places(connection)},
        units=reference.unit_table(connection),
        lines={line.id: line for line in lines},
        sources=sources,
        papers=forms.papers_by_id(connection, (i for i in named_papers if i)),
        reports=proofs.report_views(connection, (i for i in reports if i)),
        evidence=forms.evidence_of(connection, delivered),
    )


def _sources(connection: Connection, lines: list[RatioLine]) -> dict[str, FormLine]:
    """Return what the lines name, by the names that the trace gives them."""
    numbers: dict[Role, dict[int, str]] = {Role.TOTAL: {}, Role.DELIVERED: {}}
    for line in lines:
        numbers[line.role][line_number(line)] = line.id
    billed = forms.bill_lines_by_id(connection, numbers[Role.TOTAL])
    delivered = forms.deliveries_by_id(connection, numbers[Role.DELIVERED])
    return {
        **{numbers[Role.TOTAL][number]: line for number, line in billed.items()},
        **{numbers[Role.DELIVERED][number]: line for number, line in delivered.items()},
    }


def _building(connection: Connection, project: str, building: str) -> BuildingView | None:
    try:
        return projects.get_building(connection, project, building)
    except ProjectNotFoundError:
        return None
