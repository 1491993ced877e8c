"""Who may do what: asked by services, whichever door the caller came through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import PermissionDeniedError


class Action(StrEnum):
    """Something that not everybody may do. Reading what is public needs no permission."""

    IMPORT = "import"
    UNDO_IMPORT = "undo-import"
    CALCULATE = "calculate"
    PUBLISH_RULES = "publish-rules"
    KEEP_SEARCHES = "keep-searches"
    LINK_EPDS = "link-epds"
    DECIDE_CONFLICTS = "decide-conflicts"
    CHOOSE_RULES = "choose-rules"
    PUBLISH_FIGURES = "publish-figures"


class Role(StrEnum):
    """What an actor is; a visitor is known only by a secret that a browser keeps."""

    ANYONE = "anyone"
    VISITOR = "visitor"
    OPERATOR = "operator"


_ALLOWED = {
    Role.ANYONE: frozenset[Action](),
    Role.VISITOR: frozenset({Action.KEEP_SEARCHES}),
    Role.OPERATOR: frozenset(Action),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks for something: a person at the shell, a token, or anyone."""

    name: str
    role: Role


ANYONE = Actor(name="anyone", role=Role.ANYONE)


def may(actor: Actor, action: Action) -> bool:
    """Tell whether the actor may do it."""
    return action in _ALLOWED[actor.role]


def ensure(actor: Actor, action: Action) -> None:
    """Let the actor pass.

    Raises:
        PermissionDeniedError: The actor may not do this.
    """
    if not may(actor, action):
        raise PermissionDeniedError(action=action.value)
