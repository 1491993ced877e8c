"""The forms of an owner's desk, as they are typed and as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from api.parameters import IdInForm
from api.web.asked import several
from api.web.filled_in import FilledIn
from catalog.rules.terms import ProjectKind, ProjectStage
from catalog.views.owner import BuildingDraft, ProjectDraft
from catalog.views.projects import BuildingView, ProjectView

_CODE, _MOST_STARS, _MOST_STOREYS = 40, 3, 200
_HUNDRED = Decimal(100)


class ProjectForm(msgspec.Struct):
    """A project as it is typed; ``shown`` is the state that the page was of."""

    code: str = ""
    name: str = ""
    division: str = ""
    kinds: str | list[str] = ""
    stage: str = ""
    floor_area_m2: str = ""
    star_target: str = ""
    star_award: str = ""
    prefabricated_percent: str = ""
    designed_on: str = ""
    started_on: str = ""
    completed_on: str = ""
    reason: str = ""
    shown: int = 0
    number: str = ""

    @property
    def ticked(self) -> list[str]:
        """The kinds that are ticked."""
        return several(self.kinds)


class BuildingForm(msgspec.Struct):
    """A building as it is typed; ``shown`` is the state that the page was of."""

    code: str = ""
    name: str = ""
    floor_area_m2: str = ""
    storeys: str = ""
    completed_on: str = ""
    reason: str = ""
    shown: int = 0
    number: str = ""


class ReasonForm(msgspec.Struct):
    """Why something is withdrawn."""

    reason: str = ""


class TargetForm(msgspec.Struct):
    """The percentage to reach and the method; no percentage is no target."""

    method: str = ""
    percent: str = ""


class UndoForm(msgspec.Struct):
    """The entry to take back, and the page to return to."""

    run: IdInForm
    back: str = ""


def project_of(
    form: ProjectForm, divisions: Iterable[str], language: str
) -> tuple[ProjectDraft | None, dict[str, str]]:
    """Return what was typed of a project, or None and what is wrong with each field."""
    said = {k: v for k, v in msgspec.structs.asdict(form).items() if isinstance(v, str)}
    filled = FilledIn(said, language)
    code = filled.text("code", is_needed=True)
    name = filled.text("name", is_needed=True)
    division = filled.choice("division", set(divisions), is_needed=True)
    stage = filled.choice("stage", set(ProjectStage))
    share = filled.number("prefabricated_percent", low=Decimal(0), high=_HUNDRED)
    draft = ProjectDraft(
        code=code,
        name=name,
        division=division,
        kinds=frozenset(ProjectKind(kind) for kind in form.ticked if kind in set(ProjectKind)),
        stage=ProjectStage(stage) if stage else None,
        floor_area_m2=filled.number("floor_area_m2", low=Decimal(0)),
        star_target=filled.whole("star_target", low=1, high=_MOST_STARS),
        star_award=filled.whole("star_award", low=1, high=_MOST_STARS),
        prefabricated_share=None if share is None else share / _HUNDRED,
        designed_on=filled.day("designed_on"),
        started_on=filled.day("started_on"),
        completed_on=filled.day("completed_on"),
    )
    return (None, filled.wrong) if filled.wrong else (draft, {})


def building_of(form: BuildingForm, language: str) -> tuple[BuildingDraft | None, dict[str, str]]:
    """Return what was typed of a building, or None and what is wrong with each field."""
    said = {k: v for k, v in msgspec.structs.asdict(form).items() if isinstance(v, str)}
    filled = FilledIn(said, language)
    draft = BuildingDraft(
        code=filled.text("code", longest=_CODE, is_needed=True),
        name=filled.text("name", is_needed=True),
        floor_area_m2=filled.number("floor_area_m2", low=Decimal(0)),
        storeys=filled.whole("storeys", low=1, high=_MOST_STOREYS),
        completed_on=filled.day("completed_on"),
    )
    return (None, filled.wrong) if filled.wrong else (draft, {})


def form_of_project(view: ProjectView, shown: int) -> ProjectForm:
    """Return a project's form as it is filled in before anybody types."""
    share = view.prefabricated_share
    return ProjectForm(
        code=view.code,
        name=view.name,
        division=view.division,
        kinds=[kind.value for kind in view.kinds],
        stage=view.stage or "",
        floor_area_m2=_typed(view.floor_area_m2),
        star_target=_typed(view.star_target),
        star_award=_typed(view.star_award),
        prefabricated_percent=_typed(None if share is None else share * _HUNDRED),
        designed_on=_typed(view.designed_on),
        started_on=_typed(view.started_on),
        completed_on=_typed(view.completed_on),
        shown=shown,
    )


def form_of_building(view: BuildingView, shown: int) -> BuildingForm:
    """Return a building's form as it is filled in before anybody types."""
    return BuildingForm(
        code=view.code,
        name=view.name,
        floor_area_m2=_typed(view.floor_area_m2),
        storeys=_typed(view.storeys),
        completed_on=_typed(view.completed_on),
        shown=shown,
    )


def _typed(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
