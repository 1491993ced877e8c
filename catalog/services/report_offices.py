"""Who writes, signs and accepts an annual report, and for whom."""

from __future__ import annotations

from catalog.errors import PermissionDeniedError
from catalog.permissions import Action, Actor, Thing, ensure, may
from catalog.rules.annual_report.steps import Office

ACTIONS = {
    Office.OWN: Action.FILE_REPORT,
    Office.SIGNER: Action.SIGN_REPORT,
    Office.CORPS: Action.ACCEPT_REPORT,
}
"""What the actor must be allowed to do to hold an office."""


def ensure_office(actor: Actor, office: Office, division: str | None) -> None:
    """Let the actor pass if it holds the office for a division's report, or the Corps'.

    A division writes and signs its own report: the Corps accepts it and does not write it.

    Raises:
        PermissionDeniedError: It does not.
    """
    ensure(actor, ACTIONS[office], Thing(division=division))
    if office is not Office.CORPS and division is not None and actor.division != division:
        raise PermissionDeniedError(action=ACTIONS[office].value)


def holds_office(actor: Actor, office: Office, division: str | None) -> bool:
    """Tell whether ``ensure_office`` would let the actor pass."""
    is_own = office is Office.CORPS or division is None or actor.division == division
    return is_own and may(actor, ACTIONS[office], Thing(division=division))
