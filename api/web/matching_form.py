"""What a person answered about lines with the same words, read from the form."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from litestar.exceptions import ValidationException

from api.web.asked import LAST_PAGE, plain
from api.web.names import Names
from catalog.errors import DecisionImpossibleError
from catalog.rules.matching_words import NOT_MATERIAL, OUTSIDE
from catalog.services.deciding import NewDecision
from catalog.views.matching import LineView, Need

OTHER = "other"
ALL = "all"
_HIGHEST = 100


class Place(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Where on the page a form stands, so that the person comes back there."""

    need: str = ""
    page: str = "1"
    position: str = "1"

    @property
    def page_number(self) -> int:
        """The page, the first if it is none."""
        return number_of(self.page, LAST_PAGE) or 1

    @property
    def anchor(self) -> int:
        """The position on the page from 1, the first if it is none."""
        return number_of(self.position, LAST_PAGE) or 1


class AnswerForm(Place, forbid_unknown_fields=True, kw_only=True):
    """What lines with the same words are; ``other`` names a category that was not offered."""

    sign: str
    choice: str = ""
    other: str = ""
    place: str = ""
    product: str = ""


class SureForm(Place, forbid_unknown_fields=True, kw_only=True):
    """From which percentage on all answers are accepted, and how many wordings were shown."""

    over: str
    wordings: str


class UndoForm(Place, forbid_unknown_fields=True, kw_only=True):
    """The run to take back, or the words whose decision shall count no longer."""

    run: str = ""
    sign: str = ""


def needs_of(text: str) -> tuple[Need, ...]:
    """Return what lines are looked for; nothing for all, what waits if nothing was asked."""
    if text == ALL:
        return ()
    return (Need(text),) if text in list(Need) else (Need.LOOK, Need.PROPOSED)


def percent_of(text: str, name: str = "over") -> int | None:
    """Return the percentage that was asked for, or None.

    Raises:
        ValidationException: The text is no percentage from 1 to 100.
    """
    if not text.strip():
        return None
    found = number_of(text.strip(), _HIGHEST)
    if not found:
        raise ValidationException(extra=[{"key": name, "message": "not understood"}])
    return found


def number_of(text: str, most: int = 2**53 - 1) -> int | None:
    """Return a whole number from 1 on, None if the text is none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return int(text) if is_number and 1 <= int(text) <= most else None


def decision_of(
    form: AnswerForm, line: LineView, names: Names, categories: Iterable[str]
) -> NewDecision:
    """Return what was decided.

    A category that was typed counts before one that was chosen.

    Raises:
        DecisionImpossibleError: No category has the name that was typed, or nothing was chosen.
    """
    typed = plain(form.other)
    outcome = _named(typed, names, categories) if typed else plain(form.choice)
    if outcome in ("", OTHER):
        raise DecisionImpossibleError(reason_zh="没有选择类别", reason_en="no category was chosen")
    has_category = outcome not in (NOT_MATERIAL, OUTSIDE)
    return NewDecision(
        name=line.name,
        specification=line.specification,
        unit=line.unit,
        category=outcome if has_category else None,
        place=(plain(form.place) or None) if has_category else None,
        product=(plain(form.product) or None) if has_category else None,
        is_material=outcome != NOT_MATERIAL,
    )


def _named(typed: str, names: Names, categories: Iterable[str]) -> str:
    """Return the key of the category with this name, Chinese or English, or with this key."""
    wanted = typed.casefold()
    for key in categories:
        if wanted in {key, *(name.casefold() for name in names.categories[key])}:
            return key
    raise DecisionImpossibleError(
        reason_zh=f"没有名为“{typed}”的类别，请从列出的名称中选",
        reason_en=f"no category is called “{typed}”; choose one of the names offered",
    )
